/** Errors of the sans-IO border. */
import { SQLModelError } from "../util/coded-error.ts";

/** A synchronous session was used on an asynchronous driver. */
export class AsynchronousDriverError extends SQLModelError {
  constructor() {
    super(
      "E002",
      "A synchronous call reached a driver that answers with a promise. " +
        "Use createAsyncEngine and AsyncSession with this database; Session is for embedded SQLite.",
    );
  }
}
