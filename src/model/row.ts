/** The types of a statement's rows. No code. */
import type { ColumnElement } from "../sql/expression/column-element.ts";
import type { AnyModel } from "./any.ts";
import type { Include, Loaded } from "./loaded.ts";
import type { ColumnsOf, NameOf } from "./model-class.ts";
import type { NamedSource } from "./named-source.ts";
import type { RelationshipHandle } from "./relationship-handle.ts";
import type { RelationshipDeclaration } from "./relationship.ts";

/** What can be selected: an entity's class or alias, or an expression. */
export type Selectable = AnyModel | ColumnElement<unknown>;
/** What can be joined: an entity's class or alias, a relationship of what is there, a subquery or another source. */
export type Joinable = AnyModel | RelationshipHandle<unknown> | NamedSource<string, unknown>;

/** What an item of a select gives. */
export type ItemValue<I> = I extends ColumnElement<infer T> ? T : I extends AnyModel ? InstanceType<I> : never;
/** The table or alias an item of a select reads from. */
export type ItemSource<I> = I extends ColumnElement<unknown, infer S> ? S : NameOf<I>;
/** The table or alias that a join adds. */
export type JoinedName<J> =
  J extends RelationshipHandle<infer Thunk>
    ? Thunk extends () => RelationshipDeclaration<infer Target, unknown>
      ? NameOf<Target>
      : never
    : J extends NamedSource<infer Name, unknown>
      ? Name
      : NameOf<J>;
/** The tables and aliases that all items read from. */
export type SourcesOf<I> = I extends readonly unknown[]
  ? ItemSource<I[number]>
  : I extends Selectable
    ? ItemSource<I>
    : ItemSource<I[keyof I]>;

type OuterNull<S, Nullable> = [S] extends [never] ? never : [S] extends [Nullable] ? null : never;
type Item<I, Nullable> = ItemValue<I> | OuterNull<ItemSource<I>, Nullable>;
type MainItem<I, Nullable, Loads> = Loaded<ItemValue<I>, Loads> | OuterNull<ItemSource<I>, Nullable>;

type First<I> = I extends readonly [infer Item, ...unknown[]] ? Item : I;
/** What `include` takes: it is about the only item, or the first of several, which must be an entity. */
export type IncludeFor<I> = First<I> extends AnyModel ? Include<InstanceType<First<I>>> : never;
/** The names of that entity's columns. */
export type MainColumns<I> = keyof ColumnsOf<First<I>> & string;

/** A row of a select of `I`, where the tables named by `Nullable` may have no row, with `Loads` loaded. */
export type Row<I, Nullable, Loads> = I extends readonly Selectable[]
  ? { -readonly [K in keyof I]: K extends "0" ? MainItem<I[K], Nullable, Loads> : Item<I[K], Nullable> }
  : I extends Selectable
    ? MainItem<I, Nullable, Loads>
    : { -readonly [K in keyof I]: Item<I[K], Nullable> };
