/** Counts the statements that are sent for somebody: a session. `connection.ts` adds to it. */

/** What a session has asked of the database. */
export interface SessionStatistics {
  /** Statements sent: not those that begin and end transactions, and each row of a batch where a batch is sent row by row. */
  readonly queries: number;
  /** Rows returned or changed. */
  readonly rows: number;
  /** The time until all of them were answered; undefined unless the session was made with `timing: true`. */
  readonly milliseconds: number | undefined;
}

export class StatementMeter {
  #queries = 0;
  #rows = 0;
  #milliseconds = 0;
  /** True where the time of each statement is wanted: the clock costs more than the counting. */
  readonly isTimed: boolean;

  constructor(isTimed: boolean) {
    this.isTimed = isTimed;
  }

  /** Note statements that were answered, or failed, having begun at `startedAt`. */
  add(queries: number, rows: number, startedAt: number): void {
    this.#queries += queries;
    this.#rows += rows;
    if (this.isTimed) this.#milliseconds += performance.now() - startedAt;
  }

  /** How many statements so far. */
  get queries(): number {
    return this.#queries;
  }

  /** The numbers so far. */
  get statistics(): SessionStatistics {
    const milliseconds = this.isTimed ? this.#milliseconds : undefined;
    return { queries: this.#queries, rows: this.#rows, milliseconds };
  }
}
