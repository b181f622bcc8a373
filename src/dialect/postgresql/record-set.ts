/** Many rows as one array a column, which `unnest` turns into a table: one text of a statement for any number of rows. */
import type { DriverValue } from "../../io/driver.ts";
import type { Column } from "../../metadata/column.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { bytesToHex } from "../hex.ts";
import { writeArrayLiteral } from "./array-literal.ts";
import type { PostgresqlTypeCompiler } from "./type-compiler.ts";

/** The set's columns for `columns`, named c0, c1 … after their position; `n` is the row's number. */
export class RecordSet {
  readonly #types: PostgresqlTypeCompiler;
  readonly #columns: readonly Column[];

  constructor(types: PostgresqlTypeCompiler, columns: readonly Column[]) {
    this.#types = types;
    this.#columns = columns;
  }

  /** `unnest($1::text[], $2::integer[], …) WITH ORDINALITY AS name (c0, c1, …, n)`. */
  from(name: string): string {
    const arrays = this.#columns.map(({ type }, index) => `$${String(index + 1)}::${this.#itemType(type)}[]`);
    const names = this.#columns.map((_, index) => `c${String(index)}`);
    return `unnest(${arrays.join(", ")}) WITH ORDINALITY AS ${name} (${[...names, "n"].join(", ")})`;
  }

  /** The value of the column at `index` in its own type. */
  value(name: string, index: number): string {
    const type = this.#columns[index]?.type ?? { kind: "unknown" };
    const text = `${name}.c${String(index)}`;
    return needsText(type) ? `${text}::${this.#types.columnType(type)}` : text;
  }

  /** Arrays inside arrays would lose a dimension, and types of unknown syntax may have no arrays. */
  #itemType(type: SqlType): string {
    return needsText(type) ? "text" : this.#types.parameterType(type);
  }
}

function needsText(type: SqlType): boolean {
  const { kind } = storedType(type);
  return kind === "json" || kind === "array" || (type.kind === "custom" && type.ddl !== undefined);
}

/** The parameters of a record set: rows of driver values as an array literal for each column. */
export function recordSetArrays(rows: readonly (readonly DriverValue[])[]): string[] {
  return Array.from({ length: rows[0]?.length ?? 0 }, (_, index) => columnLiteral(rows, index));
}

/** What JSON escapes otherwise than an array literal, which knows only \" and \\. Finds a few texts too many. */
const otherEscapes = /\\(?!["\\])/;

/** JSON and array literals differ in brackets and in few characters, and JSON is written much quicker. */
function columnLiteral(rows: readonly (readonly DriverValue[])[], index: number): string {
  const items = rows.map((row) => itemText(row[index] ?? null));
  const json = JSON.stringify(items);
  return otherEscapes.test(json) ? writeArrayLiteral(items) : `{${json.slice(1, -1)}}`;
}

function itemText(value: DriverValue): string | null {
  if (typeof value === "string" || value === null) return value;
  return value instanceof Uint8Array ? `\\x${bytesToHex(value)}` : String(value);
}
