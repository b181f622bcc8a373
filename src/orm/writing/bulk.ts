/** Many rows without objects, in as few statements as the dialect's batches take: `bulkInsert` and `bulkUpdate`. */
import type { ConnectionCore } from "../../engine/connection.ts";
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { Table } from "../../metadata/table.ts";
import type { ConfiguredMapper, ModelAttribute } from "../../model/configured-mapper.ts";
import { ValidationError } from "../../model/errors.ts";
import { readRows } from "../../model/insert-rows.ts";
import type { ColumnAttribute, FieldProblem } from "../../model/mapper.ts";
import type { FlagsOf, Output, StoredKeys } from "../../model/shape.ts";
import { readValues, writableMapper } from "../../model/write-values.ts";
import { ArgumentError } from "../../sql/errors.ts";
import { ColumnElement, describe, isScalarSelectable } from "../../sql/expression/column-element.ts";
import { StaleDataError } from "../errors.ts";
import { expireState } from "../loading/lazy-loader.ts";
import type { SessionCore } from "../session-core.ts";
import { noteWritten } from "../stale-expressions.ts";
import { batchesOf } from "../unit-of-work/batch-cache.ts";
import { attributesIn } from "../unit-of-work/table-order.ts";
import { sendBatch, type OwnedColumn } from "../unit-of-work/written-rows.ts";
import { valueKey } from "../value-key.ts";
import { atomically } from "./atomically.ts";
import { followUpdate } from "./synchronize.ts";

/** A row of `bulkUpdate`: its primary key, and the columns to set. */
export type BulkUpdateRow<C> = {
  [K in keyof C as "key" extends FlagsOf<C[K]> ? K : never]: Output<C[K]>;
} & { [K in StoredKeys<C>]?: Output<C[K]> };

/** INSERT rows of values; nothing is read back. The number of rows. */
export function* bulkInsert(session: SessionCore, model: unknown, rows: readonly unknown[]): Io<number> {
  const mapper = writableMapper(model, "bulkInsert");
  const call = `bulkInsert(${mapper.name})`;
  requireRows(rows, call);
  if (mapper.tables.length > 1)
    throw new ArgumentError(
      `Rows of ${mapper.name} lie in several tables, which ${call} cannot fill. Use session.addAll([new ${mapper.name}({…}), …]).`,
    );
  yield* session.autoflushNow();
  if (rows.length === 0) return 0;
  const runs = insertRuns(session, mapper, rows, call);
  const connection = yield* session.connection(true);
  yield* atomically(connection, function* () {
    for (const { columns, values } of runs) {
      const batch = batchesOf(connection.dialect).insert(
        mapper.table,
        columns.map(({ column }) => column),
        [],
      );
      yield* sendBatch(connection, batch, columns, values, { integers: "number", isExact: false });
    }
  });
  noteWritten(session, new Set([mapper.table]));
  return rows.length;
}

interface InsertRun {
  readonly pattern: string;
  readonly columns: readonly OwnedColumn[];
  readonly values: DriverValue[][];
}

/** Rows that leave the same columns to the database, in their order. */
function insertRuns(
  session: SessionCore,
  mapper: ConfiguredMapper,
  rows: readonly unknown[],
  call: string,
): readonly InsertRun[] {
  const source = readRows(mapper, rows, call);
  const owned = attributesIn(mapper, mapper.table);
  const columns = source.columns.map((node) => owned.find(({ column }) => column.node === node));
  const { codecs } = session.codec(mapper);
  const runs: InsertRun[] = [];
  for (const row of source.rows) {
    let pattern = "";
    const present: OwnedColumn[] = [];
    const values: DriverValue[] = [];
    for (const [index, value] of row.entries()) {
      const column = columns[index];
      pattern += value.kind === "default" ? "-" : "+";
      if (value.kind === "default" || column === undefined) continue;
      if (value.kind !== "bind")
        throw new ArgumentError(`${call} takes values, not expressions. Use insert(${mapper.name}).values(…).`);
      present.push(column);
      values.push(value.value === null ? null : (codecs[column.attribute.index]?.bind(value.value) ?? null));
    }
    const last = runs.at(-1);
    if (last?.pattern === pattern) last.values.push(values);
    else runs.push({ pattern, columns: present, values: [values] });
  }
  return runs;
}

interface UpdateRow {
  readonly key: readonly unknown[];
  readonly values: ReadonlyMap<ModelAttribute, unknown>;
}

/**
 * UPDATE rows by their keys, each with values of its own. The number of rows that were there. Entities of the session follow.
 * @throws StaleDataError where a version is not that of the row
 */
export function* bulkUpdate(session: SessionCore, model: unknown, rows: readonly unknown[]): Io<number> {
  const mapper = writableMapper(model, "bulkUpdate");
  const call = `bulkUpdate(${mapper.name})`;
  requireRows(rows, call);
  const groups = updateGroups(mapper, rows, call);
  yield* session.autoflushNow();
  if (rows.length === 0) return 0;
  const connection = yield* session.connection(true);
  let count = 0;
  yield* atomically(connection, function* () {
    for (const group of groups) count += yield* sendGroup(session, connection, mapper, group);
  });
  for (const group of groups) for (const row of group) followRow(session, mapper, row);
  noteWritten(session, new Set(mapper.tables));
  return count;
}

/** Rows that set the same columns. @throws ValidationError, ArgumentError */
function updateGroups(mapper: ConfiguredMapper, rows: readonly unknown[], call: string): UpdateRow[][] {
  const groups = new Map<string, UpdateRow[]>();
  const seen = new Set<string | undefined>();
  const problems: FieldProblem[] = [];
  for (const [index, given] of rows.entries()) {
    const row = readUpdate(mapper, given, call, (problem) =>
      problems.push({ ...problem, field: `[${String(index)}].${problem.field}` }),
    );
    const key = valueKey(row.key);
    if (seen.has(key) && problems.length === 0)
      throw new ArgumentError(`${call} has two rows of one key. Put their values into one row.`);
    seen.add(key);
    const shape = Array.from(row.values.keys(), (attribute) => attribute.index).join();
    const group = groups.get(shape);
    if (group === undefined) groups.set(shape, [row]);
    else group.push(row);
  }
  if (problems.length > 0) throw new ValidationError(mapper.name, problems);
  return [...groups.values()];
}

function readUpdate(
  mapper: ConfiguredMapper,
  given: unknown,
  call: string,
  report: (problem: FieldProblem) => void,
): UpdateRow {
  const values = readValues(mapper, given, call);
  const problems: FieldProblem[] = [];
  for (const [attribute, value] of values) {
    if (ColumnElement.isElement(value) || isScalarSelectable(value))
      throw new ArgumentError(`${call} takes values, not expressions. Use update(${mapper.name}).`);
    values.set(attribute, attribute.check.parse(value, problems));
  }
  for (const attribute of mapper.primaryKey)
    if ((values.get(attribute) ?? null) === null)
      problems.push({ field: attribute.key, message: "is part of the primary key, and says which row is meant" });
  if (mapper.version !== undefined && !values.has(mapper.version))
    problems.push({ field: mapper.version.key, message: "is the version that the row was read with, and is required" });
  for (const attribute of mapper.attributes)
    if (attribute.makeOnUpdate !== undefined && !values.has(attribute))
      values.set(attribute, attribute.check.parse(attribute.makeOnUpdate(), problems));
  for (const problem of problems) report(problem);
  // One order, so that rows with the same columns are found to be alike.
  const sorted = mapper.attributes.filter((attribute) => values.has(attribute));
  return {
    key: mapper.primaryKey.map((attribute) => values.get(attribute)),
    values: new Map(sorted.map((attribute) => [attribute, values.get(attribute)])),
  };
}

function* sendGroup(
  session: SessionCore,
  connection: ConnectionCore,
  mapper: ConfiguredMapper,
  rows: readonly UpdateRow[],
): Io<number> {
  let count = 0;
  for (const table of mapper.tables) {
    const [first] = rows;
    if (first === undefined) continue;
    const owned = attributesIn(mapper, table);
    const isKey = ({ attribute }: OwnedColumn): boolean => mapper.primaryKey.some((key) => key === attribute);
    const changed = owned.filter((column) => !isKey(column) && first.values.has(column.attribute as ModelAttribute));
    const version = changed.find(({ attribute }) => attribute === mapper.version);
    // A version alone is no change.
    if (changed.length === (version === undefined ? 0 : 1)) continue;
    const match = [...owned.filter(isKey), ...(version === undefined ? [] : [version])];
    count = Math.max(count, yield* sendUpdate(session, connection, mapper, table, { rows, changed, match }));
  }
  return count;
}

interface TableUpdate {
  readonly rows: readonly UpdateRow[];
  readonly changed: readonly OwnedColumn[];
  readonly match: readonly OwnedColumn[];
}

function* sendUpdate(
  session: SessionCore,
  connection: ConnectionCore,
  mapper: ConfiguredMapper,
  table: Table,
  { rows, changed, match }: TableUpdate,
): Io<number> {
  const batch = batchesOf(connection.dialect).update(
    table,
    changed.map(({ column }) => column),
    match.map(({ column }) => column),
    [],
  );
  const values = rows.map((row) => [
    ...changed.map(({ attribute }) => driverValue(session, mapper, attribute, writtenValue(mapper, row, attribute))),
    ...match.map(({ attribute }) =>
      driverValue(session, mapper, attribute, row.values.get(attribute as ModelAttribute)),
    ),
  ]);
  const isExact = match.some(({ attribute }) => attribute === mapper.version);
  let count = 0;
  for (const { rows: some, result } of yield* sendBatch(connection, batch, changed, values, {
    integers: "number",
    isExact,
  })) {
    if (isExact && result.rowCount !== some.length)
      throw new StaleDataError("UPDATE", table.fullName, some.length, result.rowCount);
    count += result.rowCount;
  }
  return count;
}

/** What a row has afterwards: the version is counted. */
function writtenValue(mapper: ConfiguredMapper, row: UpdateRow, attribute: ColumnAttribute): unknown {
  const value = row.values.get(attribute as ModelAttribute);
  if (attribute !== mapper.version) return value;
  return typeof value === "bigint" ? value + 1n : Number(value) + 1;
}

function driverValue(
  session: SessionCore,
  mapper: ConfiguredMapper,
  attribute: ColumnAttribute,
  value: unknown,
): DriverValue {
  return value === null || value === undefined
    ? null
    : (session.codec(mapper).codecs[attribute.index]?.bind(value) ?? null);
}

/** The session's entity of this row has its values now. */
function followRow(session: SessionCore, mapper: ConfiguredMapper, row: UpdateRow): void {
  const state = session.identityMap.get(mapper, session.codec(mapper).keyOf(row.key));
  if (state === undefined) return;
  const values = new Map<ColumnAttribute, DriverValue>();
  for (const attribute of row.values.keys())
    if (!mapper.primaryKey.includes(attribute))
      values.set(attribute, driverValue(session, mapper, attribute, writtenValue(mapper, row, attribute)));
  followUpdate(session, state, values);
  const computed = mapper.attributes.filter(({ serverOnUpdate }) => serverOnUpdate);
  if (computed.length > 0) expireState(state, new Set(computed.map(({ key }) => key)));
}

function requireRows(rows: unknown, call: string): void {
  if (!Array.isArray(rows)) throw new ArgumentError(`${call} takes an array of rows, not ${describe(rows)}.`);
}
