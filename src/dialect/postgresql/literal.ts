/** The one place where a value becomes PostgreSQL text; only definitions (DEFAULT, CHECK, COMMENT …) hold values. */
import type { DriverValue } from "../../io/driver.ts";
import { ValueError } from "../../sql/errors.ts";
import { bytesToHex } from "../hex.ts";
import { checkText } from "../text-value.ts";

/** `text` as a string literal that reads the same whatever `standard_conforming_strings` says. */
export function textLiteral(text: string): string {
  const quoted = checkText(text).replaceAll("'", "''");
  return quoted.includes("\\") ? `E'${quoted.replaceAll("\\", "\\\\")}'` : `'${quoted}'`;
}

/** What a codec made of a value, as a literal of the type `typeName`. */
export function ddlLiteral(value: DriverValue, typeName: string): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `${textLiteral(`\\x${bytesToHex(value)}`)}::${typeName}`;
  if (typeof value !== "string") throw new ValueError("PostgreSQL's codecs make texts and bytes only.");
  if (typeName === "text") return textLiteral(value);
  if (typeName === "boolean") return value === "true" ? "true" : "false";
  if (numberTypes.has(typeName)) return value;
  return `${textLiteral(value)}::${typeName}`;
}

/** Types whose codecs make nothing but digits, a sign, a point and an exponent. */
const numberTypes: ReadonlySet<string> = new Set(["smallint", "integer"]);
