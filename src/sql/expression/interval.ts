/** `interval({ days: 1 })`: a span of time to add to a date or a moment. */
import { ArgumentError } from "../errors.ts";
import { describe, type ColumnElement } from "./column-element.ts";
import { intervalUnits, type IntervalUnit } from "./date-units.ts";
import { Interval } from "./interval-value.ts";
import { wholeArgument } from "./function-arguments.ts";

/** How much of each unit: whole numbers, or expressions. */
export type IntervalParts = { readonly [U in IntervalUnit]?: number | ColumnElement<number | null> };

/**
 * A span of time. Years and months are added first (the last day of a month where the day is missing), then weeks and days,
 * then hours, minutes and seconds.
 * @throws ArgumentError for an unknown unit and for what is no whole number.
 */
export function interval(parts: IntervalParts): Interval {
  if (typeof parts !== "object" || parts === null)
    throw new ArgumentError(`interval() takes an object such as { days: 1 }, not ${describe(parts)}.`);
  const unknown = Object.keys(parts).find((unit) => !Object.hasOwn(intervalUnits, unit));
  if (unknown !== undefined)
    throw new ArgumentError(
      `'${unknown}' is not a unit of an interval. Use one of: ${Object.keys(intervalUnits).join(", ")}.`,
    );
  const units = (Object.keys(intervalUnits) as IntervalUnit[]).filter((unit) => parts[unit] !== undefined);
  if (units.length === 0) throw new ArgumentError("interval() needs at least one unit, such as { days: 1 }.");
  return new Interval(
    units.map((unit) => ({ unit, amount: wholeArgument(parts[unit], `interval({ ${unit} })`, -(2 ** 31 - 1)) })),
  );
}
