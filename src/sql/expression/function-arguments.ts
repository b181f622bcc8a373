/** What the families of `func.*` have in common: which arguments they take. */
import { storedType } from "../type/stored-type.ts";
import { ArgumentError } from "../errors.ts";
import type { SqlType, SqlTypeKind } from "../type/sql-type.ts";
import {
  bindNode,
  ColumnElement,
  describe,
  isScalarSelectable,
  isSecret,
  typeOf,
  type ScalarSelectable,
} from "./column-element.ts";
import type { Expression } from "./node.ts";

/** A plain value, an expression or a select of one column. */
export type Argument<T> = T | ColumnElement<T | null> | ScalarSelectable<T | null>;

/** Null, where one of the arguments may be NULL. */
export type NullIn<X> =
  X extends ColumnElement<infer V> ? Extract<V, null> : X extends ScalarSelectable<unknown> ? null : never;
/** The tables that the arguments read. */
export type SourceIn<X> = X extends ColumnElement<unknown, infer S> ? S : never;

export const TEXT: SqlType = Object.freeze({ kind: "text" });
export const INTEGER: SqlType = Object.freeze({ kind: "integer" });
export const DOUBLE: SqlType = Object.freeze({ kind: "double" });

const families = Object.freeze({
  text: { kinds: new Set<SqlTypeKind>(["text", "enum", "unknown"]), what: "text", example: "Hero.c.name" },
  number: {
    kinds: new Set<SqlTypeKind>(["smallint", "integer", "bigint", "numeric", "real", "double", "unknown"]),
    what: "a number",
    example: "Hero.c.age",
  },
  time: {
    kinds: new Set<SqlTypeKind>(["date", "time", "timestamp", "unknown"]),
    what: "a date or time",
    example: "Hero.c.createdAt",
  },
});
export type Family = keyof typeof families;

/** The node of an expression of this family; anything else is refused. */
export function subject(value: unknown, family: Family, call: string): Expression {
  if (!ColumnElement.isElement(value) && !isScalarSelectable(value)) {
    throw new ArgumentError(
      `${call}() takes an expression such as ${families[family].example}, not ${describe(value)}. Write literal(value) for a plain value.`,
    );
  }
  return checked(ColumnElement.isElement(value) ? value.node : value.subqueryNode, family, call);
}

/** An argument that may be a plain value, of the type that `family` says or of `type`. */
export function argument(value: unknown, family: Family, type: SqlType, call: string, beside?: Expression): Expression {
  if (ColumnElement.isElement(value) || isScalarSelectable(value)) return subject(value, family, call);
  const isRight =
    family === "number" ? typeof value === "number" || typeof value === "bigint" : typeof value === "string";
  if (!isRight && !(family === "number" && storedType(type).kind === "numeric" && typeof value === "string")) {
    throw new ArgumentError(`${call}() takes ${families[family].what} or an expression here, not ${describe(value)}.`);
  }
  return bindNode(value, type, call, beside !== undefined && isSecret(beside));
}

/** A text, plain or an expression. */
export function textArgument(value: unknown, call: string, beside?: Expression): Expression {
  return argument(value, "text", TEXT, call, beside);
}

/** A whole number, plain (from `least`) or an expression. */
export function wholeArgument(value: unknown, call: string, least: number): Expression {
  if (typeof value === "number") wholeNumber(value, call, least, 2 ** 31 - 1);
  return argument(value, "number", INTEGER, call);
}

/** `value`, checked to be a whole number in these bounds. */
export function wholeNumber(value: unknown, call: string, least: number, most: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ArgumentError(
    `${call}() takes a whole number from ${String(least)} to ${String(most)} here, not ${typeof value === "number" ? String(value) : describe(value)}.`,
  );
}

function checked(node: Expression, family: Family, call: string): Expression {
  const type = storedType(typeOf(node));
  const { kinds, what } = families[family];
  if (!kinds.has(type.kind)) {
    throw new ArgumentError(
      `${call}() is for ${what}, and this expression is of the type '${type.kind}'. Use cast() first.`,
    );
  }
  // A named enum type is no text to PostgreSQL.
  return type.kind === "enum" ? { kind: "cast", operand: node, type: TEXT } : node;
}
