/**
 * Dates in SQLite are texts of a fixed form in UTC ("2024-02-29 13:37:00.123456"). Parts are cut out by position and the fraction
 * of a second is carried along as text: SQLite's own functions would round it to milliseconds.
 */
import type { ConstructCall, ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { DateConstruct } from "../../sql/expression/construct-name.ts";
import { unitMonths, unitSeconds } from "../../sql/expression/date-units.ts";
import { storedType } from "../../sql/type/stored-type.ts";
import { intervalSum } from "../interval-sum.ts";
import { customType, text } from "../../sql/type/types.ts";
import { own } from "./own-function.ts";
import { offsetMinutes } from "../offset-minutes.ts";

/** Where a field's digits stand in a timestamp. */
const positions: Readonly<Record<string, readonly [start: number, length: number]>> = Object.freeze({
  year: [1, 4],
  month: [6, 2],
  day: [9, 2],
  hour: [12, 2],
  minute: [15, 2],
  second: [18, 2],
});

/** `?` is the date. */
const calendarFields: Readonly<Record<string, string>> = Object.freeze({
  quarter: "((CAST(strftime('%m', ?) AS INTEGER) + 2) / 3)",
  dow: "CAST(strftime('%w', ?) AS INTEGER)",
  isodow: "((CAST(strftime('%w', ?) AS INTEGER) + 6) % 7 + 1)",
  doy: "CAST(strftime('%j', ?) AS INTEGER)",
  // The week that has the Thursday.
  week: "((strftime('%j', date(?, '-3 days', 'weekday 4')) - 1) / 7 + 1)",
});

function extract(call: ConstructCall): string {
  const text = call.text(0);
  const position = positions[call.detail];
  if (position !== undefined) {
    const start = call.kind() === "time" ? position[0] - 11 : position[0];
    return `CAST(substr(${text}, ${String(start)}, ${String(position[1])}) AS INTEGER)`;
  }
  const field = calendarFields[call.detail];
  if (field !== undefined) return field.replace("?", () => dayOf(text));
  if (call.kind() === "date") return `CAST(strftime('%s', ${text}) AS REAL)`;
  return `(strftime('%s', substr(${text}, 1, 19)) + CAST('0' || substr(${text}, 20) AS REAL))`;
}

const dayOf = (text: string): string => `substr(${text}, 1, 10)`;

/** How many characters of a timestamp stay, and what follows. */
const beginnings: Readonly<Record<string, readonly [kept: number, rest: string]>> = Object.freeze({
  year: [4, "-01-01 00:00:00.000000"],
  month: [7, "-01 00:00:00.000000"],
  day: [10, " 00:00:00.000000"],
  hour: [13, ":00:00.000000"],
  minute: [16, ":00.000000"],
  second: [19, ".000000"],
});

function dateTrunc(call: ConstructCall): string {
  const text = call.text(0);
  const isDate = call.kind() === "date";
  const beginning = beginnings[call.detail];
  if (beginning !== undefined) {
    const rest = isDate ? beginning[1].slice(0, 10 - beginning[0]) : beginning[1];
    return rest === "" ? text : `(substr(${text}, 1, ${String(beginning[0])}) || '${rest}')`;
  }
  const midnight = isDate ? "" : " || ' 00:00:00.000000'";
  if (call.detail === "week") return `(date(${dayOf(text)}, '-6 days', 'weekday 1')${midnight})`;
  const month = `printf('%02d', (substr(${text}, 6, 2) - 1) / 3 * 3 + 1)`;
  return `(substr(${text}, 1, 5) || ${month} || '-01'${midnight})`;
}

function dateAdd(call: ConstructCall): string {
  const text = call.text(0);
  const { months, days, seconds } = intervalSum(call);
  const day = months === undefined ? dayOf(text) : monthsLater(dayOf(text), months);
  const daysLater = days === undefined ? "" : `, (${days}) || ' days'`;
  if (call.kind() === "date") return `date(${day}${daysLater})`;
  const secondsLater = seconds === undefined ? "" : `, (${seconds}) || ' seconds'`;
  const moment = months === undefined ? `substr(${text}, 1, 19)` : `${day} || substr(${text}, 11, 9)`;
  return `(strftime('%Y-%m-%d %H:%M:%S', ${moment}${daysLater}${secondsLater}) || substr(${text}, 20))`;
}

/** The same day some months later; the month's last where it is missing, which SQLite would take for one of the next month. */
function monthsLater(day: string, months: string): string {
  return `min(date(${day}, (${months}) || ' months'), date(${day}, 'start of month', (${months} + 1) || ' months', '-1 day'))`;
}

function dateDiff(call: ConstructCall): string {
  const months = unitMonths[call.detail as keyof typeof unitMonths];
  if (months !== undefined) return `((${monthsBetween(call)}) / ${String(months)})`;
  const [from, to] = [0, 1].map((index) => microseconds(call, index));
  const unit = unitSeconds[call.detail as keyof typeof unitSeconds] * 1_000_000;
  return `((${to ?? ""} - ${from ?? ""}) / ${String(unit)})`;
}

function microseconds(call: ConstructCall, index: number): string {
  const text = call.text(index);
  if (call.kind(index) === "date") return `strftime('%s', ${text}) * 1000000`;
  return `(strftime('%s', substr(${text}, 1, 19)) * 1000000 + CAST(substr(${text}, 21) AS INTEGER))`;
}

/** Whole months: one less (in size) where the last is not full. */
function monthsBetween(call: ConstructCall): string {
  const [from = "", to = ""] = [0, 1].map((index) =>
    call.kind(index) === "date" ? `(${call.text(index)} || ' 00:00:00.000000')` : call.text(index),
  );
  const number = (text: string): string => `(substr(${text}, 1, 4) * 12 + substr(${text}, 6, 2))`;
  const rest = (text: string): string => `substr(${text}, 9)`;
  return (
    `${number(to)} - ${number(from)}` +
    ` - (${to} >= ${from} AND ${rest(to)} < ${rest(from)}) + (${to} < ${from} AND ${rest(to)} > ${rest(from)})`
  );
}

/** What CAST says of dates, times and timestamps, which are texts to SQLite; undefined where it is no such cast. */
export function castTime(from: string, to: string): ((text: string) => string) | undefined {
  if (from === "timestamp" && to === "date") return dayOf;
  if (from === "timestamp" && to === "time") return (text) => `rtrim(rtrim(substr(${text}, 12), '0'), '.')`;
  if (from === "date" && to === "timestamp") return (text) => `(${text} || ' 00:00:00.000000')`;
  return undefined;
}

function atTimeZone(call: ConstructCall): string {
  const offset = offsetMinutes(call.detail);
  if (offset === undefined)
    call.unsupported("time zones by name", "Use an offset such as '+02:00', or convert in the program.");
  const type = storedType(call.node.type);
  const minutes = type.kind === "timestamp" && type.timeZone ? -offset : offset;
  const text = call.text(0);
  return `(strftime('%Y-%m-%d %H:%M:%S', substr(${text}, 1, 19), '${String(minutes)} minutes') || substr(${text}, 20))`;
}

const formatText = customType<string>("date format", { impl: text(), bind: (format) => format, result: String });

/** How SQLite writes dates, times and moments. */
export const dateConstructs: { readonly [K in DateConstruct]: ConstructWriter } = {
  "date.current": () => "date('now')",
  "date.extract": extract,
  "date.trunc": dateTrunc,
  "date.add": dateAdd,
  "date.diff": dateDiff,
  "date.atTimeZone": atTimeZone,
  "date.format": (call) => {
    const moment = call.text(0);
    const [format = ""] = call.parameters(1, [formatText]);
    return own(call, "date_formatted", `${moment}, ${format}`);
  },
};
