/** The SQL of SELECT on all dialects, side by side; each statement is also run for real. */
import { c, fails, hero, limit, scalar, select, sqlCases, t, team, where } from "../../../test/support/sql-cases.ts";
import { ColumnElement } from "../expression/column-element.ts";
import { func } from "../expression/functions.ts";
import { nextSourceId, type AliasSource, type SubquerySource } from "../expression/node.ts";
import { and, exists, sql } from "../expression/operators.ts";
import { integer } from "../type/types.ts";

const other: AliasSource = { kind: "alias", id: nextSourceId(), name: "other", of: hero };
const otherAge = new ColumnElement<number>({ kind: "column", from: other, name: "age", type: integer() });
const adults: SubquerySource = {
  kind: "subquery",
  id: nextSourceId(),
  name: "adults",
  statement: select([c.id, c.teamId], { where: c.age.ge(18).node }),
};
const adultTeam = new ColumnElement<number>({ kind: "column", from: adults, name: "team_id", type: integer() });

sqlCases([
  [
    "window",
    select([
      c.id,
      func
        .rowNumber()
        .over({ partitionBy: c.teamId, orderBy: [c.age.desc(), c.id] })
        .label("n"),
    ]),
    'SELECT "hero"."id", row_number() OVER (PARTITION BY "hero"."team_id" ORDER BY "hero"."age" DESC, "hero"."id") AS "n" FROM "hero"',
  ],
  [
    "order of nulls",
    select([c.id], { orderBy: [c.age.desc().nullsLast().node, c.name.asc().nullsFirst().node, c.id.node] }),
    {
      sqlite:
        'SELECT "hero"."id" FROM "hero" ORDER BY "hero"."age" DESC NULLS LAST, "hero"."name" NULLS FIRST, "hero"."id"',
      postgresql:
        'SELECT "hero"."id" FROM "hero" ORDER BY "hero"."age" DESC NULLS LAST, "hero"."name" NULLS FIRST, "hero"."id"',
      mysql: "SELECT `hero`.`id` FROM `hero` ORDER BY `hero`.`age` DESC, `hero`.`name`, `hero`.`id`",
    },
  ],
  [
    "NULLs where they usually are not",
    select([c.id], { orderBy: [c.age.desc().nullsFirst().node, c.name.asc().nullsLast().node] }),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" ORDER BY "hero"."age" DESC NULLS FIRST, "hero"."name" NULLS LAST',
      postgresql: 'SELECT "hero"."id" FROM "hero" ORDER BY "hero"."age" DESC NULLS FIRST, "hero"."name" NULLS LAST',
      mysql:
        "SELECT `hero`.`id` FROM `hero` ORDER BY `hero`.`age` IS NULL DESC, `hero`.`age` DESC, `hero`.`name` IS NULL, `hero`.`name`",
    },
  ],
  (() => {
    const [name, oldest] = [c.name.label("named"), func.max(c.age.plus(1)).label("oldest")];
    return [
      "NULLs of labels: an aggregate's label is no operand on MySQL",
      select([name, oldest], {
        groupBy: [name.node],
        orderBy: [oldest.desc().nullsFirst().node, name.asc().nullsLast().node],
      }),
      {
        sqlite:
          'SELECT "hero"."name" AS "named", max("hero"."age" + ?) AS "oldest" FROM "hero" GROUP BY 1 ORDER BY "oldest" DESC NULLS FIRST, "named" NULLS LAST',
        postgresql:
          'SELECT "hero"."name" AS "named", max("hero"."age" + $1) AS "oldest" FROM "hero" GROUP BY 1 ORDER BY "oldest" DESC NULLS FIRST, "named" NULLS LAST',
        mysql:
          "SELECT `hero`.`name` AS `named`, max(`hero`.`age` + ?) AS `oldest` FROM `hero` GROUP BY 1 ORDER BY (max(`hero`.`age` + ?)) IS NULL DESC, `oldest` DESC, `named` IS NULL, `named`",
      },
    ] as const;
  })(),
  (() => {
    const label = c.age.plus(1).label("next");
    return [
      "labels",
      select([label, func.count()], { groupBy: [label.node], orderBy: [label.desc().node] }),
      'SELECT "hero"."age" + ? AS "next", count(*) FROM "hero" GROUP BY 1 ORDER BY "next" DESC',
    ] as const;
  })(),
  [
    "limit and offset",
    select([c.id], { limit: limit(1), offset: limit(2) }),
    'SELECT "hero"."id" FROM "hero" LIMIT ? OFFSET ?',
  ],
  [
    "offset alone",
    select([c.id], { offset: limit(2) }),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" LIMIT -1 OFFSET ?',
      postgresql: 'SELECT "hero"."id" FROM "hero" OFFSET $1',
      mysql: "SELECT `hero`.`id` FROM `hero` LIMIT 18446744073709551615 OFFSET ?",
    },
  ],
  [
    "join",
    select([c.id, t.name], { joins: [{ kind: "left", target: team, on: c.teamId.eq(t.id).node }] }),
    'SELECT "hero"."id", "team"."name" FROM "hero" LEFT JOIN "team" ON "hero"."team_id" = "team"."id"',
  ],
  [
    "full join",
    select([c.id, t.name], { joins: [{ kind: "full", target: team, on: c.teamId.eq(t.id).node }] }),
    {
      sqlite: 'SELECT "hero"."id", "team"."name" FROM "hero" FULL JOIN "team" ON "hero"."team_id" = "team"."id"',
      postgresql: 'SELECT "hero"."id", "team"."name" FROM "hero" FULL JOIN "team" ON "hero"."team_id" = "team"."id"',
      mysql: fails(/^MariaDB has no FULL JOIN\. .* \[E202\]$/),
    },
  ],
  [
    "tables found by their columns",
    select([c.id, t.name], { where: t.id.gt(1).node }),
    'SELECT "hero"."id", "team"."name" FROM "hero", "team" WHERE "team"."id" > ?',
  ],
  [
    "a join after two tables",
    select([c.id, t.name], {
      joins: [{ kind: "inner", target: other, on: and(otherAge.eq(c.age), otherAge.eq(t.id)).node }],
    }),
    {
      sqlite:
        'SELECT "hero"."id", "team"."name" FROM "hero", "team" JOIN "hero" AS "other" ON "other"."age" = "hero"."age" AND "other"."age" = "team"."id"',
      postgresql:
        'SELECT "hero"."id", "team"."name" FROM "hero" CROSS JOIN "team" JOIN "hero" AS "other" ON "other"."age" = "hero"."age" AND "other"."age" = "team"."id"',
      mysql:
        "SELECT `hero`.`id`, `team`.`name` FROM `hero` CROSS JOIN `team` JOIN `hero` AS `other` ON `other`.`age` = `hero`.`age` AND `other`.`age` = `team`.`id`",
    },
  ],
  [
    "a subquery in FROM",
    select([adultTeam, func.count()], { groupBy: [adultTeam.node] }),
    'SELECT "adults"."team_id", count(*) FROM (SELECT "hero"."id", "hero"."team_id" FROM "hero" WHERE "hero"."age" >= ?) AS "adults" GROUP BY "adults"."team_id"',
  ],
  [
    "a subquery met first in WHERE, its value in its place",
    select([c.id], { where: and(c.age.gt(1), adultTeam.gt(2)).node }),
    'SELECT "hero"."id" FROM "hero", (SELECT "hero"."id", "hero"."team_id" FROM "hero" WHERE "hero"."age" >= ?) AS "adults" WHERE "hero"."age" > ? AND "adults"."team_id" > ?',
  ],
  [
    "exists, correlated",
    select([t.id], { where: exists(scalar(select([c.id], { where: c.teamId.eq(t.id).node }))).node }),
    'SELECT "team"."id" FROM "team" WHERE EXISTS (SELECT "hero"."id" FROM "hero" WHERE "hero"."team_id" = "team"."id")',
  ],
  [
    "a scalar subquery of its own",
    where(c.age.eq(scalar<number>(select([func.max(c.age)])) as never)),
    'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" = (SELECT max("hero"."age") FROM "hero")',
  ],
  [
    "a statement as text",
    { kind: "text", template: sql`select ${c.id} from ${hero as never} where ${c.name} = ${"x"}`.node },
    {
      sqlite: 'select "hero"."id" from "hero" where "hero"."name" = ?',
      postgresql: 'select "hero"."id" from "hero" where "hero"."name" = $1::text',
      mysql: "select `hero`.`id` from `hero` where `hero`.`name` = ?",
    },
  ],
  [
    "for update",
    select([c.id], { forUpdate: { strength: "update", wait: "skip locked" } }),
    {
      sqlite: fails(/^SQLite has no row locks\. Begin the transaction for writing/),
      postgresql: 'SELECT "hero"."id" FROM "hero" FOR UPDATE SKIP LOCKED',
      mysql: "SELECT `hero`.`id` FROM `hero` FOR UPDATE SKIP LOCKED",
    },
  ],
  [
    "for share",
    select([c.id], { forUpdate: { strength: "share", wait: "nowait" } }),
    {
      sqlite: fails(/^SQLite has no row locks\./),
      postgresql: 'SELECT "hero"."id" FROM "hero" FOR SHARE NOWAIT',
      mysql: "SELECT `hero`.`id` FROM `hero` LOCK IN SHARE MODE NOWAIT",
    },
  ],
]);
