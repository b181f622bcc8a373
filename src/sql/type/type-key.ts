/** A type's identity as text: equal texts mean types that are spelled, bound and read alike. */
import type { SqlType } from "./sql-type.ts";

const structural = new WeakMap<SqlType, string>();
let lastOwnId = 0;

/** The text that stands for `type` in cache keys. No key is the beginning of another. */
export function typeKey(type: SqlType): string {
  switch (type.kind) {
    case "integer":
      return "i";
    case "boolean":
      return "b";
    case "double":
      return "d";
    case "bigint":
      return "I";
    case "smallint":
      return "s";
    case "real":
      return "r";
    case "date":
      return "D";
    case "uuid":
      return "u";
    case "unknown":
      return "?";
    default:
      return rememberedKey(type);
  }
}

function rememberedKey(type: SqlType): string {
  let key = structural.get(type);
  if (key === undefined) {
    key = describeType(type);
    structural.set(type, key);
  }
  return key;
}

function describeType(type: SqlType): string {
  switch (type.kind) {
    case "numeric":
      return `n${optional(type.precision)}${optional(type.scale)}`;
    case "text":
      return `t${optional(type.length)}${type.fixed === true ? "f" : "v"}${optional(type.collation)}`;
    case "time":
      return `T${optional(type.precision)}`;
    case "timestamp":
      return `S${type.timeZone ? "z" : "-"}${type.as === "date" ? "d" : "s"}${optional(type.precision)}`;
    case "json":
      return type.binary ? "J" : "j";
    case "bytes":
      return `B${optional(type.length)}`;
    case "enum":
      return `e${optional(type.schema)}${optional(type.name)}${String(type.values.length)};${type.values.map(lengthPrefixed).join("")}`;
    case "array":
      return `[${typeKey(type.item)}`;
    default:
      // A custom type is its functions: two objects are two types.
      lastOwnId += 1;
      return `c${String(lastOwnId)};`;
  }
}

function optional(value: number | string | undefined): string {
  return value === undefined ? "_" : lengthPrefixed(String(value));
}

/** `text` so that what follows cannot be taken for part of it. */
export function lengthPrefixed(text: string): string {
  return `${String(text.length)}:${text}`;
}
