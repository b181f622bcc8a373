/** Turns the enforcement of foreign keys off around a transaction, and makes sure that the database obeyed. */
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Io } from "../../io/io.ts";
import { InternalError } from "../../util/coded-error.ts";
import { ForeignKeyEnforcementError } from "../errors.ts";

/** Run `work`, which begins and ends its own transaction, with foreign keys off where `isOff`. They are on again afterwards. */
export function* bracketForeignKeys<T>(connection: ConnectionCore, isOff: boolean, work: () => Io<T>): Io<T> {
  if (!isOff) return yield* work();
  const { foreignKeys } = connection.dialect.migrations;
  if (foreignKeys === undefined) throw new InternalError("This database cannot turn foreign keys off.");
  const { off, on, ask } = foreignKeys;
  yield* set(connection, off, ask, "0");
  try {
    return yield* work();
  } finally {
    // Inside of a transaction the database would not listen.
    yield* connection.rollback();
    yield* set(connection, on, ask, "1");
  }
}

function* set(connection: ConnectionCore, sql: string, ask: string, wanted: "0" | "1"): Io<void> {
  yield* connection.executeRaw({ sql });
  const { rows } = yield* connection.executeRaw({ sql: ask, returnsRows: true });
  const found = String(rows[0]?.[0]);
  if (found !== wanted) throw new ForeignKeyEnforcementError(wanted, found);
}
