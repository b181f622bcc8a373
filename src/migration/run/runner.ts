/**
 * Runs revisions: takes the lock that one run has at a time, finds out what is still to be done, and does it, revision by revision.
 * After whatever can be tried again (a lock that was not had, another run that was quicker) it looks at the bookkeeping anew.
 */
import type { ConnectionCore } from "../../engine/connection.ts";
import { call, type Io } from "../../io/io.ts";
import { MigrationLockError } from "../errors.ts";
import { Bookkeeping, isApplied, type BookkeepingRow } from "./bookkeeping.ts";
import { refuseLosses } from "./destructive-check.ts";
import { editedRevisions } from "./edited-revisions.ts";
import type { Environment } from "./environment.ts";
import { bracketForeignKeys } from "./foreign-keys.ts";
import { JournalMoved } from "./journal.ts";
import type { Recording, RevisionReport, RunOptions, RunReport } from "./options.ts";
import { withoutOwnSchema } from "./own-schema.ts";
import { isRetryable, NeedsForeignKeysOff, RevisionRun, type RunContext } from "./revision-run.ts";
import { requireOrder } from "./revision-order.ts";
import { settleUnfinished } from "./unfinished.ts";

const defaultRunLockTimeout = 60_000;
const defaultLockTimeout = 5_000;
const defaultAttempts = 5;

type Rows = ReadonlyMap<string, BookkeepingRow>;

/** @throws MigrationError; what the database said is its `cause`. */
export function* runRecordings(
  connection: ConnectionCore,
  recorded: readonly Recording[],
  options: RunOptions,
  environment: Environment,
): Io<RunReport> {
  if (options.refuseDestructive === true) refuseLosses(recorded, options.consent ?? []);
  const recordings = yield* withoutOwnSchema(connection, recorded);
  const bookkeeping = new Bookkeeping(options);
  const context: RunContext = {
    connection,
    bookkeeping,
    environment,
    schemas: options.schemas ?? [],
    emit: (event) => options.onEvent?.(event),
  };
  const run = new Run(context, recordings, options);
  // Most starts of a deployed program find nothing to do, and need no lock to see that.
  const rows = yield* bookkeeping.readIfThere(connection);
  if ([...rows.values()].every(({ state }) => state === "applied") && pending(recordings, rows).length === 0) {
    return run.report(rows);
  }
  return yield* withLock(context, options, () => run.run());
}

/** One call of `runRecordings`. */
class Run {
  readonly #context: RunContext;
  readonly #recordings: readonly Recording[];
  readonly #options: RunOptions;
  readonly #done: RevisionReport[] = [];
  /** Revisions whose tables must be rebuilt. */
  readonly #rebuilding = new Set<string>();
  /** Revisions whose beginning was told, since something was tried again for the last time. */
  readonly #begun = new Set<string>();
  #failures = 0;

  constructor(context: RunContext, recordings: readonly Recording[], options: RunOptions) {
    this.#context = context;
    this.#recordings = recordings;
    this.#options = options;
  }

  *run(): Io<RunReport> {
    const { connection, bookkeeping } = this.#context;
    yield* bookkeeping.ensure(connection);
    const rows = yield* bookkeeping.read(connection);
    while (yield* this.#attempt());
    return this.report(rows);
  }

  /** @param before - What was there at the start. */
  report(before: Rows): RunReport {
    const edited = editedRevisions(before, this.#options.revisions ?? []);
    for (const event of edited) this.#context.emit(event);
    const done = new Set(this.#done.map(({ revision }) => revision));
    const skipped = this.#recordings.map(({ revision }) => revision.id).filter((id) => !done.has(id));
    return { done: this.#done, skipped, edited };
  }

  /** Run the next transaction's worth. @returns True where more may be left. */
  *#attempt(): Io<boolean> {
    const { connection, bookkeeping } = this.#context;
    const isShared = this.#options.transactionPerRevision === false && connection.dialect.capabilities.transactionalDdl;
    let todo: readonly Recording[] = [];
    try {
      const rows = yield* settleUnfinished(this.#context, yield* bookkeeping.read(connection), this.#recordings);
      todo = pending(this.#recordings, rows);
      if (!isShared) todo = todo.slice(0, 1);
      if (todo.length === 0) return false;
      requireOrder(todo, rows, this.#options.revisions);
      const foreignKeysOff = todo.some(({ revision }) => this.#rebuilding.has(revision.id));
      const batch = todo;
      const reports = yield* bracketForeignKeys(connection, foreignKeysOff, () =>
        this.#runBatch(batch, rows, foreignKeysOff),
      );
      for (const report of reports) this.#tell(report);
      this.#failures = 0;
      return true;
    } catch (error) {
      yield* connection.rollback();
      return yield* this.#recover(error, todo);
    }
  }

  *#runBatch(batch: readonly Recording[], rows: Rows, foreignKeysOff: boolean): Io<readonly RevisionReport[]> {
    const reports: RevisionReport[] = [];
    for (const recording of batch) reports.push(yield* this.#runOne(recording, rows, foreignKeysOff));
    if (this.#context.connection.transaction !== "none") yield* this.#context.connection.commit();
    return reports;
  }

  *#runOne(recording: Recording, rows: Rows, foreignKeysOff: boolean): Io<RevisionReport> {
    const { revision, direction } = recording;
    const row = rows.get(revision.id);
    const startedAt = performance.now();
    const isResumed = row !== undefined && row.state !== "applied";
    if (!this.#begun.has(revision.id))
      this.#context.emit({ kind: "begin", revision: revision.id, message: revision.message, direction, isResumed });
    this.#begun.add(revision.id);
    const run = new RevisionRun(this.#context, recording, { row, foreignKeysOff });
    yield* run.run();
    const duration = performance.now() - startedAt;
    return { revision: revision.id, direction, duration, steps: run.stepCount, isResumed };
  }

  #tell(report: RevisionReport): void {
    const { revision, direction, duration } = report;
    this.#done.push(report);
    this.#context.emit({ kind: "end", revision, direction, duration });
  }

  /** @returns True where it is to be tried again; otherwise it throws. */
  *#recover(error: unknown, todo: readonly Recording[]): Io<boolean> {
    if (error instanceof NeedsForeignKeysOff) {
      for (const { revision } of todo) this.#rebuilding.add(revision.id);
      return true;
    }
    if (error instanceof JournalMoved) {
      yield* this.#rest(10 + Math.random() * 40);
      return true;
    }
    if (!isRetryable(error) || ++this.#failures >= (this.#options.attempts ?? defaultAttempts)) throw error;
    // Twice as long each time, and never as long as another run that waits for the same thing.
    const pause = 50 * 2 ** this.#failures * (0.5 + Math.random());
    this.#begun.clear();
    this.#context.emit({ kind: "retry", error: error as Error, attempt: this.#failures + 1, pause });
    yield* this.#rest(pause);
    return true;
  }

  #rest(milliseconds: number): Io<void> {
    return call(() => this.#context.environment.rest(milliseconds));
  }
}

/** What is still to be done: unfinished ones first, because the others may build on them. */
function pending(recordings: readonly Recording[], rows: Rows): readonly Recording[] {
  const left = recordings.filter(({ revision, direction }) => {
    const row = rows.get(revision.id);
    return direction === "upgrade" ? !isApplied(row) : row !== undefined;
  });
  const isBegun = ({ revision }: Recording): boolean => {
    const row = rows.get(revision.id);
    return row !== undefined && row.state !== "applied";
  };
  return [...left.filter(isBegun), ...left.filter((recording) => !isBegun(recording))];
}

/** Do `work` with the lock and with bounds on what statements wait for. */
export function* withLock<T>(context: RunContext, options: RunOptions, work: () => Io<T>): Io<T> {
  const { connection, bookkeeping } = context;
  const { migrations, capabilities } = connection.dialect;
  const timeout = options.runLockTimeout ?? defaultRunLockTimeout;
  if (!(yield* migrations.lock(connection, bookkeeping.name, timeout))) {
    throw new MigrationLockError(bookkeeping.name, timeout, yield* describeWork(context));
  }
  // SQLite waits for its one lock as the engine says.
  const standard = capabilities.writeLockAtBegin ? undefined : defaultLockTimeout;
  const bounds = { lockTimeout: options.lockTimeout ?? standard, statementTimeout: options.statementTimeout };
  const isBound = bounds.lockTimeout !== undefined || bounds.statementTimeout !== undefined;
  const giveBack = function* (): Io<void> {
    const unbound = { lockTimeout: undefined, statementTimeout: undefined };
    if (isBound) for (const sql of migrations.timeouts(unbound)) yield* connection.executeRaw({ sql });
    yield* migrations.unlock(connection, bookkeeping.name);
  };
  let result: T;
  try {
    if (isBound) for (const sql of migrations.timeouts(bounds)) yield* connection.executeRaw({ sql });
    result = yield* work();
  } catch (error) {
    try {
      yield* giveBack();
    } catch {
      // The first error is the one to be told; a lost connection has given the lock back.
    }
    throw error;
  }
  yield* giveBack();
  return result;
}

function* describeWork({ connection, bookkeeping }: RunContext): Io<string | undefined> {
  for (const row of (yield* bookkeeping.readIfThere(connection)).values()) {
    if (row.state !== "applied")
      return `it has been ${row.state} revision '${row.revision}' since ${row.appliedAt.toISOString()}`;
  }
  return undefined;
}
