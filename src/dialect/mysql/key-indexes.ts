/**
 * Which index is whose. A foreign key needs an index that begins with its columns; where there is none, the server makes one with
 * the key's name, and drops it when another one serves as well. So it is never reported, and operations keep it so: what the server
 * does not do by itself is written out.
 */
import type {
  CatalogForeignKey,
  CatalogIndex,
  CatalogIndexColumn,
  CatalogKey,
  CatalogTable,
} from "../../metadata/catalog.ts";

/** What stands behind a key's column: its prefix's length and direction. */
export function keyDetail({ length, descending }: CatalogIndexColumn): string {
  return `${length === undefined ? "" : `(${String(length)})`}${descending === true ? " DESC" : ""}`;
}

/** The unique constraint that is the same thing as `index`, where a constraint can say all of it. */
export function asUnique(index: CatalogIndex): CatalogKey | undefined {
  const { name, unique, columns, method, comment, options, where, include, nullsNotDistinct } = index;
  const isPlain =
    unique &&
    (method === undefined || method === "btree") &&
    comment === undefined &&
    options === undefined &&
    where === undefined &&
    include === undefined &&
    nullsNotDistinct === undefined &&
    columns.every((column) => column.column !== undefined && keyDetail(column) === "");
  return isPlain ? { name, columns: columns.map(({ column = "" }) => column) } : undefined;
}

/** The parts of a table that can serve a foreign key. */
export type TableKeys = Pick<CatalogTable, "primaryKey" | "uniques" | "indexes" | "foreignKeys">;

/** True where an index other than `without` begins with `columns`, each as a whole. */
export function isServed(keys: TableKeys, columns: readonly string[], without?: string): boolean {
  const primary = keys.primaryKey === undefined ? [] : [wholeColumns(keys.primaryKey)];
  const uniques = keys.uniques.filter(({ name }) => name !== without).map(wholeColumns);
  const indexes = keys.indexes
    .filter(({ name, method }) => name !== without && (method === undefined || method === "btree" || method === "hash"))
    .map(({ columns: parts }) => parts.map(({ column, length }) => (length === undefined ? column : undefined)));
  return [...primary, ...uniques, ...indexes].some((list) => columns.every((column, place) => list[place] === column));
}

function wholeColumns({ columns, details }: CatalogKey): (string | undefined)[] {
  return columns.map((column, place) => (details?.[place]?.startsWith("(") === true ? undefined : column));
}

/** The table without the index that the server made for one of its foreign keys. */
export function withoutForeignKeyIndexes(table: CatalogTable): CatalogTable {
  const own = table.indexes.filter((index) => isForeignKeyIndex(table, index));
  return own.length === 0 ? table : { ...table, indexes: table.indexes.filter((index) => !own.includes(index)) };
}

function isForeignKeyIndex(table: CatalogTable, index: CatalogIndex): boolean {
  if (index.unique || index.method !== undefined || index.comment !== undefined || index.options !== undefined)
    return false;
  const key = table.foreignKeys.find(({ name }) => name === index.name);
  return (
    key !== undefined &&
    index.columns.length === key.columns.length &&
    index.columns.every(({ column, length, descending }, place) => {
      return column === key.columns[place] && length === undefined && descending !== true;
    }) &&
    !isServed(table, key.columns, index.name)
  );
}

/**
 * The foreign keys whose index is the server's own, because no other index of the table serves them. A key whose columns begin
 * another key's needs none, and of several keys on the same columns only the first one does.
 */
export function keysWithOwnIndex({ foreignKeys, ...keys }: TableKeys): readonly CatalogForeignKey[] {
  return foreignKeys.filter(({ columns }, place) => {
    const isServedByKey = foreignKeys.some(
      (other, otherPlace) =>
        columns.every((column, index) => other.columns[index] === column) &&
        (other.columns.length > columns.length || otherPlace < place),
    );
    return !isServedByKey && !isServed({ foreignKeys, ...keys }, columns);
  });
}
