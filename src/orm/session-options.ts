/** What a session may be told, and one of its transactions. */
import type { IsolationLevel } from "../dialect/capabilities.ts";

export interface SessionOptions {
  /** Flush before each query, so that it sees what was changed. Default true. */
  readonly autoflush?: boolean;
  /** After a commit, let the next query that meets an entity read its row anew. Default true; values stay readable. */
  readonly expireOnCommit?: boolean;
  /** Transactions that may only read. Default false. */
  readonly readOnly?: boolean;
  readonly isolationLevel?: IsolationLevel;
  /** Warn when the session holds more objects than this. Default 100,000; Infinity for never. */
  readonly identityMapWarning?: number;
  /**
   * What to do when one place runs the same query with other values again and again in one transaction: N+1. Default: the environment
   * variable SQLMODEL_N_PLUS_ONE; without it "warn", and "ignore" where NODE_ENV is "production" or "test".
   */
  readonly onNPlusOne?: "ignore" | "warn" | "error";
  /** How many times that is. Default 5. */
  readonly nPlusOneThreshold?: number;
  /** What to do when a query runs twice with the same values in one transaction, and nothing was written in between. Default: as for N+1. */
  readonly onDuplicateQuery?: "ignore" | "warn" | "error";
  /** Measure the time of statements for `session.statistics`. Default false: statements and rows are counted, the clock is left alone. */
  readonly timing?: boolean;
}

/** How one transaction differs from the session's options. */
export interface BeginOptions {
  readonly isolationLevel?: IsolationLevel;
  readonly readOnly?: boolean;
}
