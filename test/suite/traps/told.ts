/** What every message of this package has. */
import { expect } from "vitest";
import type { SQLModelError } from "sqlmodel";

/** A sentence that names what is meant and ends with its code. */
export function told(error: SQLModelError, code: string, ...words: readonly string[]): void {
  expect(error.code).toBe(code);
  expect(error.message.endsWith(` [${code}]`) || error.message.includes(`[${code}]`), error.message).toBe(true);
  expect(error.name).toBe(error.constructor.name);
  for (const word of words) expect(error.message).toContain(word);
}
