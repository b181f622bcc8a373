/** Which column of a table is SQLite's rowid. */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { Column } from "../../metadata/column.ts";
import type { Table } from "../../metadata/table.ts";
import { ask } from "../session-setup.ts";
import type { CatalogKey, CatalogTable } from "../../metadata/catalog.ts";
import { foldName } from "./ddl-tokens.ts";

/** Behind a column, and only there, `INTEGER PRIMARY KEY DESC` is not the rowid; `parse-ddl.ts` keeps this detail only then. */
export function isDescendingKey(key: CatalogKey | undefined): boolean {
  return key?.columns.length === 1 && key.details?.[0] === "DESC";
}

/** The column that is another name of the rowid: an INTEGER that is the whole primary key. */
export function rowidColumn(table: Pick<CatalogTable, "columns" | "primaryKey" | "options">): string | undefined {
  const { primaryKey, options } = table;
  const [name] = primaryKey?.columns ?? [];
  if (isDescendingKey(primaryKey)) return undefined;
  if (name === undefined || primaryKey?.columns.length !== 1 || options["withoutRowid"] === "true") return undefined;
  const column = table.columns.find((candidate) => foldName(candidate.name) === foldName(name));
  return column !== undefined && foldName(column.type) === "integer" ? column.name : undefined;
}

/**
 * Whether the database's own table has this column as its rowid, which is what an INSERT reports. Every other primary key
 * (INT PRIMARY KEY, a descending one, one WITHOUT ROWID) has an index, and a view has no key.
 */
export function* reportsKey(connection: DriverConnection, table: Table, key: Column): Io<boolean | undefined> {
  const place = table.schema === undefined ? "?" : "?, ?";
  const { rows } = yield* ask(
    connection,
    `SELECT name, pk, (SELECT count(*) FROM pragma_index_list(${place}) WHERE origin = 'pk') FROM pragma_table_info(${place})`,
    table.schema === undefined ? [table.name, table.name] : [table.name, table.schema, table.name, table.schema],
  );
  if (rows.length === 0) return undefined;
  const parts = rows.filter(([, position]) => position !== 0);
  const [name, , indexes] = parts[0] ?? [];
  return parts.length === 1 && foldName(String(name)) === foldName(key.name) && indexes === 0;
}
