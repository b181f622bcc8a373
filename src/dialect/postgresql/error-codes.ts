/** PostgreSQL's SQLSTATEs as errors of this package, from pg and PGlite. */
import {
  CheckViolation,
  ConnectionError,
  DataError,
  type DatabaseErrorDetails,
  DeadlockDetected,
  ForeignKeyViolation,
  LockTimeout,
  NotNullViolation,
  OtherDatabaseError,
  ProgrammingError,
  ReadOnlyError,
  SerializationFailure,
  StatementCancelled,
  StatementTimeout,
  UniqueViolation,
} from "../database-error.ts";
import { isNetworkError, lostText, readOnlyHint } from "../lost-connection.ts";
import { checkText, foreignKeyText, notNullText, refusalText, uniqueText } from "../violation-text.ts";

/** The fields of an error message of the protocol; both drivers copy them to their error. */
interface ServerError extends Error {
  readonly severity: string;
  readonly code: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

type Context = { readonly sql: string; readonly hidesValues?: boolean };

/** A driver's error as one of this package's. */
export function translateError(error: unknown, context: Context): Error {
  if (error instanceof Error && isServerError(error)) return serverError(error, context);
  const details: DatabaseErrorDetails = { sql: context.sql, cause: error };
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && (isNetworkError(error) || isLoss(error)))
    return new ConnectionError(lostText(message), details);
  return new OtherDatabaseError(refusalText(message, "unknown", context.hidesValues === true), details);
}

function isServerError(error: Error): error is ServerError {
  return "severity" in error && "code" in error && typeof error.code === "string" && error.code.length === 5;
}

/** What pg and PGlite say themselves of a connection that is gone. */
function isLoss(error: Error): boolean {
  return (
    /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|PGlite is clos)/.test(
      error.message,
    ) ||
    // The WebAssembly of PGlite has crashed.
    error.name === "RuntimeError"
  );
}

function serverError(error: ServerError, { sql, hidesValues = false }: Context): Error {
  const details: DatabaseErrorDetails = {
    sql,
    sqlState: error.code,
    vendorCode: error.code,
    table: error.table,
    columns: error.column === undefined ? [] : [error.column],
    constraint: error.constraint,
    cause: error,
  };
  if (error.code.startsWith("23")) return violation(error, details, hidesValues);
  const hint = error.hint === undefined || hidesValues ? "" : ` ${error.hint}`;
  return refusal(error.code, `${refusalText(error.message, error.code, hidesValues)}${hint}`, details);
}

function violation(error: ServerError, details: DatabaseErrorDetails, hidesValues: boolean): Error {
  const { table, constraint } = details;
  switch (error.code) {
    case "23505": {
      const columns = keyColumns(error.detail);
      return new UniqueViolation(uniqueText({ table, columns, constraint }), { ...details, columns });
    }
    case "23503": {
      const isMissing = /is not present in table/.test(error.detail ?? "");
      // Of a row that is still referred to, the detail names the key of the other table.
      const columns = isMissing ? keyColumns(error.detail) : [];
      return new ForeignKeyViolation(
        foreignKeyText({ table, columns, constraint }, isMissing ? "missing" : "referred"),
        { ...details, columns },
      );
    }
    case "23001":
      return new ForeignKeyViolation(foreignKeyText({ table, constraint }, "referred"), details);
    case "23502":
      return new NotNullViolation(notNullText(details), details);
    case "23514":
    case "23P01":
      return new CheckViolation(checkText({ table, constraint }), details);
    default:
      return new OtherDatabaseError(refusalText(error.message, error.code, hidesValues), details);
  }
}

/** The columns of "Key (a, "B c")=(1, 2) already exists."; empty where one of them is an expression. */
function keyColumns(detail: string | undefined): string[] {
  const list = /^Key \((.+?)\)=\(/s.exec(detail ?? "")?.[1];
  if (list === undefined) return [];
  const columns: string[] = [];
  let rest = list;
  for (;;) {
    const match = /^(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_$]*))(?:, |$)/u.exec(rest);
    if (match === null) return [];
    columns.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    rest = rest.slice(match[0].length);
    if (rest === "") return columns;
  }
}

/** Classes of single codes; below them, classes of whole groups. */
function refusal(code: string, text: string, details: DatabaseErrorDetails): Error {
  switch (code) {
    case "40001":
      return new SerializationFailure(text, details);
    case "40P01":
      return new DeadlockDetected(text, details);
    case "55P03":
      return new LockTimeout(text, details);
    // CREATE INDEX CONCURRENTLY, VACUUM, CREATE DATABASE and others.
    case "25001":
      return new ProgrammingError(
        `${text} Run it without a transaction: await using connection = await engine.connect(), then connection.execute(…).`,
        details,
      );
    // A value that ALTER TYPE … ADD VALUE has added in this transaction.
    case "55P04":
      return new ProgrammingError(
        `${text} Commit the transaction that adds the value, and use it in the next.`,
        details,
      );
    case "57014":
      return details.cause instanceof Error && details.cause.message.includes("user request")
        ? new StatementCancelled(text, details)
        : new StatementTimeout(text, details);
    case "25006":
      return new ReadOnlyError(`${text} ${readOnlyHint}`, details, true);
    // Shut down, crashed, starting.
    case "57P01":
    case "57P02":
    case "57P03":
      return new ConnectionError(text, details, true);
    // Idle for too long, too many connections.
    case "57P05":
    case "25P03":
    case "53300":
      return new ConnectionError(text, details);
    default:
      return groupError(code.slice(0, 2), text, details);
  }
}

function groupError(group: string, text: string, details: DatabaseErrorDetails): Error {
  switch (group) {
    case "08":
    case "28":
      return new ConnectionError(text, details);
    case "22":
      return new DataError(text, details);
    case "0A":
    case "26":
    case "34":
    case "3D":
    case "3F":
    case "42":
      return new ProgrammingError(text, details);
    default:
      return new OtherDatabaseError(text, details);
  }
}
