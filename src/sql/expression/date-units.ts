/** The words of date functions. They become part of a statement's text, so nothing but these is accepted. */

/** What `func.extract` takes out of a date or time. */
export const dateFields = Object.freeze({
  year: "date",
  quarter: "date",
  month: "date",
  week: "date",
  day: "date",
  dow: "date",
  isodow: "date",
  doy: "date",
  hour: "time",
  minute: "time",
  second: "time",
  epoch: "moment",
} as const);
export type DateField = keyof typeof dateFields;

/** Units that `func.dateTrunc` cuts to and `func.dateDiff` counts. */
export const dateUnits = Object.freeze({
  year: "date",
  quarter: "date",
  month: "date",
  week: "date",
  day: "date",
  hour: "time",
  minute: "time",
  second: "time",
} as const);
export type DateUnit = keyof typeof dateUnits;

/** Units of an interval, in the order in which they are added. */
export const intervalUnits = Object.freeze({
  years: "date",
  months: "date",
  weeks: "date",
  days: "date",
  hours: "time",
  minutes: "time",
  seconds: "time",
} as const);
export type IntervalUnit = keyof typeof intervalUnits;

/** Seconds of the units that always have as many. */
export const unitSeconds = Object.freeze({ week: 604_800, day: 86_400, hour: 3600, minute: 60, second: 1 });
/** Months of those that do not. */
export const unitMonths = Object.freeze({ year: 12, quarter: 3, month: 1 });
