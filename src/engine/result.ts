/** Rows of a statement, the forms they can be asked in, and the promises a caller can ask of their number. */
import { ArgumentError } from "../sql/errors.ts";
import { MultipleResultsFound, NoResultFound } from "./errors.ts";
import { RowKeys } from "./row-keys.ts";

/** The first item of a row that is a list of items; any other row is its own first item. */
export type FirstItem<Row> = Row extends readonly [infer First, ...unknown[]] ? First : Row;

/** The first item of a row. */
export function firstItem<Row>(row: Row): FirstItem<Row> {
  return (Array.isArray(row) ? (row as readonly unknown[])[0] : row) as FirstItem<Row>;
}

/** A row by the names of its items. */
export type RowMapping = Readonly<Record<string, unknown>>;

/** What a statement returned. */
export class Result<Row> implements Iterable<Row> {
  readonly #rows: readonly Row[];
  readonly #source: string;
  readonly #rowCount: number;
  readonly #names: (() => readonly string[]) | undefined;

  /**
   * @param source - The statement in words for messages, such as "select from hero".
   * @param rowCount - Rows changed or matched, where the statement was a write.
   * @param names - What the items of a row are called; undefined where rows are objects already.
   */
  constructor(rows: readonly Row[], source: string, rowCount: number = rows.length, names?: () => readonly string[]) {
    this.#rows = rows;
    this.#source = source;
    this.#rowCount = rowCount;
    this.#names = names;
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

  /** The first item of the first row, or null where there is no row. */
  scalar(): FirstItem<Row> | null {
    const [row] = this.#rows;
    return row === undefined ? null : firstItem(row);
  }

  /** The first item of each row. */
  scalars(): Result<FirstItem<Row>> {
    return new Result(this.#rows.map(firstItem), this.#source, this.#rowCount);
  }

  /**
   * Each row as an object: by labels, columns and models. Rows of `select({ … })` are objects already, with types.
   *
   * @throws ArgumentError where two items of a row have one name
   */
  mappings(): Result<RowMapping> {
    const names = this.#names?.();
    if (names === undefined) return this.map((row) => row as RowMapping);
    const repeated = names.find((name, index) => names.indexOf(name) !== index);
    if (repeated !== undefined)
      throw new ArgumentError(
        `mappings(): two items of a row are named '${repeated}'. Give one another name with label(), or select({ … }).`,
      );
    const [only] = names;
    return this.map((row) => {
      if (names.length === 1 && only !== undefined && !Array.isArray(row)) return named([only], [row]);
      return named(names, row as readonly unknown[]);
    });
  }

  /** The rows in arrays of `size`, the last of which may be shorter. */
  *partitions(size: number): Generator<Row[], void> {
    if (!Number.isSafeInteger(size) || size < 1)
      throw new ArgumentError("partitions() takes how many rows a part has: a whole number of 1 or more.");
    for (let start = 0; start < this.#rows.length; start += size) yield this.#rows.slice(start, start + size);
  }

  /** Each row once: entities are equal where they are the same object, values where they are equal. */
  unique(): Result<Row> {
    const keys = new RowKeys();
    const seen = new Set<string>();
    const rows = this.#rows.filter((row) => {
      const key = keys.of(row);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    return new Result(rows, this.#source, rows.length, this.#names);
  }

  /** A result of what `change` makes of each row. */
  map<Changed>(change: (row: Row) => Changed): Result<Changed> {
    return new Result(this.#rows.map(change), this.#source, this.#rowCount);
  }

  [Symbol.iterator](): Iterator<Row> {
    return this.#rows[Symbol.iterator]();
  }
}

function named(names: readonly string[], items: readonly unknown[]): RowMapping {
  return Object.fromEntries(names.map((name, index) => [name, items[index]]));
}
