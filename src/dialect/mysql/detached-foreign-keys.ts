/**
 * Foreign keys that are taken away while the columns on one of their sides get another type, which the server refuses otherwise,
 * and put back once the other side has it too. Used by `operation-compiler.ts`.
 */
import {
  nameKey,
  type Catalog,
  type CatalogColumn,
  type CatalogForeignKey,
  type CatalogTable,
  type QualifiedName,
} from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { typeParts } from "./type-reflection.ts";

interface Detached {
  readonly table: QualifiedName;
  readonly name: string;
}

export class DetachedForeignKeys {
  #keys: Detached[] = [];

  /** The foreign keys that `group` is the first to need away. */
  before(group: readonly Operation[], catalog: Catalog): readonly Detached[] {
    const found = foreignKeysOf(catalog).filter(
      ({ table, key }) => retypes(group, catalog, table, key) && !drops(group, table, key),
    );
    const added = found
      .map(({ table, key }) => ({ table: { schema: table.schema, name: table.name }, name: key.name ?? "" }))
      .filter((candidate) => !this.#keys.some((known) => isSame(known, candidate)));
    this.#keys.push(...added);
    return added;
  }

  /** Those that nothing of `rest` needs away any longer, as they are now. */
  after(
    rest: readonly Operation[],
    catalog: Catalog,
  ): readonly { readonly table: QualifiedName; readonly key: CatalogForeignKey }[] {
    if (this.#keys.length === 0) return [];
    const back = foreignKeysOf(catalog).filter(
      ({ table, key }) =>
        this.#keys.some((known) => isSame(known, { table, name: key.name ?? "" })) &&
        !retypes(rest, catalog, table, key) &&
        !drops(rest, table, key),
    );
    for (const { table, key } of back) this.forget(table, key.name ?? "");
    return back;
  }

  /** True where the key was away; now nobody puts it back. */
  forget(table: QualifiedName, name: string): boolean {
    const kept = this.#keys.filter((known) => !isSame(known, { table, name }));
    const wasAway = kept.length < this.#keys.length;
    this.#keys = kept;
    return wasAway;
  }
}

function isSame(left: Detached, right: Detached): boolean {
  return left.name === right.name && nameKey(left.table) === nameKey(right.table);
}

function foreignKeysOf(catalog: Catalog): { readonly table: CatalogTable; readonly key: CatalogForeignKey }[] {
  return catalog.tables.flatMap((table) => table.foreignKeys.map((key) => ({ table, key })));
}

/** True where one of `operations` gives a column on either side of `key` another type or collation. */
function retypes(
  operations: readonly Operation[],
  catalog: Catalog,
  table: CatalogTable,
  key: CatalogForeignKey,
): boolean {
  return operations.some((operation) => {
    if (operation.kind !== "alterColumn" && operation.kind !== "setTableOptions") return false;
    const changed = nameKey(operation.table);
    const sides = [
      ...(changed === nameKey(table) ? key.columns : []),
      ...(changed === nameKey(key.referred) ? key.referredColumns : []),
    ];
    if (operation.kind === "alterColumn") {
      const { type, collation, options } = operation.changes;
      return sides.includes(operation.column) && [type, collation, options?.["charset"]].some((it) => it !== undefined);
    }
    if (!("charset" in operation.options) && !("collation" in operation.options)) return false;
    const columns = catalog.tables.find((candidate) => nameKey(candidate) === changed)?.columns ?? [];
    return columns.some((column) => sides.includes(column.name) && followsTable(column));
  });
}

/** True where one of `operations` takes the key away, also with its table or a column. */
function drops(operations: readonly Operation[], table: CatalogTable, key: CatalogForeignKey): boolean {
  return operations.some((operation) => {
    if (!("table" in operation) || nameKey(operation.table) !== nameKey(table)) return false;
    if (operation.kind === "dropTable") return true;
    if (operation.kind === "dropColumn") return key.columns.includes(operation.column);
    return (
      operation.kind === "dropConstraint" && operation.constraintKind === "foreignKey" && operation.name === key.name
    );
  });
}

/** True for a text column that says neither its character set nor its collation. */
export function followsTable({ type, collation, options }: CatalogColumn): boolean {
  const parts = typeParts(type);
  const isText =
    parts !== undefined && /^(?:char|varchar|tinytext|text|mediumtext|longtext|enum|set)$/.test(parts.name);
  const isSaid =
    collation !== undefined || options?.["charset"] !== undefined || /character set|collate/.test(parts?.rest ?? "");
  return isText && !isSaid;
}
