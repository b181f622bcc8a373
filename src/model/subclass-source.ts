/** Limits a select that names columns of a subclass, but not the subclass itself, to that subclass's rows. Called by select.ts. */
import type { Expression, FromClause } from "../sql/expression/node.ts";
import type { JoinClause } from "../sql/statement/node.ts";
import { subclassOf } from "./column-elements.ts";
import { mapperOfDefinition } from "./configure.ts";
import type { ModelDefinition } from "./definition.ts";
import { entitySource } from "./entity-source.ts";

/** What such a select reads from beside what it says. */
export interface SubclassSources {
  readonly from: readonly FromClause[];
  readonly joins: readonly JoinClause[];
  readonly criteria: readonly Expression[];
}

/** The sources of the subclasses whose columns are in `expressions`; none of those whose table is `present` anyway. */
export function subclassSources(expressions: readonly unknown[], present: ReadonlySet<FromClause>): SubclassSources {
  const found = new Set<ModelDefinition>();
  collect(expressions, found);
  const sources = [...found]
    .map((definition) => entitySource(mapperOfDefinition(definition)))
    .filter((source) => !present.has(source.from));
  return {
    from: [...new Set(sources.map((source) => source.from))],
    joins: sources.flatMap((source) => source.mapper.tables.slice(1).map((table) => source.keyJoin(table, "inner"))),
    criteria: sources.flatMap(({ criterion }) => (criterion === undefined ? [] : [criterion])),
  };
}

function collect(value: unknown, found: Set<ModelDefinition>): void {
  if (Array.isArray(value)) {
    for (const item of value) collect(item, found);
    return;
  }
  if (typeof value !== "object" || value === null || !("kind" in value)) {
    if (isBranch(value)) collect([value.when, value.then], found);
    return;
  }
  const node = value as Expression;
  switch (node.kind) {
    case "column": {
      const definition = subclassOf(node);
      if (definition !== undefined) found.add(definition);
      return;
    }
    // Values are no syntax, and a subquery limits itself.
    case "bind":
    case "subquery":
    case "exists":
      return;
    default:
      for (const [key, part] of Object.entries(node)) if (key !== "type" && key !== "values") collect(part, found);
  }
}

function isBranch(value: unknown): value is { readonly when: unknown; readonly then: unknown } {
  return typeof value === "object" && value !== null && "when" in value && "then" in value;
}
