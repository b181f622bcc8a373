/**
 * The bookkeeping row of one revision while it is run. Every change says what the row was before, so that two runs that no lock
 * keeps apart (SQLite between two transactions, a pooler that loses locks) never do one step twice.
 */
import { UniqueViolation } from "../../dialect/database-error.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Io } from "../../io/io.ts";
import type { Bookkeeping, BookkeepingChanges, BookkeepingRow } from "./bookkeeping.ts";
import type { Recording } from "./options.ts";

/** Another run has changed the row: look again what is to be done. Never reaches the program. */
export class JournalMoved extends Error {}

/** What a row holds that is about no unfinished step. */
const atRest = { segment: 0, step: 0, beforeHash: null, plan: null, progress: null } as const;

export class Journal {
  readonly #connection: ConnectionCore;
  readonly #bookkeeping: Bookkeeping;
  readonly #recording: Recording;
  #row: BookkeepingRow | undefined;
  #hasCommitted: boolean;

  /** @param row - What the database has. */
  constructor(
    connection: ConnectionCore,
    bookkeeping: Bookkeeping,
    recording: Recording,
    row: BookkeepingRow | undefined,
  ) {
    this.#connection = connection;
    this.#bookkeeping = bookkeeping;
    this.#recording = recording;
    this.#row = row;
    this.#hasCommitted = this.isResumed;
  }

  get isResumed(): boolean {
    return this.#row !== undefined && this.#row.state !== "applied";
  }

  /** True where something of the revision stays when the open transaction is rolled back. */
  get hasCommitted(): boolean {
    return this.#hasCommitted;
  }

  get row(): BookkeepingRow {
    if (this.#row === undefined) throw new JournalMoved();
    return this.#row;
  }

  get isInTransaction(): boolean {
    return this.#connection.transaction !== "none";
  }

  /** Begin a transaction where none is open. @throws JournalMoved where another run was here in between. */
  *begin(): Io<void> {
    if (this.isInTransaction) return;
    yield* this.#connection.begin({ write: true });
    const found = yield* this.#bookkeeping.find(this.#connection, this.#recording.revision.id);
    const known = this.#row;
    const isSame =
      found?.state === known?.state &&
      found?.segment === known?.segment &&
      found?.step === known?.step &&
      (found?.progress ?? null) === (known?.progress ?? null);
    if (!isSame) throw new JournalMoved();
  }

  /** Write down that the revision is begun. */
  *open(): Io<void> {
    if (this.isResumed) return;
    if (this.#recording.direction === "downgrade") return yield* this.save({ state: "downgrading", ...atRest });
    const { id, contentHash, message } = this.#recording.revision;
    const row: BookkeepingRow = {
      revision: id,
      contentHash,
      message,
      appliedAt: new Date(),
      duration: 0,
      state: "upgrading",
      ...atRest,
    };
    try {
      yield* this.#bookkeeping.insert(this.#connection, row);
    } catch (error) {
      throw error instanceof UniqueViolation ? new JournalMoved() : error;
    }
    this.#row = row;
  }

  /** @throws JournalMoved where the row is not what this run knows. */
  *save(changes: BookkeepingChanges): Io<void> {
    const { row } = this;
    if (!(yield* this.#bookkeeping.update(this.#connection, row, changes))) throw new JournalMoved();
    this.#row = { ...row, ...changes };
    if (!this.isInTransaction) this.#hasCommitted = true;
  }

  *commit(): Io<void> {
    yield* this.#connection.commit();
    this.#hasCommitted = true;
  }

  /** The revision is done. @param duration - Milliseconds. */
  *finish(duration: number): Io<void> {
    const { revision, direction } = this.#recording;
    if (direction === "downgrade") {
      if ((yield* this.#bookkeeping.remove(this.#connection, revision.id)) !== 1) throw new JournalMoved();
      // Applied one by one, before they were put together: they are taken back with the whole.
      for (const replaced of revision.replaces) yield* this.#bookkeeping.remove(this.#connection, replaced);
      return;
    }
    const { contentHash, message } = revision;
    const rounded = Math.min(Math.round(duration), 0x7fff_ffff);
    const changes = { state: "applied", appliedAt: new Date(), duration: rounded, contentHash, message } as const;
    yield* this.save({ ...changes, ...atRest });
  }
}
