/** Full-text indexes as a method of indexing, which knows neither languages nor weights: MySQL's, and SQLite's by way of FTS5. */
import type { CatalogIndex } from "../metadata/catalog.ts";
import type { FullTextDefinition } from "./migration-dialect.ts";

/** Whether an index of a catalog is a full-text index. */
export function isFullText({ method }: CatalogIndex): boolean {
  return method === "fulltext";
}

/** See `MigrationDialect`. */
export function fullTextIndex({ name, columns }: Pick<FullTextDefinition, "name" | "columns">): CatalogIndex {
  return { name, columns: columns.map((column) => ({ column })), unique: false, method: "fulltext" };
}

/** See `MigrationDialect`. */
export function reflectFullText(index: CatalogIndex): FullTextDefinition | undefined {
  if (!isFullText(index)) return undefined;
  const columns = index.columns.flatMap(({ column }) => column ?? []);
  return { name: index.name, columns, language: "simple", weights: columns.map(() => "D") };
}
