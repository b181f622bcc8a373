/** Dates as text inside SQLite, whose strftime has no names; each connection is given the function by `session.ts`. */
import type { DriverValue, FunctionDefinition } from "../../io/driver.ts";
import { dateFormatParts, type DateFormatField } from "../../sql/expression/date-format.ts";

const months = "January February March April May June July August September October November December".split(" ");
const days = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const twoDigits = (value: number): string => String(value).padStart(2, "0");

/** A moment as it is stored: "2024-02-29 13:37:00.123456", or a date alone. */
class Moment {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  digits(start: number, length: number): string {
    return this.#text.slice(start, start + length).padEnd(length, "0");
  }
  number(start: number): number {
    return Number(this.digits(start, 2));
  }
  /** Days since 1970. */
  get #day(): number {
    return Date.parse(`${this.digits(0, 10)}T00:00:00Z`) / 86_400_000;
  }
  get weekday(): string {
    return days[(((this.#day + 4) % 7) + 7) % 7] ?? "";
  }
  get dayOfYear(): number {
    return this.#day - Date.parse(`${this.digits(0, 4)}-01-01T00:00:00Z`) / 86_400_000 + 1;
  }
  get month(): string {
    return months[this.number(5) - 1] ?? "";
  }
  get halfDayHour(): number {
    return ((this.number(11) + 11) % 12) + 1;
  }
}

const written: { readonly [F in DateFormatField]: (moment: Moment) => string } = {
  YYYY: (moment) => moment.digits(0, 4),
  YY: (moment) => moment.digits(2, 2),
  MMMM: (moment) => moment.month,
  MMM: (moment) => moment.month.slice(0, 3),
  MM: (moment) => moment.digits(5, 2),
  M: (moment) => String(moment.number(5)),
  DDDD: (moment) => String(moment.dayOfYear).padStart(3, "0"),
  DD: (moment) => moment.digits(8, 2),
  D: (moment) => String(moment.number(8)),
  dddd: (moment) => moment.weekday,
  ddd: (moment) => moment.weekday.slice(0, 3),
  HH: (moment) => moment.digits(11, 2),
  H: (moment) => String(moment.number(11)),
  hh: (moment) => twoDigits(moment.halfDayHour),
  h: (moment) => String(moment.halfDayHour),
  mm: (moment) => moment.digits(14, 2),
  ss: (moment) => moment.digits(17, 2),
  SSSSSS: (moment) => moment.digits(20, 6),
  A: (moment) => (moment.number(11) < 12 ? "AM" : "PM"),
};

function formatted(value: DriverValue, format: DriverValue): DriverValue {
  if (value === null || format === null) return null;
  const moment = new Moment(String(value));
  return dateFormatParts(String(format))
    .map((part) => ("text" in part ? part.text : written[part.field](moment)))
    .join("");
}

/** The function, for `DriverConnection.createFunction`. */
export const dateFormatFunctions: readonly FunctionDefinition[] = Object.freeze([
  { name: "date_formatted", parameters: 2, call: formatted },
]);
