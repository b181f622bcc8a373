/** Prepares a MySQL connection: UTC, utf8mb4, and errors instead of silently changed values. */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { isolationLevelText } from "../begin-options.ts";
import type { Capabilities } from "../capabilities.ts";
import type { TransactionOptions } from "../dialect.ts";
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
];
/** MySQL returns the first generated key only: those of the other rows are counted from it. */
const countedKeys: readonly [name: string, wanted: string] = ["@@session.auto_increment_increment", "1"];

/** Apply the settings and read them back. */
export function* setUpConnection(connection: DriverConnection, capabilities: Capabilities): Io<void> {
  const wantedValues = capabilities.insertReturning ? checks : [...checks, countedKeys];
  yield* command(
    connection,
    `SET NAMES utf8mb4 COLLATE utf8mb4_bin, time_zone = '+00:00', sql_mode = '${modes.join(",")}'`,
  );
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

/** Names of the tables and views of a database; the connection's own where none is given. */
export function* tableNames(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>> {
  const sql = "SELECT table_name FROM information_schema.tables WHERE table_schema = coalesce(?, database())";
  const { rows } = yield* ask(connection, sql, [schema ?? null]);
  return new Set(rows.map((row) => String(row[0])));
}
