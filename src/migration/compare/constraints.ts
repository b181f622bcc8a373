/** Constraints of one table: known by their names, and those under another name by what they say. */
import { columnUsers } from "../../metadata/apply/columns.ts";
import { constraintsOf } from "../../metadata/apply/constraints.ts";
import { canonicalText } from "../../metadata/canonical-text.ts";
import type { CatalogTable } from "../../metadata/catalog.ts";
import type { ConstraintDefinition, Operation } from "../../metadata/operation.ts";
import type { CompareOptions } from "./comparison.ts";
import { tableName, type PartChanges } from "./table-changes.ts";

/** All constraints but foreign keys; those over `recreated` columns are dropped and added again. */
export function compareConstraints(
  existing: CatalogTable,
  desired: CatalogTable,
  recreated: ReadonlySet<string>,
  options: CompareOptions,
): PartChanges {
  const users = usersOf(existing, recreated);
  return compareLists(
    existing,
    desired,
    options,
    (kind) => kind !== "foreignKey",
    (constraint) => users.has(constraint),
  );
}

/** Foreign keys; those that `isForced` names are dropped and added again, because of what happens to their columns. */
export function compareForeignKeys(
  existing: CatalogTable,
  desired: CatalogTable,
  isForced: (constraint: ConstraintDefinition) => boolean,
  options: CompareOptions,
): PartChanges {
  return compareLists(
    existing,
    desired,
    options,
    (kind) => kind === "foreignKey",
    (text, constraint) => {
      void text;
      return isForced(constraint);
    },
  );
}

/** Texts of the constraints over any of `columns`. */
function usersOf(table: CatalogTable, columns: ReadonlySet<string>): ReadonlySet<string> {
  const users = [...columns].flatMap((column) => [...columnUsers(table, column)]);
  return new Set(users.map((user) => canonicalText(user)));
}

function compareLists(
  existing: CatalogTable,
  desired: CatalogTable,
  options: CompareOptions,
  isMeant: (kind: ConstraintDefinition["kind"]) => boolean,
  isForced: (text: string, constraint: ConstraintDefinition) => boolean,
): PartChanges {
  const table = tableName(desired);
  const changes = { drop: [] as Operation[], rename: [] as Operation[], add: [] as Operation[] };
  const drop = (constraint: ConstraintDefinition): void => {
    const { kind, name } = constraint;
    changes.drop.push({ kind: "dropConstraint", table, constraintKind: kind, name, existing: constraint });
  };
  const add = (constraint: ConstraintDefinition): void => {
    changes.add.push({ kind: "addConstraint", table, constraint });
  };
  const before = constraintsOf(existing).filter(({ kind }) => isMeant(kind));
  const after = constraintsOf(desired).filter(({ kind }) => isMeant(kind));
  for (const [old, now] of pairs(before, after)) {
    if (old === undefined || now === undefined || !isSame(old, now) || isForced(definitionText(old), old)) {
      if (old !== undefined) drop(old);
      if (now !== undefined) add(now);
      continue;
    }
    if (isNotValid(old) && !isNotValid(now) && old.name !== undefined) {
      const constraintKind = old.kind === "check" ? "check" : "foreignKey";
      changes.add.push({ kind: "validateConstraint", table, constraintKind, name: now.name ?? old.name });
    }
    if (old.name === now.name || old.name === undefined || now.name === undefined) continue;
    if (options.capabilities.renameConstraint) {
      const { kind: constraintKind, name } = old;
      changes.rename.push({ kind: "renameConstraint", table, constraintKind, name, newName: now.name });
    } else if (options.isExplicitName?.(table, now.name) ?? true) {
      drop(old);
      add(now);
    }
  }
  return changes;
}

/** Constraints of both sides that are one: the same, of one name, or without a common name of one meaning. */
function pairs(
  before: readonly ConstraintDefinition[],
  after: readonly ConstraintDefinition[],
): (readonly [ConstraintDefinition | undefined, ConstraintDefinition | undefined])[] {
  const rest = [...before];
  const found = new Map<ConstraintDefinition, ConstraintDefinition>();
  const keys: ((constraint: ConstraintDefinition) => string | undefined)[] = [
    canonicalText,
    ({ kind, name }) => (name === undefined ? undefined : `${kind} ${name}`),
    meaning,
    ({ kind }) => (kind === "primaryKey" ? kind : undefined),
  ];
  for (const key of keys) {
    for (const constraint of after) {
      const text = found.has(constraint) ? undefined : key(constraint);
      const at = text === undefined ? -1 : rest.findIndex((candidate) => key(candidate) === text);
      const [partner] = at === -1 ? [] : rest.splice(at, 1);
      if (partner !== undefined) found.set(constraint, partner);
    }
  }
  return [
    ...rest.map((constraint) => [constraint, undefined] as const),
    ...after.map((constraint) => [found.get(constraint), constraint] as const),
  ];
}

function isSame(left: ConstraintDefinition, right: ConstraintDefinition): boolean {
  return meaning(left) === meaning(right);
}

/** Everything but the name, and but whether old rows were checked. */
function meaning(constraint: ConstraintDefinition): string {
  return canonicalText({ ...constraint, name: undefined, notValid: undefined });
}

/** The text of the constraint as its table has it. */
function definitionText(constraint: ConstraintDefinition): string {
  return canonicalText({ ...constraint, kind: undefined });
}

function isNotValid(constraint: ConstraintDefinition): boolean {
  return (constraint.kind === "foreignKey" || constraint.kind === "check") && constraint.notValid === true;
}
