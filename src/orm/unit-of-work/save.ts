/** Writes the INSERT and UPDATE steps of a flush. Called only by `flush.ts`. */
import type { BatchStatement, BatchWriter, InsertBatch } from "../../dialect/dialect.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { Column } from "../../metadata/column.ts";
import type { Table } from "../../metadata/table.ts";
import type { InstanceState, SnapshotValue } from "../../model/instance-state.ts";
import type { ColumnAttribute, Mapper } from "../../model/mapper.ts";
import { InternalError } from "../../util/coded-error.ts";
import type { EntityCodec } from "../entity-codec.ts";
import { FlushError, StaleDataError } from "../errors.ts";
import { batchesOf } from "./batch-cache.ts";
import type { FlushPlan } from "./flush-plan.ts";
import type { FlushSession } from "./flush-session.ts";
import { copyKey } from "./key-sync.ts";
import { attributesIn } from "./table-order.ts";

export interface Writer {
  readonly session: FlushSession;
  readonly plan: FlushPlan;
  readonly connection: ConnectionCore;
}

type OwnedColumn = ReturnType<typeof attributesIn>[number];

/** A run of rows that have values for the same columns. */
interface Run {
  readonly mapper: Mapper;
  readonly present: readonly OwnedColumn[];
  readonly absent: readonly OwnedColumn[];
  readonly states: InstanceState[];
  readonly rows: DriverValue[][];
}

/** INSERT these entities' rows of `table`; consecutive rows of one shape go in one statement. */
export function* insertRows(writer: Writer, table: Table, states: readonly InstanceState[]): Io<void> {
  let run: Run | undefined;
  for (const state of states) {
    copyParentKeys(writer.plan, state, table);
    const codec = writer.session.codec(state.mapper);
    const columns = attributesIn(state.mapper, table);
    const values = columns.map(({ attribute, column }) => insertValue(writer.plan, codec, state, attribute, column));
    if (run === undefined || run.mapper !== state.mapper || !sameShape(run, columns, values)) {
      if (run !== undefined) yield* insertRun(writer, table, run);
      run = {
        mapper: state.mapper,
        present: columns.filter((_, index) => values[index] !== undefined),
        absent: columns.filter((_, index) => values[index] === undefined),
        states: [],
        rows: [],
      };
    }
    run.states.push(state);
    run.rows.push(values.filter((value) => value !== undefined));
  }
  if (run !== undefined) yield* insertRun(writer, table, run);
}

function sameShape(run: Run, columns: readonly OwnedColumn[], values: readonly (DriverValue | undefined)[]): boolean {
  let present = 0;
  for (let index = 0; index < columns.length; index += 1) {
    if (values[index] === undefined) continue;
    if (run.present[present] !== columns[index]) return false;
    present += 1;
  }
  return present === run.present.length;
}

/** Keys of parents that were inserted earlier in this flush. */
function copyParentKeys(plan: FlushPlan, state: InstanceState, table: Table): void {
  for (const { parent, pairs } of plan.syncs.get(state) ?? []) {
    const concerned = pairs.some(({ target }) => target.columns.some((column) => column.node.from === table));
    if (parent === null || !concerned || pairs.every(({ target }) => plan.deferred.get(state)?.has(target) === true)) continue;
    copyKey(parent, state, pairs);
  }
}

/** The value to insert; undefined leaves the column to the database. */
function insertValue(plan: FlushPlan, codec: EntityCodec, state: InstanceState, attribute: ColumnAttribute, column: Column): DriverValue | undefined {
  if (attribute.computed) return undefined;
  if (plan.deferred.get(state)?.has(attribute) === true) return null;
  const value = codec.bind(state, attribute);
  if (value !== undefined) return value;
  // The second table of a joined row takes the key that the first one generated.
  if (attribute.serverGenerated && column === attribute.columns[0]) return undefined;
  if (attribute.column.primaryKey) throw FlushError.keyMissing(state, attribute);
  return null;
}

function* insertRun(writer: Writer, table: Table, run: Run): Io<void> {
  const { session, connection } = writer;
  const columns = run.present.map(({ column }) => column);
  const returning = run.absent.filter(({ attribute }) => attribute.serverGenerated || attribute.computed);
  const batch = batchesOf(session.dialect).insert(table, columns, returning.map(({ column }) => column));
  const unread: InstanceState[] = [];
  for (let start = 0; start < run.rows.length; start += batch.maxRows) {
    const rows = run.rows.slice(start, start + batch.maxRows);
    const states = run.states.slice(start, start + batch.maxRows);
    const result = yield* connection.executeRaw({ ...toSend(batch, rows, run.present), integers: integerMode(session.codec(run.mapper), returning) });
    for (const [index, state] of states.entries()) recordInsert(session, state, run, rows[index] ?? []);
    if (returning.length === 0) continue;
    const generated = matchGenerated(batch, returning, result, states.length);
    if (generated === undefined) unread.push(...states);
    else for (const [index, state] of states.entries()) recordGenerated(session, state, returning, generated[index] ?? []);
    if (batch.matching === "insertId" && returning.length > 1) unread.push(...states);
  }
  if (unread.length > 0) yield* readBack(writer, run.mapper, unread, returning.map(({ attribute }) => attribute));
}

/** A batch's statement; its values are kept out of logs where one of its columns is hidden. */
function toSend(batch: BatchWriter, rows: readonly (readonly DriverValue[])[], columns: readonly OwnedColumn[]): BatchStatement & { secret?: readonly number[] } {
  const statement = batch.statement(rows);
  if (!columns.some(({ attribute }) => attribute.hidden)) return statement;
  return { ...statement, secret: [...statement.parameters.keys()] };
}

function integerMode(codec: EntityCodec, columns: readonly { readonly attribute: ColumnAttribute }[]): "number" | "bigint" {
  return columns.some(({ attribute }) => codec.codecs[attribute.index]?.wantsBigint === true) ? "bigint" : "number";
}

/** What the database generated for each row, in input order; undefined where it did not say. */
function matchGenerated(
  batch: InsertBatch,
  returning: readonly OwnedColumn[],
  result: { readonly rows: readonly (readonly DriverValue[])[]; readonly insertId?: number | bigint },
  count: number,
): readonly (readonly DriverValue[])[] | undefined {
  const { rows } = result;
  switch (batch.matching) {
    case "order":
      return checkedCount(rows, count);
    case "sortedKey": {
      const key = returning.findIndex(({ column }) => column.primaryKey);
      return [...checkedCount(rows, count)].sort((left, right) => compareKeys(left[key] ?? null, right[key] ?? null));
    }
    case "insertId": {
      const first = result.insertId;
      const key = returning.findIndex(({ column }) => column.primaryKey);
      if (first === undefined || key < 0) return undefined;
      return Array.from({ length: count }, (_, index) => returning.map((_column, position) => (position === key ? BigInt(first) + BigInt(index) : null)));
    }
    default:
      return undefined;
  }
}

function checkedCount<T>(rows: readonly T[], count: number): readonly T[] {
  if (rows.length === count) return rows;
  throw new InternalError(`An INSERT of ${String(count)} rows returned ${String(rows.length)}.`);
}

function compareKeys(left: DriverValue, right: DriverValue): number {
  const [a, b] = [BigInt(String(left)), BigInt(String(right))];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The snapshot of a new row: what was sent, NULL where nothing was. */
function recordInsert(session: FlushSession, state: InstanceState, run: Run, values: readonly DriverValue[]): void {
  if (state.row === undefined) session.remember(state);
  const row = (state.row as SnapshotValue[] | undefined) ?? new Array<SnapshotValue>(state.mapper.attributes.length).fill(null);
  for (const [index, { attribute }] of run.present.entries()) row[attribute.index] = values[index] ?? null;
  for (const { attribute } of run.absent) if (!attribute.columns.some((column) => run.present.some((present) => present.column === column))) row[attribute.index] ??= null;
  state.row = row;
  const entity = state.entity as Record<string, unknown>;
  for (const { attribute } of run.present) if (entity[attribute.key] === undefined) entity[attribute.key] = null;
}

function recordGenerated(session: FlushSession, state: InstanceState, columns: readonly { readonly attribute: ColumnAttribute }[], values: readonly DriverValue[]): void {
  const codec = session.codec(state.mapper);
  const row = state.row as SnapshotValue[];
  for (const [index, { attribute }] of columns.entries()) {
    const raw = values[index] ?? null;
    row[attribute.index] = raw;
    (state.entity as Record<string, unknown>)[attribute.key] = codec.decode(attribute.index, raw);
  }
}

/** SELECT what the database generated, where it could not return it. */
export function* readBack(writer: Writer, mapper: Mapper, states: readonly InstanceState[], attributes: readonly ColumnAttribute[]): Io<void> {
  const { session, connection } = writer;
  const codec = session.codec(mapper);
  const tables = new Set(attributes.map((attribute) => attribute.columns[0]?.node.from));
  for (const from of tables) {
    const table = mapper.tables.find((candidate) => candidate === from);
    if (table === undefined) continue;
    const owned = attributesIn(mapper, table);
    const keys = owned.filter(({ column }) => column.primaryKey);
    const wanted = owned.filter(({ attribute }) => attributes.includes(attribute) && !attribute.column.primaryKey);
    if (wanted.length === 0) continue;
    const byKey = new Map<unknown, InstanceState>();
    for (const state of states) byKey.set(codec.entityKey(state), state);
    for (const chunk of chunks(states, 500)) {
      const keyRows = chunk.map((state) => keys.map(({ attribute }) => codec.bind(state, attribute) ?? null));
      const query = session.dialect.selectByKeys(table, [...keys, ...wanted].map(({ column }) => column), keys.map(({ column }) => column), keyRows);
      const result = yield* connection.executeRaw({ ...query, integers: integerMode(codec, [...keys, ...wanted]) });
      for (const row of result.rows) {
        const state = byKey.get(codec.keyOf(keys.map(({ attribute }, index) => codec.decode(attribute.index, row[index] ?? null))));
        if (state !== undefined) recordGenerated(session, state, wanted, row.slice(keys.length));
      }
    }
  }
}

function* chunks<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

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
  readonly changed: readonly OwnedColumn[];
  readonly states: InstanceState[];
}

function groupUpdates(
  table: Table,
  states: readonly InstanceState[],
  attributesOf: (state: InstanceState) => ReadonlySet<ColumnAttribute> | undefined,
): Iterable<UpdateGroup> {
  const groups = new Map<Mapper, Map<string, UpdateGroup>>();
  for (const state of states) {
    const attributes = attributesOf(state);
    const changed = attributesIn(state.mapper, table).filter(({ attribute }) => attributes?.has(attribute) === true && !attribute.computed);
    if (changed.length === 0) continue;
    let byShape = groups.get(state.mapper);
    if (byShape === undefined) groups.set(state.mapper, (byShape = new Map()));
    const shape = changed.map(({ attribute }) => attribute.index).join(",");
    const group = byShape.get(shape);
    if (group === undefined) byShape.set(shape, { mapper: state.mapper, changed, states: [state] });
    else group.states.push(state);
  }
  return [...groups.values()].flatMap((byShape) => [...byShape.values()]);
}

function* updateGroup(writer: Writer, table: Table, group: UpdateGroup): Io<void> {
  const { session, connection, plan } = writer;
  const { mapper, changed } = group;
  const codec = session.codec(mapper);
  const owned = attributesIn(mapper, table);
  const keys = owned.filter(({ column }) => column.primaryKey);
  const version = owned.find(({ attribute }) => attribute === mapper.version);
  const match = version === undefined ? keys : [...keys, version];
  const states = sortByKey(group.states, keys);
  const rows = states.map((state) => {
    copyParentKeys(plan, state, table);
    return [...changed.map(({ attribute }) => updateValue(codec, state, attribute)), ...match.map(({ attribute }) => snapshotValue(state, attribute))];
  });
  const readable = owned.filter(({ attribute }) => attribute.serverOnUpdate || attribute.computed);
  const returning = session.dialect.capabilities.updateReturning && readable.length > 0 ? [...keys, ...readable] : [];
  const batch = batchesOf(session.dialect).update(table, changed.map(({ column }) => column), match.map(({ column }) => column), returning.map(({ column }) => column));
  for (let start = 0; start < rows.length; start += batch.maxRows) {
    const chunk = rows.slice(start, start + batch.maxRows);
    const result = yield* connection.executeRaw({ ...toSend(batch, chunk, changed), integers: integerMode(codec, returning) });
    if (result.rowCount !== chunk.length) throw new StaleDataError("UPDATE", table.fullName, chunk.length, result.rowCount);
    const written = states.slice(start, start + batch.maxRows);
    for (const [index, state] of written.entries()) recordUpdate(session, state, changed, chunk[index] ?? []);
    if (returning.length > 0) recordReturned(session, codec, written, keys, readable, result.rows);
  }
  if (readable.length > 0 && returning.length === 0) yield* readBack(writer, mapper, states, readable.map(({ attribute }) => attribute));
}

/** One order for all sessions keeps concurrent flushes from waiting for each other in a circle. */
function sortByKey(states: readonly InstanceState[], keys: readonly OwnedColumn[]): readonly InstanceState[] {
  const [key] = keys;
  if (states.length < 2 || key === undefined) return states;
  const { key: name } = key.attribute;
  return [...states].sort((left, right) => {
    const [a, b] = [left.peek(name) as string | number, right.peek(name) as string | number];
    return a < b ? -1 : a > b ? 1 : 0;
  });
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
  if (raw === undefined || typeof raw === "symbol") throw new InternalError(`${state.describe()} has no snapshot of '${attribute.key}'.`);
  return raw;
}

function recordUpdate(session: FlushSession, state: InstanceState, changed: readonly OwnedColumn[], values: readonly DriverValue[]): void {
  session.remember(state);
  const row = [...(state.row ?? [])];
  for (const [index, { attribute }] of changed.entries()) {
    const raw = values[index] ?? null;
    row[attribute.index] = raw;
    if (attribute === state.mapper.version) {
      (state.entity as Record<string, unknown>)[attribute.key] = session.codec(state.mapper).decode(attribute.index, raw);
    }
  }
  state.row = row;
}

function recordReturned(
  session: FlushSession,
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
    if (state !== undefined) recordGenerated(session, state, readable, row.slice(keys.length));
  }
}
