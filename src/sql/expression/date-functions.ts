/** `func.*` of dates, times and moments. */
import { ArgumentError } from "../errors.ts";
import { keyword } from "../keyword.ts";
import type { SqlType } from "../type/sql-type.ts";
import { storedType } from "../type/stored-type.ts";
import { bindNode, ColumnElement, constructElement, describe, typeOf } from "./column-element.ts";
import { dateFields, dateUnits, type DateField, type DateUnit } from "./date-units.ts";
import { dateFormatNode } from "./date-format.ts";
import { addIntervalNode, Interval, requirePart } from "./interval-value.ts";
import { DOUBLE, INTEGER, subject, TEXT, type NullIn, type SourceIn } from "./function-arguments.ts";
import type { Expression } from "./node.ts";

/** Moments are Date (or text, as the column says); dates and times of day are text. */
type Temporal = Date | string | null;
const MOMENT: SqlType = Object.freeze({ kind: "timestamp", timeZone: true, as: "date" });
const DATE: SqlType = Object.freeze({ kind: "date" });

/** A value beside `node`: an expression, or a plain one of its type. */
function temporalArgument(value: unknown, node: Expression, call: string): Expression {
  if (ColumnElement.isElement(value)) return subject(value, "time", call);
  if (value === null || value === undefined) throw new ArgumentError(`${call}() cannot count from ${describe(value)}.`);
  const type = typeOf(node);
  // A Date beside a date or a text timestamp is a moment of its own.
  return bindNode(value, value instanceof Date ? MOMENT : type, call);
}

const offset = /^[+-](0\d|1[0-4]):[0-5]\d$/;
const zoneName = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/;

/** Functions of dates, times and moments, which are in UTC. NULL where an argument is NULL. */
export const dateFunctions = {
  /** Today in UTC. */
  currentDate(): ColumnElement<string, never> {
    return constructElement("date.current", DATE, []);
  },
  /**
   * A field as a whole number: `week` is ISO's, `dow` counts from Sunday 0, `isodow` from Monday 1, `second` is cut to a
   * whole one. `epoch` is the seconds since 1970 with their fraction.
   */
  extract<E extends ColumnElement<Temporal>>(
    field: DateField,
    element: E,
  ): ColumnElement<number | NullIn<E>, SourceIn<E>> {
    const part = keyword(dateFields, field, "a field of a date");
    const node = subject(element, "time", "func.extract");
    requirePart(typeOf(node), part, field, "func.extract");
    return constructElement("date.extract", field === "epoch" ? DOUBLE : INTEGER, [node], field);
  },
  /** The beginning of the year, quarter, month, week (Monday), day, hour, minute or second. */
  dateTrunc<T extends Temporal, S extends string>(unit: DateUnit, element: ColumnElement<T, S>): ColumnElement<T, S> {
    const part = keyword(dateUnits, unit, "a unit of time");
    const node = subject(element, "time", "func.dateTrunc");
    requirePart(typeOf(node), part, unit, "func.dateTrunc");
    if (storedType(typeOf(node)).kind === "time") throw new ArgumentError("func.dateTrunc() is for dates and moments.");
    return constructElement("date.trunc", typeOf(node), [node], unit);
  },
  /** `element` plus a span of time: `element.plus(interval(…))`. */
  dateAdd<T extends Temporal, S extends string>(element: ColumnElement<T, S>, amount: Interval): ColumnElement<T, S> {
    const node = subject(element, "time", "func.dateAdd");
    if (!Interval.isInterval(amount))
      throw new ArgumentError(
        `func.dateAdd() takes an interval such as interval({ days: 1 }), not ${describe(amount)}.`,
      );
    return new ColumnElement(addIntervalNode(node, typeOf(node), amount, "func.dateAdd"));
  },
  /** How many whole units lie between `from` and `to`; negative where `to` is earlier. */
  dateDiff<E extends ColumnElement<Temporal>, A extends Date | string | ColumnElement<Temporal>>(
    unit: DateUnit,
    from: E,
    to: A,
  ): ColumnElement<number | NullIn<E | A>, SourceIn<E | A>> {
    const part = keyword(dateUnits, unit, "a unit of time");
    const node = subject(from, "time", "func.dateDiff");
    if (storedType(typeOf(node)).kind === "time") throw new ArgumentError("func.dateDiff() is for dates and moments.");
    requirePart(typeOf(node), part, unit, "func.dateDiff");
    return constructElement("date.diff", INTEGER, [node, temporalArgument(to, node, "func.dateDiff")], unit);
  },
  /**
   * A date or moment (in UTC) as text: `func.dateFormat(c.placedAt, "YYYY-MM-DD [at] HH:mm")`. Fields: YYYY, YY, MMMM (name), MMM, MM, M,
   * DDDD (day of the year), DD, D, dddd (name), ddd, HH, H, hh (of 12), h, mm, ss, SSSSSS (microseconds), A (AM or PM). Text stands in
   * brackets, signs as they are.
   * @throws ArgumentError for a field that there is not
   */
  dateFormat<E extends ColumnElement<Temporal>>(
    element: E,
    format: string,
  ): ColumnElement<string | NullIn<E>, SourceIn<E>> {
    const node = subject(element, "time", "func.dateFormat");
    if (storedType(typeOf(node)).kind === "time")
      throw new ArgumentError("func.dateFormat() is for dates and moments.");
    return constructElement("date.format", TEXT, [node, dateFormatNode(format)]);
  },
  /**
   * A moment as the wall clock of `zone` ("Europe/Berlin" or "+02:00"), or the moment of a wall clock's time there.
   * Zones by name are PostgreSQL's alone: elsewhere they are not there, or not always.
   */
  atTimeZone<T extends Temporal, S extends string>(element: ColumnElement<T, S>, zone: string): ColumnElement<T, S> {
    const node = subject(element, "time", "func.atTimeZone");
    const type = storedType(typeOf(node));
    if (type.kind !== "timestamp")
      throw new ArgumentError(`func.atTimeZone() is for timestamps, not for a ${type.kind}.`);
    if (typeof zone !== "string" || !(offset.test(zone) || zoneName.test(zone)))
      throw new ArgumentError("func.atTimeZone() takes a zone such as 'Europe/Berlin' or '+02:00'.");
    return constructElement("date.atTimeZone", { ...type, timeZone: !type.timeZone }, [node], zone);
  },
};
