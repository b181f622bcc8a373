/** Runs `Io` on a synchronous driver. */
import type { DriverAnswer, DriverRequest, Io } from "./io.ts";
import { AsynchronousDriverError } from "./errors.ts";
import { answer } from "./answer.ts";

/** Run `io` to its end and return its result; every request is answered on the spot. */
export function runSync<T>(io: Io<T>): T {
  let step = io.next();
  while (step.done !== true) {
    let result: DriverAnswer;
    try {
      result = answerNow(step.value);
    } catch (error) {
      step = io.throw(error);
      continue;
    }
    step = io.next(result);
  }
  return step.value;
}

function answerNow(request: DriverRequest): DriverAnswer {
  const result = answer(request);
  if (result instanceof Promise) {
    // Nobody will wait for it: its failure must not end the process as an unhandled rejection.
    result.catch(() => undefined);
    throw new AsynchronousDriverError();
  }
  return result;
}
