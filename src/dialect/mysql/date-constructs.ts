/** Dates, times and moments in MySQL. */
import type { ConstructCall, ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { DateConstruct } from "../../sql/expression/construct-name.ts";
import { dateFormatParameter } from "../../sql/expression/date-format.ts";
import { storedType } from "../../sql/type/stored-type.ts";
import { intervalSum } from "../interval-sum.ts";
import { offsetMinutes } from "../offset-minutes.ts";

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

function dateTrunc(call: ConstructCall): string {
  const text = call.text(0);
  const type = call.castType(call.node.type);
  if (call.detail === "week") return `CAST(DATE_SUB(CAST(${text} AS DATE), INTERVAL WEEKDAY(${text}) DAY) AS ${type})`;
  if (call.detail === "quarter")
    return `CAST(CONCAT(DATE_FORMAT(${text}, '%Y-'), LPAD(QUARTER(${text}) * 3 - 2, 2, '0'), '-01') AS ${type})`;
  return `CAST(DATE_FORMAT(${text}, '${beginnings[call.detail] ?? ""}') AS ${type})`;
}

function dateAdd(call: ConstructCall): string {
  const { months, days, seconds } = intervalSum(call);
  let text = call.text(0);
  if (months !== undefined) text = `DATE_ADD(${text}, INTERVAL (${months}) MONTH)`;
  if (days !== undefined) text = `DATE_ADD(${text}, INTERVAL (${days}) DAY)`;
  if (seconds !== undefined) text = `DATE_ADD(${text}, INTERVAL (${seconds}) SECOND)`;
  return text;
}

function atTimeZone(call: ConstructCall): string {
  const offset = offsetMinutes(call.detail);
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

/** A format in DATE_FORMAT's language. */
const format = dateFormatParameter(
  {
    YYYY: "%Y",
    YY: "%y",
    MMMM: "%M",
    MMM: "%b",
    MM: "%m",
    M: "%c",
    DDDD: "%j",
    DD: "%d",
    D: "%e",
    dddd: "%W",
    ddd: "%a",
    HH: "%H",
    H: "%k",
    hh: "%h",
    h: "%l",
    mm: "%i",
    ss: "%s",
    SSSSSS: "%f",
    A: "%p",
  },
  (text) => text.replaceAll("%", "%%"),
);

/** How MySQL writes dates, times and moments. */
export const dateConstructs: { readonly [K in DateConstruct]: ConstructWriter } = {
  "date.current": () => "UTC_DATE()",
  "date.extract": (call) =>
    (fields[call.detail] ?? `EXTRACT(${call.detail.toUpperCase()} FROM ?)`).replace("?", () => call.text(0)),
  "date.trunc": dateTrunc,
  "date.add": dateAdd,
  "date.diff": (call) => `TIMESTAMPDIFF(${call.detail.toUpperCase()}, ${call.list})`,
  "date.atTimeZone": atTimeZone,
  "date.format": (call) => `DATE_FORMAT(${call.text(0)}, ${call.parameters(1, [format])[0] ?? ""})`,
};
