/** Batched writes on PostgreSQL: any number of rows in one statement, with one parameter a column. */
import type { DriverValue } from "../../io/driver.ts";
import type { Column } from "../../metadata/column.ts";
import type { Table } from "../../metadata/table.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import type { Expression } from "../../sql/expression/node.ts";
import type { BatchStatement, BatchWriter, InsertBatch } from "../dialect.ts";
import {
  batchWriter,
  columnNames,
  deleteRow,
  equalText,
  insertRow,
  returningText,
  tableName,
  updateRow,
  type RowSpelling,
} from "../row-statements.ts";
import { RecordSet, recordSetArrays } from "./record-set.ts";
import { PostgresqlTypeCompiler } from "./type-compiler.ts";

const types = new PostgresqlTypeCompiler();
const quote = (name: string): string => quoteIdentifier(name, '"');
const spelling: RowSpelling = {
  quote,
  placeholder: (position) => `$${String(position)}`,
  nullSafeEqual: (left, right) => `${left} IS NOT DISTINCT FROM ${right}`,
  defaultValues: "DEFAULT VALUES",
};

/** Rows enough that a round trip no longer counts, few enough that a statement's text stays in memory easily. */
const mostRows = 10_000;

function writer(single: string, many: string, returnsRows: boolean, maxRows = mostRows): BatchWriter {
  return batchWriter({ single, many, encode: recordSetArrays, returnsRows, maxRows });
}

/**
 * INSERT. PostgreSQL promises no order of RETURNING, so rows are matched by something that is in them: an identity, which
 * is counted up in the order of the rows; the key that was sent; or the key's default, evaluated beside the row's number.
 * @param definition - Writes the expression of a column's default.
 */
export function insertBatch(
  table: Table,
  columns: readonly Column[],
  returning: readonly Column[],
  definition: (expression: Expression) => string,
): InsertBatch {
  const single = insertRow(spelling, table, columns, returning);
  const keys = table.columns.filter((column) => column.primaryKey);
  const [key] = keys;
  const isCounted = keys.length === 1 && key?.identity !== undefined && (key.identity.increment ?? 1) > 0;
  if (columns.length === 0) return { ...writer(single, single, returning.length > 0, 1), matching: "order" };
  if (returning.length === 0 || (isCounted && key !== undefined && returning.includes(key) && !columns.includes(key))) {
    const many = `${insertMany(table, columns)}${returningText(spelling, returning)}`;
    return { ...writer(single, many, returning.length > 0), matching: returning.length === 0 ? "none" : "sortedKey" };
  }
  const missing = keys.filter((column) => !columns.includes(column));
  const canMatch = keys.length > 0 && missing.every((column) => column.serverDefault !== undefined);
  if (!canMatch) return { ...writer(single, single, true, 1), matching: "order" };
  return {
    ...writer(single, insertMatched(table, columns, keys, missing, returning, definition), true),
    matching: "order",
  };
}

function insertMany(table: Table, columns: readonly Column[]): string {
  const records = new RecordSet(types, columns);
  const values = columns.map((_, index) => records.value("v", index)).join(", ");
  return `INSERT INTO ${tableName(spelling, table)} (${columnNames(spelling, columns)}) SELECT ${values} FROM ${records.from("v")} ORDER BY v.n`;
}

/** INSERT whose rows come back in input order, found again by their keys. */
function insertMatched(
  table: Table,
  columns: readonly Column[],
  keys: readonly Column[],
  missing: readonly Column[],
  returning: readonly Column[],
  definition: (expression: Expression) => string,
): string {
  const records = new RecordSet(types, columns);
  const inserted = [...columns, ...missing];
  const name = (index: number): string => `v${String(index)}`;
  const sent = columns.map((column, index) => {
    const value = records.value("r", index);
    // A key is compared with what was stored: in the column's own type, so that padding and scale are the same.
    return `${keys.includes(column) ? `CAST(${value} AS ${types.columnType(column.type)})` : value} AS ${name(index)}`;
  });
  const generated = missing.map((column, index) => {
    const expression = column.serverDefault === undefined ? "DEFAULT" : definition(column.serverDefault);
    return `CAST(${expression} AS ${types.columnType(column.type)}) AS ${name(columns.length + index)}`;
  });
  const source = `SELECT r.n, ${[...sent, ...generated].join(", ")} FROM ${records.from("r")}`;
  const names = inserted.map((_, index) => name(index)).join(", ");
  const back = [
    ...keys.map((column, index) => `${quote(column.name)} AS k${String(index)}`),
    ...returning.map((column, index) => `${quote(column.name)} AS r${String(index)}`),
  ];
  const insert = `INSERT INTO ${tableName(spelling, table)} (${columnNames(spelling, inserted)}) SELECT ${names} FROM v ORDER BY n RETURNING ${back.join(", ")}`;
  const join = keys.map((column, index) => `i.k${String(index)} = v.${name(inserted.indexOf(column))}`).join(" AND ");
  const result = returning.map((_, index) => `i.r${String(index)}`).join(", ");
  return `WITH v AS MATERIALIZED (${source}), i AS (${insert}) SELECT ${result} FROM i JOIN v ON ${join} ORDER BY v.n`;
}

/** UPDATE. What comes back comes in input order, without the rows that were not found. */
export function updateBatch(
  table: Table,
  columns: readonly Column[],
  match: readonly Column[],
  returning: readonly Column[],
): BatchWriter {
  const records = new RecordSet(types, [...columns, ...match]);
  const set = columns.map((column, index) => `${quote(column.name)} = ${records.value("v", index)}`).join(", ");
  const update = `UPDATE ${tableName(spelling, table)} AS t SET ${set} FROM ${records.from("v")} WHERE ${matchText(records, match, columns.length)}`;
  const single = updateRow(spelling, table, columns, match, returning);
  if (returning.length === 0) return writer(single, update, false);
  const back = returning.map((column, index) => `t.${quote(column.name)} AS r${String(index)}`).join(", ");
  const result = returning.map((_, index) => `r${String(index)}`).join(", ");
  return writer(single, `WITH u AS (${update} RETURNING v.n, ${back}) SELECT ${result} FROM u ORDER BY n`, true);
}

/** DELETE. */
export function deleteBatch(table: Table, match: readonly Column[]): BatchWriter {
  const records = new RecordSet(types, match);
  const many = `DELETE FROM ${tableName(spelling, table)} AS t USING ${records.from("v")} WHERE ${matchText(records, match, 0)}`;
  return writer(deleteRow(spelling, table, match), many, false);
}

/** SELECT of rows by their keys. */
export function selectByKeys(
  table: Table,
  columns: readonly Column[],
  keys: readonly Column[],
  rows: readonly (readonly DriverValue[])[],
): BatchStatement {
  const records = new RecordSet(types, keys);
  const items = columns.map((column) => `t.${quote(column.name)}`).join(", ");
  const sql = `SELECT ${items} FROM ${tableName(spelling, table)} AS t JOIN ${records.from("v")} ON ${matchText(records, keys, 0)}`;
  return { sql, parameters: recordSetArrays(rows), returnsRows: true, reusable: true };
}

function matchText(records: RecordSet, match: readonly Column[], start: number): string {
  return match
    .map((column, index) => equalText(spelling, column, `t.${quote(column.name)}`, records.value("v", start + index)))
    .join(" AND ");
}
