/** Errors of migrations. E401 to E419 are those of running them. */
import { SQLModelError } from "../util/coded-error.ts";

/** Base class of what stops migrations. */
export abstract class MigrationError extends SQLModelError {}

/** Another run has the lock. */
export class MigrationLockError extends MigrationError {
  /** Of the lock. */
  readonly lock: string;

  /** @param timeout - How long it was waited for, in milliseconds. @param atWork - What the other run is at, as far as it can be seen. */
  constructor(lock: string, timeout: number, atWork: string | undefined) {
    super(
      "E401",
      `Another run of migrations has had the lock '${lock}' for ${String(timeout)} ms${atWork === undefined ? "" : `; ${atWork}`}. ` +
        "Wait for it to end, or raise runLockTimeout. The lock goes with the connection that holds it.",
    );
    this.lock = lock;
  }
}

/** A revision's code or one of its steps failed. */
export class RevisionFailedError extends MigrationError {
  readonly revision: string;

  constructor(revision: string, message: string, cause: unknown) {
    super("E402", message, { cause });
    this.revision = revision;
  }
}

/** Rows stand in the way of a change. */
export class MigrationCheckError extends MigrationError {
  readonly revision: string;
  /** What was found wrong, without the rows. */
  readonly problem: string;
  /** What to do. */
  readonly remedy: string;
  /** Some of the rows, as text; not in the message, because they may hold what no log should. Empty with `hideParameters`. */
  readonly rows: readonly string[];

  /** @param state - What is kept of the revision. */
  constructor(
    revision: string,
    options: {
      readonly problem: string;
      readonly remedy: string;
      readonly rows: readonly string[];
      readonly state: string;
    },
  ) {
    const { problem, remedy, rows, state } = options;
    super("E403", `Revision '${revision}' was stopped by a check. ${problem} ${remedy} ${state}`);
    this.revision = revision;
    this.problem = problem;
    this.remedy = remedy;
    this.rows = rows;
  }
}

/** A revision is half applied, and something else was asked for than to finish it. */
export class UnfinishedRevisionError extends MigrationError {
  readonly revision: string;

  constructor(revision: string, message: string) {
    super("E404", message);
    this.revision = revision;
  }
}

/** The file of a half applied revision was edited: nobody knows which of its steps are done. */
export class RevisionChangedError extends MigrationError {
  readonly revision: string;

  constructor(revision: string, message: string) {
    super("E405", message);
    this.revision = revision;
  }
}

/** A revision without `downgrade` is to be taken back. */
export class IrreversibleRevisionError extends MigrationError {
  readonly revision: string;

  constructor(revision: string, file: string) {
    super(
      "E406",
      `Revision '${revision}' (${file}) has no downgrade, so it cannot be taken back. Write one, or restore a backup.`,
    );
    this.revision = revision;
  }
}

/** Something would be lost, and nobody has agreed to it. */
export class DestructiveOperationError extends MigrationError {
  /** What `consent` must name. */
  readonly objects: readonly string[];
  /** What each of them loses, a sentence without its end. */
  readonly losses: readonly string[];

  constructor(losses: readonly { readonly revision: string; readonly object: string; readonly text: string }[]) {
    const texts = losses.map(({ revision, object, text }) => `${object}: ${text} (revision '${revision}')`);
    const lines = texts.map((text) => `\n  ${text}`);
    super(
      "E407",
      `Nothing was run, because this would lose data:${lines.join("")}\nName each object in consent, or take it out of the revision.`,
    );
    this.objects = losses.map(({ object }) => object);
    this.losses = texts;
  }
}

/** SQL was asked for without a database, and a revision needs one. */
export class OfflineError extends MigrationError {
  readonly revision: string;

  constructor(revision: string, message: string, options?: ErrorOptions) {
    super("E408", message, options);
    this.revision = revision;
  }
}

/** A revision's code returned a promise on a synchronous engine. */
export class AsynchronousRevisionError extends MigrationError {
  readonly revision: string;

  constructor(revision: string, call: string) {
    super(
      "E409",
      `${call} of revision '${revision}' returned a promise, and a synchronous engine cannot wait for it. Run it on createAsyncEngine(…), or write it without await.`,
    );
    this.revision = revision;
  }
}

/** The revisions that are applied are not those that this one builds on. */
export class RevisionOrderError extends MigrationError {
  readonly revision: string;

  constructor(revision: string, message: string) {
    super("E410", message);
    this.revision = revision;
  }
}

/** Foreign keys could not be turned off, or not on again. */
export class ForeignKeyEnforcementError extends MigrationError {
  constructor(wanted: string, found: string) {
    super(
      "E411",
      `The database was told to ${wanted === "0" ? "stop" : "go on"} enforcing foreign keys and did not obey (it answered '${found}'), so no table is rebuilt on this connection: rows of other tables would go with it. Nothing was changed.`,
    );
  }
}

/** The bookkeeping table holds what this version of sqlmodel does not write. */
export class BookkeepingError extends MigrationError {
  constructor(message: string) {
    super("E412", message);
  }
}

/** The configuration of migrations is wrong. */
export class ConfigError extends MigrationError {
  constructor(message: string) {
    super("E423", message);
  }
}
