/** Writes the UPDATE steps of a flush. Called only by `flush.ts`. */
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { Table } from "../../metadata/table.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute, Mapper } from "../../model/mapper.ts";
import { InternalError } from "../../util/coded-error.ts";
import type { EntityCodec } from "../entity-codec.ts";
import { StaleDataError } from "../errors.ts";
import { batchesOf } from "./batch-cache.ts";
import type { FlushSession } from "./flush-session.ts";
import { sameAttributes } from "./prepare.ts";
import { attributesIn } from "./table-order.ts";
import {
  copyParentKeys,
  integerMode,
  readBack,
  recordGenerated,
  sendBatch,
  type OwnedColumn,
  type Writer,
} from "./written-rows.ts";

/** UPDATE these entities' rows of `table`; rows with the same changed columns go in one statement. */
export function* updateRows(
  writer: Writer,
  table: Table,
  states: readonly InstanceState[],
  attributesOf: (state: InstanceState) => ReadonlySet<ColumnAttribute> | undefined,
): Io<void> {
  for (const group of groupUpdates(table, states, attributesOf)) yield* updateGroup(writer, table, group);
}

interface UpdateGroup {
  readonly mapper: Mapper;
  /** What is to be written of the first of the states. */
  readonly attributes: ReadonlySet<ColumnAttribute>;
  readonly changed: readonly OwnedColumn[];
  readonly states: InstanceState[];
}

function groupUpdates(
  table: Table,
  states: readonly InstanceState[],
  attributesOf: (state: InstanceState) => ReadonlySet<ColumnAttribute> | undefined,
): Iterable<UpdateGroup> {
  const groups = new Map<string, UpdateGroup[]>();
  let last: UpdateGroup | undefined;
  for (const state of states) {
    const { mapper } = state;
    const attributes = attributesOf(state);
    if (attributes === undefined) continue;
    if (last === undefined || last.mapper !== mapper || !sameAttributes(last.attributes, attributes)) {
      const changed = attributesIn(mapper, table).filter(
        ({ attribute }) => attributes.has(attribute) && !attribute.computed,
      );
      if (changed.length === 0) continue;
      const shape = changed.map(({ attribute }) => attribute.index).join(",");
      let ofShape = groups.get(shape);
      if (ofShape === undefined) groups.set(shape, (ofShape = []));
      last = ofShape.find((group) => group.mapper === mapper);
      if (last === undefined) ofShape.push((last = { mapper, attributes, changed, states: [] }));
    }
    last.states.push(state);
  }
  return [...groups.values()].flat();
}

function* updateGroup(writer: Writer, table: Table, group: UpdateGroup): Io<void> {
  const { session, connection, plan } = writer;
  const { mapper, changed } = group;
  const codec = session.codec(mapper);
  const owned = attributesIn(mapper, table);
  const keys = owned.filter(({ column }) => column.primaryKey);
  const version = owned.find(({ attribute }) => attribute === mapper.version);
  const match = version === undefined ? keys : [...keys, version];
  const states = sortByKey(codec, group.states, keys);
  const rows = states.map((state) => {
    copyParentKeys(plan, state, table);
    return updateValues(codec, state, changed, match);
  });
  const readable = owned.filter(({ attribute }) => attribute.serverOnUpdate || attribute.computed);
  const returning = session.dialect.capabilities.updateReturning && readable.length > 0 ? [...keys, ...readable] : [];
  const batch = batchesOf(session.dialect).update(
    table,
    changed.map(({ column }) => column),
    match.map(({ column }) => column),
    returning.map(({ column }) => column),
  );
  const integers = integerMode(codec, returning);
  for (const { start, rows: some, result } of yield* sendBatch(connection, batch, changed, rows, {
    integers,
    isExact: true,
  })) {
    if (result.rowCount !== some.length)
      throw new StaleDataError("UPDATE", table.fullName, some.length, result.rowCount);
    for (let index = 0; index < some.length; index += 1)
      recordUpdate(session, codec, states[start + index] as InstanceState, changed, some[index] ?? []);
    if (returning.length > 0)
      recordReturned(codec, states.slice(start, start + some.length), keys, readable, result.rows);
  }
  if (readable.length > 0 && returning.length === 0)
    yield* readBack(
      writer,
      mapper,
      states,
      readable.map(({ attribute }) => attribute),
    );
}

/** One order for all sessions keeps concurrent flushes from waiting for each other in a circle. */
function sortByKey(
  codec: EntityCodec,
  states: readonly InstanceState[],
  keys: readonly OwnedColumn[],
): readonly InstanceState[] {
  const [key] = keys;
  if (states.length < 2 || key === undefined) return states;
  const keyed = states.map((state) => ({ state, key: codec.valueOf(state, key.attribute) as string | number }));
  if (keyed.every(({ key: own }, index) => index === 0 || (keyed[index - 1]?.key ?? own) <= own)) return states;
  return keyed
    .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ state }) => state);
}

function updateValues(
  codec: EntityCodec,
  state: InstanceState,
  changed: readonly OwnedColumn[],
  match: readonly OwnedColumn[],
): DriverValue[] {
  const values: DriverValue[] = [];
  for (const { attribute } of changed) values.push(updateValue(codec, state, attribute));
  for (const { attribute } of match) values.push(snapshotValue(state, attribute));
  return values;
}

function updateValue(codec: EntityCodec, state: InstanceState, attribute: ColumnAttribute): DriverValue {
  if (attribute === state.mapper.version) {
    const old = codec.decode(attribute.index, snapshotValue(state, attribute));
    const next = typeof old === "bigint" ? old + 1n : Number(old) + 1;
    return codec.codecs[attribute.index]?.bind(next) ?? null;
  }
  return codec.bind(state, attribute) ?? null;
}

function snapshotValue(state: InstanceState, attribute: ColumnAttribute): DriverValue {
  const raw = state.row?.[attribute.index];
  if (raw === undefined || typeof raw === "symbol")
    throw new InternalError(`${state.describe()} has no snapshot of '${attribute.key}'.`);
  return raw;
}

function recordUpdate(
  session: FlushSession,
  codec: EntityCodec,
  state: InstanceState,
  changed: readonly OwnedColumn[],
  values: readonly DriverValue[],
): void {
  session.remember(state);
  const row = state.row === undefined ? [] : state.row.slice();
  for (let index = 0; index < changed.length; index += 1) {
    const { attribute } = changed[index] as OwnedColumn;
    const raw = values[index] ?? null;
    row[attribute.index] = raw;
    if (attribute === state.mapper.version)
      (state.entity as Record<string, unknown>)[attribute.key] = codec.decode(attribute.index, raw);
  }
  state.row = row;
}

function recordReturned(
  codec: EntityCodec,
  states: readonly InstanceState[],
  keys: readonly OwnedColumn[],
  readable: readonly OwnedColumn[],
  rows: readonly (readonly DriverValue[])[],
): void {
  const byKey = new Map(states.map((state) => [codec.entityKey(state), state]));
  for (const row of rows) {
    const key = codec.keyOf(keys.map(({ attribute }, index) => codec.decode(attribute.index, row[index] ?? null)));
    const state = byKey.get(key);
    if (state !== undefined) recordGenerated(codec, state, readable, row.slice(keys.length));
  }
}
