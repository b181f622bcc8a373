/** What happens to the values of a column when PostgreSQL changes its type. */
import { textLiteral } from "./literal.ts";

type Family =
  | "text"
  | "integer"
  | "decimal"
  | "float"
  | "boolean"
  | "moment"
  | "json"
  | "bits"
  | "network"
  | "uuid"
  | "bytes"
  | "other";

interface ParsedType {
  readonly family: Family;
  readonly base: string;
  readonly arguments: readonly number[];
  readonly isArray: boolean;
}

const families: Readonly<Record<string, Family>> = {
  text: "text",
  "character varying": "text",
  character: "text",
  name: "text",
  smallint: "integer",
  integer: "integer",
  bigint: "integer",
  numeric: "decimal",
  real: "float",
  "double precision": "float",
  boolean: "boolean",
  date: "moment",
  "timestamp without time zone": "moment",
  "timestamp with time zone": "moment",
  json: "json",
  jsonb: "json",
  bit: "bits",
  "bit varying": "bits",
  inet: "network",
  cidr: "network",
  uuid: "uuid",
  bytea: "bytes",
};

/** Other names that a program may write for the same types. */
const aliases: Readonly<Record<string, string>> = {
  varchar: "character varying",
  char: "character",
  bpchar: "character",
  int: "integer",
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  decimal: "numeric",
  float4: "real",
  float8: "double precision",
  float: "double precision",
  bool: "boolean",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  time: "time without time zone",
  timetz: "time with time zone",
  varbit: "bit varying",
};

function parse(type: string): ParsedType {
  const isArray = type.endsWith("[]");
  const match = /^([a-z][a-z0-9 ]*?)(?:\((\d+)(?:,\s*(-?\d+))?\))?( with(?:out)? time zone)?$/.exec(
    (isArray ? type.slice(0, -2) : type).toLowerCase(),
  );
  const written = match === null ? type : `${match[1] ?? ""}${match[4] ?? ""}`;
  const base = aliases[written] ?? written;
  const numbers = [match?.[2], match?.[3]].filter((part) => part !== undefined).map(Number);
  return { family: families[base] ?? "other", base, arguments: numbers, isArray };
}

const numbers: ReadonlySet<Family> = new Set(["integer", "decimal", "float"]);

/** Whether assignment casts the one to the other by itself: then a value that does not fit is refused, never cut. */
export function castsByItself(from: string, to: string): boolean {
  const [old, wanted] = [parse(from), parse(to)];
  if (from === to) return true;
  if (old.isArray !== wanted.isArray) return wanted.family === "text" && !wanted.isArray;
  if (old.base === wanted.base) return true;
  if (wanted.family === "text") return true;
  if (numbers.has(old.family) && numbers.has(wanted.family)) return true;
  return (old.family === wanted.family && old.family !== "other") || assigned.has(`${old.base} > ${wanted.base}`);
}

/** Assignment casts between kinds. */
const assigned: ReadonlySet<string> = new Set([
  "timestamp without time zone > time without time zone",
  "timestamp with time zone > time without time zone",
  "timestamp with time zone > time with time zone",
  "time with time zone > time without time zone",
  "time without time zone > time with time zone",
  "time without time zone > interval",
  "interval > time without time zone",
  "integer > money",
  "bigint > money",
  "numeric > money",
  "money > numeric",
]);

/** `value`, of type `from`, as `to`. */
export function castExpression(value: string, from: string, to: string): string {
  const [old, wanted] = [parse(from), parse(to)];
  if (castsByItself(from, to) || old.isArray || wanted.isArray) return `${value}::${to}`;
  if (wanted.base === "money" && numbers.has(old.family)) return `${value}::numeric::${to}`;
  if (old.family === "boolean" && numbers.has(wanted.family)) return `${value}::integer::${to}`;
  if (numbers.has(old.family) && wanted.family === "boolean") return `(${value} <> 0)`;
  if (old.family === "text") return `${value}::${to}`;
  return `${value}::text::${to}`;
}

/** A condition that finds the values of `column` which the new type cannot hold as they are; undefined where there are none. */
export function misfits(
  column: string,
  from: string,
  to: string,
  enumValues: readonly string[] | undefined,
): string | undefined {
  const [old, wanted] = [parse(from), parse(to)];
  if (old.isArray || wanted.isArray) return undefined;
  if (enumValues !== undefined)
    return `${column}::text <> ALL (ARRAY[${enumValues.map(textLiteral).join(", ")}]::text[])`;
  if (wanted.family === "text") return tooLong(column, old, wanted);
  const known = temporalMisfits(column, old, wanted, to) ?? pairMisfits(column, old, wanted);
  if (known !== undefined) return known === nothing ? undefined : known;
  if (old.family === "text" || (spelled.has(old.family) && isSpelledOut(wanted))) return textMisfits(column, wanted);
  if (numbers.has(old.family) && numbers.has(wanted.family)) return numberMisfits(column, old, wanted, to);
  if (numbers.has(old.family) && wanted.family === "boolean") return `${column} NOT IN (0, 1)`;
  return isForeign(old, wanted) ? `${column} IS NOT NULL` : undefined;
}

/** No value can be lost. */
const nothing = "";

/** What has no cast but by way of its text. */
const spelled: ReadonlySet<Family> = new Set(["other", "json", "bits", "network", "bytes"]);

function isSpelledOut({ family, base }: ParsedType): boolean {
  return numbers.has(family) || patterns[base] !== undefined;
}

/** Whether nobody can say what a value of the one kind means as the other. What is written as text was looked at before. */
function isForeign(old: ParsedType, wanted: ParsedType): boolean {
  const kindOf = ({ family, base }: ParsedType): string =>
    numbers.has(family) || family === "boolean" ? "number" : family === "other" ? base : family;
  return kindOf(old) !== kindOf(wanted);
}

const clock = /^time with(?:out)? time zone$/;

/** Days, times of day and moments: what the new type has no room for. */
function temporalMisfits(column: string, old: ParsedType, wanted: ParsedType, to: string): string | undefined {
  const isTemporal = ({ family, base }: ParsedType): boolean =>
    family === "moment" || base === "interval" || clock.test(base);
  if (!isTemporal(old) || !isTemporal(wanted)) return undefined;
  if (old.base === wanted.base || (old.family === "moment" && wanted.family === "moment" && wanted.base !== "date")) {
    return (wanted.arguments[0] ?? 6) < (old.arguments[0] ?? 6) ? `${column} <> ${column}::${to}` : nothing;
  }
  if (old.family === "moment" && wanted.base === "date") return `${column} <> ${column}::date`;
  // The zone of a time of day, and the days of an interval.
  if (clock.test(old.base) && clock.test(wanted.base)) return `${column} <> ${column}::${to}::${old.base}`;
  if (old.base === "time without time zone" && wanted.base === "interval")
    return `${column}::${to} <> ${column}::interval`;
  if (old.base === "interval" && wanted.base === "time without time zone")
    return `${column} <> ${column}::${to}::interval`;
  return `${column} IS NOT NULL`;
}

/** Single pairs of types that assignment casts, and cuts. */
function pairMisfits(column: string, old: ParsedType, wanted: ParsedType): string | undefined {
  const [length] = wanted.arguments;
  if (wanted.family === "bits" && old.family === "bits") {
    if (wanted.base === "bit") return `pg_catalog.length(${column}) <> ${String(length ?? 1)}`;
    return length === undefined ? nothing : `pg_catalog.length(${column}) > ${String(length)}`;
  }
  if (old.base === "inet" && wanted.base === "cidr") return `${column} <> pg_catalog.network(${column})::inet`;
  if (old.base === "money" && wanted.base === "numeric" && length === undefined) return nothing;
  if (wanted.base === "money" && numbers.has(old.family))
    return `${column}::numeric <> ${column}::numeric::money::numeric`;
  if (wanted.base === "jsonb" && (old.base === "json" || old.family === "text")) return jsonMisfits(column);
  // Only words and places are left of a text.
  return wanted.base === "tsvector" && old.base !== "tsvector" ? `${column} IS NOT NULL` : undefined;
}

/** A surrogate pair, and an escape that no text can hold: U+0000, or half a pair. */
const surrogates = String.raw`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`;
const noCharacter = String.raw`(^|[^\\])(\\\\)*\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})`;

/** jsonb keeps the last of several members with one name, and refuses what is no text. Nothing that parses it may come before that. */
function jsonMisfits(column: string): string {
  const text = `${column}::text`;
  const isNoText = `pg_catalog.regexp_replace(${text}, ${textLiteral(surrogates)}, 'x', 'g') ~ ${textLiteral(noCharacter)}`;
  const parts = (kind: "object" | "array"): string => `CASE pg_catalog.json_typeof(v.j) WHEN '${kind}' THEN v.j END`;
  const hasTwins = `EXISTS (WITH RECURSIVE v (j) AS (SELECT ${text}::json UNION ALL SELECT p.value FROM v CROSS JOIN LATERAL (
    SELECT o.value FROM pg_catalog.json_each(${parts("object")}) AS o UNION ALL SELECT a.value FROM pg_catalog.json_array_elements(${parts("array")}) AS a (value)) AS p)
    SELECT FROM v WHERE (SELECT pg_catalog.count(*) <> pg_catalog.count(DISTINCT k.name) FROM pg_catalog.json_object_keys(${parts("object")}) AS k (name)))`;
  return `CASE WHEN ${isNoText} THEN true ELSE ${hasTwins} END`;
}

function tooLong(column: string, old: ParsedType, wanted: ParsedType): string | undefined {
  if (wanted.base === "name" && old.base !== "name") return `pg_catalog.octet_length(${column}::text) > 63`;
  const length = wanted.arguments[0] ?? (wanted.base === "character" ? 1 : undefined);
  if (length === undefined) return undefined;
  if (old.family === "text" && old.arguments[0] !== undefined && old.arguments[0] <= length) return undefined;
  return `pg_catalog.length(${column}::text) > ${String(length)}`;
}

const ranges: Readonly<Record<string, readonly [string, string]>> = {
  smallint: ["-32768", "32767"],
  integer: ["-2147483648", "2147483647"],
  bigint: ["-9223372036854775808", "9223372036854775807"],
};

const patterns: Readonly<Record<string, string>> = {
  numeric: String.raw`^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$`,
  boolean: String.raw`^\s*(t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|1|0)\s*$`,
  uuid: String.raw`^\s*\{?[0-9a-f]{4}(-?[0-9a-f]{4}){7}\}?\s*$`,
  // Other spellings mean another day under another DateStyle.
  "time without time zone": String.raw`^\s*([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?\s*$`,
  date: String.raw`^\s*\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\s*$`,
  "timestamp without time zone": String.raw`^\s*\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?\s*$`,
  "timestamp with time zone": String.raw`^\s*\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([T ]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?\s*(Z|[+-]\d\d(:?\d\d)?)?)?\s*$`,
};

function textMisfits(column: string, wanted: ParsedType): string | undefined {
  const text = `${column}::text`;
  const range = ranges[wanted.base];
  if (range !== undefined) {
    const whole = `${text} ~ ${textLiteral(String.raw`^\s*[+-]?\d+\s*$`)}`;
    return `NOT CASE WHEN ${whole} THEN ${text}::numeric BETWEEN ${range[0]} AND ${range[1]} ELSE false END`;
  }
  const [precision, scale = 0] = wanted.arguments;
  if (wanted.base === "numeric" && precision !== undefined) {
    const [value, digits] = [`${text}::numeric`, String(scale)];
    const fits = `pg_catalog.abs(${value}) < '1e${String(precision - scale)}'::numeric AND ${value} = pg_catalog.round(${value}, ${digits})`;
    return `NOT CASE WHEN ${text} ~ ${textLiteral(patterns["numeric"] ?? "")} THEN ${fits} ELSE false END`;
  }
  const pattern = patterns[numbers.has(wanted.family) ? "numeric" : wanted.base];
  return pattern === undefined ? undefined : `${text} !~* ${textLiteral(pattern)}`;
}

function numberMisfits(column: string, old: ParsedType, wanted: ParsedType, to: string): string | undefined {
  const range = ranges[wanted.base];
  if (range !== undefined) {
    if (old.family === "integer" && sizes.indexOf(old.base) <= sizes.indexOf(wanted.base)) return undefined;
    const fraction = old.family === "integer" ? "" : ` OR ${column} <> pg_catalog.trunc(${column})`;
    return `${column} NOT BETWEEN ${range[0]} AND ${range[1]}${fraction}`;
  }
  const [precision, scale = 0] = wanted.arguments;
  if (wanted.base === "numeric" && precision !== undefined) {
    const value = old.family === "float" ? `${column}::numeric` : column;
    const limit = `'1e${String(precision - scale)}'::numeric`;
    // A double has digits that numeric does not show.
    const hidden = old.family === "float" ? ` OR ${value}::${old.base} <> ${column}` : "";
    return `pg_catalog.abs(${value}) >= ${limit} OR ${value} <> pg_catalog.round(${value}${old.family === "integer" ? "::numeric" : ""}, ${String(scale)})${hidden}`;
  }
  if (wanted.base === "numeric" && old.family === "float") return `${column}::numeric::${old.base} <> ${column}`;
  // numeric does not show the digits in which two floats differ.
  if (wanted.base === "real" && old.base === "double precision")
    return `${column}::${to}::double precision <> ${column}`;
  if (wanted.family === "float" && old.base !== "real" && old.base !== "smallint")
    return `${column}::numeric <> ${column}::${to}::numeric`;
  return undefined;
}

const sizes = ["smallint", "integer", "bigint"];
