/** First half of a flush: find out what has changed. Asks the database only for children that a delete must reach. */
import type { Io } from "../../io/io.ts";
import { Collection } from "../../model/collection.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute, Relationship } from "../../model/mapper.ts";
import { findState } from "../../model/state-slot.ts";
import { FlushPlan } from "./flush-plan.ts";
import type { FlushSession } from "./flush-session.ts";

/** How a relationship differs from what the database holds. */
export interface RelationshipHistory {
  readonly added: readonly InstanceState[];
  readonly removed: readonly InstanceState[];
  readonly isChanged: boolean;
}

const unchanged: RelationshipHistory = Object.freeze({ added: [], removed: [], isChanged: false });

/** The changes of one loaded relationship. */
export function relationshipHistory(state: InstanceState, relationship: Relationship): RelationshipHistory {
  const current = state.peekRelated(relationship);
  if (current === undefined) return unchanged;
  const committed = state.committedRelated(relationship);
  if (!relationship.isMany) {
    if (current === committed) return unchanged;
    return {
      added: stateList(current as object | null),
      removed: stateList(committed as object | null | undefined),
      isChanged: true,
    };
  }
  const members = current as Collection<object>;
  const before = (committed as readonly object[] | undefined) ?? [];
  if (sameMembers(members, before)) return unchanged;
  const beforeSet = new Set(before);
  const afterSet = new Set<object>(members);
  const added = [...afterSet].filter((member) => !beforeSet.has(member)).flatMap(stateList);
  const removed = before.filter((member) => !afterSet.has(member)).flatMap(stateList);
  return { added, removed, isChanged: added.length + removed.length > 0 };
}

/** True where a relationship that is written differs from what the database holds. */
export function hasRelatedChanges(state: InstanceState): boolean {
  return (
    state.related !== undefined &&
    state.mapper.relationships.some(
      (relationship) => !relationship.viewonly && relationshipHistory(state, relationship).isChanged,
    )
  );
}

function sameMembers(members: readonly object[], before: readonly object[]): boolean {
  if (members.length !== before.length) return false;
  for (let index = 0; index < members.length; index += 1) if (members[index] !== before[index]) return false;
  return true;
}

function stateList(entity: object | null | undefined): InstanceState[] {
  const state = findState(entity);
  return state === undefined ? [] : [state];
}

/** Everything a flush has to write; empty where nothing changed. */
export function* collectChanges(session: FlushSession): Io<FlushPlan> {
  const plan = new FlushPlan();
  cascadeSaves(session);
  markOrphans(session);
  yield* cascadeDeletes(session, plan);
  for (const state of session.pending) plan.inserts.add(state);
  collectUpdates(session, plan);
  for (const state of plan.inserts) collectRelationships(state, plan);
  for (const state of withRelated(session)) if (!plan.deletes.has(state)) collectRelationships(state, plan);
  return plan;
}

function withRelated(session: FlushSession): InstanceState[] {
  const states: InstanceState[] = [];
  for (const map of session.identityMap.maps()) {
    for (const state of map.values()) if (state.related !== undefined && !state.isReadOnly) states.push(state);
  }
  return states;
}

/** Bring what is reachable by save-update into the session. */
function cascadeSaves(session: FlushSession): void {
  const queue = [...session.pending, ...withRelated(session)];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    const { related, mapper } = next;
    if (related === undefined || session.marked.has(next)) continue;
    for (const relationship of mapper.relationships) {
      const value = related[relationship.index];
      if (value === undefined || value === null || relationship.viewonly || !relationship.cascade.has("save-update"))
        continue;
      for (const member of value instanceof Collection ? value : [value]) {
        const state = findState(member);
        if (state === undefined || state.isDeleted || (state.status !== "transient" && state.status !== "detached"))
          continue;
        if (state.status === "transient" && next.backrefMembers?.has(member) === true) {
          warnUnadded(session, next, relationship, state);
          continue;
        }
        session.attach(state);
        queue.push(state);
      }
    }
  }
}

function warnUnadded(
  session: FlushSession,
  owner: InstanceState,
  relationship: Relationship,
  member: InstanceState,
): void {
  const side = relationship.reverse?.key ?? "the other side";
  session.warn(
    `A new ${member.mapper.name} is in ${owner.mapper.name}.${relationship.key} because its '${side}' was set, but it was never added to the session: it is not saved. Call session.add() with it.`,
  );
}

/** Delete (or forget) children that were taken out of a relationship with delete-orphan. */
function markOrphans(session: FlushSession): void {
  const owners = [...withRelated(session), ...session.pending];
  for (const relationship of orphanRelationships(owners)) {
    const kept = new Set<InstanceState>();
    const removed = new Set<InstanceState>();
    for (const owner of owners) {
      if (owner.mapper.relationships[relationship.index] !== relationship) continue;
      const history = relationshipHistory(owner, relationship);
      for (const state of history.added) kept.add(state);
      for (const state of history.removed) removed.add(state);
    }
    for (const orphan of removed) {
      if (kept.has(orphan) || hasOtherParent(orphan, relationship)) continue;
      if (orphan.status === "pending") session.expunge(orphan);
      else if (orphan.status === "persistent") session.marked.add(orphan);
    }
  }
}

function orphanRelationships(owners: readonly InstanceState[]): Set<Relationship> {
  const found = new Set<Relationship>();
  for (const { mapper } of owners) {
    for (const relationship of mapper.relationships)
      if (relationship.cascade.has("delete-orphan")) found.add(relationship);
  }
  return found;
}

function hasOtherParent(orphan: InstanceState, relationship: Relationship): boolean {
  const { reverse } = relationship;
  if (reverse === undefined || reverse.isMany) return false;
  const parent = orphan.peekRelated(reverse);
  return parent !== undefined && parent !== null;
}

/** Follow delete cascades, load what they must reach, and detach what stays. */
function* cascadeDeletes(session: FlushSession, plan: FlushPlan): Io<void> {
  let wave = [...session.marked];
  while (wave.length > 0) {
    for (const state of wave) plan.deletes.add(state);
    const next = new Set<InstanceState>();
    for (const [relationship, states] of byRelationship(wave)) {
      if (relationship.viewonly) continue;
      if (needsChildren(relationship)) yield* session.loadRelated(states, relationship);
      for (const state of states) reachRelated(session, plan, state, relationship, next);
    }
    wave = [...next];
  }
  for (const state of plan.deletes) session.marked.add(state);
  for (const [child, syncs] of plan.syncs) if (plan.deletes.has(child)) syncs.length = 0;
}

function byRelationship(states: readonly InstanceState[]): Map<Relationship, InstanceState[]> {
  const groups = new Map<Relationship, InstanceState[]>();
  for (const state of states) {
    for (const relationship of state.mapper.relationships) {
      const group = groups.get(relationship);
      if (group === undefined) groups.set(relationship, [state]);
      else group.push(state);
    }
  }
  return groups;
}

function needsChildren(relationship: Relationship): boolean {
  if (relationship.direction === "manyToOne") return relationship.cascade.has("delete");
  return relationship.passiveDeletes === false;
}

function reachRelated(
  session: FlushSession,
  plan: FlushPlan,
  owner: InstanceState,
  relationship: Relationship,
  next: Set<InstanceState>,
): void {
  const value = owner.peekRelated(relationship);
  if (value === undefined) return;
  const committed = owner.committedRelated(relationship);
  const stored = Array.isArray(committed) ? (committed as readonly object[]) : [];
  if (relationship.direction === "manyToMany") {
    for (const state of stored.flatMap(stateList)) plan.link("unlink", relationship, owner, state);
  }
  // Members taken out in memory are still tied to the row that goes.
  for (const state of [...new Set([...present(value), ...stored])].flatMap(stateList)) {
    if (relationship.cascade.has("delete")) {
      if (movedAway(state, relationship, owner)) continue;
      if (state.status === "pending") session.expunge(state);
      else if (state.status === "persistent" && !plan.deletes.has(state)) next.add(state);
    } else if (
      relationship.direction === "oneToMany" &&
      relationship.passiveDeletes !== "all" &&
      !movedAway(state, relationship, owner)
    ) {
      plan.sync(relationship, state, null);
    }
  }
}

function present(value: Collection<object> | object | null): readonly object[] {
  if (value === null) return [];
  return value instanceof Collection ? value.toArray() : [value];
}

/** True where a child was given another parent, so that this parent's end does not concern it. */
function movedAway(child: InstanceState, relationship: Relationship, owner: InstanceState): boolean {
  const { reverse } = relationship;
  if (reverse === undefined || reverse.isMany) return false;
  const parent = child.peekRelated(reverse);
  return parent !== undefined && parent !== null && parent !== owner.entity;
}

/** Persistent entities whose columns differ from their rows. */
function collectUpdates(session: FlushSession, plan: FlushPlan): void {
  for (const map of session.identityMap.maps()) {
    for (const state of map.values()) {
      if (state.row === undefined || state.isReadOnly || plan.deletes.has(state)) continue;
      const changed = session.codec(state.mapper).changedIndexes(state);
      if (changed.length > 0)
        plan.update(
          state,
          changed.map((index) => state.mapper.attributes[index] as ColumnAttribute),
        );
    }
  }
}

/** What the relationships of a saved entity say of keys and link rows. */
function collectRelationships(state: InstanceState, plan: FlushPlan): void {
  for (const relationship of state.mapper.relationships) {
    if (relationship.viewonly || !state.isLoaded(relationship)) continue;
    const history = relationshipHistory(state, relationship);
    if (!history.isChanged) continue;
    plan.related.add(state);
    if (relationship.direction === "manyToMany") {
      for (const target of history.added) if (isSaved(target, plan)) plan.link("link", relationship, state, target);
      for (const target of history.removed)
        if (target.row !== undefined) plan.link("unlink", relationship, state, target);
    } else if (relationship.direction === "manyToOne") {
      const target = history.added[0] ?? null;
      if (target === null ? state.row !== undefined : isSaved(target, plan)) plan.sync(relationship, state, target);
    } else {
      for (const child of history.removed) {
        if (child.row !== undefined && !plan.deletes.has(child) && !movedAway(child, relationship, state))
          plan.sync(relationship, child, null);
      }
      for (const child of history.added) if (isSaved(child, plan)) plan.sync(relationship, child, state);
    }
  }
}

function isSaved(state: InstanceState, plan: FlushPlan): boolean {
  return plan.inserts.has(state) || (state.status === "persistent" && !plan.deletes.has(state));
}
