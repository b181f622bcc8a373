/** What a column has beside the operators of every expression, as its TypeScript type says. No code. */
import type { ArrayElement, ItemOf } from "./array-element.ts";
import type { JsonElement } from "./json-element.ts";
import type { RangeElement } from "./range-element.ts";
import type { BoundedRange } from "../type/range-types.ts";

/** JSON for objects, arrays of the database for arrays of scalars, ranges; nothing for scalars. */
export type StructuredElement<T, Source extends string> = unknown extends T
  ? JsonElement<T, Source>
  : Extract<NonNullable<T>, object> extends never
    ? unknown
    : Extract<NonNullable<T>, Date | Uint8Array> extends never
      ? NonNullable<T> extends readonly unknown[]
        ? ArrayOrJson<T, Source>
        : "empty" extends T
          ? RangeOrJson<T, Source>
          : JsonElement<T, Source>
      : unknown;

type ArrayOrJson<T, Source extends string> =
  IsScalar<ItemOf<T>> extends true ? ArrayElement<T, Source> : JsonElement<T, Source>;
type RangeOrJson<T, Source extends string> =
  Extract<T, object> extends BoundedRange<unknown> ? RangeElement<T, Source> : JsonElement<T, Source>;

interface Scalars {
  a: string;
  b: number;
  c: bigint;
  d: boolean;
  e: Date;
  f: Uint8Array;
}
/** True where `I` is of one of the types, and not a union of several. */
type IsScalar<I> = true extends { [K in keyof Scalars]: [I] extends [Scalars[K]] ? true : false }[keyof Scalars]
  ? true
  : false;
