/** What the builder of a select has been told. */
import type { Expression, FromClause, NamedWindowNode, OrderNode } from "../sql/expression/node.ts";
import type { ForUpdateClause, JoinClause } from "../sql/statement/node.ts";
import type { EntitySource } from "./entity-source.ts";
import type { QueryOptions, RowShape, SelectItem } from "./query.ts";

/** What FROM names: an entity, or a source that is none. */
export type FromItem = EntitySource | FromClause;

/** The source of an item of FROM. */
export function findSource(item: FromItem): FromClause {
  return "mapper" in item ? item.from : item;
}

/** All that a select says; each method of the builder makes a new one. */
export interface SelectState {
  readonly items: readonly SelectItem[];
  readonly shape: RowShape;
  /** Explicit FROM clauses. */
  readonly from: readonly FromItem[];
  /** Entities that are joined explicitly. */
  readonly joined: readonly EntitySource[];
  readonly joins: readonly JoinClause[];
  readonly where: Expression | undefined;
  readonly groupBy: readonly Expression[];
  readonly having: Expression | undefined;
  readonly windows: readonly NamedWindowNode[] | undefined;
  readonly orderBy: readonly OrderNode[];
  readonly limit: Expression | undefined;
  readonly offset: Expression | undefined;
  readonly distinct: boolean;
  readonly distinctOn: readonly Expression[] | undefined;
  readonly withTies: boolean;
  readonly forUpdate: ForUpdateClause | undefined;
  readonly options: QueryOptions;
}
