/** `Session`: the synchronous session for embedded SQLite. Each method is one line over `SessionCore`. */
import type { Engine } from "../engine/engine.ts";
import { refuseLimits, type ExecOptions } from "../engine/exec-options.ts";
import type { ExplainOptions } from "../engine/explain.ts";
import type { Plan } from "../engine/plan.ts";
import { Prepared } from "../engine/prepared.ts";
import { Result, type FirstItem } from "../engine/result.ts";
import type { SessionStatistics } from "../engine/statement-meter.ts";
import type { StreamOptions } from "../engine/row-source.ts";
import { RowStream } from "../engine/row-stream.ts";
import { runSync } from "../io/run-sync.ts";
import type { AnyModel } from "../model/any.ts";
import { mapperOf } from "../model/configure.ts";
import type { ColumnsOf } from "../model/model-class.ts";
import type { QueryOf } from "../model/select-base.ts";
import type { CreateInput, Entity, RelationshipNames, Settled } from "../model/shape.ts";
import type { SqlTemplate } from "../sql/expression/operators.ts";
import { PromiseInTransactionError } from "./errors.ts";
import { explainInSession, explainPrepared } from "./explain.ts";
import { executePrepared } from "./execute-prepared.ts";
import { executeStatement, type Executable } from "./execute.ts";
import { bulkInsert, bulkUpdate, type BulkUpdateRow } from "./writing/bulk.ts";
import {
  readNumberedPage,
  readPage,
  type NumberedPage,
  type Page,
  type PageOptions,
  type PaginateOptions,
} from "./pagination/page.ts";
import { SessionCore } from "./session-core.ts";
import type { SessionEvent, SessionEvents } from "./session-events.ts";
import type { BeginOptions, SessionOptions } from "./session-options.ts";
import { StatementRows } from "./stream.ts";
import { isRetryable, type RetryOptions } from "./retry.ts";
import {
  expireAllEntities,
  expireEntity,
  getEntity,
  getOneEntity,
  loadRelationship,
  mergeEntity,
  refreshEntity,
  type GetOptions,
} from "./session-queries.ts";

/** A conversation with a database: objects, their changes, and the transaction around them. */
export class Session {
  readonly #core: SessionCore;

  constructor(engine: Engine, options: SessionOptions = {}) {
    this.#core = new SessionCore(engine.core, options, "session.load");
  }

  /** Make objects, and what they refer to, part of the session; the next flush inserts them. */
  add(...entities: readonly Entity[]): void {
    this.#core.add(entities);
  }

  /** The same for a list. */
  addAll(entities: readonly Entity[]): void {
    this.#core.add(entities);
  }

  /** Mark an object for deletion by the next flush. */
  delete(entity: Entity): void {
    this.#core.delete(entity);
  }

  /**
   * Run a statement, or a prepared one with its values by name. Its rows are read completely.
   * @throws CannotCancelError for the options of `AsyncSession.exec`
   */
  exec<R, P extends object>(statement: Prepared<R, P>, values: NoInfer<P>, options?: ExecOptions): Result<R>;
  exec<T>(statement: SqlTemplate<T>, options?: ExecOptions): Result<T>;
  exec<Q extends Executable>(statement: Q, options?: ExecOptions): Result<Q["row"]>;
  exec(statement: unknown, second?: object, third?: ExecOptions): Result<unknown> {
    return this.#execute(statement, second, third);
  }

  #execute(statement: unknown, second?: object, third?: ExecOptions): Result<unknown> {
    const isPrepared = Prepared.isPrepared(statement);
    refuseLimits(isPrepared ? third : second);
    const io = isPrepared ? executePrepared(this.#core, statement, second) : executeStatement(this.#core, statement);
    const { rows, rowCount, source, names } = runSync(io);
    return new Result(rows, source, rowCount, names);
  }

  /**
   * How the database runs a statement, as a tree and as text, with what could be mended; with `analyze`, the statement is run and
   * measured, and what it writes is taken back. Nothing is flushed for it.
   * @throws CompileError where the database cannot analyze it
   */
  explain<P extends object>(statement: Prepared<unknown, P>, values: NoInfer<P>, options?: ExplainOptions): Plan;
  explain(statement: Executable | SqlTemplate<unknown>, options?: ExplainOptions): Plan;
  explain(statement: unknown, second?: object, third?: ExplainOptions): Plan {
    const io = Prepared.isPrepared(statement)
      ? explainPrepared(this.#core, statement, second, third)
      : explainInSession(this.#core, statement, second);
    return runSync(io);
  }

  /**
   * Run a select for more rows than memory holds: they are read in batches as the loop over them goes on. Entities of a batch
   * leave the session when the next one is read, but for those that were changed.
   * @throws CannotCancelError for signal and timeout
   */
  stream<R, P extends object>(statement: Prepared<R, P>, values: NoInfer<P>, options?: StreamOptions): RowStream<R>;
  stream<T>(statement: SqlTemplate<T>, options?: StreamOptions): RowStream<T>;
  stream<Q extends Executable>(statement: Q, options?: StreamOptions): RowStream<Q["row"]>;
  stream(statement: unknown, second?: object, third?: StreamOptions): RowStream<unknown> {
    const [values, options] = Prepared.isPrepared(statement) ? [second, third] : [undefined, second];
    refuseLimits(options);
    return new RowStream(new StatementRows(this.#core, statement, values), runSync, options);
  }

  /**
   * A page of a select: the first, or the one `after` or `before` a cursor of another page. Rows that come and go elsewhere move
   * none to another page.
   * @throws PaginationError for a select that has no such pages, InvalidCursorError for a cursor that is none of this order
   */
  page<Q extends QueryOf<unknown>>(statement: Q, options: PageOptions): Page<Q["row"]> {
    refuseLimits(options);
    return runSync(readPage(this.#core, statement, options));
  }

  /**
   * A page of a select by its number, from 1, and how many there are: two statements, and slower the further it goes.
   * @throws PaginationError for a select without an order, or with a limit
   */
  paginate<Q extends QueryOf<unknown>>(statement: Q, options: PaginateOptions): NumberedPage<Q["row"]> {
    refuseLimits(options);
    return runSync(readNumberedPage(this.#core, statement, options));
  }

  /** Insert rows without making objects, in few statements; nothing is read back. @returns the number of rows */
  bulkInsert<M extends AnyModel>(model: M, rows: readonly CreateInput<ColumnsOf<M>>[]): number {
    return runSync(bulkInsert(this.#core, model, rows));
  }

  /** Update rows by their keys, each with values of its own, in few statements. @returns the number of rows that were there */
  bulkUpdate<M extends AnyModel>(model: M, rows: readonly BulkUpdateRow<ColumnsOf<M>>[]): number {
    return runSync(bulkUpdate(this.#core, model, rows));
  }

  /** The entity of this primary key (a value; an array or object for composite keys), or null. */
  get<M extends AnyModel>(model: M, key: unknown, options?: GetOptions): InstanceType<M> | null {
    return runSync(getEntity(this.#core, mapperOf(model), key, options)) as InstanceType<M> | null;
  }

  /** The first item of each row: of a select of one item, the same as `exec`. */
  scalars<R, P extends object>(
    statement: Prepared<R, P>,
    values: NoInfer<P>,
    options?: ExecOptions,
  ): Result<FirstItem<R>>;
  scalars<Q extends Executable>(statement: Q, options?: ExecOptions): Result<FirstItem<Q["row"]>>;
  scalars(statement: unknown, second?: object, third?: ExecOptions): Result<unknown> {
    const result = this.#execute(statement, second, third);
    return result.scalars();
  }

  /** The first item of the first row, or null where there is no row. */
  scalar<R, P extends object>(
    statement: Prepared<R, P>,
    values: NoInfer<P>,
    options?: ExecOptions,
  ): FirstItem<R> | null;
  scalar<Q extends Executable>(statement: Q, options?: ExecOptions): FirstItem<Q["row"]> | null;
  scalar(statement: unknown, second?: object, third?: ExecOptions): unknown {
    const result = this.#execute(statement, second, third);
    return result.scalar();
  }

  /** As `get`. @throws NoResultFound where there is no such row */
  getOne<M extends AnyModel>(model: M, key: unknown, options?: GetOptions): InstanceType<M> {
    return runSync(getOneEntity(this.#core, mapperOf(model), key, options)) as InstanceType<M>;
  }

  /** Load a relationship of one entity (and of all that came from the same result), or of all of a list in one query. */
  load<E extends Entity, K extends RelationshipNames<E>>(entity: E, name: K): Settled<E[K]>;
  load<E extends Entity>(entities: readonly E[], name: RelationshipNames<E>): void;
  load(target: unknown, name: PropertyKey): unknown {
    return runSync(loadRelationship(this.#core, target, String(name)));
  }

  /** Write all changes now, without committing. */
  flush(): void {
    runSync(this.#core.flush());
  }

  /** What a flush would write now, in order, in words such as "insert hero ×3". */
  flushPlan(): readonly string[] {
    return runSync(this.#core.flushPlan());
  }

  /** Flush and commit; inside beginNested, release the savepoint. */
  commit(): void {
    return runSync(this.#core.commit());
  }

  /** Undo the transaction, in the database and in the objects; inside beginNested, back to the savepoint. */
  rollback(): void {
    return runSync(this.#core.rollback());
  }

  /** Begin a transaction now; with a callback, commit when it returns and roll back when it throws. */
  begin(options?: BeginOptions): void;
  begin<T>(callback: () => T, options?: BeginOptions & RetryOptions): T;
  begin<T>(first?: BeginOptions | (() => T), options?: BeginOptions & RetryOptions): T | undefined {
    if (typeof first !== "function") {
      runSync(this.#core.begin(first));
      return undefined;
    }
    for (let attempt = 0; ; attempt += 1) {
      runSync(this.#core.begin(options));
      try {
        return this.#within(first);
      } catch (error) {
        if (!isRetryable(error, attempt, options)) throw error;
      }
    }
  }

  /** Set a savepoint; with a callback, release it when it returns and go back to it when it throws. */
  beginNested(): void;
  beginNested<T>(callback: () => T): T;
  beginNested<T>(callback?: () => T): T | undefined {
    runSync(this.#core.beginNested());
    return callback === undefined ? undefined : this.#within(callback);
  }

  #within<T>(callback: () => T): T {
    const depth = this.#core.depth;
    try {
      const value = callback();
      if (value instanceof Promise) throw PromiseInTransactionError.of(value);
      // The callback may have ended the transaction itself.
      if (this.#core.depth >= depth) runSync(this.#core.commit());
      return value;
    } catch (error) {
      if (this.#core.depth >= depth) runSync(this.#core.rollbackTo(depth));
      throw error;
    }
  }

  /** Read an entity's columns again (all, or the named columns and relationships); its unflushed changes are dropped. */
  refresh<E extends Entity>(entity: E, names?: readonly (keyof E & string)[]): void {
    return runSync(refreshEntity(this.#core, entity, names));
  }

  /** Forget what was loaded of an entity: it must be refreshed before it is read. */
  expire<E extends Entity>(entity: E, names?: readonly (keyof E & string)[]): void {
    expireEntity(this.#core, entity, names);
  }

  /** Take objects out of the session without touching the database. */
  expunge(...entities: readonly Entity[]): void {
    this.#core.expungeAll(entities);
  }

  /** Forget what was loaded of all objects. */
  expireAll(): void {
    expireAllEntities(this.#core);
  }

  /** Take all objects out of the session. */
  expungeAll(): void {
    this.#core.expungeEverything();
  }

  /** True where the object has changes that a flush would write. */
  isModified(entity: Entity): boolean {
    return this.#core.isModified(entity);
  }

  /** Copy an object's state onto the session's object for the same row (or a new one), and return that. */
  merge<E extends Entity>(entity: E): E {
    return runSync(mergeEntity(this.#core, entity)) as E;
  }

  /** True where the object is in this session. */
  has(entity: Entity): boolean {
    return this.#core.has(entity);
  }

  /** Call `listener` at every such event; returns a function that stops it. */
  on<E extends SessionEvent>(event: E, listener: SessionEvents[E]): () => void {
    return this.#core.events.on(event, listener);
  }

  /** Switch autoflush; returns what it was. */
  setAutoflush(isOn: boolean): boolean {
    return this.#core.setAutoflush(isOn);
  }

  /** True from the first statement until commit or rollback. */
  get inTransaction(): boolean {
    return this.#core.inTransaction;
  }

  /** The statements this session has sent so far, their rows and, with the option `timing`, their time. */
  get statistics(): SessionStatistics {
    return this.#core.meter.statistics;
  }

  /** Objects to be inserted by the next flush. */
  get new(): readonly Entity[] {
    return this.#core.newEntities();
  }

  /** Objects with changes that are not flushed. */
  get dirty(): readonly Entity[] {
    return this.#core.dirtyEntities();
  }

  /** Objects to be deleted by the next flush. */
  get deleted(): readonly Entity[] {
    return this.#core.deletedEntities();
  }

  /** Roll back what was not committed, release the connection, forget all objects. */
  close(): void {
    return runSync(this.#core.close());
  }

  [Symbol.dispose](): void {
    return this.close();
  }
}
