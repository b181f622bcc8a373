/** Values that somebody must wait for. */

/** Whether `value` is a promise, this language's own or another's. */
export function isThenable(value: unknown): boolean {
  const mayHaveThen = (typeof value === "object" && value !== null) || typeof value === "function";
  return mayHaveThen && "then" in value && typeof value.then === "function";
}

/** The failure of a promise that nobody waits for must not end the process. Others may only start once they are waited for. */
export function ignoreFailure(value: unknown): void {
  if (value instanceof Promise) value.catch(() => undefined);
}
