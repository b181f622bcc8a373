/**
 * Which operations must share one ALTER TABLE. An AUTO_INCREMENT column is never without an index that begins with it: it comes
 * together with its key, and a key goes together with the column, its AUTO_INCREMENT, or the key that follows. An index that a
 * foreign key of any table refers to goes together with the one that takes its place.
 */
import { applyOperation } from "../../metadata/apply-operation.ts";
import {
  displayName,
  nameKey,
  type Catalog,
  type CatalogForeignKey,
  type CatalogTable,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import type { Operation, OperationOf } from "../../metadata/operation.ts";
import { CompileError } from "../../sql/errors.ts";
import { asUnique, isServed } from "./key-indexes.ts";

const alterationKinds = [
  ...(["addColumn", "dropColumn", "alterColumn", "renameColumn"] as const),
  ...(["addConstraint", "dropConstraint", "renameConstraint"] as const),
  ...(["createIndex", "dropIndex", "renameIndex"] as const),
  ...(["setTableComment", "setTableOptions"] as const),
];
const alterations: ReadonlySet<string> = new Set(alterationKinds);

/** An operation that is part of an ALTER TABLE. */
export type TableAlteration = OperationOf<(typeof alterationKinds)[number]>;

export function isTableAlteration(operation: Operation): operation is TableAlteration {
  return alterations.has(operation.kind);
}

/**
 * The operations in their order, those that must share a statement together: where the last of them stood, because what stood
 * between is of other tables and may be needed first.
 * @throws CompileError where an AUTO_INCREMENT column would be left without an index.
 */
export function groupOperations(operations: readonly Operation[], catalog: Catalog): readonly (readonly Operation[])[] {
  const groups: (readonly Operation[])[] = [];
  const waiting: (Operation | readonly Operation[])[] = [...operations];
  let present = catalog;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const group = isGroup(next) ? next : gather(next, waiting, present);
    if (group === undefined) continue;
    groups.push(group);
    present = applyAll(present, group);
  }
  return groups;
}

function isGroup(item: Operation | readonly Operation[]): item is readonly Operation[] {
  return Array.isArray(item);
}

/** `operation` alone; or undefined where it waits, with others of `waiting`, for one of those. */
function gather(
  operation: Operation,
  waiting: (Operation | readonly Operation[])[],
  catalog: Catalog,
): readonly Operation[] | undefined {
  if (!isTableAlteration(operation)) return [operation];
  const after = applyAll(catalog, [operation]);
  const column = unsettledColumn(after, operation);
  const lacking = column === undefined ? unservedReference : unsettledColumn;
  if (lacking(after, operation) === undefined || lacking(catalog, operation) !== undefined) return [operation];
  const group: TableAlteration[] = [operation];
  const others: (Operation | readonly Operation[])[] = [];
  for (const [index, next] of waiting.entries()) {
    if (isGroup(next) || !isTableAlteration(next) || nameKey(next.table) !== nameKey(operation.table)) {
      others.push(next);
      continue;
    }
    group.push(next);
    if (lacking(applyAll(catalog, group), operation) !== undefined) continue;
    if (others.length === 0) {
      waiting.splice(0, index + 1);
      return group;
    }
    waiting.splice(0, index + 1, ...others, group);
    return undefined;
  }
  // What nothing serves any more may be a key that the server does not enforce: it has the last word.
  if (column === undefined) return [operation];
  throw new CompileError(
    `Column '${column}' of table '${displayName(operation.table)}' is AUTO_INCREMENT, which takes an index that begins with it. ` +
      "Add its key in the same revision, or take the identity away before the key.",
  );
}

/** A foreign key that refers to columns of the table which no index begins with any more. */
function unservedReference(catalog: Catalog, { table }: TableAlteration): CatalogForeignKey | undefined {
  const referred = nameKey(table);
  const found = find(catalog, table);
  if (found === undefined) return undefined;
  return catalog.tables
    .flatMap(({ foreignKeys }) => foreignKeys)
    .find((key) => nameKey(key.referred) === referred && !isServed(found, key.referredColumns));
}

function applyAll(catalog: Catalog, operations: readonly Operation[]): Catalog {
  return operations.reduce(
    (before, operation) => applyOperation(before, canonicalOperation(operation, before)),
    catalog,
  );
}

/** The AUTO_INCREMENT column that no index begins with. */
function unsettledColumn(catalog: Catalog, { table: name }: TableAlteration): string | undefined {
  const table = find(catalog, name);
  const column = table?.columns.find(({ identity }) => identity !== undefined);
  if (table === undefined || column === undefined) return undefined;
  const leaders = [table.primaryKey, ...table.uniques].map((key) => key?.columns[0]);
  const isLed = [...leaders, ...table.indexes.map(({ columns }) => columns[0]?.column)].includes(column.name);
  return isLed ? undefined : column.name;
}

/**
 * The operation in the words of a catalog that was read back: a unique index that a constraint can say is one, and a primary key
 * has no name.
 */
export function canonicalOperation(operation: TableAlteration, catalog: Catalog): TableAlteration;
export function canonicalOperation(operation: Operation, catalog: Catalog): Operation;
export function canonicalOperation(operation: Operation, catalog: Catalog): Operation {
  switch (operation.kind) {
    case "createTable":
      return { ...operation, table: canonicalTable(operation.table) };
    case "createIndex": {
      const { table, index } = operation;
      const unique = asUnique(index);
      return unique === undefined
        ? operation
        : { kind: "addConstraint", table, constraint: { kind: "unique", ...unique } };
    }
    case "addConstraint":
      return operation.constraint.kind === "primaryKey"
        ? { ...operation, constraint: { ...operation.constraint, name: undefined } }
        : operation;
    case "dropConstraint":
      if (operation.constraintKind === "primaryKey") return { ...operation, name: undefined };
      return operation.constraintKind === "unique" &&
        operation.name !== undefined &&
        isIndex(catalog, operation, operation.name)
        ? { kind: "dropIndex", table: operation.table, name: operation.name }
        : operation;
    case "renameConstraint":
      return operation.constraintKind === "unique" && isIndex(catalog, operation, operation.name)
        ? { kind: "renameIndex", table: operation.table, name: operation.name, newName: operation.newName }
        : operation;
    case "dropIndex":
      return isUnique(catalog, operation)
        ? { kind: "dropConstraint", table: operation.table, constraintKind: "unique", name: operation.name }
        : operation;
    case "renameIndex":
      return isUnique(catalog, operation)
        ? { ...operation, kind: "renameConstraint", constraintKind: "unique" }
        : operation;
    default:
      return operation;
  }
}

function canonicalTable(table: CatalogTable): CatalogTable {
  const uniques = table.indexes.flatMap((index) => asUnique(index) ?? []);
  const { primaryKey } = table;
  return {
    ...table,
    ...(primaryKey === undefined ? {} : { primaryKey: { ...primaryKey, name: undefined } }),
    uniques: [...table.uniques, ...uniques],
    indexes: table.indexes.filter((index) => asUnique(index) === undefined),
  };
}

function find(catalog: Catalog, name: QualifiedName): CatalogTable | undefined {
  return catalog.tables.find((candidate) => nameKey(candidate) === nameKey(name));
}

function isIndex(catalog: Catalog, { table }: { readonly table: QualifiedName }, name: string): boolean {
  return find(catalog, table)?.indexes.some((index) => index.name === name) === true;
}

function isUnique(catalog: Catalog, { table, name }: OperationOf<"dropIndex" | "renameIndex">): boolean {
  return find(catalog, table)?.uniques.some((key) => key.name === name) === true;
}
