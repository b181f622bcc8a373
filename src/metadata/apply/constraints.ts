/** Operations on constraints and indexes of a catalog. */
import type { Catalog, CatalogIndex, CatalogTable, CatalogView } from "../catalog.ts";
import type { ConstraintDefinition, ConstraintKind, ConstraintOperation, IndexOperation } from "../operation.ts";
import { canonicalText } from "../canonical-text.ts";
import {
  editTable,
  found,
  inserted,
  missing,
  present,
  replaced,
  requireColumns,
  requireFree,
  sameName,
  tableTitle,
  without,
} from "./edit.ts";

const titles: Readonly<Record<ConstraintKind, string>> = {
  primaryKey: "primary key",
  unique: "unique constraint",
  foreignKey: "foreign key",
  check: "check constraint",
  exclusion: "exclusion constraint",
};

export function applyConstraintOperation(catalog: Catalog, operation: ConstraintOperation): Catalog {
  return editTable(catalog, operation.table, (table) => {
    switch (operation.kind) {
      case "addConstraint":
        return addConstraint(table, operation.constraint, operation.usingIndex);
      case "dropConstraint":
        return withoutConstraint(table, foundConstraint(table, operation));
      case "renameConstraint": {
        const constraint = foundConstraint(table, operation);
        requireFreeName(table, operation.constraintKind, operation.newName);
        return withConstraint(withoutConstraint(table, constraint), { ...constraint, name: operation.newName });
      }
      case "validateConstraint": {
        const constraint = foundConstraint(table, operation);
        return withConstraint(withoutConstraint(table, constraint), {
          ...constraint,
          notValid: undefined,
        } as ConstraintDefinition);
      }
    }
  });
}

function addConstraint(
  table: CatalogTable,
  constraint: ConstraintDefinition,
  usingIndex: string | undefined,
): CatalogTable {
  if (constraint.kind === "primaryKey" && table.primaryKey !== undefined) {
    throw present("primary key", table.primaryKey.name ?? table.primaryKey.columns.join(", "), tableTitle(table));
  }
  if (constraint.name !== undefined) requireFreeName(table, constraint.kind, constraint.name);
  if ("columns" in constraint) requireColumns(table, constraint.columns);
  if (usingIndex === undefined) return withConstraint(table, constraint);
  const index = found(table.indexes, usingIndex, "index", tableTitle(table));
  return withConstraint({ ...table, indexes: without(table.indexes, index) }, constraint);
}

/** Only within a kind: MySQL's foreign keys may be called as another constraint is. */
function requireFreeName(table: CatalogTable, kind: ConstraintKind, name: string): void {
  const isTaken = constraintsOf(table).some((candidate) => candidate.kind === kind && candidate.name === name);
  if (isTaken) throw present(titles[kind], name, tableTitle(table));
}

/** All constraints of a table. */
export function constraintsOf(table: CatalogTable): ConstraintDefinition[] {
  return [
    ...(table.primaryKey === undefined ? [] : [{ kind: "primaryKey", ...table.primaryKey } as const]),
    ...table.uniques.map((key) => ({ kind: "unique", ...key }) as const),
    ...table.foreignKeys.map((key) => ({ kind: "foreignKey", ...key }) as const),
    ...table.checks.map((check) => ({ kind: "check", ...check }) as const),
    ...table.exclusions.map((exclusion) => ({ kind: "exclusion", ...exclusion }) as const),
  ];
}

function foundConstraint(
  table: CatalogTable,
  operation: {
    readonly constraintKind: ConstraintKind;
    readonly name: string | undefined;
    readonly existing?: ConstraintDefinition | undefined;
  },
): ConstraintDefinition {
  const { constraintKind, name, existing } = operation;
  const candidates = constraintsOf(table).filter(({ kind }) => kind === constraintKind);
  if (name !== undefined) return found(candidates, name, titles[constraintKind], tableTitle(table));
  // A table's only primary key needs no further description.
  const text = existing === undefined ? undefined : canonicalText(existing);
  const match = candidates.find((candidate) =>
    text === undefined ? constraintKind === "primaryKey" : canonicalText(candidate) === text,
  );
  if (match !== undefined) return match;
  const names = candidates.flatMap((candidate) => candidate.name ?? []);
  throw missing(titles[constraintKind], describe(existing), tableTitle(table), names);
}

function describe(constraint: ConstraintDefinition | undefined): string {
  if (constraint === undefined) return "without a name";
  if ("columns" in constraint) return `(${constraint.columns.join(", ")})`;
  return constraint.kind === "check" ? constraint.expression : constraint.definition;
}

function withConstraint(table: CatalogTable, constraint: ConstraintDefinition): CatalogTable {
  switch (constraint.kind) {
    case "primaryKey":
      return { ...table, primaryKey: withoutKind(constraint) };
    case "unique":
      return { ...table, uniques: inserted(table.uniques, withoutKind(constraint)) };
    case "foreignKey":
      return { ...table, foreignKeys: inserted(table.foreignKeys, withoutKind(constraint)) };
    case "check":
      return { ...table, checks: inserted(table.checks, withoutKind(constraint)) };
    case "exclusion":
      return { ...table, exclusions: inserted(table.exclusions, withoutKind(constraint)) };
  }
}

function withoutConstraint(table: CatalogTable, constraint: ConstraintDefinition): CatalogTable {
  const text = canonicalText(withoutKind(constraint));
  const rest = <T>(list: readonly T[]): T[] => {
    const at = list.findIndex((candidate) => canonicalText(candidate) === text);
    return at === -1 ? [...list] : list.toSpliced(at, 1);
  };
  switch (constraint.kind) {
    case "primaryKey":
      return { ...table, primaryKey: undefined };
    case "unique":
      return { ...table, uniques: rest(table.uniques) };
    case "foreignKey":
      return { ...table, foreignKeys: rest(table.foreignKeys) };
    case "check":
      return { ...table, checks: rest(table.checks) };
    case "exclusion":
      return { ...table, exclusions: rest(table.exclusions) };
  }
}

function withoutKind<T extends { readonly kind: ConstraintKind }>(constraint: T): Omit<T, "kind"> {
  const { kind: _kind, ...definition } = constraint;
  return definition;
}

// ---------------------------------------------------------------- indexes

export function applyIndexOperation(catalog: Catalog, operation: IndexOperation): Catalog {
  const view = catalog.views.find((candidate) => candidate.materialized && sameName(candidate, operation.table));
  if (view !== undefined) {
    const indexes = editIndexes(view.indexes, operation, tableTitle(view));
    const after: CatalogView = { ...view, indexes };
    return { ...catalog, views: replaced(catalog.views, view, after) };
  }
  return editTable(catalog, operation.table, (table) => {
    if (operation.kind === "createIndex") requireColumns(table, indexColumns(operation.index));
    return { ...table, indexes: editIndexes(table.indexes, operation, tableTitle(table)) };
  });
}

function editIndexes(indexes: readonly CatalogIndex[], operation: IndexOperation, owner: string): CatalogIndex[] {
  switch (operation.kind) {
    case "createIndex":
      requireFree(indexes, operation.index.name, "index", owner);
      return inserted(indexes, operation.index);
    case "dropIndex":
      return without(indexes, found(indexes, operation.name, "index", owner));
    case "renameIndex": {
      const index = found(indexes, operation.name, "index", owner);
      requireFree(indexes, operation.newName, "index", owner);
      return inserted(without(indexes, index), { ...index, name: operation.newName });
    }
  }
}

/** The plain columns of an index, also those it carries along. */
export function indexColumns(index: CatalogIndex): string[] {
  return [...index.columns.flatMap(({ column }) => column ?? []), ...(index.include ?? [])];
}
