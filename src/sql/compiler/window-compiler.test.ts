/** The SQL of window functions on all dialects, side by side; each statement is also run for real. */
import { describe, expect, test } from "vitest";
import { dialects } from "../../../test/support/dialects.ts";
import { c, fails, select, sqlCases } from "../../../test/support/sql-cases.ts";
import { mysqlDialect } from "../../dialect/mysql/dialect.ts";
import { ArgumentError, CompileError } from "../errors.ts";
import { func } from "../expression/functions.ts";
import { currentRow, following, preceding, unbounded, window } from "../expression/window.ts";
import { collectShape } from "./collect-shape.ts";

const byId = { orderBy: c.id } as const;
const w = window("w", { partitionBy: c.teamId, orderBy: c.age.desc() });
const ids = 'SELECT "hero"."id", ';

sqlCases([
  [
    "functions without arguments",
    select([
      func.rank().over(byId),
      func.denseRank().over(byId),
      func.percentRank().over(byId),
      func.cumeDist().over(byId),
      func.ntile(4).over(byId),
    ]),
    {
      sqlite:
        'SELECT rank() OVER (ORDER BY "hero"."id"), dense_rank() OVER (ORDER BY "hero"."id"), percent_rank() OVER (ORDER BY "hero"."id"), cume_dist() OVER (ORDER BY "hero"."id"), ntile(?) OVER (ORDER BY "hero"."id") FROM "hero"',
      postgresql:
        'SELECT rank() OVER (ORDER BY "hero"."id"), dense_rank() OVER (ORDER BY "hero"."id"), percent_rank() OVER (ORDER BY "hero"."id"), cume_dist() OVER (ORDER BY "hero"."id"), ntile($1::integer) OVER (ORDER BY "hero"."id") FROM "hero"',
      mysql:
        "SELECT rank() OVER (ORDER BY `hero`.`id`), dense_rank() OVER (ORDER BY `hero`.`id`), percent_rank() OVER (ORDER BY `hero`.`id`), cume_dist() OVER (ORDER BY `hero`.`id`), ntile(?) OVER (ORDER BY `hero`.`id`) FROM `hero`",
    },
  ],
  [
    "a frame of rows",
    select([c.id, func.sum(c.age).over({ ...byId, rows: [preceding(2), currentRow] })]),
    {
      sqlite: `${ids}sum("hero"."age") OVER (ORDER BY "hero"."id" ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM "hero"`,
      postgresql: `${ids}sum("hero"."age") OVER (ORDER BY "hero"."id" ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM "hero"`,
      mysql:
        "SELECT `hero`.`id`, sum(`hero`.`age`) OVER (ORDER BY `hero`.`id` ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) FROM `hero`",
    },
  ],
  [
    "the whole partition",
    select([c.id, func.count().over({ partitionBy: [c.teamId, c.active], ...byId, rows: [unbounded, unbounded] })]),
    `${ids}count(*) OVER (PARTITION BY "hero"."team_id", "hero"."active" ORDER BY "hero"."id" ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM "hero"`,
  ],
  [
    "a frame of values",
    select([c.id, func.count().over({ orderBy: c.age, range: [preceding(5), following(5)] })]),
    {
      sqlite: `${ids}count(*) OVER (ORDER BY "hero"."age" RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING) FROM "hero"`,
      postgresql: `${ids}count(*) OVER (ORDER BY "hero"."age" RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING) FROM "hero"`,
      mysql:
        "SELECT `hero`.`id`, count(*) OVER (ORDER BY `hero`.`age` RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING) FROM `hero`",
    },
  ],
  [
    "a frame of values of decimals",
    select([c.id, func.count().over({ orderBy: c.price, range: [preceding("0.5"), currentRow] })]),
    {
      sqlite: fails(/^SQLite has no distance between decimals in RANGE\. Order by cast/),
      postgresql: `${ids}count(*) OVER (ORDER BY "hero"."price" RANGE BETWEEN 0.5 PRECEDING AND CURRENT ROW) FROM "hero"`,
      mysql:
        "SELECT `hero`.`id`, count(*) OVER (ORDER BY `hero`.`price` RANGE BETWEEN 0.5 PRECEDING AND CURRENT ROW) FROM `hero`",
    },
  ],
  [
    "groups, and what is left out",
    select([
      c.id,
      func.sum(c.age).over({ orderBy: c.age, groups: [preceding(1), following(1)], exclude: "current row" }),
    ]),
    {
      sqlite: `${ids}sum("hero"."age") OVER (ORDER BY "hero"."age" GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM "hero"`,
      postgresql: `${ids}sum("hero"."age") OVER (ORDER BY "hero"."age" GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM "hero"`,
      mysql: fails(/^MariaDB has no GROUPS in the frame of a window\. Count in rows/),
    },
  ],
  [
    "rows and what is left out",
    select([c.id, func.sum(c.age).over({ orderBy: c.age, rows: [unbounded, unbounded], exclude: "ties" })]),
    {
      sqlite: `${ids}sum("hero"."age") OVER (ORDER BY "hero"."age" ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES) FROM "hero"`,
      postgresql: `${ids}sum("hero"."age") OVER (ORDER BY "hero"."age" ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE TIES) FROM "hero"`,
      mysql: fails(/^MariaDB has no EXCLUDE in the frame of a window\./),
    },
  ],
  [
    "neighbours",
    select([c.id, func.lag(c.name).over(byId), func.lead(c.age, 2).over(byId)]),
    {
      sqlite: `${ids}lag("hero"."name", ?) OVER (ORDER BY "hero"."id"), lead("hero"."age", ?) OVER (ORDER BY "hero"."id") FROM "hero"`,
      postgresql: `${ids}lag("hero"."name", $1::integer) OVER (ORDER BY "hero"."id"), lead("hero"."age", $2::integer) OVER (ORDER BY "hero"."id") FROM "hero"`,
      mysql:
        "SELECT `hero`.`id`, lag(`hero`.`name`, ?) OVER (ORDER BY `hero`.`id`), lead(`hero`.`age`, ?) OVER (ORDER BY `hero`.`id`) FROM `hero`",
    },
  ],
  [
    "a neighbour with a default, its values in their places",
    select([c.id, func.lag(c.age, 1, 7).over({ orderBy: c.age.plus(3) })]),
    {
      sqlite: `${ids}lag("hero"."age", ?, ?) OVER (ORDER BY ("hero"."age" + ?)) FROM "hero"`,
      postgresql: `${ids}lag("hero"."age", $1::integer, $2::integer) OVER (ORDER BY ("hero"."age" + $3)) FROM "hero"`,
      mysql:
        "SELECT `hero`.`id`, CASE WHEN lag(1, ?) OVER (ORDER BY (`hero`.`age` + ?)) IS NULL THEN ? ELSE lag(`hero`.`age`, ?) OVER (ORDER BY (`hero`.`age` + ?)) END FROM `hero`",
    },
  ],
  [
    "values of the frame",
    select([
      func.firstValue(c.name).over(byId),
      func.lastValue(c.name).over(byId),
      func.nthValue(c.name, 2).over(byId),
    ]),
    {
      sqlite:
        'SELECT first_value("hero"."name") OVER (ORDER BY "hero"."id"), last_value("hero"."name") OVER (ORDER BY "hero"."id"), nth_value("hero"."name", ?) OVER (ORDER BY "hero"."id") FROM "hero"',
      postgresql:
        'SELECT first_value("hero"."name") OVER (ORDER BY "hero"."id"), last_value("hero"."name") OVER (ORDER BY "hero"."id"), nth_value("hero"."name", $1::integer) OVER (ORDER BY "hero"."id") FROM "hero"',
      mysql:
        "SELECT first_value(`hero`.`name`) OVER (ORDER BY `hero`.`id`), last_value(`hero`.`name`) OVER (ORDER BY `hero`.`id`), nth_value(`hero`.`name`, ?) OVER (ORDER BY `hero`.`id`) FROM `hero`",
    },
  ],
  [
    "a window with a name, used twice and defined once",
    select([func.rank().over(w), func.sum(c.age).over(w)], { where: c.age.gt(1).node, orderBy: [c.id.node] }),
    'SELECT rank() OVER "w", sum("hero"."age") OVER "w" FROM "hero" WHERE "hero"."age" > ? WINDOW "w" AS (PARTITION BY "hero"."team_id" ORDER BY "hero"."age" DESC) ORDER BY "hero"."id"',
  ],
  [
    "a window that the select defines",
    select([func.count().over("by_team")], {
      where: c.age.gt(1).node,
      windows: [window("by_team", { partitionBy: c.teamId, orderBy: c.age.plus(2) }).node],
      orderBy: [func.rank().over("by_team").node],
    }),
    {
      sqlite:
        'SELECT count(*) OVER "by_team" FROM "hero" WHERE "hero"."age" > ? WINDOW "by_team" AS (PARTITION BY "hero"."team_id" ORDER BY ("hero"."age" + ?)) ORDER BY rank() OVER "by_team"',
      postgresql:
        'SELECT count(*) OVER "by_team" FROM "hero" WHERE "hero"."age" > $1 WINDOW "by_team" AS (PARTITION BY "hero"."team_id" ORDER BY ("hero"."age" + $2)) ORDER BY rank() OVER "by_team"',
      mysql:
        "SELECT count(*) OVER `by_team` FROM `hero` WHERE `hero`.`age` > ? WINDOW `by_team` AS (PARTITION BY `hero`.`team_id` ORDER BY (`hero`.`age` + ?)) ORDER BY rank() OVER `by_team`",
    },
  ],
  [
    "FILTER and OVER",
    select([func.count().filter(c.active.eq(true)).over(byId)]),
    {
      sqlite: 'SELECT count(*) FILTER (WHERE "hero"."active" = ?) OVER (ORDER BY "hero"."id") FROM "hero"',
      postgresql: 'SELECT count(*) FILTER (WHERE "hero"."active" = $1) OVER (ORDER BY "hero"."id") FROM "hero"',
      mysql: "SELECT count(CASE WHEN `hero`.`active` = ? THEN 1 END) OVER (ORDER BY `hero`.`id`) FROM `hero`",
    },
  ],
]);

describe("windows", () => {
  const [sqlite] = dialects;
  const compile = (columns: Parameters<typeof select>[0], rest: Parameters<typeof select>[1] = {}) =>
    sqlite?.compile(select(columns, rest)).sql;

  test("MySQL's LAG has a default of its own", () => {
    const mysql = mysqlDialect({ isMariaDb: false });
    expect(mysql.compile(select([func.lag(c.age, 1, 7).over(byId)])).sql).toBe(
      "SELECT lag(`hero`.`age`, ?, ?) OVER (ORDER BY `hero`.`id`) FROM `hero`",
    );
  });

  test("a name that no window has", () => {
    expect(() => compile([func.rank().over("v")])).toThrow(CompileError);
    expect(() => compile([func.rank().over(w), func.rank().over("W")])).toThrow(
      /over\("W"\) names a window that the select does not define\. Did you mean 'w'\? Add \.window\("W", …\)/,
    );
  });

  test("two windows of one name", () => {
    const other = window("w", byId);
    expect(() => compile([func.rank().over(w), func.rank().over(other)])).toThrow(/Two windows .* 'w'/);
  });

  test("frames that cannot be are refused", () => {
    const over = (options: object) => () => func.count().over(options as never);
    expect(over({ rows: [preceding(1)] })).toThrow(ArgumentError);
    expect(over({ rows: [currentRow, preceding(1)] })).toThrow(/from CURRENT ROW to PRECEDING ends before it starts/);
    expect(over({ rows: [{ kind: "current" }, currentRow] })).toThrow(/takes two bounds/);
    expect(over({ rows: [preceding(-1), currentRow] })).toThrow(/whole number of 0 or more/);
    expect(over({ rows: [preceding("1 --"), currentRow] })).toThrow(/whole number of 0 or more/);
    expect(over({ rows: [preceding(1.5), currentRow] })).toThrow(/whole number of 0 or more/);
    expect(over({ orderBy: c.age, range: [preceding(Number.NaN), currentRow] })).toThrow(/number of 0 or more/);
    expect(over({ orderBy: c.age, range: [preceding(-3), currentRow] })).toThrow(/number of 0 or more/);
    expect(over({ orderBy: [c.age, c.id], range: [preceding(3), currentRow] })).toThrow(/one number to be ordered by/);
    expect(over({ orderBy: c.name, range: [preceding(3), currentRow] })).toThrow(/one number to be ordered by/);
    expect(over({ rows: [unbounded, currentRow], range: [unbounded, currentRow] })).toThrow(/rows and range/);
    expect(over({ exclude: "ties" })).toThrow(/needs a frame/);
    expect(over({ rows: [unbounded, currentRow], exclude: "ties) --" })).toThrow(/'exclude' is one of/);
    expect(over({ order: c.id })).toThrow(/has no option 'order'/);
    expect(() => func.count().over(c.id as never)).toThrow(ArgumentError);
    expect(() => func.count().over("")).toThrow(/not an empty text/);
    expect(() => func.lag(c.id, -1)).toThrow(ArgumentError);
    expect(() => func.ntile(0)).toThrow(ArgumentError);
    expect(() => func.nthValue(c.id, 0)).toThrow(ArgumentError);
  });

  test("what a window cannot have beside its base", () => {
    const plain = window("plain", { partitionBy: c.teamId });
    const ordered = window("ordered", byId);
    const framed = window("framed", { ...byId, rows: [unbounded, currentRow] });
    const over = (options: object) => () => func.count().over(options as never);
    expect(over({ base: plain, partitionBy: c.age })).toThrow(/has the partition of its base 'plain'/);
    expect(over({ base: ordered, orderBy: c.age })).toThrow(/base 'ordered' has an order already/);
    expect(over({ base: framed })).toThrow(/base 'framed' has a frame/);
    expect(over({ base: "plain" })).toThrow(/'base' is a window that window\(\) made, not a string/);
  });

  test("what differs in text differs in its key", () => {
    const variants = [
      {},
      byId,
      { ...byId, rows: [unbounded, currentRow] },
      { ...byId, rows: [currentRow, unbounded] },
      { ...byId, range: [unbounded, currentRow] },
      { ...byId, groups: [unbounded, currentRow] },
      { ...byId, rows: [preceding(1), currentRow] },
      { ...byId, rows: [preceding(c.age), currentRow] },
      { ...byId, rows: [preceding(1), currentRow], exclude: "ties" },
      "w",
      "ww",
      window("w", {}),
      window("w", byId),
    ] as const;
    const shaper = { listShape: (): "array" => "array" };
    const keys = variants.map((over) => collectShape(select([func.count().over(over as never)]), shaper).key);
    expect(new Set(keys).size).toBe(variants.length);
  });
});
