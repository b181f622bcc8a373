/** What expressions mean, alike on every database: exact decimals, literal text search, counting, dividing, comparing with NULL. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases, type TestDatabase } from "../../test/support/dialects.ts";
import { scalar } from "../../test/support/sql-cases.ts";
import { column, defineTable, element, id } from "../../test/support/tables.ts";
import { createAllIo } from "../metadata/ddl/create-all.ts";
import { MetaData } from "../metadata/meta-data.ts";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import { func } from "../sql/expression/functions.ts";
import type { Expression } from "../sql/expression/node.ts";
import { cast, literal } from "../sql/expression/operators.ts";
import { emptySelect, type SelectNode } from "../sql/statement/node.ts";
import { array, bigint, decimal, double, integer, json, real, text, varchar } from "../sql/type/types.ts";

const metadata = new MetaData();
const numbers = defineTable(
  {
    name: "numbers",
    columns: [id, column("price", decimal(38, 10)), column("big", bigint()), column("small", integer())],
  },
  metadata,
).table;
const words = defineTable({ name: "words", columns: [id, column("word", varchar(100))] }, metadata).table;
const price = element<string | null>(numbers, "price");
const big = element<bigint | null>(numbers, "big");
const small = element<number | null>(numbers, "small");
const word = element<string | null>(words, "word");

const select = (...columns: readonly (ColumnElement<unknown> | ColumnElement<never>)[]): SelectNode => ({
  ...emptySelect,
  columns: columns.map(({ node }) => node),
});

/** Decimals as whole numbers of 10^-10, to calculate with. */
const scale = 10n ** 10n;
function write(units: bigint): string {
  const digits = (units < 0n ? -units : units).toString().padStart(11, "0");
  return `${units < 0n ? "-" : ""}${digits.slice(0, -10)}.${digits.slice(-10)}`;
}
const units = fc.oneof(
  fc.bigInt(-(10n ** 37n), 10n ** 37n),
  fc.bigInt(-20n, 20n),
  fc.bigInt(-20n, 20n).map((value) => value * scale),
);

describe.each(databases)("$name", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
    await database.run((core) => createAllIo(metadata, core));
  });
  afterAll(() => database.close());

  const fill = async (
    table: typeof numbers,
    columns: readonly string[],
    rows: readonly (readonly unknown[])[],
  ): Promise<void> => {
    await database.command(`DELETE FROM ${database.dialect.quoteIdentifier(table.name)}`);
    const chosen = columns.map((name) => table.column(name));
    await database.rows({
      kind: "insert",
      table,
      columns: chosen.map(({ node }) => node),
      rows: rows.map((row) =>
        row.map((value, index) => ({ kind: "bind" as const, value, type: chosen[index]?.type ?? text() })),
      ),
      returning: [],
    });
  };

  test("T04 decimals of 38 digits are ordered, compared, added and summed exactly", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(units, { minLength: 1, maxLength: 8 }), units, async (values, other) => {
        await fill(
          numbers,
          ["price"],
          values.map((value) => [write(value)]),
        );
        const sorted = values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)).map(write);
        const ordered = await database.rows({ ...select(price), orderBy: [price.node] });
        expect(ordered.map(([value]) => value)).toEqual(sorted);
        const greater = await database.rows({ ...select(func.count()), where: price.gt(write(other)).node });
        expect(greater).toEqual([[values.filter((value) => value > other).length]]);
        const between = await database.rows({
          ...select(func.count()),
          where: price.between(write(-other), write(other)).node,
        });
        expect(between).toEqual([[values.filter((value) => value >= -other && value <= other).length]]);
        const equal = await database.rows({ ...select(func.count()), where: price.in([write(values[0] ?? 0n)]).node });
        expect(equal).toEqual([[values.filter((value) => value === values[0]).length]]);
        const sum = values.reduce((total, value) => total + value, 0n);
        const [totals] = await database.rows(select(func.sum(price), func.min(price), func.max(price)));
        expect(totals).toEqual([write(sum), sorted[0], sorted.at(-1)]);
      }),
      { numRuns: 40 },
    );
    const small_ = await database.rows(
      select(literal("1.5", decimal()).plus("2.25"), literal("-1.5", decimal()).times("3")),
    );
    expect(small_).toEqual([["3.75", "-4.5"]]);
  });

  test("V32 startsWith, endsWith and contains read their text as it is, and tell cases apart", async () => {
    const unit = fc.constantFrom("a", "A", "%", "_", "\\", "'", "é", "[", "*");
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit, maxLength: 6 }), { minLength: 1, maxLength: 5 }),
        fc.string({ unit, maxLength: 3 }),
        async (values, part) => {
          await fill(
            words,
            ["word"],
            values.map((value) => [value]),
          );
          for (const [condition, expected] of [
            [word.startsWith(part), values.filter((value) => value.startsWith(part))],
            [word.endsWith(part), values.filter((value) => value.endsWith(part))],
            [word.contains(part), values.filter((value) => value.includes(part))],
            [word.eq(part), values.filter((value) => value === part)],
          ] as const) {
            const found = await database.rows({ ...select(word), where: condition.node });
            expect(found.map(([value]) => value).toSorted(byCode)).toEqual(expected.toSorted(byCode));
          }
        },
      ),
      { numRuns: 60 },
    );
    await fill(words, ["word"], [["Ada"], ["bob"]]);
    expect(await database.rows({ ...select(word), where: word.ilike("aD%").node })).toEqual([["Ada"]]);
  });

  test("T02 counts and sums of whole numbers are exact, or an error", async () => {
    await fill(
      numbers,
      ["big", "small"],
      [
        [2n ** 62n, 2_147_483_647],
        [2n ** 61n, 2_147_483_647],
        [null, null],
      ],
    );
    expect(
      await database.rows(select(func.count(), func.count(big), func.sum(small), func.avg(small), func.sum(big))),
    ).toEqual([[3, 2, 4_294_967_294, 2_147_483_647, 2n ** 62n + 2n ** 61n]]);
    await expect(database.rows(select(cast<number>(func.sum(big), integer())))).rejects.toThrow();
    expect(await database.rows({ ...select(func.sum(small)), where: small.lt(0).node })).toEqual([[null]]);
  });

  test("whole numbers divide into whole numbers, doubles into doubles", async () => {
    const seven = literal(7, integer());
    const minus = literal(-7, integer());
    expect(
      await database.rows(
        select(seven.dividedBy(2), minus.dividedBy(2), seven.modulo(4), literal(7, double()).dividedBy(2)),
      ),
    ).toEqual([[3, -3, 3, 3.5]]);
  });

  test("T11 T12 nothing is in an empty list, and everything is not, NULL too", async () => {
    await fill(numbers, ["small"], [[1], [null]]);
    const count = async (condition: ColumnElement<boolean>): Promise<unknown> =>
      (await database.rows({ ...select(func.count()), where: condition.node }))[0]?.[0];
    expect(await count(small.in([]))).toBe(0);
    expect(await count(small.notIn([]))).toBe(2);
    expect(await count(small.notIn([2]))).toBe(1);
    expect(await count(small.isDistinctFrom(1))).toBe(1);
    expect(await count(small.isNotDistinctFrom(null))).toBe(1);
    expect(await count(small.eq(scalar<number>(select(func.max(small))) as never))).toBe(1);
  });

  test("T17 thousands of conditions in one statement", async () => {
    await fill(numbers, ["small"], [[1], [4_999]]);
    let nested: Expression = small.eq(0).node;
    for (let number = 1; number < 5_000; number += 1) {
      nested = { kind: "junction", operator: "or", operands: [nested, small.eq(number).node] };
    }
    expect(await database.rows({ ...select(func.count()), where: nested })).toEqual([[2]]);
  });

  test("arguments of any function have the types of their values", async () => {
    const name =
      { sqlite: "json_array", postgresql: "json_build_array", mysql: "json_array" }[database.dialect.name] ?? "";
    expect(await database.rows(select(func.call(name, json(), "a", 1, 1.5)))).toEqual([[["a", 1, 1.5]]]);
  });

  test("minus keeps decimals exact, and no two of them begin a comment", async () => {
    const negative = (operand: Expression): Expression => ({ kind: "negative", operand });
    const value = literal("-12345678901234567890.5", decimal(38, 1)).node;
    const [row] = await database.rows({
      ...emptySelect,
      columns: [negative(value), negative(negative(value)), negative(literal(-5).node)],
    });
    expect(row).toEqual(["12345678901234567890.5", "-12345678901234567890.5", 5]);
  });

  test("the present is UTC, and of the type that it says", async () => {
    const [[now] = []] = await database.rows(select(func.now()));
    expect(Math.abs(Date.now() - Number(now))).toBeLessThan(60_000);
  });

  test("values alone come back as they are", async () => {
    const at = new Date("2024-02-29T13:37:00.123Z");
    const values = [
      literal(5),
      literal("5"),
      literal(5n),
      literal(1.5),
      literal(true),
      literal(at),
      literal("1.50", decimal(10, 2)),
      literal({ a: [1, null] }, json()),
      literal([1, null, 2], array(integer())),
      literal(0.1, real()),
    ];
    expect(await database.rows(select(...values))).toEqual([
      [5, "5", 5n, 1.5, true, at, "1.50", { a: [1, null] }, [1, null, 2], 0.1],
    ]);
  });
});

function byCode(left: unknown, right: unknown): number {
  return String(left) < String(right) ? -1 : 1;
}
