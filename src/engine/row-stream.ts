/** `RowStream`: rows that are read while they are used, synchronously. Given by `stream()` of sessions and connections. */
import type { Io } from "../io/io.ts";
import { batchSizeOf, checkedSize, type RowSource, type StreamOptions } from "./row-source.ts";

/** Rows of a statement, read in batches as the loop over them goes on. Leaving the loop releases what is left. */
export class RowStream<Row> implements IterableIterator<Row>, Disposable {
  readonly #source: RowSource<Row>;
  readonly #run: <T>(io: Io<T>) => T;
  readonly #batchSize: number;
  #rows: readonly Row[] = [];
  #index = 0;
  #isLast = false;

  constructor(source: RowSource<Row>, run: <T>(io: Io<T>) => T, options: StreamOptions | undefined) {
    this.#source = source;
    this.#run = run;
    this.#batchSize = batchSizeOf(options);
  }

  /** The next row. */
  next(): IteratorResult<Row, undefined> {
    while (this.#index >= this.#rows.length) if (!this.#fill(this.#batchSize)) return { done: true, value: undefined };
    this.#index += 1;
    return { done: false, value: this.#rows[this.#index - 1] as Row };
  }

  /** Called where a loop is left early. */
  return(): IteratorResult<Row, undefined> {
    this.close();
    return { done: true, value: undefined };
  }

  /** The rows in arrays of `size` (the last has fewer), each read at once. @param size - Default: the batch size. */
  *partitions(size: number = this.#batchSize): Generator<Row[], void, undefined> {
    checkedSize(size, "partitions()");
    try {
      while (this.#index < this.#rows.length || this.#fill(size)) {
        const rows = this.#rows.slice(this.#index);
        this.#index = this.#rows.length;
        if (rows.length > 0) yield rows;
      }
    } finally {
      this.close();
    }
  }

  /** Release the cursor and the connection; the stream has no more rows. May be called twice. */
  close(): void {
    this.#isLast = true;
    this.#rows = [];
    this.#index = 0;
    this.#run(this.#source.close());
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Read the next batch; false where there is none. */
  #fill(size: number): boolean {
    if (this.#isLast) {
      this.close();
      return false;
    }
    try {
      this.#rows = this.#run(this.#source.read(size));
    } catch (error) {
      this.#closeAfter();
      throw error;
    }
    this.#index = 0;
    this.#isLast = this.#rows.length < size;
    return true;
  }

  #closeAfter(): void {
    try {
      this.close();
    } catch {
      // The first error is the one to know of.
    }
  }
}
