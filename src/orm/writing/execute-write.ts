/** Runs a typed insert, update, delete or merge in a session. Called by `execute.ts`. */
import type { StatementResult } from "../../engine/compiled-result.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Io } from "../../io/io.ts";
import { Change } from "../../model/change.ts";
import { Insert } from "../../model/insert.ts";
import type { SessionCore } from "../session-core.ts";
import { Merge } from "../../model/merge.ts";
import { noteWritten, withCascades } from "../stale-expressions.ts";
import { changeRows } from "./change-rows.ts";
import { insertRows } from "./insert-rows.ts";
import type { WrittenRows } from "./returned-rows.ts";
import { candidates, markDependents } from "./synchronize.ts";

/** What writes rows by a statement of the program's own. */
export type WriteStatement = Insert<never, unknown> | Change<unknown> | Merge<never>;

/** True for what `insert`, `update`, `deleteFrom` and `merge` make. */
export function isWriteStatement(statement: unknown): statement is WriteStatement {
  return statement instanceof Insert || statement instanceof Change || statement instanceof Merge;
}

/** Run it, after what is pending was flushed. */
export function* executeWrite(session: SessionCore, statement: WriteStatement): Io<WrittenRows> {
  yield* session.autoflushNow();
  const connection = yield* session.connection(true);
  const written = yield* runWrite(session, connection, statement);
  noteWrite(session, statement);
  return written;
}

/** What was computed of the statement's tables is not known any more. */
export function noteWrite(session: SessionCore, { mapper: { tables } }: WriteStatement): void {
  // A statement may delete.
  noteWritten(session, withCascades(tables));
}

function* runWrite(session: SessionCore, connection: ConnectionCore, statement: WriteStatement): Io<WrittenRows> {
  if (statement instanceof Insert) return yield* insertRows(session, connection, statement);
  if (statement instanceof Change) return yield* changeRows(session, connection, statement);
  return yield* mergeRows(session, statement, connection.execute(statement.toStatement()));
}

/** Run a MERGE: `execution` sends it. */
export function* mergeRows(
  session: SessionCore,
  { mapper }: Merge<never>,
  execution: Io<StatementResult>,
): Io<WrittenRows> {
  const { rowCount } = yield* execution;
  // Which rows it was is not told: the next query reads them.
  for (const state of candidates(session, mapper)) state.freshIn = 0;
  markDependents(session, mapper);
  return { rows: [], rowCount };
}
