/** The SQL of upserts, other tables and MERGE on all dialects, side by side; each statement is also run for real. */
import { c, fails, hero, select, sqlCases, t, team } from "../../../test/support/sql-cases.ts";
import { expect, test } from "vitest";
import { mysqlDialect } from "../../dialect/mysql/dialect.ts";
import type { InsertNode } from "../statement/node.ts";
import { identifier, literal, sql } from "../expression/operators.ts";

const name = hero.column("name").node;
const age = hero.column("age").node;
const excludedAge = sql`${identifier("excluded", "age")}`.node;
const keys = { isUnique: true, others: [] };
const base = {
  kind: "insert",
  table: hero,
  columns: [name, age],
  rows: [[literal("a").node, literal(1).node]],
  returning: [],
} as const;

const upsert: InsertNode = {
  ...base,
  onConflict: { target: [name], keys, set: [{ column: age, value: excludedAge }], where: c.age.isNull().node },
};

sqlCases([
  [
    "upsert with a condition",
    upsert,
    {
      sqlite:
        'INSERT INTO "hero" ("name", "age") VALUES (?, ?) ON CONFLICT ("name") DO UPDATE SET "age" = "excluded"."age" WHERE "hero"."age" IS NULL',
      postgresql:
        'INSERT INTO "hero" ("name", "age") VALUES ($1, $2) ON CONFLICT ("name") DO UPDATE SET "age" = "excluded"."age" WHERE "hero"."age" IS NULL',
      mysql:
        "INSERT INTO `hero` (`name`, `age`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `age` = IF(`hero`.`age` IS NULL, VALUES(`age`), `hero`.`age`)",
    },
  ],
  [
    "upsert from a select",
    {
      ...base,
      rows: [],
      select: select([c.name, c.age]),
      onConflict: { target: [name], keys, set: undefined },
    },
    {
      sqlite:
        'INSERT INTO "hero" ("name", "age") SELECT "hero"."name", "hero"."age" FROM "hero" WHERE TRUE ON CONFLICT ("name") DO NOTHING',
      postgresql:
        'INSERT INTO "hero" ("name", "age") SELECT "hero"."name", "hero"."age" FROM "hero" ON CONFLICT ("name") DO NOTHING',
      mysql:
        "INSERT INTO `hero` (`name`, `age`) SELECT * FROM (SELECT `hero`.`name` AS `name`, `hero`.`age` AS `age` FROM `hero`) AS selected ON DUPLICATE KEY UPDATE `name` = `hero`.`name`",
    },
  ],
  [
    "upsert of a key beside another one",
    { ...upsert, onConflict: { target: [name], keys: { isUnique: true, others: ["'pk_hero' (id)"] }, set: undefined } },
    {
      sqlite: 'INSERT INTO "hero" ("name", "age") VALUES (?, ?) ON CONFLICT ("name") DO NOTHING',
      postgresql: 'INSERT INTO "hero" ("name", "age") VALUES ($1, $2) ON CONFLICT ("name") DO NOTHING',
      mysql: fails(/^MariaDB has no ON CONFLICT for 'name' alone: .* another unique key as well, 'pk_hero' \(id\)\./),
    },
  ],
  [
    "update from",
    {
      kind: "update",
      table: hero,
      from: [team],
      set: [{ column: name, value: t.name.node }],
      where: c.teamId.eq(t.id).node,
      returning: [],
    },
    {
      sqlite: 'UPDATE "hero" SET "name" = "team"."name" FROM "team" WHERE "hero"."team_id" = "team"."id"',
      postgresql: 'UPDATE "hero" SET "name" = "team"."name" FROM "team" WHERE "hero"."team_id" = "team"."id"',
      mysql: "UPDATE `hero`, `team` SET `hero`.`name` = `team`.`name` WHERE `hero`.`team_id` = `team`.`id`",
    },
  ],
  [
    "assignments that read each other's columns",
    {
      kind: "update",
      table: hero,
      set: [
        { column: age, value: c.teamId.plus(1).node },
        { column: hero.column("team_id").node, value: literal(2).node },
        { column: hero.column("price").node, value: c.price.node },
        { column: name, value: literal("x").node },
        { column: hero.column("height").node, value: c.height.plus(1).node },
      ],
      where: undefined,
      returning: [],
    },
    'UPDATE "hero" SET "age" = "hero"."team_id" + ?, "team_id" = ?, "price" = "hero"."price", "name" = ?, "height" = "hero"."height" + ?',
  ],
  [
    "two columns that change places",
    {
      kind: "update",
      table: hero,
      set: [
        { column: age, value: c.teamId.node },
        { column: hero.column("team_id").node, value: c.age.node },
      ],
      where: undefined,
      returning: [],
    },
    {
      sqlite: 'UPDATE "hero" SET "age" = "hero"."team_id", "team_id" = "hero"."age"',
      postgresql: 'UPDATE "hero" SET "age" = "hero"."team_id", "team_id" = "hero"."age"',
      mysql: fails(/^MariaDB has no assignments that read each other's columns\./),
    },
  ],
  [
    "delete using",
    { kind: "delete", table: hero, using: [team], where: c.teamId.eq(t.id).node, returning: [] },
    {
      sqlite: 'DELETE FROM "hero" WHERE EXISTS (SELECT 1 FROM "team" WHERE "hero"."team_id" = "team"."id")',
      postgresql: 'DELETE FROM "hero" USING "team" WHERE "hero"."team_id" = "team"."id"',
      mysql: "DELETE `hero` FROM `hero`, `team` WHERE `hero`.`team_id` = `team`.`id`",
    },
  ],
  [
    "merge",
    {
      kind: "merge",
      table: hero,
      source: team,
      on: c.teamId.eq(t.id).node,
      clauses: [
        { isMatched: true, condition: t.name.isNull().node, action: { kind: "delete" } },
        {
          isMatched: true,
          condition: undefined,
          action: { kind: "update", set: [{ column: age, value: literal(3).node }] },
        },
        { isMatched: false, condition: undefined, action: { kind: "insert", columns: [name], values: [t.name.node] } },
      ],
      returning: [],
    },
    {
      sqlite: fails(/^SQLite has no MERGE\. Use insert/),
      postgresql:
        'MERGE INTO "hero" USING "team" ON "hero"."team_id" = "team"."id" WHEN MATCHED AND ("team"."name" IS NULL) THEN DELETE WHEN MATCHED THEN UPDATE SET "age" = $1 WHEN NOT MATCHED THEN INSERT ("name") VALUES ("team"."name")',
      mysql: fails(/^MariaDB has no MERGE\./),
    },
  ],
]);

test("MySQL names the row that was to be inserted by an alias", () => {
  const { sql: text } = mysqlDialect({ isMariaDb: false }).compile({
    ...upsert,
    onConflict: { target: [name], keys, set: [{ column: age, value: excludedAge }] },
  });
  expect(text).toBe(
    "INSERT INTO `hero` (`name`, `age`) VALUES (?, ?) AS `excluded` ON DUPLICATE KEY UPDATE `age` = `excluded`.`age`",
  );
});
