import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { SqlType } from "../sql/type/sql-type.ts";
import { array, bigint, date, decimal, jsonb, timestamp, varchar } from "../sql/type/types.ts";
import { columnType, UnmappedType, type ColumnType } from "./zod-type.ts";

function mapped(schema: z.ZodType, explicit?: SqlType): ColumnType {
  const found = columnType(schema, explicit, "hero_field");
  if (found instanceof UnmappedType) throw new Error(`${found.problem}. ${found.remedy}`);
  return found;
}

const typeOf = (schema: z.ZodType, explicit?: SqlType): SqlType => mapped(schema, explicit).type;
const problemOf = (schema: z.ZodType, explicit?: SqlType): string => {
  const found = columnType(schema, explicit, "hero_field");
  return found instanceof UnmappedType
    ? `${found.problem}. ${found.remedy}`
    : `no problem: ${JSON.stringify(found.type)}`;
};

describe("scalars", () => {
  const cases: [string, z.ZodType, SqlType][] = [
    ["string", z.string(), { kind: "text" }],
    ["string with max", z.string().max(50), { kind: "text", length: 50 }],
    ["the least of several lengths", z.string().max(50).length(3), { kind: "text", length: 3 }],
    ["email with max", z.email().max(320), { kind: "text", length: 320 }],
    ["url", z.url(), { kind: "text" }],
    ["nanoid", z.nanoid(), { kind: "text" }],
    ["trimmed", z.string().trim().max(9), { kind: "text", length: 9 }],
    ["template literal", z.templateLiteral(["v", z.int()]), { kind: "text" }],
    ["uuid", z.uuid(), { kind: "uuid" }],
    ["uuidv7", z.uuidv7(), { kind: "uuid" }],
    ["string().uuid()", z.string().uuid(), { kind: "uuid" }],
    ["int", z.int(), { kind: "integer" }],
    ["number().int()", z.number().int(), { kind: "integer" }],
    ["int within 32 bits", z.int().min(0).max(100), { kind: "integer" }],
    ["int32", z.int32(), { kind: "integer" }],
    ["multiple of a whole number", z.number().multipleOf(5), { kind: "integer" }],
    ["multiple of a fraction", z.number().multipleOf(0.01), { kind: "double" }],
    ["number", z.number(), { kind: "double" }],
    ["float32", z.float32(), { kind: "real" }],
    ["bigint", z.bigint(), { kind: "bigint" }],
    ["int64", z.int64(), { kind: "bigint" }],
    ["boolean", z.boolean(), { kind: "boolean" }],
    ["date", z.date(), { kind: "timestamp", timeZone: true, as: "date" }],
    ["coerced date", z.coerce.date(), { kind: "timestamp", timeZone: true, as: "date" }],
    ["instanceof Date", z.instanceof(Date), { kind: "timestamp", timeZone: true, as: "date" }],
    ["instanceof Uint8Array", z.instanceof(Uint8Array), { kind: "bytes" }],
    ["iso datetime", z.iso.datetime(), { kind: "timestamp", timeZone: true, as: "string" }],
    ["iso local datetime", z.iso.datetime({ local: true }), { kind: "timestamp", timeZone: false, as: "string" }],
    [
      "iso datetime with precision",
      z.iso.datetime({ precision: 3 }),
      { kind: "timestamp", timeZone: true, as: "string", precision: 3 },
    ],
    ["iso date", z.iso.date(), { kind: "date" }],
    ["iso time", z.iso.time(), { kind: "time" }],
    ["enum", z.enum(["a", "b"]), { kind: "enum", name: "hero_field", values: ["a", "b"] }],
    ["numeric enum", z.enum({ Low: 1, High: 2 }), { kind: "integer" }],
    ["literals", z.literal(["a", "b"]), { kind: "enum", name: "hero_field", values: ["a", "b"] }],
    ["number literals", z.literal([1, 2]), { kind: "integer" }],
    [
      "union of literals",
      z.union([z.literal("a"), z.literal("b")]),
      { kind: "enum", name: "hero_field", values: ["a", "b"] },
    ],
    ["union of texts", z.union([z.email(), z.url()]), { kind: "text" }],
    ["branded", z.string().brand<"Name">(), { kind: "text" }],
    ["readonly", z.string().readonly(), { kind: "text" }],
    ["lazy", z.lazy(() => z.string().max(3)), { kind: "text", length: 3 }],
    ["preprocessed", z.preprocess((value) => value, z.int()), { kind: "integer" }],
  ];
  test.each(cases)("%s", (_, schema, expected) => {
    expect(typeOf(schema)).toEqual(expected);
  });

  test.each([
    ["uint32", z.uint32(), 4_294_967_295],
    ["bounds beyond 32 bits", z.int().max(1e12), 1e12],
  ])("%s is a BIGINT that holds numbers", (_, schema, value) => {
    const type = typeOf(schema);
    if (type.kind !== "custom") throw new Error(type.kind);
    expect(type.impl).toEqual({ kind: "bigint" });
    expect(type.result(type.bind(value))).toBe(value);
    expect(() => type.result(2n ** 60n)).toThrow("z.bigint()");
  });

  test("unsigned 64 bits do not fit a BIGINT", () => {
    const type = typeOf(z.uint64());
    if (type.kind !== "custom") throw new Error(type.kind);
    expect(type.impl).toEqual({ kind: "numeric", precision: 20, scale: 0 });
    expect(type.result(type.bind(2n ** 64n - 1n))).toBe(2n ** 64n - 1n);
  });
});

describe("structures", () => {
  const json: SqlType = { kind: "json", binary: true };
  test.each([
    ["object", z.object({ a: z.string() }), json],
    ["record", z.record(z.string(), z.int()), json],
    ["tuple", z.tuple([z.string(), z.int()]), json],
    ["any JSON", z.json(), json],
    ["unknown", z.unknown(), json],
    [
      "discriminated union",
      z.discriminatedUnion("t", [z.object({ t: z.literal("a") }), z.object({ t: z.literal("b") })]),
      json,
    ],
    ["intersection", z.intersection(z.object({ a: z.int() }), z.object({ b: z.int() })), json],
    ["array of objects", z.array(z.object({ a: z.int() })), json],
    ["array of nullable", z.array(z.string().nullable()), json],
    ["array of arrays", z.array(z.array(z.int())), json],
    ["array of text", z.array(z.string()), { kind: "array", item: { kind: "text" } } as const],
    ["array of an enum", z.array(z.enum(["a"])), { kind: "array", item: { kind: "text" } } as const],
    [
      "array of dates",
      z.array(z.date()),
      { kind: "array", item: { kind: "timestamp", timeZone: true, as: "date" } } as const,
    ],
  ])("%s", (_, schema, expected) => {
    expect(typeOf(schema)).toEqual(expected);
  });
});

describe("nullability and defaults", () => {
  test.each([
    ["plain", z.string(), false, false],
    ["nullable", z.string().nullable(), true, false],
    ["nullish", z.string().nullish(), true, false],
    ["union with null", z.union([z.int(), z.null()]), true, false],
    ["literal with null", z.literal(["a", null]), true, false],
    ["default", z.string().default("x"), false, true],
    ["nullable default", z.string().nullable().default(null), true, true],
    ["prefault", z.string().prefault("x"), false, true],
    ["optional with default", z.string().optional().default("x"), false, true],
    ["unknown", z.unknown(), true, false],
  ])("%s", (_, schema, nullable, hasDefault) => {
    expect(mapped(schema)).toMatchObject({ nullable, hasDefault });
  });

  test("undefined is no value of a column", () => {
    expect(problemOf(z.string().optional())).toContain("Use .nullable() in place of .optional()");
    expect(problemOf(z.null())).toContain("no value but null");
  });
});

describe("codecs", () => {
  const moment = z.codec(z.iso.datetime(), z.date(), {
    decode: (text) => new Date(text),
    encode: (date) => date.toISOString(),
  });

  test("are stored as what they take in", () => {
    const { type, direction } = mapped(moment.nullable());
    if (type.kind !== "custom") throw new Error(type.kind);
    expect(direction).toBe("backward");
    expect(type.impl).toEqual({ kind: "timestamp", timeZone: true, as: "string" });
    expect(type.bind(new Date(0))).toBe("1970-01-01T00:00:00.000Z");
    expect(type.result("1970-01-01T00:00:00.000Z")).toEqual(new Date(0));
  });

  test("inside JSON too", () => {
    const type = typeOf(z.object({ at: moment }));
    if (type.kind !== "custom") throw new Error(type.kind);
    expect(type.impl.kind).toBe("json");
    expect(type.bind({ at: new Date(0) })).toEqual({ at: "1970-01-01T00:00:00.000Z" });
  });
});

describe("explicit types", () => {
  test("are taken, and adapted where they can be", () => {
    expect(typeOf(z.string(), decimal(10, 2))).toEqual(decimal(10, 2));
    expect(typeOf(z.iso.datetime(), timestamp())).toEqual({ kind: "timestamp", timeZone: true, as: "string" });
    expect(typeOf(z.array(z.string()), jsonb())).toEqual(jsonb());
    expect(typeOf(z.string(), varchar(20))).toEqual(varchar(20));
    expect(typeOf(z.array(z.string()), array(decimal(3, 1)))).toEqual(array(decimal(3, 1)));
    expect(typeOf(z.int(), bigint())).toMatchObject({ kind: "custom", impl: { kind: "bigint" } });
  });

  test.each([
    [z.number(), decimal(10, 2), "A decimal is a string in JavaScript"],
    [z.date(), date(), "Use z.string()"],
    [z.string(), bigint(), "Use z.bigint()"],
    [z.boolean(), varchar(1), "Use z.string()"],
  ])("a Zod type of other values is refused", (schema, type, words) => {
    expect(problemOf(schema, type)).toContain(words);
  });
});

describe("what has no clear mapping", () => {
  test.each([
    ["map", z.map(z.string(), z.int()), "z.record"],
    ["set", z.set(z.string()), "z.array"],
    ["one-way transform", z.string().transform(Number), "z.codec"],
    ["transform inside", z.object({ a: z.string().transform(Number) }), "z.codec"],
    ["union of scalars", z.union([z.string(), z.int()]), "several types"],
    ["literals of several types", z.literal(["a", 1]), "several types"],
    ["date in JSON", z.object({ at: z.date() }), "z.iso.datetime()"],
    ["bigint in JSON", z.object({ n: z.bigint() }), "z.string()"],
    ["function", z.function() as unknown as z.ZodType, "type"],
    ["symbol", z.symbol(), "type"],
    ["own class", z.instanceof(URL), "customType"],
    ["custom", z.custom<string>(), "customType"],
    ["promise", z.promise(z.string()), "type"],
  ])("%s", (_, schema, words) => {
    expect(problemOf(schema)).toContain(words);
    expect(problemOf(schema)).not.toContain("no problem");
  });
});
