/** Prepares a PostgreSQL connection: UTC, UTF-8 and the text formats that `codecs.ts` reads. */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { isolationLevelText } from "../begin-options.ts";
import type { TransactionOptions } from "../dialect.ts";
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
];

/** Apply the settings in one round trip; `set_config` answers with what it set. */
export function* setUpConnection(connection: DriverConnection): Io<void> {
  const items = settings.map(([name, value]) => `set_config('${name}', '${value}', false)`);
  const { rows } = yield* ask(connection, `SELECT ${items.join(", ")}`);
  for (const [index, [name, , answer]] of settings.entries()) {
    const found = String(rows[0]?.[index]);
    if (found !== answer) throw disobeyed("PostgreSQL", name, answer, found);
  }
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
