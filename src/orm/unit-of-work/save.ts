/** Writes the INSERT and UPDATE steps of a flush. Called only by `flush.ts`. */
import type { BatchWriter, InsertBatch } from "../../dialect/dialect.ts";
import type { ConnectionCore, RawStatement } from "../../engine/connection.ts";
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
import { sameAttributes } from "./prepare.ts";
import { attributesIn } from "./table-order.ts";

export interface Writer {
  readonly session: FlushSession;
  readonly plan: FlushPlan;
  readonly connection: ConnectionCore;
}

type OwnedColumn = ReturnType<typeof attributesIn>[number];

/** A run of rows that have values for the same columns; in a table of parents they may be of several models. */
interface Run {
  /** That of the first row: attributes it shares with the others have the same places in all of them. */
  readonly mapper: Mapper;
  readonly present: readonly OwnedColumn[];
  readonly absent: readonly OwnedColumn[];
  /** Those of `absent` that no other column of the table gives a value. */
  readonly unset: readonly ColumnAttribute[];
  readonly states: InstanceState[];
  readonly rows: DriverValue[][];
}

/** INSERT these entities' rows of `table`; consecutive rows of one shape go in one statement. */
export function* insertRows(writer: Writer, table: Table, states: readonly InstanceState[]): Io<void> {
  let run: Run | undefined;
  for (const state of states) {
    copyParentKeys(writer.plan, state, table);
    const columns = attributesIn(state.mapper, table);
    const values = insertValues(writer, state, columns);
    if (run === undefined || !sameShape(run, columns, values)) {
      if (run !== undefined) yield* insertRun(writer, table, run);
      run = newRun(state.mapper, columns, values);
    }
    run.states.push(state);
    run.rows.push(values.filter((value) => value !== undefined));
  }
  if (run !== undefined) yield* insertRun(writer, table, run);
}

function newRun(mapper: Mapper, columns: readonly OwnedColumn[], values: readonly (DriverValue | undefined)[]): Run {
  const present = columns.filter((_, index) => values[index] !== undefined);
  const absent = columns.filter((_, index) => values[index] === undefined);
  const unset = absent
    .map(({ attribute }) => attribute)
    .filter((attribute) => !present.some(({ column }) => attribute.columns.includes(column)));
  return { mapper, present, absent, unset, states: [], rows: [] };
}

function sameShape(run: Run, columns: readonly OwnedColumn[], values: readonly (DriverValue | undefined)[]): boolean {
  let present = 0;
  for (let index = 0; index < columns.length; index += 1) {
    if (values[index] === undefined) continue;
    if (run.present[present]?.column !== columns[index]?.column) return false;
    present += 1;
  }
  return present === run.present.length;
}

/** Keys of parents that were inserted earlier in this flush. */
function copyParentKeys(plan: FlushPlan, state: InstanceState, table: Table): void {
  for (const { parent, pairs } of plan.syncs.get(state) ?? []) {
    const concerned = pairs.some(({ target }) => target.columns.some((column) => column.node.from === table));
    if (parent === null || !concerned || pairs.every(({ target }) => plan.deferred.get(state)?.has(target) === true))
      continue;
    copyKey(parent, state, pairs);
  }
}

/** The values to insert; undefined leaves a column to the database. */
function insertValues(
  { plan, session }: Writer,
  state: InstanceState,
  columns: readonly OwnedColumn[],
): (DriverValue | undefined)[] {
  const codec = session.codec(state.mapper);
  const deferred = plan.deferred.get(state);
  return columns.map(({ attribute, column }) =>
    deferred?.has(attribute) === true && !attribute.computed ? null : insertValue(codec, state, attribute, column),
  );
}

function insertValue(
  codec: EntityCodec,
  state: InstanceState,
  attribute: ColumnAttribute,
  column: Column,
): DriverValue | undefined {
  if (attribute.computed) return undefined;
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
  const batch = batchesOf(session.dialect).insert(
    table,
    columns,
    returning.map(({ column }) => column),
  );
  const codec = session.codec(run.mapper);
  const prepare = statementMaker(batch, run.present, integerMode(codec, returning));
  const unread: InstanceState[] = [];
  for (let start = 0; start < run.rows.length; start += batch.maxRows) {
    const rows = run.rows.slice(start, start + batch.maxRows);
    const result = yield* connection.executeRaw(prepare(rows));
    const generated = returning.length === 0 ? undefined : matchGenerated(batch, returning, result, rows.length);
    for (let index = 0; index < rows.length; index += 1) {
      const state = run.states[start + index] as InstanceState;
      recordInsert(session, state, run, rows[index] ?? []);
      if (generated !== undefined) recordGenerated(codec, state, returning, generated[index] ?? []);
    }
    const isUnread =
      returning.length > 0 && (generated === undefined || (batch.matching === "insertId" && returning.length > 1));
    if (isUnread) unread.push(...run.states.slice(start, start + rows.length));
  }
  if (unread.length > 0)
    yield* readBack(
      writer,
      run.mapper,
      unread,
      returning.map(({ attribute }) => attribute),
    );
}

/** Makes a batch's statements; their values are kept out of logs where one of the columns is hidden. */
function statementMaker(
  batch: BatchWriter,
  columns: readonly OwnedColumn[],
  integers: "number" | "bigint",
): (rows: readonly (readonly DriverValue[])[]) => RawStatement {
  const isSecret = columns.some(({ attribute }) => attribute.hidden);
  return (rows) => {
    const { sql, parameters, returnsRows, reusable } = batch.statement(rows);
    const statement = { sql, parameters, returnsRows, reusable, integers };
    return isSecret ? { ...statement, secret: [...parameters.keys()] } : statement;
  };
}

function integerMode(
  codec: EntityCodec,
  columns: readonly { readonly attribute: ColumnAttribute }[],
): "number" | "bigint" {
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
      return Array.from({ length: count }, (_, index) =>
        returning.map((_column, position) => (position === key ? BigInt(first) + BigInt(index) : null)),
      );
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
  const row =
    (state.row as SnapshotValue[] | undefined) ?? new Array<SnapshotValue>(state.mapper.attributes.length).fill(null);
  const entity = state.entity as Record<string, unknown>;
  for (let index = 0; index < run.present.length; index += 1) {
    const { attribute } = run.present[index] as OwnedColumn;
    row[attribute.index] = values[index] ?? null;
    if (entity[attribute.key] === undefined) entity[attribute.key] = null;
  }
  for (const attribute of run.unset) row[attribute.index] ??= null;
  state.row = row;
}

function recordGenerated(
  codec: EntityCodec,
  state: InstanceState,
  columns: readonly OwnedColumn[],
  values: readonly DriverValue[],
): void {
  const row = state.row as SnapshotValue[];
  for (let index = 0; index < columns.length; index += 1) {
    const { attribute } = columns[index] as OwnedColumn;
    const raw = values[index] ?? null;
    row[attribute.index] = raw;
    (state.entity as Record<string, unknown>)[attribute.key] = codec.decode(attribute.index, raw);
  }
}

/** SELECT what the database generated, where it could not return it. */
export function* readBack(
  writer: Writer,
  mapper: Mapper,
  states: readonly InstanceState[],
  attributes: readonly ColumnAttribute[],
): Io<void> {
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
      const query = session.dialect.selectByKeys(
        table,
        [...keys, ...wanted].map(({ column }) => column),
        keys.map(({ column }) => column),
        keyRows,
      );
      const result = yield* connection.executeRaw({ ...query, integers: integerMode(codec, [...keys, ...wanted]) });
      for (const row of result.rows) {
        const state = byKey.get(
          codec.keyOf(keys.map(({ attribute }, index) => codec.decode(attribute.index, row[index] ?? null))),
        );
        if (state !== undefined) recordGenerated(codec, state, wanted, row.slice(keys.length));
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
  const prepare = statementMaker(batch, changed, integerMode(codec, returning));
  for (let start = 0; start < rows.length; start += batch.maxRows) {
    const chunk = rows.slice(start, start + batch.maxRows);
    const result = yield* connection.executeRaw(prepare(chunk));
    if (result.rowCount !== chunk.length)
      throw new StaleDataError("UPDATE", table.fullName, chunk.length, result.rowCount);
    for (let index = 0; index < chunk.length; index += 1)
      recordUpdate(session, codec, states[start + index] as InstanceState, changed, chunk[index] ?? []);
    if (returning.length > 0)
      recordReturned(codec, states.slice(start, start + chunk.length), keys, readable, result.rows);
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
  const { attribute } = key;
  return [...states].sort((left, right) => {
    const [a, b] = [
      codec.valueOf(left, attribute) as string | number,
      codec.valueOf(right, attribute) as string | number,
    ];
    return a < b ? -1 : a > b ? 1 : 0;
  });
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
