/** The lock that lets one migration run at a time, and bounds on waiting, in PostgreSQL. */
import type { Io } from "../../io/io.ts";
import { ConnectionError } from "../database-error.ts";
import type { SchemaExecutor } from "../migration-dialect.ts";

/** The key of an advisory lock; those of other databases of the server are others. */
const key = "pg_catalog.hashtextextended('sqlmodel migration ' || $1::text, 0)";

/** Seconds between two tries. */
const pause = 0.1;

/**
 * Take the lock; false where another has it still after `timeout` milliseconds. It belongs to the session, and tries end:
 * one that waits inside the server would hold up CREATE INDEX CONCURRENTLY of the one that has it.
 * @throws ConnectionError behind a pooler that gives each transaction another session.
 */
export function* lock(connection: SchemaExecutor, name: string, timeout: number): Io<boolean> {
  const deadline = Date.now() + timeout;
  for (;;) {
    const [taken, session] = yield* ask(
      connection,
      `SELECT pg_catalog.pg_try_advisory_lock(${key})::text, pg_catalog.pg_backend_pid()::text`,
      name,
    );
    if (taken === "true") {
      yield* requireOwnSession(connection, name, session);
      return true;
    }
    if (Date.now() >= deadline) return false;
    yield* connection.executeRaw({ sql: `SELECT pg_catalog.pg_sleep(${String(pause)})`, returnsRows: true });
  }
}

function* requireOwnSession(connection: SchemaExecutor, name: string, session: string | undefined): Io<void> {
  const [now, isHeld] = yield* ask(
    connection,
    "SELECT pg_catalog.pg_backend_pid()::text, EXISTS (SELECT 1 FROM pg_catalog.pg_locks AS l WHERE l.locktype = 'advisory' " +
      "AND l.pid = pg_catalog.pg_backend_pid() AND l.granted AND l.objsubid = 1 " +
      `AND (l.classid::bigint << 32) | l.objid::bigint = ${key})::text`,
    name,
  );
  if (now === session && isHeld === "true") return;
  yield* unlock(connection, name);
  throw new ConnectionError(
    "The statements of this connection run in different sessions of PostgreSQL, so that no lock can keep two migrations apart: a pooler in transaction mode stands between. " +
      "Give migrations the address of the server itself, or of a pool in session mode.",
    { cause: undefined },
  );
}

/** Give the lock back. */
export function* unlock(connection: SchemaExecutor, name: string): Io<void> {
  yield* ask(connection, `SELECT pg_catalog.pg_advisory_unlock(${key})::text`, name);
}

function* ask(connection: SchemaExecutor, sql: string, name: string): Io<readonly string[]> {
  const { rows } = yield* connection.executeRaw({ sql, parameters: [name], returnsRows: true });
  return (rows[0] ?? []).map(String);
}

/**
 * Bounds for the statements that follow, in milliseconds; what has none goes back to what it was before the first bound: the
 * engine's own, the role's, the server's. The session itself remembers that.
 */
export function timeouts(bounds: {
  readonly lockTimeout: number | undefined;
  readonly statementTimeout: number | undefined;
}): readonly string[] {
  return [...timeout("lock_timeout", bounds.lockTimeout), ...timeout("statement_timeout", bounds.statementTimeout)];
}

function timeout(name: string, bound: number | undefined): readonly string[] {
  const kept = `sqlmodel.${name}`;
  const before = `COALESCE(NULLIF(pg_catalog.current_setting('${kept}', true), ''), pg_catalog.current_setting('${name}'))`;
  return bound === undefined
    ? [set(name, before), set(kept, "''")]
    : [set(kept, before), set(name, milliseconds(bound))];
}

function set(name: string, value: string): string {
  return `SELECT pg_catalog.set_config('${name}', ${value}, false)`;
}

/** 0 is no bound, and so a bound is 1 at least. */
function milliseconds(bound: number): string {
  return `'${String(Math.max(1, Math.round(bound)))}'`;
}
