/** Exhaustiveness checks. */
import { InternalError } from "./coded-error.ts";

/** Throw for a case that the types exclude. */
export function assertNever(value: never, what: string): never {
  throw new InternalError(`Unexpected ${what}: ${String(value)}.`);
}

/** `value` without undefined; throws where the surrounding code has proved that it is there. */
export function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new InternalError(`Missing ${what}.`);
  return value;
}
