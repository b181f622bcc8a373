/** Checks of text, UUIDs, enum members and bytes on their way into a database. */
import { ValueError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { SqlTypeOf } from "../sql/type/sql-type.ts";
import { isWellFormed } from "../util/well-formed.ts";

/** A string that every database stores as it is. */
export function checkText(value: unknown): string {
  if (typeof value !== "string") throw new ValueError(`A text column takes a string, not ${describe(value)}.`);
  if (value.includes("\0")) {
    throw new ValueError(
      "The text contains the character NUL (U+0000), which databases cannot store in text. Remove it, or use bytea().",
    );
  }
  if (!isWellFormed(value)) {
    throw new ValueError(
      "The text contains half of a surrogate pair, which UTF-8 cannot express. Clean it with toWellFormed().",
    );
  }
  return value;
}

/** A string that fits a column of `type`. */
export function checkTextOf(type: SqlTypeOf<"text">): (value: unknown) => string {
  const { length, fixed } = type;
  if (length === undefined) return checkText;
  return (value) => {
    const text = checkText(value);
    if (text.length > length && countCharacters(text) > length) {
      throw new ValueError(
        `The text has ${String(countCharacters(text))} characters, and the column takes at most ${String(length)}.`,
      );
    }
    if (fixed === true && text.endsWith(" ")) {
      throw new ValueError(
        "The text ends with spaces, which a CHAR column cannot tell from its padding. Trim it, or use varchar().",
      );
    }
    return text;
  };
}

/** Characters as databases count them: code points. */
function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID in lower case, the form that databases give back. */
export function checkUuid(value: unknown): string {
  if (typeof value === "string" && uuidPattern.test(value)) return value.toLowerCase();
  if (typeof value !== "string") throw new ValueError(`A UUID column takes a string, not ${describe(value)}.`);
  throw new ValueError("The text is not a UUID such as '018f3f5e-6c2a-7b3d-9d6e-2f1a4b5c6d7e'.");
}

/** True where both are the same UUID. */
export function sameUuid(left: unknown, right: unknown): boolean {
  return (
    left === right ||
    (typeof left === "string" && typeof right === "string" && left.toLowerCase() === right.toLowerCase())
  );
}

/** One of the enum's values. */
export function checkEnumOf(type: SqlTypeOf<"enum">): (value: unknown) => string {
  const members = new Set<unknown>(type.values);
  return (value) => {
    if (members.has(value)) return value as string;
    const allowed = type.values.map((member) => `'${member}'`).join(", ");
    if (typeof value !== "string")
      throw new ValueError(`An enum column takes a string, not ${describe(value)}. Use one of: ${allowed}.`);
    throw new ValueError(`The text is not a value of the enum. Use one of: ${allowed}.`);
  };
}

/** Bytes that fit a column of `type`. */
export function checkBytesOf(type: SqlTypeOf<"bytes">): (value: unknown) => Uint8Array {
  const { length } = type;
  return (value) => {
    if (!(value instanceof Uint8Array))
      throw new ValueError(`A binary column takes a Uint8Array, not ${describe(value)}.`);
    if (length !== undefined && value.byteLength > length) {
      throw new ValueError(
        `The value has ${String(value.byteLength)} bytes, and the column takes at most ${String(length)}.`,
      );
    }
    // A copy: what was bound is kept as the snapshot, in which a change of the program's bytes must not show.
    return new Uint8Array(value);
  };
}

/** True where both hold the same bytes. */
export function sameBytes(left: unknown, right: unknown): boolean {
  if (!(left instanceof Uint8Array) || !(right instanceof Uint8Array)) return false;
  return left.byteLength === right.byteLength && left.every((byte, index) => byte === right[index]);
}
