/** Batched writes on SQLite: no round trip to save, so one prepared statement a row. */
import type { DriverValue } from "../../io/driver.ts";
import type { Column } from "../../metadata/column.ts";
import type { Table } from "../../metadata/table.ts";
import { InternalError } from "../../util/coded-error.ts";
import type { BatchStatement, BatchWriter, InsertBatch } from "../dialect.ts";
import { isRowId } from "./ddl-compiler.ts";
import { columnNames, deleteRow, insertRow, tableName, updateRow, type RowSpelling } from "../row-statements.ts";
import { quote } from "./names.ts";

const spelling: RowSpelling = {
  quote: quote,
  placeholder: () => "?",
  nullSafeEqual: (left, right) => `${left} IS ${right}`,
  defaultValues: "DEFAULT VALUES",
};

/** INSERT, one row at a time. A key that is the rowid needs no RETURNING, for which SQLite makes a table in memory. */
export function insertBatch(table: Table, columns: readonly Column[], returning: readonly Column[]): InsertBatch {
  const plain = insertRow(spelling, table, columns, []);
  const [first, another] = returning;
  if (first === undefined) return { ...rowByRow(plain, false), matching: "none" };
  const batch: InsertBatch = {
    ...rowByRow(insertRow(spelling, table, columns, returning), true),
    matching: "order",
  };
  if (another !== undefined || first.identity === undefined || !isRowId(first, table)) return batch;
  return { ...rowByRow(plain, false), matching: "insertId", fallback: batch };
}

/** UPDATE, one row at a time. */
export function updateBatch(
  table: Table,
  columns: readonly Column[],
  match: readonly Column[],
  returning: readonly Column[],
): BatchWriter {
  return rowByRow(updateRow(spelling, table, columns, match, returning), returning.length > 0);
}

/** DELETE, one row at a time. */
export function deleteBatch(table: Table, match: readonly Column[]): BatchWriter {
  return rowByRow(deleteRow(spelling, table, match), false);
}

function rowByRow(sql: string, returnsRows: boolean): BatchWriter {
  return {
    maxRows: 1,
    statement: ([row, another]) => {
      if (row === undefined || another !== undefined)
        throw new InternalError("A batch on SQLite takes one row at a time.");
      return { sql, parameters: row, returnsRows, reusable: true };
    },
  };
}

/** SELECT of rows by their keys. */
export function selectByKeys(
  table: Table,
  columns: readonly Column[],
  keys: readonly Column[],
  rows: readonly (readonly DriverValue[])[],
): BatchStatement {
  const row = `(${keys.map(() => "?").join(", ")})`;
  const values = `VALUES ${rows.map(() => row).join(", ")}`;
  const sql = `SELECT ${columnNames(spelling, columns)} FROM ${tableName(spelling, table)} WHERE (${columnNames(spelling, keys)}) IN (${values})`;
  return { sql, parameters: rows.flat(), returnsRows: true, reusable: rows.length === 1 };
}
