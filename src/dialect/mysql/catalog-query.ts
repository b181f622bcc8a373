/** The queries that read a MySQL or MariaDB catalog: one a view of information_schema, whatever the number of tables. */
import type { DriverConnection, DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { ask } from "../session-setup.ts";

/** A row, its values as text by the names of the select list; NULL is undefined. */
export type CatalogRow = { readonly [name: string]: string | undefined };

/** Whose catalog is read. */
export interface Server {
  readonly isMariaDb: boolean;
  /** The connection's own database. */
  readonly database: string | undefined;
  /** "user@host". */
  readonly user: string;
}

/** What is read: the connection's own database and those asked for. */
export interface Scope {
  readonly connection: DriverConnection;
  readonly server: Server;
  /** Names of databases, each once. */
  readonly schemas: readonly string[];
}

/** A schema as the catalog names it: undefined for the connection's own. */
export function schemaName(scope: Scope, schema: string | undefined): string | undefined {
  return schema === scope.server.database ? undefined : schema;
}

/** What server this is, and which database the connection uses. */
export function* askServer(connection: DriverConnection): Io<Server> {
  const { rows } = yield* ask(connection, "SELECT VERSION(), DATABASE(), CURRENT_USER()");
  const [version, database, user] = (rows[0] ?? []).map(text);
  return { isMariaDb: /mariadb/i.test(version ?? ""), database: database ?? undefined, user: user ?? "" };
}

/** One query over a view of information_schema; `{schemas}` in `tail` stands for the condition on `schemaColumn`. */
export function* askCatalog(
  connection: DriverConnection,
  columns: readonly string[],
  from: string,
  schemaColumn: string,
  schemas: readonly string[],
  tail = "",
): Io<CatalogRow[]> {
  // "=" lets the server read one database only; IN makes it look at all of them.
  const places = schemas.length === 1 ? "= ?" : `IN (${schemas.map(() => "?").join(", ")})`;
  const sql = `SELECT ${columns.join(", ")} FROM information_schema.${from} WHERE ${schemaColumn} ${places} ${tail}`;
  const { rows } = yield* ask(connection, sql.trim(), schemas);
  return asRows(columns, rows);
}

/** Rows by the names of their columns: what stands behind the last "AS" or dot. */
export function asRows(columns: readonly string[], rows: readonly (readonly DriverValue[])[]): CatalogRow[] {
  const names = columns.map((column) => column.replace(/^.*(?: AS |\.)/s, ""));
  return rows.map((row) =>
    Object.fromEntries(names.map((name, index) => [name, text(row[index] ?? null) ?? undefined])),
  );
}

const decoder = new TextDecoder();

/** Some columns of information_schema come as bytes. */
function text(value: DriverValue): string | null {
  if (value === null) return null;
  return value instanceof Uint8Array ? decoder.decode(value) : String(value);
}

/** The rows of each table, by `key`. */
export function grouped(
  rows: readonly CatalogRow[],
  key: (row: CatalogRow) => string,
): ReadonlyMap<string, readonly CatalogRow[]> {
  const groups = new Map<string, CatalogRow[]>();
  for (const row of rows) {
    const name = key(row);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return groups;
}

/** A key of one object in a schema. */
export function objectKey(schema: string | undefined, name: string | undefined): string {
  return JSON.stringify([schema ?? "", name ?? ""]);
}

/** The words of `text`: names of columns. */
export function words(text: string): string[] {
  return text.split(" ");
}
