/** Batched writes on MySQL and MariaDB: VALUES of many rows, and joins with the rows as one JSON parameter. */
import type { DriverValue } from "../../io/driver.ts";
import type { Column } from "../../metadata/column.ts";
import type { Table } from "../../metadata/table.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { CompileError } from "../../sql/errors.ts";
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
import type { MysqlFlavour } from "./capabilities.ts";
import { jsonRows, jsonTable, jsonTableValue } from "./json-rows.ts";
import { MysqlTypeCompiler } from "./type-compiler.ts";

const quote = (name: string): string => quoteIdentifier(name, "`");
const spelling: RowSpelling = {
  quote,
  placeholder: () => "?",
  nullSafeEqual: (left, right) => `${left} <=> ${right}`,
  defaultValues: "() VALUES ()",
};

/** A statement counts its parameters in 16 bits. */
const mostParameters = 65_535;
/** Rows enough that a round trip no longer counts, few enough for the server's `max_allowed_packet`. */
const mostRows = 1_000;

function writer(single: string, many: string): BatchWriter {
  return batchWriter({ single, many, encode: (rows) => [jsonRows(rows)], returnsRows: false, maxRows: mostRows });
}

/** INSERT: MariaDB returns the rows in the order of VALUES, MySQL tells the first generated key. */
export function insertBatch(
  flavour: MysqlFlavour,
  table: Table,
  columns: readonly Column[],
  returning: readonly Column[],
): InsertBatch {
  const back = flavour.isMariaDb ? returning : [];
  const single = insertRow(spelling, table, columns, back);
  const row = `(${columns.map(() => "?").join(", ")})`;
  const start = `INSERT INTO ${tableName(spelling, table)} (${columnNames(spelling, columns)}) VALUES `;
  const end = returningText(spelling, back);
  const maxRows =
    columns.length === 0 ? 1 : Math.max(1, Math.min(mostRows, Math.floor(mostParameters / columns.length)));
  return {
    maxRows,
    matching: insertMatching(flavour, table, returning),
    statement: (rows) => ({
      sql: rows.length === 1 ? single : `${start}${rows.map(() => row).join(", ")}${end}`,
      parameters: rows.flat(),
      returnsRows: back.length > 0,
      reusable: rows.length === 1 || rows.length === maxRows,
    }),
  };
}

function insertMatching(flavour: MysqlFlavour, table: Table, returning: readonly Column[]): InsertBatch["matching"] {
  if (returning.length === 0) return "none";
  if (flavour.isMariaDb) return "order";
  const counted = returning.some((column) => column.primaryKey && column.identity !== undefined);
  return counted && table.primaryKey.columns.length === 1 ? "insertId" : "none";
}

/** UPDATE. */
export function updateBatch(
  flavour: MysqlFlavour,
  table: Table,
  columns: readonly Column[],
  match: readonly Column[],
  returning: readonly Column[],
): BatchWriter {
  if (returning.length > 0)
    throw CompileError.unsupported("MySQL", "RETURNING for UPDATE", "Read the rows afterwards.");
  const all = [...columns, ...match];
  const set = columns.map((column, index) => `t.${quote(column.name)} = ${jsonTableValue(column, index)}`).join(", ");
  const source = jsonTable(new MysqlTypeCompiler(flavour), all);
  const many = `UPDATE ${tableName(spelling, table)} AS t JOIN ${source} ON ${matchText(match, columns.length)} SET ${set}`;
  return writer(updateRow(spelling, table, columns, match, []), many);
}

/** DELETE. */
export function deleteBatch(flavour: MysqlFlavour, table: Table, match: readonly Column[]): BatchWriter {
  const source = jsonTable(new MysqlTypeCompiler(flavour), match);
  const many = `DELETE t FROM ${tableName(spelling, table)} AS t JOIN ${source} ON ${matchText(match, 0)}`;
  return writer(deleteRow(spelling, table, match), many);
}

/** SELECT of rows by their keys. */
export function selectByKeys(
  flavour: MysqlFlavour,
  table: Table,
  columns: readonly Column[],
  keys: readonly Column[],
  rows: readonly (readonly DriverValue[])[],
): BatchStatement {
  const items = columns.map((column) => `t.${quote(column.name)}`).join(", ");
  const source = jsonTable(new MysqlTypeCompiler(flavour), keys);
  const sql = `SELECT ${items} FROM ${tableName(spelling, table)} AS t JOIN ${source} ON ${matchText(keys, 0)}`;
  return { sql, parameters: [jsonRows(rows)], returnsRows: true, reusable: true };
}

function matchText(match: readonly Column[], start: number): string {
  return match
    .map((column, index) =>
      equalText(spelling, column, `t.${quote(column.name)}`, jsonTableValue(column, start + index)),
    )
    .join(" AND ");
}
