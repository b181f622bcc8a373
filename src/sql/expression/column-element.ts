/** `ColumnElement`: an SQL expression with a TypeScript type, and the operators every expression has. */
import { ArgumentError } from "../errors.ts";
import type { SqlType } from "../type/sql-type.ts";
import type { BinaryOperator, Expression, ListNode, OrderNode, SubqueryNode, TupleListNode } from "./node.ts";

/** Under which an expression's type carries that of its value. */
export declare const valueType: unique symbol;
declare const sourceName: unique symbol;

const BOOLEAN: SqlType = { kind: "boolean" };

/** A value, or an expression of the same type. */
export type Operand<T> = T | ColumnElement<T>;

/** What may stand on the other side of a comparison: never a plain null, but a column that may be NULL. */
export type Compared<T> = NonNullable<T> | ColumnElement<NonNullable<T> | null>;

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
  in(values: readonly NonNullable<T>[] | ScalarSelectable<NonNullable<T> | null>): ColumnElement<boolean> {
    return this.#in(values, false);
  }
  /** `NOT IN (…)`; true for an empty list. */
  notIn(values: readonly NonNullable<T>[] | ScalarSelectable<NonNullable<T> | null>): ColumnElement<boolean> {
    return this.#in(values, true);
  }
  /** `BETWEEN low AND high`, both inclusive. */
  between(low: Compared<T>, high: Compared<T>): ColumnElement<boolean> {
    return new ColumnElement({
      kind: "between",
      operand: this.node,
      low: operandNode(low, this, "between"),
      high: operandNode(high, this, "between"),
      negated: false,
    });
  }

  /** `LIKE pattern`, with `%`, `_` and `\` as the escape character on every database. */
  like(pattern: Compared<string>): ColumnElement<boolean> {
    return this.#like("like", pattern);
  }
  /** `NOT LIKE pattern`. */
  notLike(pattern: Compared<string>): ColumnElement<boolean> {
    return this.#like("notLike", pattern);
  }
  /** LIKE without regard to case. */
  ilike(pattern: Compared<string>): ColumnElement<boolean> {
    return this.#like("ilike", pattern);
  }
  /** True where the text begins with `prefix`, taken literally: its `%` and `_` are escaped. */
  startsWith(prefix: string): ColumnElement<boolean> {
    return this.#like("like", `${escapeLike(prefix)}%`);
  }
  /** True where the text ends with `suffix`, taken literally. */
  endsWith(suffix: string): ColumnElement<boolean> {
    return this.#like("like", `%${escapeLike(suffix)}`);
  }
  /** True where the text contains `part`, taken literally. */
  contains(part: string): ColumnElement<boolean> {
    return this.#like("like", `%${escapeLike(part)}%`);
  }

  /** Addition. */
  plus(other: Compared<T>): ColumnElement<T, Source> {
    return this.#binary("plus", operandNode(other, this, "plus"), typeOf(this.node));
  }
  /** Subtraction. */
  minus(other: Compared<T>): ColumnElement<T, Source> {
    return this.#binary("minus", operandNode(other, this, "minus"), typeOf(this.node));
  }
  /** Multiplication. */
  times(other: Compared<T>): ColumnElement<T, Source> {
    return this.#binary("times", operandNode(other, this, "times"), typeOf(this.node));
  }
  /** Division; of integers an integer on every database, cut towards zero. */
  dividedBy(other: Compared<T>): ColumnElement<T, Source> {
    return this.#binary("divide", operandNode(other, this, "dividedBy"), typeOf(this.node));
  }
  /** Remainder. */
  modulo(other: Compared<T>): ColumnElement<T, Source> {
    return this.#binary("modulo", operandNode(other, this, "modulo"), typeOf(this.node));
  }
  /** Concatenation of texts. */
  concat(other: Compared<string>): ColumnElement<T, Source> {
    return this.#binary("concat", operandNode(other, this, "concat"), { kind: "text" });
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
  collate(name: string): ColumnElement<T, Source> {
    if (typeof name !== "string" || name === "")
      throw new ArgumentError(`collate() takes the name of a collation, not ${describe(name)}.`);
    return new ColumnElement({ kind: "collate", operand: this.node, collation: name });
  }
  /** `AS name`. */
  label(name: string): ColumnElement<T, Source> {
    return new ColumnElement({ kind: "label", operand: this.node, name });
  }

  #compare(operator: BinaryOperator, other: unknown): ColumnElement<boolean> {
    return this.#binary(operator, operandNode(other, this, operator), BOOLEAN);
  }

  #binary<R>(operator: BinaryOperator, right: Expression, type: SqlType): ColumnElement<R, Source> {
    return new ColumnElement({ kind: "binary", operator, left: this.node, right, type });
  }

  #like(operator: BinaryOperator, pattern: Compared<string>): ColumnElement<boolean> {
    const right = ColumnElement.isElement(pattern)
      ? pattern.node
      : bindNode(pattern, { kind: "text" }, operator, isSecret(this.node));
    return new ColumnElement({ kind: "binary", operator, left: this.node, right, type: BOOLEAN, escape: "\\" });
  }

  #in(values: readonly unknown[] | ScalarSelectable<unknown>, negated: boolean): ColumnElement<boolean> {
    return new ColumnElement({ kind: "in", operand: this.node, values: inValues(values, this, negated), negated });
  }
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

/** Escape what LIKE reads as a wildcard. */
export function escapeLike(literal: string): string {
  if (typeof literal !== "string")
    throw new ArgumentError(`A text to search for must be a string, not ${describe(literal)}.`);
  return literal.replace(/[\\%_]/g, "\\$&");
}

/** The type of an expression's value. */
export function typeOf(node: Expression): SqlType {
  switch (node.kind) {
    case "label":
    case "order":
    case "negative":
    case "collate":
      return typeOf(node.operand);
    case "junction":
    case "not":
    case "isNull":
    case "in":
    case "between":
    case "exists":
      return BOOLEAN;
    case "tuple":
    case "star":
    case "grouping":
      return { kind: "unknown" };
    default:
      return node.type;
  }
}

/** A bound value; undefined is refused here, so that it never becomes a missing condition. */
export function bindNode(value: unknown, type: SqlType, where: string, secret = false): Expression {
  if (value === undefined) {
    throw new ArgumentError(
      `${where}() was given undefined. A condition is never left out silently: pass a value, or build the statement without it.`,
    );
  }
  return secret ? { kind: "bind", value, type, secret } : { kind: "bind", value, type };
}

/** True where a value beside `node` says something of a hidden column. */
export function isSecret(node: Expression): boolean {
  switch (node.kind) {
    case "column":
      return node.secret === true;
    case "label":
    case "order":
    case "negative":
    case "collate":
    case "cast":
      return isSecret(node.operand);
    case "function":
      return node.arguments.some(isSecret);
    case "construct":
      return node.operands.some(isSecret);
    case "binary":
      return isSecret(node.left) || isSecret(node.right);
    default:
      return false;
  }
}

/** `other` as a node; plain values become binds of `beside`'s type. */
export function operandNode(other: unknown, beside: ColumnElement<unknown>, operator?: string): Expression {
  if (ColumnElement.isElement(other)) return other.node;
  if (isScalarSelectable(other)) return other.subqueryNode;
  if (other === null && operator !== undefined) {
    throw new ArgumentError(
      `${operator}(null) is never true in SQL. Use isNull() or isNotNull(), or isNotDistinctFrom(value) where the value may be null.`,
    );
  }
  return bindNode(other, typeOf(beside.node), operator ?? "isDistinctFrom", isSecret(beside.node));
}

/** True for a select of one column. */
export function isScalarSelectable(value: unknown): value is ScalarSelectable<unknown> {
  return typeof value === "object" && value !== null && "subqueryNode" in value && isMarked(value);
}

const scalarSelects = new WeakSet<object>();

/** Mark `value` as a statement that may stand for a value; only statements made by this package are. */
export function markScalarSelectable(value: object): void {
  scalarSelects.add(value);
}

function isMarked(value: object): boolean {
  return scalarSelects.has(value);
}

function inValues(
  values: unknown,
  element: ColumnElement<unknown>,
  negated: boolean,
): ListNode | SubqueryNode | TupleListNode {
  const call = negated ? "notIn" : "in";
  if (isScalarSelectable(values)) return values.subqueryNode;
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
  if (element.node.kind === "tuple") return tupleRows(list, element.node.items, call);
  return {
    kind: "list",
    values: list,
    type: typeOf(element.node),
    ...(isSecret(element.node) ? { secret: true } : {}),
  };
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

/** A value in an error message: its kind, never its content. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return typeof value === "undefined" ? "undefined" : `a ${typeof value}`;
  return value.constructor?.name === undefined ? "an object" : `a ${value.constructor.name}`;
}
