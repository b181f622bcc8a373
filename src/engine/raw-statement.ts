/** Statements that are text already, and how a connection is opened for them. Sent by `connection.ts`. */
import type { DriverResult, DriverValue, Query } from "../io/driver.ts";
import type { Io } from "../io/io.ts";

export interface OpenOptions {
  /** True: a read replica will do, where there is one. */
  readonly readOnly?: boolean;
  /** Ends the wait for a free connection. */
  readonly signal?: AbortSignal;
}

/** SQL text that is ready to be sent, such as a batch that the dialect made. */
export interface RawStatement {
  readonly sql: string;
  readonly parameters?: readonly DriverValue[];
  readonly returnsRows?: boolean;
  readonly reusable?: boolean;
  readonly integers?: "number" | "bigint";
  readonly secret?: readonly number[];
}

export type TransactionState = "none" | "active" | "failed";

/** One text once for each of `rows`, each a statement of its own. */
export function* executeSingly(
  connection: { executeRaw(statement: RawStatement): Io<DriverResult> },
  statement: RawStatement,
  rows: readonly (readonly DriverValue[])[],
  rowCount: number | undefined,
): Io<readonly DriverResult[]> {
  const results: DriverResult[] = [];
  for (const parameters of rows) {
    const result = yield* connection.executeRaw({ ...statement, parameters });
    results.push(result);
    if (rowCount !== undefined && result.rowCount !== rowCount) break;
  }
  return results;
}

/** The rows of all results. */
export function countRows(results: readonly DriverResult[]): number {
  let count = 0;
  for (const { rowCount } of results) count += rowCount;
  return count;
}

/** Transaction control. */
export function controlQuery(sql: string): Query {
  return { sql, parameters: [], returnsRows: false, reusable: true, integers: "number" };
}
