/** Finding and replacing parts of a catalog, with errors that name what is not there. Used by the other files of this folder. */
import { didYouMean } from "../../util/closest-name.ts";
import { displayName, type Catalog, type CatalogTable, type QualifiedName } from "../catalog.ts";
import { MissingObjectError } from "../errors.ts";

/** Whether both names are one object's. */
export function sameName(left: QualifiedName, right: QualifiedName): boolean {
  return left.name === right.name && left.schema === right.schema;
}

/** `list` with `item` where a list sorted by name has it; what has no name is behind all that have one. */
export function inserted<T extends { readonly name: string | undefined; readonly schema?: string | undefined }>(
  list: readonly T[],
  item: T,
): T[] {
  const key = sortKey(item);
  const isBehind = (other: T): boolean => {
    const otherKey = sortKey(other);
    return key !== undefined && (otherKey === undefined || otherKey > key);
  };
  const at = list.findIndex(isBehind);
  return at === -1 ? [...list, item] : list.toSpliced(at, 0, item);
}

function sortKey({
  schema,
  name,
}: {
  readonly name: string | undefined;
  readonly schema?: string | undefined;
}): string | undefined {
  return name === undefined ? undefined : `${schema ?? ""}\0${name}`;
}

/** `list` without the element at `index` of it. */
export function without<T>(list: readonly T[], item: T): T[] {
  return list.filter((other) => other !== item);
}

/** `list` with `after` in the place of `before`. */
export function replaced<T>(list: readonly T[], before: T, after: T): T[] {
  return list.map((other) => (other === before ? after : other));
}

/** The element of this name. @throws MissingObjectError */
export function found<T extends { readonly name: string | undefined }>(
  list: readonly T[],
  name: string,
  what: string,
  owner: string,
): T {
  const item = list.find((candidate) => candidate.name === name);
  if (item !== undefined) return item;
  throw missing(
    what,
    name,
    owner,
    list.flatMap((candidate) => candidate.name ?? []),
  );
}

/** The object of this name in the catalog. @throws MissingObjectError */
export function foundObject<T extends QualifiedName>(list: readonly T[], name: QualifiedName, what: string): T {
  const item = list.find((candidate) => sameName(candidate, name));
  if (item !== undefined) return item;
  throw missing(what, displayName(name), "The schema", list.map(displayName));
}

/** @throws MissingObjectError where there is an element of this name. */
export function requireFree<T extends { readonly name: string | undefined }>(
  list: readonly T[],
  name: string | undefined,
  what: string,
  owner: string,
): void {
  if (name !== undefined && list.some((candidate) => candidate.name === name)) throw present(what, name, owner);
}

/** @throws MissingObjectError where the catalog has an object of this name in `list`. */
export function requireFreeObject(list: readonly QualifiedName[], name: QualifiedName, what: string): void {
  if (list.some((candidate) => sameName(candidate, name))) throw present(what, displayName(name), "The schema");
}

/** `owner` has no `what` of this name. */
export function missing(what: string, name: string, owner: string, candidates: Iterable<string>): MissingObjectError {
  return new MissingObjectError(
    `${owner} has no ${what} '${name}' at this point.${didYouMean(name, candidates)} Look at the operations before this one.`,
  );
}

/** `owner` has a `what` of this name already. */
export function present(what: string, name: string, owner: string): MissingObjectError {
  return new MissingObjectError(
    `${owner} has a${/^[aeiou]/.test(what) ? "n" : ""} ${what} '${name}' already. Give the new one another name, or drop the old one before.`,
  );
}

/** "Table 'hero'", the owner in messages about what a table has. */
export function tableTitle(name: QualifiedName): string {
  return `Table '${displayName(name)}'`;
}

export function tableOf(catalog: Catalog, name: QualifiedName): CatalogTable {
  return foundObject(catalog.tables, name, "table");
}

/** The catalog with `edit` of one table. The text that the database keeps of it is then no longer known. */
export function editTable(catalog: Catalog, name: QualifiedName, edit: (table: CatalogTable) => CatalogTable): Catalog {
  const table = tableOf(catalog, name);
  return { ...catalog, tables: replaced(catalog.tables, table, { ...edit(table), sql: undefined }) };
}

/** @throws MissingObjectError for the first of `columns` that the table does not have. */
export function requireColumns(table: CatalogTable, columns: readonly string[]): void {
  for (const column of columns) found(table.columns, column, "column", tableTitle(table));
}
