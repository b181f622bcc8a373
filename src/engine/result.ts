/** Rows of a statement, and the promises a caller can ask of their number. */
import { MultipleResultsFound, NoResultFound } from "./errors.ts";

/** What a statement returned. */
export class Result<Row> implements Iterable<Row> {
  readonly #rows: readonly Row[];
  readonly #source: string;
  readonly #rowCount: number;

  /**
   * @param source - The statement in words for messages, such as "select from hero".
   * @param rowCount - Rows changed or matched, where the statement was a write.
   */
  constructor(rows: readonly Row[], source: string, rowCount: number = rows.length) {
    this.#rows = rows;
    this.#source = source;
    this.#rowCount = rowCount;
  }

  /** Rows returned, or changed by a write. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** All rows. */
  all(): Row[] {
    return [...this.#rows];
  }

  /** The first row, or null where there is none. */
  first(): Row | null {
    return this.#rows[0] ?? null;
  }

  /** The only row. @throws NoResultFound, MultipleResultsFound */
  one(): Row {
    const row = this.oneOrNone();
    if (row === null && this.#rows.length === 0) throw new NoResultFound(this.#source);
    return row as Row;
  }

  /** The only row, or null where there is none. @throws MultipleResultsFound */
  oneOrNone(): Row | null {
    if (this.#rows.length > 1) throw new MultipleResultsFound(this.#source, this.#rows.length);
    return this.first();
  }

  /** A result of what `change` makes of each row. */
  map<Changed>(change: (row: Row) => Changed): Result<Changed> {
    return new Result(this.#rows.map(change), this.#source, this.#rowCount);
  }

  [Symbol.iterator](): Iterator<Row> {
    return this.#rows[Symbol.iterator]();
  }
}
