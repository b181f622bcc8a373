/** Limits a select that names columns of a subclass, but not the subclass itself, to that subclass's rows. Called by select.ts. */
import type { Expression, FromClause } from "../sql/expression/node.ts";
import { isWithinStatement, partsOf, syntaxIn } from "../sql/expression/parts.ts";
import type { JoinClause, SelectNode } from "../sql/statement/node.ts";
import { hasSubclassColumns, subclassOf } from "./column-elements.ts";
import type { EntitySource } from "./entity-source.ts";

/** What such a select reads from beside what it says. */
export interface SubclassSources {
  readonly from: readonly FromClause[];
  readonly joins: readonly JoinClause[];
  readonly criteria: readonly Expression[];
}

/** The sources of the subclasses whose columns `node` reads, its joins left out; none of those whose table is read anyway. */
export function subclassSources(node: SelectNode, base: readonly EntitySource[]): SubclassSources {
  if (!hasSubclassColumns()) return none;
  const present = new Set<FromClause>([...base.map(({ from }) => from), ...node.joins.map(({ target }) => target)]);
  const sources = [...subclassesIn(node)].filter((source) => !present.has(source.from));
  // Two subclasses may share a table.
  const joins = new Map<FromClause, JoinClause>();
  for (const source of sources) {
    for (const table of source.isDerived ? [] : source.mapper.tables.slice(1))
      joins.set(source.sourceOf(table), source.keyJoin(table, "inner"));
  }
  return {
    from: [...new Set(sources.map((source) => source.from))],
    joins: [...joins.values()],
    criteria: sources.flatMap(({ criterion }) => (criterion === undefined ? [] : [criterion])),
  };
}

const none: SubclassSources = Object.freeze({ from: [], joins: [], criteria: [] });

function subclassesIn(node: SelectNode): Set<EntitySource> {
  const found = new Set<EntitySource>();
  // A subquery limits itself.
  for (const part of syntaxIn(partsOf({ ...node, from: [], joins: [] }), isWithinStatement)) {
    const source = part.kind === "column" || part.kind === "label" ? subclassOf(part) : undefined;
    if (source !== undefined) found.add(source);
  }
  return found;
}
