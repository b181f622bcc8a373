/** Many rows as one parameter: a JSON array that JSON_TABLE turns into a table, whatever its length. */
import type { DriverValue } from "../../io/driver.ts";
import type { Column } from "../../metadata/column.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import { bytesToHex } from "../hex.ts";
import type { MysqlTypeCompiler } from "./type-compiler.ts";

/** `JSON_TABLE(?, …) AS v` with a column c0, c1 … for each of `columns`. */
export function jsonTable(types: MysqlTypeCompiler, columns: readonly Column[]): string {
  const declared = columns.map(
    (column, index) => `c${String(index)} ${types.jsonTableType(column.type)} PATH '$[${String(index)}]'`,
  );
  return `JSON_TABLE(?, '$[*]' COLUMNS (${declared.join(", ")})) AS v`;
}

/** The value of the column at `index` of `jsonTable`. */
export function jsonTableValue(column: Column, index: number): string {
  const text = `v.c${String(index)}`;
  return storedType(column.type).kind === "bytes" ? `UNHEX(${text})` : text;
}

/** Rows of driver values as the JSON that `jsonTable` reads. */
export function jsonRows(rows: readonly (readonly DriverValue[])[]): string {
  return `[${rows.map(jsonList).join(",")}]`;
}

/** Driver values as a JSON array. */
export function jsonList(values: readonly DriverValue[]): string {
  return `[${values.map(member).join(",")}]`;
}

function member(value: DriverValue): string {
  if (typeof value === "bigint") return value.toString();
  return JSON.stringify(value instanceof Uint8Array ? bytesToHex(value) : value);
}
