/** Rows that stay in the database and are read in portions, and what ends that. Opened by `connection.ts`. */
import type { DriverConnection, DriverCursor, DriverResult, Query } from "../io/driver.ts";
import type { DriverRequest, Io } from "../io/io.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { StreamEndedError, StreamOpenError } from "./errors.ts";
import type { StreamReport } from "./stream-report.ts";

/** Have a request for a query answered: errors are translated, and what they did to the transaction is noted. */
type Ask = (query: Query, request: DriverRequest) => Io<unknown>;

/** How a cursor was opened. */
interface Opened {
  readonly connection: DriverConnection;
  readonly compiled: Compiled;
  readonly query: Query;
  readonly report: StreamReport;
  readonly depth: number;
}

/** One open cursor. */
export class Cursor {
  readonly compiled: Compiled;
  /** Number of savepoints within which it was opened. */
  readonly depth: number;
  readonly #home: OpenCursors;
  readonly #driver: DriverCursor;
  readonly #connection: DriverConnection;
  readonly #query: Query;
  readonly #report: StreamReport;
  #endedBy: string | undefined;
  #isClosed = false;

  constructor(home: OpenCursors, driver: DriverCursor, opened: Opened) {
    this.#home = home;
    this.#driver = driver;
    this.#report = opened.report;
    this.#connection = opened.connection;
    this.#query = opened.query;
    this.compiled = opened.compiled;
    this.depth = opened.depth;
  }

  /** Names of the result columns, once rows were read. */
  get columns(): readonly string[] {
    return this.#driver.columns;
  }

  get blocksWrites(): boolean {
    return this.#driver.blocksWrites;
  }

  /** The next rows, at most `count`; fewer than that are the last. @throws StreamEndedError */
  *read(count: number): Io<DriverResult["rows"]> {
    if (this.#endedBy !== undefined) throw new StreamEndedError(this.#endedBy);
    if (this.#isClosed) return [];
    const cursor = this.#driver;
    const request = { kind: "readCursor", connection: this.#connection, cursor, query: this.#query, count } as const;
    const startedAt = this.#report.start();
    let rows: DriverResult["rows"];
    try {
      rows = (yield* this.#home.ask(this.#query, request)) as DriverResult["rows"];
    } catch (error) {
      this.#report.fail(error as Error, startedAt, 0);
      throw error;
    }
    this.#report.read(rows.length, startedAt);
    if (rows.length < count) {
      this.#report.end("complete");
      yield* this.close();
    }
    return rows;
  }

  /** Let the database forget the rows. May be called twice. */
  *close(): Io<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#home.delete(this);
    this.#report.end("left");
    yield* this.#home.ask(this.#query, { kind: "closeCursor", cursor: this.#driver });
  }

  /** The same, by something that whoever reads does not expect. */
  *end(call: string): Io<void> {
    this.#endedBy = call;
    try {
      yield* this.close();
    } catch {
      // What is about to end the transaction tells of a lost connection.
    }
  }
}

const reads = /^(?:\s|\()*(?:select|values|pragma|explain|with)\b/i;

/** The open cursors of one connection. */
export class OpenCursors {
  readonly #cursors = new Set<Cursor>();
  readonly #savepoints: string[] = [];
  readonly ask: Ask;

  constructor(ask: Ask) {
    this.ask = ask;
  }

  /** Send a query. @param sent - As the driver is given it. */
  *open(connection: DriverConnection, compiled: Compiled, query: Query, sent: Query, report: StreamReport): Io<Cursor> {
    const startedAt = report.start();
    let driver: DriverCursor;
    try {
      driver = (yield* this.ask(query, { kind: "openCursor", connection, query: sent })) as DriverCursor;
    } catch (error) {
      report.fail(error as Error, startedAt, 1);
      throw error;
    }
    report.opened(startedAt);
    const depth = this.#savepoints.length;
    const cursor = new Cursor(this, driver, { connection, compiled, query, report, depth });
    this.#cursors.add(cursor);
    return cursor;
  }

  delete(cursor: Cursor): void {
    this.#cursors.delete(cursor);
  }

  /** @throws StreamOpenError where `sql` may write, and a cursor does not allow that. */
  check(sql: string, writes: boolean): void {
    if (this.#cursors.size === 0 || (!writes && reads.test(sql))) return;
    for (const cursor of this.#cursors) if (cursor.blocksWrites) throw new StreamOpenError(sql);
  }

  /** A savepoint was set. */
  setSavepoint(name: string): void {
    this.#savepoints.push(name);
  }

  /** The transaction ends: all cursors do. */
  *end(call: string): Io<void> {
    this.#savepoints.length = 0;
    for (const cursor of this.#cursors) yield* cursor.end(call);
  }

  /** A savepoint is released, or gone back to: cursors that were opened after it end. */
  *endWithin(savepoint: string, call: "commit" | "rollback"): Io<void> {
    const index = Math.max(this.#savepoints.lastIndexOf(savepoint), 0);
    this.#savepoints.length = call === "commit" ? index : Math.min(index + 1, this.#savepoints.length);
    for (const cursor of this.#cursors) if (cursor.depth > index) yield* cursor.end(call);
  }
}
