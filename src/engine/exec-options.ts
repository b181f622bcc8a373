/** Signals and timeouts of single calls. Used by the façades of sessions and connections. */
import { ConnectionError, StatementCancelled, StatementTimeout } from "../dialect/database-error.ts";
import type { DriverAnswer, DriverRequest, Io } from "../io/io.ts";
import { ArgumentError } from "../sql/errors.ts";
import { describe } from "../sql/expression/column-element.ts";
import { CannotCancelError } from "./errors.ts";

/** When a call shall end before it is done. */
export interface ExecOptions {
  /** When it aborts, the server is asked to stop the statement, and the call fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Seconds that the call may take, with the wait for a connection; then the server is asked to stop the statement. */
  readonly timeout?: number | undefined;
}

/** Nothing must stop the end of a transaction, or what cleans up after a statement. */
const control = /^(?:BEGIN|START|COMMIT|ROLLBACK|RELEASE|SET |PRAGMA)\b/;

/** What an embedded database, which nobody can interrupt, is told. @throws CannotCancelError */
export function refuseLimits(options: ExecOptions | null | undefined): void {
  if (options === undefined || options === null) return;
  checkOptions(options);
  if (options.signal !== undefined) throw new CannotCancelError("signal");
  if (options.timeout !== undefined) throw new CannotCancelError("timeout");
}

/**
 * Run `io` until the signal aborts or the time is over. What it has asked of the database by then is stopped there, and has
 * settled, before this fails.
 * @throws StatementTimeout, or the signal's reason.
 */
export function* limited<T>(io: Io<T>, options: ExecOptions | null | undefined): Io<T> {
  if (options === undefined || options === null) return yield* io;
  checkOptions(options);
  const { signal, timeout } = options;
  if (signal === undefined && timeout === undefined) return yield* io;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const forward = (): void => controller.abort(signal?.reason);
  signal?.addEventListener("abort", forward, { once: true });
  const timer = timeout === undefined ? undefined : setTimeout(() => controller.abort(timeIsOver), timeout * 1000);
  try {
    return yield* throughout(io, controller.signal, timeout !== undefined);
  } catch (error) {
    if (!isStop(error, controller.signal)) throw error;
    if (controller.signal.reason !== timeIsOver) throw controller.signal.reason;
    throw new StatementTimeout(
      `The call was not done after its timeout of ${String(timeout)} s, and the server has stopped the statement.`,
      { cause: error, ...(error instanceof StatementCancelled && error.sql !== undefined ? { sql: error.sql } : {}) },
    );
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", forward);
  }
}

/** The reason of a signal that this module aborts. */
const timeIsOver = new Error("The time is over.");

function checkOptions({ signal, timeout }: ExecOptions): void {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new ArgumentError(`signal takes an AbortSignal, not ${describe(signal)}.`);
  if (timeout !== undefined && !(typeof timeout === "number" && timeout > 0 && timeout * 1000 < 2 ** 31))
    throw new ArgumentError("timeout takes a number of seconds greater than 0, and less than 24 days.");
}

function* throughout<T>(io: Io<T>, signal: AbortSignal, hasTimeout: boolean): Io<T> {
  let step = io.next();
  while (step.done !== true) {
    let result: DriverAnswer;
    try {
      result = yield under(signal, step.value, hasTimeout);
    } catch (error) {
      step = io.throw(error);
      continue;
    }
    step = io.next(result);
  }
  return step.value;
}

function under(signal: AbortSignal, request: DriverRequest, hasTimeout: boolean): DriverRequest {
  if (request.kind === "acquire") return { ...request, signal };
  if (request.kind === "release" || request.kind === "call" || request.kind === "closeCursor") return request;
  if (control.test(request.query.sql)) return request;
  if (signal.aborted)
    throw new StatementCancelled("The statement was not sent: the call was to end before it.", {
      sql: request.query.sql,
      cause: signal.reason,
    });
  if (request.connection.cancel !== undefined) return request.kind === "executeEach" ? request : { ...request, signal };
  if (hasTimeout) throw new CannotCancelError("timeout");
  return request;
}

/** True for what `signal` has caused: no connection, a statement not sent, a statement that the server has stopped. */
function isStop(error: unknown, signal: AbortSignal): boolean {
  if (!signal.aborted) return false;
  if (error instanceof ConnectionError) return error.cause === signal.reason;
  return error instanceof StatementCancelled || error instanceof StatementTimeout || error === signal.reason;
}
