/** MySQL's and MariaDB's error numbers as errors of this package. */
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
import { writtenTable } from "../written-table.ts";

interface ServerError extends Error {
  readonly errno: number;
  readonly sqlState?: string;
  readonly sqlMessage?: string;
}

type Context = { readonly sql: string; readonly hidesValues?: boolean };

/** A driver's error as one of this package's. */
export function translateError(error: unknown, context: Context): Error {
  const details: DatabaseErrorDetails = { sql: context.sql, cause: error };
  if (!(error instanceof Error))
    return new OtherDatabaseError(refusalText(String(error), "unknown", context.hidesValues === true), details);
  if (isServerError(error)) return serverError(error, context);
  if (isNetworkError(error) || isLoss(error)) return new ConnectionError(lostText(error.message), details);
  const text = refusalText(error.message, "unknown", context.hidesValues === true);
  // What mysql2 refuses to send: an undefined parameter, a wrong number of them.
  if (error instanceof TypeError || error instanceof RangeError) return new ProgrammingError(text, details);
  return new OtherDatabaseError(text, details);
}

function isServerError(error: Error): error is ServerError {
  return "errno" in error && typeof error.errno === "number" && "sqlState" in error;
}

function isLoss(error: Error): boolean {
  return ("fatal" in error && error.fatal === true) || ("code" in error && error.code === "PROTOCOL_CONNECTION_LOST");
}

function serverError(error: ServerError, { sql, hidesValues = false }: Context): Error {
  const message = error.sqlMessage ?? error.message;
  const details: DatabaseErrorDetails = {
    sql,
    sqlState: error.sqlState,
    vendorCode: error.errno,
    table: writtenTable(sql),
    cause: error,
  };
  return violation(error.errno, message, details) ?? refusal(error.errno, message, details, hidesValues);
}

function violation(errno: number, message: string, details: DatabaseErrorDetails): Error | undefined {
  switch (errno) {
    // ER_DUP_ENTRY, ER_DUP_UNIQUE, ER_DUP_ENTRY_WITH_KEY_NAME
    case 1062:
    case 1169:
    case 1586:
      return uniqueViolation(message, details);
    // ER_NO_REFERENCED_ROW, ER_NO_REFERENCED_ROW_2
    case 1216:
    case 1452:
      return foreignKeyViolation(message, details, "missing");
    // ER_ROW_IS_REFERENCED, ER_ROW_IS_REFERENCED_2
    case 1217:
    case 1451:
      return foreignKeyViolation(message, details, "referred");
    // ER_BAD_NULL_ERROR, ER_NO_DEFAULT_FOR_FIELD
    case 1048:
    case 1364: {
      const columns = columnOf(message);
      return new NotNullViolation(notNullText({ table: details.table, columns }), { ...details, columns });
    }
    // ER_CHECK_CONSTRAINT_VIOLATED of MySQL, ER_CONSTRAINT_FAILED of MariaDB
    case 3819:
    case 4025: {
      const found = /^CONSTRAINT `(.+)` failed for (?:`.+?`\.)?`(.+)`$/.exec(message);
      const constraint = found?.[1]?.replaceAll("``", "`") ?? /^Check constraint '(.+)' is violated/.exec(message)?.[1];
      const table = found?.[2]?.replaceAll("``", "`") ?? details.table;
      return new CheckViolation(checkText({ table, constraint }), { ...details, table, constraint });
    }
    default:
      return undefined;
  }
}

/** The value stands before the key's name and may contain anything; MySQL writes 'table.key', MariaDB 'key'. */
function uniqueViolation(message: string, details: DatabaseErrorDetails): UniqueViolation {
  const key = /^.* for key '(.+)'$/s.exec(message)?.[1];
  const { table } = details;
  const isQualified = key !== undefined && table !== undefined && key.startsWith(`${table}.`);
  const constraint = isQualified ? key.slice(table.length + 1) : key;
  return new UniqueViolation(uniqueText({ table, constraint }), { ...details, constraint });
}

function foreignKeyViolation(
  message: string,
  details: DatabaseErrorDetails,
  side: "missing" | "referred",
): ForeignKeyViolation {
  const name = "`((?:[^`]|``)+)`";
  const found = new RegExp(`\\((?:\`.+?\`\\.)?${name}, CONSTRAINT ${name} FOREIGN KEY \\((.+?)\\) REFERENCES `).exec(
    message,
  );
  const unquoted = (text: string | undefined): string | undefined => text?.replaceAll("``", "`");
  const [table = details.table, constraint] = [unquoted(found?.[1]), unquoted(found?.[2])];
  const columns =
    side === "missing"
      ? [...(found?.[3] ?? "").matchAll(new RegExp(name, "g"))].map((match) => unquoted(match[1]) ?? "")
      : [];
  return new ForeignKeyViolation(foreignKeyText({ table, columns, constraint }, side), {
    ...details,
    table,
    columns,
    constraint,
  });
}

/** "Column 'name' …", "Field 'name' …", "… for column 'name' at row 1", "… for column `db`.`hero`.`age` at row 1". */
function columnOf(message: string): string[] {
  const name =
    /^(?:Column|Field) '([^']+)'/.exec(message)?.[1] ??
    /for column (?:`.+`\.)?[`'](.+?)[`'] at row \d+$/.exec(message)?.[1];
  return name === undefined ? [] : [name];
}

const dataErrors = new Set([
  // Out of range, truncated, division by zero, incorrect value, too long, result out of range, invalid JSON.
  1264, 1265, 1292, 1365, 1366, 1367, 1406, 1411, 1690, 3140, 3141, 4037, 4038,
]);
const connectionErrors = new Set([
  // Too many connections, shutting down, access denied, host blocked, killed by timeout or by somebody.
  1040, 1044, 1045, 1049, 1053, 1129, 1130, 1152, 1158, 1159, 1160, 1161, 1203, 1226, 1698, 1927, 2006, 2013, 4031,
]);

function refusal(errno: number, message: string, details: DatabaseErrorDetails, hidesValues: boolean): Error {
  const text = refusalText(message, errno, hidesValues);
  if (dataErrors.has(errno)) return new DataError(text, { ...details, columns: columnOf(message) });
  // ER_SERVER_SHUTDOWN
  if (connectionErrors.has(errno)) return new ConnectionError(text, details, errno === 1053);
  switch (errno) {
    // ER_CHECKREAD: MariaDB with innodb_snapshot_isolation.
    case 1020:
      return new SerializationFailure(text, details);
    case 1213:
      return new DeadlockDetected(text, details);
    // ER_LOCK_WAIT_TIMEOUT, ER_LOCK_NOWAIT
    case 1205:
    case 3572:
      return new LockTimeout(text, details);
    // ER_OPTION_PREVENTS_STATEMENT is of several options, and names the one.
    case 1290:
      return /read[-_]only/.test(message)
        ? new ReadOnlyError(`${text} ${readOnlyHint}`, details, true)
        : new OtherDatabaseError(text, details);
    // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
    case 1792:
      return new ReadOnlyError(text, details);
    // ER_READ_ONLY_MODE
    case 1836:
      return new ReadOnlyError(`${text} ${readOnlyHint}`, details, true);
    // ER_QUERY_INTERRUPTED
    case 1317:
      return new StatementCancelled(text, details);
    // ER_STATEMENT_TIMEOUT of MariaDB, ER_QUERY_TIMEOUT of MySQL
    case 1969:
    case 3024:
      return new StatementTimeout(text, details);
    default:
      return details.sqlState?.startsWith("42") === true
        ? new ProgrammingError(text, details)
        : new OtherDatabaseError(text, details);
  }
}
