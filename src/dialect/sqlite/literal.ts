/** The one place where a value becomes SQLite text; only definitions (DEFAULT, CHECK …) hold values. */
import type { DriverValue } from "../../io/driver.ts";
import { bytesToHex } from "../hex.ts";
import { checkText } from "../text-value.ts";

/** `text` as a string literal. SQLite knows no escape but the doubled quote. */
export function textLiteral(text: string): string {
  return `'${checkText(text).replaceAll("'", "''")}'`;
}

/** What a codec made of a value, as a literal. */
export function ddlLiteral(value: DriverValue): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return textLiteral(value);
  if (value instanceof Uint8Array) return `X'${bytesToHex(value)}'`;
  if (typeof value === "boolean") return value ? "1" : "0";
  return String(value);
}
