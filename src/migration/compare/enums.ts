/** Enum types: new ones, new values, values that go or move. Renamed values were found by `renames.ts` before. */
import { nameKey, type Catalog, type CatalogEnum, type QualifiedName } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { renameTypeInType } from "../../metadata/rename-in-expression.ts";

export interface EnumChanges {
  readonly create: readonly Operation[];
  readonly change: readonly Operation[];
  readonly drop: readonly Operation[];
}

export function compareEnums(existing: Catalog, desired: Catalog): EnumChanges {
  const before = new Map(existing.enums.map((type) => [nameKey(type), type]));
  const after = new Map(desired.enums.map((type) => [nameKey(type), type]));
  const create: Operation[] = [];
  const change: Operation[] = [];
  for (const type of desired.enums) {
    const old = before.get(nameKey(type));
    if (old === undefined) create.push({ kind: "createEnum", type });
    else change.push(...valueChanges(old, type, existing, desired));
  }
  // A type that no table of the models used was never theirs.
  const drop = existing.enums
    .filter((type) => !after.has(nameKey(type)))
    .filter((type) => usesOf(existing, type).length > 0 && usesOf(desired, type).length === 0)
    .map((type): Operation => ({ kind: "dropEnum", type: { schema: type.schema, name: type.name } }));
  return { create, change, drop };
}

function valueChanges(old: CatalogEnum, now: CatalogEnum, existing: Catalog, desired: Catalog): Operation[] {
  if (old.values.join("\0") === now.values.join("\0")) return [];
  const type: QualifiedName = { schema: now.schema, name: now.name };
  if (!isSubsequence(old.values, now.values)) {
    return [...droppedDefaults(type, existing, desired), { kind: "replaceEnumValues", type, values: now.values }];
  }
  const there = [...old.values];
  return now.values.flatMap((value, index): Operation[] => {
    if (there[index] === value) return [];
    const next = there[index];
    there.splice(index, 0, value);
    return [{ kind: "addEnumValue", type, value, ...(next === undefined ? {} : { before: next }) }];
  });
}

/** A default may be one of the values that go away: those that change are dropped before, and set with the new values. */
function droppedDefaults(type: QualifiedName, existing: Catalog, desired: Catalog): Operation[] {
  const after = new Map(desired.tables.map((table) => [nameKey(table), table]));
  return usesOf(existing, type).flatMap(({ table, column }): Operation[] => {
    const now = after.get(nameKey(table))?.columns.find(({ name }) => name === column.name);
    if (now === undefined || column.default === undefined || now.default === column.default) return [];
    return [{ kind: "alterColumn", table, column: column.name, changes: { default: undefined } }];
  });
}

/** Where columns have this type, alone or in arrays. */
export function usesOf(
  catalog: Catalog,
  type: QualifiedName,
): { readonly table: QualifiedName; readonly column: Catalog["tables"][number]["columns"][number] }[] {
  return catalog.tables.flatMap((table) =>
    table.columns
      .filter((column) => column.type.includes(type.name) && renameTypeInType(column.type, type, "\0") !== column.type)
      .map((column) => ({ table: { schema: table.schema, name: table.name }, column })),
  );
}

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let next = 0;
  for (const value of whole) if (value === part[next]) next += 1;
  return next === part.length;
}
