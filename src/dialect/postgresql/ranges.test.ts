/** Ranges: read and written as they are, asked by operators, kept apart by an exclusion constraint; refused elsewhere. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { dialects, databases, type TestDatabase } from "../../../test/support/dialects.ts";
import { column, defineTable, id } from "../../../test/support/tables.ts";
import { createAllIo } from "../../metadata/ddl/create-all.ts";
import { CompileError } from "../../sql/errors.ts";
import { RangeElement } from "../../sql/expression/range-element.ts";
import { emptySelect } from "../../sql/statement/node.ts";
import { rangeType, type Range } from "../../sql/type/range-types.ts";
import type { ColumnElement } from "../../sql/expression/column-element.ts";
import type { Expression } from "../../sql/expression/node.ts";

const names = ["int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange"] as const;
const { table, metadata } = defineTable({
  name: "stay",
  columns: [id, ...names.map((name) => column(name, rangeType(name)))],
});
const at = (text: string): Date => new Date(text);
const samples: readonly (readonly [(typeof names)[number], Range<unknown>, Range<unknown>])[] = [
  ["int4range", { lower: 1, upper: 5, bounds: "[]" }, { lower: 1, upper: 6, bounds: "[)" }],
  ["int4range", { lower: null, upper: 5 }, { lower: null, upper: 5, bounds: "()" }],
  ["int4range", "empty", "empty"],
  ["int8range", { lower: 1n, upper: 2n ** 60n }, { lower: 1n, upper: 2n ** 60n, bounds: "[)" }],
  ["numrange", { lower: "1.50", upper: "2", bounds: "(]" }, { lower: "1.50", upper: "2", bounds: "(]" }],
  [
    "daterange",
    { lower: "2024-02-28", upper: "2024-03-01" },
    { lower: "2024-02-28", upper: "2024-03-01", bounds: "[)" },
  ],
  [
    "tsrange",
    { lower: "2024-01-01T10:00:00", upper: "2024-01-01T11:30:00.5" },
    { lower: "2024-01-01T10:00:00", upper: "2024-01-01T11:30:00.5", bounds: "[)" },
  ],
  [
    "tstzrange",
    { lower: at("2024-01-01T10:00:00.5Z"), upper: null },
    { lower: at("2024-01-01T10:00:00.5Z"), upper: null, bounds: "[)" },
  ],
];
const element = (name: string): RangeElement<Range<never>> => new RangeElement(table.column(name).node);
const bound = (name: (typeof names)[number], value: unknown): Expression => ({
  kind: "bind",
  value,
  type: rangeType(name),
});

const servers = databases.filter(({ name }) => name.startsWith("PG") || name.startsWith("PostgreSQL"));
let database: TestDatabase;
beforeAll(async () => {
  const [server] = servers;
  if (server === undefined) throw new Error("no PostgreSQL");
  database = await server.open();
  await database.run((core) => createAllIo(metadata, core));
});
afterAll(() => database.close());

const one = async (element: ColumnElement<unknown> | Expression): Promise<unknown> => {
  const node = "node" in element ? element.node : element;
  const [row] = await database.rows({ ...emptySelect, columns: [node] });
  return row?.[0];
};

test.each(samples)("%s comes back as the database has it", async (name, value, expected) => {
  expect(await one(bound(name, value))).toEqual(expected);
});

test("operators", async () => {
  const of = (lower: number, upper: number): RangeElement<Range<number>> =>
    new RangeElement(bound("int4range", { lower, upper }));
  expect(await one(of(1, 5).rangeContains(4))).toBe(true);
  expect(await one(of(1, 5).rangeContains(5))).toBe(false);
  expect(await one(of(1, 5).containsRange({ lower: 2, upper: 3 }))).toBe(true);
  expect(await one(of(2, 3).containedBy({ lower: 1, upper: 5 }))).toBe(true);
  expect(await one(of(1, 5).overlaps(of(4, 9)))).toBe(true);
  expect(await one(of(1, 5).adjacentTo(of(5, 9)))).toBe(true);
  expect(await one(of(1, 5).before(of(5, 9)))).toBe(true);
  expect(await one(of(1, 5).after(of(5, 9)))).toBe(false);
  expect(await one(of(1, 5).lower())).toBe(1);
  expect(await one(of(1, 5).upper())).toBe(5);
  expect(await one(of(1, 1).isEmpty())).toBe(true);
});

test("an exclusion constraint keeps ranges apart", async () => {
  await database.command(`ALTER TABLE stay ADD CONSTRAINT apart EXCLUDE USING gist (int4range WITH &&)`);
  const write = (lower: number, upper: number) =>
    database.rows({
      kind: "insert",
      table,
      columns: [table.column("int4range").node],
      rows: [[bound("int4range", { lower, upper })]],
      returning: [],
    });
  await write(1, 5);
  await write(5, 9);
  await expect(write(4, 6)).rejects.toThrow(/apart/);
});

test("bounds of another type are refused", async () => {
  for (const value of [
    { lower: "1", upper: 2 },
    { lower: 1 },
    5,
    { lower: 1, upper: 2, bounds: "<>" },
    { lower: '1","2', upper: null },
  ]) {
    await expect(one(bound("int4range", value))).rejects.toThrow(/range/);
  }
});

test.each(dialects.filter(({ name }) => name !== "postgresql"))("$name has no ranges, and says so", (dialect) => {
  expect(() => dialect.ddl.createTable(table, metadata)).toThrow(CompileError);
  const node = element("int4range").isEmpty().node;
  expect(() => dialect.compile({ ...emptySelect, columns: [node] })).toThrow(/ranges/);
});
