/** Makes the syntax tree of a select of what its builder was told. Called by select.ts. */
import type { Expression, FromClause } from "../sql/expression/node.ts";
import type { JoinClause, SelectNode } from "../sql/statement/node.ts";
import { withSharedGroups } from "../sql/statement/grouped.ts";
import { allOf } from "./nodes.ts";
import { selectedAttributes, type EntitySource } from "./entity-source.ts";
import { findSource, type FromItem, type SelectState } from "./select-state.ts";
import type { SelectQuery } from "./query.ts";
import { subclassSources } from "./subclass-source.ts";

/** The statement, with the joins and criteria of inheritance. */
export function buildQuery(state: SelectState): SelectQuery {
  const { items, shape, options, joins, groupBy, having, orderBy, limit, offset, distinct, forUpdate } = state;
  const main = items.find((item) => item.kind === "entity");
  const columns = items.flatMap((item): readonly Expression[] => {
    if (item.kind === "column") return [item.expression];
    const { source } = item;
    if (item !== main || options.columns === undefined) return source.columns;
    return selectedAttributes(source.mapper, options.columns).map((attribute) => source.column(attribute));
  });
  // A joined entity brings its tables and its criterion with its join.
  const base = baseEntities(state);
  const inheritance = base.flatMap((source) => inheritanceJoins(source, state));
  const present = new Set<FromClause>([...base.map((source) => source.from), ...joins.map((join) => join.target)]);
  const stated: SelectNode = {
    kind: "select",
    columns,
    from: state.from.map(findSource),
    joins,
    where: state.where,
    groupBy,
    having,
    ...(state.windows === undefined ? {} : { windows: state.windows }),
    orderBy,
    limit,
    offset,
    distinct,
    ...(state.distinctOn === undefined ? {} : { distinctOn: state.distinctOn }),
    ...(state.withTies === true ? { withTies: true } : {}),
    ...(forUpdate === undefined ? {} : { forUpdate }),
  };
  const subclasses = subclassSources(stated, present);
  const criteria = [
    ...base.flatMap((source) => (source.criterion === undefined ? [] : [source.criterion])),
    ...subclasses.criteria,
  ];
  const node: SelectNode = {
    ...stated,
    from: [...new Set([...stated.from, ...subclasses.from])],
    joins: [...inheritance, ...subclasses.joins, ...joins],
    where:
      criteria.length === 0 ? state.where : allOf(state.where === undefined ? criteria : [...criteria, state.where]),
  };
  return { node: withSharedGroups(node), items, shape, options };
}

/** Entities that are selected or named in FROM, and not joined. */
function baseEntities({ items, from, joined }: SelectState): EntitySource[] {
  const selected = items.flatMap((item) => (item.kind === "entity" ? [item.source] : []));
  return [...new Set([...selected, ...from.filter(isEntity)])].filter((source) => !joined.includes(source));
}

/** Tables of the models below are joined only where their columns are read. */
function inheritanceJoins(source: EntitySource, { items }: SelectState): readonly JoinClause[] {
  const isSelected = items.some((item) => item.kind === "entity" && item.source === source);
  return isSelected ? source.joins : source.joins.filter((join) => join.kind === "inner");
}

function isEntity(item: FromItem): item is EntitySource {
  return "mapper" in item;
}
