/** What commands ask the database, whichever kind of engine the project has. */
import { AsyncEngine } from "../engine/async-engine.ts";
import type { ConnectionCore } from "../engine/connection.ts";
import type { Engine } from "../engine/engine.ts";
import type { Io } from "../io/io.ts";
import type { QualifiedName } from "../metadata/catalog.ts";
import { bookkeepingTable } from "../migration/bookkeeping-table.ts";
import type { MigrationConfig } from "../migration/config.ts";
import { Bookkeeping, isApplied, type BookkeepingRow } from "../migration/run/bookkeeping.ts";
import type { RunOptions } from "../migration/run/options.ts";

/** Run generators that need a connection. */
export async function onConnection<T>(
  engine: Engine | AsyncEngine,
  work: (connection: ConnectionCore) => Io<T>,
): Promise<T> {
  return engine instanceof AsyncEngine ? engine.run(work) : engine.run(work);
}

/** The rows of the bookkeeping table, by revision; none where there is no table. It is never created. */
export async function bookkeepingRows(
  engine: Engine | AsyncEngine,
  config: MigrationConfig,
): Promise<ReadonlyMap<string, BookkeepingRow>> {
  const bookkeeping = new Bookkeeping(config);
  return onConnection(engine, (connection) => bookkeeping.readIfThere(connection));
}

/** Ids of the applied revisions. */
export function appliedOf(rows: ReadonlyMap<string, BookkeepingRow>): ReadonlySet<string> {
  return new Set([...rows.values()].filter((row) => isApplied(row)).map(({ revision }) => revision));
}

/** Where the configuration keeps what was applied. */
export function versionTableOf({
  versionTable = bookkeepingTable,
  versionTableSchema,
}: MigrationConfig): QualifiedName {
  return { schema: versionTableSchema, name: versionTable };
}

/** What the configuration says of a run. */
export function runOptions(config: MigrationConfig): RunOptions {
  const {
    versionTable,
    versionTableSchema,
    lockTimeout,
    statementTimeout,
    runLockTimeout,
    transactionPerRevision,
    schemas,
  } = config;
  return {
    ...(versionTable === undefined ? {} : { versionTable }),
    ...(versionTableSchema === undefined ? {} : { versionTableSchema }),
    ...(lockTimeout === undefined ? {} : { lockTimeout }),
    ...(statementTimeout === undefined ? {} : { statementTimeout }),
    ...(runLockTimeout === undefined ? {} : { runLockTimeout }),
    ...(transactionPerRevision === undefined ? {} : { transactionPerRevision }),
    ...(schemas === undefined ? {} : { schemas }),
  };
}
