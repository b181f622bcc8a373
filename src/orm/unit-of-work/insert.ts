/** Writes the INSERT steps of a flush. Called only by `flush.ts` and `delete.ts`. */
import type { InsertBatch } from "../../dialect/dialect.ts";
import type { DriverResult, DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { Column } from "../../metadata/column.ts";
import type { Table } from "../../metadata/table.ts";
import type { InstanceState, SnapshotValue } from "../../model/instance-state.ts";
import type { ColumnAttribute, Mapper } from "../../model/mapper.ts";
import { InternalError } from "../../util/coded-error.ts";
import type { EntityCodec } from "../entity-codec.ts";
import { FlushError } from "../errors.ts";
import { batchesOf } from "./batch-cache.ts";
import type { FlushPlan } from "./flush-plan.ts";
import type { FlushSession } from "./flush-session.ts";
import { reliableInsert } from "./reported-keys.ts";
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

type Values = readonly (DriverValue | undefined)[];

/** A run of rows that have values for the same columns; in a table of parents they may be of several models. */
interface Run {
  /** That of the first row: attributes it shares with the others have the same places in all of them. */
  readonly mapper: Mapper;
  readonly columns: readonly OwnedColumn[];
  readonly present: readonly OwnedColumn[];
  /** Their places among `columns`. */
  readonly places: readonly number[];
  readonly absent: readonly OwnedColumn[];
  /** Those of `absent` that no other column of the table gives a value. */
  readonly unset: readonly ColumnAttribute[];
  readonly states: InstanceState[];
  readonly rows: DriverValue[][];
}

/** INSERT these entities' rows of `table`; consecutive rows of one shape go in one statement. */
export function* insertRows(writer: Writer, table: Table, states: readonly InstanceState[]): Io<void> {
  const { plan, session } = writer;
  let run: Run | undefined;
  for (const state of states) {
    copyParentKeys(plan, state, table);
    const columns = attributesIn(state.mapper, table);
    const values = insertValues(session.codec(state.mapper), plan, state, columns);
    if (run === undefined || !sameShape(run, columns, values)) {
      if (run !== undefined) yield* insertRun(writer, table, run);
      run = newRun(state.mapper, columns, values);
    }
    run.states.push(state);
    run.rows.push(presentValues(run, columns, values));
  }
  if (run !== undefined) yield* insertRun(writer, table, run);
}

function newRun(mapper: Mapper, columns: readonly OwnedColumn[], values: Values): Run {
  const places = [...columns.keys()].filter((index) => values[index] !== undefined);
  const present = columns.filter((_, index) => values[index] !== undefined);
  const absent = columns.filter((_, index) => values[index] === undefined);
  const unset = absent
    .map(({ attribute }) => attribute)
    .filter((attribute) => !present.some(({ column }) => attribute.columns.includes(column)));
  return { mapper, columns, present, places, absent, unset, states: [], rows: [] };
}

function sameShape(run: Run, columns: readonly OwnedColumn[], values: Values): boolean {
  let present = 0;
  for (let index = 0; index < columns.length; index += 1) {
    if (values[index] === undefined) continue;
    if (run.present[present]?.column !== columns[index]?.column) return false;
    present += 1;
  }
  return present === run.present.length;
}

function presentValues(run: Run, columns: readonly OwnedColumn[], values: Values): DriverValue[] {
  if (columns !== run.columns) return values.filter((value) => value !== undefined);
  const { places } = run;
  const present = new Array<DriverValue>(places.length);
  for (let index = 0; index < places.length; index += 1) present[index] = values[places[index] as number] ?? null;
  return present;
}

/** The values to insert; undefined leaves a column to the database. */
function insertValues(
  codec: EntityCodec,
  plan: FlushPlan,
  state: InstanceState,
  columns: readonly OwnedColumn[],
): Values {
  const deferred = plan.deferred.get(state);
  const values = new Array<DriverValue | undefined>(columns.length);
  for (let index = 0; index < columns.length; index += 1) {
    const { attribute, column } = columns[index] as OwnedColumn;
    if (attribute.computed) values[index] = undefined;
    else if (deferred?.has(attribute) === true) values[index] = null;
    else values[index] = insertValue(codec, state, attribute, column);
  }
  return values;
}

function insertValue(
  codec: EntityCodec,
  state: InstanceState,
  attribute: ColumnAttribute,
  column: Column,
): DriverValue | undefined {
  const value = codec.bind(state, attribute);
  if (value !== undefined) return value;
  // The second table of a joined row takes the key that the first one generated.
  if (attribute.serverGenerated && column === attribute.columns[0]) return undefined;
  if (attribute.column.primaryKey) throw FlushError.keyMissing(state, attribute);
  return null;
}

function* insertRun(writer: Writer, table: Table, run: Run): Io<void> {
  const { session, connection } = writer;
  const returning = run.absent.filter(({ attribute }) => attribute.serverGenerated || attribute.computed);
  const preferred = batchesOf(session.dialect).insert(
    table,
    run.present.map(({ column }) => column),
    returning.map(({ column }) => column),
  );
  const [first] = returning;
  const batch =
    preferred.fallback === undefined || first === undefined
      ? preferred
      : yield* reliableInsert(connection, table, first.column, preferred);
  const key = returning.findIndex(({ column }) => column.primaryKey);
  const codec = session.codec(run.mapper);
  const integers = integerMode(codec, returning);
  const unread: InstanceState[] = [];
  for (const { start, rows, result } of yield* sendBatch(connection, batch, run.present, run.rows, {
    integers,
    isExact: false,
  })) {
    const generated = returning.length === 0 ? undefined : matchGenerated(batch, returning, result, rows.length);
    for (let index = 0; index < rows.length; index += 1) {
      const state = run.states[start + index] as InstanceState;
      recordInsert(session, state, run, rows[index] ?? []);
      if (key >= 0 && (generated?.[index]?.[key] ?? null) === null)
        throw FlushError.keyNotGenerated(state, table, returning[key]?.column);
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

/** What the database generated for each row, in input order; undefined where it did not say. */
function matchGenerated(
  batch: InsertBatch,
  returning: readonly OwnedColumn[],
  result: DriverResult,
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
      requireCount(result.rowCount, count);
      const key = returning.findIndex(({ column }) => column.primaryKey);
      if (first === undefined || key < 0) return undefined;
      return Array.from({ length: count }, (_, index) =>
        returning.map((_column, position) =>
          position === key ? (index === 0 ? first : BigInt(first) + BigInt(index)) : null,
        ),
      );
    }
    default:
      return undefined;
  }
}

function checkedCount<T>(rows: readonly T[], count: number): readonly T[] {
  requireCount(rows.length, count);
  return rows;
}

function requireCount(found: number, count: number): void {
  if (found !== count) throw new InternalError(`An INSERT of ${String(count)} rows returned ${String(found)}.`);
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
