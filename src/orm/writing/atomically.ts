/** Several statements that are one to the program. */
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Io } from "../../io/io.ts";

const savepoint = "sqlmodel_write";

/** Run `work` in a savepoint: where one of its statements fails, none of them has done anything. */
export function* atomically<T>(connection: ConnectionCore, work: () => Io<T>): Io<T> {
  yield* connection.savepoint(savepoint);
  let result: T;
  try {
    result = yield* work();
  } catch (error) {
    // A transaction that failed as a whole is for the program to roll back.
    if (connection.transaction === "active") {
      yield* connection.rollbackTo(savepoint);
      yield* connection.releaseSavepoint(savepoint);
    }
    throw error;
  }
  yield* connection.releaseSavepoint(savepoint);
  return result;
}
