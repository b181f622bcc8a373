/** What a lost connection means for what was under way. Used by `connection.ts`. */
import { AmbiguousCommitError, ConnectionError, ReadOnlyError } from "../dialect/database-error.ts";

/** The error of a COMMIT that nobody answered. */
export function ambiguous(error: ConnectionError): AmbiguousCommitError {
  return new AmbiguousCommitError(
    "The connection was lost while COMMIT was being answered: the transaction may or may not have been written. Look before you repeat it.",
    { sql: "COMMIT", sqlState: error.sqlState, vendorCode: error.vendorCode, cause: error },
  );
}

/** True where the server that answers is no longer the one to write to: the other connections lead there as well. */
export function isFailover(error: Error, isReadOnly: boolean): boolean {
  if (error instanceof ReadOnlyError) return error.serverIsReadOnly && !isReadOnly;
  return error instanceof ConnectionError && error.serverIsGone;
}
