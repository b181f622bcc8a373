/**
 * The session, written once without I/O: `session.ts` and `async-session.ts` run its generators.
 *
 *   no transaction ──first statement──▶ active ──commit, rollback──▶ no transaction
 *                                        │  ▲
 *                        statement fails │  │ rollback (to the savepoint, if one is open)
 *                                        ▼  │
 *                                       failed
 */
import type { IsolationLevel } from "../dialect/capabilities.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { ConnectionCore } from "../engine/connection.ts";
import type { EngineCore } from "../engine/engine-core.ts";
import { StatementMeter } from "../engine/statement-meter.ts";
import type { Io } from "../io/io.ts";
import type { InstanceState, SessionLink } from "../model/instance-state.ts";
import type { Mapper, Relationship } from "../model/mapper.ts";
import type { Entity } from "../model/shape.ts";
import { findState } from "../model/state-slot.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { TableSource } from "../sql/expression/node.ts";
import { cascadeFrom } from "./cascade.ts";
import { entityCodec, type EntityCodec } from "./entity-codec.ts";
import { DetachedInstanceError, FlushError, PendingRollbackError, SessionError } from "./errors.ts";
import { withCheckedLimit } from "./growth-warning.ts";
import { flushChannel, traceFlush } from "./flush-trace.ts";
import { IdentityMap } from "./identity-map.ts";
import { loadRelated } from "./loading/lazy-loader.ts";
import { EventHub } from "./session-events.ts";
import type { BeginOptions, SessionOptions } from "./session-options.ts";
import { watchOf, type QueryWatch } from "./query-watch/query-watch.ts";
import { settleFlush } from "./settle.ts";
import { TransactionFrame } from "./transaction-frame.ts";
import { describeStep, metadataOf } from "./unit-of-work/flush-plan.ts";
import { hasRelatedChanges } from "./unit-of-work/collect.ts";
import type { FlushSession } from "./unit-of-work/flush-session.ts";
import { completeViolation } from "./violations.ts";
import { planFlush, writePlan } from "./unit-of-work/flush.ts";

/** A flush that changes entities in its own events is repeated; this many times at most. */
const mostFlushes = 100;

export class SessionCore implements FlushSession, SessionLink {
  readonly engine: EngineCore;
  readonly identityMap = new IdentityMap();
  readonly pending = new Set<InstanceState>();
  readonly marked = new Set<InstanceState>();
  readonly events = new EventHub();
  readonly loadCall: string;
  readonly options: SessionOptions;
  readonly meter: StatementMeter;
  /** Looks for queries that are repeated, where that is wanted. */
  readonly watch: QueryWatch | undefined;
  /** Number of the present transaction; entities read or written in it are fresh. */
  transactionNumber = 1;
  autoflush: boolean;
  #connection: ConnectionCore | undefined;
  #frames: TransactionFrame[] = [];
  #failure: unknown = undefined;
  #isClosed = false;
  #isFlushing = false;
  #savepoints = 0;
  #beginOptions: BeginOptions | undefined;
  /** True where the transaction began by itself and has only read: ending it loses nothing. */
  #isIncidental = false;

  constructor(engine: EngineCore, options: SessionOptions, loadCall: string) {
    this.engine = engine;
    this.options = withCheckedLimit(options);
    this.meter = new StatementMeter(options.timing === true);
    this.watch = watchOf(options, this.identityMap);
    this.autoflush = options.autoflush ?? true;
    this.loadCall = loadCall;
  }

  /** Asked each time: which of two related dialects a server speaks is known once it was reached. */
  get dialect(): Dialect {
    return this.engine.dialect;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** True where a statement has failed, and only a rollback is possible. */
  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /** True from the first statement until commit or rollback. */
  get inTransaction(): boolean {
    return this.#frames.length > 0;
  }

  /** 0 outside a transaction, 1 in one, one more for each savepoint. */
  get depth(): number {
    return this.#frames.length;
  }

  codec(mapper: Mapper): EntityCodec {
    return entityCodec(mapper, this.dialect);
  }

  /** True where an entity's row was read or written in this transaction, or never goes stale. */
  isFresh(state: InstanceState): boolean {
    return state.freshIn === this.transactionNumber || this.options.expireOnCommit === false;
  }

  // ── objects ──────────────────────────────────────────────────────────────────────────────────

  /** The state of what a public method was given. @throws SessionError */
  stateOf(value: unknown, call: string): InstanceState {
    const state = findState(value);
    if (state === undefined) throw SessionError.notAnEntity(call, describe(value));
    return state;
  }

  /** The state of an entity that must be persistent in this session. @throws DetachedInstanceError */
  persistentState(value: unknown, call: string): InstanceState {
    const state = this.stateOf(value, call);
    if (state.session !== this || state.status !== "persistent") throw new DetachedInstanceError(state, call);
    return state;
  }

  /** add(): make objects, and what they refer to, part of the session. */
  add(values: readonly unknown[]): void {
    this.#assertOpen();
    const states = values.map((value) => this.stateOf(value, "add"));
    for (const state of states) this.attach(state);
    for (const state of cascadeFrom(states, "save-update")) {
      if (!state.isDeleted && (state.status === "transient" || state.status === "detached")) this.attach(state);
    }
  }

  attach(state: InstanceState): void {
    if (state.isDeleted)
      throw new SessionError(
        `${state.describe()} has been deleted. Roll back while its transaction is open, or add a new object.`,
      );
    if (state.session === this) {
      // delete() and then add() again means: keep it.
      this.marked.delete(state);
      return;
    }
    if (state.session !== undefined) throw SessionError.otherSession(state);
    if (state.row === undefined) {
      state.status = "pending";
      this.pending.add(state);
    } else {
      const existing = this.identityMap.get(state.mapper, state.key);
      if (existing !== undefined && existing !== state) {
        throw new SessionError(
          `${state.describe()} cannot be added: the session already holds another object for the same row. Use merge().`,
        );
      }
      state.status = "persistent";
      this.identityMap.add(state);
    }
    state.session = this;
  }

  /** delete(): mark for deletion at the next flush. */
  delete(value: unknown): void {
    this.#assertOpen();
    const state = this.stateOf(value, "delete");
    if (state.status === "detached" && state.session === undefined) this.attach(state);
    if (state.session !== this || state.status !== "persistent") throw new DetachedInstanceError(state, "delete");
    this.marked.add(state);
  }

  /** expunge(): forget an object, and those it cascades to, without touching the database. */
  expungeAll(values: readonly unknown[]): void {
    const states = values.map((value) => this.stateOf(value, "expunge"));
    for (const state of states) if (state.session !== this) throw new DetachedInstanceError(state, "expunge");
    for (const state of [...states, ...cascadeFrom(states, "expunge")]) if (state.session === this) this.expunge(state);
  }

  expunge(state: InstanceState): void {
    this.pending.delete(state);
    this.marked.delete(state);
    if (state.status === "persistent") this.identityMap.remove(state);
    this.#detach(state);
  }

  takeOver(state: InstanceState, existing: InstanceState): void {
    this.remember(state);
    this.rememberDeleted(existing);
    this.identityMap.remove(existing);
    this.marked.delete(existing);
    this.pending.delete(state);
    existing.status = "deleted";
    existing.isDeleted = true;
    state.row = existing.row;
    state.key = existing.key;
    state.status = "persistent";
    this.identityMap.add(state);
  }

  #detach(state: InstanceState): void {
    state.status = state.row === undefined ? "transient" : "detached";
    state.session = undefined;
  }

  remember(state: InstanceState, isInserted = false): void {
    this.#frames.at(-1)?.remember(state, isInserted);
  }

  rememberDeleted(state: InstanceState): void {
    this.#frames.at(-1)?.rememberDeleted(state);
  }

  rememberRelated(states: Iterable<InstanceState>): void {
    this.#frames.at(-1)?.rememberRelated(states);
  }

  rememberWritten(tables: ReadonlySet<TableSource>): void {
    this.#frames.at(-1)?.rememberWritten(tables);
  }

  warn(message: string): void {
    process.emitWarning(message, "SQLModelWarning");
  }

  /** True where the object is in this session. */
  has(value: unknown): boolean {
    return findState(value)?.session === this;
  }

  /** Take every object out of the session. */
  expungeEverything(): void {
    for (const state of [...this.identityMap.states(), ...this.pending]) this.expunge(state);
  }

  /** True where a flush would write the object: it is new, to be deleted, or differs from its row. */
  isModified(value: unknown): boolean {
    const state = this.stateOf(value, "isModified");
    if (this.pending.has(state) || this.marked.has(state)) return true;
    return (
      state.row !== undefined && (this.codec(state.mapper).changedIndexes(state).length > 0 || hasRelatedChanges(state))
    );
  }

  newEntities(): Entity[] {
    return Array.from(this.pending, (state) => state.entity as Entity);
  }

  deletedEntities(): Entity[] {
    return Array.from(this.marked, (state) => state.entity as Entity);
  }

  /** Persistent entities whose columns or relationships differ from their rows. */
  dirtyEntities(): Entity[] {
    return Array.from(this.identityMap.states())
      .filter((state) => this.isModified(state.entity))
      .map((state) => state.entity as Entity);
  }

  setAutoflush(isOn: boolean): boolean {
    const before = this.autoflush;
    this.autoflush = isOn;
    return before;
  }

  // ── connection and transaction ───────────────────────────────────────────────────────────────

  /** The connection, in a transaction. */
  *connection(write: boolean): Io<ConnectionCore> {
    this.#assertOpen();
    if (this.#failure !== undefined) throw new PendingRollbackError(this.#failure);
    if (this.#connection === undefined) {
      const connection = yield* ConnectionCore.open(this.engine, {
        readOnly: this.#transactionOptions(write).readOnly,
      });
      connection.meter = this.meter;
      try {
        yield* connection.beginWhenNeeded(this.#transactionOptions(write));
      } catch (error) {
        yield* connection.close();
        throw error;
      }
      this.#connection = connection;
      this.#isIncidental = true;
    }
    if (write) {
      this.#isIncidental = false;
      this.watch?.noteWrite();
    }
    if (this.#frames.length === 0) this.#frames.push(new TransactionFrame(undefined));
    return this.#connection;
  }

  *writeConnection(): Io<ConnectionCore> {
    return yield* this.connection(true);
  }

  #transactionOptions(write: boolean): { isolationLevel?: IsolationLevel; readOnly: boolean; write: boolean } {
    const isolationLevel = this.#beginOptions?.isolationLevel ?? this.options.isolationLevel;
    const readOnly = this.#beginOptions?.readOnly ?? this.options.readOnly ?? false;
    return { ...(isolationLevel === undefined ? {} : { isolationLevel }), readOnly, write: write && !readOnly };
  }

  /** begin(): start a transaction now. One that a query has begun, and that has only read, is ended for it. */
  *begin(options: BeginOptions = {}): Io<void> {
    yield* this.endReading();
    if (this.inTransaction) {
      throw new SessionError(
        "A transaction is already running in this session. Use beginNested() for a savepoint, or commit() first.",
      );
    }
    this.#beginOptions = options;
    // Who begins explicitly is going to write, unless it says otherwise.
    yield* this.connection(options.readOnly !== true);
    this.#isIncidental = false;
  }

  /** End a transaction that began by itself and has only read. */
  *endReading(): Io<void> {
    if (!this.#isIncidental || this.#connection === undefined) return;
    yield* this.#connection.commit();
    yield* this.#endTransaction();
  }

  /** beginNested(): flush, then set a savepoint. */
  *beginNested(): Io<void> {
    yield* this.flush();
    const connection = yield* this.connection(true);
    this.#savepoints += 1;
    const name = `sqlmodel_${String(this.#savepoints)}`;
    yield* connection.savepoint(name);
    this.#frames.push(new TransactionFrame(name));
  }

  /** Commit the innermost: release the savepoint, or commit the transaction. */
  *commit(): Io<void> {
    this.#assertOpen();
    if (this.#failure !== undefined) throw new PendingRollbackError(this.#failure);
    this.events.emit("beforeCommit");
    yield* this.#flushAll();
    const [inner, outer] = [this.#frames.at(-1), this.#frames.at(-2)];
    const connection = this.#connection;
    if (inner === undefined || connection === undefined) return;
    if (inner.savepoint !== undefined && outer !== undefined) {
      yield* connection.releaseSavepoint(inner.savepoint);
      this.#frames.pop();
      outer.absorb(inner);
      return;
    }
    try {
      yield* connection.commit();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
    for (const state of inner.deleted) this.#detach(state);
    yield* this.#endTransaction();
    this.events.emit("afterCommit");
  }

  /** Undo the innermost: back to the savepoint, or the whole transaction. */
  *rollback(): Io<void> {
    this.#assertOpen();
    const frame = this.#frames.at(-1);
    const connection = this.#connection;
    this.#undo(frame ?? new TransactionFrame(undefined));
    if (frame?.savepoint !== undefined && connection !== undefined) {
      this.#frames.pop();
      this.#failure = undefined;
      yield* connection.rollbackTo(frame.savepoint);
      return;
    }
    if (connection !== undefined) {
      try {
        yield* connection.rollback();
      } finally {
        yield* this.#endTransaction();
      }
    }
    this.#frames = [];
    this.#failure = undefined;
    this.events.emit("afterRollback");
  }

  /** Roll back until `depth` frames less than that are open. */
  *rollbackTo(depth: number): Io<void> {
    while (this.#frames.length >= depth && this.#frames.length > 0) yield* this.rollback();
  }

  #undo(frame: TransactionFrame): void {
    for (const state of this.pending) this.#detach(state);
    this.pending.clear();
    this.marked.clear();
    this.#undoRows(frame);
    frame.undoChanges(this.identityMap, (mapper) => this.codec(mapper));
  }

  #undoRows(frame: TransactionFrame): void {
    const detach = (state: InstanceState): void => this.#detach(state);
    frame.undoRows(this.identityMap, (mapper) => this.codec(mapper), detach);
  }

  /** close(): roll back what was not committed, release the connection, forget all objects. */
  *close(): Io<void> {
    if (this.#isClosed) return;
    // All objects are let go: only what was written must be taken back in them.
    for (const frame of this.#frames.toReversed()) this.#undoRows(frame);
    for (const states of this.identityMap.maps()) for (const state of states.values()) this.#detach(state);
    for (const state of this.pending) this.#detach(state);
    this.identityMap.clear();
    this.pending.clear();
    this.marked.clear();
    this.#isClosed = true;
    yield* this.#endTransaction();
  }

  *#endTransaction(): Io<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    this.watch?.reset();
    this.#isIncidental = false;
    this.#frames = [];
    this.#failure = undefined;
    this.#beginOptions = undefined;
    this.transactionNumber += 1;
    if (connection !== undefined) yield* connection.close();
  }

  #assertOpen(): void {
    if (this.#isClosed) throw SessionError.closed();
  }

  // ── flush ────────────────────────────────────────────────────────────────────────────────────

  /** Flush, where queries do so by themselves. */
  *autoflushNow(): Io<void> {
    if (this.autoflush && !this.#isFlushing && !this.#isUntouched()) yield* this.flush();
  }

  /** True where a flush would find nothing to do, and nobody to tell. */
  #isUntouched(): boolean {
    const count = this.pending.size + this.marked.size + this.identityMap.size;
    return count === 0 && !this.#isClosed && this.#failure === undefined && !this.events.isHeard;
  }

  *#flushAll(): Io<void> {
    // Only listeners can have changed anything since.
    for (let round = 0; (yield* this.flush()) && this.events.isHeard; round += 1) {
      if (round >= mostFlushes)
        throw new FlushError(
          `${String(mostFlushes)} flushes in a row left changes behind: an event listener changes objects every time.`,
        );
    }
  }

  /** Write all changes; true where there were any. */
  *flush(): Io<boolean> {
    this.#assertOpen();
    if (this.#isFlushing)
      throw new FlushError("flush() was called while a flush of the same session was running, from one of its events.");
    if (this.#failure !== undefined) throw new PendingRollbackError(this.#failure);
    this.#isFlushing = true;
    try {
      this.events.emit("beforeFlush");
      const { plan, steps } = yield* planFlush(this);
      if (plan.isEmpty && plan.related.size === 0) return false;
      this.events.emitPlan("before", plan);
      const trace = flushChannel.hasSubscribers ? traceFlush(plan, !this.engine.pool.waits) : undefined;
      try {
        yield* writePlan(this, plan, steps);
        trace?.end();
      } catch (error) {
        this.#failure = completeViolation(error, metadataOf(plan), this.dialect);
        trace?.fail(this.#failure);
        throw this.#failure;
      }
      settleFlush(this, plan, steps);
      this.events.emitPlan("after", plan);
      this.events.emit("afterFlush");
      return steps.length > 0;
    } finally {
      this.#isFlushing = false;
    }
  }

  /** What a flush would write now, in order, in words. */
  *flushPlan(): Io<readonly string[]> {
    const { steps } = yield* planFlush(this);
    return steps.map(describeStep);
  }

  loadRelated(states: readonly InstanceState[], relationship: Relationship): Io<void> {
    return loadRelated(this, states, relationship);
  }

  /** A statement of the program's own failed: the transaction may be unusable. */
  fail(error: unknown): void {
    // The first error is the one to know of.
    if (this.#failure === undefined && this.#connection?.transaction === "failed") this.#failure = error;
  }
}
