/** Errors of table definitions. */
import { SQLModelError } from "../util/coded-error.ts";

/** A table, column, constraint or index is defined in a way that cannot work. */
export class SchemaDefinitionError extends SQLModelError {
  constructor(message: string, options?: ErrorOptions) {
    super("E101", message, options);
  }
}

/** A foreign key names a table or column that does not exist. */
export class UnknownReferenceError extends SQLModelError {
  constructor(message: string) {
    super("E102", message);
  }
}
