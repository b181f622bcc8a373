/** Values that come at once from a synchronous driver and as a promise from another. */

export type Awaitable<T> = T | Promise<T>;

/** `next` of what `start` gives, or `failed` of what it throws; a promise only where `start` gives one. */
export function chain<T, R>(
  start: () => Awaitable<T>,
  next: (value: T) => Awaitable<R>,
  failed?: (error: unknown) => Awaitable<R>,
): Awaitable<R> {
  let value: Awaitable<T>;
  try {
    value = start();
  } catch (error) {
    if (failed === undefined) throw error;
    return failed(error);
  }
  return value instanceof Promise ? value.then(next, failed) : next(value);
}
