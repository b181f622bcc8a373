/** What a typed select says to the ORM, beside its SQL. `select.ts` makes it, `orm/loading/` reads it. */
import type { Expression, OrderNode } from "../sql/expression/node.ts";
import type { QueryNode, SelectNode } from "../sql/statement/node.ts";
import type { EntitySource } from "./entity-source.ts";
import type { Relationship } from "./mapper.ts";

/** One item of the select list, in order; an entity takes as many columns as its source has. */
export type SelectItem =
  | { readonly kind: "entity"; readonly source: EntitySource }
  | { readonly kind: "column"; readonly expression: Expression };

/** What a row looks like: the item itself, an array of the items, or an object with these keys. */
export type RowShape =
  | { readonly kind: "single" }
  | { readonly kind: "tuple" }
  | { readonly kind: "record"; readonly keys: readonly string[] };

/** One relationship to load, and below it the next ones. */
export interface LoadNode {
  readonly relationship: Relationship;
  readonly strategy: "selectin" | "joined";
  readonly where: Expression | undefined;
  /** Undefined: the relationship's own order. */
  readonly orderBy: readonly OrderNode[] | undefined;
  /** At most so many a parent. */
  readonly limit: number | undefined;
  readonly children: readonly LoadNode[];
}

export interface QueryOptions {
  /** Relationships of the main entity (the first item that is one) to load. */
  readonly loads: readonly LoadNode[];
  /** Keys of the main entity's columns to load; undefined: all. The primary key always is. */
  readonly columns: ReadonlySet<string> | undefined;
  readonly readOnly: boolean;
  /** Overwrite what entities in the session hold. */
  readonly populateExisting: boolean;
}

/** A select, as the ORM runs it. */
export interface Query {
  /** Complete: columns of the items in order, joins of inheritance and criteria included. */
  readonly node: QueryNode;
  readonly items: readonly SelectItem[];
  readonly shape: RowShape;
  readonly options: QueryOptions;
}

/** The same, where it is no set operation. */
export interface SelectQuery extends Query {
  readonly node: SelectNode;
}

/** A select of one kind of entity, as loaders build it. */
export function entityQuery(source: EntitySource, node: SelectNode, options: Partial<QueryOptions> = {}): SelectQuery {
  return {
    node,
    items: [{ kind: "entity", source }],
    shape: { kind: "single" },
    options: { loads: [], columns: undefined, readOnly: false, populateExisting: false, ...options },
  };
}
