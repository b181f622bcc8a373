/** The SQL of `func.*` on all dialects, side by side; each is also run for real. */
import { c, fails, select, sqlCases } from "../../../test/support/sql-cases.ts";
import { element } from "../../../test/support/tables.ts";
import { hero } from "../../../test/support/sql-cases.ts";
import { func } from "../expression/functions.ts";
import { double } from "../type/types.ts";
import { tryCast } from "../expression/try-cast.ts";
import { interval } from "../expression/interval.ts";

const seen = element<Date>(hero, "seen");

sqlCases([
  [
    "trim",
    select([func.trim(c.name)]),
    {
      sqlite: 'SELECT trim("hero"."name", ?) FROM "hero"',
      postgresql: 'SELECT btrim("hero"."name", $1::text) FROM "hero"',
      mysql: "SELECT TRIM(BOTH ? FROM `hero`.`name`) FROM `hero`",
    },
  ],
  [
    "right, lpad",
    select([func.right(c.name, 2), func.lpad(c.name, 5, "*")]),
    {
      sqlite:
        'SELECT substr("hero"."name", -?, ?), (CASE WHEN length("hero"."name") >= ? THEN substr("hero"."name", 1, ?) ELSE substr(replace(hex(zeroblob(?)), \'00\', ?), 1, ? - length("hero"."name")) || "hero"."name" END) FROM "hero"',
      postgresql: 'SELECT right("hero"."name", $1::integer), lpad("hero"."name", $2::integer, $3::text) FROM "hero"',
      mysql: "SELECT RIGHT(`hero`.`name`, ?), LPAD(`hero`.`name`, ?, ?) FROM `hero`",
    },
  ],
  [
    "round",
    select([func.round(c.height, 1), func.round(c.price, 1), func.round(c.age)]),
    {
      sqlite: 'SELECT round("hero"."height", 1), decimal_cast("hero"."price", 1), "hero"."age" FROM "hero"',
      postgresql:
        'SELECT CAST(round(CAST("hero"."height" AS numeric), 1) AS double precision), round("hero"."price", 1), "hero"."age" FROM "hero"',
      mysql:
        "SELECT IF(ABS(`hero`.`height`) < 9e15, CAST(ROUND(CAST(`hero`.`height` AS DECIMAL(65, 30)), 1) AS DOUBLE), `hero`.`height`), ROUND(`hero`.`price`, 1), `hero`.`age` FROM `hero`",
    },
  ],
  [
    "greatest",
    select([func.greatest(c.age, c.id)]),
    {
      sqlite: 'SELECT max("hero"."age", "hero"."id") FROM "hero"',
      postgresql:
        'SELECT (CASE WHEN num_nulls("hero"."age", "hero"."id") = 0 THEN GREATEST("hero"."age", "hero"."id") END) FROM "hero"',
      mysql: "SELECT GREATEST(`hero`.`age`, `hero`.`id`) FROM `hero`",
    },
  ],
  [
    "extract",
    select([func.extract("second", seen), func.extract("doy", seen)]),
    {
      sqlite:
        'SELECT CAST(substr("hero"."seen", 18, 2) AS INTEGER), CAST(strftime(\'%j\', substr("hero"."seen", 1, 10)) AS INTEGER) FROM "hero"',
      postgresql:
        'SELECT CAST(trunc(extract(second FROM "hero"."seen")) AS integer), CAST(extract(doy FROM "hero"."seen") AS integer) FROM "hero"',
      mysql: "SELECT EXTRACT(SECOND FROM `hero`.`seen`), DAYOFYEAR(`hero`.`seen`) FROM `hero`",
    },
  ],
  [
    "dateAdd",
    select([func.dateAdd(seen, interval({ years: 1, days: 2, hours: 3 }))]),
    {
      sqlite:
        'SELECT (strftime(\'%Y-%m-%d %H:%M:%S\', min(date(substr("hero"."seen", 1, 10), (? * 12) || \' months\'), date(substr("hero"."seen", 1, 10), \'start of month\', (? * 12 + 1) || \' months\', \'-1 day\')) || substr("hero"."seen", 11, 9), (?) || \' days\', (? * 3600) || \' seconds\') || substr("hero"."seen", 20)) FROM "hero"',
      postgresql:
        'SELECT ("hero"."seen" + make_interval(years => $1::integer, days => $2::integer, hours => $3::integer)) FROM "hero"',
      mysql:
        "SELECT DATE_ADD(DATE_ADD(DATE_ADD(`hero`.`seen`, INTERVAL (? * 12) MONTH), INTERVAL (?) DAY), INTERVAL (? * 3600) SECOND) FROM `hero`",
    },
  ],
  [
    "dateTrunc",
    select([func.dateTrunc("month", seen)]),
    {
      sqlite: 'SELECT (substr("hero"."seen", 1, 7) || \'-01 00:00:00.000000\') FROM "hero"',
      postgresql: 'SELECT date_trunc(\'month\', "hero"."seen") FROM "hero"',
      mysql: "SELECT CAST(DATE_FORMAT(`hero`.`seen`, '%Y-%m-01') AS DATETIME(6)) FROM `hero`",
    },
  ],
  [
    "dateFormat",
    select([func.dateFormat(seen, "DD.MM.YYYY [at] HH:mm")]),
    {
      sqlite: 'SELECT date_formatted("hero"."seen", ?) FROM "hero"',
      postgresql: 'SELECT to_char("hero"."seen", $1::text) FROM "hero"',
      mysql: "SELECT DATE_FORMAT(`hero`.`seen`, ?) FROM `hero`",
    },
  ],
  [
    "tryCast",
    select([tryCast(c.name, double())]),
    {
      sqlite: 'SELECT CASE WHEN text_matches("hero"."name", ?) THEN CAST("hero"."name" AS REAL) END FROM "hero"',
      postgresql:
        'SELECT CASE WHEN ("hero"."name" ~ $1::text) THEN CAST("hero"."name" AS double precision) END FROM "hero"',
      mysql: "SELECT CASE WHEN (`hero`.`name` REGEXP ?) THEN CAST(`hero`.`name` AS DOUBLE) END FROM `hero`",
    },
  ],
  [
    "time zones by name",
    select([func.atTimeZone(seen, "Europe/Berlin")]),
    {
      sqlite: fails(/SQLite.*time zones by name/),
      postgresql: 'SELECT ("hero"."seen" AT TIME ZONE \'Europe/Berlin\') FROM "hero"',
      mysql: fails(/(MySQL|MariaDB).*time zones by name/),
    },
  ],
]);
