/** The types of model classes: what `table`, `inherit` and `alias` return. No code. */
import type { ZodDefault, ZodExactOptional, ZodObject, ZodPrefault } from "zod";
import type * as core from "zod/v4/core";
import type { Table } from "../metadata/table.ts";
import type { AnyConstructor, AnyModel } from "./any.ts";
import type { RelationshipHandle } from "./relationship-handle.ts";
import type { ColumnElements, FlagsOf, Instance, ModelInit, OptionalOnCreate, SchemaOf } from "./shape.ts";
import type { ModelStandardProps } from "./standard-schema.ts";
import type { TableArgument } from "./table-args.ts";

declare const columns: unique symbol;
declare const relationships: unique symbol;

/** All columns as a Zod object's shape. */
export type RowShape<C> = { -readonly [K in keyof C]: SchemaOf<C[K]> };
/** What an API's client gives of a new object. */
export type CreateShape<C> = {
  -readonly [
    K in keyof C as Extract<FlagsOf<C[K]>, "computed" | "managed"> extends never ? K : never
  ]: OptionalOnCreate<C[K]> extends true ? ZodExactOptional<SchemaOf<C[K]>> : SchemaOf<C[K]>;
};
type WithoutDefault<S extends core.SomeType> = S extends ZodDefault<infer Inner> | ZodPrefault<infer Inner> ? Inner : S;
/** What an API's client changes. */
export type UpdateShape<C> = {
  -readonly [
    K in keyof C as Extract<FlagsOf<C[K]>, "computed" | "managed" | "key"> extends never ? K : never
  ]: ZodExactOptional<WithoutDefault<SchemaOf<C[K]>>>;
};
/** What an API's client sees. */
export type PublicShape<C> = { -readonly [K in keyof C as "hidden" extends FlagsOf<C[K]> ? never : K]: SchemaOf<C[K]> };

/** What a model has beside its constructor. */
export interface ModelStatics<Name extends string, C, R> {
  readonly tableName: Name;
  /** The table's definition. */
  readonly table: Table;
  /** The columns, as SQL expressions: `Hero.c.age.gt(35)`. */
  readonly c: ColumnElements<C, Name>;
  /** The relationships, for joins and conditions: `select(Hero).join(Hero.r.team)`, `Team.r.heroes.any(…)`. */
  readonly r: { readonly [K in keyof R]: RelationshipHandle<R[K]> };
  /** Indexes, constraints and table options, as SQLAlchemy's `__table_args__`; read when the model is first used. */
  readonly tableArgs?: readonly TableArgument[];
  /** A whole row. */
  readonly schema: ZodObject<RowShape<C>>;
  /** What a client gives of a new object: no generated keys, no computed columns; what has a default is optional. */
  readonly createSchema: ZodObject<CreateShape<C>>;
  /** What a client changes: everything optional, defaults not applied, no key. */
  readonly updateSchema: ZodObject<UpdateShape<C>>;
  /** What a client sees: no hidden columns. */
  readonly publicSchema: ZodObject<PublicShape<C>>;
  readonly "~standard": ModelStandardProps<core.input<ZodObject<CreateShape<C>>>, Instance<C, R>>;
  readonly [columns]: C;
  readonly [relationships]: R;
}

/** A model's base class, as `table` makes it. */
export type ModelClass<Name extends string, C, R> = {
  new (init: ModelInit<C, R>): Instance<C, R>;
} & ModelStatics<Name, C, R>;

/** The columns of a model class. */
export type ColumnsOf<M> = M extends { readonly [columns]: infer C } ? C : never;
/** The relationships of a model class. */
export type RelationshipsOf<M> = M extends { readonly [relationships]: infer R } ? R : never;
/** The table or alias name of a model class. */
export type NameOf<M> = M extends { readonly [columns]: unknown; readonly tableName: infer N extends string }
  ? N
  : never;

/** A subclass's base class, as `inherit` makes it: its parent's columns, methods and statics as well. */
export type InheritedModelClass<M extends AnyModel, Name extends string, C, R> = {
  new (init: ModelInit<ColumnsOf<M> & C, RelationshipsOf<M> & R>): InstanceType<M> & Instance<C, R>;
} & ModelStatics<Name, ColumnsOf<M> & C, RelationshipsOf<M> & R> &
  Omit<M, "prototype" | keyof ModelStatics<string, unknown, unknown>>;

/** A model under another name in a statement. It makes no objects; the type says which it selects. */
export type Alias<M extends AnyModel, Name extends string> = AnyConstructor<InstanceType<M>> &
  ModelStatics<Name, ColumnsOf<M>, RelationshipsOf<M>>;
