/** Column types with values that they store, for tests of codecs and of real databases. */
import fc from "fast-check";
import type { SqlType } from "../../src/sql/type/sql-type.ts";
import {
  array,
  bigint,
  boolean,
  bytea,
  char,
  customType,
  date,
  decimal,
  double,
  enumType,
  integer,
  json,
  jsonb,
  real,
  smallint,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from "../../src/sql/type/types.ts";

const pad = (value: number, length: number): string => String(value).padStart(length, "0");
const wellFormed = fc.string({ unit: "binary" }).filter((value) => !value.includes("\0"));
const day = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});
const clock = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.nat(999_999))
  .map(([h, m, s, f]) => `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}.${pad(f, 6)}`);
const digitsOf = (whole: number, scale: number) =>
  fc
    .tuple(fc.boolean(), fc.bigInt(0n, 10n ** BigInt(whole) - 1n), fc.bigInt(0n, 10n ** BigInt(scale) - 1n))
    .map(([negative, a, b]) => `${negative ? "-" : ""}${a}.${b.toString().padStart(scale, "0")}`);

/** Types with values that they store. */
export const typeSamples: readonly {
  readonly name: string;
  readonly type: SqlType;
  readonly values: fc.Arbitrary<unknown>;
}[] = [
  { name: "smallint", type: smallint(), values: fc.integer({ min: -32_768, max: 32_767 }) },
  { name: "integer", type: integer(), values: fc.integer() },
  { name: "bigint", type: bigint(), values: fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n) },
  { name: "decimal(38, 10)", type: decimal(38, 10), values: digitsOf(28, 10) },
  { name: "decimal", type: decimal(), values: digitsOf(30, 20) },
  { name: "real", type: real(), values: fc.float({ noNaN: true, noDefaultInfinity: true }) },
  {
    name: "double",
    type: double(),
    values: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }),
  },
  { name: "boolean", type: boolean(), values: fc.boolean() },
  { name: "text", type: text(), values: wellFormed },
  {
    name: "varchar(20)",
    type: varchar(20),
    values: fc.string({ unit: "binary", maxLength: 20 }).filter((value) => !value.includes("\0")),
  },
  {
    name: "char(5)",
    type: char(5),
    values: fc.string({ unit: "grapheme-ascii", maxLength: 5 }).filter((value) => !value.endsWith(" ")),
  },
  { name: "date", type: date(), values: day.map((value) => value.toISOString().slice(0, 10)) },
  { name: "time", type: time(), values: clock },
  { name: "timestamp", type: timestamp(), values: day },
  { name: "timestamp, wall clock", type: timestamp({ timeZone: false }), values: day },
  {
    name: "timestamp as string",
    type: timestamp({ as: "string" }),
    values: fc.tuple(day, clock).map(([at, time_]) => `${at.toISOString().slice(0, 10)}T${time_}Z`),
  },
  {
    name: "timestamp, wall clock as string",
    type: timestamp({ as: "string", timeZone: false }),
    values: fc.tuple(day, clock).map(([at, time_]) => `${at.toISOString().slice(0, 10)}T${time_}`),
  },
  { name: "uuid", type: uuid(), values: fc.uuid() },
  { name: "json", type: json(), values: jsonValue() },
  { name: "jsonb", type: jsonb(), values: jsonValue() },
  { name: "bytes", type: bytea(), values: fc.uint8Array() },
  { name: "enum", type: enumType(["on", "o'ff", "ma\\ybe"]), values: fc.constantFrom("on", "o'ff", "ma\\ybe") },
  { name: "array of integers", type: array(integer()), values: fc.array(fc.option(fc.integer())) },
  { name: "array of bigints", type: array(bigint()), values: fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)) },
  { name: "array of texts", type: array(text()), values: fc.array(fc.option(wellFormed)) },
  { name: "array of decimals", type: array(decimal(38, 10)), values: fc.array(digitsOf(28, 10)) },
  { name: "array of moments", type: array(timestamp()), values: fc.array(day) },
  { name: "array of bytes", type: array(bytea()), values: fc.array(fc.uint8Array()) },
  {
    name: "array of arrays",
    type: array(array(integer())),
    values: fc.array(fc.tuple(fc.integer(), fc.integer()).map((pair) => [...pair])),
  },
  {
    name: "custom over text",
    type: customType<URL>("url", {
      impl: text(),
      bind: (url) => url.href,
      result: (value) => new URL(String(value)),
      equals: (a, b) => a.href === b.href,
    }),
    values: fc.webUrl().map((url) => new URL(url)),
  },
];

function jsonValue(): fc.Arbitrary<unknown> {
  const string = wellFormed;
  return fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3 }, string, fc.boolean(), fc.constant(1.5), fc.integer(), tie("array"), tie("object")),
    array: fc.array(fc.oneof(tie("value"), fc.constant(null)), { maxLength: 4 }),
    object: fc.dictionary(string, fc.oneof(tie("value"), fc.constant(null)), { maxKeys: 4, noNullPrototype: true }),
  })).value;
}
