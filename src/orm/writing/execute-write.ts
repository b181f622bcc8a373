/** Runs a typed insert, update or delete in a session. Called by `execute.ts`. */
import type { Io } from "../../io/io.ts";
import { Change } from "../../model/change.ts";
import { Insert } from "../../model/insert.ts";
import type { SessionCore } from "../session-core.ts";
import { changeRows } from "./change-rows.ts";
import { insertRows } from "./insert-rows.ts";
import type { WrittenRows } from "./returned-rows.ts";

/** What writes rows by a statement of the program's own. */
export type WriteStatement = Insert<never, unknown> | Change<unknown>;

/** True for what `insert`, `update` and `deleteFrom` make. */
export function isWriteStatement(statement: unknown): statement is WriteStatement {
  return statement instanceof Insert || statement instanceof Change;
}

/** Run it, after what is pending was flushed. */
export function* executeWrite(session: SessionCore, statement: WriteStatement): Io<WrittenRows> {
  yield* session.autoflushNow();
  const connection = yield* session.connection(true);
  return statement instanceof Insert
    ? yield* insertRows(session, connection, statement)
    : yield* changeRows(session, connection, statement);
}
