/** What is told about each statement that was sent: to `echo`, to tests that count, to sessions. */
import type { DriverResult, DriverValue, Query } from "../io/driver.ts";
import type { StreamEnd } from "./stream-report.ts";
import { echoListener, slowQueryListener, type EchoOptions, type SlowQueryOptions } from "./echo.ts";

const longestShownValue = 80;
const mostShownParameters = 20;
const hidden = "«hidden»";

/** What became of a statement. */
interface Outcome {
  readonly connection: number;
  readonly duration: number;
  readonly rowCount?: number | undefined;
  readonly stream?: StreamEnd;
  readonly error?: Error | undefined;
}

/** One statement that was sent. */
export class ExecuteEvent {
  readonly sql: string;
  /** The connection's number. */
  readonly connection: number;
  /** In milliseconds; of a stream, the time that the database took. */
  readonly duration: number;
  /** Rows returned or changed; 0 where the statement failed. */
  readonly rowCount: number;
  /** Of a stream, of which this tells when it is over: whether all rows were read. */
  readonly stream: StreamEnd | undefined;
  readonly error: Error | undefined;
  readonly #query: Query;
  readonly #hidesAll: boolean;

  constructor(query: Query, outcome: Outcome, hidesAll: boolean) {
    this.sql = query.sql;
    this.connection = outcome.connection;
    this.duration = outcome.duration;
    this.rowCount = outcome.rowCount ?? 0;
    this.stream = outcome.stream;
    this.error = outcome.error;
    this.#query = query;
    this.#hidesAll = hidesAll;
  }

  /** The parameters as text to be read: long ones cut, secret ones as «hidden». Made when asked for. */
  get parameters(): readonly string[] {
    return shownParameters(this.#query, this.#hidesAll);
  }
}

/** The parameters of a query as text to be read. */
export function shownParameters({ parameters, secret }: Query, hidesAll: boolean): readonly string[] {
  const shown = parameters.slice(0, mostShownParameters).map((value, index) => {
    return hidesAll || secret?.includes(index) === true ? hidden : showValue(value);
  });
  const rest = parameters.length - shown.length;
  return rest === 0 ? shown : [...shown, `… ${String(rest)} more`];
}

function showValue(value: DriverValue): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `${String(value.length)} bytes`;
  if (typeof value !== "string") return String(value);
  const text = value.length > longestShownValue ? `${value.slice(0, longestShownValue)}…` : value;
  return `'${text}'`;
}

export type ExecuteListener = (event: ExecuteEvent) => void;

/** What an engine's log is made of. */
export interface ExecutionLogOptions {
  readonly echo?: boolean | "pretty" | EchoOptions | ExecuteListener;
  readonly slowQuery?: SlowQueryOptions | undefined;
  readonly hideParameters?: boolean;
}

/** The listeners of one engine. Costs nothing while there are none. */
export class ExecutionLog {
  readonly #listeners = new Set<ExecuteListener>();
  readonly #hidesAll: boolean;

  constructor({ echo = false, slowQuery, hideParameters = false }: ExecutionLogOptions) {
    this.#hidesAll = hideParameters;
    if (typeof echo === "function") this.#listeners.add(echo);
    else if (echo !== false)
      this.#listeners.add(echoListener(typeof echo === "object" ? echo : { pretty: echo === "pretty" }));
    if (slowQuery !== undefined) this.#listeners.add(slowQueryListener(slowQuery));
  }

  /** True where parameters must not be shown. */
  get hidesAll(): boolean {
    return this.#hidesAll;
  }

  /** True where somebody is told of each statement. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** The time, where somebody wants to know how long a statement takes. */
  start(): number {
    return this.#listeners.size === 0 ? 0 : performance.now();
  }

  /** Tell the listeners of a statement that was begun at `startedAt`. */
  report(query: Query, connection: number, startedAt: number, outcome: { result?: DriverResult; error?: Error }): void {
    if (this.#listeners.size === 0) return;
    const { result, error } = outcome;
    this.tell(query, { connection, duration: performance.now() - startedAt, rowCount: result?.rowCount, error });
  }

  /** Tell the listeners of a statement. */
  tell(query: Query, outcome: Outcome): void {
    if (this.#listeners.size === 0) return;
    const event = new ExecuteEvent(query, outcome, this.#hidesAll);
    for (const listener of this.#listeners) listener(event);
  }

  /** Call `listener` after each statement. @returns A function that ends it. */
  listen(listener: ExecuteListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
