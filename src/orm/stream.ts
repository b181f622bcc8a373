/** `session.stream`: a select whose rows are read batch by batch. Run by `RowStream` and `AsyncRowStream`. */
import type { ConnectionCore } from "../engine/connection.ts";
import type { Cursor } from "../engine/cursor.ts";
import { placedValues, Prepared, type NamedValues } from "../engine/prepared.ts";
import type { RowSource } from "../engine/row-source.ts";
import type { DriverResult } from "../io/driver.ts";
import type { Io } from "../io/io.ts";
import type { InstanceState } from "../model/instance-state.ts";
import type { Query } from "../model/query.ts";
import { describe } from "../sql/expression/column-element.ts";
import { SqlTemplate } from "../sql/expression/operators.ts";
import type { Statement } from "../sql/statement/node.ts";
import { SessionError } from "./errors.ts";
import { isSelecting, textRows, type LookedUp, type Selecting } from "./execute.ts";
import { planJoins, type JoinPlan } from "./loading/joined-loader.ts";
import { queryContext, readPlanned } from "./loading/run-query.ts";
import type { SessionCore } from "./session-core.ts";
import { hasRelatedChanges } from "./unit-of-work/collect.ts";

type Rows = DriverResult["rows"];

/** What one statement makes of its rows. */
interface RowReading {
  /** What the engine has compiled of it, and its values. Tells the session's watch. */
  lookUp(connection: ConnectionCore): LookedUp;
  read(rows: Rows, cursor: Cursor): Io<unknown[]>;
}

/** A prepared statement with its values. */
interface PreparedRun {
  readonly prepared: Prepared<unknown, object>;
  readonly given: NamedValues;
}

interface PlannedQuery {
  readonly query: Query;
  readonly plan: JoinPlan;
}

const plans = new WeakMap<Prepared<unknown, object>, PlannedQuery>();

function planned(statement: Selecting): PlannedQuery {
  const query = statement.toQuery();
  return { query, plan: planJoins(query, true) };
}

function plannedOnce(prepared: Prepared<unknown, object>, statement: Selecting): PlannedQuery {
  let found = plans.get(prepared);
  if (found === undefined) plans.set(prepared, (found = planned(statement)));
  return found;
}

function lookedUp({ engine, dialect }: ConnectionCore, node: Statement, run: PreparedRun | undefined): LookedUp {
  if (run === undefined) return engine.compiled.lookUp(node, dialect);
  const form = run.prepared.form(engine, dialect, node);
  return { cached: form.cached, values: placedValues(form, run.given) };
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

  /**
   * @param values - Of a prepared statement.
   * @throws SessionError for what cannot be streamed, ParameterError
   */
  constructor(session: SessionCore, statement: unknown, values?: unknown) {
    this.#session = session;
    this.#reading = Prepared.isPrepared(statement)
      ? this.#readingOf(statement.statement, { prepared: statement, given: statement.check(values) })
      : this.#readingOf(statement);
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
    const { cached, values } = this.#reading.lookUp(connection);
    return yield* connection.openCursor(cached, values);
  }

  #readingOf(statement: unknown, prepared?: PreparedRun): RowReading {
    const session = this.#session;
    if (isSelecting(statement)) {
      const { query, plan } = prepared === undefined ? planned(statement) : plannedOnce(prepared.prepared, statement);
      return {
        lookUp: (connection) => {
          const found = lookedUp(connection, plan.node, prepared);
          session.watch?.select(found.cached, found.values, plan.node, query.options.populateExisting);
          return found;
        },
        read: (rows) => this.#readQuery(query, plan, rows),
      };
    }
    if (statement instanceof SqlTemplate) {
      const node: Statement = { kind: "text", template: statement.node };
      return {
        lookUp: (connection) => {
          const found = lookedUp(connection, prepared?.prepared.node ?? node, prepared);
          session.watch?.text(found.cached, found.values);
          return found;
        },
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
