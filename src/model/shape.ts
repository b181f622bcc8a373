/** The types of a model: its columns as values, as SQL expressions, as a constructor's argument. No code. */
import type * as core from "zod/v4/core";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import type { StructuredElement } from "../sql/expression/structured-types.ts";
import type { Field, FieldFlag, StoredFlag } from "./field.ts";
import type { AnyModel } from "./any.ts";
import type { RelationshipDeclaration } from "./relationship.ts";

/** What the second argument of `table` takes: Zod types, and fields made by `field`, `primaryKey` and the like. */
export type Columns = Record<string, core.$ZodType | Field<core.$ZodType, FieldFlag>>;

/** The Zod type of a column. */
export type SchemaOf<F> = F extends Field<infer S, FieldFlag> ? S : F extends core.$ZodType ? F : never;
/** The flags of a column. */
export type FlagsOf<F> = F extends Field<core.$ZodType, infer Flags> ? Flags : never;
/** The type of the property: what the Zod type puts out. */
export type Output<F> = core.output<SchemaOf<F>>;

/** Columns without column properties, which is what most models have: one question about all of them is cheap. */
type StoredColumns = Record<string, core.$ZodType | Field<core.$ZodType, StoredFlag>>;
/** The names of the columns in `C`, without those of column properties. */
export type StoredKeys<C> = keyof C &
  (C extends StoredColumns ? keyof C : { [K in keyof C]: "expression" extends FlagsOf<C[K]> ? never : K }[keyof C]);

/** What the constructor takes for a column: the property's type; for a branded type also the value before branding. */
type InitValue<F> = NonNullable<Output<F>> extends core.$brand ? core.input<SchemaOf<F>> : Output<F>;

/** Generated, defaulted and nullable columns may be left out; what is nullable is then NULL, as in SQL. */
export type OptionalOnCreate<F> =
  "optional" extends FlagsOf<F>
    ? true
    : undefined extends core.input<SchemaOf<F>>
      ? true
      : null extends core.input<SchemaOf<F>>
        ? true
        : false;
/** A foreign key may be left out as well, because a related object can bring it. */
type OptionalOnInit<F> = "reference" extends FlagsOf<F> ? true : OptionalOnCreate<F>;
type RequiredKey<C, K extends keyof C> = OptionalOnInit<C[K]> extends true ? never : K;
type OptionalKey<C, K extends keyof C> =
  OptionalOnInit<C[K]> extends true ? ("computed" extends FlagsOf<C[K]> ? never : K) : never;

type Simplify<T> = { [K in keyof T]: T[K] } & {};

type ColumnsInit<C> = { [K in keyof C as RequiredKey<C, K>]: InitValue<C[K]> } & {
  [K in keyof C as OptionalKey<C, K>]?: InitValue<C[K]>;
};
/** The columns part of a constructor's argument. */
export type CreateInput<C> = Simplify<ColumnsInit<C>>;
/** A constructor's argument: columns and relationships. */
export type ModelInit<C, R> = Simplify<ColumnsInit<C> & { [K in keyof R]?: ValueOf<R[K]> }>;

/** A model's columns as SQL expressions. */
export type ColumnElements<C, Source extends string> = {
  readonly [K in keyof C]: ColumnElement<Output<C[K]>, Source> & StructuredElement<Output<C[K]>, Source>;
};

declare const notLoaded: unique symbol;
/**
 * What a relationship is until a query loads it. Add `.include({ ... })` to the select, or
 * `await session.load(entity, "...")`.
 */
export interface NotLoaded {
  readonly [notLoaded]: true;
}
/** What every entity is; keeps plain objects out of `session.add`. */
export interface Entity {
  readonly [notLoaded]?: undefined;
  /** Columns that are not hidden, and relationships that are loaded. */
  toJSON(): { [key: string]: unknown };
}

/** The value of a relationship once loaded. */
export type ValueOf<R> = R extends () => RelationshipDeclaration<AnyModel, infer V> ? V : never;

/** The values of columns, and of column properties, which nobody writes. */
type Values<C, AreStored = C extends StoredColumns ? true : false> = AreStored extends true
  ? { -readonly [K in keyof C]: Output<C[K]> }
  : { -readonly [K in StoredKeys<C>]: Output<C[K]> } & {
      readonly [K in Exclude<keyof C, StoredKeys<C>>]: Output<C[K]>;
    };

/** An object of a model: its columns, and its relationships, of which a query says what is loaded. */
export type Instance<C, R> = Values<C> & {
  -readonly [K in keyof R]: ValueOf<R[K]> | NotLoaded;
} & Entity;

/** The names of an entity's relationships. */
export type RelationshipNames<E> = { [K in keyof E]-?: NotLoaded extends E[K] ? K : never }[keyof E];
/** A relationship's value without "not loaded". */
export type Settled<T> = Exclude<T, NotLoaded>;
/** The entity type of a relationship's value. */
export type Member<V> = V extends readonly (infer E)[] ? E : V extends null ? never : V;
