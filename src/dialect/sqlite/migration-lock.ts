/** SQLite has one writer at a time: a revision's BEGIN IMMEDIATE is the lock, and inside it the version table tells what is left to do. */
import type { Io } from "../../io/io.ts";
import type { SchemaExecutor } from "../migration-dialect.ts";

/** Nothing to take: true. */
// oxlint-disable-next-line require-yield -- Io that asks nothing.
export function* lock(_connection: SchemaExecutor, _name: string, _timeout: number): Io<boolean> {
  return true;
}

/** Nothing to give back. */
export function* unlock(_connection: SchemaExecutor, _name: string): Io<void> {}

/** How long to wait for another writer, in milliseconds. A statement that runs cannot be ended from within. */
export function timeouts(bounds: {
  readonly lockTimeout: number | undefined;
  readonly statementTimeout: number | undefined;
}): readonly string[] {
  const { lockTimeout } = bounds;
  return lockTimeout === undefined ? [] : [`PRAGMA busy_timeout = ${String(Math.round(lockTimeout))}`];
}
