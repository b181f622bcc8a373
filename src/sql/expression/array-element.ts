/** `ArrayElement`: an array column as a typed expression. */
import { storedType } from "../compiler/type-compiler.ts";
import { ArgumentError } from "../errors.ts";
import type { SqlType, SqlTypeOf } from "../type/sql-type.ts";
import { bindNode, ColumnElement, constructElement, describe, isSecret, typeOf } from "./column-element.ts";
import { constructNode } from "./construct.ts";
import type { ArrayConstruct } from "./construct-name.ts";
import { checkPath, pathNode } from "./json-path.ts";
import type { Expression } from "./node.ts";

/** The items of an array type. */
export type ItemOf<T> = NonNullable<T> extends readonly (infer I)[] ? I : never;

/** An array, or an expression of one. */
export type ArrayOperand<T> = readonly ItemOf<T>[] | ColumnElement<T> | ColumnElement<NonNullable<T>>;

/** How a value is compared with the items of an array. */
export const arrayComparisons = Object.freeze({ eq: "=", ne: "<>", lt: "<", le: "<=", gt: ">", ge: ">=" } as const);
export type ArrayComparison = keyof typeof arrayComparisons;

const BOOLEAN: SqlType = { kind: "boolean" };
const INTEGER: SqlType = { kind: "integer" };

/**
 * An array of TypeScript type `T`; PostgreSQL's own, JSON elsewhere, with the same results. What is asked of an array that
 * is NULL is NULL. Immutable.
 */
export class ArrayElement<T, Source extends string = string> extends ColumnElement<T, Source> {
  /** The item at an index, from 0, or from -1 at the end; NULL where there is none. */
  at(index: number): ColumnElement<ItemOf<T> | null, Source> {
    const legs = checkPath([index], "at");
    if (typeof legs[0] !== "number")
      throw new ArgumentError(`at() of an array takes an index, not ${describe(index)}.`);
    return this.#made("array.at", [pathNode(legs)], this.#type("at").item, legs[0] < 0 ? "end" : "");
  }
  /** The number of items. */
  arrayLength(): ColumnElement<number | (null extends T ? null : never), Source> {
    return this.#made("array.length", [], INTEGER);
  }
  /** True where each of `items` is among its items. */
  arrayContains(items: ArrayOperand<T>): ColumnElement<boolean> {
    return this.#made("array.contains", [this.#array(items, "arrayContains")], BOOLEAN);
  }
  /** True where each of its items is among `items`. */
  containedBy(items: ArrayOperand<T>): ColumnElement<boolean> {
    const other = this.#array(items, "containedBy");
    return constructElement("array.contains", BOOLEAN, [other, this.node]);
  }
  /** True where an item is among both. */
  overlaps(items: ArrayOperand<T>): ColumnElement<boolean> {
    return this.#made("array.overlaps", [this.#array(items, "overlaps")], BOOLEAN);
  }
  /** True where `value` compares so with one item at least: `any(5, "lt")` is `5 < ANY (array)`. */
  any(value: ItemOf<T>, comparison: ArrayComparison = "eq"): ColumnElement<boolean> {
    return this.#made("array.any", [this.#item(value, "any")], BOOLEAN, checkedComparison(comparison, "any"));
  }
  /** True where `value` compares so with every item, also where there is none. */
  all(value: ItemOf<T>, comparison: ArrayComparison = "eq"): ColumnElement<boolean> {
    return this.#made("array.all", [this.#item(value, "all")], BOOLEAN, checkedComparison(comparison, "all"));
  }
  /** The array with one more item at its end. */
  arrayAppend(value: ItemOf<T>): ArrayElement<T> {
    return this.#changed("array.append", [this.#item(value, "arrayAppend")]);
  }
  /** The array without the items that equal `value`. */
  arrayRemove(value: ItemOf<T>): ArrayElement<T> {
    return this.#changed("array.remove", [this.#item(value, "arrayRemove")]);
  }
  /** The index of the first item that equals `value`, from 0; NULL where none does. */
  arrayPosition(value: ItemOf<T>): ColumnElement<number | null, Source> {
    return this.#made("array.position", [this.#item(value, "arrayPosition")], INTEGER);
  }
  /** The items from index `from` to before index `to`, both from 0. */
  slice(from: number, to: number): ArrayElement<T> {
    for (const index of [from, to]) {
      if (!Number.isInteger(index) || index < 0 || index >= 2 ** 31)
        throw new ArgumentError(`slice() takes whole numbers from 0, not ${String(index)}.`);
    }
    const bound = (index: number): Expression => bindNode(index, INTEGER, "slice");
    return this.#changed("array.slice", [bound(from), bound(to)]);
  }

  #type(call: string): SqlTypeOf<"array"> {
    const type = typeOf(this.node);
    if (type.kind === "array") return type;
    throw new ArgumentError(`${call}() is for arrays; this expression is stored as '${storedType(type).kind}'.`);
  }

  #made<R>(
    name: ArrayConstruct,
    operands: readonly Expression[],
    type: SqlType,
    detail = "",
  ): ColumnElement<R, Source> {
    this.#type(name.slice("array.".length));
    return constructElement(name, type, [this.node, ...operands], detail);
  }

  #changed(name: ArrayConstruct, operands: readonly Expression[]): ArrayElement<T> {
    const type = this.#type(name.slice("array.".length));
    return new ArrayElement(constructNode(name, type, [this.node, ...operands]));
  }

  /** Another array as an operand. */
  #array(items: unknown, call: string): Expression {
    const type = this.#type(call);
    if (ColumnElement.isElement(items)) {
      if (typeOf(items.node).kind === "array") return items.node;
      throw new ArgumentError(`${call}() takes an array, not an expression of SQL type '${typeOf(items.node).kind}'.`);
    }
    if (!Array.isArray(items)) throw new ArgumentError(`${call}() takes an array, not ${describe(items)}.`);
    if (items.some((item) => item === null || item === undefined))
      throw new ArgumentError(`${call}() was given null or undefined as an item, which equals nothing.`);
    return bindNode(items, type, call, isSecret(this.node));
  }

  /** One value, bound as an array of it: so it is written as the items are. */
  #item(value: unknown, call: string): Expression {
    const type = this.#type(call);
    if (value === null || value === undefined || ColumnElement.isElement(value))
      throw new ArgumentError(`${call}() takes a plain value of the array's items, not ${describe(value)}.`);
    return bindNode([value], type, call, isSecret(this.node));
  }
}

function checkedComparison(comparison: unknown, call: string): string {
  if (typeof comparison === "string" && Object.hasOwn(arrayComparisons, comparison)) return comparison;
  throw new ArgumentError(`${call}() compares by one of: ${Object.keys(arrayComparisons).join(", ")}.`);
}
