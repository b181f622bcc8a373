/** Steps that must fail: with this text in the message, or with an error of this class. */
import { expect } from "vitest";
import type { Step } from "../suite-session.ts";

type ErrorClass = new (...values: never) => Error;

export function* rejects(step: Step<unknown>, wanted: RegExp | ErrorClass): Step<void> {
  try {
    yield* step;
  } catch (error) {
    if (wanted instanceof RegExp) expect((error as Error).message).toMatch(wanted);
    else expect(error).toBeInstanceOf(wanted);
    return;
  }
  expect.fail(`no error, but one of ${String(wanted)} was expected`);
}
