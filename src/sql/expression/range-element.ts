/** `RangeElement`: a range as a typed expression. */
import { ArgumentError } from "../errors.ts";
import { boundTypeOf, type Range } from "../type/range-types.ts";
import type { SqlType } from "../type/sql-type.ts";
import { bindNode, ColumnElement, constructElement, describe, isSecret, typeOf } from "./column-element.ts";
import type { RangeConstruct } from "./construct-name.ts";
import type { Expression } from "./node.ts";

/** The type of a range's bounds. */
export type BoundOf<T> = Exclude<T, "empty" | null> extends { readonly lower: infer B } ? NonNullable<B> : never;
type RangeOperand<T> = Range<BoundOf<T>> | ColumnElement<T> | ColumnElement<NonNullable<T>>;

const BOOLEAN: SqlType = { kind: "boolean" };

/** A range of PostgreSQL. Immutable. */
export class RangeElement<T, Source extends string = string> extends ColumnElement<T, Source> {
  /** True where `value` lies in it. */
  rangeContains(
    value: BoundOf<T> | ColumnElement<BoundOf<T>> | ColumnElement<BoundOf<T> | null>,
  ): ColumnElement<boolean> {
    const node = ColumnElement.isElement(value)
      ? value.node
      : bindNode(value, this.#bound("rangeContains"), "rangeContains", isSecret(this.node));
    return this.#made("range.contains", node);
  }
  /** True where all of `other` lies in it. */
  containsRange(other: RangeOperand<T>): ColumnElement<boolean> {
    return this.#made("range.contains", this.#range(other, "containsRange"));
  }
  /** True where all of it lies in `other`. */
  containedBy(other: RangeOperand<T>): ColumnElement<boolean> {
    return this.#made("range.containedBy", this.#range(other, "containedBy"));
  }
  /** True where something lies in both. */
  overlaps(other: RangeOperand<T>): ColumnElement<boolean> {
    return this.#made("range.overlaps", this.#range(other, "overlaps"));
  }
  /** True where one begins where the other ends, with nothing between. */
  adjacentTo(other: RangeOperand<T>): ColumnElement<boolean> {
    return this.#made("range.adjacent", this.#range(other, "adjacentTo"));
  }
  /** True where all of it lies before all of `other`. */
  before(other: RangeOperand<T>): ColumnElement<boolean> {
    return this.#made("range.before", this.#range(other, "before"));
  }
  /** True where all of it lies after all of `other`. */
  after(other: RangeOperand<T>): ColumnElement<boolean> {
    return this.#made("range.after", this.#range(other, "after"));
  }
  /** Its lower bound; NULL where it has none. */
  lower(): ColumnElement<BoundOf<T> | null, Source> {
    return this.#function("range.lower", this.#bound("lower"));
  }
  /** Its upper bound; NULL where it has none. */
  upper(): ColumnElement<BoundOf<T> | null, Source> {
    return this.#function("range.upper", this.#bound("upper"));
  }
  /** True where nothing lies in it. */
  isEmpty(): ColumnElement<boolean, Source> {
    return this.#function("range.isEmpty", BOOLEAN);
  }

  #bound(call: string): SqlType {
    const type = boundTypeOf(typeOf(this.node));
    if (type === undefined) throw new ArgumentError(`${call}() is for ranges.`);
    return type;
  }

  #range(other: unknown, call: string): Expression {
    if (ColumnElement.isElement(other)) {
      if (boundTypeOf(typeOf(other.node)) !== undefined) return other.node;
      throw new ArgumentError(`${call}() takes a range, not an expression of another type.`);
    }
    if (other === null) throw new ArgumentError(`${call}() takes a range, not ${describe(other)}.`);
    return bindNode(other, typeOf(this.node), call, isSecret(this.node));
  }

  #made(name: RangeConstruct, other: Expression): ColumnElement<boolean> {
    return constructElement(name, BOOLEAN, [this.node, other]);
  }

  #function<R>(name: RangeConstruct, type: SqlType): ColumnElement<R, Source> {
    return constructElement(name, type, [this.node]);
  }
}
