/** What the documentation's `//=>` comments become: imported by the generated modules, see rewrite.ts. */
import { inspect, isDeepStrictEqual } from "node:util";
import { runInThisContext } from "node:vm";

/** `value //=> expected`: equal as printed, as JSON, or as the JavaScript value that `expected` is. */
export function __expect<T>(value: T, expected: string, place: string): T {
  const printed = inspect(value, { depth: Infinity, breakLength: Infinity, compact: Infinity, sorted: false });
  if (normalize(printed) === normalize(expected) || sameJson(value, expected) || sameValue(value, expected))
    return value;
  throw new Error(`${place}: expected ${expected}, but it is ${printed}.`);
}

/** `expression //=> throws text`: the error's "Name: message" contains `text`. */
export async function __throws(run: () => Promise<unknown>, expected: string, place: string): Promise<void> {
  let value: unknown;
  try {
    value = await run();
  } catch (error) {
    const message = error instanceof Error ? `${error.constructor.name}: ${error.message}` : String(error);
    if (normalize(message).includes(normalize(expected))) return;
    throw new Error(`${place}: expected to throw ${expected}, but it threw ${message}`, { cause: error });
  }
  throw new Error(`${place}: expected to throw ${expected}, but it is ${inspect(value)}.`);
}

/** Quotes and spacing are a matter of taste. */
const normalize = (text: string): string => text.replaceAll(/['"`]/g, '"').replaceAll(/\s+/g, "");

function sameJson(value: unknown, expected: string): boolean {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text !== undefined && text === JSON.stringify(JSON.parse(expected));
  } catch {
    return false;
  }
}

function sameValue(value: unknown, expected: string): boolean {
  try {
    return isDeepStrictEqual(value, runInThisContext(`(${expected})`));
  } catch {
    return false;
  }
}
