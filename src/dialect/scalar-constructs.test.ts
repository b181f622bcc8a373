/**
 * The SQL of every construct of texts, numbers, dates and values, side by side: a construct that is missing here does not compile. They are
 * run in test/suite/expressions/.
 */
import { expect, test } from "vitest";
import { sideBySide, T } from "../../test/support/side-by-side.ts";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import type {
  DateConstruct,
  NumberConstruct,
  TextConstruct,
  ValueConstruct,
} from "../sql/expression/construct-name.ts";
import { operator } from "../sql/expression/custom-operator.ts";
import { func } from "../sql/expression/functions.ts";
import { interval } from "../sql/expression/interval.ts";
import { typeCoerce } from "../sql/expression/operators.ts";
import { boolean, text } from "../sql/type/types.ts";

const { name, id, ratio, at } = T.c;

test("texts", () => {
  const texts: { readonly [K in TextConstruct]: ColumnElement<unknown> } = {
    "text.trim": func.trim(name),
    "text.ltrim": func.ltrim(name, "x"),
    "text.rtrim": func.rtrim(name),
    "text.substring": func.substring(name, 2, 3),
    "text.replace": func.replace(name, "a", "b"),
    "text.left": func.left(name, 2),
    "text.right": func.right(name, 2),
    "text.lpad": func.lpad(name, 5, "*"),
    "text.rpad": func.rpad(name, 5, "*"),
    "text.position": func.position(name, "x"),
    "text.repeat": func.repeat(name, 2),
    "text.reverse": func.reverse(name),
    "text.concat": func.concat(name, "x"),
    "text.concatWs": func.concatWs("-", name, "x"),
    "text.ascii": func.ascii(name),
    "text.chr": func.chr(id),
    "text.md5": func.md5(name),
    "text.regexpMatch": name.regexpMatch("^a"),
    "text.regexpMatchI": name.regexpMatch("^a", { ignoreCase: true }),
    "text.regexpReplace": func.regexpReplace(name, "a", "b"),
  };
  expect(sideBySide(texts)).toMatchInlineSnapshot(`
    {
      "text.ascii": {
        "mariadb": "ORD(CONVERT(LEFT(name, 1) USING utf32))",
        "mysql": "ORD(CONVERT(LEFT(name, 1) USING utf32))",
        "postgresql": "ascii(name)",
        "sqlite": "(CASE WHEN name = '' THEN 0 ELSE unicode(name) END)",
      },
      "text.chr": {
        "mariadb": "CONVERT(CHAR(id USING utf32) USING utf8mb4)",
        "mysql": "CONVERT(CHAR(id USING utf32) USING utf8mb4)",
        "postgresql": "chr(id)",
        "sqlite": "char(id)",
      },
      "text.concat": {
        "mariadb": "CONCAT(name, ?)",
        "mysql": "CONCAT(name, ?)",
        "postgresql": "(name || $1::text)",
        "sqlite": "(name || ?)",
      },
      "text.concatWs": {
        "mariadb": "CONCAT_WS(?, name, ?)",
        "mysql": "CONCAT_WS(?, name, ?)",
        "postgresql": "concat_ws($1::text, name, $2::text)",
        "sqlite": "concat_ws(?, name, ?)",
      },
      "text.left": {
        "mariadb": "LEFT(name, ?)",
        "mysql": "LEFT(name, ?)",
        "postgresql": "left(name, $1::integer)",
        "sqlite": "substr(name, 1, ?)",
      },
      "text.lpad": {
        "mariadb": "LPAD(name, ?, ?)",
        "mysql": "LPAD(name, ?, ?)",
        "postgresql": "lpad(name, $1::integer, $2::text)",
        "sqlite": "(CASE WHEN length(name) >= ? THEN substr(name, 1, ?) ELSE substr(replace(hex(zeroblob(?)), '00', ?), 1, ? - length(name)) || name END)",
      },
      "text.ltrim": {
        "mariadb": "TRIM(LEADING ? FROM name)",
        "mysql": "TRIM(LEADING ? FROM name)",
        "postgresql": "ltrim(name, $1::text)",
        "sqlite": "ltrim(name, ?)",
      },
      "text.md5": {
        "mariadb": "MD5(CONVERT(name USING utf8mb4))",
        "mysql": "MD5(CONVERT(name USING utf8mb4))",
        "postgresql": "md5(name)",
        "sqlite": "! SQLite has no md5(). Calculate it in the program. [E202]",
      },
      "text.position": {
        "mariadb": "LOCATE(?, name)",
        "mysql": "LOCATE(?, name)",
        "postgresql": "strpos(name, $1::text)",
        "sqlite": "instr(name, ?)",
      },
      "text.regexpMatch": {
        "mariadb": "(name REGEXP ?)",
        "mysql": "(name REGEXP ?)",
        "postgresql": "(name ~ $1::text)",
        "sqlite": "text_matches(name, ?)",
      },
      "text.regexpMatchI": {
        "mariadb": "(name REGEXP CONCAT('(?i)', ?))",
        "mysql": "(name REGEXP CONCAT('(?i)', ?))",
        "postgresql": "(name ~* $1::text)",
        "sqlite": "text_imatches(name, ?)",
      },
      "text.regexpReplace": {
        "mariadb": "REGEXP_REPLACE(name, ?, ?)",
        "mysql": "REGEXP_REPLACE(name, ?, ?)",
        "postgresql": "regexp_replace(name, $1::text, $2::text, 'g')",
        "sqlite": "text_regexp_replace(name, ?, ?)",
      },
      "text.repeat": {
        "mariadb": "REPEAT(name, ?)",
        "mysql": "REPEAT(name, ?)",
        "postgresql": "repeat(name, $1::integer)",
        "sqlite": "(CASE WHEN ? IS NOT NULL THEN replace(hex(zeroblob(?)), '00', name) END)",
      },
      "text.replace": {
        "mariadb": "REPLACE(name, ?, ?)",
        "mysql": "REPLACE(name, ?, ?)",
        "postgresql": "replace(name, $1::text, $2::text)",
        "sqlite": "replace(name, ?, ?)",
      },
      "text.reverse": {
        "mariadb": "REVERSE(name)",
        "mysql": "REVERSE(name)",
        "postgresql": "reverse(name)",
        "sqlite": "text_reverse(name)",
      },
      "text.right": {
        "mariadb": "RIGHT(name, ?)",
        "mysql": "RIGHT(name, ?)",
        "postgresql": "right(name, $1::integer)",
        "sqlite": "substr(name, -?, ?)",
      },
      "text.rpad": {
        "mariadb": "RPAD(name, ?, ?)",
        "mysql": "RPAD(name, ?, ?)",
        "postgresql": "rpad(name, $1::integer, $2::text)",
        "sqlite": "(CASE WHEN length(name) >= ? THEN substr(name, 1, ?) ELSE name || substr(replace(hex(zeroblob(?)), '00', ?), 1, ? - length(name)) END)",
      },
      "text.rtrim": {
        "mariadb": "TRIM(TRAILING ? FROM name)",
        "mysql": "TRIM(TRAILING ? FROM name)",
        "postgresql": "rtrim(name, $1::text)",
        "sqlite": "rtrim(name, ?)",
      },
      "text.substring": {
        "mariadb": "SUBSTRING(name, ?, ?)",
        "mysql": "SUBSTRING(name, ?, ?)",
        "postgresql": "substr(name, $1::integer, $2::integer)",
        "sqlite": "substr(name, ?, ?)",
      },
      "text.trim": {
        "mariadb": "TRIM(BOTH ? FROM name)",
        "mysql": "TRIM(BOTH ? FROM name)",
        "postgresql": "btrim(name, $1::text)",
        "sqlite": "trim(name, ?)",
      },
    }
  `);
});

test("numbers", () => {
  const numbers: { readonly [K in NumberConstruct]: ColumnElement<unknown> } = {
    "number.round": func.round(ratio, 1),
    "number.trunc": func.trunc(ratio),
    "number.ceil": func.ceil(ratio),
    "number.floor": func.floor(ratio),
    "number.sign": func.sign(ratio),
    "number.power": func.power(ratio, 2),
    "number.sqrt": func.sqrt(ratio),
    "number.exp": func.exp(ratio),
    "number.ln": func.ln(ratio),
    "number.log": func.log(ratio, 10),
    "number.random": func.random(),
    "number.bitwiseAnd": id.bitwiseAnd(3),
    "number.bitwiseOr": id.bitwiseOr(3),
    "number.bitwiseXor": id.bitwiseXor(3),
    "number.bitwiseNot": id.bitwiseNot(),
    "number.shiftLeft": id.shiftLeft(1),
    "number.shiftRight": id.shiftRight(1),
  };
  expect(sideBySide(numbers)).toMatchInlineSnapshot(`
    {
      "number.bitwiseAnd": {
        "mariadb": "CAST(id & ? AS SIGNED)",
        "mysql": "CAST(id & ? AS SIGNED)",
        "postgresql": "(id & $1::integer)",
        "sqlite": "(id & ?)",
      },
      "number.bitwiseNot": {
        "mariadb": "CAST(~id AS SIGNED)",
        "mysql": "CAST(~id AS SIGNED)",
        "postgresql": "(~id)",
        "sqlite": "(~id)",
      },
      "number.bitwiseOr": {
        "mariadb": "CAST(id | ? AS SIGNED)",
        "mysql": "CAST(id | ? AS SIGNED)",
        "postgresql": "(id | $1::integer)",
        "sqlite": "(id | ?)",
      },
      "number.bitwiseXor": {
        "mariadb": "CAST(id ^ ? AS SIGNED)",
        "mysql": "CAST(id ^ ? AS SIGNED)",
        "postgresql": "(id # $1::integer)",
        "sqlite": "((id | ?) - (id & ?))",
      },
      "number.ceil": {
        "mariadb": "CEILING(ratio)",
        "mysql": "CEILING(ratio)",
        "postgresql": "ceil(ratio)",
        "sqlite": "ceil(ratio)",
      },
      "number.exp": {
        "mariadb": "EXP(ratio)",
        "mysql": "EXP(ratio)",
        "postgresql": "exp(ratio)",
        "sqlite": "exp(ratio)",
      },
      "number.floor": {
        "mariadb": "FLOOR(ratio)",
        "mysql": "FLOOR(ratio)",
        "postgresql": "floor(ratio)",
        "sqlite": "floor(ratio)",
      },
      "number.ln": {
        "mariadb": "LN(ratio)",
        "mysql": "LN(ratio)",
        "postgresql": "ln(ratio)",
        "sqlite": "ln(ratio)",
      },
      "number.log": {
        "mariadb": "LOG10(ratio)",
        "mysql": "LOG10(ratio)",
        "postgresql": "log(ratio)",
        "sqlite": "log10(ratio)",
      },
      "number.power": {
        "mariadb": "POWER(ratio, ?)",
        "mysql": "POWER(ratio, ?)",
        "postgresql": "power(ratio, $1::float8)",
        "sqlite": "pow(ratio, CAST(? AS REAL))",
      },
      "number.random": {
        "mariadb": "RAND()",
        "mysql": "RAND()",
        "postgresql": "random()",
        "sqlite": "((random() & 9007199254740991) / 9007199254740992.0)",
      },
      "number.round": {
        "mariadb": "IF(ABS(ratio) < 9e15, CAST(ROUND(CAST(ratio AS DECIMAL(65, 30)), 1) AS DOUBLE), ratio)",
        "mysql": "IF(ABS(ratio) < 9e15, CAST(ROUND(CAST(ratio AS DECIMAL(65, 30)), 1) AS DOUBLE), ratio)",
        "postgresql": "CAST(round(CAST(ratio AS numeric), 1) AS double precision)",
        "sqlite": "round(ratio, 1)",
      },
      "number.shiftLeft": {
        "mariadb": "CAST(id << 1 AS SIGNED)",
        "mysql": "CAST(id << 1 AS SIGNED)",
        "postgresql": "(CAST(id AS bigint) << 1)",
        "sqlite": "(id << 1)",
      },
      "number.shiftRight": {
        "mariadb": "CAST(IF(id < 0, ~((~id) >> 1), id >> 1) AS SIGNED)",
        "mysql": "CAST(IF(id < 0, ~((~id) >> 1), id >> 1) AS SIGNED)",
        "postgresql": "(CAST(id AS bigint) >> 1)",
        "sqlite": "(id >> 1)",
      },
      "number.sign": {
        "mariadb": "SIGN(ratio)",
        "mysql": "SIGN(ratio)",
        "postgresql": "CAST(sign(ratio) AS integer)",
        "sqlite": "sign(ratio)",
      },
      "number.sqrt": {
        "mariadb": "SQRT(ratio)",
        "mysql": "SQRT(ratio)",
        "postgresql": "sqrt(ratio)",
        "sqlite": "sqrt(ratio)",
      },
      "number.trunc": {
        "mariadb": "TRUNCATE(ratio, 0)",
        "mysql": "TRUNCATE(ratio, 0)",
        "postgresql": "CAST(trunc(CAST(ratio AS numeric), 0) AS double precision)",
        "sqlite": "trunc(ratio)",
      },
    }
  `);
});

test("dates", () => {
  const dates: { readonly [K in DateConstruct]: ColumnElement<unknown> } = {
    "date.current": func.currentDate(),
    "date.extract": func.extract("week", at),
    "date.trunc": func.dateTrunc("quarter", at),
    "date.add": at.plus(interval({ months: 1, minutes: 2 })),
    "date.diff": func.dateDiff("month", at, at),
    "date.atTimeZone": func.atTimeZone(at, "+02:00"),
    "date.format": func.dateFormat(at, "YYYY"),
  };
  expect(sideBySide(dates)).toMatchInlineSnapshot(`
    {
      "date.add": {
        "mariadb": "DATE_ADD(DATE_ADD(at, INTERVAL (?) MONTH), INTERVAL (? * 60) SECOND)",
        "mysql": "DATE_ADD(DATE_ADD(at, INTERVAL (?) MONTH), INTERVAL (? * 60) SECOND)",
        "postgresql": "(at + make_interval(months => $1::integer, mins => $2::integer))",
        "sqlite": "(strftime('%Y-%m-%d %H:%M:%S', min(date(substr(at, 1, 10), (?) || ' months'), date(substr(at, 1, 10), 'start of month', (? + 1) || ' months', '-1 day')) || substr(at, 11, 9), (? * 60) || ' seconds') || substr(at, 20))",
      },
      "date.atTimeZone": {
        "mariadb": "DATE_ADD(at, INTERVAL 120 MINUTE)",
        "mysql": "DATE_ADD(at, INTERVAL 120 MINUTE)",
        "postgresql": "(at AT TIME ZONE INTERVAL '+02:00')",
        "sqlite": "(strftime('%Y-%m-%d %H:%M:%S', substr(at, 1, 19), '120 minutes') || substr(at, 20))",
      },
      "date.current": {
        "mariadb": "UTC_DATE()",
        "mysql": "UTC_DATE()",
        "postgresql": "CURRENT_DATE",
        "sqlite": "date('now')",
      },
      "date.diff": {
        "mariadb": "TIMESTAMPDIFF(MONTH, at, at)",
        "mysql": "TIMESTAMPDIFF(MONTH, at, at)",
        "postgresql": "CAST(trunc((extract(year FROM age(at, at)) * 12 + extract(month FROM age(at, at))) / 1) AS bigint)",
        "sqlite": "(((substr(at, 1, 4) * 12 + substr(at, 6, 2)) - (substr(at, 1, 4) * 12 + substr(at, 6, 2)) - (at >= at AND substr(at, 9) < substr(at, 9)) + (at < at AND substr(at, 9) > substr(at, 9))) / 1)",
      },
      "date.extract": {
        "mariadb": "WEEK(at, 3)",
        "mysql": "WEEK(at, 3)",
        "postgresql": "CAST(extract(week FROM at) AS integer)",
        "sqlite": "((strftime('%j', date(substr(at, 1, 10), '-3 days', 'weekday 4')) - 1) / 7 + 1)",
      },
      "date.format": {
        "mariadb": "DATE_FORMAT(at, ?)",
        "mysql": "DATE_FORMAT(at, ?)",
        "postgresql": "to_char(at, $1::text)",
        "sqlite": "date_formatted(at, ?)",
      },
      "date.trunc": {
        "mariadb": "CAST(CONCAT(DATE_FORMAT(at, '%Y-'), LPAD(QUARTER(at) * 3 - 2, 2, '0'), '-01') AS DATETIME(6))",
        "mysql": "CAST(CONCAT(DATE_FORMAT(at, '%Y-'), LPAD(QUARTER(at) * 3 - 2, 2, '0'), '-01') AS DATETIME(6))",
        "postgresql": "date_trunc('quarter', at)",
        "sqlite": "(substr(at, 1, 5) || printf('%02d', (substr(at, 6, 2) - 1) / 3 * 3 + 1) || '-01' || ' 00:00:00.000000')",
      },
    }
  `);
});

test("values", () => {
  const values: { readonly [K in ValueConstruct]: ColumnElement<unknown> } = {
    "value.nullif": func.nullif(name, "x"),
    "value.greatest": func.greatest(id, 1),
    "value.least": func.least(id, 1),
    "value.operator": operator<boolean>("~~*", boolean())(name, "x"),
    "value.typed": typeCoerce<string>(name, text()),
  };
  expect(sideBySide(values)).toMatchInlineSnapshot(`
    {
      "value.greatest": {
        "mariadb": "GREATEST(id, ?)",
        "mysql": "GREATEST(id, ?)",
        "postgresql": "(CASE WHEN num_nulls(id, $1::integer) = 0 THEN GREATEST(id, $2::integer) END)",
        "sqlite": "max(id, ?)",
      },
      "value.least": {
        "mariadb": "LEAST(id, ?)",
        "mysql": "LEAST(id, ?)",
        "postgresql": "(CASE WHEN num_nulls(id, $1::integer) = 0 THEN LEAST(id, $2::integer) END)",
        "sqlite": "min(id, ?)",
      },
      "value.nullif": {
        "mariadb": "NULLIF(name, ?)",
        "mysql": "NULLIF(name, ?)",
        "postgresql": "NULLIF(name, $1::text)",
        "sqlite": "nullif(name, ?)",
      },
      "value.operator": {
        "mariadb": "(name ~~* ?)",
        "mysql": "(name ~~* ?)",
        "postgresql": "(name ~~* $1::text)",
        "sqlite": "(name ~~* ?)",
      },
      "value.typed": {
        "mariadb": "name",
        "mysql": "name",
        "postgresql": "name",
        "sqlite": "name",
      },
    }
  `);
});
