/** The SQL of aggregates on all dialects, side by side; each statement is also run for real. */
import { expect, test } from "vitest";
import { c, fails, select, sqlCases } from "../../../test/support/sql-cases.ts";
import { mysqlDialect } from "../../dialect/mysql/dialect.ts";
import { func } from "../expression/functions.ts";

const list = func.stringAgg(c.name, ", ");

sqlCases([
  [
    "texts, in an order",
    select([list.orderBy(c.age.desc())]),
    {
      sqlite: 'SELECT group_concat("hero"."name", ? ORDER BY "hero"."age" DESC) FROM "hero"',
      postgresql: 'SELECT string_agg("hero"."name", $1::text ORDER BY "hero"."age" DESC) FROM "hero"',
      mysql:
        "SELECT SUBSTR(GROUP_CONCAT(CONCAT(?, `hero`.`name`) ORDER BY `hero`.`age` DESC SEPARATOR ''), CHAR_LENGTH(?) + 1) FROM `hero`",
    },
  ],
  [
    "texts, each once",
    select([list.distinct().orderBy(c.name).filter(c.age.gt(3))]),
    {
      sqlite: fails(/^SQLite has no DISTINCT in stringAgg\(\)\. Select the distinct values in a subquery\./),
      postgresql:
        'SELECT string_agg(DISTINCT "hero"."name", $1::text ORDER BY "hero"."name") FILTER (WHERE "hero"."age" > $2) FROM "hero"',
      mysql:
        "SELECT SUBSTR(GROUP_CONCAT(DISTINCT CASE WHEN `hero`.`age` > ? THEN CONCAT(?, `hero`.`name`) END ORDER BY `hero`.`name` SEPARATOR ''), CHAR_LENGTH(?) + 1) FROM `hero`",
    },
  ],
  [
    "texts over a window",
    select([list.over({ partitionBy: c.teamId })]),
    {
      sqlite: 'SELECT group_concat("hero"."name", ?) OVER (PARTITION BY "hero"."team_id") FROM "hero"',
      postgresql: 'SELECT string_agg("hero"."name", $1::text) OVER (PARTITION BY "hero"."team_id") FROM "hero"',
      mysql: fails(/^MariaDB has no string_agg\(\) as a window function\./),
    },
  ],
  [
    "arrays and JSON",
    select([func.arrayAgg(c.id), func.jsonAgg(c.active)]),
    {
      sqlite:
        'SELECT nullif(json_group_array("hero"."id"), \'[]\'), nullif(json_group_array(json(CASE "hero"."active" WHEN 1 THEN \'true\' WHEN 0 THEN \'false\' END)), \'[]\') FROM "hero"',
      postgresql: 'SELECT array_agg("hero"."id"), json_agg("hero"."active") FROM "hero"',
      mysql:
        "SELECT CONCAT('[', GROUP_CONCAT(COALESCE(`hero`.`id`, 'null') SEPARATOR ','), ']'), CONCAT('[', GROUP_CONCAT(COALESCE(CASE `hero`.`active` WHEN 1 THEN 'true' WHEN 0 THEN 'false' END, 'null') SEPARATOR ','), ']') FROM `hero`",
    },
  ],
  [
    "conditions and spread",
    select([func.boolAnd(c.active), func.boolOr(c.active), func.stddev(c.age), func.variancePop(c.height)]),
    {
      sqlite:
        'SELECT min("hero"."active"), max("hero"."active"), stddev_samp("hero"."age"), var_pop("hero"."height") FROM "hero"',
      postgresql:
        'SELECT bool_and("hero"."active"), bool_or("hero"."active"), stddev_samp("hero"."age"), var_pop("hero"."height") FROM "hero"',
      mysql:
        "SELECT min(`hero`.`active`), max(`hero`.`active`), stddev_samp(`hero`.`age`), var_pop(`hero`.`height`) FROM `hero`",
    },
  ],
  [
    "a median",
    select([func.percentileCont(0.5).withinGroup(c.age.desc()).filter(c.age.gt(1))]),
    {
      sqlite: fails(/^SQLite has no percentile_cont\(\)\. Number the rows/),
      postgresql:
        'SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY "hero"."age" DESC) FILTER (WHERE "hero"."age" > $1) FROM "hero"',
      mysql: fails(/^MariaDB has no percentile_cont\(\) as an aggregate\. It has a window function: add \.over/),
    },
  ],
]);

test("MySQL has no percentiles at all", () => {
  const statement = select([func.percentileDisc(1).withinGroup(c.age).over({})]);
  expect(() => mysqlDialect({ isMariaDb: false }).compile(statement)).toThrow(/^MySQL has no percentile_disc\(\)/);
});

test("arguments are checked", () => {
  expect(() => func.percentileCont(1.5)).toThrow(/a share from 0 to 1/);
  expect(() => func.stringAgg(c.name, undefined as never)).toThrow(/a text to put between, not undefined/);
});
