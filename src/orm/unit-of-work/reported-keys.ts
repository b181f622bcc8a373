/** Which tables of a database report the keys they generate without RETURNING. Called only by `insert.ts`. */
import type { InsertBatch } from "../../dialect/dialect.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { Column } from "../../metadata/column.ts";
import type { Table } from "../../metadata/table.ts";

/** Asked once for each connection: that of a database in memory is a database of its own. */
const answers = new WeakMap<DriverConnection, WeakMap<Table, boolean>>();

/** The batch itself, or its fallback where the database's table would report another value than the key. */
export function* reliableInsert(
  connection: ConnectionCore,
  table: Table,
  key: Column,
  batch: InsertBatch,
): Io<InsertBatch> {
  const { fallback } = batch;
  if (fallback === undefined) return batch;
  const { dialect, driverConnection } = connection;
  let known = answers.get(driverConnection);
  if (known === undefined) answers.set(driverConnection, (known = new WeakMap()));
  let answer = known.get(table);
  if (answer === undefined) {
    answer = yield* asked(dialect.reportsKey?.(driverConnection, table, key));
    if (answer !== undefined) known.set(table, answer);
  }
  return answer === true ? batch : fallback;
}

function* asked(question: Io<boolean | undefined> | undefined): Io<boolean | undefined> {
  try {
    return question === undefined ? undefined : yield* question;
  } catch {
    // The INSERT meets the same trouble, and tells it in words.
    return undefined;
  }
}
