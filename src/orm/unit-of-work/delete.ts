/** Writes the DELETE, link and parking steps of a flush. Called only by `flush.ts`. */
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { Table } from "../../metadata/table.ts";
import { mapperOf } from "../../model/configure.ts";
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute, Mapper } from "../../model/mapper.ts";
import { findState } from "../../model/state-slot.ts";
import { required } from "../../util/assert-never.ts";
import { FlushError, StaleDataError } from "../errors.ts";
import { batchesOf } from "./batch-cache.ts";
import type { LinkRow } from "./flush-plan.ts";
import { insertRows } from "./insert.ts";
import { attributesIn } from "./table-order.ts";
import { parkingValue } from "./unique-conflicts.ts";
import type { Writer } from "./written-rows.ts";

/** DELETE these entities' rows of `table`, by key and, where there is one, version. */
export function* deleteRows(writer: Writer, table: Table, states: readonly InstanceState[]): Io<void> {
  for (const [mapper, group] of byMapper(states)) {
    const owned = attributesIn(mapper, table);
    const match = owned.filter(({ column, attribute }) => column.primaryKey || attribute === mapper.version);
    const batch = batchesOf(writer.session.dialect).delete(
      table,
      match.map(({ column }) => column),
    );
    const rows = group.map((state) => match.map(({ attribute }) => state.row?.[attribute.index] as DriverValue));
    for (let start = 0; start < rows.length; start += batch.maxRows) {
      const chunk = rows.slice(start, start + batch.maxRows);
      const result = yield* writer.connection.executeRaw({ ...batch.statement(chunk), integers: "number" });
      if (result.rowCount === chunk.length) continue;
      if (mapper.version !== undefined)
        throw new StaleDataError("DELETE", table.fullName, chunk.length, result.rowCount);
      writer.session.warn(
        `DELETE on table '${table.fullName}' was expected to match ${String(chunk.length)} rows but matched ${String(result.rowCount)}: the others were already gone.`,
      );
    }
  }
}

function byMapper(states: readonly InstanceState[]): Map<Mapper, InstanceState[]> {
  const groups = new Map<Mapper, InstanceState[]>();
  for (const state of states) {
    const group = groups.get(state.mapper);
    if (group === undefined) groups.set(state.mapper, [state]);
    else group.push(state);
  }
  return groups;
}

/** INSERT rows of a many-to-many table; further columns of the link model get their defaults. */
export function* linkRows(writer: Writer, table: Table, rows: readonly LinkRow[]): Io<void> {
  const [first] = rows;
  if (first === undefined) return;
  const mapper = mapperOf(first.model);
  const columns = first.ends.map(({ link }) => link);
  if (mapper.attributes.some((attribute) => !attribute.computed && !columns.includes(attribute.column))) {
    yield* insertRows(
      writer,
      table,
      rows.map((row) => linkState(mapper, row)),
    );
    return;
  }
  const batch = batchesOf(writer.session.dialect).insert(table, columns, []);
  const values = rows.map((row) => endValues(writer, row));
  for (let start = 0; start < values.length; start += batch.maxRows) {
    yield* writer.connection.executeRaw({
      ...batch.statement(values.slice(start, start + batch.maxRows)),
      integers: "number",
    });
  }
}

/** An object of the link model for one row: its constructor knows the defaults. */
function linkState(mapper: Mapper, row: LinkRow): InstanceState {
  const keys = row.ends.map(({ state, attribute, link }): [string, unknown] => {
    const value = state.peek(attribute.key);
    if (value === undefined || value === null) throw FlushError.missingKey(state, attribute);
    return [mapper.attributes.find(({ column }) => column === link)?.key ?? link.key, value];
  });
  return required(findState(new mapper.model(Object.fromEntries(keys))), "state of a link row");
}

/** DELETE rows of a many-to-many table. @throws StaleDataError where they were not there. */
export function* unlinkRows(writer: Writer, table: Table, rows: readonly LinkRow[]): Io<void> {
  const columns = (rows[0]?.ends ?? []).map(({ link }) => link);
  const batch = batchesOf(writer.session.dialect).delete(table, columns);
  const values = rows.map((row) => endValues(writer, row));
  for (let start = 0; start < values.length; start += batch.maxRows) {
    const chunk = values.slice(start, start + batch.maxRows);
    const result = yield* writer.connection.executeRaw({ ...batch.statement(chunk), integers: "number" });
    if (result.rowCount !== chunk.length)
      throw new StaleDataError("DELETE", table.fullName, chunk.length, result.rowCount);
  }
}

function endValues(writer: Writer, row: LinkRow): DriverValue[] {
  return row.ends.map(({ state, attribute }) => {
    const value = writer.session.codec(state.mapper).bind(state, attribute);
    if (value === undefined || value === null) throw FlushError.missingKey(state, attribute);
    return value;
  });
}

/** Give up a unique value for now. The snapshot stays: the entity's own change or delete follows in the same flush. */
export function* parkRows(
  writer: Writer,
  table: Table,
  states: readonly InstanceState[],
  attribute: ColumnAttribute,
): Io<void> {
  yield* setColumns(writer, table, states, [attribute], (state) => {
    const value = parkingValue(attribute);
    return value === null ? null : (writer.session.codec(state.mapper).codecs[attribute.index]?.bind(value) ?? null);
  });
}

/** Set foreign keys to NULL before rows that refer to each other are deleted. */
export function* detachRows(
  writer: Writer,
  table: Table,
  states: readonly InstanceState[],
  attributesOf: (state: InstanceState) => ReadonlySet<ColumnAttribute>,
): Io<void> {
  for (const state of states) yield* setColumns(writer, table, [state], [...attributesOf(state)], () => null);
}

function* setColumns(
  writer: Writer,
  table: Table,
  states: readonly InstanceState[],
  attributes: readonly ColumnAttribute[],
  valueFor: (state: InstanceState) => DriverValue,
): Io<void> {
  for (const state of states) {
    const owned = attributesIn(state.mapper, table);
    const keys = owned.filter(({ column }) => column.primaryKey);
    const changed = owned.filter(({ attribute }) => attributes.includes(attribute));
    const batch = batchesOf(writer.session.dialect).update(
      table,
      changed.map(({ column }) => column),
      keys.map(({ column }) => column),
      [],
    );
    const row = [
      ...changed.map(() => valueFor(state)),
      ...keys.map(({ attribute }) => state.row?.[attribute.index] as DriverValue),
    ];
    const result = yield* writer.connection.executeRaw({ ...batch.statement([row]), integers: "number" });
    if (result.rowCount !== 1) throw new StaleDataError("UPDATE", table.fullName, 1, result.rowCount);
  }
}
