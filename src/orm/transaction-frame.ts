/** What a session must undo when a transaction or a savepoint is rolled back. One frame for each of them. */
import type { InstanceState, SnapshotValue } from "../model/instance-state.ts";
import type { Mapper } from "../model/mapper.ts";
import type { TableSource } from "../sql/expression/node.ts";
import type { EntityCodec } from "./entity-codec.ts";
import type { IdentityMap } from "./identity-map.ts";
import { forgetReaders } from "./stale-expressions.ts";

interface Remembered {
  /** Undefined: the row was inserted within the frame. */
  readonly row: readonly SnapshotValue[] | undefined;
  readonly key: unknown;
}

export class TransactionFrame {
  /** The savepoint's name; undefined for the transaction itself. */
  readonly savepoint: string | undefined;
  readonly #rows = new Map<InstanceState, Remembered>();
  readonly #deleted = new Set<InstanceState>();
  readonly #related = new Set<InstanceState>();
  readonly #written = new Set<TableSource>();

  constructor(savepoint: string | undefined) {
    this.savepoint = savepoint;
  }

  /** Keep a state's snapshot as it is before its first change within the frame; none, where its row is new. */
  remember(state: InstanceState, isInserted: boolean): void {
    if (this.#rows.has(state)) return;
    this.#rows.set(state, isInserted ? { row: undefined, key: undefined } : { row: state.row, key: state.key });
  }

  rememberDeleted(state: InstanceState): void {
    this.remember(state, false);
    this.#deleted.add(state);
  }

  rememberRelated(states: Iterable<InstanceState>): void {
    for (const state of states) this.#related.add(state);
  }

  rememberWritten(tables: Iterable<TableSource>): void {
    for (const table of tables) this.#written.add(table);
  }

  /** Entities deleted within the frame. */
  get deleted(): ReadonlySet<InstanceState> {
    return this.#deleted;
  }

  /** A released savepoint's memory becomes that of the frame around it. */
  absorb(inner: TransactionFrame): void {
    for (const [state, remembered] of inner.#rows) if (!this.#rows.has(state)) this.#rows.set(state, remembered);
    for (const state of inner.#deleted) this.#deleted.add(state);
    for (const state of inner.#related) this.#related.add(state);
    this.rememberWritten(inner.#written);
  }

  /** Put the rows written within the frame back to what they were, in entities and identity map. */
  undoRows(
    identityMap: IdentityMap,
    codec: (mapper: Mapper) => EntityCodec,
    detach: (state: InstanceState) => void,
  ): void {
    forgetReaders(identityMap, this.#written);
    for (const [state, { row, key }] of this.#rows) {
      state.forgetExpressions(() => true);
      if (state.status === "persistent") identityMap.remove(state);
      if (row === undefined) {
        forget(state);
        detach(state);
        continue;
      }
      state.row = row;
      state.key = key;
      state.status = "persistent";
      state.isDeleted = false;
      identityMap.add(state);
      codec(state.mapper).overwrite(state, row, 0);
    }
  }

  /** Drop what was changed in the session's entities and not written. */
  undoChanges(identityMap: IdentityMap, codec: (mapper: Mapper) => EntityCodec): void {
    for (const state of identityMap.states()) this.#undoChanges(state, codec(state.mapper));
  }

  #undoChanges(state: InstanceState, codec: EntityCodec): void {
    const { row, mapper, related, committed } = state;
    if (row !== undefined && codec.changedIndexes(state).length > 0) codec.overwrite(state, row, 0);
    if (related === undefined) return;
    const isTouched = this.#related.has(state) || this.#rows.has(state);
    for (const relationship of mapper.relationships) {
      const current = related[relationship.index];
      if (current === undefined) continue;
      const before = committed?.[relationship.index];
      if (isTouched || !isSame(current, before)) state.unload(relationship);
    }
    if (isTouched) state.isNewborn = false;
  }
}

function isSame(current: object | null, committed: readonly object[] | object | null | undefined): boolean {
  if (!Array.isArray(current)) return current === committed;
  const before = committed as readonly object[];
  return current.length === before.length && current.every((member, index) => member === before[index]);
}

/** An entity whose INSERT was undone: as new as before, without the key the database gave. */
function forget(state: InstanceState): void {
  state.row = undefined;
  state.key = undefined;
  state.isNewborn = false;
  for (const attribute of state.mapper.attributes) {
    if (attribute.serverGenerated || attribute.computed)
      (state.entity as Record<string, unknown>)[attribute.key] = undefined;
  }
  if (state.committed === undefined || state.related === undefined) return;
  state.committed = state.related.map((value) => (Array.isArray(value) ? [] : undefined));
}
