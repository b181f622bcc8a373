/** Limits a select that names columns of a subclass, but not the subclass itself, to that subclass's rows. Called by select.ts. */
import type { ColumnNode, Expression, FromClause } from "../sql/expression/node.ts";
import { sourceKinds } from "../sql/expression/template-part.ts";
import type { JoinClause } from "../sql/statement/node.ts";
import { hasSubclassColumns, subclassOf } from "./column-elements.ts";
import type { EntitySource } from "./entity-source.ts";

/** What such a select reads from beside what it says. */
export interface SubclassSources {
  readonly from: readonly FromClause[];
  readonly joins: readonly JoinClause[];
  readonly criteria: readonly Expression[];
}

/** The sources of the subclasses whose columns are in `expressions`; none of those whose table is `present` anyway. */
export function subclassSources(expressions: readonly unknown[], present: ReadonlySet<FromClause>): SubclassSources {
  const sources = [...subclassesIn(expressions)].filter((source) => !present.has(source.from));
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

/** An explicit stack: conditions built in a loop nest thousands deep. */
function subclassesIn(expressions: readonly unknown[]): Set<EntitySource> {
  const found = new Set<EntitySource>();
  if (!hasSubclassColumns()) return found;
  const rest: unknown[] = [expressions];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value !== "object" || value === null) continue;
    const kind = "kind" in value ? value.kind : undefined;
    if (kind === "column") {
      const source = subclassOf(value as ColumnNode);
      if (source !== undefined) found.add(source);
    } else if (!closed.has(kind)) {
      for (const [key, part] of Object.entries(value)) if (key !== "type" && key !== "values") rest.push(part);
    }
  }
  return found;
}

/** Values are no syntax, sources no expressions, and a subquery limits itself. */
const closed: ReadonlySet<unknown> = new Set([...sourceKinds, "bind", "list", "subquery", "exists"]);
