/** Tables with their columns, keys, indexes, checks and triggers. Called by `inspector.ts`. */
import type { Io } from "../../io/io.ts";
import { emptyTable, type CatalogTable, type QualifiedName } from "../../metadata/catalog.ts";
import { askCatalog, grouped, objectKey, type CatalogRow, schemaName, type Scope, words } from "./catalog-query.ts";
import { inspectChecks, isJsonCheck, type FoundCheck } from "./inspect-checks.ts";
import { columnsOf } from "./inspect-columns.ts";
import { readExactDefaults } from "./inspect-defaults.ts";
import { inspectForeignKeys, keysOf } from "./inspect-keys.ts";
import { withLostExpressions } from "./inspect-lost-text.ts";
import { inspectTriggers } from "./inspect-objects.ts";
import { inspectPartitions } from "./inspect-partitions.ts";
import { withoutForeignKeyIndexes } from "./key-indexes.ts";
import { readTableOptions } from "./table-options.ts";

export interface FoundTables {
  readonly tables: readonly CatalogTable[];
  /** Names of the columns of tables and views by `objectKey`. */
  readonly columnNames: ReadonlyMap<string, readonly string[]>;
  readonly sequenceNames: readonly QualifiedName[];
}

/** All tables of the scope. */
export function* inspectTables(scope: Scope): Io<FoundTables> {
  const { connection, schemas, server } = scope;
  const found = yield* askCatalog(
    connection,
    ["table_schema", "table_name", "table_type", "engine", "table_collation", "create_options", "table_comment"],
    "tables",
    "table_schema",
    schemas,
    "ORDER BY table_schema, table_name",
  );
  const columnRows = grouped(yield* readColumns(scope), tableKey);
  const statistics = grouped(yield* readStatistics(scope), tableKey);
  const checks = yield* inspectChecks(scope);
  const foreignKeys = yield* inspectForeignKeys(scope);
  const isPartitioned = found.some(({ create_options }) => /\bpartitioned\b/i.test(create_options ?? ""));
  const partitions = isPartitioned ? yield* inspectPartitions(scope) : new Map<string, string>();
  const triggers = yield* inspectTriggers(scope);
  const exactDefaults = yield* readExactDefaults(scope, [...columnRows.values()].flat());

  const tables = found.filter(isTable).map((row): CatalogTable => {
    const key = tableKey(row);
    const tableChecks = checks.get(key) ?? [];
    const rows = columnRows.get(key) ?? [];
    const partitionBy = partitions.get(key);
    const options = readTableOptions(row, partitionBy);
    const isJson = (column: CatalogRow) =>
      column["data_type"] === "json" || tableChecks.some((check) => isJsonCheck(check, column));
    const columns = columnsOf(rows, { server: scope.server, options, checks: tableChecks, isJson, exactDefaults });
    const { primaryKey, uniques, indexes } = keysOf(statistics.get(key) ?? []);
    const comment = row["table_comment"] ?? "";
    return withoutForeignKeyIndexes({
      ...emptyTable({ schema: schemaName(scope, row["table_schema"]), name: row["table_name"] ?? "" }),
      kind: partitionBy === undefined ? "table" : "partitioned",
      columns,
      ...(primaryKey === undefined ? {} : { primaryKey }),
      uniques,
      foreignKeys: foreignKeys.get(key) ?? [],
      checks: tableChecks.filter((check) => !check.ofColumn).map(withoutPlace),
      indexes,
      triggers: triggers.get(key) ?? [],
      ...(comment === "" ? {} : { comment }),
      options,
    });
  });
  return {
    tables: server.isMariaDb ? yield* withLostExpressions(scope, tables) : tables,
    columnNames: new Map([...columnRows].map(([key, rows]) => [key, rows.map((row) => row["column_name"] ?? "")])),
    sequenceNames: found
      .filter((row) => row["table_type"] === "SEQUENCE")
      .map((row) => ({ schema: schemaName(scope, row["table_schema"]), name: row["table_name"] ?? "" })),
  };
}

function isTable({ table_type }: CatalogRow): boolean {
  return table_type === "BASE TABLE" || table_type === "SYSTEM VERSIONED";
}

function tableKey(row: CatalogRow): string {
  return objectKey(row["table_schema"], row["table_name"]);
}

function withoutPlace({ ofColumn: _, ...check }: FoundCheck): Omit<FoundCheck, "ofColumn"> {
  return check;
}

function readColumns({ connection, server, schemas }: Scope): Io<CatalogRow[]> {
  const columns = [
    ...words(
      "table_schema table_name column_name column_default is_nullable data_type column_type character_set_name collation_name extra generation_expression column_comment",
    ),
    server.isMariaDb ? "NULL AS srs_id" : "srs_id",
  ];
  const order = "ORDER BY table_schema, table_name, ordinal_position";
  return askCatalog(connection, columns, "columns", "table_schema", schemas, order);
}

function readStatistics({ connection, server, schemas }: Scope): Io<CatalogRow[]> {
  const columns = [
    ...words("table_schema table_name index_name non_unique column_name collation sub_part index_type index_comment"),
    ...(server.isMariaDb
      ? ["NULL AS expression", "ignored = 'YES' AS hidden"]
      : ["expression", "is_visible = 'NO' AS hidden"]),
  ];
  const order = "ORDER BY table_schema, table_name, index_name, seq_in_index";
  return askCatalog(connection, columns, "statistics", "table_schema", schemas, order);
}
