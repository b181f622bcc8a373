/** Reads the catalog of SQLite: its pragmas, and what only the texts of definitions tell (`parse-ddl.ts`). */
import type { DriverConnection, DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import {
  emptyCatalog,
  emptyTable,
  type Catalog,
  type CatalogColumn,
  type CatalogForeignKey,
  type CatalogIndex,
  type CatalogIndexColumn,
  type CatalogTable,
  type CatalogView,
} from "../../metadata/catalog.ts";
import type { InspectOptions } from "../migration-dialect.ts";
import { ask } from "../session-setup.ts";
import { foldName } from "./ddl-tokens.ts";
import { withFullTextIndexes } from "./full-text-ddl.ts";
import { parseCreateIndex, parseCreateTable, type ParsedTable } from "./parse-ddl.ts";
import { rowidColumn } from "./rowid-column.ts";

type Row = readonly DriverValue[];

/** What the program made, in the order in which it was made. */
const objects = `
SELECT type, name, tbl_name, sql FROM main.sqlite_schema WHERE lower(substr(name, 1, 7)) <> 'sqlite_' ORDER BY rowid`;

/** Kinds of tables. Joined to the objects by SQLite, the list would be made again for each of them. */
const kinds = "SELECT name, type FROM pragma_table_list WHERE schema = 'main'";

const columns = `
SELECT l.name, c.name, c.type, c."notnull", c.hidden
FROM pragma_table_list l JOIN pragma_table_xinfo(l.name, 'main') c
WHERE l.schema = 'main' AND l.type = ? AND l.name = coalesce(?, l.name) AND lower(substr(l.name, 1, 7)) <> 'sqlite_'
ORDER BY l.name, c.cid`;

const indexColumns = `
SELECT t.name, i.name, i."unique", c.name, c."desc", c.coll
FROM main.sqlite_schema t JOIN pragma_index_list(t.name, 'main') i JOIN pragma_index_xinfo(i.name, 'main') c
WHERE t.type = 'table' AND lower(substr(t.name, 1, 7)) <> 'sqlite_' AND t.sql NOT LIKE 'CREATE VIRTUAL TABLE%'
  AND i.origin = 'c' AND c.key = 1
ORDER BY i.name, c.seqno`;

/** All that the database holds; other schemas are databases of their own, which are not read. */
export function* inspect(connection: DriverConnection, _options: InspectOptions): Io<Catalog> {
  const kindOf = new Map((yield* ask(connection, kinds)).rows.map((row) => [row[0], row[1]]));
  // Shadow tables belong to their virtual table.
  const rows = (yield* ask(connection, objects)).rows.filter((row) => kindOf.get(row[1] ?? null) !== "shadow");
  const namesOf = (kind: string): string[] =>
    rows.flatMap((row) => (kindOf.get(row[1] ?? null) === kind ? [String(row[1])] : []));
  const columnRows = grouped((yield* ask(connection, columns, ["table", null])).rows);
  const virtualRows = yield* askIfPossible(connection, "virtual", namesOf("virtual"));
  const viewRows = yield* askIfPossible(connection, "view", namesOf("view"));
  const indexRows = grouped((yield* ask(connection, indexColumns)).rows);
  const ofType = (type: string): readonly Row[] => rows.filter((row) => row[0] === type);
  const parts: Parts = {
    columnRows,
    virtualRows,
    indexRows,
    virtual: new Set(namesOf("virtual")),
    indexes: new Map(ofType("index").map((row) => [String(row[1]), String(row[3])])),
    triggers: grouped(ofType("trigger").map((row) => [foldName(String(row[2])), ...row])),
  };
  const tables = ofType("table").map((row) => readTable(row, parts));
  return {
    ...emptyCatalog,
    tables: withFullTextIndexes(byName(resolveReferredKeys(tables))),
    views: byName(ofType("view").map((row) => readView(row, viewRows))),
  };
}

interface Parts {
  readonly columnRows: ReadonlyMap<string, readonly Row[]>;
  readonly virtualRows: ReadonlyMap<string, readonly Row[]>;
  readonly indexRows: ReadonlyMap<string, readonly Row[]>;
  readonly virtual: ReadonlySet<string>;
  /** CREATE INDEX by the index's name. */
  readonly indexes: ReadonlyMap<string, string>;
  /** By the table's name in lower case, which stands before the object's own values. */
  readonly triggers: ReadonlyMap<string, readonly Row[]>;
}

/** Columns of what may be broken: a view over a table that is gone, a virtual table whose module is not loaded. */
function* askIfPossible(
  connection: DriverConnection,
  type: string,
  names: readonly string[],
): Io<ReadonlyMap<string, readonly Row[]>> {
  try {
    return grouped((yield* ask(connection, columns, [type, null])).rows);
  } catch (error) {
    if (names.length === 0) throw error;
  }
  // One of them spoils the answer for all.
  const found: Row[] = [];
  for (const name of names) {
    try {
      found.push(...(yield* ask(connection, columns, [type, name])).rows);
    } catch {
      // It has no columns as long as it is broken.
    }
  }
  return grouped(found);
}

/** Rows by one of their values, the first where none is said. */
function grouped(rows: readonly Row[], at = 0): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = String(row[at]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

function byName<T extends { readonly name: string }>(list: readonly T[]): T[] {
  return list.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** By name, then those without one as they come. */
function namedFirst<T extends { readonly name: string | undefined }>(list: readonly T[]): T[] {
  const named = list.flatMap((item) => (item.name === undefined ? [] : [{ name: item.name, item }]));
  return [...byName(named).map(({ item }) => item), ...list.filter((item) => item.name === undefined)];
}

function readView([, name, , sql]: Row, columnRows: ReadonlyMap<string, readonly Row[]>): CatalogView {
  return {
    name: String(name),
    materialized: false,
    definition: String(sql),
    indexes: [],
    columns: (columnRows.get(String(name)) ?? []).map((row) => String(row[1])),
  };
}

function readTable([, rawName, , rawSql]: Row, parts: Parts): CatalogTable {
  const name = String(rawName);
  const sql = String(rawSql);
  const triggers = (parts.triggers.get(foldName(name)) ?? []).map((row) => ({
    name: String(row[2]),
    definition: String(row[4]),
    enabled: true,
  }));
  if (parts.virtual.has(name)) {
    const virtualColumns = (parts.virtualRows.get(name) ?? [])
      .filter((row) => Number(row[4]) === 0)
      .map((row) => ({ name: String(row[1]), type: String(row[2]), nullable: Number(row[3]) === 0 }));
    return { ...emptyTable({ name }), kind: "virtual", columns: virtualColumns, triggers: byName(triggers), sql };
  }
  const parsed = parseCreateTable(sql, name);
  const read = (parts.columnRows.get(name) ?? []).map((row, index) => readColumn(row, parsed, index));
  const { primaryKey, uniques, checks, foreignKeys, options } = parsed;
  const table: CatalogTable = {
    ...emptyTable({ name }),
    columns: read,
    ...(primaryKey === undefined ? {} : { primaryKey }),
    uniques: namedFirst(uniques),
    checks: namedFirst(checks),
    foreignKeys: namedFirst(foreignKeys),
    options,
    triggers: byName(triggers),
    sql,
  };
  return { ...table, columns: withIdentity(table), indexes: readIndexes(table, parts) };
}

function readColumn([, name, , notNull]: Row, parsed: ParsedTable, index: number): CatalogColumn {
  const column = parsed.columns[index];
  const { type = "", default: value, collation, computed, notNullConflict } = column ?? {};
  return {
    name: String(name),
    type,
    nullable: Number(notNull) === 0,
    ...(value === undefined ? {} : { default: value }),
    ...(computed === undefined ? {} : { computed }),
    ...(collation === undefined ? {} : { collation }),
    ...(notNullConflict === undefined ? {} : { options: { notNullConflict } }),
  };
}

/** The rowid counts itself up and is never NULL. */
function withIdentity(table: CatalogTable): readonly CatalogColumn[] {
  const rowid = rowidColumn(table);
  if (rowid === undefined) return table.columns;
  return table.columns.map((column) =>
    column.name === rowid ? { ...column, nullable: false, identity: { always: false } } : column,
  );
}

function readIndexes(table: CatalogTable, parts: Parts): CatalogIndex[] {
  const names = { table: table.name, columns: table.columns.map((column) => column.name) };
  const rows = grouped(parts.indexRows.get(table.name) ?? [], 1);
  const found = [...rows].map(([name, members]): CatalogIndex => {
    const parsed = parseCreateIndex(parts.indexes.get(name) ?? "", names);
    return {
      name,
      columns: members.map(([, , , column, descending, collation], position): CatalogIndexColumn => {
        const part = parsed.columns[position];
        const direction = Number(descending) === 1 ? { descending: true } : {};
        if (column === null) {
          const own = part?.collation === undefined ? {} : { collation: part.collation };
          return { expression: part?.expression, ...own, ...direction };
        }
        const declared = table.columns.find((candidate) => candidate.name === column)?.collation ?? "BINARY";
        const isDeclared = foldName(String(collation)) === foldName(declared);
        return { column: String(column), ...(isDeclared ? {} : { collation: part?.collation }), ...direction };
      }),
      unique: Number(members[0]?.[2]) === 1,
      ...(parsed.where === undefined ? {} : { where: parsed.where }),
    };
  });
  return byName(found);
}

/** REFERENCES without columns means the primary key; names are spelled as the referred table spells them. */
function resolveReferredKeys(tables: readonly CatalogTable[]): CatalogTable[] {
  const known = new Map(tables.map((table) => [foldName(table.name), table]));
  const resolve = (key: CatalogForeignKey): CatalogForeignKey => {
    const referred = known.get(foldName(key.referred.name));
    if (referred === undefined) return key;
    const spelled = (name: string): string =>
      referred.columns.find((column) => foldName(column.name) === foldName(name))?.name ?? name;
    const columns =
      key.referredColumns.length > 0 ? key.referredColumns.map(spelled) : (referred.primaryKey?.columns ?? []);
    return { ...key, referred: { name: referred.name }, referredColumns: columns };
  };
  return tables.map((table) => ({ ...table, foreignKeys: table.foreignKeys.map(resolve) }));
}
