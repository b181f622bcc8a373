/** Every kind of statement shows its SQL, with a dialect and without, and on the console. */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { z } from "zod";
import { Prepared } from "../engine/prepared.ts";
import { mysqlDialect } from "../dialect/mysql/dialect.ts";
import { postgresqlDialect } from "../dialect/postgresql/dialect.ts";
import { sqliteDialect } from "../dialect/sqlite/dialect.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { literal } from "../sql/expression/operators.ts";
import { param } from "../sql/expression/param.ts";
import { integer } from "../sql/type/types.ts";
import { deleteFrom } from "./delete.ts";
import { field, primaryKey } from "./field.ts";
import { insert } from "./insert.ts";
import { merge } from "./merge.ts";
import { select } from "./select.ts";
import { union } from "./select-base.ts";
import { sql } from "./sql-statement.ts";
import { tableFor } from "./table.ts";
import { update } from "./update.ts";

const table = tableFor(new MetaData());
class Hero extends table("hero", {
  id: primaryKey(),
  name: z.string(),
  secret: field(z.string().nullable(), { hidden: true }),
}) {}
class Team extends table("team", { id: primaryKey(), name: z.string() }) {}
const { c } = Hero;
const [postgresql, sqlite, mysql] = [postgresqlDialect(), sqliteDialect(), mysqlDialect()];
const canary = "canary7731";

test.each([
  [
    "Select",
    select(c.id).where(c.secret.eq(canary)),
    'SELECT "hero"."id" FROM "hero" WHERE "hero"."secret" = $1 -- [***]',
  ],
  [
    "CompoundSelect",
    union(select(c.id), select(Team.c.id).where(Team.c.name.eq("x"))),
    'SELECT "hero"."id" FROM "hero" UNION SELECT "team"."id" FROM "team" WHERE "team"."name" = $1 -- ["x"]',
  ],
  ["Insert", insert(Team).values({ name: "x" }), 'INSERT INTO "team" ("name") VALUES ($1) -- ["x"]'],
  [
    "Update",
    update(Hero).values({ secret: canary }).where(c.id.eq(3)),
    'UPDATE "hero" SET "secret" = $1 WHERE "hero"."id" = $2 -- [***, "3"]',
  ],
  ["Delete", deleteFrom(Hero).where(c.secret.eq(canary)), 'DELETE FROM "hero" WHERE "hero"."secret" = $1 -- [***]'],
  [
    "Merge",
    merge(Hero).using(Team).on(c.id.eq(Team.c.id)).whenMatched().update({ secret: canary }),
    'MERGE INTO "hero" USING "team" ON "hero"."id" = "team"."id" WHEN MATCHED THEN UPDATE SET "secret" = $1 -- [***]',
  ],
  ["SqlStatement", sql`SELECT ${1} + ${c.id} FROM ${Hero}`, 'SELECT $1::integer + "hero"."id" FROM "hero" -- ["1"]'],
])("%s", (kind, statement, expected) => {
  for (const shown of [statement.toSQL(), statement.toSQL(postgresql)]) {
    expect(String(shown)).toBe(expected);
    expect(inspect(shown)).toBe(expected);
  }
  expect(inspect(statement)).toBe(`${kind} { ${expected} }`);
  expect(inspect({ nested: statement })).not.toContain(canary);
  if (kind !== "Merge")
    for (const dialect of [sqlite, mysql])
      expect(statement.toSQL(dialect).sql.replaceAll(/["`]/g, "")).toBe(
        expected
          .replace(/ -- .*$/, "")
          .replaceAll(/["`]/g, "")
          .replaceAll(/\$\d(?:::\w+)?/g, "?"),
      );
});

test("prepared statements show their SQL with values, and their names without", () => {
  const prepared = select(c.id)
    .where(c.name.eq(param("name")), c.secret.eq(param("secret")))
    .prepare<{ name: string; secret: string }>();
  const text = 'SELECT "hero"."id" FROM "hero" WHERE "hero"."name" = $1 AND "hero"."secret" = $2';
  const shown = prepared.toSQL({ name: "x", secret: canary });
  expect(String(shown)).toBe(`${text} -- ["x", ***]`);
  expect(shown.parameters).toEqual(["x", canary]);
  expect(prepared.toSQL({ name: "x", secret: "y" }, sqlite).sql).toBe(text.replaceAll(/\$\d(?:::\w+)?/g, "?"));
  expect(inspect(prepared)).toBe(`Prepared { ${text} -- [:name, :secret] }`);
  expect(() => prepared.toSQL({ name: "x" } as never)).toThrow("no 'secret'");
  expect(inspect(sql`SELECT ${param("n", integer())}`.prepare())).toBe("Prepared { SELECT $1::integer -- [:n] }");
  expect(Prepared.isPrepared(sql`SELECT 1`.prepare())).toBe(true);
});

test("what has no SQL says why, instead of failing in a log", () => {
  expect(inspect(insert(Hero))).toMatch(/^Insert \{ insert\(Hero\) has no rows\. .*\[E201\] \}$/);
  expect(inspect(select(c.id).where(c.name.eq(param("name"))))).toMatch(/^Select \{ .*param\("name"\)/);
  expect(inspect(select(literal(1)))).toBe('Select { SELECT $1::integer -- ["1"] }');
});
