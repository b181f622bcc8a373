/** MySQL's spelling of the functions that all databases have. */
import type { ScalarCall, ScalarTexts } from "../../sql/compiler/scalar-text.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import { storedType } from "../../sql/type/stored-type.ts";
import { intervalSum } from "../interval-sum.ts";
import { offsetMinutes } from "../offset-minutes.ts";

const kindOf = (call: ScalarCall, index = 0): string => storedType(typeOf(call.argument(index))).kind;
const isWhole = (call: ScalarCall): boolean => ["smallint", "integer", "bigint"].includes(kindOf(call));

/** `NAME(arguments)`. */
const as =
  (name: string) =>
  (call: ScalarCall): string =>
    `${name}(${call.list})`;
const signed = (text: string): string => `CAST(${text} AS SIGNED)`;
const trim =
  (side: string) =>
  (call: ScalarCall): string =>
    `TRIM(${side} ${call.text(1)} FROM ${call.text(0)})`;

/** `?` is the argument. */
const fields: Readonly<Record<string, string>> = Object.freeze({
  dow: "(DAYOFWEEK(?) - 1)",
  isodow: "(WEEKDAY(?) + 1)",
  doy: "DAYOFYEAR(?)",
  week: "WEEK(?, 3)",
  epoch: "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01 00:00:00', ?) / 1e6)",
});

/** DATE_FORMAT's pattern of each unit's beginning. */
const beginnings: Readonly<Record<string, string>> = Object.freeze({
  year: "%Y-01-01",
  month: "%Y-%m-01",
  day: "%Y-%m-%d",
  hour: "%Y-%m-%d %H:00:00",
  minute: "%Y-%m-%d %H:%i:00",
  second: "%Y-%m-%d %H:%i:%s",
});

function dateTrunc(call: ScalarCall): string {
  const text = call.text(0);
  const type = call.castType(call.node.type);
  if (call.option === "week") return `CAST(DATE_SUB(CAST(${text} AS DATE), INTERVAL WEEKDAY(${text}) DAY) AS ${type})`;
  if (call.option === "quarter")
    return `CAST(CONCAT(DATE_FORMAT(${text}, '%Y-'), LPAD(QUARTER(${text}) * 3 - 2, 2, '0'), '-01') AS ${type})`;
  return `CAST(DATE_FORMAT(${text}, '${beginnings[call.option] ?? ""}') AS ${type})`;
}

function dateAdd(call: ScalarCall): string {
  const { months, days, seconds } = intervalSum(call);
  let text = call.text(0);
  if (months !== undefined) text = `DATE_ADD(${text}, INTERVAL (${months}) MONTH)`;
  if (days !== undefined) text = `DATE_ADD(${text}, INTERVAL (${days}) DAY)`;
  if (seconds !== undefined) text = `DATE_ADD(${text}, INTERVAL (${seconds}) SECOND)`;
  return text;
}

function atTimeZone(call: ScalarCall): string {
  const offset = offsetMinutes(call.option);
  if (offset === undefined)
    call.unsupported(
      "time zones by name",
      "Its zones are tables that may be empty. Use an offset, or convert in the program.",
    );
  const type = storedType(call.node.type);
  // Not CONVERT_TZ, which leaves years before 1970 as they are.
  const minutes = type.kind === "timestamp" && type.timeZone ? -offset : offset;
  return `DATE_ADD(${call.text(0)}, INTERVAL ${String(minutes)} MINUTE)`;
}

/** Halves of doubles go to the even number here; those of decimals away from zero. Beyond 2^53 all doubles are whole. */
function round(call: ScalarCall): string {
  const text = call.text(0);
  if (isWhole(call)) return text;
  if (kindOf(call) === "numeric") return `ROUND(${text}, ${call.option})`;
  const exact = `CAST(ROUND(CAST(${text} AS DECIMAL(65, 30)), ${call.option}) AS DOUBLE)`;
  return `IF(ABS(${text}) < 9e15, ${exact}, ${text})`;
}

export const mysqlScalars: ScalarTexts = Object.freeze({
  trim: trim("BOTH"),
  ltrim: trim("LEADING"),
  rtrim: trim("TRAILING"),
  substring: as("SUBSTRING"),
  replace: as("REPLACE"),
  left: as("LEFT"),
  right: as("RIGHT"),
  lpad: as("LPAD"),
  rpad: as("RPAD"),
  position: (call) => `LOCATE(${call.text(1)}, ${call.text(0)})`,
  repeat: as("REPEAT"),
  reverse: as("REVERSE"),
  concat: as("CONCAT"),
  concatWs: as("CONCAT_WS"),
  ascii: (call) => `ORD(CONVERT(LEFT(${call.text(0)}, 1) USING utf32))`,
  chr: (call) => `CONVERT(CHAR(${call.text(0)} USING utf32) USING utf8mb4)`,
  md5: (call) => `MD5(CONVERT(${call.text(0)} USING utf8mb4))`,
  regexpMatch: (call) => `(${call.text(0)} REGEXP ${call.text(1)})`,
  regexpMatchI: (call) => `(${call.text(0)} REGEXP CONCAT('(?i)', ${call.text(1)}))`,
  regexpReplace: as("REGEXP_REPLACE"),
  round,
  trunc: (call) => (isWhole(call) ? call.text(0) : `TRUNCATE(${call.text(0)}, ${call.option})`),
  ceil: (call) => (isWhole(call) ? call.text(0) : `CEILING(${call.text(0)})`),
  floor: (call) => (isWhole(call) ? call.text(0) : `FLOOR(${call.text(0)})`),
  sign: as("SIGN"),
  power: as("POWER"),
  sqrt: as("SQRT"),
  exp: as("EXP"),
  ln: as("LN"),
  log: (call) => `LOG${call.option}(${call.text(0)})`,
  greatest: as("GREATEST"),
  least: as("LEAST"),
  random: as("RAND"),
  // Bits are unsigned here.
  bitwiseAnd: (call) => signed(call.texts.join(" & ")),
  bitwiseOr: (call) => signed(call.texts.join(" | ")),
  bitwiseXor: (call) => signed(call.texts.join(" ^ ")),
  bitwiseNot: (call) => signed(`~${call.text(0)}`),
  shiftLeft: (call) => signed(`${call.text(0)} << ${call.option}`),
  shiftRight: (call) =>
    signed(`IF(${call.text(0)} < 0, ~((~${call.text(0)}) >> ${call.option}), ${call.text(0)} >> ${call.option})`),
  operator: (call) => {
    if (/[#?]/.test(call.option))
      call.unsupported(`the operator ${call.option}`, "Here it is a comment or a parameter.");
    return `(${call.text(0)} ${call.option} ${call.text(1)})`;
  },
  typed: (call) => call.text(0),
  nullif: as("NULLIF"),
  currentDate: () => "UTC_DATE()",
  extract: (call) =>
    (fields[call.option] ?? `EXTRACT(${call.option.toUpperCase()} FROM ?)`).replace("?", () => call.text(0)),
  dateTrunc,
  dateAdd,
  dateDiff: (call) => `TIMESTAMPDIFF(${call.option.toUpperCase()}, ${call.list})`,
  atTimeZone,
});
