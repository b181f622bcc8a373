/** Prepares a PostgreSQL connection: UTC, UTF-8 and the text formats that `codecs.ts` reads. */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { isolationLevelText } from "../begin-options.ts";
import { ConnectionError } from "../database-error.ts";
import type { ConnectionTraits, TransactionOptions } from "../dialect.ts";
import { ask, disobeyed } from "../session-setup.ts";
import { postgresqlCapabilities } from "./capabilities.ts";

/** Settings, and what the server answers once it has them. */
const settings: readonly (readonly [name: string, value: string, answer: string])[] = [
  ["TimeZone", "UTC", "UTC"],
  ["DateStyle", "ISO, YMD", "ISO, YMD"],
  ["IntervalStyle", "iso_8601", "iso_8601"],
  ["client_encoding", "UTF8", "UTF8"],
  ["standard_conforming_strings", "on", "on"],
  ["bytea_output", "hex", "hex"],
  // Every digit of a floating-point number.
  ["extra_float_digits", "1", "1"],
  // NULL in an array would be the text 'NULL'.
  ["array_nulls", "on", "on"],
  ["transform_null_equals", "off", "off"],
];

/** PostgreSQL has no dirty reads: it takes the one for the other. */
const statementLevels: ReadonlySet<string> = new Set(["read committed", "read uncommitted"]);

/** What PgBouncer keeps apart for its clients, although they share sessions. */
const kept: ReadonlySet<string> = new Set(["TimeZone", "DateStyle", "client_encoding", "standard_conforming_strings"]);

/** Apply the settings in one round trip; `set_config` answers with what it set. */
export function* setUpConnection(connection: DriverConnection): Io<ConnectionTraits> {
  if (connection.isPooled === true) return yield* setUpPooled(connection);
  const items = settings.map(([name, value]) => `set_config('${name}', '${value}', false)`);
  items.push("current_setting('default_transaction_isolation')", "pg_backend_pid()");
  const { rows } = yield* ask(connection, `SELECT ${items.join(", ")}`);
  for (const [index, [name, , answer]] of settings.entries()) {
    const found = String(rows[0]?.[index]);
    if (found !== answer) throw disobeyed("PostgreSQL", name, answer, found);
  }
  connection.noteBackend?.(Number(rows[0]?.[settings.length + 1]));
  return { readsOutsideTransaction: statementLevels.has(String(rows[0]?.[settings.length])) };
}

/** What others share is looked at and left alone, but for what the pooler keeps apart; no codec reads intervals. */
function* setUpPooled(connection: DriverConnection): Io<ConnectionTraits> {
  const items = settings.map(([name]) => `current_setting('${name}')`);
  items.push("current_setting('default_transaction_isolation')");
  const { rows } = yield* ask(connection, `SELECT ${items.join(", ")}`);
  const wrong = settings.filter(
    ([name, , answer], index) => String(rows[0]?.[index]) !== answer && name !== "IntervalStyle",
  );
  const shared = wrong.find(([name]) => !kept.has(name));
  if (shared !== undefined) {
    const [name, value] = shared;
    throw new ConnectionError(
      `The server's setting '${name}' is not '${value}', and behind a transaction pooler a connection cannot have settings of its own. Run ALTER ROLE … SET ${name} = '${value}', and reconnect the pooler.`,
      { cause: undefined },
    );
  }
  if (wrong.length > 0) {
    yield* ask(
      connection,
      `SELECT ${wrong.map(([name, value]) => `set_config('${name}', '${value}', false)`).join(", ")}`,
    );
  }
  return { readsOutsideTransaction: statementLevels.has(String(rows[0]?.[settings.length])) };
}

/** Stop statements that take longer. */
export function* limitStatements(connection: DriverConnection, seconds: number): Io<void> {
  if (connection.isPooled === true)
    throw new ConnectionError(
      "There is a pooler between, whose sessions are shared: statementTimeout would be for others as well. Say pooler: 'session' if it is one of sessions, or give each call a timeout.",
      { cause: undefined },
    );
  yield* ask(connection, `SELECT set_config('statement_timeout', '${String(Math.ceil(seconds * 1000))}', false)`);
}

/** PostgreSQL takes these outside of a transaction, says so in a notice, and forgets them at once. */
export function needsTransaction(sql: string): boolean {
  return /^\s*set\s+(?:local|transaction|constraints)\b/i.test(sql);
}

/** BEGIN. */
export function begin(options: TransactionOptions): readonly string[] {
  const level =
    options.isolationLevel === undefined
      ? ""
      : ` ISOLATION LEVEL ${isolationLevelText("PostgreSQL", postgresqlCapabilities, options.isolationLevel)}`;
  return [`BEGIN${level}${options.readOnly === true ? " READ ONLY" : ""}`];
}

/** Names of the tables and views, in the schema where new tables go unless another is given. */
export function* tableNames(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>> {
  const sql =
    "SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace " +
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname = coalesce($1::text, current_schema())";
  const { rows } = yield* ask(connection, sql, [schema ?? null]);
  return new Set(rows.map((row) => String(row[0])));
}

/** Names of the enum types. */
export function* enumNames(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>> {
  const sql =
    "SELECT t.typname FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace " +
    "WHERE t.typtype = 'e' AND n.nspname = coalesce($1::text, current_schema())";
  const { rows } = yield* ask(connection, sql, [schema ?? null]);
  return new Set(rows.map((row) => String(row[0])));
}

/** Names of the sequences, also of those that belong to columns. */
export function* sequenceNames(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>> {
  const sql =
    "SELECT c.relname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace " +
    "WHERE c.relkind = 'S' AND n.nspname = coalesce($1::text, current_schema())";
  const { rows } = yield* ask(connection, sql, [schema ?? null]);
  return new Set(rows.map((row) => String(row[0])));
}
