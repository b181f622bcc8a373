/** What databases refuse, alike on every database and driver; made by `dialect/<name>/error-codes.ts`. */
import { SQLModelError } from "../util/coded-error.ts";

/** Where and what a database refused. */
export interface DatabaseErrorDetails {
  readonly sql?: string;
  /** SQLSTATE where the database has one. */
  readonly sqlState?: string | undefined;
  /** The database's own number or name of the error. */
  readonly vendorCode?: string | number | undefined;
  readonly table?: string | undefined;
  readonly columns?: readonly string[];
  readonly constraint?: string | undefined;
  readonly cause: unknown;
}

/** Base class of what comes back from a database or its driver. */
export class DatabaseError extends SQLModelError {
  readonly sql: string | undefined;
  readonly sqlState: string | undefined;
  readonly vendorCode: string | number | undefined;
  readonly table: string | undefined;
  readonly columns: readonly string[];
  readonly constraint: string | undefined;
  /** True where the same transaction, run again from its start, may succeed. */
  readonly isRetryable: boolean = false;

  constructor(code: string, message: string, details: DatabaseErrorDetails) {
    super(code, message, { cause: details.cause });
    this.sql = details.sql;
    this.sqlState = details.sqlState;
    this.vendorCode = details.vendorCode;
    this.table = details.table;
    this.columns = details.columns ?? [];
    this.constraint = details.constraint;
  }
}

/** An error of no known class. */
export class OtherDatabaseError extends DatabaseError {
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E600", message, details);
  }
}

/** A constraint would be violated. */
export class IntegrityError extends DatabaseError {}

/** Two rows would have the same unique value. */
export class UniqueViolation extends IntegrityError {
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E601", message, details);
  }
}

/** A row refers to one that does not exist, or one that is referred to would go. */
export class ForeignKeyViolation extends IntegrityError {
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E602", message, details);
  }
}

/** NULL in a NOT NULL column. */
export class NotNullViolation extends IntegrityError {
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E603", message, details);
  }
}

/** A CHECK (or exclusion) constraint is not met. */
export class CheckViolation extends IntegrityError {
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E604", message, details);
  }
}

/** A value does not fit its column: too long, out of range, of another type. */
export class DataError extends DatabaseError {
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E605", message, details);
  }
}

/** The statement is wrong: syntax, an unknown table or column. */
export class ProgrammingError extends DatabaseError {
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E606", message, details);
  }
}

/** Concurrent transactions cannot be put in an order (SQLSTATE 40001, SQLITE_BUSY_SNAPSHOT). */
export class SerializationFailure extends DatabaseError {
  override readonly isRetryable = true;
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E607", message, details);
  }
}

/** Two transactions wait for each other; the database ended this one. */
export class DeadlockDetected extends DatabaseError {
  override readonly isRetryable = true;
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E608", message, details);
  }
}

/** A lock was not granted in time. */
export class LockTimeout extends DatabaseError {
  override readonly isRetryable = true;
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E609", message, details);
  }
}

/** The connection was refused or lost. */
export class ConnectionError extends DatabaseError {
  /** True where the server shuts down or starts, so that its other connections are lost as well. */
  readonly serverIsGone: boolean;

  constructor(message: string, details: DatabaseErrorDetails, serverIsGone = false) {
    super("E610", message, details);
    this.serverIsGone = serverIsGone;
  }
}

/** The database, or this connection, takes no writes. */
export class ReadOnlyError extends DatabaseError {
  /** True where the server as a whole may have become a standby; false for a file or transaction that is read-only. */
  readonly serverIsReadOnly: boolean;

  constructor(message: string, details: DatabaseErrorDetails, serverIsReadOnly = false) {
    super("E611", message, details);
    this.serverIsReadOnly = serverIsReadOnly;
  }
}

/** The statement took longer than it may. */
export class StatementTimeout extends DatabaseError {
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E612", message, details);
  }
}

/** Somebody has stopped the statement: an administrator, or the program by a signal. */
export class StatementCancelled extends DatabaseError {
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E614", message, details);
  }
}

/** COMMIT was sent and the connection lost: nobody knows whether it happened. Never retried automatically. */
export class AmbiguousCommitError extends DatabaseError {
  constructor(message: string, details: DatabaseErrorDetails) {
    super("E613", message, details);
  }
}
