/**
 * Dates, times and moments. Databases keep them as text of one fixed form in UTC; the parsers here read that form by
 * position, without the process's time zone.
 */
import type { DriverValue } from "../io/driver.ts";
import { ValueError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { SqlTypeOf } from "../sql/type/sql-type.ts";

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const timePattern = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,6}))?)?$/;
const timestampPattern = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/** A calendar date of the years 1 to 9999, as all databases have it. */
export function checkDate(value: unknown): string {
  if (typeof value !== "string") {
    const hint = value instanceof Date ? " Use value.toISOString().slice(0, 10)." : "";
    throw new ValueError(`A date column takes a string such as '2024-02-29', not ${describe(value)}.${hint}`);
  }
  const match = datePattern.exec(value);
  if (match === null || !isCalendarDate(Number(match[1]), Number(match[2]), Number(match[3]))) {
    throw new ValueError("The text is not a date of the calendar such as '2024-02-29'.");
  }
  return value;
}

function isCalendarDate(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false;
  if (day <= 28) return true;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= days;
}

/** A date that a database returned. @throws ValueError for those that are none: BC, infinity, MySQL's zero date. */
export function readDate(raw: DriverValue): string {
  if (typeof raw === "string" && raw.length === 10 && datePattern.test(raw) && startsWithDate(raw)) return raw;
  throw unreadable("a date");
}

/** A time of day that fits `type`, without needless zeros: "13:37:00", "13:37:00.5". */
export function checkTimeOf(type: SqlTypeOf<"time">): (value: unknown) => string {
  return (value) => {
    const match = typeof value === "string" ? timePattern.exec(value) : null;
    if (match === null) {
      if (typeof value !== "string")
        throw new ValueError(`A time column takes a string such as '13:37:00', not ${describe(value)}.`);
      throw new ValueError(
        "The text is not a time of day such as '13:37:00' or '13:37:00.123456', up to 23:59:59.999999.",
      );
    }
    const fraction = (match[4] ?? "").replace(/0+$/, "");
    checkFraction(fraction, type.precision);
    return `${match[1] ?? ""}:${match[2] ?? ""}:${match[3] ?? "00"}${fraction === "" ? "" : `.${fraction}`}`;
  };
}

/** A time of day that a database returned, written as `checkTimeOf` writes it. */
export function readTime(raw: DriverValue): string {
  const text = String(raw);
  // The end of a day, which PostgreSQL tells from its beginning.
  if (!timePattern.test(text) && text !== "24:00:00") throw unreadable("a time of day");
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

function checkFraction(fraction: string, precision: number | undefined): void {
  if (precision === undefined || fraction.length <= precision) return;
  throw new ValueError(
    `The value has ${String(fraction.length)} digits after the second's point, and the column takes ${String(precision)}. Cut it, or raise the type's precision.`,
  );
}

/** A moment as "2024-02-29 13:37:00.123456" in UTC: the form of SQLite columns, and what the other dialects bind. */
export function timestampTextOf(type: SqlTypeOf<"timestamp">): (value: unknown) => string {
  return type.as === "date" ? (value) => dateText(value, type.precision) : (value) => canonicalTimestamp(value, type);
}

function dateText(value: unknown, precision: number | undefined): string {
  if (!(value instanceof Date)) throw new ValueError(`A timestamp column takes a Date, not ${describe(value)}.`);
  const time = value.getTime();
  if (Number.isNaN(time)) throw new ValueError("The Date is invalid.");
  const iso = value.toISOString();
  // Years before 0 and after 9999 have a sign.
  if (iso.length !== 24 || iso.startsWith("0000"))
    throw new ValueError("The Date is not in the years 1 to 9999, which all databases can store.");
  if (precision !== undefined && precision < 3) checkFraction(iso.slice(20, 23).replace(/0+$/, ""), precision);
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000`;
}

function canonicalTimestamp(value: unknown, type: SqlTypeOf<"timestamp">): string {
  const match = typeof value === "string" ? timestampPattern.exec(value) : null;
  if (match === null) {
    if (typeof value !== "string")
      throw new ValueError(
        `This timestamp column takes a string such as '2024-02-29T13:37:00.123456Z', not ${describe(value)}.`,
      );
    throw new ValueError("The text is not a timestamp such as '2024-02-29T13:37:00.123456Z'.");
  }
  const [, date = "", clock = "", zone] = match;
  if (type.timeZone && zone === undefined)
    throw new ValueError("The timestamp has no time zone. End it with Z or an offset such as +02:00.");
  if (!type.timeZone && zone !== undefined)
    throw new ValueError("The timestamp has a time zone, and the column stores none. Leave the zone out.");
  checkDate(date);
  const time = timePattern.exec(clock);
  if (time === null) throw new ValueError("The text's time of day is not one from 00:00:00 to 23:59:59.999999.");
  const fraction = (time[4] ?? "").replace(/0+$/, "");
  checkFraction(fraction, type.precision);
  const wall = `${date}T${time[1] ?? ""}:${time[2] ?? ""}:${time[3] ?? "00"}`;
  return `${inUtc(wall, zone)}.${fraction.padEnd(6, "0")}`;
}

/** `wall` (to the second) moved from `zone` to UTC. */
function inUtc(wall: string, zone: string | undefined): string {
  if (zone === undefined || zone === "Z" || zone === "z") return wall.replace("T", " ");
  const [, sign, hours, minutes = "00"] = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone) ?? [];
  if (Number(hours) > 15 || Number(minutes) > 59)
    throw new ValueError("The timestamp's offset is not one from -15:59 to +15:59.");
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  const iso = new Date(Date.parse(`${wall}Z`) - offset * 60_000).toISOString();
  if (iso.length !== 24 || iso.startsWith("0000"))
    throw new ValueError("The timestamp in UTC is not in the years 1 to 9999.");
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
}

/** Reader of the databases' form (a zone of "+00" and a missing fraction are understood) into what `type` says. */
export function readTimestampOf(type: SqlTypeOf<"timestamp">): (raw: DriverValue) => unknown {
  return type.as === "date" ? readMoment : (raw) => isoTimestamp(String(raw), type);
}

const zero = 48;

/** The Date of a text such as "2024-02-29 13:37:00.123456+00". */
function readMoment(raw: DriverValue): Date {
  const text = String(raw);
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  // Date.UTC would make the next day of a day, or an hour, that is none.
  const isMoment = isCalendarDate(year, month, day) && hour < 24 && minute < 60 && second < 60;
  if (!isMoment || !hasSeparators(text) || !hasKnownEnd(text)) throw unreadable("a timestamp");
  // Date.UTC takes the years 0 to 99 for those of the 20th century.
  if (year < 100) return earlyMoment(text);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second, milliseconds(text)));
}

function hasSeparators(text: string): boolean {
  return (
    text[4] === "-" && text[7] === "-" && (text[10] === " " || text[10] === "T") && text[13] === ":" && text[16] === ":"
  );
}

/** True where `text` begins with a date of the calendar. */
function startsWithDate(text: string): boolean {
  return isCalendarDate(digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10));
}

/** The number that the characters of `text` from `start` write; NaN where they are no digits. */
function digits(text: string, start: number, end: number): number {
  let number = 0;
  for (let index = start; index < end; index += 1) {
    const digit = text.charCodeAt(index) - zero;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function milliseconds(text: string): number {
  if (text[19] !== ".") return 0;
  let value = 0;
  let weight = 100;
  for (let index = 20; index < 23; index += 1) {
    const digit = text.charCodeAt(index) - zero;
    if (!(digit >= 0 && digit <= 9)) break;
    value += digit * weight;
    weight /= 10;
  }
  return value;
}

/** True where nothing follows the seconds but a fraction and UTC's offset. */
function hasKnownEnd(text: string): boolean {
  let index = 19;
  if (text[index] === ".")
    for (index += 1; index < text.length && text.charCodeAt(index) - zero >= 0 && text.charCodeAt(index) - zero <= 9;)
      index += 1;
  return index === text.length || (text.startsWith("+00", index) && index + 3 === text.length);
}

function earlyMoment(text: string): Date {
  return new Date(`${text.slice(0, 10)}T${text.slice(11, 19)}.${String(milliseconds(text)).padStart(3, "0")}Z`);
}

function isoTimestamp(text: string, type: SqlTypeOf<"timestamp">): string {
  if (!startsWithDate(text) || !hasSeparators(text) || !timePattern.test(text.slice(11, 19)) || !hasKnownEnd(text))
    throw unreadable("a timestamp");
  const length = type.precision ?? 6;
  const fraction = text[19] === "." ? text.slice(20, 26).replace(/\D.*$/, "") : "";
  return `${text.slice(0, 10)}T${text.slice(11, 19)}${length === 0 ? "" : `.${fraction.padEnd(length, "0")}`}${type.timeZone ? "Z" : ""}`;
}

/** True where both are the same moment. */
export function sameMoment(left: unknown, right: unknown): boolean {
  return left instanceof Date && right instanceof Date && left.getTime() === right.getTime();
}

function unreadable(what: string): ValueError {
  return new ValueError(
    `The database returned something that is not ${what} of the years 1 to 9999: infinity, a year before Christ, or a zero date. Correct the row, or read the column as text with a type of your own.`,
  );
}
