/** Steps and calls that must fail. */
import { expect } from "vitest";
import type { Step } from "../harness.ts";

type ErrorClass<E> = abstract new (...args: never) => E;

/** The error of a step that must fail with this class. */
export function* rejects<E extends Error>(step: Step<unknown>, expected: ErrorClass<E>): Step<E> {
  let caught: unknown;
  try {
    yield* step;
  } catch (error) {
    caught = error;
  }
  return failed(caught, expected);
}

/** The error of a call that must throw this class at once. */
export function thrown<E extends Error>(call: () => unknown, expected: ErrorClass<E>): E {
  let caught: unknown;
  try {
    call();
  } catch (error) {
    caught = error;
  }
  return failed(caught, expected);
}

function failed<E extends Error>(caught: unknown, expected: ErrorClass<E>): E {
  if (caught === undefined) return expect.fail(`nothing failed, but a ${expected.name} was expected`);
  expect(caught, caught instanceof Error ? caught.stack : undefined).toBeInstanceOf(expected);
  return caught as E;
}
