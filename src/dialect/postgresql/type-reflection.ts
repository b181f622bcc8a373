/** Types as PostgreSQL prints them, read. */
import { customType } from "../../sql/type/types.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";

const simple: Readonly<Record<string, SqlType>> = {
  smallint: { kind: "smallint" },
  integer: { kind: "integer" },
  bigint: { kind: "bigint" },
  real: { kind: "real" },
  "double precision": { kind: "double" },
  boolean: { kind: "boolean" },
  date: { kind: "date" },
  uuid: { kind: "uuid" },
  bytea: { kind: "bytes" },
  text: { kind: "text" },
  json: { kind: "json", binary: false },
  jsonb: { kind: "json", binary: true },
};

/** The type that `text` spells, as `format_type` does; a custom type of that spelling where there is no other. */
export function reflectType(text: string): SqlType {
  if (text.endsWith("[]")) return { kind: "array", item: reflectType(text.slice(0, -2)) };
  if (Object.hasOwn(simple, text) && simple[text] !== undefined) return simple[text];
  return withArguments(text) ?? spelled(text);
}

function withArguments(text: string): SqlType | undefined {
  const match =
    /^(numeric|character varying|character|time|timestamp)(?:\((\d+)(?:,(\d+))?\))?( with(?:out)? time zone)?$/.exec(
      text,
    );
  if (match === null) return undefined;
  const [, name, first, second, zone] = match;
  const size = first === undefined ? undefined : Number(first);
  const precision = size === undefined ? {} : { precision: size };
  switch (name) {
    case "numeric":
      return { kind: "numeric", ...precision, ...(second === undefined ? {} : { scale: Number(second) }) };
    case "character varying":
      return size === undefined ? undefined : { kind: "text", length: size };
    case "character":
      return size === undefined ? undefined : { kind: "text", length: size, fixed: true };
    case "time":
      return zone === " without time zone" ? { kind: "time", ...precision } : undefined;
    default:
      return zone === undefined
        ? undefined
        : { kind: "timestamp", timeZone: zone === " with time zone", as: "date", ...precision };
  }
}

function spelled(text: string): SqlType {
  return customType(text, { impl: { kind: "text" }, bind: (value) => value, result: (value) => value, ddl: text });
}
