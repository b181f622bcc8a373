/** The types of the columns of subqueries and other named sources. No code. */
import type { ColumnElement, LabelElement } from "../sql/expression/column-element.ts";
import type { AnyModel } from "./any.ts";
import type { ColumnsOf } from "./model-class.ts";
import type { Output } from "./shape.ts";

type OrNull<R> = [R] extends [NonNullable<R>] ? never : null;
type ModelColumns<M, R, Name extends string> = {
  readonly [K in keyof ColumnsOf<M>]: ColumnElement<Output<ColumnsOf<M>[K]> | OrNull<R>, Name>;
};
type ItemColumns<I, R, Name extends string> = I extends AnyModel ? ModelColumns<I, R, Name> : ColumnElement<R, Name>;
/** An item without a key: a label's name is its own. */
type Unkeyed<I, R, Name extends string> =
  I extends LabelElement<unknown, string, infer Label>
    ? { readonly [K in Label]: ColumnElement<R, Name> }
    : I extends AnyModel
      ? ModelColumns<I, R, Name>
      : unknown;
type TupleColumns<I, R, Name extends string> = I extends readonly [infer Head, ...infer Rest]
  ? R extends readonly [infer First, ...infer Others]
    ? Unkeyed<Head, First, Name> & TupleColumns<Rest, Others, Name>
    : unknown
  : unknown;

/** The columns of a query of items `I` with rows `R`: by key of an object, attribute of a model, or label. */
export type SourceColumns<I, R, Name extends string> = I extends readonly unknown[]
  ? TupleColumns<I, R, Name>
  : I extends ColumnElement<unknown> | AnyModel
    ? Unkeyed<I, R, Name>
    : { readonly [K in keyof I]: ItemColumns<I[K], K extends keyof R ? R[K] : unknown, Name> };

/** What the name of a source must also be: nothing more where each of its columns has a name. */
export type NamedColumns<I> = I extends readonly unknown[]
  ? number extends I["length"]
    ? unknown
    : true extends IsUnnamed<I[number]>
      ? Mistake<"A column here has no name to be read by: select an object, or give it a label.">
      : unknown
  : true extends IsUnnamed<I>
    ? Mistake<"A column here has no name to be read by: select an object, or give it a label.">
    : unknown;
type IsUnnamed<I> =
  I extends ColumnElement<unknown> ? (I extends LabelElement<unknown, string, string> ? false : true) : false;
declare const mistake: unique symbol;
/** What nothing is, so that the compiler names the mistake. */
export interface Mistake<Message extends string> {
  readonly [mistake]: Message;
}
/** The same of what a statement returns: only rows that are objects have names. */
export type NamedReturning<R> = unknown extends R
  ? unknown
  : [R] extends [never]
    ? Mistake<"This statement returns nothing to read: say returning({ … }) first.">
    : R extends readonly unknown[] | string | number | bigint | boolean | symbol | null | Date | Uint8Array
      ? Mistake<"A column here has no name to be read by: select an object, or give it a label.">
      : unknown;
/** Columns of values of the types in `V`. */
export type ValueColumns<V, Name extends string> = { readonly [K in keyof V]: ColumnElement<V[K], Name> };

/** The columns `C`, read under another name. */
export type Renamed<C, Name extends string> = {
  readonly [K in keyof C]: C[K] extends ColumnElement<infer T> ? ColumnElement<T, Name> : Renamed<C[K], Name>;
};

/** Each of a row's values without NULL. */
type WithoutNull<R> = R extends readonly unknown[] | object ? { [K in keyof R]: NonNullable<R[K]> } : NonNullable<R>;
type IsEither<A, B> = [A] extends [B] ? true : [B] extends [A] ? true : false;
type SameKeys<A, B> = [keyof A] extends [keyof B] ? ([keyof B] extends [keyof A] ? true : false) : false;

/** What a further query of a set operation must also be: nothing more where its rows are like those of the first. */
export type SameColumns<R, S> = unknown extends R | S
  ? unknown
  : SameKeys<NonNullable<R>, NonNullable<S>> extends true
    ? IsEither<NonNullable<R>, NonNullable<S>> extends true
      ? unknown
      : IsEither<WithoutNull<R>, WithoutNull<S>> extends true
        ? unknown
        : DifferentColumns
    : DifferentColumns;
/** The message of a type error. */
export interface DifferentColumns {
  readonly "All queries of a set operation must select columns of the same keys and types": never;
}
