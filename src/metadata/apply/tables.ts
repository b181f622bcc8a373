/** Table operations on a catalog. */
import type { Catalog, CatalogTable, QualifiedName } from "../catalog.ts";
import type { TableOperation } from "../operation.ts";
import { renameTableInExpression, renameTableInStatement } from "../rename-in-expression.ts";
import { indexColumns } from "./constraints.ts";
import { editTable, inserted, requireColumns, requireFreeObject, sameName, tableOf, without } from "./edit.ts";

export function applyTableOperation(catalog: Catalog, operation: TableOperation): Catalog {
  switch (operation.kind) {
    case "createTable":
      return createTable(catalog, operation.table);
    case "dropTable":
      return dropTable(catalog, operation.table);
    case "renameTable":
      return renameTable(catalog, operation.table, operation.newName);
    case "setTableComment":
      return editTable(catalog, operation.table, (table) => ({ ...table, comment: operation.comment }));
    case "setTableOptions":
      return editTable(catalog, operation.table, (table) => ({
        ...table,
        options: changedOptions(table.options, operation.options),
      }));
  }
}

function createTable(catalog: Catalog, table: CatalogTable): Catalog {
  requireFreeObject(catalog.tables, table, "table");
  requireFreeObject(catalog.views, table, "view");
  const constraints = [
    ...(table.primaryKey === undefined ? [] : [table.primaryKey]),
    ...table.uniques,
    ...table.foreignKeys,
  ];
  for (const { columns } of constraints) requireColumns(table, columns);
  for (const index of table.indexes) requireColumns(table, indexColumns(index));
  return { ...catalog, tables: inserted(catalog.tables, table) };
}

function dropTable(catalog: Catalog, name: QualifiedName): Catalog {
  const table = tableOf(catalog, name);
  return {
    ...catalog,
    tables: without(catalog.tables, table),
    sequences: catalog.sequences.filter(({ ownedBy }) => ownedBy === undefined || !sameName(ownedBy.table, name)),
  };
}

function renameTable(catalog: Catalog, name: QualifiedName, newName: string): Catalog {
  const table = tableOf(catalog, name);
  const renamed: QualifiedName = { schema: name.schema, name: newName };
  requireFreeObject(catalog.tables, renamed, "table");
  requireFreeObject(catalog.views, renamed, "view");
  const tables = inserted(without(catalog.tables, table), renamedTable(table, newName));
  return {
    ...catalog,
    tables: tables.map((other) => {
      if (!other.foreignKeys.some((key) => sameName(key.referred, name))) return other;
      const foreignKeys = other.foreignKeys.map((key) =>
        sameName(key.referred, name) ? { ...key, referred: renamed } : key,
      );
      return { ...other, foreignKeys, sql: undefined };
    }),
    sequences: catalog.sequences.map((sequence) =>
      sequence.ownedBy !== undefined && sameName(sequence.ownedBy.table, name)
        ? { ...sequence, ownedBy: { ...sequence.ownedBy, table: renamed } }
        : sequence,
    ),
  };
}

function renamedTable(table: CatalogTable, newName: string): CatalogTable {
  const renameIn = (expression: string): string => renameTableInExpression(expression, table.name, newName);
  return {
    ...table,
    name: newName,
    sql: undefined,
    columns: table.columns.map((column) =>
      column.computed === undefined
        ? column
        : { ...column, computed: { ...column.computed, expression: renameIn(column.computed.expression) } },
    ),
    checks: table.checks.map((check) => ({ ...check, expression: renameIn(check.expression) })),
    indexes: table.indexes.map((index) => ({
      ...index,
      columns: index.columns.map((part) =>
        part.expression === undefined ? part : { ...part, expression: renameIn(part.expression) },
      ),
      ...(index.where === undefined ? {} : { where: renameIn(index.where) }),
    })),
    triggers: table.triggers.map((trigger) => ({
      ...trigger,
      definition: renameTableInStatement(trigger.definition, table.name, newName),
    })),
  };
}

/** `options` after `changes`, sorted by name; undefined takes one away. */
export function changedOptions(
  options: { readonly [name: string]: string },
  changes: { readonly [name: string]: string | undefined },
): { [name: string]: string } {
  const entries = Object.entries({ ...options, ...changes }).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, value]],
  );
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}
