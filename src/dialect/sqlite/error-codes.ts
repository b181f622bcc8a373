/** SQLite's result codes as errors of this package, from both drivers. */
import {
  CheckViolation,
  ConnectionError,
  DataError,
  type DatabaseErrorDetails,
  ForeignKeyViolation,
  LockTimeout,
  NotNullViolation,
  OtherDatabaseError,
  ProgrammingError,
  ReadOnlyError,
  SerializationFailure,
  StatementTimeout,
  UniqueViolation,
} from "../database-error.ts";
import { checkText, foreignKeyText, notNullText, refusalText, uniqueText } from "../violation-text.ts";
import { writtenTable } from "../written-table.ts";

/** Codes that need a class of their own; node:sqlite gives numbers, better-sqlite3 names. */
const codeNames: Readonly<Record<number, string>> = {
  1: "SQLITE_ERROR",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  8: "SQLITE_READONLY",
  9: "SQLITE_INTERRUPT",
  14: "SQLITE_CANTOPEN",
  18: "SQLITE_TOOBIG",
  19: "SQLITE_CONSTRAINT",
  20: "SQLITE_MISMATCH",
  25: "SQLITE_RANGE",
  26: "SQLITE_NOTADB",
  275: "SQLITE_CONSTRAINT_CHECK",
  517: "SQLITE_BUSY_SNAPSHOT",
  787: "SQLITE_CONSTRAINT_FOREIGNKEY",
  1299: "SQLITE_CONSTRAINT_NOTNULL",
  1555: "SQLITE_CONSTRAINT_PRIMARYKEY",
  1811: "SQLITE_CONSTRAINT_TRIGGER",
  2067: "SQLITE_CONSTRAINT_UNIQUE",
  2579: "SQLITE_CONSTRAINT_ROWID",
  3091: "SQLITE_CONSTRAINT_DATATYPE",
};

type Context = { readonly sql: string; readonly hidesValues?: boolean };

/** A driver's error as one of this package's. */
export function translateError(error: unknown, context: Context): Error {
  if (!(error instanceof Error))
    return new OtherDatabaseError(refusalText(String(error), "unknown", context.hidesValues === true), {
      sql: context.sql,
      cause: error,
    });
  const code = codeOf(error);
  if (code === undefined) return driverError(error, context);
  const details: DatabaseErrorDetails = { sql: context.sql, vendorCode: code, cause: error };
  return (
    constraintViolation(code, error.message, details) ??
    refusal(code, error.message, details, context.hidesValues === true)
  );
}

function codeOf(error: Error): string | undefined {
  if ("errcode" in error && typeof error.errcode === "number") {
    // An extended code holds its primary one in the low byte.
    return codeNames[error.errcode] ?? codeNames[error.errcode & 0xff] ?? `SQLITE_${String(error.errcode)}`;
  }
  return "code" in error && typeof error.code === "string" && error.code.startsWith("SQLITE_") ? error.code : undefined;
}

function constraintViolation(code: string, message: string, details: DatabaseErrorDetails): Error | undefined {
  const table = writtenTable(details.sql ?? "");
  const failed = /constraint failed: (.*)$/s.exec(message)?.[1];
  switch (code) {
    case "SQLITE_CONSTRAINT_UNIQUE":
    case "SQLITE_CONSTRAINT_PRIMARYKEY":
    case "SQLITE_CONSTRAINT_ROWID": {
      const index = /^index '(.*)'$/s.exec(failed ?? "")?.[1];
      const violation = index === undefined ? { table, ...columnsOf(failed) } : { table, constraint: index };
      return new UniqueViolation(uniqueText(violation), { ...details, ...violation });
    }
    case "SQLITE_CONSTRAINT_NOTNULL": {
      const violation = { table, ...columnsOf(failed) };
      return new NotNullViolation(notNullText(violation), { ...details, ...violation });
    }
    case "SQLITE_CONSTRAINT_CHECK": {
      // A check without a name is shown as its text.
      const constraint = failed !== undefined && /^[\p{L}\p{N}_$]+$/u.test(failed) ? failed : undefined;
      return new CheckViolation(checkText({ table, constraint }), { ...details, table, constraint });
    }
    case "SQLITE_CONSTRAINT_FOREIGNKEY":
      return new ForeignKeyViolation(foreignKeyText({ table }, "unknown"), { ...details, table });
    default:
      return undefined;
  }
}

/** "hero.name, hero.team_id": SQLite quotes nothing, so that a name with a dot or comma cannot be told apart. */
function columnsOf(failed: string | undefined): { table?: string; columns?: string[] } {
  if (failed === undefined) return {};
  const parts = failed.split(", ").map((part) => {
    const dot = part.indexOf(".");
    return { table: part.slice(0, dot), column: part.slice(dot + 1) };
  });
  const table = parts[0]?.table;
  return table === undefined || table === "" ? {} : { table, columns: parts.map((part) => part.column) };
}

function refusal(code: string, message: string, details: DatabaseErrorDetails, hidesValues: boolean): Error {
  const text = refusalText(message, code, hidesValues);
  if (code === "SQLITE_BUSY_SNAPSHOT") return new SerializationFailure(text, details);
  if (code === "SQLITE_CONSTRAINT_TRIGGER") return new CheckViolation(text, details);
  if (code === "SQLITE_CONSTRAINT_DATATYPE" || /integer overflow/.test(message)) {
    const column = /column (\S+)\.(\S+)$/.exec(message);
    return new DataError(text, {
      ...details,
      table: column?.[1],
      columns: column?.[2] === undefined ? [] : [column[2]],
    });
  }
  // "SQLITE_BUSY_RECOVERY" is a kind of "SQLITE_BUSY".
  switch (code.split("_", 2).join("_")) {
    case "SQLITE_BUSY":
    case "SQLITE_LOCKED":
      return new LockTimeout(text, details);
    case "SQLITE_READONLY":
      return new ReadOnlyError(text, details);
    case "SQLITE_INTERRUPT":
      return new StatementTimeout(text, details);
    case "SQLITE_MISMATCH":
    case "SQLITE_TOOBIG":
      return new DataError(text, details);
    case "SQLITE_ERROR":
    case "SQLITE_RANGE":
      return new ProgrammingError(text, details);
    default:
      return new OtherDatabaseError(text, details);
  }
}

/** What the packages themselves refuse, before SQLite is asked. */
function driverError(error: Error, { sql, hidesValues = false }: Context): Error {
  const code = "code" in error ? String(error.code) : error.name;
  const details: DatabaseErrorDetails = { sql, vendorCode: code, cause: error };
  const text = refusalText(error.message, code, hidesValues);
  if (/database (connection )?is not open/.test(error.message)) return new ConnectionError(text, details);
  if (code === "ERR_OUT_OF_RANGE") return new DataError(text, details);
  if (error instanceof RangeError || error instanceof TypeError) return new ProgrammingError(text, details);
  return new OtherDatabaseError(text, details);
}
