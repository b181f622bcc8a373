/** `Interval`: a span of time as data, and what adding it makes. `interval.ts` builds one. */
import { ArgumentError } from "../errors.ts";
import { storedType } from "../type/stored-type.ts";
import type { SqlType } from "../type/sql-type.ts";
import { intervalUnits, type dateFields, type IntervalUnit } from "./date-units.ts";
import { constructNode } from "./construct.ts";
import type { Expression } from "./node.ts";

/** A span of time, for `plus`, `minus` and `func.dateAdd`. */
export class Interval {
  // A private brand: no parsed object can pass for an interval.
  readonly #brand = true;
  /** Units and amounts, in the order of `intervalUnits`. */
  readonly parts: readonly { readonly unit: IntervalUnit; readonly amount: Expression }[];

  constructor(parts: Interval["parts"]) {
    this.parts = parts;
  }

  static isInterval(value: unknown): value is Interval {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }

  /** The same span backwards. */
  negated(): Interval {
    return new Interval(
      this.parts.map(({ unit, amount }) => ({
        unit,
        amount:
          amount.kind === "bind" && typeof amount.value === "number"
            ? { ...amount, value: 0 - amount.value }
            : { kind: "negative", operand: amount },
      })),
    );
  }
}

/** `node`, which is of `type`, plus `amount`. @throws ArgumentError where the type has no such unit. */
export function addIntervalNode(node: Expression, type: SqlType, amount: Interval, call: string): Expression {
  const { kind } = storedType(type);
  if (kind !== "timestamp" && kind !== "date" && kind !== "unknown")
    throw new ArgumentError(
      `${call}() adds an interval to dates and timestamps, not to an expression of the type '${kind}'.`,
    );
  for (const { unit } of amount.parts) requirePart(type, intervalUnits[unit], unit, call);
  const units = amount.parts.map(({ unit }) => unit).join(",");
  return constructNode("date.add", type, [node, ...amount.parts.map((part) => part.amount)], units);
}

/** @throws ArgumentError where `type` has no such part: a date has no hours, a time of day no years. */
export function requirePart(
  type: SqlType,
  part: (typeof dateFields)[keyof typeof dateFields],
  word: string,
  call: string,
): void {
  const { kind } = storedType(type);
  const lacks = (kind === "date" && part === "time") || (kind === "time" && part !== "time");
  if (lacks) throw new ArgumentError(`${call}(): ${kind === "date" ? "a date" : "a time of day"} has no '${word}'.`);
}
