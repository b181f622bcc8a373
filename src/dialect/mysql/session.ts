/** Prepares a MySQL connection: UTC, utf8mb4, and errors instead of silently changed values. */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { isolationLevelText } from "../begin-options.ts";
import type { Capabilities } from "../capabilities.ts";
import type { ConnectionTraits, TransactionOptions } from "../dialect.ts";
import { ask, command, disobeyed } from "../session-setup.ts";

/** Without these, MySQL cuts long texts, stores '' for a wrong enum value and takes the date 0000-00-00. */
const modes = [
  "STRICT_TRANS_TABLES",
  "STRICT_ALL_TABLES",
  "NO_ZERO_IN_DATE",
  "NO_ZERO_DATE",
  "ERROR_FOR_DIVISION_BY_ZERO",
  "NO_ENGINE_SUBSTITUTION",
];

/** What is read back, and what it must be. */
const checks: readonly (readonly [name: string, wanted: string])[] = [
  ["@@session.time_zone", "+00:00"],
  ["@@session.character_set_client", "utf8mb4"],
  ["@@session.character_set_results", "utf8mb4"],
  ["@@session.foreign_key_checks", "1"],
  // Without it, what is written outside of a transaction is lost with the connection.
  ["@@session.autocommit", "1"],
  // A limit for statements that have none would be a wrong result without a word.
  ["@@session.sql_select_limit", "18446744073709551615"],
  // Longer results of GROUP_CONCAT are cut off with a warning that nobody sees.
  ["@@session.group_concat_max_len", "1073741824"],
];
/** Settings besides; a server may have its own defaults for all of them. */
const settings = [
  "time_zone = '+00:00'",
  `sql_mode = '${modes.join(",")}'`,
  "autocommit = 1",
  "foreign_key_checks = 1",
  "unique_checks = 1",
  "sql_auto_is_null = 0",
  "sql_select_limit = 18446744073709551615",
  "group_concat_max_len = 1073741824",
  // Tables of the program's own SQL as well shall be rolled back and have foreign keys.
  "default_storage_engine = IF(@@default_storage_engine IN ('MyISAM', 'Aria', 'MEMORY'), 'InnoDB', @@default_storage_engine)",
];
/** MySQL returns the first generated key only: those of the other rows are counted from it. */
const countedKeys: readonly [name: string, wanted: string] = ["@@session.auto_increment_increment", "1"];

/** Apply the settings and read them back. */
export function* setUpConnection(connection: DriverConnection, capabilities: Capabilities): Io<ConnectionTraits> {
  const wantedValues = capabilities.insertReturning ? checks : [...checks, countedKeys];
  yield* command(connection, `SET NAMES utf8mb4 COLLATE utf8mb4_bin, ${settings.join(", ")}`);
  const { rows } = yield* ask(
    connection,
    `SELECT @@session.sql_mode, ${wantedValues.map(([name]) => name).join(", ")}`,
  );
  const [found, ...others] = (rows[0] ?? []).map(String);
  const active = new Set((found ?? "").split(","));
  const missing = modes.find((mode) => !active.has(mode));
  if (missing !== undefined || active.has("NO_BACKSLASH_ESCAPES"))
    throw disobeyed("MySQL", "sql_mode", modes.join(","), found ?? "");
  for (const [index, [name, wanted]] of wantedValues.entries()) {
    if (others[index] !== wanted) throw disobeyed("MySQL", name, wanted, String(others[index]));
  }
  // REPEATABLE READ by default: the reads of a transaction share a snapshot.
  return { readsOutsideTransaction: false };
}

/** Stop statements that take longer: MariaDB all of them, MySQL those that read. */
export function* limitStatements(connection: DriverConnection, seconds: number, isMariaDb: boolean): Io<void> {
  const setting = isMariaDb
    ? `max_statement_time = ${seconds.toFixed(6)}`
    : `max_execution_time = ${String(Math.ceil(seconds * 1000))}`;
  yield* command(connection, `SET ${setting}`);
}

/** START TRANSACTION, after the isolation level that it shall have. */
export function begin(options: TransactionOptions, capabilities: Capabilities): readonly string[] {
  const start = options.readOnly === true ? "START TRANSACTION READ ONLY" : "START TRANSACTION";
  if (options.isolationLevel === undefined) return [start];
  return [
    `SET TRANSACTION ISOLATION LEVEL ${isolationLevelText("MySQL", capabilities, options.isolationLevel)}`,
    start,
  ];
}

const afterCommit =
  /^(?:\s|--[^\n]*\n|\/\*.*?\*\/)*(?:(?:create|drop)\s+(?!temporary\b)|(?:alter|rename|truncate|grant|revoke|analyze(?!\s+format\b)|optimize|repair|check|flush|reset|cache|load\s+index|install|uninstall|unlock|begin|start|stop|change)\b|set\s+password\b)/is;
const locking = /^(?:\s|--[^\n]*\n|\/\*.*?\*\/)*lock\s+tables?\b/is;

/** Statements that commit the transaction before they run; table locks are given up by the next transaction. */
export function implicitCommit(sql: string): "commit" | "lock" | undefined {
  if (locking.test(sql)) return "lock";
  return afterCommit.test(sql) ? "commit" : undefined;
}

/** Names of the tables and views of a database; the connection's own where none is given. */
export function* tableNames(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>> {
  const sql =
    "SELECT table_name FROM information_schema.tables WHERE table_schema = coalesce(?, database()) AND table_type <> 'SEQUENCE'";
  const { rows } = yield* ask(connection, sql, [schema ?? null]);
  return new Set(rows.map((row) => String(row[0])));
}

/** Names of the sequences (MariaDB). */
export function* sequenceNames(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>> {
  const sql =
    "SELECT table_name FROM information_schema.tables WHERE table_schema = coalesce(?, database()) AND table_type = 'SEQUENCE'";
  const { rows } = yield* ask(connection, sql, [schema ?? null]);
  return new Set(rows.map((row) => String(row[0])));
}
