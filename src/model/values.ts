/** `values`: a list of rows as a source of a statement. */
import { storableCheck } from "../dialect/storable.ts";
import { ArgumentError, ValueError } from "../sql/errors.ts";
import { ColumnElement, describe } from "../sql/expression/column-element.ts";
import { nextSourceId, type Expression, type SourceColumn, type ValuesSource } from "../sql/expression/node.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import type { ValueOfType } from "../sql/type/value-of-type.ts";
import { didYouMean } from "../util/closest-name.ts";
import { checkedName, NamedSource, sourceColumns, type OutputColumn } from "./named-source.ts";
import type { ValueColumns } from "./source-types.ts";

/** Rows without a name yet: `.as("v")` makes them a source. */
export class ValuesList<R> {
  readonly #columns: readonly SourceColumn[];
  readonly #rows: readonly (readonly Expression[])[];

  constructor(columns: readonly SourceColumn[], rows: readonly (readonly Expression[])[]) {
    this.#columns = columns;
    this.#rows = rows;
  }

  /** The rows under a name, for FROM and joins. */
  as<const Name extends string>(name: Name): NamedSource<Name, ValueColumns<R, Name>> {
    const source: ValuesSource = {
      kind: "values",
      id: nextSourceId(),
      name: checkedName(name, "as"),
      columns: this.#columns,
      rows: this.#rows,
    };
    return new NamedSource(source, sourceColumns(source, typedColumns(this.#columns)) as ValueColumns<R, Name>);
  }
}

/** The values that a row may have, by the types of its columns. */
type GivenRow<C> = { readonly [K in keyof C]: ValueOfType<C[K]> | null };
/** A row of the list: NULL where a row that was given has it, and what the program says where the column's type does not. */
type RowOf<C, R> = {
  readonly [K in keyof C]: unknown extends ValueOfType<C[K]>
    ? K extends keyof R
      ? Widened<R[K]>
      : unknown
    : ValueOfType<C[K]> | (K extends keyof R ? ([R[K]] extends [NonNullable<R[K]>] ? never : null) : never);
};
/** A value's type without the value itself. */
type Widened<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : T extends readonly (infer Item)[]
        ? Widened<Item>[]
        : T extends Date | Uint8Array | null
          ? T
          : { -readonly [K in keyof T]: Widened<T[K]> };

/** Columns that are of no table. */
export function typedColumns(columns: readonly SourceColumn[]): OutputColumn[] {
  return columns.map(({ name, type }) => ({
    name,
    path: [name],
    expression: { kind: "template", parts: [""], expressions: [], type },
  }));
}

/** The columns that a program names with their types. @throws ArgumentError */
export function readColumns(columns: unknown, call: string): SourceColumn[] {
  if (typeof columns !== "object" || columns === null || Object.keys(columns).length === 0)
    throw new ArgumentError(`${call}() takes an object of columns with their types: { id: integer(), name: text() }.`);
  return Object.entries(columns).map(([name, type]: [string, unknown]) => {
    if (typeof type !== "object" || type === null || !("kind" in type))
      throw new ArgumentError(`${call}(): column '${name}' needs a type such as integer(), not ${describe(type)}.`);
    return { name: checkedName(name, call), type: type as SqlType };
  });
}

function check(storable: ((value: unknown) => unknown) | undefined, value: unknown, place: string): void {
  try {
    storable?.(value);
  } catch (error) {
    throw error instanceof ValueError ? new ValueError(`${place}: ${error.problem}`, { cause: error }) : error;
  }
}

/**
 * A list of rows to select from or to join: `values({ id: integer(), name: text() }, [{ id: 1, name: "a" }]).as("v")`.
 * @param columns - The columns with their types.
 * @param rows - Objects with a value, or null, for each column.
 * @throws ArgumentError for a row that is no such object; ValueError for a value that no column of its type takes
 */
export function values<C extends { readonly [name: string]: SqlType }, const R extends GivenRow<C> = never>(
  columns: C,
  rows: readonly R[],
): ValuesList<RowOf<C, R>> {
  const read = readColumns(columns, "values");
  if (!Array.isArray(rows)) throw new ArgumentError(`values() takes an array of rows, not ${describe(rows)}.`);
  const names = new Set(read.map(({ name }) => name));
  const checks = read.map(({ type }) => storableCheck(type));
  const list = rows.map((row: unknown, index) => {
    if (typeof row !== "object" || row === null)
      throw new ArgumentError(`values(): row ${String(index + 1)} is ${describe(row)}, not an object.`);
    const unknown = Object.keys(row).find((key) => !names.has(key));
    if (unknown !== undefined) {
      throw new ArgumentError(
        `values(): row ${String(index + 1)} has '${unknown}', which is no column.${didYouMean(unknown, names)}`,
      );
    }
    return read.map(({ name, type }, at): Expression => {
      const value: unknown = Object.hasOwn(row, name) ? (row as { [key: string]: unknown })[name] : undefined;
      const place = `values(): row ${String(index + 1)}`;
      if (value === undefined) throw new ArgumentError(`${place} has no '${name}'. Give null where there is no value.`);
      if (ColumnElement.isElement(value))
        throw new ArgumentError(`${place} has an expression as '${name}'. Give a plain value.`);
      if (value !== null) check(checks[at], value, `${place}, '${name}'`);
      return { kind: "bind", value, type };
    });
  });
  return new ValuesList<RowOf<C, R>>(read, list);
}
