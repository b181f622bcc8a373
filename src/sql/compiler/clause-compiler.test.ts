/** The SQL of DISTINCT ON, groupings, orders, FETCH and locks on all dialects, side by side; each is also run for real. */
import { describe, expect, test } from "vitest";
import { c, fails, hero, limit, select, sqlCases, t, team } from "../../../test/support/sql-cases.ts";
import { mysqlDialect } from "../../dialect/mysql/dialect.ts";
import { postgresqlDialect } from "../../dialect/postgresql/dialect.ts";
import { func } from "../expression/functions.ts";
import { cube, groupingSets, rollup } from "../expression/grouping.ts";
import { and, literal, tuple } from "../expression/operators.ts";
import { positionIn } from "../expression/order.ts";

const heroes = [{ kind: "left", target: team, on: c.teamId.eq(t.id).node }] as const;
const label = c.age.plus(1).label("next");

sqlCases([
  [
    "distinct on",
    select([c.id], { distinctOn: [c.teamId.node], orderBy: [c.teamId.node, c.age.desc().node] }),
    {
      sqlite: fails(/^SQLite has no DISTINCT ON\. Number the rows in a subquery by func\.rowNumber\(\)/),
      postgresql:
        'SELECT DISTINCT ON ("hero"."team_id") "hero"."id" FROM "hero" ORDER BY "hero"."team_id", "hero"."age" DESC',
      mysql: fails(/^MariaDB has no DISTINCT ON\./),
    },
  ],
  [
    "rollup",
    select([c.teamId, label, func.count()], { groupBy: [rollup(c.teamId, label).node] }),
    {
      sqlite: fails(/^SQLite has no ROLLUP\. Make a select for each grouping, and unite them\./),
      postgresql:
        'SELECT "hero"."team_id", "hero"."age" + $1 AS "next", count(*) FROM "hero" GROUP BY ROLLUP ("hero"."team_id", 2)',
      mysql:
        "SELECT `hero`.`team_id`, `hero`.`age` + ? AS `next`, count(*) FROM `hero` GROUP BY `hero`.`team_id`, 2 WITH ROLLUP",
    },
  ],
  [
    "rollup in an order",
    select([c.teamId, func.count()], { groupBy: [rollup(c.teamId).node], orderBy: [c.teamId.asc().nullsLast().node] }),
    {
      sqlite: fails(/ROLLUP/),
      postgresql:
        'SELECT "hero"."team_id", count(*) FROM "hero" GROUP BY ROLLUP ("hero"."team_id") ORDER BY "hero"."team_id" NULLS LAST',
      mysql: fails(/^MariaDB has no ORDER BY beside ROLLUP\. Sort in a select around this one\./),
    },
  ],
  [
    "cube beside a column",
    select([c.active, func.count()], { groupBy: [c.active.node, cube([c.teamId, c.age], c.name).node] }),
    {
      sqlite: fails(/^SQLite has no CUBE\./),
      postgresql:
        'SELECT "hero"."active", count(*) FROM "hero" GROUP BY "hero"."active", CUBE (("hero"."team_id", "hero"."age"), "hero"."name")',
      mysql: fails(/^MariaDB has no groupings but one ROLLUP of columns\./),
    },
  ],
  [
    "grouping sets",
    select([c.teamId, func.grouping(c.teamId, c.age), func.count()], {
      groupBy: [groupingSets([c.teamId, c.age], c.teamId, []).node],
      having: func.count().gt(0).node,
    }),
    {
      sqlite: fails(/^SQLite has no GROUPING/),
      postgresql:
        'SELECT "hero"."team_id", grouping("hero"."team_id", "hero"."age"), count(*) FROM "hero" GROUP BY GROUPING SETS (("hero"."team_id", "hero"."age"), "hero"."team_id", ()) HAVING count(*) > $1',
      mysql: fails(/^MariaDB has no GROUPING\(\)\./),
    },
  ],
  [
    "the place in a list",
    select([c.id], { orderBy: [positionIn(c.name, ["b", null, "a"]).node] }),
    'SELECT "hero"."id" FROM "hero" ORDER BY CASE WHEN "hero"."name" = ? THEN 0 WHEN "hero"."name" IS NULL THEN 1 WHEN "hero"."name" = ? THEN 2 ELSE 3 END',
  ],
  [
    "tuples",
    select([c.id], {
      where: and(tuple(c.age, c.id).gt([3, 4]), tuple(c.age, c.id).ne(tuple(c.id, c.age) as never)).node,
    }),
    {
      sqlite:
        'SELECT "hero"."id" FROM "hero" WHERE ("hero"."age", "hero"."id") > (?, ?) AND ("hero"."age", "hero"."id") <> ("hero"."id", "hero"."age")',
      postgresql:
        'SELECT "hero"."id" FROM "hero" WHERE ("hero"."age", "hero"."id") > ($1::integer, $2::integer) AND ("hero"."age", "hero"."id") <> ("hero"."id", "hero"."age")',
      mysql:
        "SELECT `hero`.`id` FROM `hero` WHERE (`hero`.`age` > ? OR (`hero`.`age` = ? AND (`hero`.`id` > ?))) AND (`hero`.`age` <> `hero`.`id` OR `hero`.`id` <> `hero`.`age`)",
    },
  ],
  [
    "a limit by an expression",
    select([c.id], { limit: literal(1).plus(1).node }),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" LIMIT (? + ?)',
      postgresql: 'SELECT "hero"."id" FROM "hero" LIMIT ($1::integer + $2::integer)',
      mysql: fails(/^MariaDB has no LIMIT and OFFSET by an expression\. Ask for the number first\./),
    },
  ],
  [
    "with ties",
    select([c.id], { orderBy: [c.age.node], limit: limit(3), offset: limit(1), withTies: true }),
    {
      sqlite: fails(/^SQLite has no FETCH … WITH TIES\. Rank the rows/),
      postgresql: 'SELECT "hero"."id" FROM "hero" ORDER BY "hero"."age" OFFSET $1 ROWS FETCH FIRST $2 ROWS WITH TIES',
      mysql: "SELECT `hero`.`id` FROM `hero` ORDER BY `hero`.`age` OFFSET ? ROWS FETCH FIRST ? ROWS WITH TIES",
    },
  ],
  [
    "locks of one table",
    select([c.id, t.name], {
      joins: heroes,
      forUpdate: { strength: "no key update", wait: "skip locked", of: [hero] },
    }),
    {
      sqlite: fails(/^SQLite has no row locks\./),
      postgresql:
        'SELECT "hero"."id", "team"."name" FROM "hero" LEFT JOIN "team" ON "hero"."team_id" = "team"."id" FOR NO KEY UPDATE OF "hero" SKIP LOCKED',
      mysql: fails(/^MariaDB has no locks of all but the key\. Use forUpdate\(\) or forShare\(\)\./),
    },
  ],
  [
    "shared locks of keys",
    select([c.id], { forUpdate: { strength: "key share", wait: "nowait" } }),
    {
      sqlite: fails(/row locks/),
      postgresql: 'SELECT "hero"."id" FROM "hero" FOR KEY SHARE NOWAIT',
      mysql: fails(/locks of all but the key/),
    },
  ],
]);

describe("on some servers", () => {
  const mysql = mysqlDialect({ isMariaDb: false });
  test("MySQL locks one table, and sorts what it rolls up", () => {
    expect(mysql.compile(select([c.id], { forUpdate: { strength: "share", wait: "wait", of: [hero] } })).sql).toBe(
      "SELECT `hero`.`id` FROM `hero` FOR SHARE OF `hero`",
    );
    const sorted = select([func.grouping(c.age)], { groupBy: [rollup(c.age).node], orderBy: [c.age.node] });
    expect(mysql.compile(sorted).sql).toBe(
      "SELECT grouping(`hero`.`age`) FROM `hero` GROUP BY `hero`.`age` WITH ROLLUP ORDER BY `hero`.`age`",
    );
    expect(() => mysql.compile(select([c.id], { limit: limit(1), withTies: true }))).toThrow(/^MySQL has no FETCH/);
  });

  test("collations are names, not text", () => {
    const statement = select([c.id], { orderBy: [c.name.collate('C"; --').desc().node] });
    expect(postgresqlDialect().compile(statement).sql).toBe(
      'SELECT "hero"."id" FROM "hero" ORDER BY ("hero"."name" COLLATE "C""; --") DESC',
    );
    expect(() => c.name.collate("")).toThrow(/name of a collation/);
  });

  test("what cannot be is refused", () => {
    const pg = postgresqlDialect();
    const locked = select([c.id], { forUpdate: { strength: "update", wait: "wait", of: [team] } });
    expect(() => pg.compile(locked)).toThrow(/The rows of 'team' cannot be locked: the select does not read from it/);
    expect(() => pg.compile(select([c.id], { limit: limit(1), withTies: true }))).toThrow(/needs an order/);
    expect(() => pg.compile(select([c.id], { orderBy: [rollup(c.id).node] }))).toThrow(/items of GROUP BY only/);
    expect(() => rollup()).toThrow(/one or more columns/);
    expect(() => cube([])).toThrow(/without any/);
    expect(() => rollup("age" as never)).toThrow(/takes SQL conditions/);
    expect(() => positionIn(c.name, [])).toThrow(/a list of values/);
  });
});
