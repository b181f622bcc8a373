/**
 * One connection and its transaction, as generators: all that sends SQL goes through here. Sessions use it directly,
 * `sync-connection.ts` and `async-connection.ts` are façades.
 *
 * The transaction:
 *
 *              begin                commit, rollback
 *     none ───────────▶ active ─────────────────────▶ none
 *                        │  ▲
 *       a statement's    │  │ rollbackTo, where the database kept the savepoint
 *       error ended it   ▼  │
 *                       failed ─────────────────────▶ none
 *                                     rollback
 *
 * A transaction may be active for the program before the database has one: see `beginWhenNeeded`.
 */
import { ConnectionError, DatabaseError } from "../dialect/database-error.ts";
import type { Dialect, TransactionOptions } from "../dialect/dialect.ts";
import type { Trace } from "../io/channels.ts";
import type { DriverConnection, DriverResult, DriverValue, Query } from "../io/driver.ts";
import { acquire, release, type DriverRequest, type Io } from "../io/io.ts";
import type { CollectedValue } from "../sql/compiler/collect-shape.ts";
import type { Statement } from "../sql/statement/node.ts";
import { SQLModelError } from "../util/coded-error.ts";
import { bindParameters } from "./bind-parameters.ts";
import { CompiledResult, type StatementResult } from "./compiled-result.ts";
import type { CachedStatement } from "./compiled-cache.ts";
import { ambiguous, isFailover } from "./connection-loss.ts";
import { OpenCursors, type Cursor } from "./cursor.ts";
import type { EngineCore } from "./engine-core.ts";
import {
  ImplicitCommitError,
  TransactionFailedError,
  TransactionRolledBackError,
  TransactionStateError,
} from "./errors.ts";
import type { Pool } from "./pool.ts";
import {
  controlQuery,
  countRows,
  executeSingly,
  type OpenOptions,
  type RawStatement,
  type TransactionState,
} from "./raw-statement.ts";
import type { StatementMeter } from "./statement-meter.ts";
import { checkSize } from "./statement-size.ts";
import { streamReport } from "./stream-report.ts";
import {
  poolChannel,
  queryChannel,
  tracePool,
  traceQuery,
  traceTransaction,
  transactionChannel,
  type TransactionTrace,
} from "./traces.ts";
import { leavesSomething, mayEndTransaction } from "./transaction-watch.ts";
import { withoutValues } from "./without-values.ts";

export type { OpenOptions, RawStatement, TransactionState } from "./raw-statement.ts";

const nothing: readonly string[] = Object.freeze([]);

export class ConnectionCore {
  readonly engine: EngineCore;
  /** Counts this connection's statements, for the session that has it. */
  meter: StatementMeter | undefined;
  readonly #source: Pool;
  readonly #connection: DriverConnection;
  /** In a synchronous engine the driver is asked without a yield, which each of the generators around would pass on. */
  readonly #answersNow: boolean;
  #state: TransactionState = "none";
  /** The error that made the transaction fail. */
  #failure: unknown;
  /** Active without a BEGIN: only reads were sent, and they needed none. */
  #isDeferred = false;
  #isBroken = false;
  #isClosing = false;
  #isClosed = false;
  /** How the transaction was begun. */
  #options: TransactionOptions = {};
  /** True where a rollback of the transaction would undo something. */
  #hasWritten = false;
  /** The transaction, for those who are told of it. */
  #transactionTrace: Trace<TransactionTrace> | undefined;
  /** Statements for after the transaction. */
  #afterwards: readonly string[] = nothing;
  readonly #cursors: OpenCursors;

  private constructor(engine: EngineCore, source: Pool, connection: DriverConnection) {
    this.engine = engine;
    this.#source = source;
    this.#connection = connection;
    this.#cursors = new OpenCursors((query, request) => this.#ask(query, request));
    this.#answersNow = !source.waits && connection.executeEach !== undefined;
  }

  /** Take a connection from the engine's pool, set up and alive. */
  static *open(engine: EngineCore, options: OpenOptions = {}): Io<ConnectionCore> {
    const pool = engine.poolFor(options.readOnly === true);
    for (;;) {
      let connection: DriverConnection;
      const trace = poolChannel.hasSubscribers ? tracePool(engine, pool) : undefined;
      try {
        connection = yield* acquire(pool, options.signal);
        if (trace !== undefined) trace.message.connection = connection.id;
        trace?.end();
      } catch (error) {
        trace?.fail(error);
        throw options.signal?.aborted === true ? error : engine.connectFailure(error);
      }
      if (!engine.needsPreparation(connection)) return new ConnectionCore(engine, pool, connection);
      let isUsable = false;
      try {
        isUsable = yield* engine.prepare(connection, pool);
      } finally {
        if (!isUsable) yield* release(pool, connection, true);
      }
      if (isUsable) return new ConnectionCore(engine, pool, connection);
    }
  }

  /** The connection's number. */
  get id(): number {
    return this.#connection.id;
  }

  get dialect(): Dialect {
    return this.engine.dialect;
  }

  get transaction(): TransactionState {
    return this.#state;
  }

  /** True once the connection was given back. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The driver's connection, for `dialect` code that asks the catalog. Its errors come untranslated. */
  get driverConnection(): DriverConnection {
    this.#requireOpen();
    return this.#connection;
  }

  /** Run a statement; compiled once for each shape. */
  *execute(statement: Statement): Io<StatementResult> {
    const { cached, values } = this.engine.compiled.lookUp(statement, this.dialect);
    return yield* this.executeCompiled(cached, values);
  }

  /** Run what `engine.compiled.lookUp` found, with values collected in the same order. */
  *executeCompiled(cached: CachedStatement, values: readonly CollectedValue[]): Io<StatementResult> {
    const { compiled, integers, secret } = cached;
    const { sql, returnsRows } = compiled;
    const parameters = bindParameters(cached, values, this.dialect);
    const query: Query = { sql, parameters, returnsRows, reusable: true, integers };
    this.#requireUsable();
    this.#cursors.check(sql, compiled.writes);
    if (this.#isDeferred && !compiled.isPlainRead) yield* this.#sendBegin({});
    if (compiled.touchesIsolation) this.engine.forgetIsolation(this.#connection);
    const mayEnd = !compiled.isPlainRead && this.#watch(sql);
    const whole = secret === undefined ? query : { ...query, secret };
    const result = yield* this.#request(whole, this.meter, this.engine.commented(whole));
    if (mayEnd) yield* this.#noteEnd(sql);
    // Not spread: `columns` may be a getter that costs something.
    return new CompiledResult(compiled, result);
  }

  /** Send SQL text with driver values. */
  executeRaw(statement: RawStatement): Io<DriverResult> {
    return this.#sendRaw(statement, this.meter);
  }

  *#sendRaw(statement: RawStatement, meter: StatementMeter | undefined): Io<DriverResult> {
    const { sql, parameters = [], returnsRows = false, reusable = false, integers = "number", secret } = statement;
    const query: Query = { sql, parameters, returnsRows, reusable, integers, ...(secret && { secret }) };
    this.#requireUsable();
    this.#cursors.check(sql, false);
    if (this.#isDeferred) yield* this.#sendBegin({});
    const mayEnd = this.#watch(sql);
    const result = yield* this.#request(query, meter, this.engine.commented(query));
    if (mayEnd) yield* this.#noteEnd(sql);
    return result;
  }

  /**
   * Send one text once for each of `rows` of driver values. Where `rowCount` is given, a row that changed another number of
   * rows is the last.
   */
  *executeEach(
    statement: RawStatement,
    rows: readonly (readonly DriverValue[])[],
    rowCount?: number,
  ): Io<readonly DriverResult[]> {
    // Listeners are told of every statement.
    if (this.#connection.executeEach === undefined || this.engine.log.isHeard)
      return yield* executeSingly(this, statement, rows, rowCount);
    const { sql, returnsRows = false, integers = "number", secret } = statement;
    const parameters: readonly DriverValue[] = [];
    const query: Query = { sql, parameters, returnsRows, reusable: true, integers, ...(secret && { secret }) };
    this.#requireUsable();
    this.#cursors.check(sql, true);
    if (this.#isDeferred) yield* this.#sendBegin({});
    this.#hasWritten = true;
    for (const row of rows) checkSize(row);
    const { meter } = this;
    const startedAt = meter?.isTimed === true ? performance.now() : 0;
    const trace = queryChannel.hasSubscribers
      ? traceQuery(this.engine, this.#source, this.id, query, rows.length)
      : undefined;
    const sent = this.engine.commented(query);
    try {
      const request = { kind: "executeEach", connection: this.#connection, query: sent, rows, rowCount } as const;
      const results = this.#answersNow
        ? this.#connection.executeEach(sent, rows, rowCount)
        : ((yield request) as readonly DriverResult[]);
      meter?.add(results.length, countRows(results), startedAt);
      if (trace !== undefined) trace.message.rowCount = countRows(results);
      trace?.end();
      return results;
    } catch (raw) {
      meter?.add(1, 0, startedAt);
      const error = this.#translate(raw, query);
      trace?.fail(error);
      yield* this.#noteFailure(error);
      throw error;
    }
  }

  /** Run what `engine.compiled.lookUp` found and read its rows in portions, in the transaction that is active. */
  *openCursor(cached: CachedStatement, values: readonly CollectedValue[]): Io<Cursor> {
    const { compiled, integers, secret } = cached;
    const { sql } = compiled;
    const parameters = bindParameters(cached, values, this.dialect);
    this.#requireUsable();
    if (this.#state === "none") throw TransactionStateError.notBegun("stream");
    if (this.#isDeferred) yield* this.#sendBegin({});
    const query = { sql, parameters, returnsRows: true, reusable: false, integers, ...(secret && { secret }) };
    checkSize(parameters);
    const report = streamReport(this.engine, this.#source, this.id, this.meter, query);
    return yield* this.#cursors.open(this.#connection, compiled, query, this.engine.commented(query), report);
  }

  *#ask(query: Query, request: DriverRequest): Io<unknown> {
    try {
      return yield request;
    } catch (raw) {
      const error = this.#translate(raw, query);
      yield* this.#noteFailure(error);
      throw error;
    }
  }

  /** Begin a transaction. */
  *begin(options: TransactionOptions = {}): Io<void> {
    this.#requireOpen();
    if (this.#state !== "none") throw TransactionStateError.alreadyBegun();
    yield* this.#sendBegin(options);
    this.#state = "active";
  }

  /**
   * Begin a transaction that may turn out to do nothing but read. At the default isolation level, and where each statement
   * has a snapshot of its own there, BEGIN waits for the first statement that needs it.
   */
  *beginWhenNeeded(options: TransactionOptions): Io<void> {
    const isDefault = options.isolationLevel === undefined && options.readOnly !== true && options.write !== true;
    if (!isDefault || this.#state !== "none" || !this.engine.readsOutsideTransaction(this.#connection)) {
      return yield* this.begin(options);
    }
    this.#requireOpen();
    this.#state = "active";
    this.#isDeferred = true;
  }

  *#sendBegin(options: TransactionOptions): Io<void> {
    this.#isDeferred = false;
    this.#hasWritten = false;
    this.#options = options;
    // Noted first: what a failing begin has begun must be undone as well.
    this.#afterwards = this.dialect.afterTransaction(options);
    if (transactionChannel.hasSubscribers)
      this.#transactionTrace ??= traceTransaction(this.engine, this.#source, this.id);
    try {
      for (const sql of this.dialect.begin(options)) yield* this.#control(sql);
    } catch (error) {
      this.#endTrace(undefined, error);
      yield* this.#settle();
      throw error;
    }
  }

  #endTrace(outcome: "commit" | "rollback" | undefined, error?: unknown): void {
    const trace = this.#transactionTrace;
    if (trace === undefined) return;
    this.#transactionTrace = undefined;
    trace.message.outcome = outcome;
    if (error === undefined) trace.end();
    else trace.fail(error);
  }

  /**
   * Commit. Afterwards there is no transaction, whatever happened.
   * @throws AmbiguousCommitError where the connection was lost while waiting for the answer.
   */
  *commit(): Io<void> {
    this.#requireOpen();
    if (this.#state === "none") throw TransactionStateError.notBegun("commit");
    if (this.#state === "failed") throw new TransactionFailedError(this.#failure);
    if (this.#isDeferred) return this.#endDeferred();
    yield* this.#cursors.end("commit");
    const wasOpen = this.#connection.isOpen();
    let answer: DriverResult;
    try {
      answer = yield* this.#control("COMMIT");
    } catch (error) {
      this.#endTrace("rollback", error);
      yield* this.rollback();
      throw error instanceof ConnectionError && wasOpen ? ambiguous(error) : error;
    }
    this.#endDeferred();
    this.#endTrace(answer.command === "ROLLBACK" ? "rollback" : "commit");
    yield* this.#settle();
    if (answer.command === "ROLLBACK") throw new TransactionRolledBackError();
  }

  /** Roll back; does nothing where there is no transaction. A lost connection is no error: the server rolls back. */
  *rollback(): Io<void> {
    this.#requireOpen();
    if (this.#state === "none") return;
    yield* this.#cursors.end(this.#isClosing ? "close" : "rollback");
    this.#endDeferred();
    this.#failure = undefined;
    // A database that has ended the transaction itself takes ROLLBACK for an error.
    if (this.#isBroken) return this.#endTrace("rollback");
    try {
      if (this.#connection.transactionStatus() !== "idle") yield* this.#control("ROLLBACK");
      this.#endTrace("rollback");
      if (this.#afterwards.length > 0) yield* this.#settle();
    } catch (error) {
      this.#isBroken = true;
      this.#endTrace("rollback", error);
      if (!(error instanceof ConnectionError)) throw error;
    }
  }

  #endDeferred(): void {
    this.#state = "none";
    this.#isDeferred = false;
  }

  /** Take back what the transaction's options changed for the whole connection. */
  *#settle(): Io<void> {
    const statements = this.#afterwards;
    this.#afterwards = nothing;
    for (const sql of statements) yield* this.#control(sql);
  }

  /** SAVEPOINT. */
  *savepoint(name: string): Io<void> {
    if (this.#state === "none") throw TransactionStateError.notBegun("savepoint");
    yield* this.#sendRaw({ sql: `SAVEPOINT ${this.dialect.quoteIdentifier(name)}`, reusable: true }, undefined);
    this.#cursors.setSavepoint(name);
  }

  /** ROLLBACK TO SAVEPOINT: a transaction that failed after the savepoint goes on. */
  *rollbackTo(name: string): Io<void> {
    this.#requireOpen();
    if (this.#state === "none") throw TransactionStateError.notBegun("rollbackTo");
    if (this.#isBroken || this.#connection.transactionStatus() === "idle")
      throw TransactionStateError.savepointGone(name);
    yield* this.#cursors.endWithin(name, "rollback");
    yield* this.#control(`ROLLBACK TO SAVEPOINT ${this.dialect.quoteIdentifier(name)}`);
    this.#state = "active";
    this.#failure = undefined;
  }

  /** RELEASE SAVEPOINT. */
  *releaseSavepoint(name: string): Io<void> {
    if (this.#state === "none") throw TransactionStateError.notBegun("releaseSavepoint");
    yield* this.#cursors.endWithin(name, "commit");
    yield* this.#sendRaw({ sql: `RELEASE SAVEPOINT ${this.dialect.quoteIdentifier(name)}`, reusable: true }, undefined);
  }

  /** Roll back what is open and give the connection back. May be called twice. */
  *close(): Io<void> {
    if (this.#isClosed) return;
    this.#isClosing = true;
    try {
      yield* this.rollback();
    } finally {
      this.#isClosed = true;
      yield* release(this.#source, this.#connection, this.#isBroken);
    }
  }

  #requireOpen(): void {
    if (this.#isClosed) throw TransactionStateError.closed();
  }

  #requireUsable(): void {
    this.#requireOpen();
    if (this.#state === "failed") throw new TransactionFailedError(this.#failure);
  }

  /** Transaction control: passes also where the transaction has failed. */
  #control(sql: string): Io<DriverResult> {
    return this.#request(controlQuery(sql));
  }

  /**
   * True where `sql` may end the transaction.
   * @throws ImplicitCommitError before what would commit the transaction's changes with it.
   */
  #watch(sql: string): boolean {
    if (this.#state !== "active") {
      if (mayEndTransaction(sql) && this.dialect.needsTransaction?.(sql) === true)
        throw TransactionStateError.withoutEffect(sql);
      return false;
    }
    if (!mayEndTransaction(sql)) {
      if (!this.#hasWritten) this.#hasWritten = leavesSomething(sql);
      return false;
    }
    const effect = this.dialect.implicitCommit?.(sql);
    if (effect === "lock" || (effect === "commit" && this.#hasWritten)) throw ImplicitCommitError.refused(sql);
    return true;
  }

  /** Go on in a new transaction where a statement has ended the present one, and nothing is lost by that. */
  *#noteEnd(sql: string): Io<void> {
    if (this.#connection.transactionStatus() !== "idle") {
      if (!this.#hasWritten) this.#hasWritten = leavesSomething(sql);
      return;
    }
    if (!this.#hasWritten) return yield* this.#sendBegin(this.#options);
    this.#state = "failed";
    this.#failure = ImplicitCommitError.happened(sql);
    throw this.#failure;
  }

  /** @param sent - The query as the driver is given it. */
  *#request(query: Query, meter?: StatementMeter, sent: Query = query): Io<DriverResult> {
    checkSize(query.parameters);
    const { log } = this.engine;
    const startedAt = meter?.isTimed === true ? performance.now() : log.start();
    const trace = queryChannel.hasSubscribers ? traceQuery(this.engine, this.#source, this.id, query) : undefined;
    try {
      const result = this.#answersNow
        ? (this.#connection.execute(sent) as DriverResult)
        : ((yield { kind: "execute", connection: this.#connection, query: sent }) as DriverResult);
      log.report(query, this.id, startedAt, { result });
      meter?.add(1, result.rowCount, startedAt);
      if (trace !== undefined) trace.message.rowCount = result.rowCount;
      trace?.end();
      return result;
    } catch (raw) {
      const error = this.#translate(raw, query);
      log.report(query, this.id, startedAt, { error });
      meter?.add(1, 0, startedAt);
      trace?.fail(error);
      yield* this.#noteFailure(error);
      throw error;
    }
  }

  #translate(error: unknown, query: Query): Error {
    if (error instanceof SQLModelError) return error;
    const hidesValues = this.engine.log.hidesAll || query.secret !== undefined;
    const translated = this.dialect.translateError(error, { sql: query.sql, hidesValues });
    return hidesValues ? withoutValues(translated) : translated;
  }

  /** Find out what an error did to the connection and to the transaction. */
  *#noteFailure(error: Error): Io<void> {
    if (error instanceof ConnectionError || !this.#connection.isOpen()) this.#isBroken = true;
    if (isFailover(error, this.#options.readOnly === true)) {
      this.#isBroken = true;
      this.#source.invalidate();
    }
    if (this.#state !== "active") return;
    const isRetryable = error instanceof DatabaseError && error.isRetryable;
    const ended = this.#isBroken || this.#connection.transactionStatus() !== "active";
    if (!ended && !isRetryable) return;
    this.#state = "failed";
    this.#failure = error;
    // MySQL keeps the transaction after a lock timeout, SQLite after SQLITE_BUSY: half of it must not be committed later.
    if (!ended) yield* this.#endAfter(error);
  }

  *#endAfter(error: Error): Io<void> {
    try {
      yield { kind: "execute", connection: this.#connection, query: controlQuery("ROLLBACK") };
    } catch {
      // The caller learns of the first error; this connection is not used again.
      this.#isBroken = true;
      this.#failure = error;
    }
  }
}
