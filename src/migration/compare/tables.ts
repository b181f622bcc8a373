/** Tables: which come, which go, and what changes in those that stay. */
import { nameKey, type Catalog, type CatalogForeignKey, type CatalogTable } from "../../metadata/catalog.ts";
import type { ConstraintDefinition, Operation } from "../../metadata/operation.ts";
import { compareColumns } from "./columns.ts";
import type { CompareOptions } from "./comparison.ts";
import { compareConstraints, compareForeignKeys } from "./constraints.ts";
import { compareIndexes } from "./indexes.ts";
import { tableName, type TableChanges } from "./table-changes.ts";

export interface TableDifferences {
  readonly created: readonly CatalogTable[];
  readonly changed: readonly TableChanges[];
  readonly dropped: readonly CatalogTable[];
  /** Whether a table that goes refers to a key that changes. */
  readonly isHeldByDropped: boolean;
}

export function compareTables(existing: Catalog, desired: Catalog, options: CompareOptions): TableDifferences {
  const before = new Map(existing.tables.map((table) => [nameKey(table), table]));
  const after = new Set(desired.tables.map(nameKey));
  const all = desired.tables.flatMap((table) => {
    const old = before.get(nameKey(table));
    return old === undefined ? [] : [[old, table] as const];
  });
  const pairs = unequalPairs(all);
  const withoutForeignKeys = new Map(
    pairs.map(([old, table]) => {
      const columns = compareColumns(old, table);
      const constraints = compareConstraints(old, table, columns.recreated, options);
      const indexes = compareIndexes(old, table, columns.recreated, options);
      const rest = restOf(old, table);
      return [nameKey(table), { existing: old, desired: table, columns, constraints, indexes, rest }] as const;
    }),
  );
  const changed = [...withoutForeignKeys.values()].map((changes): TableChanges => {
    const isForced = (constraint: ConstraintDefinition): boolean =>
      constraint.kind === "foreignKey" && mustBeRemade(constraint, changes, withoutForeignKeys, options);
    return { ...changes, foreignKeys: compareForeignKeys(changes.existing, changes.desired, isForced, options) };
  });
  const dropped = existing.tables.filter((table) => !after.has(nameKey(table)));
  return {
    created: desired.tables.filter((table) => !before.has(nameKey(table))),
    changed,
    dropped,
    isHeldByDropped: dropped.some(({ foreignKeys }) =>
      foreignKeys.some((key) => {
        const referred = withoutForeignKeys.get(nameKey(key.referred));
        return referred !== undefined && losesKey(key, referred);
      }),
    ),
  };
}

/** The tables that differ, and those that refer to them. Most tables are as they were, and told so by one text. */
function unequalPairs(
  pairs: readonly (readonly [CatalogTable, CatalogTable])[],
): (readonly [CatalogTable, CatalogTable])[] {
  const textOf = (table: CatalogTable): string => JSON.stringify({ ...table, sql: undefined });
  const unequal = new Set(
    pairs.filter(([old, table]) => textOf(old) !== textOf(table)).map(([, table]) => nameKey(table)),
  );
  return pairs.filter(
    ([old, table]) =>
      unequal.has(nameKey(table)) || old.foreignKeys.some(({ referred }) => unequal.has(nameKey(referred))),
  );
}

type ChangesBefore = Omit<TableChanges, "foreignKeys">;

/** Whether a foreign key stands in the way of a change of its columns, or of the key that it refers to. */
function mustBeRemade(
  key: CatalogForeignKey,
  own: ChangesBefore,
  all: ReadonlyMap<string, ChangesBefore>,
  { capabilities }: CompareOptions,
): boolean {
  const referred = all.get(nameKey(key.referred));
  if (key.columns.some((column) => own.columns.recreated.has(column))) return true;
  if (!capabilities.addConstraint) return false;
  if (key.columns.some((column) => own.columns.retyped.has(column))) return true;
  return referred !== undefined && losesKey(key, referred);
}

/** Whether the columns or the key that a foreign key refers to are dropped or get another type. */
function losesKey(key: CatalogForeignKey, referred: ChangesBefore): boolean {
  const { retyped, recreated } = referred.columns;
  if (key.referredColumns.some((column) => retyped.has(column) || recreated.has(column))) return true;
  const isKey = (names: readonly (string | undefined)[]): boolean =>
    names.length === key.referredColumns.length && key.referredColumns.every((name) => names.includes(name));
  const dropped = referred.constraints.drop.some(
    (operation) =>
      operation.kind === "dropConstraint" &&
      (operation.existing?.kind === "primaryKey" || operation.existing?.kind === "unique") &&
      isKey(operation.existing.columns),
  );
  if (dropped) return true;
  const droppedIndexes = new Set(
    referred.indexes.drop.flatMap((operation) => (operation.kind === "dropIndex" ? [operation.name] : [])),
  );
  return referred.existing.indexes.some(
    (index) => index.unique && droppedIndexes.has(index.name) && isKey(index.columns.map(({ column }) => column)),
  );
}

/** Comment and options. Options that only the database has are its own business. */
function restOf(existing: CatalogTable, desired: CatalogTable): Operation[] {
  const table = tableName(desired);
  const options = Object.fromEntries(
    Object.entries(desired.options).filter(([name, value]) => existing.options[name] !== value),
  );
  return [
    ...(Object.keys(options).length === 0 ? [] : [{ kind: "setTableOptions", table, options } as const]),
    ...(existing.comment === desired.comment
      ? []
      : [{ kind: "setTableComment", table, comment: desired.comment } as const]),
  ];
}
