/**
 * A place in MySQL and MariaDB where a schema can be created and read back without touching the real one: databases with names of
 * their own, which are dropped afterwards. The connection uses the one that stands for its own database meanwhile.
 */
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { DatabaseError, ProgrammingError } from "../database-error.ts";
import type { SchemaExecutor, SchemaMap } from "../migration-dialect.ts";

type DriverRows = readonly (readonly DriverValue[])[];

const prefix = "sqlmodel_scratch_";
/** The moment of creation in seconds, base 36, then chance: a leftover says how old it is. */
const pattern = /^sqlmodel_scratch_([0-9a-z]{6,8})_[0-9a-z]{8}_\d+$/;

/** The version, and what tables come out differently by. */
export const scratchSettings =
  "SELECT VERSION(), @@sql_mode, @@default_storage_engine, @@character_set_database, @@collation_database, @@lower_case_table_names";

/** True for the name of a scratch database: of a run that goes on, or of one that crashed. */
export function isScratchName(name: string): boolean {
  return pattern.test(name);
}

/** What a crashed run left is taken away once it is this old, in seconds, and its connection is gone. */
const leftoverAge = 3600;

/**
 * Run `work` with empty schemas in place of `schemas`.
 * @throws ProgrammingError where the user may not create databases.
 */
export function* scratch<T>(
  connection: SchemaExecutor,
  schemas: readonly (string | undefined)[],
  work: (schemas: SchemaMap) => Io<T>,
): Io<T> {
  const { rows } = yield* connection.executeRaw({ sql: "SELECT DATABASE(), UNIX_TIMESTAMP()", returnsRows: true });
  const [[own = null, seconds = 0] = []] = rows;
  const run = `${prefix}${Number(seconds).toString(36)}_${chance()}`;
  // Whoever finds a database of this run can tell by the lock whether it still goes on.
  yield* ask(connection, "SELECT GET_LOCK(?, 0)", [run]);
  const created: string[] = [];
  const names = new Map<string | undefined, string | undefined>();
  let isUsing = false;
  try {
    yield* dropLeftovers(connection, Number(seconds));
    for (const [index, schema] of schemas.entries()) {
      const name = `${run}_${String(index)}`;
      yield* create(connection, name, schema ?? (own === null ? undefined : String(own)));
      created.push(name);
      if (schema === undefined) {
        yield* connection.executeRaw({ sql: `USE ${quoteIdentifier(name, "`")}` });
        isUsing = true;
      }
      names.set(schema, schema === undefined ? undefined : name);
    }
    return yield* work(names);
  } finally {
    // A database that the connection uses is left by dropping it.
    for (const name of created.reverse()) yield* drop(connection, name);
    if (isUsing && own !== null) yield* connection.executeRaw({ sql: `USE ${quoteIdentifier(String(own), "`")}` });
    yield* ask(connection, "SELECT RELEASE_LOCK(?)", [run]);
  }
}

function chance(): string {
  return Math.floor(Math.random() * 36 ** 8)
    .toString(36)
    .padStart(8, "0");
}

function* ask(connection: SchemaExecutor, sql: string, parameters: readonly DriverValue[]): Io<DriverRows> {
  return (yield* connection.executeRaw({ sql, parameters, returnsRows: true })).rows;
}

/** A database with the character set of the one that it stands for, or the server's where that is not there. */
function* create(connection: SchemaExecutor, name: string, like: string | undefined): Io<void> {
  const sql =
    "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata WHERE schema_name = ?";
  const [row] = like === undefined ? [] : yield* ask(connection, sql, [like]);
  const collation = row === undefined ? "" : ` CHARACTER SET ${String(row[0])} COLLATE ${String(row[1])}`;
  try {
    yield* connection.executeRaw({ sql: `CREATE DATABASE ${quoteIdentifier(name, "`")}${collation}` });
  } catch (error) {
    throw error instanceof DatabaseError && isDenied(error) ? refused(error) : error;
  }
}

/** ER_DBACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR, ER_SPECIFIC_ACCESS_DENIED_ERROR */
function isDenied({ vendorCode }: DatabaseError): boolean {
  return vendorCode === 1044 || vendorCode === 1142 || vendorCode === 1227;
}

function refused(error: DatabaseError): ProgrammingError {
  return new ProgrammingError(
    `The models' schema is created in a database of its own ('${prefix}…') to be compared, but this user may not create one. ` +
      `Grant it, GRANT ALL PRIVILEGES ON \`${prefix.replaceAll("_", "\\_")}%\`.* TO the user, or name another server for it in the configuration.`,
    { sql: error.sql ?? "", sqlState: error.sqlState, vendorCode: error.vendorCode, cause: error },
  );
}

function* drop(connection: SchemaExecutor, name: string): Io<void> {
  yield* connection.executeRaw({ sql: `DROP DATABASE IF EXISTS ${quoteIdentifier(name, "`")}` });
}

/** Drop what runs that crashed an hour ago or more left behind: nobody holds the lock of those. */
function* dropLeftovers(connection: SchemaExecutor, now: number): Io<void> {
  const sql = "SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE ?";
  const rows = yield* ask(connection, sql, [`${prefix.replaceAll("_", "\\_")}%`]);
  for (const [value] of rows) {
    const name = String(value);
    const age = now - Number.parseInt(pattern.exec(name)?.[1] ?? "", 36);
    if (!(age > leftoverAge)) continue;
    const [[isFree] = []] = yield* ask(connection, "SELECT IS_FREE_LOCK(?)", [name.replace(/_\d+$/, "")]);
    if (Number(isFree) === 1) yield* drop(connection, name);
  }
}
