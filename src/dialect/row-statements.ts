/** Statements that write one row: what `batch.ts` of every dialect sends for a row alone, and SQLite for all. */
import type { DriverValue } from "../io/driver.ts";
import type { Column } from "../metadata/column.ts";
import type { Table } from "../metadata/table.ts";
import type { BatchWriter } from "./dialect.ts";

/** How a dialect spells the parts. */
export interface RowSpelling {
  quote(name: string): string;
  /** The n-th parameter, counting from 1. */
  placeholder(position: number): string;
  /** Equality that is true for two NULLs, between two texts. */
  nullSafeEqual(left: string, right: string): string;
  /** What follows the table's name to insert a row of defaults. */
  readonly defaultValues: string;
}

/** `"schema"."table"`. */
export function tableName(spelling: RowSpelling, table: Table): string {
  const name = spelling.quote(table.name);
  return table.schema === undefined ? name : `${spelling.quote(table.schema)}.${name}`;
}

/** Column names with commas between. */
export function columnNames(spelling: RowSpelling, columns: readonly Column[]): string {
  return columns.map((column) => spelling.quote(column.name)).join(", ");
}

/** ` RETURNING …`, or nothing. */
export function returningText(spelling: RowSpelling, returning: readonly Column[]): string {
  return returning.length === 0 ? "" : ` RETURNING ${columnNames(spelling, returning)}`;
}

/** INSERT of one row. */
export function insertRow(
  spelling: RowSpelling,
  table: Table,
  columns: readonly Column[],
  returning: readonly Column[],
): string {
  const values = columns.map((_, index) => spelling.placeholder(index + 1)).join(", ");
  const body = columns.length === 0 ? spelling.defaultValues : `(${columnNames(spelling, columns)}) VALUES (${values})`;
  return `INSERT INTO ${tableName(spelling, table)} ${body}${returningText(spelling, returning)}`;
}

/** UPDATE of the row that `match` finds; parameters are the new values, then those to match. */
export function updateRow(
  spelling: RowSpelling,
  table: Table,
  columns: readonly Column[],
  match: readonly Column[],
  returning: readonly Column[],
): string {
  const set = columns
    .map((column, index) => `${spelling.quote(column.name)} = ${spelling.placeholder(index + 1)}`)
    .join(", ");
  const where = matchText(spelling, match, columns.length);
  return `UPDATE ${tableName(spelling, table)} SET ${set} WHERE ${where}${returningText(spelling, returning)}`;
}

/** DELETE of the row that `match` finds. */
export function deleteRow(spelling: RowSpelling, table: Table, match: readonly Column[]): string {
  return `DELETE FROM ${tableName(spelling, table)} WHERE ${matchText(spelling, match, 0)}`;
}

function matchText(spelling: RowSpelling, match: readonly Column[], before: number): string {
  return match
    .map((column, index) =>
      equalText(spelling, column, spelling.quote(column.name), spelling.placeholder(before + index + 1)),
    )
    .join(" AND ");
}

/** The column's equality: one that also finds NULL where the column can hold it. */
export function equalText(spelling: RowSpelling, column: Column, left: string, right: string): string {
  return column.nullable && !column.primaryKey ? spelling.nullSafeEqual(left, right) : `${left} = ${right}`;
}

/** A writer that sends one row in parameters of its own, and more rows in those that `encode` makes. */
export function batchWriter(options: {
  readonly single: string;
  readonly many: string;
  readonly encode: (rows: readonly (readonly DriverValue[])[]) => readonly DriverValue[];
  readonly returnsRows: boolean;
  readonly maxRows: number;
}): BatchWriter {
  const { single, many, encode, returnsRows, maxRows } = options;
  return {
    maxRows,
    statement: (rows) => {
      const [first] = rows;
      const isSingle = rows.length === 1 && first !== undefined;
      return {
        sql: isSingle ? single : many,
        parameters: isSingle ? first : encode(rows),
        returnsRows,
        reusable: true,
      };
    },
  };
}
