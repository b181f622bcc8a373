/** A type's identity as text: equal texts mean types that are spelled, bound and read alike. */
import type { SqlType, SqlTypeOf } from "./sql-type.ts";

/** Keys that take long to write, or that are an object's own. */
const remembered = new WeakMap<SqlType, string>();
let lastOwnId = 0;

/** The text that stands for `type` in cache keys. No key is the beginning of another. */
export function typeKey(type: SqlType): string {
  switch (type.kind) {
    case "integer":
      return "i";
    case "text":
      return isPlain(type)
        ? "x"
        : `t${optional(type.length)}${type.fixed === true ? "f" : "v"}${optional(type.collation)}`;
    case "boolean":
      return "b";
    case "double":
      return "d";
    case "bigint":
      return "I";
    case "uuid":
      return "u";
    case "timestamp":
      return `S${type.timeZone ? "z" : "-"}${type.as === "date" ? "d" : "s"}${optional(type.precision)}`;
    case "unknown":
      return "?";
    case "numeric":
      return `n${optional(type.precision)}${optional(type.scale)}`;
    default:
      return otherKey(type);
  }
}

function isPlain(type: SqlTypeOf<"text">): boolean {
  return type.length === undefined && type.fixed === undefined && type.collation === undefined;
}

function otherKey(type: SqlType): string {
  switch (type.kind) {
    case "smallint":
      return "s";
    case "real":
      return "r";
    case "date":
      return "D";
    case "time":
      return `T${optional(type.precision)}`;
    case "json":
      return type.binary ? "J" : "j";
    case "bytes":
      return `B${optional(type.length)}`;
    default:
      return rememberedKey(type);
  }
}

function rememberedKey(type: SqlType): string {
  let key = remembered.get(type);
  if (key === undefined) {
    key = longKey(type);
    remembered.set(type, key);
  }
  return key;
}

function longKey(type: SqlType): string {
  if (type.kind === "enum") {
    const values = type.values.map(lengthPrefixed).join("");
    return `e${optional(type.schema)}${optional(type.name)}${String(type.values.length)};${values}`;
  }
  if (type.kind === "array") return `[${typeKey(type.item)}`;
  // A custom type is its functions: two objects are two types.
  lastOwnId += 1;
  return `c${String(lastOwnId)};`;
}

function optional(value: number | string | undefined): string {
  return value === undefined ? "_" : lengthPrefixed(String(value));
}

/** `text` so that what follows cannot be taken for part of it. */
function lengthPrefixed(text: string): string {
  return `${String(text.length)}:${text}`;
}
