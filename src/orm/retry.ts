/** When a transaction is run again. */
import { DatabaseError } from "../dialect/database-error.ts";

export interface RetryOptions {
  /** How often the whole callback is run again after a serialization failure, a deadlock or a lock timeout. Default 0. */
  readonly retries?: number;
}

/** True where the transaction that failed with `error` may succeed when run again from its start. */
export function isRetryable(error: unknown, attempt: number, options: RetryOptions | undefined): boolean {
  return error instanceof DatabaseError && error.isRetryable && attempt < (options?.retries ?? 0);
}
