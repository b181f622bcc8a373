/** The lock that lets one migration run at a time, and bounds on waiting, in MySQL and MariaDB. */
import type { Io } from "../../io/io.ts";
import { fingerprint } from "../../util/fingerprint.ts";
import type { SchemaExecutor } from "../migration-dialect.ts";

/**
 * Take the lock; false where another has it still after `timeout` milliseconds. It is the connection's, and is free when that
 * ends, however it ends. Names are the server's, so that the database's name is part of it.
 */
export function* lock(connection: SchemaExecutor, name: string, timeout: number): Io<boolean> {
  const { rows } = yield* connection.executeRaw({
    sql: "SELECT GET_LOCK(?, ?)",
    parameters: [yield* lockName(connection, name), Math.max(0, Math.ceil(timeout / 1000))],
    returnsRows: true,
  });
  return Number(rows[0]?.[0]) === 1;
}

/** Give the lock back. */
export function* unlock(connection: SchemaExecutor, name: string): Io<void> {
  const parameters = [yield* lockName(connection, name)];
  yield* connection.executeRaw({ sql: "SELECT RELEASE_LOCK(?)", parameters, returnsRows: true });
}

/** At most 64 characters, which is what MySQL takes. */
function* lockName(connection: SchemaExecutor, name: string): Io<string> {
  const { rows } = yield* connection.executeRaw({ sql: "SELECT DATABASE()", returnsRows: true });
  return `sqlmodel_${fingerprint(JSON.stringify([String(rows[0]?.[0]), name]))}`;
}

/**
 * Bounds for the statements that follow, in milliseconds; what has none goes back to what it was before the first bound: the
 * engine's own or the server's. Waits are counted in whole seconds there, and MySQL bounds the time of SELECT only.
 */
export function timeouts(
  isMariaDb: boolean,
  bounds: { readonly lockTimeout: number | undefined; readonly statementTimeout: number | undefined },
): readonly string[] {
  const { lockTimeout, statementTimeout } = bounds;
  const wait = lockTimeout === undefined ? undefined : String(Math.max(1, Math.ceil(lockTimeout / 1000)));
  const time = statementTimeout === undefined ? undefined : Math.max(1, Math.ceil(statementTimeout));
  return [
    ...timeout("lock_wait_timeout", wait),
    ...timeout("innodb_lock_wait_timeout", wait),
    ...(isMariaDb
      ? timeout("max_statement_time", time === undefined ? undefined : String(time / 1000))
      : timeout("max_execution_time", time?.toString())),
  ];
}

/** A setting's value is read before any of the same SET is changed, so that each has statements of its own. */
function timeout(name: string, bound: string | undefined): readonly string[] {
  const kept = `@sqlmodel_${name}`;
  // A setting takes values of its own kind only.
  const kind = name === "max_statement_time" ? "DECIMAL(20,6)" : "SIGNED";
  const before = `CAST(COALESCE(${kept}, @@session.${name}) AS ${kind})`;
  return bound === undefined
    ? [`SET ${name} = ${before}`, `SET ${kept} = NULL`]
    : [`SET ${kept} = ${before}`, `SET ${name} = ${bound}`];
}
