/** Takes values out of what a database said: some quote the row that they refuse. */
import { DatabaseError } from "../dialect/database-error.ts";

/** `error` with a cause that names only the database's code. `translateError` has kept values out of its message. */
export function withoutValues(error: Error): Error {
  if (!(error instanceof DatabaseError)) return error;
  const code = String(error.vendorCode ?? error.sqlState ?? "unknown");
  const cause = new Error(
    `The database's own message is not shown, because it may quote a secret value (code ${code}).`,
  );
  Object.defineProperty(error, "cause", { value: cause, configurable: true, writable: true, enumerable: false });
  return error;
}
