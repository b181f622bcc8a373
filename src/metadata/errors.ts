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

/** An operation names a table, column, constraint, index or type that the schema does not have at that point. */
export class MissingObjectError extends SQLModelError {
  constructor(message: string) {
    super("E103", message);
  }
}

/** An operation cannot be taken back: it does not say what was there before, or what it did cannot be known. */
export class IrreversibleOperationError extends SQLModelError {
  constructor(message: string) {
    super("E104", message);
  }
}
