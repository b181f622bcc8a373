/** What the `session.ts` of every dialect needs to prepare a connection. */
import type { DriverConnection, DriverResult, DriverValue } from "../io/driver.ts";
import { execute, type Io } from "../io/io.ts";
import { ConnectionError } from "./database-error.ts";

/** Ask a question that is sent once a connection. */
export function* ask(
  connection: DriverConnection,
  sql: string,
  parameters: readonly DriverValue[] = [],
): Io<DriverResult> {
  return yield* execute(connection, { sql, parameters, returnsRows: true, reusable: false, integers: "number" });
}

/** Send a command that is sent once a connection. */
export function* command(connection: DriverConnection, sql: string): Io<void> {
  yield* execute(connection, { sql, parameters: [], returnsRows: false, reusable: false, integers: "number" });
}

/** The first column of the first row as text. */
export function* askOne(connection: DriverConnection, sql: string): Io<string> {
  const { rows } = yield* ask(connection, sql);
  return String(rows[0]?.[0]);
}

/** The connection did not take a setting on which this package relies. */
export function disobeyed(database: string, setting: string, wanted: string, found: string): ConnectionError {
  return new ConnectionError(
    `${database} did not set '${setting}' to '${wanted}' for this connection: it is '${found}'. Values would be stored or read otherwise than they are, so the connection is not used.`,
    { cause: undefined },
  );
}
