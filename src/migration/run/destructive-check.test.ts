/** What is a loss, and what is none because the steps themselves stop at rows that would be changed. */
import { expect, test } from "vitest";
import type { Operation } from "../../metadata/operation.ts";
import { lossesOf } from "./destructive-check.ts";

const table = { name: "hero", schema: "app" };
const objects = (operation: Operation): readonly string[] => lossesOf(operation).map(({ object }) => object);
const raw = (sql: string): readonly string[] => objects({ kind: "execute", sql, transactional: true, dataOnly: false });
const alter = (changes: { readonly type?: string; readonly nullable?: boolean }, using?: string): Operation => ({
  kind: "alterColumn",
  table,
  column: "code",
  changes,
  using,
});

test("a narrower type is checked against the rows; conversions of the program's own and items of arrays are not", () => {
  expect(objects(alter({ type: "character varying(10)" }))).toEqual([]);
  expect(objects(alter({ nullable: false }))).toEqual([]);
  expect(objects(alter({ type: "integer" }, "left(code, 1)::integer"))).toEqual(["app.hero.code"]);
  expect(objects(alter({ type: "numeric(5,1)[]" }))).toEqual(["app.hero.code"]);
  expect(objects(alter({ type: "text[]" }))).toEqual([]);
});

test("enum values that become one are a loss, those that get another name are none", () => {
  const replace = (mapping: { readonly [value: string]: string } | undefined): Operation => ({
    kind: "replaceEnumValues",
    type: { name: "mood" },
    values: ["ok", "glad"],
    mapping,
    existing: { name: "mood", values: ["ok", "sad", "bad"] },
  });
  expect(objects(replace(undefined))).toEqual([]);
  expect(objects(replace({ sad: "glad" }))).toEqual([]);
  expect(objects(replace({ sad: "ok" }))).toEqual(["mood"]);
  expect(lossesOf(replace({ sad: "glad", bad: "glad" }))[0]?.text).toBe(
    "values become one with others: 'sad' becomes 'glad', 'bad' becomes 'glad'",
  );
});

test("SQL texts that drop or empty something", () => {
  expect(raw('DROP TABLE IF EXISTS hero, "app"."My ""team" CASCADE')).toEqual(["hero", 'app.My "team']);
  expect(raw("-- gone\nTRUNCATE TABLE `power`; DELETE FROM hero; DROP SCHEMA app")).toEqual(["power", "hero", "app"]);
  expect(raw("ALTER TABLE hero DROP COLUMN age, DROP CONSTRAINT ck, DROP IF EXISTS name")).toEqual([
    "hero.age",
    "hero.name",
  ]);
  expect(raw("DROP TYPE mood CASCADE")).toEqual(["mood"]);
  expect(raw("ALTER TABLE logs DROP PARTITION p1")).toEqual(["logs.p1"]);
});

test("SQL texts that do not", () => {
  for (const sql of [
    "DELETE FROM hero WHERE age > 100",
    "UPDATE hero SET name = 'x; DROP TABLE hero'",
    "ALTER TABLE hero ALTER COLUMN age DROP DEFAULT, ALTER name DROP NOT NULL, DROP PRIMARY KEY, DROP INDEX ix",
    "CREATE TRIGGER t AFTER DELETE ON hero EXECUTE FUNCTION f()",
    "DROP INDEX ix_hero",
    "DROP VIEW heroes",
    "DROP TYPE mood",
  ])
    expect([sql, raw(sql)]).toEqual([sql, []]);
});
