/** What both SQLite drivers are told, and how they treat parameters alike. */
import type { DriverValue } from "../io/driver.ts";

export interface SqliteDriverOptions {
  /** A file's path, or ":memory:". */
  readonly filename: string;
  /** "create" makes the file where it does not exist; "write" and "read" are errors then. */
  readonly mode: "create" | "write" | "read";
  /** How long a statement waits for another connection's lock, in milliseconds. */
  readonly busyTimeout: number;
  /** How many prepared statements a connection keeps. */
  readonly maxPreparedStatements: number;
  /** Options passed to the package's constructor as they are. */
  readonly connectArgs: Readonly<Record<string, unknown>>;
}

/** What SQLite's C interface binds. */
export type SqliteValue = null | number | bigint | string | Uint8Array;

/**
 * Parameters as both packages store them rightly. They bind a JavaScript number as REAL, so that 1 would become 1.0 in
 * JSON, in expressions and in columns without affinity: whole numbers go as bigint. Booleans are 0 and 1.
 */
export function sqliteParameters(parameters: readonly DriverValue[]): SqliteValue[] {
  const bound: SqliteValue[] = new Array<SqliteValue>(parameters.length);
  for (let index = 0; index < parameters.length; index += 1) {
    const value = parameters[index] as DriverValue;
    if (typeof value === "number") bound[index] = Number.isSafeInteger(value) ? BigInt(value) : value;
    else if (typeof value === "boolean") bound[index] = value ? 1n : 0n;
    else bound[index] = value;
  }
  return bound;
}

/** The same options for a new database in memory. */
export function inMemory({ connectArgs, ...options }: SqliteDriverOptions): SqliteDriverOptions {
  const { readonly: _isReadonly, readOnly: _isReadOnly, fileMustExist: _mustExist, ...rest } = connectArgs;
  return { ...options, filename: ":memory:", mode: "create", connectArgs: rest };
}
