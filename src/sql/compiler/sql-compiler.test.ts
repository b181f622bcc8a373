/** The SQL of each construct on all dialects, side by side; each statement is also run for real. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases, dialects, type TestDatabase } from "../../../test/support/dialects.ts";
import { column, defineTable, element, id } from "../../../test/support/tables.ts";
import { MetaData } from "../../metadata/meta-data.ts";
import { createAllIo } from "../../metadata/ddl/create-all.ts";
import { CompileError } from "../errors.ts";
import { ColumnElement, markScalarSelectable, type ScalarSelectable } from "../expression/column-element.ts";
import { func } from "../expression/functions.ts";
import { nextSourceId, type AliasSource, type Expression, type FromClause, type SubquerySource } from "../expression/node.ts";
import { and, caseWhen, cast, exists, identifier, literal, not, or, sql, tuple } from "../expression/operators.ts";
import { emptySelect, type SelectNode, type Statement } from "../statement/node.ts";
import { bigint, boolean, decimal, double, integer, jsonb, text, timestamp, varchar } from "../type/types.ts";

const metadata = new MetaData();
const { table: team } = defineTable({ name: "team", columns: [id, column("name", varchar(50))] }, metadata);
const { table: hero } = defineTable(
  {
    name: "hero",
    columns: [
      id,
      column("name", varchar(50)),
      column("age", integer()),
      column("team_id", integer()),
      column("price", decimal(10, 2)),
      column("height", double()),
      column("active", boolean()),
      column("seen", timestamp()),
    ],
    uniques: [{ kind: "unique", name: undefined, columns: ["name"] }],
  },
  metadata,
);
const c = {
  id: element<number>(hero, "id"),
  name: element<string | null>(hero, "name"),
  age: element<number | null>(hero, "age"),
  teamId: element<number | null>(hero, "team_id"),
  price: element<string | null>(hero, "price"),
  height: element<number | null>(hero, "height"),
  active: element<boolean>(hero, "active"),
};
const t = { id: element<number>(team, "id"), name: element<string | null>(team, "name") };

const select = (columns: readonly ColumnElement<never>[] | readonly ColumnElement<unknown>[], rest: Partial<SelectNode> = {}): SelectNode => ({ ...emptySelect, columns: columns.map(({ node }) => node), ...rest });
const where = (condition: ColumnElement<boolean>): SelectNode => select([c.id], { where: condition.node });
const limit = (value: number): Expression => ({ kind: "bind", value, type: integer() });
function scalar<T>(statement: SelectNode): ScalarSelectable<T> {
  const [only] = statement.columns;
  const made: ScalarSelectable<T> = { subqueryNode: { kind: "subquery", statement, type: only?.kind === "column" ? only.type : integer() } };
  markScalarSelectable(made);
  return made;
}
const other: AliasSource = { kind: "alias", id: nextSourceId(), name: "other", of: hero };
const otherAge = new ColumnElement<number>({ kind: "column", from: other, name: "age", type: integer() });
const adults: SubquerySource = { kind: "subquery", id: nextSourceId(), name: "adults", statement: select([c.id, c.teamId], { where: c.age.ge(18).node }) };
const adultTeam = new ColumnElement<number>({ kind: "column", from: adults, name: "team_id", type: integer() });

/** Backquotes for quotes: what MySQL's identifiers look like. */
const backquoted = (text_: string): string => text_.replaceAll('"', "`");

type Expected = string | { readonly sqlite: string | CompileFailure; readonly postgresql: string | CompileFailure; readonly mysql: string | CompileFailure };
class CompileFailure {
  readonly message: RegExp;
  constructor(message: RegExp) {
    this.message = message;
  }
}
const fails = (message: RegExp): CompileFailure => new CompileFailure(message);

/** A text that is the same on all dialects but for placeholders (`?`) and quotes; or one text each. */
const cases: readonly (readonly [name: string, statement: Statement, expected: Expected])[] = [
  ["columns", select([c.id, c.name]), 'SELECT "hero"."id", "hero"."name" FROM "hero"'],
  ["distinct", select([c.age], { distinct: true }), 'SELECT DISTINCT "hero"."age" FROM "hero"'],
  ["comparison", where(c.age.gt(5)), 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" > ?'],
  ["columns on both sides", where(c.age.lt(c.teamId)), 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" < "hero"."team_id"'],
  ["boolean column", where(and(c.active, not(c.active))), 'SELECT "hero"."id" FROM "hero" WHERE "hero"."active" AND NOT "hero"."active"'],
  [
    "and, or",
    where(and(c.age.gt(1), or(c.age.lt(2), c.age.eq(3)), and(c.age.ne(4)))),
    'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" > ? AND ("hero"."age" < ? OR "hero"."age" = ?) AND "hero"."age" <> ?',
  ],
  ["empty and, or", where(and(and(), or())), 'SELECT "hero"."id" FROM "hero" WHERE FALSE'],
  ["not", where(not(or(c.age.gt(1), c.active))), 'SELECT "hero"."id" FROM "hero" WHERE NOT ("hero"."age" > ? OR "hero"."active")'],
  ["is null", where(and(c.age.isNull(), c.name.isNotNull())), 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" IS NULL AND "hero"."name" IS NOT NULL'],
  ["between", where(c.age.between(1, 2)), 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" BETWEEN ? AND ?'],
  [
    "distinct from",
    where(and(c.age.isDistinctFrom(null), c.age.isNotDistinctFrom(1))),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" IS NOT ? AND "hero"."age" IS ?',
      postgresql: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" IS DISTINCT FROM $1 AND "hero"."age" IS NOT DISTINCT FROM $2',
      mysql: "SELECT `hero`.`id` FROM `hero` WHERE NOT (`hero`.`age` <=> ?) AND `hero`.`age` <=> ?",
    },
  ],
  [
    "in",
    where(c.age.in([1, 2, 3])),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" IN (SELECT value FROM json_each(?))',
      postgresql: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" = ANY($1::integer[])',
      mysql: "SELECT `hero`.`id` FROM `hero` WHERE `hero`.`age` IN (?, ?, ?, ?)",
    },
  ],
  [
    "not in",
    where(c.name.notIn(["a"])),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."name" NOT IN (SELECT value FROM json_each(?))',
      postgresql: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."name" <> ALL($1::text[])',
      mysql: "SELECT `hero`.`id` FROM `hero` WHERE `hero`.`name` NOT IN (?)",
    },
  ],
  [
    "in of nothing",
    where(or(c.age.in([]), c.age.notIn([]))),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" IN (SELECT value FROM json_each(?)) OR "hero"."age" NOT IN (SELECT value FROM json_each(?))',
      postgresql: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" = ANY($1::integer[]) OR "hero"."age" <> ALL($2::integer[])',
      mysql: "SELECT `hero`.`id` FROM `hero` WHERE FALSE OR TRUE",
    },
  ],
  [
    "in tuples",
    where(tuple(c.age, c.name).in([[1, "a"], [2, "b"]] as never)),
    'SELECT "hero"."id" FROM "hero" WHERE ("hero"."age", "hero"."name") IN (VALUES (?, ?), (?, ?))'.replace("VALUES ", ""),
  ],
  ["in a select", where(c.teamId.in(scalar<number | null>(select([t.id])))), 'SELECT "hero"."id" FROM "hero" WHERE "hero"."team_id" IN (SELECT "team"."id" FROM "team")'],
  [
    "in a select with a limit",
    where(c.teamId.in(scalar<number | null>(select([t.id], { limit: limit(1) })))),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."team_id" IN (SELECT "team"."id" FROM "team" LIMIT ?)',
      postgresql: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."team_id" IN (SELECT "team"."id" FROM "team" LIMIT $1)',
      mysql: "SELECT `hero`.`id` FROM `hero` WHERE `hero`.`team_id` IN (SELECT * FROM (SELECT `team`.`id` FROM `team` LIMIT ?) AS limited)",
    },
  ],
  [
    "like",
    where(and(c.name.startsWith("50%"), c.name.notLike("_"))),
    {
      sqlite: `SELECT "hero"."id" FROM "hero" WHERE "hero"."name" LIKE ? ESCAPE '\\' AND "hero"."name" NOT LIKE ? ESCAPE '\\'`,
      postgresql: `SELECT "hero"."id" FROM "hero" WHERE "hero"."name" LIKE $1 ESCAPE E'\\\\' AND "hero"."name" NOT LIKE $2 ESCAPE E'\\\\'`,
      mysql: "SELECT `hero`.`id` FROM `hero` WHERE `hero`.`name` LIKE ? ESCAPE X'5c' AND `hero`.`name` NOT LIKE ? ESCAPE X'5c'",
    },
  ],
  [
    "ilike",
    where(c.name.ilike("A%")),
    {
      sqlite: `SELECT "hero"."id" FROM "hero" WHERE lower("hero"."name") LIKE lower(?) ESCAPE '\\'`,
      postgresql: `SELECT "hero"."id" FROM "hero" WHERE "hero"."name" ILIKE $1 ESCAPE E'\\\\'`,
      mysql: "SELECT `hero`.`id` FROM `hero` WHERE LOWER(`hero`.`name`) LIKE LOWER(?) ESCAPE X'5c'",
    },
  ],
  [
    "arithmetic",
    select([c.age.plus(1).times(2).label("a"), c.age.minus(c.id).label("b"), c.age.modulo(2).label("c"), c.age.dividedBy(2).label("d")]),
    {
      sqlite: 'SELECT ("hero"."age" + ?) * ? AS "a", "hero"."age" - "hero"."id" AS "b", "hero"."age" % ? AS "c", "hero"."age" / ? AS "d" FROM "hero"',
      postgresql: 'SELECT ("hero"."age" + $1) * $2 AS "a", "hero"."age" - "hero"."id" AS "b", "hero"."age" % $3 AS "c", "hero"."age" / $4 AS "d" FROM "hero"',
      mysql: "SELECT (`hero`.`age` + ?) * ? AS `a`, `hero`.`age` - `hero`.`id` AS `b`, `hero`.`age` % ? AS `c`, `hero`.`age` DIV ? AS `d` FROM `hero`",
    },
  ],
  [
    "arithmetic with doubles",
    select([c.height.dividedBy(2).label("a"), c.height.modulo(2).label("b")]),
    {
      sqlite: 'SELECT "hero"."height" / ? AS "a", mod("hero"."height", ?) AS "b" FROM "hero"',
      postgresql: fails(/^PostgreSQL has no remainder of floating-point numbers\. .* \[E202\]$/),
      mysql: "SELECT `hero`.`height` / ? AS `a`, `hero`.`height` % ? AS `b` FROM `hero`",
    },
  ],
  [
    "decimals",
    select([c.price.plus("1.5").label("a"), func.sum(c.price).label("b"), func.max(c.price).label("c")], { where: and(c.price.gt("1"), c.price.eq("2")).node, groupBy: [c.price.node], orderBy: [c.price.desc().node] }),
    {
      sqlite:
        'SELECT decimal_add("hero"."price", ?) AS "a", decimal_sum("hero"."price") AS "b", decimal_value(max(decimal_key("hero"."price"))) AS "c" FROM "hero" WHERE decimal_key("hero"."price") > decimal_key(?) AND "hero"."price" = ? GROUP BY "hero"."price" ORDER BY decimal_key("hero"."price") DESC',
      postgresql:
        'SELECT "hero"."price" + $1 AS "a", sum("hero"."price") AS "b", max("hero"."price") AS "c" FROM "hero" WHERE "hero"."price" > $2 AND "hero"."price" = $3 GROUP BY "hero"."price" ORDER BY "hero"."price" DESC',
      mysql:
        "SELECT `hero`.`price` + CAST(? AS DECIMAL(65, 30)) AS `a`, sum(`hero`.`price`) AS `b`, max(`hero`.`price`) AS `c` FROM `hero` WHERE `hero`.`price` > ? AND `hero`.`price` = ? GROUP BY `hero`.`price` ORDER BY `hero`.`price` DESC",
    },
  ],
  [
    "division of decimals",
    select([c.price.dividedBy("2")]),
    {
      sqlite: fails(/^SQLite has no division of decimals\./),
      postgresql: 'SELECT "hero"."price" / $1 FROM "hero"',
      mysql: "SELECT `hero`.`price` / CAST(? AS DECIMAL(65, 30)) FROM `hero`",
    },
  ],
  [
    "values alone",
    select([literal(1), literal("a"), literal(2, double()), literal("1.5", decimal()), literal(null)]),
    {
      sqlite: "SELECT ?, ?, CAST(? AS REAL), ?, ?",
      postgresql: "SELECT $1::integer, $2::text, $3::float8, $4::numeric, $5",
      mysql: "SELECT ?, ?, ?, CAST(? AS DECIMAL(65, 30)), ?",
    },
  ],
  [
    "concatenation",
    select([c.name.concat("!").concat(c.name)]),
    {
      sqlite: 'SELECT ("hero"."name" || ?) || "hero"."name" FROM "hero"',
      postgresql: 'SELECT ("hero"."name" || $1) || "hero"."name" FROM "hero"',
      mysql: "SELECT CONCAT((CONCAT(`hero`.`name`, ?)), `hero`.`name`) FROM `hero`",
    },
  ],
  [
    "case",
    select([caseWhen(c.age.gt(18), "adult").when(c.age.gt(12), "teenager").otherwise("child").label("group")], { orderBy: [] }),
    {
      sqlite: 'SELECT CASE WHEN "hero"."age" > ? THEN ? WHEN "hero"."age" > ? THEN ? ELSE ? END AS "group" FROM "hero"',
      postgresql: 'SELECT CASE WHEN "hero"."age" > $1 THEN $2::text WHEN "hero"."age" > $3 THEN $4::text ELSE $5::text END AS "group" FROM "hero"',
      mysql: "SELECT CASE WHEN `hero`.`age` > ? THEN ? WHEN `hero`.`age` > ? THEN ? ELSE ? END AS `group` FROM `hero`",
    },
  ],
  [
    "cast",
    select([cast(c.age, text()), cast(c.name, integer()), cast(c.age, decimal(10, 2)), cast(c.age, double()), cast(c.age, bigint())]),
    {
      sqlite: 'SELECT CAST("hero"."age" AS TEXT), CAST("hero"."name" AS INTEGER), decimal_cast("hero"."age", 2), CAST("hero"."age" AS REAL), CAST("hero"."age" AS INTEGER) FROM "hero"',
      postgresql: 'SELECT CAST("hero"."age" AS text), CAST("hero"."name" AS integer), CAST("hero"."age" AS numeric(10, 2)), CAST("hero"."age" AS double precision), CAST("hero"."age" AS bigint) FROM "hero"',
      mysql: "SELECT CAST(`hero`.`age` AS CHAR), CAST(`hero`.`name` AS SIGNED), CAST(`hero`.`age` AS DECIMAL(10, 2)), CAST(`hero`.`age` AS DOUBLE), CAST(`hero`.`age` AS SIGNED) FROM `hero`",
    },
  ],
  [
    "functions",
    select([func.count(), func.count(c.age).distinct(), func.avg(c.age), func.length(c.name), func.coalesce(c.age, 0)], { groupBy: [c.name.node, c.age.node] }),
    {
      sqlite: 'SELECT count(*), count(DISTINCT "hero"."age"), avg("hero"."age"), length("hero"."name"), coalesce("hero"."age", ?) FROM "hero" GROUP BY "hero"."name", "hero"."age"',
      postgresql: 'SELECT count(*), count(DISTINCT "hero"."age"), avg("hero"."age"), char_length("hero"."name"), coalesce("hero"."age", $1::integer) FROM "hero" GROUP BY "hero"."name", "hero"."age"',
      mysql: "SELECT count(*), count(DISTINCT `hero`.`age`), avg(`hero`.`age`), char_length(`hero`.`name`), coalesce(`hero`.`age`, ?) FROM `hero` GROUP BY `hero`.`name`, `hero`.`age`",
    },
  ],
  [
    "filter",
    select([func.count().filter(c.age.gt(1)), func.sum(c.age).filter(c.age.gt(2), c.active)]),
    {
      sqlite: 'SELECT count(*) FILTER (WHERE "hero"."age" > ?), sum("hero"."age") FILTER (WHERE "hero"."age" > ? AND "hero"."active") FROM "hero"',
      postgresql: 'SELECT count(*) FILTER (WHERE "hero"."age" > $1), sum("hero"."age") FILTER (WHERE "hero"."age" > $2 AND "hero"."active") FROM "hero"',
      mysql: "SELECT count(CASE WHEN `hero`.`age` > ? THEN 1 END), sum(CASE WHEN `hero`.`age` > ? AND `hero`.`active` THEN `hero`.`age` END) FROM `hero`",
    },
  ],
  [
    "window",
    select([c.id, func.rowNumber().over({ partitionBy: c.teamId, orderBy: [c.age.desc(), c.id] }).label("n")]),
    'SELECT "hero"."id", row_number() OVER (PARTITION BY "hero"."team_id" ORDER BY "hero"."age" DESC, "hero"."id") AS "n" FROM "hero"',
  ],
  [
    "order of nulls",
    select([c.id], { orderBy: [c.age.desc().nullsLast().node, c.name.asc().nullsFirst().node, c.id.node] }),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" ORDER BY "hero"."age" DESC NULLS LAST, "hero"."name" NULLS FIRST, "hero"."id"',
      postgresql: 'SELECT "hero"."id" FROM "hero" ORDER BY "hero"."age" DESC NULLS LAST, "hero"."name" NULLS FIRST, "hero"."id"',
      mysql: "SELECT `hero`.`id` FROM `hero` ORDER BY `hero`.`age` IS NULL, `hero`.`age` DESC, `hero`.`name` IS NULL DESC, `hero`.`name`, `hero`.`id`",
    },
  ],
  (() => {
    const label = c.age.plus(1).label("next");
    return ["labels", select([label, func.count()], { groupBy: [label.node], orderBy: [label.desc().node] }), 'SELECT "hero"."age" + ? AS "next", count(*) FROM "hero" GROUP BY 1 ORDER BY "next" DESC'] as const;
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
  ["tables found by their columns", select([c.id, t.name], { where: t.id.gt(1).node }), 'SELECT "hero"."id", "team"."name" FROM "hero", "team" WHERE "team"."id" > ?'],
  [
    "a join after two tables",
    select([c.id, t.name], { joins: [{ kind: "inner", target: other, on: and(otherAge.eq(c.age), otherAge.eq(t.id)).node }] }),
    {
      sqlite: 'SELECT "hero"."id", "team"."name" FROM "hero", "team" JOIN "hero" AS "other" ON "other"."age" = "hero"."age" AND "other"."age" = "team"."id"',
      postgresql: 'SELECT "hero"."id", "team"."name" FROM "hero" CROSS JOIN "team" JOIN "hero" AS "other" ON "other"."age" = "hero"."age" AND "other"."age" = "team"."id"',
      mysql: "SELECT `hero`.`id`, `team`.`name` FROM `hero` CROSS JOIN `team` JOIN `hero` AS `other` ON `other`.`age` = `hero`.`age` AND `other`.`age` = `team`.`id`",
    },
  ],
  ["a subquery in FROM", select([adultTeam, func.count()], { groupBy: [adultTeam.node] }), 'SELECT "adults"."team_id", count(*) FROM (SELECT "hero"."id", "hero"."team_id" FROM "hero" WHERE "hero"."age" >= ?) AS "adults" GROUP BY "adults"."team_id"'],
  [
    "a subquery met first in WHERE, its value in its place",
    select([c.id], { where: and(c.age.gt(1), adultTeam.gt(2)).node }),
    'SELECT "hero"."id" FROM "hero", (SELECT "hero"."id", "hero"."team_id" FROM "hero" WHERE "hero"."age" >= ?) AS "adults" WHERE "hero"."age" > ? AND "adults"."team_id" > ?',
  ],
  ["exists, correlated", select([t.id], { where: exists(scalar(select([c.id], { where: c.teamId.eq(t.id).node }))).node }), 'SELECT "team"."id" FROM "team" WHERE EXISTS (SELECT "hero"."id" FROM "hero" WHERE "hero"."team_id" = "team"."id")'],
  ["a scalar subquery of its own", where(c.age.eq(scalar<number>(select([func.max(c.age)])) as never)), 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" = (SELECT max("hero"."age") FROM "hero")'],
  [
    "a template",
    select([sql<number>`abs(${c.age} - ${5}) + ${literal(1)}`.as(integer()).label("x"), sql`${identifier("hero", "name")}`], { where: sql<boolean>`${c.age} > ${3} or ${c.active}`.node }),
    {
      sqlite: 'SELECT abs("hero"."age" - ?) + ? AS "x", "hero"."name" FROM "hero" WHERE "hero"."age" > ? or "hero"."active"',
      postgresql: 'SELECT abs("hero"."age" - $1::integer) + $2::integer AS "x", "hero"."name" FROM "hero" WHERE "hero"."age" > $3::integer or "hero"."active"',
      mysql: "SELECT abs(`hero`.`age` - ?) + ? AS `x`, `hero`.`name` FROM `hero` WHERE `hero`.`age` > ? or `hero`.`active`",
    },
  ],
  [
    "a template that names a table",
    where(sql<boolean>`exists (select 1 from ${team as never} where ${t.id} = ${c.teamId})`),
    'SELECT "hero"."id" FROM "hero" WHERE exists (select 1 from "team" where "team"."id" = "hero"."team_id")',
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
  [
    "insert",
    { kind: "insert", table: team, columns: [team.column("name").node], rows: [[literal("a").node], [literal("b").node]], returning: [t.id.node, t.name.concat("!").label("loud").node] },
    {
      sqlite: 'INSERT INTO "team" ("name") VALUES (?), (?) RETURNING "id", "team"."name" || ? AS "loud"',
      postgresql: 'INSERT INTO "team" ("name") VALUES ($1), ($2) RETURNING "id", "team"."name" || $3 AS "loud"',
      mysql: "INSERT INTO `team` (`name`) VALUES (?), (?) RETURNING `id`, CONCAT(`team`.`name`, ?) AS `loud`",
    },
  ],
  [
    "insert of defaults",
    { kind: "insert", table: team, columns: [], rows: [], returning: [] },
    { sqlite: 'INSERT INTO "team" DEFAULT VALUES', postgresql: 'INSERT INTO "team" DEFAULT VALUES', mysql: "INSERT INTO `team` () VALUES ()" },
  ],
  [
    "insert with a default in some rows",
    { kind: "insert", table: team, columns: [team.column("name").node], rows: [[literal("a").node], [{ kind: "default" }]], returning: [] },
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
      onConflict: { target: [], set: [{ column: hero.column("age").node, value: sql`${identifier("excluded", "age")} + ${c.age}`.node }] },
      returning: [],
    },
    {
      sqlite: 'INSERT INTO "hero" ("name", "age") VALUES (?, ?) ON CONFLICT DO UPDATE SET "age" = "excluded"."age" + "hero"."age"',
      postgresql: fails(/^PostgreSQL has no ON CONFLICT DO UPDATE without columns\./),
      mysql: "INSERT INTO `hero` (`name`, `age`) VALUES (?, ?) ON DUPLICATE KEY UPDATE `age` = VALUES(`age`) + `hero`.`age`",
    },
  ],
  [
    "insert or update by a key",
    {
      kind: "insert",
      table: hero,
      columns: [hero.column("name").node, hero.column("age").node],
      rows: [[literal("a").node, literal(1).node]],
      onConflict: { target: [hero.column("name").node], set: [{ column: hero.column("age").node, value: literal(2).node }] },
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
    { kind: "insert", table: hero, columns: [hero.column("name").node], rows: [[literal("a").node]], onConflict: { target: [], set: undefined }, returning: [] },
    {
      sqlite: 'INSERT INTO "hero" ("name") VALUES (?) ON CONFLICT DO NOTHING',
      postgresql: 'INSERT INTO "hero" ("name") VALUES ($1) ON CONFLICT DO NOTHING',
      mysql: "INSERT INTO `hero` (`name`) VALUES (?) ON DUPLICATE KEY UPDATE `name` = `name`",
    },
  ],
  [
    "update",
    { kind: "update", table: hero, set: [{ column: hero.column("age").node, value: c.age.plus(1).node }, { column: hero.column("name").node, value: literal("x").node }], where: c.id.eq(1).node, returning: [] },
    'UPDATE "hero" SET "age" = "hero"."age" + ?, "name" = ? WHERE "hero"."id" = ?',
  ],
  [
    "update with a result",
    { kind: "update", table: hero, set: [{ column: hero.column("age").node, value: literal(1).node }], where: undefined, returning: [c.id.node] },
    {
      sqlite: 'UPDATE "hero" SET "age" = ? RETURNING "id"',
      postgresql: 'UPDATE "hero" SET "age" = $1 RETURNING "id"',
      mysql: fails(/^MariaDB has no RETURNING for UPDATE\./),
    },
  ],
  [
    "delete",
    { kind: "delete", table: hero, where: exists(scalar(select([t.id], { where: t.id.eq(c.teamId).node }))).node, returning: [] },
    'DELETE FROM "hero" WHERE EXISTS (SELECT "team"."id" FROM "team" WHERE "team"."id" = "hero"."team_id")',
  ],
];

const placeholders = (sql_: string): string => {
  let position = 0;
  return sql_.replaceAll("?", () => `$${String((position += 1))}`);
};

function expectedFor(dialect: string, expected: Expected): string | CompileFailure {
  if (typeof expected !== "string") return expected[dialect as "sqlite" | "postgresql" | "mysql"];
  if (dialect === "postgresql") return placeholders(expected);
  return dialect === "mysql" ? backquoted(expected) : expected;
}

describe.each(dialects)("$name", (dialect) => {
  test.each(cases)("%s", (_name, statement, expectedText) => {
    const expected = expectedFor(dialect.name, expectedText);
    if (expected instanceof CompileFailure) {
      expect(() => dialect.compile(statement)).toThrow(CompileError);
      expect(() => dialect.compile(statement)).toThrow(expected.message);
    } else {
      expect(dialect.compile(statement).sql).toBe(expected);
    }
  });
});

describe.each(databases)("$name", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
    await database.run((core) => createAllIo(metadata, core));
  });
  afterAll(() => database.close());

  test.each(cases)("runs: %s", async (_name, statement, expectedText) => {
    if (expectedFor(database.dialect.name, expectedText) instanceof CompileFailure) return;
    await database.command(database.dialect.name === "mysql" ? "START TRANSACTION" : "BEGIN");
    try {
      await expect(database.rows(statement)).resolves.toBeInstanceOf(Array);
    } finally {
      await database.command("ROLLBACK");
    }
  });
});

test("a column of a table that cannot be read is named", () => {
  const statement: Statement = { kind: "delete", table: hero, where: t.id.eq(1).node, returning: [] };
  for (const dialect of dialects) {
    expect(() => dialect.compile(statement)).toThrow("Column 'id' of 'team' is used where 'team' cannot be read. Join it, or add it to FROM. [E202]");
  }
});

test.each(["", "a\0b", "a\ud800"])("V01 %j is no identifier", (name) => {
  for (const dialect of dialects) {
    expect(() => dialect.compile(select([c.id.label(name)]))).toThrow(CompileError);
    expect(() => dialect.quoteIdentifier(name)).toThrow(CompileError);
  }
});

test("V04 what is not in the list of keywords is refused", () => {
  const forged = (node: object): Statement => ({ ...emptySelect, columns: [node as Expression], from: [hero as FromClause] });
  for (const dialect of dialects) {
    for (const node of [
      { kind: "order", operand: c.id.node, direction: "asc, (select 1)", nulls: undefined },
      { kind: "order", operand: c.id.node, direction: "constructor", nulls: undefined },
      { kind: "binary", operator: "= 1 or 1", left: c.id.node, right: c.id.node, type: boolean() },
      { kind: "function", name: "f(); drop table hero; --", arguments: [], type: jsonb() },
    ]) {
      expect(() => dialect.compile(forged(node))).toThrow(/\[E20[12]\]$/);
    }
    expect(() => dialect.compile(select([c.id], { joins: [{ kind: "natural" as never, target: team, on: c.id.eq(1).node }] }))).toThrow(/\[E201\]$/);
  }
});
