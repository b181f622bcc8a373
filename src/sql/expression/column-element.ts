/** `ColumnElement`: an SQL expression with a TypeScript type, and the operators every expression has. */
import { ArgumentError } from "../errors.ts";
import type { SqlType } from "../type/sql-type.ts";
import { addIntervalNode, Interval } from "./interval-value.ts";
import { bindNode, describe, escapeLike, isSecret, typeOf } from "./node-facts.ts";
import type { Param } from "./param.ts";
import { parameterList, parameterOf, placedParameter } from "./parameter.ts";
import {
  checkedText,
  literalPosition,
  notIntegers,
  notNull,
  notNumbers,
  requireKind,
  requireText,
} from "./operator-nodes.ts";
import { isScalarSelectable, ScalarSelect } from "./scalar-selectable.ts";
import { constructNode } from "./construct.ts";
import type { ConstructName } from "./construct-name.ts";

export { bindNode, describe, escapeLike, isSecret, typeOf };
export { isScalarSelectable, ScalarSelect };
import type { BinaryOperator, Expression, ListNode, OrderNode, SubqueryNode, TupleListNode } from "./node.ts";

/** Under which an expression's type carries that of its value. */
export declare const valueType: unique symbol;
declare const sourceName: unique symbol;

const BOOLEAN: SqlType = { kind: "boolean" };

/** What the operators of texts are for. */
export type TextLike = ColumnElement<string | null>;
/** What can be calculated with: decimals are strings in TypeScript. */
export type NumberLike = ColumnElement<number | bigint | string | null>;
/** What has bits. */
export type IntegerLike = ColumnElement<number | bigint | null>;
/** Dates and timestamps. */
export type TimeLike = ColumnElement<Date | string | null>;

/** A value, or an expression of the same type. */
export type Operand<T> = T | ColumnElement<T>;

/** What may stand on the other side of a comparison: never a plain null, but a column that may be NULL. */
export type Compared<T> = NonNullable<T> | ColumnElement<NonNullable<T> | null>;

/** What `in` and `notIn` take: values, a select of one column, or a parameter whose value is a list. */
export type MemberValues<T> = readonly NonNullable<T>[] | ScalarSelectable<NonNullable<T> | null> | Param;

/** A select of one column, usable as a value or in `in(…)`. */
export interface ScalarSelectable<T> {
  readonly subqueryNode: SubqueryNode;
  readonly [valueType]?: T;
}

/**
 * A SQL expression of TypeScript type `T`. `Source` names the table or alias it reads from, so that an outer join
 * can make it nullable in a row's type. Immutable: every method returns a new expression.
 */
export class ColumnElement<T, Source extends string = string> {
  declare readonly [valueType]: T;
  declare readonly [sourceName]: Source;
  // A private brand: no parsed or cloned object can pass for an expression.
  readonly #brand = true;
  readonly node: Expression;

  constructor(node: Expression) {
    this.node = node;
  }

  static isElement(value: unknown): value is ColumnElement<unknown> {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }

  /** `=`. Use `isNull()` for NULL: `= NULL` is never true in SQL. */
  eq(other: Compared<T>): ColumnElement<boolean> {
    return this.#compare("eq", other);
  }
  /** `<>`. */
  ne(other: Compared<T>): ColumnElement<boolean> {
    return this.#compare("ne", other);
  }
  /** `<`. */
  lt(other: Compared<T>): ColumnElement<boolean> {
    return this.#compare("lt", other);
  }
  /** `<=`. */
  le(other: Compared<T>): ColumnElement<boolean> {
    return this.#compare("le", other);
  }
  /** `>`. */
  gt(other: Compared<T>): ColumnElement<boolean> {
    return this.#compare("gt", other);
  }
  /** `>=`. */
  ge(other: Compared<T>): ColumnElement<boolean> {
    return this.#compare("ge", other);
  }
  /** True where both are NULL or both are equal: never NULL itself. */
  isNotDistinctFrom(other: Operand<T>): ColumnElement<boolean> {
    return this.#binary("isNotDistinctFrom", operandNode(other, this), BOOLEAN);
  }
  /** The opposite of `isNotDistinctFrom`. */
  isDistinctFrom(other: Operand<T>): ColumnElement<boolean> {
    return this.#binary("isDistinctFrom", operandNode(other, this), BOOLEAN);
  }
  /** `IS NULL`. */
  isNull(): ColumnElement<boolean> {
    return new ColumnElement({ kind: "isNull", operand: this.node, negated: false });
  }
  /** `IS NOT NULL`. */
  isNotNull(): ColumnElement<boolean> {
    return new ColumnElement({ kind: "isNull", operand: this.node, negated: true });
  }
  /** `IN (…)`; false for an empty list. NULL cannot be a member: it equals nothing. */
  in(values: MemberValues<T>): ColumnElement<boolean> {
    return this.#in(values, false);
  }
  /** `NOT IN (…)`; true for an empty list. */
  notIn(values: MemberValues<T>): ColumnElement<boolean> {
    return this.#in(values, true);
  }
  /** `BETWEEN low AND high`, both inclusive; with `symmetric` the two may be in any order. */
  between(low: Compared<T>, high: Compared<T>, options: { symmetric?: boolean } = {}): ColumnElement<boolean> {
    const range = betweenNode(this, low, high, false);
    if (options.symmetric !== true) return new ColumnElement(range);
    const turned: Expression = { ...range, low: range.high, high: range.low };
    return new ColumnElement({ kind: "junction", operator: "or", operands: [range, turned] });
  }
  /** `NOT BETWEEN low AND high`. */
  notBetween(low: Compared<T>, high: Compared<T>): ColumnElement<boolean> {
    return new ColumnElement(betweenNode(this, low, high, true));
  }

  /** `LIKE pattern`, with `%`, `_` and `\` as the escape character on every database. */
  like(this: TextLike, pattern: Compared<string>): ColumnElement<boolean> {
    return likeNode(this, "like", pattern, "like");
  }
  /** `NOT LIKE pattern`. */
  notLike(this: TextLike, pattern: Compared<string>): ColumnElement<boolean> {
    return likeNode(this, "notLike", pattern, "notLike");
  }
  /** LIKE without regard to case. */
  ilike(this: TextLike, pattern: Compared<string>): ColumnElement<boolean> {
    return likeNode(this, "ilike", pattern, "ilike");
  }
  /** `NOT LIKE` without regard to case. */
  notIlike(this: TextLike, pattern: Compared<string>): ColumnElement<boolean> {
    return likeNode(this, "notIlike", pattern, "notIlike");
  }
  /** True where the text begins with `prefix`, taken literally: its `%` and `_` are no wildcards. */
  startsWith(this: TextLike, prefix: Compared<string>): ColumnElement<boolean> {
    return containsNode(this, "startsWith", prefix, false);
  }
  /** True where the text ends with `suffix`, taken literally. */
  endsWith(this: TextLike, suffix: Compared<string>): ColumnElement<boolean> {
    return containsNode(this, "endsWith", suffix, false);
  }
  /** True where the text contains `part`, taken literally. */
  contains(this: TextLike, part: Compared<string>): ColumnElement<boolean> {
    return containsNode(this, "contains", part, false);
  }
  /** `startsWith` without regard to case. */
  istartsWith(this: TextLike, prefix: Compared<string>): ColumnElement<boolean> {
    return containsNode(this, "startsWith", prefix, true);
  }
  /** `endsWith` without regard to case. */
  iendsWith(this: TextLike, suffix: Compared<string>): ColumnElement<boolean> {
    return containsNode(this, "endsWith", suffix, true);
  }
  /** `contains` without regard to case. */
  icontains(this: TextLike, part: Compared<string>): ColumnElement<boolean> {
    return containsNode(this, "contains", part, true);
  }
  /** True where a part of the text matches a regular expression in the database's own language. */
  regexpMatch(
    this: TextLike,
    pattern: Compared<string>,
    options: { ignoreCase?: boolean } = {},
  ): ColumnElement<boolean> {
    requireText(this.node, "regexpMatch");
    const args = [this.node, textOperand(this, pattern, "regexpMatch")];
    return constructElement(options.ignoreCase === true ? "text.regexpMatchI" : "text.regexpMatch", BOOLEAN, args);
  }
  /** Concatenation of texts; NULL where one is. */
  concat(this: TextLike, other: Compared<string>): ColumnElement<T, Source> {
    requireText(this.node, "concat");
    return binaryElement("concat", this, textOperand(this, other, "concat"), { kind: "text" });
  }

  /** Addition; of a span of time to a date or timestamp with `interval({ days: 1 })`. */
  plus(this: NumberLike, other: Compared<T>): ColumnElement<T, Source>;
  plus(this: TimeLike, other: Interval): ColumnElement<T, Source>;
  plus(other: unknown): ColumnElement<T, Source> {
    if (Interval.isInterval(other))
      return new ColumnElement(addIntervalNode(this.node, typeOf(this.node), other, "plus"));
    return arithmetic("plus", this, other, "plus");
  }
  /** Subtraction; of a span of time with `interval({ days: 1 })`. */
  minus(this: NumberLike, other: Compared<T>): ColumnElement<T, Source>;
  minus(this: TimeLike, other: Interval): ColumnElement<T, Source>;
  minus(other: unknown): ColumnElement<T, Source> {
    if (Interval.isInterval(other))
      return new ColumnElement(addIntervalNode(this.node, typeOf(this.node), other.negated(), "minus"));
    return arithmetic("minus", this, other, "minus");
  }
  /** Multiplication. */
  times(this: NumberLike, other: Compared<T>): ColumnElement<T, Source> {
    return arithmetic("times", this, other, "times");
  }
  /** Division; of integers an integer on every database, cut towards zero. */
  dividedBy(this: NumberLike, other: Compared<T>): ColumnElement<T, Source> {
    return arithmetic("divide", this, other, "dividedBy");
  }
  /** Remainder, with the sign of the dividend. */
  modulo(this: NumberLike, other: Compared<T>): ColumnElement<T, Source> {
    return arithmetic("modulo", this, other, "modulo");
  }
  /** Unary minus. */
  negate(this: NumberLike): ColumnElement<T, Source> {
    requireKind(this.node, notNumbers, "negate", "numbers");
    return new ColumnElement({ kind: "negative", operand: this.node });
  }
  /** Bits that are set in both. */
  bitwiseAnd(this: IntegerLike, other: Compared<T>): ColumnElement<T, Source> {
    return bitwise("bitwiseAnd", this, other);
  }
  /** Bits that are set in one or both. */
  bitwiseOr(this: IntegerLike, other: Compared<T>): ColumnElement<T, Source> {
    return bitwise("bitwiseOr", this, other);
  }
  /** Bits that are set in one only. */
  bitwiseXor(this: IntegerLike, other: Compared<T>): ColumnElement<T, Source> {
    return bitwise("bitwiseXor", this, other);
  }
  /** All bits turned round. */
  bitwiseNot(this: IntegerLike): ColumnElement<T, Source> {
    requireKind(this.node, notIntegers, "bitwiseNot", "whole numbers");
    return constructElement("number.bitwiseNot", typeOf(this.node), [this.node]);
  }
  /** Bits moved to the left, in 64 bits. */
  shiftLeft(this: IntegerLike, count: number): ColumnElement<T, Source> {
    return shift("shiftLeft", this, count);
  }
  /** Bits moved to the right; the sign stays. */
  shiftRight(this: IntegerLike, count: number): ColumnElement<T, Source> {
    return shift("shiftRight", this, count);
  }

  /** Ascending, for `orderBy` and indexes. */
  asc(): OrderElement<T> {
    return new OrderElement({ kind: "order", operand: this.node, direction: "asc", nulls: undefined });
  }
  /** Descending, for `orderBy` and indexes. */
  desc(): OrderElement<T> {
    return new OrderElement({ kind: "order", operand: this.node, direction: "desc", nulls: undefined });
  }
  /** `COLLATE name`: compare and sort by the rules of this collation, which the database must have. */
  collate(this: TextLike, name: string): ColumnElement<T, Source> {
    if (typeof name !== "string" || name === "")
      throw new ArgumentError(`collate() takes the name of a collation, not ${describe(name)}.`);
    return new ColumnElement({ kind: "collate", operand: this.node, collation: name });
  }
  /** `AS name`. */
  label<const Name extends string>(name: Name): LabelElement<T, Source, Name> {
    if (typeof name !== "string" || name === "") throw new ArgumentError("label() takes a name that is not empty.");
    return new LabelElement({ kind: "label", operand: this.node, name });
  }

  #compare(operator: BinaryOperator, other: unknown): ColumnElement<boolean> {
    return this.#binary(operator, operandNode(other, this, operator), BOOLEAN);
  }

  #binary<R>(operator: BinaryOperator, right: Expression, type: SqlType): ColumnElement<R, Source> {
    return new ColumnElement({ kind: "binary", operator, left: this.node, right, type });
  }

  #in(values: unknown, negated: boolean): ColumnElement<boolean> {
    return new ColumnElement({ kind: "in", operand: this.node, values: inValues(values, this, negated), negated });
  }
}

declare const labelName: unique symbol;

/** An expression with a name, which is its key in a subquery. */
export class LabelElement<T, Source extends string, Name extends string> extends ColumnElement<T, Source> {
  declare readonly [labelName]: Name;
}

/** An expression with a sort direction. */
export class OrderElement<T> extends ColumnElement<T> {
  declare readonly node: OrderNode;

  /** NULLs before everything else. */
  nullsFirst(): OrderElement<T> {
    return new OrderElement({ ...this.node, nulls: "first" });
  }
  /** NULLs after everything else. */
  nullsLast(): OrderElement<T> {
    return new OrderElement({ ...this.node, nulls: "last" });
  }
}

function betweenNode(
  element: ColumnElement<unknown>,
  low: unknown,
  high: unknown,
  negated: boolean,
): Extract<Expression, { kind: "between" }> {
  const call = negated ? "notBetween" : "between";
  const [from, to] = [operandNode(low, element, call), operandNode(high, element, call)];
  return { kind: "between", operand: element.node, low: from, high: to, negated };
}

/** What each dialect writes in a way of its own, as an expression. */
export function constructElement<T, S extends string>(
  name: ConstructName,
  type: SqlType,
  operands: readonly Expression[],
  detail?: string,
): ColumnElement<T, S> {
  return new ColumnElement(constructNode(name, type, operands, detail));
}

function binaryElement(
  operator: BinaryOperator,
  element: ColumnElement<unknown>,
  right: Expression,
  type: SqlType,
): ColumnElement<never, never> {
  return new ColumnElement({ kind: "binary", operator, left: element.node, right, type });
}

function textOperand(element: ColumnElement<unknown>, other: unknown, call: string): Expression {
  if (ColumnElement.isElement(other))
    return placedParameter(other.node, { kind: "text" }, isSecret(element.node), (value) => checkedText(value, call));
  if (isScalarSelectable(other)) return other.subqueryNode;
  if (other !== undefined) checkedText(other, call);
  return bindNode(other, { kind: "text" }, call, isSecret(element.node));
}

function likeNode(
  element: ColumnElement<unknown>,
  operator: BinaryOperator,
  pattern: unknown,
  call: string,
): ColumnElement<boolean> {
  requireText(element.node, call);
  const right = textOperand(element, pattern, call);
  return new ColumnElement({ kind: "binary", operator, left: element.node, right, type: BOOLEAN, escape: "\\" });
}

/** A plain text is escaped into a pattern; an expression is looked for by its position, which knows no wildcards. */
function containsNode(
  element: ColumnElement<unknown>,
  place: "startsWith" | "endsWith" | "contains",
  part: unknown,
  ignoresCase: boolean,
): ColumnElement<boolean> {
  const call = ignoresCase ? `i${place}` : place;
  requireText(element.node, call);
  const found = textOperand(element, part, call);
  if (typeof part === "string") {
    const pattern = `${place === "startsWith" ? "" : "%"}${escapeLike(part)}${place === "endsWith" ? "" : "%"}`;
    const right = { ...found, value: pattern } as Expression;
    const operator = ignoresCase ? "ilike" : "like";
    return new ColumnElement({ kind: "binary", operator, left: element.node, right, type: BOOLEAN, escape: "\\" });
  }
  return new ColumnElement(literalPosition(element.node, found, place, ignoresCase));
}

function arithmetic(
  operator: BinaryOperator,
  element: ColumnElement<unknown>,
  other: unknown,
  call: string,
): ColumnElement<never, never> {
  requireKind(element.node, notNumbers, call, "numbers");
  return binaryElement(operator, element, operandNode(other, element, call), typeOf(element.node));
}

function bitwise(
  name: "bitwiseAnd" | "bitwiseOr" | "bitwiseXor",
  element: ColumnElement<unknown>,
  other: unknown,
): ColumnElement<never, never> {
  requireKind(element.node, notIntegers, name, "whole numbers");
  return constructElement(`number.${name}`, typeOf(element.node), [element.node, operandNode(other, element, name)]);
}

function shift(
  name: "shiftLeft" | "shiftRight",
  element: ColumnElement<unknown>,
  count: number,
): ColumnElement<never, never> {
  requireKind(element.node, notIntegers, name, "whole numbers");
  if (!Number.isInteger(count) || count < 0 || count > 63)
    throw new ArgumentError(
      `${name}() moves by 0 to 63 bits, not by ${typeof count === "number" ? String(count) : describe(count)}.`,
    );
  return constructElement(`number.${name}`, typeOf(element.node), [element.node], String(count));
}

/** `other` as a node; plain values become binds of `beside`'s type. */
export function operandNode(other: unknown, beside: ColumnElement<unknown>, operator?: string): Expression {
  if (ColumnElement.isElement(other)) {
    if (other.node.kind !== "bind") return other.node;
    const check = operator === undefined ? undefined : (value: unknown) => notNull(value, operator);
    return placedParameter(other.node, typeOf(beside.node), isSecret(beside.node), check);
  }
  if (isScalarSelectable(other)) return other.subqueryNode;
  if (beside.node.kind === "tuple") return tupleOperand(other, beside.node.items, operator);
  if (operator !== undefined) notNull(other, operator);
  return bindNode(other, typeOf(beside.node), operator ?? "isDistinctFrom", isSecret(beside.node));
}

/** `(1, 2)` beside `(a, b)`. */
function tupleOperand(other: unknown, items: readonly Expression[], operator: string | undefined): Expression {
  if (!Array.isArray(other) || other.length !== items.length) {
    throw new ArgumentError(
      `${operator ?? "isDistinctFrom"}() on a tuple of ${String(items.length)} takes an array of ${String(items.length)} values or another tuple, not ${describe(other)}${Array.isArray(other) ? ` of ${String(other.length)}` : ""}.`,
    );
  }
  const values: readonly unknown[] = other;
  return {
    kind: "tuple",
    items: items.map((item, index) => operandNode(values[index], new ColumnElement(item), operator)),
  };
}

function inValues(
  values: unknown,
  element: ColumnElement<unknown>,
  negated: boolean,
): ListNode | SubqueryNode | TupleListNode {
  const call = negated ? "notIn" : "in";
  if (isScalarSelectable(values)) return checkedSubquery(values.subqueryNode, element.node, call);
  const parameter = ColumnElement.isElement(values) ? parameterOf(values.node) : undefined;
  if (parameter !== undefined && element.node.kind !== "tuple")
    return parameterList(parameter, typeOf(element.node), isSecret(element.node), (given) =>
      checkedMembers(given, call),
    );
  // A copy: what the program does to its array later is not part of the statement.
  const list = [...checkedMembers(values, call)];
  if (element.node.kind === "tuple") return tupleRows(list, element.node.items, call);
  return {
    kind: "list",
    values: list,
    type: typeOf(element.node),
    ...(isSecret(element.node) ? { secret: true } : {}),
  };
}

function checkedMembers(values: unknown, call: string): readonly unknown[] {
  if (!Array.isArray(values))
    throw new ArgumentError(`${call}() takes an array or a select of one column, not ${describe(values)}.`);
  const list: readonly unknown[] = values;
  const bad = list.findIndex((value) => value === undefined || value === null || ColumnElement.isElement(value));
  if (bad >= 0) {
    const hint =
      list[bad] === null
        ? "NULL equals nothing in SQL: leave it out and add or(…isNull()) where you mean it."
        : "Pass plain values.";
    throw new ArgumentError(`${call}() was given ${describe(list[bad])} at position ${String(bad)}. ${hint}`);
  }
  return list;
}

function checkedSubquery(subquery: SubqueryNode, operand: Expression, call: string): SubqueryNode {
  const wanted = operand.kind === "tuple" ? operand.items.length : 1;
  const { statement } = subquery;
  if (statement.kind !== "select" || statement.columns.length === wanted) return subquery;
  throw new ArgumentError(
    `${call}() was given a select of ${String(statement.columns.length)} columns to compare ${String(wanted)} with. Select as many.`,
  );
}

function tupleRows(list: readonly unknown[], items: readonly Expression[], call: string): TupleListNode {
  const rows = list.map((row) => {
    if (!Array.isArray(row) || row.length !== items.length) {
      throw new ArgumentError(
        `${call}() on a tuple of ${String(items.length)} takes arrays of ${String(items.length)} values.`,
      );
    }
    const bad: unknown = row.find((value) => value === undefined || value === null || ColumnElement.isElement(value));
    if (bad !== undefined || row.includes(undefined))
      throw new ArgumentError(
        `${call}() was given ${describe(bad)} inside a tuple. Pass plain values; NULL equals nothing in SQL.`,
      );
    return items.map((item, index) => ({
      kind: "bind" as const,
      value: row[index] as unknown,
      type: typeOf(item),
      ...(isSecret(item) ? { secret: true } : {}),
    }));
  });
  return { kind: "tupleList", rows };
}
