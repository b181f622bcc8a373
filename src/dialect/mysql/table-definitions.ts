/** Tables as SHOW CREATE TABLE tells them: whether an ALTER TABLE was carried out, without a look at the whole catalog. */
import type { Io } from "../../io/io.ts";
import type { QualifiedName } from "../../metadata/catalog.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { DatabaseError } from "../database-error.ts";
import type { SchemaExecutor } from "../migration-dialect.ts";

/** ER_NO_SUCH_TABLE */
const noSuchTable = 1146;
/** The counter moves with every row that somebody else adds. */
const counter = / AUTO_INCREMENT=\d+/;

/** The definitions of `tables`, one after the other. */
export function* tableDefinitions(connection: SchemaExecutor, tables: readonly QualifiedName[]): Io<string> {
  const definitions: (string | undefined)[] = [];
  for (const table of tables) definitions.push(yield* definition(connection, table));
  return JSON.stringify(definitions);
}

/** Undefined where there is no such table. */
function* definition(connection: SchemaExecutor, { schema, name }: QualifiedName): Io<string | undefined> {
  const parts = schema === undefined ? [name] : [schema, name];
  const table = parts.map((part) => quoteIdentifier(part, "`")).join(".");
  try {
    const { rows } = yield* connection.executeRaw({ sql: `SHOW CREATE TABLE ${table}`, returnsRows: true });
    return String(rows[0]?.[1]).replace(counter, "");
  } catch (error) {
    if (error instanceof DatabaseError && error.vendorCode === noSuchTable) return undefined;
    throw error;
  }
}
