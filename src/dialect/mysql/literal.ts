/** The one place where a value becomes MySQL text; only definitions (DEFAULT, CHECK, COMMENT, ENUM …) hold values. */
import type { DriverValue } from "../../io/driver.ts";
import { bytesToHex } from "../hex.ts";
import { checkText } from "../text-value.ts";

const encoder = new TextEncoder();

/**
 * `text` as a literal that reads the same whatever NO_BACKSLASH_ESCAPES says. MariaDB ruins `_utf8mb4 X'…'` when it
 * writes an expression down, so the character set is given by CONVERT.
 */
export function textLiteral(text: string): string {
  const literal = bareLiteral(text);
  return literal.startsWith("X") ? `CONVERT(${literal} USING utf8mb4)` : literal;
}

/** The same for ENUM (…) and ESCAPE, which take no expression, and know the character set. */
export function bareLiteral(text: string): string {
  const checked = checkText(text);
  // The backslash is an escape in one mode and a character in the other; as bytes it is itself in both.
  if (checked.includes("\\")) return `X'${bytesToHex(encoder.encode(checked))}'`;
  return `'${checked.replaceAll("'", "''")}'`;
}

/**
 * `text` as a plain string literal, for the places that take no other (COMMENT). Safe in every mode; its backslashes are
 * right with backslash escapes on, as `session.ts` sets them.
 */
export function plainTextLiteral(text: string): string {
  return `'${checkText(text).replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}

/** What a codec made of a value, as a literal; `isNumber` where the codec writes numbers as text. */
export function ddlLiteral(value: DriverValue, isNumber: boolean): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return isNumber ? value : textLiteral(value);
  if (value instanceof Uint8Array) return `X'${bytesToHex(value)}'`;
  if (typeof value === "boolean") return value ? "1" : "0";
  return String(value);
}
