/** Loading after the query: `session.load`, `session.refresh`, and what a flush must know before a delete. */
import type { Io } from "../../io/io.ts";
import { entitySource } from "../../model/entity-source.ts";
import { unloaded, type InstanceState } from "../../model/instance-state.ts";
import type { Mapper, Relationship } from "../../model/mapper.ts";
import { allOf, columnEquality } from "../../model/nodes.ts";
import { entityQuery, type LoadNode } from "../../model/query.ts";
import type { Expression } from "../../sql/expression/node.ts";
import { emptySelect } from "../../sql/statement/node.ts";
import { ObjectDeletedError } from "../errors.ts";
import type { SessionCore } from "../session-core.ts";
import { guardMissing } from "./guard.ts";
import { queryContext } from "./run-query.ts";
import { loadTree } from "./select-in-loader.ts";

/** A load of a relationship as it is declared. */
export function plainLoad(relationship: Relationship): LoadNode {
  return { relationship, strategy: "selectin", where: undefined, orderBy: undefined, limit: undefined, children: [] };
}

/** Load a relationship of these entities, where it is not loaded or only in part. */
export function* loadRelated(
  session: SessionCore,
  states: readonly InstanceState[],
  relationship: Relationship,
): Io<void> {
  const wanted = states.filter(
    (state) => state.row !== undefined && (!state.isLoaded(relationship) || state.isFiltered(relationship)),
  );
  if (wanted.length === 0) return;
  const context = queryContext(session, { readOnly: false, populateExisting: false });
  yield* loadTree(context, wanted, [plainLoad(relationship)]);
}

/**
 * session.load: the relationship of one entity, and of all that came from the same result, so that a loop costs one
 * query (Django's FETCH_PEERS); of several entities, theirs.
 */
export function* loadLate(
  session: SessionCore,
  states: readonly InstanceState[],
  relationship: Relationship,
): Io<void> {
  const [first] = states;
  const missing = states.some((state) => !state.isLoaded(relationship) || state.isFiltered(relationship));
  if (!missing || first === undefined) return;
  yield* session.autoflushNow();
  const peers = states.length === 1 ? (first.group?.states ?? []) : [];
  const siblings = peers.filter(
    (peer) =>
      peer.session === session &&
      peer.status === "persistent" &&
      peer.mapper.relationships[relationship.index] === relationship,
  );
  yield* loadRelated(session, [...new Set([...states, ...siblings])], relationship);
}

/** Read these entities' rows again, and overwrite what they hold. @throws ObjectDeletedError */
export function* refreshStates(session: SessionCore, mapper: Mapper, states: readonly InstanceState[]): Io<void> {
  const source = entitySource(mapper);
  const context = queryContext(session, { readOnly: false, populateExisting: true });
  for (let start = 0; start < states.length; start += 500) {
    const chunk = states.slice(start, start + 500);
    const alternatives = chunk.map((state) => keyCondition(session, mapper, state));
    const where: Expression =
      alternatives.length === 1
        ? (alternatives[0] as Expression)
        : { kind: "junction", operator: "or", operands: alternatives };
    const node = { ...emptySelect, columns: source.selected, from: [source.from], joins: source.joins, where };
    const found = yield* context.runEntities(entityQuery(source, node, { populateExisting: true }));
    const seen = new Set(found.states);
    const gone = chunk.find((state) => !seen.has(state));
    if (gone !== undefined) throw new ObjectDeletedError(gone);
  }
}

/** The row's key as it is in the database, whatever the entity's own columns say. */
function keyCondition(session: SessionCore, mapper: Mapper, state: InstanceState): Expression {
  const source = entitySource(mapper);
  const operands = mapper.primaryKey.map((attribute): Expression => {
    const raw = state.row?.[attribute.index];
    const value =
      raw === undefined || typeof raw === "symbol"
        ? state.peek(attribute.key)
        : session.codec(mapper).decode(attribute.index, raw);
    const left = source.column(attribute);
    return columnEquality(left, { kind: "bind", value, type: left.type });
  });
  return allOf(operands);
}

/** Forget columns (all but the key where `keys` is undefined) and relationships: they must be read again. */
export function expireState(state: InstanceState, keys: ReadonlySet<string> | undefined): void {
  const { mapper, row } = state;
  state.isNewborn = false;
  for (const relationship of mapper.relationships)
    if (keys === undefined || keys.has(relationship.key)) state.unload(relationship);
  state.forgetExpressions(({ key }) => keys === undefined || keys.has(key));
  const gone = mapper.attributes.filter(
    (attribute) => !mapper.primaryKey.includes(attribute) && (keys === undefined || keys.has(attribute.key)),
  );
  if (gone.length === 0 || row === undefined) return;
  const indexes = new Set(gone.map((attribute) => attribute.index));
  state.row = row.map((raw, index) => (indexes.has(index) ? unloaded : raw));
  state.isPartial = true;
  guardMissing(state, indexes);
}
