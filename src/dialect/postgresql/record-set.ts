/** Many rows as one parameter: a JSON array that `json_to_recordset` turns into a table, whatever its length. */
import type { DriverValue } from "../../io/driver.ts";
import type { Column } from "../../metadata/column.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { bytesToHex } from "../hex.ts";
import type { PostgresqlTypeCompiler } from "./type-compiler.ts";

/** The set's columns for `columns`, named c0, c1 … after their position; `n` is the row's number. */
export class RecordSet {
  readonly #types: PostgresqlTypeCompiler;
  readonly #columns: readonly Column[];

  constructor(types: PostgresqlTypeCompiler, columns: readonly Column[]) {
    this.#types = types;
    this.#columns = columns;
  }

  /** `json_to_recordset($1) AS name(n integer, c0 text, …)`. */
  from(name: string): string {
    const declared = this.#columns.map((column, index) => `, c${String(index)} ${this.#declaredType(column.type)}`);
    return `json_to_recordset($1) AS ${name}(n integer${declared.join("")})`;
  }

  /** The value of the column at `index` in its own type. */
  value(name: string, index: number): string {
    const type = this.#columns[index]?.type ?? { kind: "unknown" };
    const text = `${name}.c${String(index)}`;
    return needsText(type) ? `${text}::${this.#types.columnType(type)}` : text;
  }

  /** JSON values inside JSON, arrays and types of unknown syntax travel as text. */
  #declaredType(type: SqlType): string {
    return needsText(type) ? "text" : this.#types.parameterType(type);
  }
}

function needsText(type: SqlType): boolean {
  const { kind } = storedType(type);
  return kind === "json" || kind === "array" || (type.kind === "custom" && type.ddl !== undefined);
}

/** Rows of driver values as the JSON that `RecordSet.from` reads. */
export function recordSetJson(rows: readonly (readonly DriverValue[])[]): string {
  return `[${rows.map(recordJson).join(",")}]`;
}

function recordJson(row: readonly DriverValue[], number: number): string {
  let json = `{"n":${String(number)}`;
  for (let index = 0; index < row.length; index += 1) {
    const value = row[index] ?? null;
    json += `,"c${String(index)}":${memberJson(value)}`;
  }
  return `${json}}`;
}

function memberJson(value: DriverValue): string {
  if (value === null) return "null";
  return JSON.stringify(value instanceof Uint8Array ? `\\x${bytesToHex(value)}` : String(value));
}
