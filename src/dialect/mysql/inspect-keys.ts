/** Primary keys, unique constraints, indexes and foreign keys. Called by `inspect-tables.ts`. */
import type { Io } from "../../io/io.ts";
import type { CatalogForeignKey, CatalogIndex, CatalogIndexColumn, CatalogKey } from "../../metadata/catalog.ts";
import type { ForeignKeyAction } from "../../metadata/constraint.ts";
import { askCatalog, grouped, objectKey, type CatalogRow, schemaName, type Scope, words } from "./catalog-query.ts";
import { expressionText } from "./catalog-text.ts";
import { asUnique, keyDetail } from "./key-indexes.ts";

/** What the statistics of one table hold; its rows are sorted by index and place. */
export function keysOf(rows: readonly CatalogRow[]): {
  readonly primaryKey: CatalogKey | undefined;
  readonly uniques: readonly CatalogKey[];
  readonly indexes: readonly CatalogIndex[];
} {
  let primaryKey: CatalogKey | undefined;
  const uniques: CatalogKey[] = [];
  const indexes: CatalogIndex[] = [];
  for (const [name, parts] of grouped(rows, (row) => row["index_name"] ?? "")) {
    const index = indexOf(name, parts);
    if (name === "PRIMARY") {
      const details = index.columns.map(keyDetail);
      const columns = index.columns.map(({ column = "" }) => column);
      primaryKey = { name: undefined, columns, ...(details.some((detail) => detail !== "") ? { details } : {}) };
      continue;
    }
    const unique = asUnique(index);
    if (unique === undefined) indexes.push(index);
    else uniques.push(unique);
  }
  return { primaryKey, uniques, indexes };
}

function indexOf(name: string, parts: readonly CatalogRow[]): CatalogIndex {
  const [first = {}] = parts;
  const type = first["index_type"] ?? "BTREE";
  const comment = first["index_comment"] ?? "";
  return {
    name,
    columns: parts.map((part) => indexColumn(part, type)),
    unique: Number(first["non_unique"]) === 0,
    ...(type === "BTREE" ? {} : { method: type.toLowerCase() }),
    ...(comment === "" ? {} : { comment }),
    ...(first["hidden"] === "1" ? { options: { invisible: "true" } } : {}),
  };
}

function indexColumn(part: CatalogRow, type: string): CatalogIndexColumn {
  const { column_name: column, expression, collation, sub_part: length } = part;
  // What these report as a length is not one.
  const hasLength = length !== undefined && type !== "FULLTEXT" && type !== "SPATIAL" && type !== "RTREE";
  return {
    ...(column === undefined ? { expression: expressionText(false, expression ?? "") } : { column }),
    ...(collation === "D" ? { descending: true } : {}),
    ...(hasLength ? { length: Number(length) } : {}),
  };
}

/** The foreign keys of each table by `objectKey`, sorted by name. */
export function* inspectForeignKeys(scope: Scope): Io<ReadonlyMap<string, readonly CatalogForeignKey[]>> {
  const { connection, schemas } = scope;
  const rules = yield* askCatalog(
    connection,
    ["constraint_schema", "table_name", "constraint_name", "update_rule", "delete_rule"],
    "referential_constraints",
    "constraint_schema",
    schemas,
    "ORDER BY constraint_schema, constraint_name",
  );
  const columns = yield* askCatalog(
    connection,
    words(
      "table_schema table_name constraint_name column_name referenced_table_schema referenced_table_name referenced_column_name",
    ),
    "key_column_usage",
    "table_schema",
    schemas,
    "AND referenced_table_name IS NOT NULL ORDER BY constraint_name, ordinal_position",
  );
  const keyName = (schema: string | undefined, row: CatalogRow) =>
    JSON.stringify([schema, row["table_name"], row["constraint_name"]]);
  const columnsOf = grouped(columns, (row) => keyName(row["table_schema"], row));
  const tables = grouped(rules, (row) => objectKey(row["constraint_schema"], row["table_name"]));
  return new Map(
    [...tables].map(([table, rows]) => [
      table,
      rows.map((rule) => foreignKey(scope, rule, columnsOf.get(keyName(rule["constraint_schema"], rule)) ?? [])),
    ]),
  );
}

function foreignKey(scope: Scope, rule: CatalogRow, columns: readonly CatalogRow[]): CatalogForeignKey {
  const [first] = columns;
  const onDelete = action(rule["delete_rule"]);
  const onUpdate = action(rule["update_rule"]);
  return {
    name: rule["constraint_name"] ?? undefined,
    columns: columns.map((row) => row["column_name"] ?? ""),
    referred: {
      schema: schemaName(scope, first?.["referenced_table_schema"]),
      name: first?.["referenced_table_name"] ?? "",
    },
    referredColumns: columns.map((row) => row["referenced_column_name"] ?? ""),
    ...(onDelete === undefined ? {} : { onDelete }),
    ...(onUpdate === undefined ? {} : { onUpdate }),
  };
}

/** InnoDB checks at once, so that RESTRICT and NO ACTION are one; which of them it reports for neither depends on the server. */
function action(rule: string | undefined): ForeignKeyAction | undefined {
  return rule === "CASCADE" || rule === "SET NULL" || rule === "SET DEFAULT" ? rule : undefined;
}
