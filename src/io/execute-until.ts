/** Runs a statement until a signal says to stop. Used by `answer.ts`. */
import type { DriverConnection } from "./driver.ts";

/** A statement may be on its way to the server when the first word to stop it arrives there: it is said again. */
const firstPause = 50;
const longestPause = 1000;

/**
 * Do `work`, which is one statement of `connection`; once `signal` aborts, ask the server to stop it. Settles when the server has answered the statement and, if it was asked,
 * has taken note of that: nothing is under way any more that could stop a later statement.
 */
export async function executeUntil<T>(
  connection: DriverConnection,
  work: () => T | Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  let isSettled = false;
  let wake: (() => void) | undefined;
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    for (let pause = firstPause; !isSettled; pause = Math.min(pause * 2, longestPause)) {
      try {
        await connection.cancel?.();
      } catch {
        // Who cannot reach the server for this waits for its answer.
      }
      if (isSettled) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, pause);
      });
    }
  };
  const aborted = (): void => {
    stopping = stop();
  };
  signal.addEventListener("abort", aborted, { once: true });
  try {
    return await work();
  } finally {
    isSettled = true;
    signal.removeEventListener("abort", aborted);
    wake?.();
    await stopping;
  }
}
