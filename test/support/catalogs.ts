/** Catalogs written by hand, for tests without a database. */
import {
  emptyCatalog,
  emptyTable,
  type Catalog,
  type CatalogColumn,
  type CatalogIndex,
  type CatalogTable,
} from "../../src/metadata/catalog.ts";

/** A column that is NOT NULL unless `rest` says otherwise. */
export function catalogColumn(name: string, type = "integer", rest: Partial<CatalogColumn> = {}): CatalogColumn {
  return { name, type, nullable: false, ...rest };
}

/** A table with these columns ("id" is an integer) and no constraints but those of `rest`. */
export function catalogTable(
  name: string,
  columns: readonly (string | CatalogColumn)[],
  rest: Partial<CatalogTable> = {},
): CatalogTable {
  return {
    ...emptyTable({ name }),
    columns: columns.map((column) => (typeof column === "string" ? catalogColumn(column) : column)),
    ...rest,
  };
}

/** An index over plain columns. */
export function catalogIndex(name: string, columns: readonly string[], rest: Partial<CatalogIndex> = {}): CatalogIndex {
  return { name, columns: columns.map((column) => ({ column })), unique: false, ...rest };
}

/** A catalog with these tables. */
export function catalogOf(tables: readonly CatalogTable[], rest: Partial<Catalog> = {}): Catalog {
  return { ...emptyCatalog, tables, ...rest };
}
