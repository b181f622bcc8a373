/** Column operations on a catalog. */
import type {
  Catalog,
  CatalogColumn,
  CatalogForeignKey,
  CatalogIndexColumn,
  CatalogKey,
  CatalogTable,
  QualifiedName,
} from "../catalog.ts";
import type { ColumnOperation, ColumnPosition } from "../operation.ts";
import { mentionsColumn, renameColumnInExpression } from "../rename-in-expression.ts";
import { editTable, found, replaced, requireFree, sameName, tableOf, tableTitle } from "./edit.ts";

export function applyColumnOperation(catalog: Catalog, operation: ColumnOperation): Catalog {
  switch (operation.kind) {
    case "addColumn":
      return editTable(catalog, operation.table, (table) => addColumn(table, operation.column, operation.position));
    case "dropColumn":
      return dropColumn(catalog, operation.table, operation.column);
    case "alterColumn":
      return editTable(catalog, operation.table, (table) => {
        const before = found(table.columns, operation.column, "column", tableTitle(table));
        return { ...table, columns: replaced(table.columns, before, { ...before, ...operation.changes }) };
      });
    case "renameColumn":
      return renameColumn(catalog, operation.table, operation.column, operation.newName);
  }
}

function addColumn(table: CatalogTable, column: CatalogColumn, position: ColumnPosition | undefined): CatalogTable {
  requireFree(table.columns, column.name, "column", tableTitle(table));
  if (position?.first === true) return { ...table, columns: [column, ...table.columns] };
  if (position?.after === undefined) return { ...table, columns: [...table.columns, column] };
  const neighbour = found(table.columns, position.after, "column", tableTitle(table));
  return { ...table, columns: table.columns.toSpliced(table.columns.indexOf(neighbour) + 1, 0, column) };
}

function dropColumn(catalog: Catalog, name: QualifiedName, column: string): Catalog {
  const remaining = editTable(catalog, name, (table) => {
    const dropped = found(table.columns, column, "column", tableTitle(table));
    const users = columnUsers(table, column);
    return {
      ...table,
      columns: table.columns.filter((other) => other !== dropped),
      primaryKey: users.has(table.primaryKey) ? undefined : table.primaryKey,
      uniques: table.uniques.filter((key) => !users.has(key)),
      foreignKeys: table.foreignKeys.filter((key) => !users.has(key)),
      checks: table.checks.filter((check) => !users.has(check)),
      exclusions: table.exclusions.filter((exclusion) => !users.has(exclusion)),
      indexes: table.indexes.filter((index) => !users.has(index)),
    };
  });
  const sequences = remaining.sequences.filter(
    ({ ownedBy }) => ownedBy === undefined || ownedBy.column !== column || !sameName(ownedBy.table, name),
  );
  return { ...remaining, sequences };
}

/** The constraints and indexes of `table` that cannot be without `column`. */
export function columnUsers(table: CatalogTable, column: string): ReadonlySet<unknown> {
  const mentions = (expression: string | undefined): boolean =>
    expression !== undefined && mentionsColumn(expression, table.name, column);
  const users = new Set<unknown>();
  const keys = [...(table.primaryKey === undefined ? [] : [table.primaryKey]), ...table.uniques];
  for (const key of keys) if (key.columns.includes(column) || key.include?.includes(column) === true) users.add(key);
  for (const key of table.foreignKeys) if (key.columns.includes(column)) users.add(key);
  for (const check of table.checks) if (mentions(check.expression)) users.add(check);
  for (const exclusion of table.exclusions) if (mentions(exclusion.definition)) users.add(exclusion);
  for (const index of table.indexes) {
    const isUsed =
      index.columns.some((part) => part.column === column || mentions(part.expression)) ||
      index.include?.includes(column) === true ||
      mentions(index.where);
    if (isUsed) users.add(index);
  }
  return users;
}

/** A table with `from` called `to` in everything that names its columns. */
function renameColumn(catalog: Catalog, name: QualifiedName, from: string, to: string): Catalog {
  const table = tableOf(catalog, name);
  const column = found(table.columns, from, "column", tableTitle(table));
  requireFree(table.columns, to, "column", tableTitle(table));
  const rename = (other: string): string => (other === from ? to : other);
  const renameIn = (expression: string): string => renameColumnInExpression(expression, table.name, from, to);
  const renamed = editTable(catalog, name, () => ({
    ...table,
    columns: table.columns.map((other) => renameInColumn(other === column ? { ...other, name: to } : other, renameIn)),
    primaryKey: table.primaryKey === undefined ? undefined : renameInKey(table.primaryKey, rename),
    uniques: table.uniques.map((key) => renameInKey(key, rename)),
    foreignKeys: table.foreignKeys.map((key) => renameInForeignKey(key, rename)),
    checks: table.checks.map((check) => ({ ...check, expression: renameIn(check.expression) })),
    exclusions: table.exclusions.map((exclusion) => ({ ...exclusion, definition: renameIn(exclusion.definition) })),
    indexes: table.indexes.map((index) => ({
      ...index,
      columns: index.columns.map((part) => renameInIndexColumn(part, rename, renameIn)),
      ...(index.include === undefined ? {} : { include: index.include.map(rename) }),
      ...(index.where === undefined ? {} : { where: renameIn(index.where) }),
    })),
    policies: table.policies.map((policy) => ({
      ...policy,
      ...(policy.using === undefined ? {} : { using: renameIn(policy.using) }),
      ...(policy.withCheck === undefined ? {} : { withCheck: renameIn(policy.withCheck) }),
    })),
  }));
  return {
    ...renamed,
    tables: renamed.tables.map((other) => renameReferred(other, name, rename)),
    sequences: renamed.sequences.map((sequence) =>
      sequence.ownedBy !== undefined && sameName(sequence.ownedBy.table, name)
        ? { ...sequence, ownedBy: { ...sequence.ownedBy, column: rename(sequence.ownedBy.column) } }
        : sequence,
    ),
  };
}

function renameInColumn(column: CatalogColumn, renameIn: (expression: string) => string): CatalogColumn {
  const { computed, default: value } = column;
  return {
    ...column,
    ...(computed === undefined ? {} : { computed: { ...computed, expression: renameIn(computed.expression) } }),
    // MariaDB's defaults may name other columns.
    ...(value === undefined ? {} : { default: renameIn(value) }),
  };
}

function renameInKey(key: CatalogKey, rename: (name: string) => string): CatalogKey {
  return {
    ...key,
    columns: key.columns.map(rename),
    ...(key.include === undefined ? {} : { include: key.include.map(rename) }),
  };
}

function renameInForeignKey(key: CatalogForeignKey, rename: (name: string) => string): CatalogForeignKey {
  return {
    ...key,
    columns: key.columns.map(rename),
    ...(key.onDeleteColumns === undefined ? {} : { onDeleteColumns: key.onDeleteColumns.map(rename) }),
  };
}

function renameInIndexColumn(
  part: CatalogIndexColumn,
  rename: (name: string) => string,
  renameIn: (expression: string) => string,
): CatalogIndexColumn {
  if (part.column !== undefined) return { ...part, column: rename(part.column) };
  return part.expression === undefined ? part : { ...part, expression: renameIn(part.expression) };
}

function renameReferred(table: CatalogTable, referred: QualifiedName, rename: (name: string) => string): CatalogTable {
  if (!table.foreignKeys.some((key) => sameName(key.referred, referred))) return table;
  const foreignKeys = table.foreignKeys.map((key) =>
    sameName(key.referred, referred) ? { ...key, referredColumns: key.referredColumns.map(rename) } : key,
  );
  return { ...table, foreignKeys, sql: undefined };
}
