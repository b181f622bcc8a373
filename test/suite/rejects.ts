/** Steps that must fail. */
import { expect } from "vitest";

/** The error of a step that must fail with this text in its message. */
export function* rejects(
  step: Generator<unknown, unknown, unknown>,
  text: string,
): Generator<unknown, unknown, unknown> {
  try {
    yield* step;
  } catch (error) {
    expect(String((error as Error).message).toLowerCase()).toContain(text.toLowerCase());
    return error;
  }
  return expect.fail(`no error, but one with '${text}' was expected`);
}
