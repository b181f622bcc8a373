/** `tryCast`: numbers of texts that may be none. Made of what all databases have; none of them has it itself in all versions. */
import { ArgumentError } from "../errors.ts";
import type { SqlTypeOf } from "../type/sql-type.ts";
import { bigint } from "../type/types.ts";
import type { ValueOfType } from "../type/value-of-type.ts";
import { ColumnElement, describe } from "./column-element.ts";
import { caseWhen } from "./case.ts";
import { and, cast, not } from "./operators.ts";
import { requireText } from "./operator-nodes.ts";

/** The types that `tryCast` makes. */
export type TryCastType = SqlTypeOf<"smallint" | "integer" | "bigint" | "numeric" | "double">;

// Not before a line's end: to some languages of regular expressions `$` is before the last one, too.
const end = "(?!\\n)$";
const bounds = { smallint: 2n ** 15n, integer: 2n ** 31n } as const;

/**
 * `cast(element, type)` of a text, and NULL where the text is no such number or one that the type has no room for. A number is
 * digits of ASCII with a minus before and a point between them; spaces are no part of it.
 * @param type smallint(), integer(), bigint(), double(), or decimal(precision, scale).
 */
export function tryCast<const T extends TryCastType, S extends string>(
  element: ColumnElement<string | null, S>,
  type: T,
): ColumnElement<ValueOfType<T> | null, S> {
  if (!ColumnElement.isElement(element))
    throw new ArgumentError(`tryCast() takes an expression such as Hero.c.name, not ${describe(element)}.`);
  requireText(element.node, "tryCast");
  const value = cast<ValueOfType<T>>(element, type);
  return new ColumnElement(caseWhen(conditionOf(element, type), value).node);
}

function conditionOf(element: ColumnElement<string | null>, type: TryCastType): ColumnElement<boolean> {
  const matches = (pattern: string): ColumnElement<boolean> => element.regexpMatch(pattern);
  switch (type.kind) {
    case "smallint":
    case "integer": {
      const limit = bounds[type.kind];
      const wide = cast<bigint>(element, bigint());
      const fits = caseWhen(matches(`^-?0*[0-9]{1,18}${end}`), wide.between(-limit, limit - 1n));
      return fits.otherwise(false);
    }
    case "bigint":
      // Nineteen digits, and not beyond the last of them.
      return and(matches(`^-?0*[0-9]{1,19}${end}`), not(matches(`^-?0*${beyond}${end}`)));
    case "double":
      return matches(`^-?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,2})?${end}`);
    default:
      return decimalCondition(matches, type);
  }
}

/** Nineteen digits above 2^63 - 1. The least bigint is one further away from zero, and refused with them. */
const beyond = "9223372036854775807"
  .split("")
  .map((digit, index, all) => {
    const above = Number(digit) + 1;
    return above > 9 ? "" : `${all.slice(0, index).join("")}[${String(above)}-9][0-9]{${String(18 - index)}}`;
  })
  .filter((pattern) => pattern !== "")
  .join("|")
  .replace(/^.*$/, "($&)");

function decimalCondition(
  matches: (pattern: string) => ColumnElement<boolean>,
  { precision, scale = 0 }: SqlTypeOf<"numeric">,
): ColumnElement<boolean> {
  if (precision === undefined)
    throw new ArgumentError("tryCast() takes decimal(precision, scale): the room that a number must fit in.");
  const whole = precision - scale;
  const digits = `0*[0-9]{0,${String(whole)}}`;
  const number = matches(`^-?(?=[0-9])${digits}([.][0-9]+)?${end}`);
  // What is rounded to one more digit.
  const roundedUp = `^-?0*9{${String(whole)}}[.]9{${String(scale)}}[5-9][0-9]*${end}`;
  return and(number, not(matches(roundedUp)));
}
