/** `func.*` of numbers, and those that choose among values. */
import { ArgumentError } from "../errors.ts";
import { storedType } from "../type/stored-type.ts";
import type { SqlType } from "../type/sql-type.ts";
import { ColumnElement, constructElement, operandNode, typeOf, type Compared } from "./column-element.ts";
import {
  argument,
  DOUBLE,
  INTEGER,
  subject,
  wholeNumber,
  type Argument,
  type NullIn,
  type SourceIn,
} from "./function-arguments.ts";
import type { Expression } from "./node.ts";

/** Numbers as TypeScript has them: integers and doubles, bigint, decimals as text. */
type Numeric = number | bigint | string | null;
type NumericElement = ColumnElement<number | null> | ColumnElement<bigint | null> | ColumnElement<string | null>;
type DoubleOf<A> = ColumnElement<number | NullIn<A>, SourceIn<A>>;
type AnyNumber = Argument<number> | Argument<bigint> | Argument<string>;

/** A rounded decimal has as many digits as it needs. */
function roundedType(node: Expression): SqlType {
  const type = storedType(typeOf(node));
  return type.kind === "numeric" ? { kind: "numeric" } : typeOf(node);
}

function rounded<T extends Numeric, S extends string>(
  name: "round" | "trunc" | "ceil" | "floor",
  element: ColumnElement<T, S>,
  digits: number,
): ColumnElement<T, S> {
  const call = `func.${name}`;
  const node = subject(element, "number", call);
  return constructElement(`number.${name}`, roundedType(node), [node], String(wholeNumber(digits, call, 0, 15)));
}

function double<A>(
  name: "power" | "sqrt" | "exp" | "ln" | "log",
  values: readonly unknown[],
  option?: string,
): DoubleOf<A> {
  const call = `func.${name}`;
  return constructElement(
    `number.${name}`,
    DOUBLE,
    values.map((value) => asDouble(argument(value, "number", DOUBLE, call))),
    option,
  );
}

/** `node` as a floating-point number, so that it is calculated with in one way. */
function asDouble(node: Expression): Expression {
  return storedType(typeOf(node)).kind === "double" ? node : { kind: "cast", operand: node, type: DOUBLE };
}

function extreme<T, S extends string>(
  name: "greatest" | "least",
  element: ColumnElement<T, S>,
  others: readonly unknown[],
): ColumnElement<never, never> {
  const call = `func.${name}`;
  if (!ColumnElement.isElement(element))
    throw new ArgumentError(`${call}() takes an expression first. Write literal(value) for a plain value.`);
  if (others.length === 0) throw new ArgumentError(`${call}() needs at least two values.`);
  const nodes = others.map((other) => operandNode(other, element, call));
  return constructElement(`value.${name}`, typeOf(element.node), [element.node, ...nodes]);
}

/** Functions of numbers. NULL where an argument is NULL. */
export const numericFunctions = {
  /** Rounded to `digits` (0) after the point; halves away from zero. */
  round<T extends Numeric, S extends string>(element: ColumnElement<T, S>, digits = 0): ColumnElement<T, S> {
    return rounded("round", element, digits);
  },
  /** Cut to `digits` (0) after the point. */
  trunc<T extends Numeric, S extends string>(element: ColumnElement<T, S>, digits = 0): ColumnElement<T, S> {
    return rounded("trunc", element, digits);
  },
  /** The least whole number that is not less. */
  ceil<T extends Numeric, S extends string>(element: ColumnElement<T, S>): ColumnElement<T, S> {
    return rounded("ceil", element, 0);
  },
  /** The greatest whole number that is not more. */
  floor<T extends Numeric, S extends string>(element: ColumnElement<T, S>): ColumnElement<T, S> {
    return rounded("floor", element, 0);
  },
  /** -1, 0 or 1. */
  sign<E extends NumericElement>(element: E): DoubleOf<E> {
    return constructElement("number.sign", INTEGER, [subject(element, "number", "func.sign")]);
  },
  /** `base` to the power of `exponent`, a double. */
  power<A extends AnyNumber, B extends AnyNumber>(base: A, exponent: B): DoubleOf<A | B> {
    return double("power", [base, exponent]);
  },
  /** Square root, a double. Of negative numbers an error on PostgreSQL, NULL elsewhere. */
  sqrt<A extends AnyNumber>(value: A): DoubleOf<A> {
    return double("sqrt", [value]);
  },
  /** e to the power of `value`, a double. */
  exp<A extends AnyNumber>(value: A): DoubleOf<A> {
    return double("exp", [value]);
  },
  /** Natural logarithm, a double. Of 0 and less an error on PostgreSQL, NULL elsewhere. */
  ln<A extends AnyNumber>(value: A): DoubleOf<A> {
    return double("ln", [value]);
  },
  /** Logarithm to `base` (10 or 2), a double. */
  log<A extends AnyNumber>(value: A, base: 10 | 2 = 10): DoubleOf<A> {
    if (base !== 10 && base !== 2)
      throw new ArgumentError(
        "func.log() takes 10 or 2 as its base. Divide func.ln(value) by func.ln(base) for others.",
      );
    return double("log", [value], String(base));
  },
  /** The remainder, with the sign of `element`: `element.modulo(divisor)`. */
  mod<T extends Numeric, S extends string>(element: ColumnElement<T, S>, divisor: Compared<T>): ColumnElement<T, S> {
    return element.modulo(divisor);
  },
  /** The greatest of the values; NULL where one is NULL. */
  greatest<T, S extends string, A extends readonly (NonNullable<T> | ColumnElement<T | null>)[]>(
    element: ColumnElement<T, S>,
    ...others: A
  ): ColumnElement<T | NullIn<A[number]>, S | SourceIn<A[number]>> {
    return extreme("greatest", element, others);
  },
  /** The least of the values; NULL where one is NULL. */
  least<T, S extends string, A extends readonly (NonNullable<T> | ColumnElement<T | null>)[]>(
    element: ColumnElement<T, S>,
    ...others: A
  ): ColumnElement<T | NullIn<A[number]>, S | SourceIn<A[number]>> {
    return extreme("least", element, others);
  },
  /** A number from 0 (included) to 1 (excluded), another for each row. */
  random(): ColumnElement<number, never> {
    return constructElement("number.random", DOUBLE, []);
  },
  /** NULL where `element` equals `value`, else `element`. */
  nullif<T, S extends string>(element: ColumnElement<T, S>, value: Compared<T>): ColumnElement<T | null, S> {
    return constructElement("value.nullif", typeOf(element.node), [
      element.node,
      operandNode(value, element, "func.nullif"),
    ]);
  },
};
