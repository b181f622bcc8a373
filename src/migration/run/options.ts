/** What a run of migrations is told, tells, and returns. */
import type { Operation } from "../../metadata/operation.ts";
import type { MigrationCallback } from "../operations.ts";
import type { Direction, Revision } from "../revision/revision.ts";
import type { BookkeepingOptions } from "./bookkeeping.ts";

export interface RunOptions extends BookkeepingOptions {
  /** Milliseconds to wait for another run to end. Default 60,000. */
  readonly runLockTimeout?: number;
  /** Milliseconds a statement waits for the locks of others. Default 5,000 on servers; SQLite has the engine's `busyTimeout`. */
  readonly lockTimeout?: number;
  /** Milliseconds a statement may take. Default: as long as it takes. */
  readonly statementTimeout?: number;
  /** How often a transaction is begun that a lock stops. Default 5. */
  readonly attempts?: number;
  /** False: all revisions in one transaction, where the database can. Default true: one each. */
  readonly transactionPerRevision?: boolean;
  /** All revisions there are: with them, edited files and missing parents are noticed. */
  readonly revisions?: readonly Revision[];
  /** Schemas that code of the program's own changes, beside those that the operations name. */
  readonly schemas?: readonly string[];
  /** True: refuse what loses data unless `consent` names the object. */
  readonly refuseDestructive?: boolean;
  /** Objects whose loss is agreed to: "hero", "hero.age", or all of them. */
  readonly consent?: readonly string[] | "all";
  readonly onEvent?: (event: MigrationEvent) => void;
}

/** What happens while it happens. Durations in milliseconds. */
export type MigrationEvent =
  | {
      readonly kind: "begin";
      readonly revision: string;
      readonly message: string;
      readonly direction: Direction;
      /** True where an earlier run began it. */
      readonly isResumed: boolean;
    }
  | {
      readonly kind: "step";
      readonly revision: string;
      readonly direction: Direction;
      /** From 1. More steps may follow those of `of` where SQL of the program's own changes the schema on the way. */
      readonly index: number;
      readonly of: number;
      /** SQL, or what a step without SQL does. */
      readonly sql: string;
      readonly duration: number;
      readonly rows: number;
    }
  | {
      readonly kind: "backfill";
      readonly revision: string;
      readonly table: string;
      /** Rows of this batch, and of all so far. */
      readonly rows: number;
      readonly total: number;
    }
  | {
      readonly kind: "end";
      readonly revision: string;
      readonly direction: Direction;
      readonly duration: number;
    }
  | { readonly kind: "retry"; readonly error: Error; readonly attempt: number; readonly pause: number }
  | EditedRevision;

/** An applied revision whose file is not what it was when it was applied. */
export interface EditedRevision {
  readonly kind: "edited";
  readonly revision: string;
  readonly file: string;
}

/** One revision that was run. */
export interface RevisionReport {
  readonly revision: string;
  readonly direction: Direction;
  /** Milliseconds. */
  readonly duration: number;
  /** How many steps this run took for it. */
  readonly steps: number;
  readonly isResumed: boolean;
}

export interface RunReport {
  /** What this run did, in order. */
  readonly done: readonly RevisionReport[];
  /** Asked for, but done by somebody else before. */
  readonly skipped: readonly string[];
  readonly edited: readonly EditedRevision[];
}

/** A revision and what its code recorded: all that is needed to run it. */
export interface Recording {
  readonly revision: Revision;
  readonly direction: Direction;
  readonly operations: readonly Operation[];
  readonly callbacks: readonly MigrationCallback<never>[];
}
