/** The SQL of INSERT, UPDATE and DELETE on all dialects, side by side; each statement is also run for real. */
import { c, fails, hero, scalar, select, sqlCases, t, team } from "../../../test/support/sql-cases.ts";
import { exists, identifier, literal, sql } from "../expression/operators.ts";

sqlCases([
  [
    "insert",
    {
      kind: "insert",
      table: team,
      columns: [team.column("name").node],
      rows: [[literal("a").node], [literal("b").node]],
      returning: [t.id.node, t.name.concat("!").label("loud").node],
    },
    {
      sqlite: 'INSERT INTO "team" ("name") VALUES (?), (?) RETURNING "id", "team"."name" || ? AS "loud"',
      postgresql: 'INSERT INTO "team" ("name") VALUES ($1), ($2) RETURNING "id", "team"."name" || $3 AS "loud"',
      mysql: "INSERT INTO `team` (`name`) VALUES (?), (?) RETURNING `id`, CONCAT(`team`.`name`, ?) AS `loud`",
    },
  ],
  [
    "insert of defaults",
    { kind: "insert", table: team, columns: [], rows: [], returning: [] },
    {
      sqlite: 'INSERT INTO "team" DEFAULT VALUES',
      postgresql: 'INSERT INTO "team" DEFAULT VALUES',
      mysql: "INSERT INTO `team` () VALUES ()",
    },
  ],
  [
    "insert with a default in some rows",
    {
      kind: "insert",
      table: team,
      columns: [team.column("name").node],
      rows: [[literal("a").node], [{ kind: "default" }]],
      returning: [],
    },
    {
      sqlite: fails(/^SQLite has no DEFAULT in VALUES\./),
      postgresql: 'INSERT INTO "team" ("name") VALUES ($1), (DEFAULT)',
      mysql: "INSERT INTO `team` (`name`) VALUES (?), (DEFAULT)",
    },
  ],
  [
    "insert or update",
    {
      kind: "insert",
      table: hero,
      columns: [hero.column("name").node, hero.column("age").node],
      rows: [[literal("a").node, literal(1).node]],
      onConflict: {
        target: [],
        set: [{ column: hero.column("age").node, value: sql`${identifier("excluded", "age")} + ${c.age}`.node }],
      },
      returning: [],
    },
    {
      sqlite:
        'INSERT INTO "hero" ("name", "age") VALUES (?, ?) ON CONFLICT DO UPDATE SET "age" = "excluded"."age" + "hero"."age"',
      postgresql: fails(/^PostgreSQL has no ON CONFLICT DO UPDATE without columns\./),
      mysql:
        "INSERT INTO `hero` (`name`, `age`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `age` = VALUES(`age`) + `hero`.`age`",
    },
  ],
  [
    "insert or update by a key",
    {
      kind: "insert",
      table: hero,
      columns: [hero.column("name").node, hero.column("age").node],
      rows: [[literal("a").node, literal(1).node]],
      onConflict: {
        target: [hero.column("name").node],
        set: [{ column: hero.column("age").node, value: literal(2).node }],
      },
      returning: [],
    },
    {
      sqlite: 'INSERT INTO "hero" ("name", "age") VALUES (?, ?) ON CONFLICT ("name") DO UPDATE SET "age" = ?',
      postgresql: 'INSERT INTO "hero" ("name", "age") VALUES ($1, $2) ON CONFLICT ("name") DO UPDATE SET "age" = $3',
      mysql: fails(/^MariaDB has no ON CONFLICT for one unique key\. Leave `target` out/),
    },
  ],
  [
    "insert or nothing",
    {
      kind: "insert",
      table: hero,
      columns: [hero.column("name").node],
      rows: [[literal("a").node]],
      onConflict: { target: [], set: undefined },
      returning: [],
    },
    {
      sqlite: 'INSERT INTO "hero" ("name") VALUES (?) ON CONFLICT DO NOTHING',
      postgresql: 'INSERT INTO "hero" ("name") VALUES ($1) ON CONFLICT DO NOTHING',
      mysql: "INSERT INTO `hero` (`name`) VALUES (?) ON DUPLICATE KEY UPDATE `name` = `hero`.`name`",
    },
  ],
  [
    "update",
    {
      kind: "update",
      table: hero,
      set: [
        { column: hero.column("age").node, value: c.age.plus(1).node },
        { column: hero.column("name").node, value: literal("x").node },
      ],
      where: c.id.eq(1).node,
      returning: [],
    },
    'UPDATE "hero" SET "age" = "hero"."age" + ?, "name" = ? WHERE "hero"."id" = ?',
  ],
  [
    "update with a result",
    {
      kind: "update",
      table: hero,
      set: [{ column: hero.column("age").node, value: literal(1).node }],
      where: undefined,
      returning: [c.id.node],
    },
    {
      sqlite: 'UPDATE "hero" SET "age" = ? RETURNING "id"',
      postgresql: 'UPDATE "hero" SET "age" = $1 RETURNING "id"',
      mysql: fails(/^MariaDB has no RETURNING for UPDATE\./),
    },
  ],
  [
    "delete",
    {
      kind: "delete",
      table: hero,
      where: exists(scalar(select([t.id], { where: t.id.eq(c.teamId).node }))).node,
      returning: [],
    },
    'DELETE FROM "hero" WHERE EXISTS (SELECT "team"."id" FROM "team" WHERE "team"."id" = "hero"."team_id")',
  ],
]);
