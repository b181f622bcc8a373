/** Short ways to define tables in tests. */
import type { ColumnOptions } from "../../src/metadata/column.ts";
import { MetaData } from "../../src/metadata/meta-data.ts";
import { Table, type TableOptions } from "../../src/metadata/table.ts";
import type { ColumnElement } from "../../src/sql/expression/column-element.ts";
import type { SqlType } from "../../src/sql/type/sql-type.ts";
import { integer } from "../../src/sql/type/types.ts";

/** A column that takes NULL. */
export function column(name: string, type: SqlType, options: Partial<ColumnOptions> = {}): ColumnOptions {
  return { name, type, nullable: true, ...options };
}

/** An integer key that the database counts up. */
export const id: ColumnOptions = {
  name: "id",
  type: integer(),
  nullable: false,
  primaryKey: true,
  identity: { always: false },
};

/** A table, in a MetaData of its own or in a given one. */
export function defineTable(
  options: TableOptions,
  metadata: MetaData = new MetaData(),
): { readonly table: Table; readonly metadata: MetaData } {
  const table = new Table(options);
  metadata.add(table);
  return { table, metadata };
}

/** A table's column as an expression of type `T`. */
export function element<T>(table: Table, name: string): ColumnElement<T> {
  return table.column(name).element as ColumnElement<T>;
}
