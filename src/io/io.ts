/**
 * The sans-IO border. Everything above asks by yielding a `DriverRequest` and never waits;
 * `run-sync.ts` and `run-async.ts` answer, the first on the spot, the second by awaiting.
 */
import type { DriverConnection, DriverCursor, DriverResult, DriverValue, Query } from "./driver.ts";

/** What can hand out connections: a pool. */
export interface ConnectionSource {
  /** @param signal - Aborts the wait for a free connection. */
  acquire(signal?: AbortSignal): DriverConnection | Promise<DriverConnection>;
  /** Give a connection back. `broken` connections are closed instead of being reused. */
  release(connection: DriverConnection, broken: boolean): void | Promise<void>;
}

/** One thing asked of the outside world: data that can be printed and compared. */
export type DriverRequest =
  | { readonly kind: "acquire"; readonly source: ConnectionSource; readonly signal?: AbortSignal | undefined }
  /** With `signal`, the server is asked to stop the query when that aborts. */
  | {
      readonly kind: "execute";
      readonly connection: DriverConnection;
      readonly query: Query;
      readonly signal?: AbortSignal | undefined;
    }
  /** `query` once for each of `rows`, of a driver that has `executeEach`. */
  | {
      readonly kind: "executeEach";
      readonly connection: DriverConnection;
      readonly query: Query;
      readonly rows: readonly (readonly DriverValue[])[];
      readonly rowCount: number | undefined;
    }
  /** `query` for its rows, which are read by `readCursor` and let go by `closeCursor`. */
  | {
      readonly kind: "openCursor";
      readonly connection: DriverConnection;
      readonly query: Query;
      readonly signal?: AbortSignal | undefined;
    }
  | {
      readonly kind: "readCursor";
      readonly connection: DriverConnection;
      readonly cursor: DriverCursor;
      readonly query: Query;
      readonly count: number;
      readonly signal?: AbortSignal | undefined;
    }
  | { readonly kind: "closeCursor"; readonly cursor: DriverCursor }
  | {
      readonly kind: "release";
      readonly source: ConnectionSource;
      readonly connection: DriverConnection;
      readonly broken: boolean;
    }
  /** Something that is no database's: a rest, code of the program's own. A promise is awaited, where the runner can. */
  | { readonly kind: "call"; readonly run: () => void | Promise<void> };

export type DriverAnswer =
  DriverConnection | DriverCursor | DriverResult | DriverResult["rows"] | readonly DriverResult[] | undefined;

/** Work that yields requests and returns a `T`; errors of a request are thrown at its `yield`. */
export type Io<T> = Generator<DriverRequest, T, DriverAnswer>;

/** Ask for a connection; `signal` ends the wait for one. */
export function* acquire(source: ConnectionSource, signal?: AbortSignal): Io<DriverConnection> {
  return (yield { kind: "acquire", source, signal }) as DriverConnection;
}

/** Send one query and take its result. */
export function* execute(connection: DriverConnection, query: Query): Io<DriverResult> {
  return (yield { kind: "execute", connection, query }) as DriverResult;
}

/** Give a connection back to its source. */
export function* release(source: ConnectionSource, connection: DriverConnection, broken: boolean): Io<void> {
  yield { kind: "release", source, connection, broken };
}

/** Run something that is no database's, and wait for it. */
export function* call(run: () => void | Promise<void>): Io<void> {
  yield { kind: "call", run };
}
