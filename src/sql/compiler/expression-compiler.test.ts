/** The SQL of expressions on all dialects, side by side; each is also run for real. */
import { c, fails, limit, scalar, select, sqlCases, t, team, where } from "../../../test/support/sql-cases.ts";
import { caseOf, caseWhen } from "../expression/case.ts";
import { operator } from "../expression/custom-operator.ts";
import { func } from "../expression/functions.ts";
import { and, cast, identifier, literal, not, or, sql, tuple } from "../expression/operators.ts";
import { bigint, decimal, double, integer, text } from "../type/types.ts";

sqlCases([
  ["columns", select([c.id, c.name]), 'SELECT "hero"."id", "hero"."name" FROM "hero"'],
  ["distinct", select([c.age], { distinct: true }), 'SELECT DISTINCT "hero"."age" FROM "hero"'],
  ["comparison", where(c.age.gt(5)), 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" > ?'],
  [
    "columns on both sides",
    where(c.age.lt(c.teamId)),
    'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" < "hero"."team_id"',
  ],
  [
    "boolean column",
    where(and(c.active, not(c.active))),
    'SELECT "hero"."id" FROM "hero" WHERE "hero"."active" AND NOT "hero"."active"',
  ],
  [
    "and, or",
    where(and(c.age.gt(1), or(c.age.lt(2), c.age.eq(3)), and(c.age.ne(4)))),
    'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" > ? AND ("hero"."age" < ? OR "hero"."age" = ?) AND "hero"."age" <> ?',
  ],
  ["empty and, or", where(and(and(), or())), 'SELECT "hero"."id" FROM "hero" WHERE FALSE'],
  [
    "not",
    where(not(or(c.age.gt(1), c.active))),
    'SELECT "hero"."id" FROM "hero" WHERE NOT ("hero"."age" > ? OR "hero"."active")',
  ],
  [
    "is null",
    where(and(c.age.isNull(), c.name.isNotNull())),
    'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" IS NULL AND "hero"."name" IS NOT NULL',
  ],
  ["between", where(c.age.between(1, 2)), 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" BETWEEN ? AND ?'],
  [
    "distinct from",
    where(and(c.age.isDistinctFrom(null), c.age.isNotDistinctFrom(1))),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" IS NOT ? AND "hero"."age" IS ?',
      postgresql:
        'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" IS DISTINCT FROM $1 AND "hero"."age" IS NOT DISTINCT FROM $2',
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
      sqlite:
        'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" IN (SELECT value FROM json_each(?)) OR "hero"."age" NOT IN (SELECT value FROM json_each(?))',
      postgresql:
        'SELECT "hero"."id" FROM "hero" WHERE "hero"."age" = ANY($1::integer[]) OR "hero"."age" <> ALL($2::integer[])',
      mysql: "SELECT `hero`.`id` FROM `hero` WHERE FALSE OR TRUE",
    },
  ],
  [
    "in tuples",
    where(
      tuple(c.age, c.name).in([
        [1, "a"],
        [2, "b"],
      ] as never),
    ),
    'SELECT "hero"."id" FROM "hero" WHERE ("hero"."age", "hero"."name") IN (VALUES (?, ?), (?, ?))'.replace(
      "VALUES ",
      "",
    ),
  ],
  [
    "in a select",
    where(c.teamId.in(scalar<number | null>(select([t.id])))),
    'SELECT "hero"."id" FROM "hero" WHERE "hero"."team_id" IN (SELECT "team"."id" FROM "team")',
  ],
  [
    "in a select with a limit",
    where(c.teamId.in(scalar<number | null>(select([t.id], { limit: limit(1) })))),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."team_id" IN (SELECT "team"."id" FROM "team" LIMIT ?)',
      postgresql: 'SELECT "hero"."id" FROM "hero" WHERE "hero"."team_id" IN (SELECT "team"."id" FROM "team" LIMIT $1)',
      mysql:
        "SELECT `hero`.`id` FROM `hero` WHERE `hero`.`team_id` IN (SELECT * FROM (SELECT `team`.`id` FROM `team` LIMIT ?) AS limited)",
    },
  ],
  [
    "like",
    where(and(c.name.startsWith("50%"), c.name.notLike("_"))),
    {
      sqlite: `SELECT "hero"."id" FROM "hero" WHERE "hero"."name" LIKE ? ESCAPE '\\' AND "hero"."name" NOT LIKE ? ESCAPE '\\'`,
      postgresql: `SELECT "hero"."id" FROM "hero" WHERE "hero"."name" LIKE $1 ESCAPE E'\\\\' AND "hero"."name" NOT LIKE $2 ESCAPE E'\\\\'`,
      mysql:
        "SELECT `hero`.`id` FROM `hero` WHERE `hero`.`name` LIKE ? ESCAPE X'5c' AND `hero`.`name` NOT LIKE ? ESCAPE X'5c'",
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
    "looking for the text of a column",
    where(and(c.name.contains(t.name), c.name.istartsWith(t.name))),
    {
      sqlite:
        'SELECT "hero"."id" FROM "hero", "team" WHERE instr("hero"."name", "team"."name") > ? AND substr(lower("hero"."name"), 1, length(lower("team"."name"))) = lower("team"."name")',
      postgresql:
        'SELECT "hero"."id" FROM "hero", "team" WHERE strpos("hero"."name", "team"."name") > $1 AND left(lower("hero"."name"), char_length(lower("team"."name"))) = lower("team"."name")',
      mysql:
        "SELECT `hero`.`id` FROM `hero`, `team` WHERE LOCATE(`team`.`name`, `hero`.`name`) > ? AND LEFT(lower(`hero`.`name`), char_length(lower(`team`.`name`))) = lower(`team`.`name`)",
    },
  ],
  [
    "regular expressions",
    where(c.name.regexpMatch("a", { ignoreCase: true })),
    {
      sqlite: 'SELECT "hero"."id" FROM "hero" WHERE text_imatches("hero"."name", ?)',
      postgresql: 'SELECT "hero"."id" FROM "hero" WHERE ("hero"."name" ~* $1::text)',
      mysql: "SELECT `hero`.`id` FROM `hero` WHERE (`hero`.`name` REGEXP CONCAT('(?i)', ?))",
    },
  ],
  [
    "bits",
    select([c.age.bitwiseXor(3), c.age.shiftRight(1)]),
    {
      sqlite: 'SELECT (("hero"."age" | ?) - ("hero"."age" & ?)), ("hero"."age" >> 1) FROM "hero"',
      postgresql: 'SELECT ("hero"."age" # $1::integer), (CAST("hero"."age" AS bigint) >> 1) FROM "hero"',
      mysql:
        "SELECT CAST(`hero`.`age` ^ ? AS SIGNED), CAST(IF(`hero`.`age` < 0, ~((~`hero`.`age`) >> 1), `hero`.`age` >> 1) AS SIGNED) FROM `hero`",
    },
  ],
  [
    "simple case",
    select([caseOf(c.age).when(1, "one").otherwise("many")]),
    {
      sqlite: 'SELECT CASE "hero"."age" WHEN ? THEN ? ELSE ? END FROM "hero"',
      postgresql: 'SELECT CASE "hero"."age" WHEN $1::integer THEN $2::text ELSE $3::text END FROM "hero"',
      mysql: "SELECT CASE `hero`.`age` WHEN ? THEN ? ELSE ? END FROM `hero`",
    },
  ],
  [
    "operators by their signs",
    select([operator<number>("%", integer())(c.age.plus(1), 2)]),
    {
      sqlite: 'SELECT (("hero"."age" + ?) % ?) FROM "hero"',
      postgresql: 'SELECT (("hero"."age" + $1) % $2::integer) FROM "hero"',
      mysql: "SELECT ((`hero`.`age` + ?) % ?) FROM `hero`",
    },
  ],
  [
    "arithmetic",
    select([
      c.age.plus(1).times(2).label("a"),
      c.age.minus(c.id).label("b"),
      c.age.modulo(2).label("c"),
      c.age.dividedBy(2).label("d"),
    ]),
    {
      sqlite:
        'SELECT ("hero"."age" + ?) * ? AS "a", "hero"."age" - "hero"."id" AS "b", "hero"."age" % ? AS "c", "hero"."age" / ? AS "d" FROM "hero"',
      postgresql:
        'SELECT ("hero"."age" + $1) * $2 AS "a", "hero"."age" - "hero"."id" AS "b", "hero"."age" % $3 AS "c", "hero"."age" / $4 AS "d" FROM "hero"',
      mysql:
        "SELECT (`hero`.`age` + ?) * ? AS `a`, `hero`.`age` - `hero`.`id` AS `b`, `hero`.`age` % ? AS `c`, `hero`.`age` DIV ? AS `d` FROM `hero`",
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
    select([c.price.plus("1.5").label("a"), func.sum(c.price).label("b"), func.max(c.price).label("c")], {
      where: and(c.price.gt("1"), c.price.eq("2")).node,
      groupBy: [c.price.node],
      orderBy: [c.price.desc().node],
    }),
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
    select([caseWhen(c.age.gt(18), "adult").when(c.age.gt(12), "teenager").otherwise("child").label("group")], {
      orderBy: [],
    }),
    {
      sqlite: 'SELECT CASE WHEN "hero"."age" > ? THEN ? WHEN "hero"."age" > ? THEN ? ELSE ? END AS "group" FROM "hero"',
      postgresql:
        'SELECT CASE WHEN "hero"."age" > $1 THEN $2::text WHEN "hero"."age" > $3 THEN $4::text ELSE $5::text END AS "group" FROM "hero"',
      mysql: "SELECT CASE WHEN `hero`.`age` > ? THEN ? WHEN `hero`.`age` > ? THEN ? ELSE ? END AS `group` FROM `hero`",
    },
  ],
  [
    "cast",
    select([
      cast(c.age, text()),
      cast(c.name, integer()),
      cast(c.age, decimal(10, 2)),
      cast(c.age, double()),
      cast(c.age, bigint()),
    ]),
    {
      sqlite:
        'SELECT CAST("hero"."age" AS TEXT), CAST("hero"."name" AS INTEGER), decimal_cast("hero"."age", 2), CAST("hero"."age" AS REAL), CAST("hero"."age" AS INTEGER) FROM "hero"',
      postgresql:
        'SELECT CAST("hero"."age" AS text), CAST("hero"."name" AS integer), CAST("hero"."age" AS numeric(10, 2)), CAST("hero"."age" AS double precision), CAST("hero"."age" AS bigint) FROM "hero"',
      mysql:
        "SELECT CAST(`hero`.`age` AS CHAR), CAST(`hero`.`name` AS SIGNED), CAST(`hero`.`age` AS DECIMAL(10, 2)), CAST(`hero`.`age` AS DOUBLE), CAST(`hero`.`age` AS SIGNED) FROM `hero`",
    },
  ],
  [
    "functions",
    select(
      [func.count(), func.count(c.age).distinct(), func.avg(c.age), func.length(c.name), func.coalesce(c.age, 0)],
      { groupBy: [c.name.node, c.age.node] },
    ),
    {
      sqlite:
        'SELECT count(*), count(DISTINCT "hero"."age"), avg("hero"."age"), length("hero"."name"), coalesce("hero"."age", ?) FROM "hero" GROUP BY "hero"."name", "hero"."age"',
      postgresql:
        'SELECT count(*), count(DISTINCT "hero"."age"), avg("hero"."age"), char_length("hero"."name"), coalesce("hero"."age", $1::integer) FROM "hero" GROUP BY "hero"."name", "hero"."age"',
      mysql:
        "SELECT count(*), count(DISTINCT `hero`.`age`), avg(`hero`.`age`), char_length(`hero`.`name`), coalesce(`hero`.`age`, ?) FROM `hero` GROUP BY `hero`.`name`, `hero`.`age`",
    },
  ],
  [
    "filter",
    select([func.count().filter(c.age.gt(1)), func.sum(c.age).filter(c.age.gt(2), c.active)]),
    {
      sqlite:
        'SELECT count(*) FILTER (WHERE "hero"."age" > ?), sum("hero"."age") FILTER (WHERE "hero"."age" > ? AND "hero"."active") FROM "hero"',
      postgresql:
        'SELECT count(*) FILTER (WHERE "hero"."age" > $1), sum("hero"."age") FILTER (WHERE "hero"."age" > $2 AND "hero"."active") FROM "hero"',
      mysql:
        "SELECT count(CASE WHEN `hero`.`age` > ? THEN 1 END), sum(CASE WHEN `hero`.`age` > ? AND `hero`.`active` THEN `hero`.`age` END) FROM `hero`",
    },
  ],
  [
    "a template",
    select(
      [sql<number>`abs(${c.age} - ${5}) + ${literal(1)}`.as(integer()).label("x"), sql`${identifier("hero", "name")}`],
      { where: sql<boolean>`${c.age} > ${3} or ${c.active}`.node },
    ),
    {
      sqlite:
        'SELECT abs("hero"."age" - ?) + ? AS "x", "hero"."name" FROM "hero" WHERE "hero"."age" > ? or "hero"."active"',
      postgresql:
        'SELECT abs("hero"."age" - $1::integer) + $2::integer AS "x", "hero"."name" FROM "hero" WHERE "hero"."age" > $3::integer or "hero"."active"',
      mysql:
        "SELECT abs(`hero`.`age` - ?) + ? AS `x`, `hero`.`name` FROM `hero` WHERE `hero`.`age` > ? or `hero`.`active`",
    },
  ],
  [
    "a template that names a table",
    where(sql<boolean>`exists (select 1 from ${team as never} where ${t.id} = ${c.teamId})`),
    'SELECT "hero"."id" FROM "hero" WHERE exists (select 1 from "team" where "team"."id" = "hero"."team_id")',
  ],
]);
