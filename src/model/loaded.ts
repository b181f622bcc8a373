/** The types of what a query loads: include trees and entities with relationships loaded. No code. */
import type { LoaderOption } from "./loader-option.ts";
import type { Member, RelationshipNames, Settled } from "./shape.ts";

/** What `include` takes for an entity: names of relationships, each with `true`, a tree of its own, or a loader option. */
export type Include<E> = [RelationshipNames<E>] extends [never]
  ? NoRelationships
  : { [K in RelationshipNames<E>]?: true | Include<Member<Settled<E[K]>>> | LoaderOption<unknown> };

/** An entity without relationships has nothing to include. */
interface NoRelationships {
  readonly [name: string]: never;
}

type TreeOf<W> = W extends LoaderOption<infer T> ? T : W;
type LoadedValue<V, W> = V extends readonly (infer E)[] ? Loaded<E, W>[] : V extends null ? null : Loaded<V, W>;

/** `E` with the relationships named in `W` loaded; assignable to `E`. */
export type Loaded<E, W> =
  TreeOf<W> extends true
    ? E
    : E & { -readonly [K in keyof TreeOf<W> & keyof E]: LoadedValue<Settled<E[K]>, TreeOf<W>[K]> };
