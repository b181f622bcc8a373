/** What a session asks the database by itself: get, refresh, load, merge. Called by the façades. */
import { NoResultFound } from "../engine/errors.ts";
import type { Io } from "../io/io.ts";
import { Collection } from "../model/collection.ts";
import type { InstanceState } from "../model/instance-state.ts";
import type { Mapper, Relationship } from "../model/mapper.ts";
import { findState } from "../model/state-slot.ts";
import { didYouMean } from "../util/closest-name.ts";
import { SessionError, StaleDataError } from "./errors.ts";
import { expireState, loadLate, refreshStates } from "./loading/lazy-loader.ts";
import { loadByKey } from "./loading/key-loader.ts";
import { queryContext } from "./loading/run-query.ts";
import type { SessionCore } from "./session-core.ts";

export interface GetOptions {
  /** Read the row and overwrite what the session holds. */
  readonly populateExisting?: boolean;
}

/**
 * get(): the entity of this primary key; without SQL where the session read it in this transaction.
 * @param isAsked - By the program, and not by a merge, which needs one row after the other.
 */
export function* getEntity(
  session: SessionCore,
  mapper: Mapper,
  given: unknown,
  options: GetOptions = {},
  isAsked = true,
): Io<object | null> {
  const codec = session.codec(mapper);
  const values = codec.keyValues(given);
  const known = session.identityMap.get(mapper, codec.keyOf(values));
  if (known !== undefined && options.populateExisting !== true && session.isFresh(known) && known.isComplete) {
    return isOf(known, mapper) && !session.marked.has(known) ? known.entity : null;
  }
  yield* session.autoflushNow();
  if (isAsked) session.watch?.get(mapper, values);
  const context = queryContext(session, { readOnly: false, populateExisting: options.populateExisting === true });
  const found = yield* loadByKey(context, mapper, values);
  if (found !== null) return found.entity;
  // The row went since it was loaded; under another model of the key's table it may still be there.
  if (known !== undefined && isOf(known, mapper)) session.expunge(known);
  return null;
}

/** getOne(): the same, but a missing row is an error. @throws NoResultFound */
export function* getOneEntity(
  session: SessionCore,
  mapper: Mapper,
  given: unknown,
  options: GetOptions = {},
): Io<object> {
  const found = yield* getEntity(session, mapper, given, options);
  if (found === null) throw new NoResultFound(`get of ${mapper.name} by its primary key`);
  return found;
}

function isOf(state: InstanceState, mapper: Mapper): boolean {
  return mapper.selfAndDescendants.includes(state.mapper);
}

/** The relationship of this name. @throws SessionError */
export function relationshipOf(mapper: Mapper, name: string): Relationship {
  const relationship = mapper.relationshipByKey.get(name);
  if (relationship !== undefined) return relationship;
  throw new SessionError(
    `${mapper.name} has no relationship '${name}'.${didYouMean(name, mapper.relationshipByKey.keys())}`,
  );
}

/** load(): a relationship of one entity or of several, if it is not loaded; resolves with the value of the first. */
export function* loadRelationship(session: SessionCore, target: unknown, name: string): Io<unknown> {
  const entities = Array.isArray(target) ? (target as readonly unknown[]) : [target];
  const states = entities.map((entity) => session.persistentState(entity, "load"));
  const [first] = states;
  const groups = new Map<Relationship, InstanceState[]>();
  for (const state of states) {
    const relationship = relationshipOf(state.mapper, name);
    const group = groups.get(relationship);
    if (group === undefined) groups.set(relationship, [state]);
    else group.push(state);
  }
  const queries = session.meter.queries;
  for (const [relationship, group] of groups) yield* loadLate(session, group, relationship);
  // Several are loaded together, and so are those that came together: one alone may be one of many in a loop.
  if (session.meter.queries > queries && states.length === 1 && first !== undefined && isAlone(first))
    session.watch?.load(relationshipOf(first.mapper, name), first);
  return Array.isArray(target) || first === undefined
    ? undefined
    : first.readRelated(relationshipOf(first.mapper, name));
}

/** True for an entity that was read by itself. */
function isAlone({ group }: InstanceState): boolean {
  return group === undefined || group.states.length <= 1;
}

/** refresh(): read columns again, and the named relationships; unflushed changes of the entity are dropped. */
export function* refreshEntity(session: SessionCore, entity: unknown, names?: readonly string[]): Io<void> {
  const state = session.persistentState(entity, "refresh");
  const relationships = (names ?? []).filter((name) => checkName(state.mapper, name) === "relationship");
  for (const name of relationships) state.unload(relationshipOf(state.mapper, name));
  if (names === undefined || relationships.length < names.length) yield* refreshStates(session, state.mapper, [state]);
  for (const name of relationships) yield* loadLate(session, [state], relationshipOf(state.mapper, name));
}

/** expire(): forget columns and relationships (all, or the named ones); refresh() or the next query reads them again. */
export function expireEntity(session: SessionCore, entity: unknown, names?: readonly string[]): void {
  const state = session.persistentState(entity, "expire");
  for (const name of names ?? []) checkName(state.mapper, name);
  expireState(state, names === undefined ? undefined : new Set(names));
  state.freshIn = 0;
  session.watch?.noteWrite();
}

/** expireAll(): forget what was loaded of all objects. */
export function expireAllEntities(session: SessionCore): void {
  for (const state of session.identityMap.states()) {
    expireState(state, undefined);
    state.freshIn = 0;
  }
  session.watch?.noteWrite();
}

function checkName(mapper: Mapper, name: string): "column" | "relationship" {
  if (mapper.attributeByKey.has(name) || mapper.expressionByKey.has(name)) return "column";
  if (mapper.relationshipByKey.has(name)) return "relationship";
  throw new SessionError(
    `${mapper.name} has no column or relationship '${name}'.${didYouMean(name, [...mapper.attributeByKey.keys(), ...mapper.expressionByKey.keys(), ...mapper.relationshipByKey.keys()])}`,
  );
}

/** merge(): copy an object's state onto the session's object for the same row, or onto a new one. */
export function* mergeEntity(session: SessionCore, given: unknown): Io<object> {
  const state = session.stateOf(given, "merge");
  yield* session.autoflushNow();
  return yield* mergeState(session, state, new Map());
}

function* mergeState(session: SessionCore, given: InstanceState, merged: Map<InstanceState, object>): Io<object> {
  const known = merged.get(given);
  if (known !== undefined) return known;
  if (given.session === session) return given.entity;
  const { mapper } = given;
  const keys = mapper.primaryKey.map((attribute) => given.peek(attribute.key));
  const hasKey = keys.every((key) => key !== undefined && key !== null);
  const found = hasKey ? yield* getEntity(session, mapper, keys.length === 1 ? keys[0] : keys, {}, false) : null;
  const target = found === null ? newCopy(session, given) : (findState(found) as InstanceState);
  merged.set(given, target.entity);
  const entity = target.entity as Record<string, unknown>;
  for (const attribute of mapper.attributes) {
    const value = given.peek(attribute.key);
    if (value === undefined || attribute.computed) continue;
    if (attribute === mapper.version && target.row !== undefined && target.peek(attribute.key) !== value) {
      throw new StaleDataError("UPDATE", mapper.table.fullName, 1, 0);
    }
    entity[attribute.key] = value;
  }
  for (const relationship of mapper.relationships) {
    if (relationship.viewonly || !relationship.cascade.has("merge") || !given.isLoaded(relationship)) continue;
    yield* mergeRelated(session, given, target, relationship, merged);
  }
  return target.entity;
}

function newCopy(session: SessionCore, given: InstanceState): InstanceState {
  const copy = given.mapper.blank();
  session.attach(copy);
  return copy;
}

function* mergeRelated(
  session: SessionCore,
  given: InstanceState,
  target: InstanceState,
  relationship: Relationship,
  merged: Map<InstanceState, object>,
): Io<void> {
  const value = given.peekRelated(relationship) ?? null;
  const copies: object[] = [];
  for (const member of value instanceof Collection ? value : value === null ? [] : [value]) {
    const state = findState(member);
    if (state !== undefined) copies.push(yield* mergeState(session, state, merged));
  }
  // The present members must be known: those that are gone from the merged object are removed.
  if (target.row !== undefined && relationship.isMany) yield* loadLate(session, [target], relationship);
  target.writeRelated(relationship, relationship.isMany ? copies : (copies[0] ?? null));
}
