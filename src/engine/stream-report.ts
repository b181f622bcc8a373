/** What is told of one stream: begun when its cursor is opened, over when that is closed. Made by `connection.ts`. */
import type { Trace } from "../io/channels.ts";
import type { Query } from "../io/driver.ts";
import type { ExecutionLog } from "./execution-log.ts";
import type { EngineCore } from "./engine-core.ts";
import type { Pool } from "./pool.ts";
import type { StatementMeter } from "./statement-meter.ts";
import { queryChannel, traceStream, type QueryTrace } from "./traces.ts";

/** How a stream ended: all rows were read, or it was left before. */
export type StreamEnd = "complete" | "left";

/** Who is told. */
interface Listening {
  readonly log: ExecutionLog;
  readonly meter: StatementMeter | undefined;
  readonly trace: Trace<QueryTrace> | undefined;
  /** The connection's number. */
  readonly connection: number;
}

/** Announce a stream of `query`. @param connection - Its number. */
export function streamReport(
  engine: EngineCore,
  pool: Pool,
  connection: number,
  meter: StatementMeter | undefined,
  query: Query,
): StreamReport {
  const trace = queryChannel.hasSubscribers ? traceStream(engine, pool, connection, query) : undefined;
  return new StreamReport(query, { log: engine.log, meter, trace, connection });
}

/** Adds up the rows of a stream, and the time that the database took for them: what the loop over them does takes none of it. */
export class StreamReport {
  readonly #query: Query;
  readonly #to: Listening;
  readonly #isTimed: boolean;
  #rows = 0;
  #duration = 0;
  #isOver = false;

  constructor(query: Query, to: Listening) {
    this.#query = query;
    this.#to = to;
    this.#isTimed = to.log.isHeard || to.trace !== undefined;
  }

  /** The time, where somebody wants to know how long the database takes. */
  start(): number {
    return this.#isTimed || this.#to.meter?.isTimed === true ? performance.now() : 0;
  }

  /** The query was sent. */
  opened(startedAt: number): void {
    this.#to.meter?.add(1, 0, startedAt);
    this.#add(startedAt);
  }

  /** Rows were read. */
  read(rows: number, startedAt: number): void {
    this.#rows += rows;
    this.#to.meter?.add(0, rows, startedAt);
    this.#add(startedAt);
  }

  /** It is over. What comes later is not told. */
  end(how: StreamEnd): void {
    this.#finish({ stream: how });
  }

  /** It has failed: so many queries (the one that opens it, or none) are to be counted. */
  fail(error: Error, startedAt: number, queries: 0 | 1): void {
    this.#to.meter?.add(queries, 0, startedAt);
    this.#add(startedAt);
    this.#finish({ stream: "left", error });
  }

  #add(startedAt: number): void {
    if (this.#isTimed) this.#duration += performance.now() - startedAt;
  }

  #finish(outcome: { readonly stream: StreamEnd; readonly error?: Error }): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { log, trace, connection } = this.#to;
    log.tell(this.#query, { ...outcome, connection, duration: this.#duration, rowCount: this.#rows });
    if (trace === undefined) return;
    trace.message.rowCount = this.#rows;
    trace.message.stream = outcome.stream;
    if (outcome.error === undefined) trace.end(this.#duration);
    else trace.fail(outcome.error, this.#duration);
  }
}
