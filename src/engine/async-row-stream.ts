/** `AsyncRowStream`: rows that are read while they are used. Given by `stream()` of asynchronous sessions and connections. */
import type { Io } from "../io/io.ts";
import { limited } from "./exec-options.ts";
import { batchSizeOf, checkedSize, type RowSource, type StreamOptions } from "./row-source.ts";

/**
 * Rows of a statement, read in batches as the loop over them goes on: for await (const row of stream). Leaving the loop releases
 * what is left.
 */
export class AsyncRowStream<Row> implements AsyncIterableIterator<Row>, AsyncDisposable {
  readonly #source: RowSource<Row>;
  readonly #run: <T>(io: Io<T>) => Promise<T>;
  readonly #options: StreamOptions | undefined;
  readonly #batchSize: number;
  #rows: readonly Row[] = [];
  #index = 0;
  #isLast = false;
  #filling: Promise<unknown> | undefined;

  constructor(source: RowSource<Row>, run: <T>(io: Io<T>) => Promise<T>, options: StreamOptions | undefined) {
    this.#source = source;
    this.#run = run;
    this.#options = options;
    this.#batchSize = batchSizeOf(options);
  }

  /** The next row. */
  next(): Promise<IteratorResult<Row, undefined>> {
    if (this.#index < this.#rows.length) return Promise.resolve(this.#take());
    // Who asks for several rows at once gets them one after the other.
    this.#filling = this.#filling === undefined ? this.#advance() : this.#filling.then(() => this.next());
    const filling = this.#filling as Promise<IteratorResult<Row, undefined>>;
    const settled = (): void => {
      if (this.#filling === filling) this.#filling = undefined;
    };
    filling.then(settled, settled);
    return filling;
  }

  /** Called where a loop is left early. */
  async return(): Promise<IteratorResult<Row, undefined>> {
    await this.close();
    return { done: true, value: undefined };
  }

  /** The rows in arrays of `size` (the last has fewer), each read at once. @param size - Default: the batch size. */
  async *partitions(size: number = this.#batchSize): AsyncGenerator<Row[], void, undefined> {
    checkedSize(size, "partitions()");
    try {
      while (this.#index < this.#rows.length || (await this.#fill(size))) {
        const rows = this.#rows.slice(this.#index);
        this.#index = this.#rows.length;
        if (rows.length > 0) yield rows;
      }
    } finally {
      await this.close();
    }
  }

  /** Release the cursor and the connection; the stream has no more rows. May be called twice. */
  async close(): Promise<void> {
    this.#isLast = true;
    this.#rows = [];
    this.#index = 0;
    await this.#run(this.#source.close());
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #take(): IteratorResult<Row, undefined> {
    this.#index += 1;
    return { done: false, value: this.#rows[this.#index - 1] as Row };
  }

  async #advance(): Promise<IteratorResult<Row, undefined>> {
    while (this.#index >= this.#rows.length)
      if (!(await this.#fill(this.#batchSize))) return { done: true, value: undefined };
    return this.#take();
  }

  /** Read the next batch; false where there is none. */
  async #fill(size: number): Promise<boolean> {
    if (this.#isLast) {
      await this.close();
      return false;
    }
    let rows: readonly Row[];
    try {
      rows = await this.#run(limited(this.#source.read(size), this.#options));
    } catch (error) {
      await this.#closeAfter();
      throw error;
    }
    this.#rows = rows;
    this.#index = 0;
    this.#isLast = rows.length < size;
    return true;
  }

  async #closeAfter(): Promise<void> {
    try {
      await this.close();
    } catch {
      // The first error is the one to know of.
    }
  }
}
