/** Last step of a flush: entities, identity map and snapshots agree with what was written. */
import type { InstanceState } from "../model/instance-state.ts";
import type { ColumnAttribute } from "../model/mapper.ts";
import { findState } from "../model/state-slot.ts";
import { warnOfGrowth } from "./growth-warning.ts";
import type { SessionCore } from "./session-core.ts";
import { forgetComputed, noteWritten, writtenTables } from "./stale-expressions.ts";
import { targetKey } from "./target-key.ts";
import type { FlushPlan, FlushStep } from "./unit-of-work/flush-plan.ts";

/** Take a written plan as done. */
export function settleFlush(session: SessionCore, plan: FlushPlan, steps: readonly FlushStep[]): void {
  for (const state of plan.inserts) settleInsert(session, state);
  for (const [state, attributes] of plan.updates) settleUpdate(session, plan, state, attributes);
  for (const state of plan.deletes) settleDelete(session, state);
  for (const state of plan.inserts) noteReferences(session, state);
  for (const state of plan.updates.keys()) noteReferences(session, state);
  session.rememberRelated(plan.related);
  for (const state of plan.related) state.commitRelated();
  for (const state of plan.inserts) state.commitRelated();
  noteWritten(session, writtenTables(steps));
  warnOfGrowth(session.identityMap, session.options.identityMapWarning);
}

function settleInsert(session: SessionCore, state: InstanceState): void {
  session.pending.delete(state);
  state.status = "persistent";
  state.key = session.codec(state.mapper).entityKey(state);
  state.freshIn = session.transactionNumber;
  state.isNewborn = true;
  state.checked = undefined;
  state.expressions = undefined;
  session.identityMap.add(state);
}

/** Objects that are referred to by value alone are not as their own side knows them. */
function noteReferences(session: SessionCore, state: InstanceState): void {
  for (const relationship of state.mapper.relationships) {
    if (relationship.direction !== "manyToOne" || state.isLoaded(relationship)) continue;
    const key = targetKey(state, relationship, session.codec(relationship.target));
    const target = key === undefined ? undefined : session.identityMap.get(relationship.target, key);
    if (target !== undefined) target.isNewborn = false;
  }
}

function settleUpdate(
  session: SessionCore,
  plan: FlushPlan,
  state: InstanceState,
  attributes: ReadonlySet<ColumnAttribute>,
): void {
  state.freshIn = session.transactionNumber;
  forgetComputed(state, attributes);
  if (state.mapper.primaryKey.some((attribute) => attributes.has(attribute))) {
    session.identityMap.remove(state);
    state.key = session.codec(state.mapper).entityKey(state);
    session.identityMap.add(state);
  }
  if (state.related === undefined) return;
  const synced = new Set(plan.syncs.get(state)?.flatMap(({ pairs }) => pairs.map(({ target }) => target)));
  for (const relationship of state.mapper.relationships) {
    if (relationship.direction !== "manyToOne" || !state.isLoaded(relationship)) continue;
    // A foreign key that was set by value says nothing of the object: what is loaded may be the old one.
    if (relationship.pairs.some(({ local }) => attributes.has(local) && !synced.has(local))) state.unload(relationship);
  }
}

/** Take an entity's row as deleted. */
export function settleDelete(session: SessionCore, state: InstanceState): void {
  session.rememberDeleted(state);
  session.identityMap.remove(state);
  session.marked.delete(state);
  state.status = "deleted";
  state.isDeleted = true;
  dropFromOthers(session, state);
}

/** Those that refer to a deleted object by `backPopulates` refer to it no longer. */
function dropFromOthers(session: SessionCore, state: InstanceState): void {
  for (const relationship of state.mapper.relationships) {
    const { reverse } = relationship;
    const value = state.peekRelated(relationship);
    if (reverse === undefined || value === undefined || value === null) continue;
    const others = (Array.isArray(value) ? (value as readonly object[]) : [value])
      .map(findState)
      .filter((other) => other !== undefined);
    session.rememberRelated(others);
    for (const other of others) other.dropDeleted(reverse, state.entity);
  }
}
