/** `session.stream`: a select whose rows are read batch by batch. Run by `RowStream` and `AsyncRowStream`. */
import type { Cursor } from "../engine/cursor.ts";
import type { RowSource } from "../engine/row-source.ts";
import type { DriverResult } from "../io/driver.ts";
import type { Io } from "../io/io.ts";
import type { InstanceState } from "../model/instance-state.ts";
import type { Query } from "../model/query.ts";
import { describe } from "../sql/expression/column-element.ts";
import { SqlTemplate } from "../sql/expression/operators.ts";
import type { Statement } from "../sql/statement/node.ts";
import { SessionError } from "./errors.ts";
import { isSelecting, textRows } from "./execute.ts";
import { planJoins, type JoinPlan } from "./loading/joined-loader.ts";
import { queryContext, readPlanned } from "./loading/run-query.ts";
import type { SessionCore } from "./session-core.ts";
import { hasRelatedChanges } from "./unit-of-work/collect.ts";

type Rows = DriverResult["rows"];

/** What one statement makes of its rows. */
interface RowReading {
  readonly statement: Statement;
  read(rows: Rows, cursor: Cursor): Io<unknown[]>;
}

/** The rows of a statement, read in the session's transaction. */
export class StatementRows implements RowSource<unknown> {
  readonly #session: SessionCore;
  readonly #reading: RowReading;
  /** Entities of the last batch that the session did not hold before. */
  #created: InstanceState[] = [];
  #cursor: Cursor | undefined;
  /** The transaction that this stream has begun. */
  #transaction: number | undefined;
  #isClosed = false;

  /** @throws SessionError for what cannot be streamed. */
  constructor(session: SessionCore, statement: unknown) {
    this.#session = session;
    this.#reading = this.#readingOf(statement);
  }

  *read(count: number): Io<readonly unknown[]> {
    const session = this.#session;
    try {
      const cursor = (this.#cursor ??= yield* this.#open());
      const rows = yield* cursor.read(count);
      if (rows.length === 0) return [];
      this.#letGo();
      return yield* this.#reading.read(rows, cursor);
    } catch (error) {
      session.fail(error);
      throw error;
    }
  }

  *close(): Io<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const session = this.#session;
    try {
      yield* this.#cursor?.close() ?? [];
    } finally {
      const isOwn = this.#transaction !== undefined && this.#transaction === session.transactionNumber;
      if (isOwn && !session.hasFailed) yield* session.endReading();
    }
  }

  *#open(): Io<Cursor> {
    const session = this.#session;
    const began = !session.inTransaction;
    yield* session.autoflushNow();
    const connection = yield* session.connection(false);
    if (began) this.#transaction = session.transactionNumber;
    return yield* connection.openCursor(this.#reading.statement);
  }

  #readingOf(statement: unknown): RowReading {
    const session = this.#session;
    if (isSelecting(statement)) {
      const query = statement.toQuery();
      const plan = planJoins(query, true);
      return { statement: plan.node, read: (rows) => this.#readQuery(query, plan, rows) };
    }
    if (statement instanceof SqlTemplate) {
      return {
        statement: { kind: "text", template: statement.node },
        // oxlint-disable-next-line require-yield -- The other reading asks the database.
        read: function* (rows, cursor) {
          return textRows(session, cursor.columns, rows);
        },
      };
    }
    throw new SessionError(
      `stream() takes a select or an sql template that selects, not ${describe(statement)}. Other statements are for exec().`,
    );
  }

  *#readQuery(query: Query, plan: JoinPlan, rows: Rows): Io<unknown[]> {
    const created = (state: InstanceState): void => void this.#created.push(state);
    const context = queryContext(this.#session, query.options, query.options.readOnly ? undefined : created);
    return (yield* readPlanned(context, query, plan, rows)).values;
  }

  /** Take the entities of the last batch out of the session, but for those that were changed. */
  #letGo(): void {
    const session = this.#session;
    for (const state of this.#created) {
      const isHeld = state.session === session && state.status === "persistent" && !session.marked.has(state);
      if (!isHeld || session.codec(state.mapper).changedIndexes(state).length > 0 || hasRelatedChanges(state)) continue;
      // One entity must not keep all others of its batch.
      state.group = undefined;
      session.expunge(state);
    }
    this.#created = [];
  }
}
