/**
 * Changes in an order that works:
 *
 *  1. schemas, enum types and sequences that come, new values of enum types
 *  2. foreign keys, indexes and constraints that go or change are dropped; then what only gets a new name. Where an enum type
 *     loses values, tables and columns that go are dropped by now, and columns that leave it have: their rows and defaults may hold one
 *  3. tables that stay are changed: columns, constraints, at last the columns that go. No column is dropped before the generated
 *     columns that read it are dropped or made plain
 *  4. tables are created, those that others refer to first; indexes and foreign keys are added
 *  5. tables are dropped, those that refer to others first; sequences; enum types. Where one of these tables is in the way of
 *     something, by a name or a foreign key, they are dropped in step 2
 *
 * A database that makes a table anew for each change (no ADD CONSTRAINT) gets all that concerns one table in one piece.
 */
import { nameKey, type CatalogForeignKey, type CatalogTable, type QualifiedName } from "../../metadata/catalog.ts";
import type { ColumnPosition, Operation } from "../../metadata/operation.ts";
import { renameTypeInType } from "../../metadata/rename-in-expression.ts";
import { topologicalSort } from "../../util/topological-sort.ts";
import type { CompareCapabilities } from "./comparison.ts";
import type { EnumChanges } from "./enums.ts";
import type { SequenceDifferences } from "./sequences.ts";
import { tableName, type ColumnAlteration, type TableChanges } from "./table-changes.ts";
import type { TableDifferences } from "./tables.ts";

export interface Differences {
  readonly schemas: readonly Operation[];
  readonly enums: EnumChanges;
  readonly sequences: SequenceDifferences;
  readonly tables: TableDifferences;
}

export function inOrder(
  { schemas, enums, sequences, tables }: Differences,
  capabilities: CompareCapabilities,
): Operation[] {
  const isReplaced = capabilities.addConstraint && enums.change.some(({ kind }) => kind === "replaceEnumValues");
  const before = [...schemas, ...enums.create, ...(isReplaced ? [] : enums.change), ...sequences.change];
  const body = capabilities.addConstraint
    ? withAddConstraint(tables, capabilities, isReplaced ? enums.change : [])
    : withoutAddConstraint(tables, capabilities);
  return [...before, ...body, ...sequences.drop, ...enums.drop];
}

/** @param replaced - Enum types that lose values or have them in another order. */
function withAddConstraint(
  tables: TableDifferences,
  capabilities: CompareCapabilities,
  replaced: readonly Operation[],
): Operation[] {
  const { changed } = tables;
  const created = creations(tables.created);
  const dropped = drops(tables.dropped);
  const isReplaced = replaced.length > 0;
  const isBlocked = isReplaced || tables.isHeldByDropped || namesTaken(tables);
  const early = changed.map((changes) => (isReplaced ? earlyColumnChanges(changes, replaced) : nothingEarly(changes)));
  return [
    ...changed.flatMap(({ foreignKeys }) => foreignKeys.drop),
    ...(isBlocked ? dropped : []),
    ...changed.flatMap(({ indexes, constraints }) => [...indexes.drop, ...constraints.drop]),
    ...replaced.filter(({ kind }) => kind === "alterColumn"),
    ...early.flatMap(({ operations }) => operations),
    ...replaced.filter(({ kind }) => kind !== "alterColumn"),
    ...renamesInOrder(
      changed.flatMap(({ indexes, constraints, foreignKeys }) => [
        ...constraints.rename,
        ...foreignKeys.rename,
        ...indexes.rename,
      ]),
    ),
    ...early.flatMap(({ rest: changes }) => [
      ...columnOperations(changes, capabilities),
      ...changes.constraints.add,
      ...changes.rest,
      ...changes.columns.drop,
    ]),
    ...changed.flatMap(({ indexes }) => indexes.add),
    ...created.tables,
    ...changed.flatMap(({ foreignKeys }) => foreignKeys.add),
    ...created.foreignKeys,
    ...(isBlocked ? [] : dropped),
  ];
}

function withoutAddConstraint(tables: TableDifferences, capabilities: CompareCapabilities): Operation[] {
  const { changed } = tables;
  return [
    ...blockingIndexes(tables),
    ...changed.flatMap(({ indexes }) => indexes.drop),
    ...sortedTables(tables.created).map((table): Operation => ({ kind: "createTable", table: newTable(table, []) })),
    ...changed.flatMap((changes) => [
      ...changes.foreignKeys.drop,
      ...changes.constraints.drop,
      ...renamesInOrder([...changes.constraints.rename, ...changes.foreignKeys.rename, ...changes.indexes.rename]),
      ...columnOperations(changes, capabilities),
      ...changes.constraints.add,
      ...changes.foreignKeys.add,
      ...changes.rest,
      ...changes.columns.drop,
    ]),
    ...changed.flatMap(({ indexes }) => indexes.add),
    ...sortedTables(tables.dropped)
      .toReversed()
      .map((table): Operation => ({ kind: "dropTable", table: tableName(table) })),
  ];
}

/** What happens to a table's columns before enum types get other values, and what is left for later. */
interface EarlyColumnChanges {
  readonly operations: readonly Operation[];
  readonly rest: TableChanges;
}

const nothingEarly = (rest: TableChanges): EarlyColumnChanges => ({ operations: [], rest });

/** All drops, what they need, and columns that leave a replaced type. One that has it can have its default only with the new values. */
function earlyColumnChanges(changes: TableChanges, replaced: readonly Operation[]): EarlyColumnChanges {
  const { columns, existing, desired } = changes;
  const types = replaced.flatMap((operation) => (operation.kind === "replaceEnumValues" ? [operation.type] : []));
  const isOfReplaced = (table: CatalogTable, { column: name }: ColumnAlteration): boolean => {
    const type = table.columns.find((column) => column.name === name)?.type;
    return type !== undefined && types.some((replacedType) => renameTypeInType(type, replacedType, "\0") !== type);
  };
  const leaves = (operation: Operation): boolean =>
    operation.kind === "alterColumn" && isOfReplaced(existing, operation) && !isOfReplaced(desired, operation);
  const released = columns.release.map((operation) => {
    if (!isOfReplaced(desired, operation)) return { first: operation, then: [] };
    const { computed, ...others } = operation.changes;
    const then = Object.keys(others).length === 0 ? [] : [{ ...operation, changes: others }];
    return { first: { ...operation, changes: { computed } }, then };
  });
  const alter = [...released.flatMap(({ then }) => then), ...columns.alter.filter((operation) => !leaves(operation))];
  return {
    operations: [
      ...released.map(({ first }) => first),
      ...columns.dropFirst,
      ...columns.drop,
      ...columns.alter.filter(leaves),
    ],
    rest: { ...changes, columns: { ...columns, release: [], dropFirst: [], alter, drop: [] } },
  };
}

/** Columns altered and added; a new one behind its neighbour, where the database can place it. */
function columnOperations(
  { existing, desired, columns }: TableChanges,
  { columnPositions }: CompareCapabilities,
): Operation[] {
  const table = tableName(desired);
  const order = desired.columns.map(({ name }) => name);
  const there = existing.columns.map(({ name }) => name).filter((name) => !columns.recreated.has(name));
  const added = columns.added.map((column): Operation => {
    const position = columnPositions ? placeOf(column.name, order, there) : undefined;
    const at =
      position?.first === true ? 0 : position?.after === undefined ? there.length : there.indexOf(position.after) + 1;
    there.splice(at, 0, column.name);
    return { kind: "addColumn", table, column, ...(position === undefined ? {} : { position }) };
  });
  return [...columns.release, ...columns.dropFirst, ...columns.alter, ...added];
}

/** Behind the nearest column before it that is there; undefined where that is the last one. */
function placeOf(name: string, order: readonly string[], there: readonly string[]): ColumnPosition | undefined {
  const after = order.slice(0, order.indexOf(name)).findLast((candidate) => there.includes(candidate));
  if (after === undefined) return { first: true };
  return after === there.at(-1) ? undefined : { after };
}

/** New tables after those they refer to; what a circle of foreign keys leaves over comes at last. */
function creations(tables: readonly CatalogTable[]): {
  readonly tables: readonly Operation[];
  readonly foreignKeys: readonly Operation[];
} {
  const waiting = new Set(tables.map(nameKey));
  const foreignKeys: Operation[] = [];
  const created = sortedTables(tables).map((table): Operation => {
    const late = table.foreignKeys.filter(
      ({ referred }) => nameKey(referred) !== nameKey(table) && waiting.has(nameKey(referred)),
    );
    waiting.delete(nameKey(table));
    foreignKeys.push(...late.map((key) => addForeignKey(table, key)));
    return { kind: "createTable", table: newTable(table, late) };
  });
  return { tables: created, foreignKeys };
}

function addForeignKey(table: QualifiedName, key: CatalogForeignKey): Operation {
  return { kind: "addConstraint", table: tableName(table), constraint: { kind: "foreignKey", ...key } };
}

/** The table without what models do not own, and without foreign keys that come later. */
function newTable(table: CatalogTable, late: readonly CatalogForeignKey[]): CatalogTable {
  const { sql: _sql, ...rest } = table;
  return { ...rest, foreignKeys: table.foreignKeys.filter((key) => !late.includes(key)) };
}

/** Tables that go before those they refer to; a circle's foreign keys before. */
function drops(tables: readonly CatalogTable[]): Operation[] {
  const gone = new Set<string>();
  const foreignKeys: Operation[] = [];
  const there = new Set(tables.map(nameKey));
  const order = sortedTables(tables).toReversed();
  for (const table of order) {
    // Nobody may refer to a table by the time it is dropped: what comes later in this order would.
    for (const other of order) {
      if (other === table || gone.has(nameKey(other))) continue;
      for (const key of other.foreignKeys) {
        const { name } = key;
        if (nameKey(key.referred) !== nameKey(table) || !there.has(nameKey(other))) continue;
        foreignKeys.push({
          kind: "dropConstraint",
          table: tableName(other),
          constraintKind: "foreignKey",
          name,
          existing: { kind: "foreignKey", ...key },
        });
      }
    }
    gone.add(nameKey(table));
  }
  return [...foreignKeys, ...order.map((table): Operation => ({ kind: "dropTable", table: tableName(table) }))];
}

/** Tables after those they refer to. */
function sortedTables(tables: readonly CatalogTable[]): CatalogTable[] {
  const byKey = new Map(tables.map((table) => [nameKey(table), table]));
  const groups = topologicalSort(tables, (table) =>
    table.foreignKeys.flatMap(({ referred }) => byKey.get(nameKey(referred)) ?? []),
  );
  return groups.flatMap(({ nodes }) => nodes);
}

/** Names that the new definitions use in each schema, of what shares a namespace there. */
function newNames({ created, changed }: TableDifferences): ReadonlySet<string> {
  const key = ({ schema }: QualifiedName, name: string | undefined): string => nameKey({ schema, name: name ?? "" });
  return new Set([
    ...created.flatMap((table) => partNames(table).map((name) => key(table, name))),
    ...changed.flatMap(({ desired, indexes, constraints, foreignKeys }) =>
      [...indexes.add, ...indexes.rename, ...constraints.add, ...constraints.rename, ...foreignKeys.add].map(
        (operation) => key(desired, addedName(operation)),
      ),
    ),
  ]);
}

function addedName(operation: Operation): string | undefined {
  if (operation.kind === "createIndex") return operation.index.name;
  if (operation.kind === "addConstraint") return operation.constraint.name;
  return operation.kind === "renameIndex" || operation.kind === "renameConstraint" ? operation.newName : undefined;
}

function partNames(table: CatalogTable): string[] {
  const keys = table.primaryKey === undefined ? [] : [table.primaryKey];
  const parts = [
    ...keys,
    ...table.uniques,
    ...table.indexes,
    ...table.exclusions,
    ...table.checks,
    ...table.foreignKeys,
  ];
  return parts.flatMap(({ name }) => name ?? []);
}

/** Whether a table that goes has a name that something new needs. */
function namesTaken(tables: TableDifferences): boolean {
  if (tables.dropped.length === 0) return false;
  const names = newNames(tables);
  return tables.dropped.some((table) =>
    partNames(table).some((name) => names.has(nameKey({ schema: table.schema, name }))),
  );
}

/** Indexes of tables that go, under names that new ones need. */
function blockingIndexes(tables: TableDifferences): Operation[] {
  if (tables.dropped.length === 0) return [];
  const names = newNames(tables);
  return tables.dropped.flatMap((table) =>
    table.indexes
      .filter(({ name }) => names.has(nameKey({ schema: table.schema, name })))
      .map(({ name }): Operation => ({ kind: "dropIndex", table: tableName(table), name })),
  );
}

type Rename = Extract<Operation, { readonly kind: "renameConstraint" | "renameIndex" }>;

/** Renames so that each new name is free by then; in a circle one takes a name of its own for a while. */
function renamesInOrder(operations: readonly Operation[]): Operation[] {
  let pending = operations.filter(
    (operation): operation is Rename => operation.kind === "renameConstraint" || operation.kind === "renameIndex",
  );
  const ordered: Operation[] = [];
  const key = ({ table }: Rename, name: string): string => nameKey({ schema: table.schema, name });
  while (pending.length > 0) {
    const taken = new Set(pending.map((rename) => key(rename, rename.name)));
    const free = pending.filter((rename) => !taken.has(key(rename, rename.newName)));
    const [first] = pending;
    if (free.length === 0 && first !== undefined) {
      const parked = `${first.name}_tmp`;
      ordered.push({ ...first, newName: parked });
      pending = pending.map((rename) => (rename === first ? { ...first, name: parked } : rename));
      continue;
    }
    ordered.push(...free);
    pending = pending.filter((rename) => !free.includes(rename));
  }
  return ordered;
}
