/** Arrays where the database has none: JSON arrays of what the item's codec binds, so that no digit is lost. */
import type { DriverValue } from "../io/driver.ts";
import { ValueError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { SqlTypeOf } from "../sql/type/sql-type.ts";
import type { Codec } from "./codec.ts";
import type { CodecRegistry } from "./codec-registry.ts";
import { bytesToHex, hexToBytes } from "./hex.ts";
import { sameWhenBound } from "./same-value.ts";

/** The codec of an array column that is stored as JSON. */
export function jsonArrayCodec(type: SqlTypeOf<"array">, registry: CodecRegistry): Codec {
  const item = registry.codec(type.item);
  const bind = (value: unknown): string => {
    if (!Array.isArray(value)) throw new ValueError(`An array column takes an array, not ${describe(value)}.`);
    return jsonArray(value.map((member: unknown) => (member === null ? null : item.bind(member))));
  };
  const read = (raw: DriverValue): unknown[] => {
    const members: unknown = JSON.parse(String(raw));
    if (!Array.isArray(members))
      throw new ValueError("The database returned JSON that is not an array for an array column.");
    return members.map((member: unknown) => {
      if (member === null) return null;
      const stored = storedMember(member);
      return item.result === undefined ? stored : item.result(stored);
    });
  };
  return { bind, result: read, equals: sameWhenBound(bind) };
}

const bytesKey = "hex";

function jsonArray(values: readonly DriverValue[]): string {
  return `[${values.map(jsonMember).join(",")}]`;
}

function jsonMember(value: DriverValue): string {
  // JSON.parse would round what JavaScript's number cannot hold; as a string it keeps its digits.
  if (typeof value === "bigint")
    return Number.isSafeInteger(Number(value)) ? value.toString() : `"${value.toString()}"`;
  if (value instanceof Uint8Array) return `{"${bytesKey}":"${bytesToHex(value)}"}`;
  return JSON.stringify(value);
}

/** What `jsonMember` wrote. */
function storedMember(member: unknown): DriverValue {
  if (typeof member === "object" && member !== null && bytesKey in member) return hexToBytes(String(member[bytesKey]));
  return member as DriverValue;
}
