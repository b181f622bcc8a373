/** Makes the syntax tree of a select of what its builder was told. Called by select.ts. */
import type { Expression, FromClause } from "../sql/expression/node.ts";
import type { JoinClause, SelectNode } from "../sql/statement/node.ts";
import { withSharedGroups } from "../sql/statement/grouped.ts";
import { allOf } from "./nodes.ts";
import { selectedAttributes, selectedExpressions, type EntitySource } from "./entity-source.ts";
import { findSource, type FromItem, type SelectState } from "./select-state.ts";
import type { SelectQuery } from "./query.ts";
import { subclassSources } from "./subclass-source.ts";

/** The statement, with the joins and criteria of inheritance. */
export function buildQuery(state: SelectState): SelectQuery {
  const { items, shape, options } = state;
  const stated = statedSelect(state);
  // A joined entity brings its tables and its criterion with its join.
  const base = baseEntities(state);
  const subclasses = subclassSources(stated, base);
  const joins: JoinClause[] = [];
  const criteria: Expression[] = [];
  for (const source of base) {
    joins.push(...inheritanceJoins(source, state));
    if (source.criterion !== undefined) criteria.push(source.criterion);
  }
  joins.push(...subclasses.joins);
  criteria.push(...subclasses.criteria);
  const node = completed(stated, subclasses.from, joins, criteria);
  return { node: withSharedGroups(node), items, shape, options };
}

/** What the builder was told, in its words. */
function statedSelect(state: SelectState): SelectNode {
  const { joins, where, windows, groupBy, having, orderBy, limit, offset, distinct, distinctOn, forUpdate } = state;
  return {
    kind: "select",
    columns: selectedColumns(state),
    from: state.from.length === 0 ? [] : [...new Set(state.from.map(findSource))],
    joins,
    where,
    groupBy,
    having,
    ...(windows === undefined ? undefined : { windows }),
    orderBy,
    limit,
    offset,
    distinct,
    ...(distinctOn === undefined ? undefined : { distinctOn }),
    ...(state.withTies ? { withTies: true } : undefined),
    ...(forUpdate === undefined ? undefined : { forUpdate }),
  };
}

function selectedColumns({ items, options }: SelectState): readonly Expression[] {
  const main = items.find((item) => item.kind === "entity");
  // The list of an entity is always the same one.
  if (items.length === 1 && main !== undefined && options.columns === undefined) return main.source.selected;
  const columns: Expression[] = [];
  for (const item of items) {
    if (item.kind === "column") columns.push(item.expression);
    else if (item !== main || options.columns === undefined) columns.push(...item.source.selected);
    else {
      const { source } = item;
      for (const attribute of selectedAttributes(source.mapper, options.columns))
        columns.push(source.column(attribute));
      for (const attribute of selectedExpressions(source.mapper, options.columns))
        columns.push(source.expression(attribute));
    }
  }
  return columns;
}

/** The same with more that is read, joined and asked. */
function completed(
  node: SelectNode,
  from: readonly FromClause[],
  joins: readonly JoinClause[],
  criteria: readonly Expression[],
): SelectNode {
  if (from.length === 0 && joins.length === 0 && criteria.length === 0) return node;
  const conditions = node.where === undefined ? criteria : [...criteria, node.where];
  return {
    ...node,
    from: [...new Set([...node.from, ...from])],
    joins: [...joins, ...node.joins],
    where: conditions.length === 0 ? undefined : allOf(conditions),
  };
}

/** Entities that are selected or named in FROM, and not joined. */
function baseEntities({ items, from, joined }: SelectState): EntitySource[] {
  const found: EntitySource[] = [];
  const add = (source: EntitySource): void => {
    if (!found.includes(source) && !joined.includes(source)) found.push(source);
  };
  for (const item of items) if (item.kind === "entity") add(item.source);
  for (const item of from) if (isEntity(item)) add(item);
  return found;
}

/** Tables of the models below are joined only where their columns are read. */
function inheritanceJoins(source: EntitySource, { items }: SelectState): readonly JoinClause[] {
  if (source.joins.length === 0) return source.joins;
  const isSelected = items.some((item) => item.kind === "entity" && item.source === source);
  return isSelected ? source.joins : source.joins.filter((join) => join.kind === "inner");
}

function isEntity(item: FromItem): item is EntitySource {
  return "mapper" in item;
}
