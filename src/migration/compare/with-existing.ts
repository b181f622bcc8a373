/** Operations with what was there before each of them, so that all of them can be reversed. */
import { applyOperation } from "../../metadata/apply-operation.ts";
import { constraintsOf } from "../../metadata/apply/constraints.ts";
import { nameKey, type Catalog, type CatalogTable, type QualifiedName } from "../../metadata/catalog.ts";
import type { ColumnPosition, Operation } from "../../metadata/operation.ts";

/** `operations`, each with `existing` as it is at its turn on a database that holds `catalog` before the first. */
export function withExisting(
  operations: readonly Operation[],
  catalog: Catalog,
  columnPositions: boolean,
): Operation[] {
  let current = catalog;
  return operations.map((operation) => {
    const complete = withBefore(operation, current, columnPositions);
    current = applyOperation(current, complete);
    return complete;
  });
}

function withBefore(operation: Operation, catalog: Catalog, columnPositions: boolean): Operation {
  const tableOf = (name: QualifiedName): CatalogTable | undefined =>
    catalog.tables.find((table) => nameKey(table) === nameKey(name));
  switch (operation.kind) {
    case "dropTable":
      return { ...operation, existing: withoutText(tableOf(operation.table)) };
    case "setTableComment":
      return { ...operation, existing: { comment: tableOf(operation.table)?.comment } };
    case "setTableOptions": {
      const before = tableOf(operation.table)?.options ?? {};
      const names = Object.keys(operation.options);
      return { ...operation, existing: Object.fromEntries(names.map((name) => [name, before[name]])) };
    }
    case "dropColumn":
    case "alterColumn": {
      const columns = tableOf(operation.table)?.columns ?? [];
      const at = columns.findIndex(({ name }) => name === operation.column);
      if (operation.kind === "alterColumn") return { ...operation, existing: columns[at] };
      const position = columnPositions ? positionOf(columns, at) : undefined;
      return { ...operation, existing: columns[at], ...(position === undefined ? {} : { position }) };
    }
    case "dropConstraint": {
      const { constraintKind, name, table } = operation;
      if (name === undefined) return operation;
      const owner = tableOf(table);
      const constraints = owner === undefined ? [] : constraintsOf(owner);
      const existing = constraints.find((candidate) => candidate.kind === constraintKind && candidate.name === name);
      return { ...operation, existing };
    }
    case "dropIndex":
      return { ...operation, existing: tableOf(operation.table)?.indexes.find(({ name }) => name === operation.name) };
    case "dropEnum":
    case "addEnumValue":
    case "replaceEnumValues":
      return { ...operation, existing: catalog.enums.find((type) => nameKey(type) === nameKey(operation.type)) };
    case "dropSequence":
    case "alterSequence": {
      const key = nameKey(operation.sequence);
      return { ...operation, existing: catalog.sequences.find((sequence) => nameKey(sequence) === key) };
    }
    default:
      return operation;
  }
}

function withoutText(table: CatalogTable | undefined): CatalogTable | undefined {
  if (table === undefined) return undefined;
  const { sql: _sql, ...rest } = table;
  return rest;
}

function positionOf(columns: readonly { readonly name: string }[], at: number): ColumnPosition | undefined {
  if (at === columns.length - 1) return undefined;
  const before = columns[at - 1];
  return before === undefined ? { first: true } : { after: before.name };
}
