/** Random conditions and statements over random rows, on real databases. `npm run fuzz:statements` tries more of them. */
import fc from "fast-check";
import { not } from "sqlmodel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { data, predicates, selects } from "../../support/random-selects.ts";
import { difference, RandomRows } from "../../support/select-checks.ts";
import { targets } from "../databases.ts";

const seed = Number(process.env["SEED"] ?? 1);
const runs = Number(process.env["STATEMENTS"] ?? 60);
const timeout = 600_000;
const tables = fc.sample(data, { seed, numRuns: 2 });

// The same SQL is sent in both session modes: one of them is enough.
const databases = targets().filter(({ isSync, dialect }) => isSync || dialect !== "sqlite");

describe.each(databases)("$name", (target) => {
  let database: RandomRows;
  beforeAll(async () => {
    database = await RandomRows.open(target);
  });
  afterAll(() => database.close());

  test.each(tables)("a condition, its negation and its absence are the whole of rows %#", { timeout }, async (rows) => {
    await database.fill(rows);
    const property = fc.asyncProperty(predicates(["thing", "part"], 3), async (spec) => {
      expect(await database.partition(spec)).toBeUndefined();
    });
    await fc.assert(property, { seed, numRuns: runs });
  });
});

test("what adds up to less than the whole, and another answer, are noticed", async () => {
  const [target] = databases;
  if (target === undefined) throw new Error("There is no database.");
  const [one, other] = [await RandomRows.open(target), await RandomRows.open(target)];
  const unknown = { things: [{ n: null, m: null, label: null, flag: null }], parts: [] };
  await one.fill(unknown);
  await other.fill({ ...unknown, things: [...unknown.things, ...unknown.things] });
  expect(await one.partition({ kind: "flag" })).toBeUndefined();
  expect(await one.partition({ kind: "flag" }, (p) => [p, not(p)])).toContain("1 rows, 0 in the parts");
  const flag = { kind: "predicate" as const, of: { kind: "flag" as const } };
  const spec = { aggregates: [], distinct: false, having: undefined, items: [flag, flag] as const };
  const plain = { ...spec, join: undefined, limit: undefined, where: undefined };
  expect(await difference([one, one], plain)).toBeUndefined();
  expect(await difference([one, other], plain)).toContain("[null,null] [null,null]");
  await one.close();
  await other.close();
});

describe("all databases", () => {
  const opened: RandomRows[] = [];
  beforeAll(async () => {
    for (const target of databases) opened.push(await RandomRows.open(target));
  });
  afterAll(async () => {
    for (const database of opened) await database.close();
  });

  test.each(tables)("give the same answers of rows %#", { timeout }, async (rows) => {
    for (const database of opened) await database.fill(rows);
    const property = fc.asyncProperty(selects, async (spec) => {
      expect(await difference(opened, spec)).toBeUndefined();
    });
    await fc.assert(property, { seed, numRuns: runs });
  });
});
