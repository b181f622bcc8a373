/**
 * Operations in the form that locks nobody out of PostgreSQL for long: indexes are built beside writes, constraints are added
 * without reading rows and validated afterwards, rows get values in batches. What they lead to is the same schema.
 */
import { applyWhereKnown } from "../../metadata/apply-operation.ts";
import { knownTable, nameKey, type Catalog, type QualifiedName } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { safeAddColumn, safeAlterColumn } from "./safe-columns.ts";
import { findReplacements, safeKey, safeReplacement } from "./safe-keys.ts";

/** What to write instead of `operations`. */
export function safeOperations(operations: readonly Operation[], catalog: Catalog): readonly Operation[] {
  const replacements = findReplacements(operations, catalog);
  const created = new Set<string>();
  const written: Operation[] = [];
  let present = catalog;
  for (const operation of operations) {
    noteCreated(created, operation);
    if (replacements.dropped.has(operation)) continue;
    const dropped = replacements.droppedFor.get(operation);
    const isNew = "table" in operation && created.has(nameKey(operation.table));
    const forms = isNew
      ? [operation]
      : dropped === undefined
        ? safeForm(operation, present)
        : safeReplacement(dropped, operation, present);
    written.push(...forms);
    present = forms.reduce(applyWhereKnown, present);
  }
  return written;
}

/** The safe sequence for one operation on a table with rows; the operation alone where it has none or needs none. */
export function safeForm(operation: Operation, catalog: Catalog): readonly Operation[] {
  switch (operation.kind) {
    case "createIndex":
    case "dropIndex":
      return isPartitioned(catalog, operation.table) ? [operation] : [{ ...operation, concurrently: true }];
    case "addConstraint": {
      const { table, constraint } = operation;
      if (constraint.kind === "primaryKey" || constraint.kind === "unique") return safeKey(operation, catalog);
      if (constraint.kind === "exclusion" || constraint.notValid === true || constraint.name === undefined)
        return [operation];
      // PostgreSQL 15 cannot leave a partitioned table's reference unchecked.
      if (constraint.kind === "foreignKey" && isPartitioned(catalog, table)) return [operation];
      return [
        { ...operation, constraint: { ...constraint, notValid: true } },
        { kind: "validateConstraint", table, constraintKind: constraint.kind, name: constraint.name },
      ];
    }
    case "addColumn":
      return safeAddColumn(operation, catalog);
    case "alterColumn":
      return safeAlterColumn(operation, catalog);
    default:
      return [operation];
  }
}

function isPartitioned(catalog: Catalog, table: QualifiedName): boolean {
  return knownTable(catalog, table)?.kind === "partitioned";
}

function noteCreated(created: Set<string>, operation: Operation): void {
  if (operation.kind === "createTable") created.add(nameKey(operation.table));
  if (operation.kind !== "renameTable" || !created.has(nameKey(operation.table))) return;
  created.add(nameKey({ schema: operation.table.schema, name: operation.newName }));
}
