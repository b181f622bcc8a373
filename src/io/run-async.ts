/** Runs `Io` on any driver; awaits only what really is a promise, so embedded databases cost no tick a request. */
import { answer } from "./answer.ts";
import type { DriverAnswer, Io } from "./io.ts";

/** Run `io` to its end and resolve with its result. */
export async function runAsync<T>(io: Io<T>): Promise<T> {
  let step = io.next();
  while (step.done !== true) {
    let result: DriverAnswer;
    try {
      const pending = answer(step.value);
      result = pending instanceof Promise ? await pending : pending;
    } catch (error) {
      step = io.throw(error);
      continue;
    }
    step = io.next(result);
  }
  return step.value;
}
