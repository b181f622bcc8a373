/**
 * Column properties after a write: whose values may be others now are forgotten, so that none is wrong without a word. They are
 * loaded again by the next query for the entity, or by refresh.
 */
import type { InstanceState } from "../model/instance-state.ts";
import { mappers } from "../model/configure.ts";
import type { ColumnAttribute, ExpressionAttribute } from "../model/mapper.ts";
import type { TableSource } from "../sql/expression/node.ts";
import type { IdentityMap } from "./identity-map.ts";
import type { FlushStep } from "./unit-of-work/flush-plan.ts";

/** Rows of `tables` were written: forget what subqueries have read from them, of all entities. */
export function forgetReaders(identityMap: IdentityMap, tables: ReadonlySet<TableSource>): void {
  if (tables.size === 0) return;
  const known = new Map<ExpressionAttribute, boolean>();
  const isStale = (attribute: ExpressionAttribute): boolean => {
    let stale = known.get(attribute);
    if (stale === undefined) known.set(attribute, (stale = readsOne(attribute, tables)));
    return stale;
  };
  for (const states of identityMap.maps()) {
    const [first] = states.values();
    const family = first?.mapper.root.selfAndDescendants ?? [];
    if (!family.some(({ expressions }) => expressions.length > 0)) continue;
    for (const state of states.values()) state.forgetExpressions(isStale);
  }
}

function readsOne({ reads }: ExpressionAttribute, tables: ReadonlySet<TableSource>): boolean {
  return reads.tables === undefined || [...reads.tables].some((table) => tables.has(table));
}

/** Rows of these tables were written: what was computed of them is not known any more, nor is it after a rollback. */
export function noteWritten(session: Writing, tables: ReadonlySet<TableSource>): void {
  session.rememberWritten(tables);
  forgetReaders(session.identityMap, tables);
}

/** Nobody knows which rows were written: what the session holds may no longer be what the database holds. */
export function noteUnknownWrite({ identityMap }: Writing): void {
  for (const state of identityMap.states()) {
    state.freshIn = 0;
    state.forgetExpressions(() => true);
  }
}

/** The session, as this file knows it. */
interface Writing {
  readonly identityMap: IdentityMap;
  rememberWritten(tables: ReadonlySet<TableSource>): void;
}

/** These columns of one row were written: forget what is computed of them, and of columns that the database then changes. */
export function forgetComputed(state: InstanceState, changed: Iterable<ColumnAttribute>): void {
  if (state.expressions === undefined) return;
  const automatic = state.mapper.attributes.filter(({ serverOnUpdate }) => serverOnUpdate);
  const names = new Set([...changed, ...automatic].map(({ column }) => column.name));
  state.forgetExpressions(({ reads }) => [...reads.columns].some((name) => names.has(name)));
}

/** The tables that steps of a flush write to, by the database's own cascades as well. */
export function writtenTables(steps: readonly FlushStep[]): ReadonlySet<TableSource> {
  const deleted = steps.filter(({ kind }) => kind === "delete").map(({ table }) => table);
  return new Set([...steps.map(({ table }) => table), ...withCascades(deleted)]);
}

/** The tables in which rows may go or change with those deleted from `tables`, these included. */
export function withCascades(tables: readonly TableSource[]): ReadonlySet<TableSource> {
  const found = new Set(tables);
  const known = found.size === 0 ? [] : mappers();
  // Who has no column properties need not look.
  if (!known.some(({ expressions }) => expressions.length > 0)) return found;
  const foreignKeys = known.flatMap(({ metadata, table }) => metadata.foreignKeysOf(table));
  // A set that grows is walked to its end.
  for (const table of found)
    for (const key of foreignKeys)
      if (key.referredTable === table && key.constraint.onDelete !== undefined) found.add(key.table);
  return found;
}
