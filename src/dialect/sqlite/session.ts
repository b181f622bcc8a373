/** Prepares a SQLite connection: foreign keys are enforced, LIKE tells cases apart, decimals are exact. */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { isolationLevelText } from "../begin-options.ts";
import { ReadOnlyError } from "../database-error.ts";
import type { ConnectionTraits, TransactionOptions } from "../dialect.ts";
import { ask, askOne, disobeyed } from "../session-setup.ts";
import { sqliteCapabilities } from "./capabilities.ts";
import { decimalFunctions } from "./decimal-functions.ts";
import { dateFormatFunctions } from "./date-format.ts";
import { jsonFunctions } from "./json-functions.ts";
import { spreadFunctions } from "./spread-functions.ts";
import { textFunctions } from "./text-functions.ts";
import { translateError } from "./error-codes.ts";

/** Apply the settings, and check the one that a build of SQLite may ignore without a word. */
export function* setUpConnection(connection: DriverConnection): Io<ConnectionTraits> {
  yield* ask(connection, "PRAGMA foreign_keys = ON");
  const enforced = yield* askOne(connection, "PRAGMA foreign_keys");
  if (enforced !== "1") throw disobeyed("SQLite", "foreign_keys", "1", enforced);
  // LIKE would ignore the case of ASCII letters only; ilike() says when it does not count.
  yield* ask(connection, "PRAGMA case_sensitive_like = ON");
  const { rows } = yield* ask(connection, "PRAGMA database_list");
  const isFile = rows.some((row) => row[1] === "main" && row[2] !== "" && row[2] !== null);
  if (isFile) yield* useWriteAheadLog(connection);
  const functions = [
    ...dateFormatFunctions,
    ...decimalFunctions,
    ...jsonFunctions,
    ...spreadFunctions,
    ...textFunctions,
  ];
  for (const definition of functions) connection.createFunction?.(definition);
  // The reads of a transaction share a snapshot.
  return { readsOutsideTransaction: false };
}

/** Readers do not wait for a writer, nor it for them. A database that cannot be written keeps the mode it has. */
function* useWriteAheadLog(connection: DriverConnection): Io<void> {
  if ((yield* askOne(connection, "PRAGMA journal_mode")) === "wal") return;
  try {
    yield* ask(connection, "PRAGMA journal_mode = WAL");
  } catch (error) {
    if (!(translateError(error, { sql: "PRAGMA journal_mode = WAL" }) instanceof ReadOnlyError)) throw error;
  }
}

/** BEGIN; for writing with the lock at once, because a reader that turns writer can fail without waiting. */
export function begin(options: TransactionOptions): readonly string[] {
  if (options.isolationLevel !== undefined) isolationLevelText("SQLite", sqliteCapabilities, options.isolationLevel);
  // SQLite knows no read-only transactions, only connections that refuse to write for a while.
  if (options.readOnly === true) return ["PRAGMA query_only = ON", "BEGIN"];
  return [options.write === true ? "BEGIN IMMEDIATE" : "BEGIN"];
}

/** Let the connection write again. */
export function afterTransaction(options: TransactionOptions): readonly string[] {
  return options.readOnly === true ? ["PRAGMA query_only = OFF"] : [];
}

/** Names of the tables and views. */
export function* tableNames(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>> {
  if (schema !== undefined) return new Set();
  const { rows } = yield* ask(connection, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')");
  return new Set(rows.map((row) => String(row[0])));
}
