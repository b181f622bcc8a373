/** What streams read from: rows portion by portion, as generators. `row-stream.ts` and `async-row-stream.ts` run them. */
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import type { Io } from "../io/io.ts";
import type { ExecOptions } from "./exec-options.ts";

export interface RowSource<Row> {
  /** The next rows, at most `count`; fewer than that are the last. The first call sends the statement. */
  read(count: number): Io<readonly Row[]>;
  /** Let go of everything. May be called twice, after an error, and before the first read. */
  close(): Io<void>;
}

/** How a stream reads. */
export interface StreamOptions extends ExecOptions {
  /** How many rows are read at a time. Default 1000. */
  readonly batchSize?: number;
}

const defaultBatchSize = 1000;

/** The number of rows to read at a time. @throws ArgumentError */
export function batchSizeOf(options: StreamOptions | undefined): number {
  return checkedSize(options?.batchSize ?? defaultBatchSize, "batchSize");
}

/** @throws ArgumentError where `size` is no number of rows. */
export function checkedSize(size: unknown, name: string): number {
  if (Number.isInteger(size) && (size as number) > 0 && (size as number) < 2 ** 31) return size as number;
  throw new ArgumentError(
    `${name} takes a whole number of rows from 1, not ${typeof size === "number" ? String(size) : describe(size)}.`,
  );
}
