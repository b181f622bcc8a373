/** Rows of random tables: put in, read and taken out, past all foreign keys. */
import type { ConnectionCore } from "../../src/engine/connection.ts";
import type { Io } from "../../src/io/io.ts";
import type { Dialect } from "../../src/dialect/dialect.ts";
import type { Catalog, QualifiedName } from "../../src/metadata/catalog.ts";
import { bookkeepingTable } from "../../src/migration/bookkeeping-table.ts";
import type { TestDatabase } from "./dialects.ts";
import { otherSchema } from "./random-details.ts";
import type { RowsOfPair } from "./random-rows.ts";

/** Values by table and column, in the order of the rows. */
export type Values = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;

interface NamedColumns extends QualifiedName {
  readonly columns: readonly { readonly name: string }[];
}

/** Empty the database. */
export async function clear(database: TestDatabase): Promise<void> {
  const { name } = database.dialect;
  if (name === "postgresql") {
    await database.command("DROP SCHEMA public CASCADE");
    await database.command("CREATE SCHEMA public");
    await database.command(`DROP SCHEMA IF EXISTS ${otherSchema} CASCADE`);
  } else if (name === "mysql") {
    const { rows } = await database.send("SELECT DATABASE()");
    const own = `\`${String(rows[0]?.[0])}\``;
    for (const sql of [`DROP DATABASE ${own}`, `CREATE DATABASE ${own}`, `USE ${own}`]) await database.command(sql);
  } else {
    await database.command("PRAGMA foreign_keys = OFF");
    const { rows } = await database.send(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    );
    // Some go with others: FTS5's own tables.
    for (const [table] of rows)
      await database.command(`DROP TABLE IF EXISTS ${database.dialect.quoteIdentifier(String(table))}`);
    await database.command("PRAGMA foreign_keys = ON");
  }
}

/** What is there beside what migrations keep for themselves. */
export function* catalogWithoutBookkeeping(connection: ConnectionCore): Io<Catalog> {
  const { dialect, driverConnection } = connection;
  const catalog = yield* dialect.migrations.inspect(driverConnection, { schemas: schemasOf(dialect) });
  return { ...catalog, tables: catalog.tables.filter(({ name }) => name !== bookkeepingTable) };
}

/** The values of all tables of `schema`. @throws where a full-text index does not hold the words that its table holds. */
export function* readValues(
  connection: ConnectionCore,
  schema: { readonly tables: readonly NamedColumns[] },
): Io<Values> {
  const quote = (name: string): string => connection.dialect.quoteIdentifier(name);
  const found = new Map<string, Map<string, string[]>>();
  for (const { schema: place, name, columns } of schema.tables) {
    const list = columns.map((column) => quote(column.name)).join(", ");
    const sql = `SELECT ${list} FROM ${qualified(connection.dialect, { schema: place, name })} ORDER BY id`;
    const { rows } = yield* connection.executeRaw({ sql, returnsRows: true, integers: "bigint" });
    found.set(name, new Map(columns.map((column, index) => [column.name, rows.map((row) => String(row[index]))])));
  }
  if (connection.dialect.name === "sqlite") yield* checkFullText(connection);
  return found;
}

/** The indexes of the other databases cannot be out of step. */
function* checkFullText(connection: ConnectionCore): Io<void> {
  const sql = "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%'";
  for (const [name] of (yield* connection.executeRaw({ sql, returnsRows: true })).rows) {
    const index = connection.dialect.quoteIdentifier(String(name));
    yield* connection.executeRaw({ sql: `INSERT INTO ${index} (${index}, rank) VALUES ('integrity-check', 1)` });
  }
}

export async function insertRows(database: TestDatabase, { tables }: RowsOfPair): Promise<void> {
  const quote = (name: string): string => database.dialect.quoteIdentifier(name);
  const statements = tables
    .filter(({ rows }) => rows.length > 0)
    .map(
      ({ schema, table, columns, rows }) =>
        `INSERT INTO ${qualified(database.dialect, { schema, name: table })} (${columns.map(quote).join(", ")}) VALUES ${rows.map((row) => `(${row.join(", ")})`).join(", ")}`,
    );
  await withoutForeignKeys(database, statements);
}

export async function emptyTables(database: TestDatabase, tables: readonly QualifiedName[]): Promise<void> {
  await withoutForeignKeys(
    database,
    tables.map((table) => `DELETE FROM ${qualified(database.dialect, table)}`),
  );
}

/** The schemas that random tables are in beside the connection's own. */
export function schemasOf({ name }: Dialect): readonly string[] {
  return name === "postgresql" ? [otherSchema] : [];
}

function qualified(dialect: Dialect, { schema, name }: QualifiedName): string {
  const parts = schema === undefined ? [name] : [schema, name];
  return parts.map((part) => dialect.quoteIdentifier(part)).join(".");
}

const switches: { readonly [dialect: string]: readonly [string, string] } = {
  sqlite: ["PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"],
  postgresql: ["SET session_replication_role = replica", "SET session_replication_role = origin"],
  mysql: ["SET foreign_key_checks = 0", "SET foreign_key_checks = 1"],
};

/** Rows may refer to those that come later. */
async function withoutForeignKeys(database: TestDatabase, statements: readonly string[]): Promise<void> {
  const [off = "", on = ""] = switches[database.dialect.name] ?? [];
  await database.command(off);
  for (const sql of statements) {
    await database.command(sql).catch((cause: unknown) => {
      throw new Error(`${String(cause)}: ${sql}`, { cause });
    });
  }
  await database.command(on);
}
