/**
 * Runs one revision, from its start or from where its journal says that an earlier run stopped.
 *
 * Where DDL is transactional, steps run in one transaction with the bookkeeping; a step that cannot ends that transaction, with the
 * place and the compiled steps in the journal. Elsewhere each DDL statement commits by itself: the journal is written before and
 * after it, with the catalog's fingerprint, so that a later run can see whether the statement took effect.
 */
import { DatabaseError } from "../../dialect/database-error.ts";
import type { Step } from "../../dialect/migration-dialect.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import { call, type Io } from "../../io/io.ts";
import { displayName, type QualifiedName } from "../../metadata/catalog.ts";
import { SQLModelError } from "../../util/coded-error.ts";
import { fingerprint } from "../../util/fingerprint.ts";
import { MigrationCheckError, MigrationError, RevisionFailedError } from "../errors.ts";
import { runBackfill } from "./backfill.ts";
import type { Bookkeeping, BookkeepingRow } from "./bookkeeping.ts";
import type { Environment } from "./environment.ts";
import { Journal, JournalMoved } from "./journal.ts";
import { describeCatalog, inspectNow, leftovers, type BeforeStatement, type InvalidIndex } from "./live-catalog.ts";
import type { MigrationEvent, Recording } from "./options.ts";
import { placeOf, planOf, schemasOf, segmentsOf, stepText, type Segment, type SegmentPlan } from "./segments.ts";

/** What all revisions of a run share. */
export interface RunContext {
  readonly connection: ConnectionCore;
  readonly bookkeeping: Bookkeeping;
  readonly environment: Environment;
  /** Schemas to look at beside those that the operations name. */
  readonly schemas: readonly string[];
  readonly emit: (event: MigrationEvent) => void;
}

/** The transaction must be begun again with foreign keys off. Never reaches the program. */
export class NeedsForeignKeysOff extends Error {}

const shownRows = 5;
/** Operations whose statements may delete rows or change keys. */
const dataKinds: ReadonlySet<string> = new Set(["execute", "run", "bulkInsert", "backfill"]);

export class RevisionRun {
  readonly #context: RunContext;
  readonly #recording: Recording;
  readonly #journal: Journal;
  readonly #segments: readonly Segment[];
  readonly #schemas: readonly string[];
  readonly #foreignKeysOff: boolean;
  /** The segment that is run, and whether the journal has its steps. */
  #segment = 0;
  #plan: SegmentPlan = { steps: [], withoutForeignKeys: false };
  #isPlanSaved = false;
  #stepCount = 0;

  /** @param row - The revision's row, as the database has it. @param foreignKeysOff - True where they were turned off for this. */
  constructor(
    context: RunContext,
    recording: Recording,
    { row, foreignKeysOff }: { readonly row: BookkeepingRow | undefined; readonly foreignKeysOff: boolean },
  ) {
    this.#context = context;
    this.#recording = recording;
    this.#journal = new Journal(context.connection, context.bookkeeping, recording, row);
    this.#segments = segmentsOf(recording.operations);
    this.#schemas = [...new Set([...context.schemas, ...schemasOf(recording.operations)])];
    this.#foreignKeysOff = foreignKeysOff;
  }

  /** How many steps were taken. */
  get stepCount(): number {
    return this.#stepCount;
  }

  get #isTransactional(): boolean {
    return this.#context.connection.dialect.capabilities.transactionalDdl;
  }

  /** Run what is left. Leaves the last transaction open, with the bookkeeping in it, where there is one. */
  *run(): Io<void> {
    const startedAt = performance.now();
    const journal = this.#journal;
    if (this.#isTransactional) yield* journal.begin();
    const orphans = yield* this.#orphans();
    yield* journal.open();
    for (this.#segment = journal.row.segment; this.#segment < this.#segments.length; this.#segment++) {
      yield* this.#runSegment();
    }
    if (this.#isTransactional) yield* journal.begin();
    yield* this.#requireNoOrphans(orphans);
    yield* journal.finish(performance.now() - startedAt);
  }

  *#runSegment(): Io<void> {
    const { row } = this.#journal;
    const isResumed = row.segment === this.#segment && row.plan !== null;
    if (isResumed && row.plan !== null) this.#plan = JSON.parse(row.plan) as SegmentPlan;
    else this.#plan = yield* this.#compile();
    this.#isPlanSaved = isResumed;
    if (this.#plan.withoutForeignKeys && !this.#foreignKeysOff) throw new NeedsForeignKeysOff();
    const start = isResumed ? row.step : 0;
    if (!this.#isTransactional && !isResumed) yield* this.#save(0);
    for (let index = start; index < this.#plan.steps.length; index++) yield* this.#runStep(index);
    if (!this.#isTransactional) yield* this.#commitAt(this.#plan.steps.length);
  }

  /** Rows that refer to nothing; asked only where foreign keys are off and something else than a rebuild writes rows meanwhile. */
  *#orphans(): Io<ReadonlySet<string>> {
    const { connection } = this.#context;
    const { foreignKeys } = connection.dialect.migrations;
    const writes = this.#recording.operations.some(({ kind }) => dataKinds.has(kind));
    if (!this.#foreignKeysOff || !writes || foreignKeys === undefined) return new Set();
    const { rows } = yield* connection.executeRaw({ sql: foreignKeys.violations, returnsRows: true });
    return new Set(rows.map((row) => row.map(String).join(", ")));
  }

  *#requireNoOrphans(before: ReadonlySet<string>): Io<void> {
    const added = [...(yield* this.#orphans())].filter((row) => !before.has(row));
    if (added.length === 0) return;
    throw new MigrationCheckError(this.#recording.revision.id, {
      problem:
        "A table is rebuilt in this revision, so foreign keys are off in its transaction, and what else it writes leaves rows that refer to nothing.",
      remedy: "ON DELETE and ON UPDATE do not act meanwhile: write the rows in a revision of their own.",
      rows: added.slice(0, shownRows),
      state: this.#state,
    });
  }

  *#compile(): Io<SegmentPlan> {
    if (this.#isTransactional) yield* this.#journal.begin();
    const catalog = yield* inspectNow(this.#context.connection, this.#schemas);
    try {
      const operations = this.#segments[this.#segment] ?? [];
      return planOf(this.#context.connection.dialect.migrations.compileOperations(operations, catalog));
    } catch (error) {
      throw this.#failure("cannot be written as SQL", error);
    }
  }

  *#runStep(index: number): Io<void> {
    const step = this.#plan.steps[index];
    if (step === undefined) return;
    const startedAt = performance.now();
    let rows: number;
    try {
      rows = yield* this.#carryOut(step, index);
    } catch (error) {
      throw this.#failure(`failed at step ${String(index + 1)} of ${String(this.#plan.steps.length)}`, error);
    }
    this.#stepCount++;
    this.#context.emit({
      kind: "step",
      revision: this.#recording.revision.id,
      direction: this.#recording.direction,
      index: index + 1,
      of: this.#plan.steps.length,
      sql: stepText(step),
      duration: performance.now() - startedAt,
      rows,
    });
  }

  /** @returns The rows that were changed. */
  *#carryOut(step: Step, index: number): Io<number> {
    switch (placeOf(step, this.#isTransactional)) {
      case "anywhere":
        yield* this.#check(step);
        return 0;
      case "inside":
        yield* this.#journal.begin();
        return yield* this.#inside(step);
      case "outside":
        yield* this.#commitAt(index);
        return yield* this.#outside(step, index);
      case "batches":
        yield* this.#commitAt(index);
        return yield* this.#backfill(step, index);
    }
  }

  *#check(step: Step): Io<void> {
    if (step.kind !== "check") return;
    const { rows } = yield* this.#context.connection.executeRaw({ sql: step.sql, returnsRows: true });
    if (rows.length === 0) return;
    const { hidesAll } = this.#context.connection.engine.log;
    const shown = hidesAll ? [] : rows.slice(0, shownRows).map((row) => row.map(String).join(", "));
    const { problem, remedy } = step;
    throw new MigrationCheckError(this.#recording.revision.id, { problem, remedy, rows: shown, state: this.#state });
  }

  *#inside(step: Step): Io<number> {
    const { connection, environment } = this.#context;
    if (step.kind === "statement") return (yield* connection.executeRaw({ sql: step.sql })).rowCount;
    if (step.kind !== "run") return 0;
    const callback = this.#recording.callbacks[step.id];
    const { id } = this.#recording.revision;
    if (callback === undefined)
      throw new RevisionFailedError(id, `Revision '${id}' recorded no code for run().`, undefined);
    yield* call(() => environment.invoke(callback, connection, id));
    if (connection.transaction === "active") return 0;
    const problem = `Revision '${id}': the code of run() ended the transaction that it was given. Leave begin, commit and rollback to the migration.`;
    throw new RevisionFailedError(id, problem, undefined);
  }

  /** A statement in no transaction. */
  *#outside(step: Step, index: number): Io<number> {
    if (step.kind !== "statement") return 0;
    const journal = this.#journal;
    const { connection } = this.#context;
    const { row } = journal;
    const isResumed = row.segment === this.#segment && row.step === index && row.beforeHash !== null;
    const now = yield* this.#describe(step.tables);
    const invalid = isResumed ? readInvalid(row.progress) : now.invalid;
    if (!isResumed) {
      yield* this.#save(index, { beforeHash: now.hash, progress: JSON.stringify(now.invalid) });
    } else if (row.beforeHash !== now.hash) {
      yield* this.#save(index + 1);
      return 0;
    } else {
      yield* this.#dropIndexes(leftovers(invalid, now.invalid));
    }
    try {
      const { rowCount } = yield* connection.executeRaw({ sql: step.sql });
      yield* this.#save(index + 1);
      return rowCount;
    } catch (error) {
      if (connection.dialect.capabilities.transactionalDdl) yield* this.#cleanUp(invalid);
      throw error;
    }
  }

  /** Take away what a failed statement left; where that fails as well, the next run does it. */
  *#cleanUp(before: readonly InvalidIndex[]): Io<void> {
    try {
      yield* this.#dropIndexes(leftovers(before, (yield* this.#describe()).invalid));
    } catch {
      // The statement's own error is the one to be told.
    }
  }

  *#dropIndexes(indexes: readonly InvalidIndex[]): Io<void> {
    if (indexes.length === 0) return;
    const { connection } = this.#context;
    const catalog = yield* inspectNow(connection, this.#schemas);
    const operations = indexes.map((index) => ({ kind: "dropIndex", ...index, concurrently: true }) as const);
    const { steps } = planOf(connection.dialect.migrations.compileOperations(operations, catalog));
    for (const step of steps) if (step.kind === "statement") yield* connection.executeRaw({ sql: step.sql });
  }

  /** @param tables - Those that tell enough; by default everything. */
  *#describe(tables?: readonly QualifiedName[]): Io<BeforeStatement> {
    const { connection, bookkeeping } = this.#context;
    const { definitions } = connection.dialect.migrations;
    if (tables !== undefined && definitions !== undefined)
      return { hash: fingerprint(yield* definitions(connection, tables)), invalid: [] };
    return describeCatalog(yield* inspectNow(connection, this.#schemas), bookkeeping.table);
  }

  *#backfill(step: Step, index: number): Io<number> {
    if (step.kind !== "backfill") return 0;
    const journal = this.#journal;
    const { connection, environment, emit } = this.#context;
    const { row } = journal;
    const isResumed = row.segment === this.#segment && row.step === index && this.#isPlanSaved;
    if (!isResumed) yield* this.#save(index);
    const rows = yield* runBackfill({
      connection,
      step,
      progress: journal.row.progress,
      begin: () => journal.begin(),
      *commit(progress) {
        yield* journal.save({ progress });
        yield* journal.commit();
      },
      rest: (milliseconds) => call(() => environment.rest(milliseconds)),
      report: (batch, total) => {
        const table = displayName(step.operation.table);
        emit({ kind: "backfill", revision: this.#recording.revision.id, table, rows: batch, total });
      },
    });
    yield* this.#save(index + 1);
    return rows;
  }

  /** End the open transaction, with the journal saying that `index` is next. */
  *#commitAt(index: number): Io<void> {
    const { row, isInTransaction } = this.#journal;
    if (!isInTransaction) return;
    const isThere = this.#isPlanSaved && row.segment === this.#segment && row.step === index;
    // Saving the place again would forget what an earlier run noted about it.
    if (!isThere) yield* this.#save(index);
    yield* this.#journal.commit();
  }

  /** Write down that the step `index` is next. */
  *#save(index: number, about: { readonly beforeHash?: string; readonly progress?: string } = {}): Io<void> {
    const { beforeHash = null, progress = null } = about;
    const place = { segment: this.#segment, step: index, beforeHash, progress };
    const plan = this.#isPlanSaved ? {} : { plan: JSON.stringify(this.#plan) };
    yield* this.#journal.save({ ...place, ...plan });
    this.#isPlanSaved = true;
  }

  get #state(): string {
    return this.#journal.hasCommitted
      ? "What it did before is kept and written down: run the same command again, and it goes on from there."
      : "Nothing of it is kept.";
  }

  /** The error that tells of the revision; signals and errors that tell of it already stay as they are. */
  #failure(what: string, error: unknown): unknown {
    if (error instanceof JournalMoved || error instanceof NeedsForeignKeysOff) return error;
    if (error instanceof MigrationError) return error;
    const { id, file } = this.#recording.revision;
    const reason = error instanceof Error ? error.message : String(error);
    const { direction } = this.#recording;
    const text = `The ${direction} of revision '${id}' (${file}) ${what}: ${withoutCode(error, reason)} ${this.#state}`;
    return new RevisionFailedError(id, text, error);
  }
}

/** A sentence without the code, which stands in the cause. */
function withoutCode(error: unknown, message: string): string {
  const text = error instanceof SQLModelError ? message.replace(` [${error.code}]`, "") : message;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function readInvalid(json: string | null): readonly InvalidIndex[] {
  return json === null ? [] : (JSON.parse(json) as InvalidIndex[]);
}

/** True where the same work may succeed when it is begun again. */
export function isRetryable(error: unknown): boolean {
  if (error instanceof RevisionFailedError) return isRetryable(error.cause);
  return error instanceof DatabaseError && error.isRetryable;
}
