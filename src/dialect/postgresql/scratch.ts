/** A place in PostgreSQL where a schema can be created and read back: new schemas in a transaction that is rolled back. */
import type { Io } from "../../io/io.ts";
import { DatabaseError, ProgrammingError } from "../database-error.ts";
import type { SchemaExecutor, SchemaMap } from "../migration-dialect.ts";
import { scratchSetting } from "./inspector.ts";

/** The version, and what tables and types come out differently by. */
export const scratchSettings =
  "SELECT pg_catalog.version(), pg_catalog.current_setting('search_path'), CURRENT_USER::text, " +
  "pg_catalog.current_setting('default_tablespace'), pg_catalog.current_setting('default_table_access_method', true), " +
  "pg_catalog.current_setting('default_toast_compression', true), pg_catalog.current_setting('lc_collate', true), " +
  // What catalogs do not hold and definitions may use all the same; the database's own objects have lower numbers.
  `(SELECT pg_catalog.md5(coalesce(pg_catalog.string_agg(own.text, ',' ORDER BY own.text), '')) FROM (
    SELECT pg_catalog.concat('c', c.oid::pg_catalog.regclass, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)) AS text
      FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      WHERE c.relkind = 'c' AND c.oid >= 16384
    UNION ALL SELECT pg_catalog.concat('r', rngtypid::pg_catalog.regtype, rngsubtype::pg_catalog.regtype, rngcollation, rngsubopc)
      FROM pg_catalog.pg_range WHERE rngtypid >= 16384
    UNION ALL SELECT pg_catalog.concat('o', oid::pg_catalog.regoperator, oprcode) FROM pg_catalog.pg_operator WHERE oid >= 16384
    UNION ALL SELECT pg_catalog.concat('l', collnamespace::pg_catalog.regnamespace, collname, collprovider, collcollate, collctype)
      FROM pg_catalog.pg_collation WHERE oid >= 16384
    UNION ALL SELECT pg_catalog.concat('k', opcnamespace::pg_catalog.regnamespace, opcname, opcmethod, opcintype::pg_catalog.regtype, opcdefault)
      FROM pg_catalog.pg_opclass WHERE oid >= 16384
    UNION ALL SELECT pg_catalog.concat('a', castsource::pg_catalog.regtype, casttarget::pg_catalog.regtype, castcontext)
      FROM pg_catalog.pg_cast WHERE oid >= 16384) AS own)`;

/** A name with quotes where PostgreSQL prints them; a reserved word has them too. */
export function* printedName(connection: SchemaExecutor, name: string): Io<string> {
  const { rows } = yield* connection.executeRaw({
    sql:
      "SELECT pg_catalog.quote_ident($1::text) FROM " +
      "(SELECT pg_catalog.set_config('quote_all_identifiers', 'off', true) OFFSET 0) AS setting",
    parameters: [name],
    returnsRows: true,
  });
  return String(rows[0]?.[0]);
}

/**
 * Run `work` with empty schemas in place of `schemas`. Nothing stays, whatever happens, and nothing that was there is locked.
 * @throws ProgrammingError where the user may not create schemas; TransactionStateError inside a transaction.
 */
export function* scratch<T>(
  connection: SchemaExecutor,
  schemas: readonly (string | undefined)[],
  work: (schemas: SchemaMap) => Io<T>,
): Io<T> {
  const random = Math.random().toString(36).slice(2, 10).padEnd(8, "0");
  const names = new Map(
    [...new Set(schemas)].map((name, index) => [name, `sqlmodel_scratch_${random}_${String(index)}`]),
  );
  yield* connection.begin({ write: true });
  try {
    for (const name of names.values()) yield* createSchema(connection, name);
    const own = names.get(undefined);
    if (own !== undefined) yield* enter(connection, own);
    return yield* work(names);
  } finally {
    yield* connection.rollback();
  }
}

function* createSchema(connection: SchemaExecutor, name: string): Io<void> {
  try {
    yield* connection.executeRaw({ sql: `CREATE SCHEMA ${name}` });
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.sqlState !== "42501") throw error;
    throw new ProgrammingError(
      "The models are compared by creating them in a schema that is rolled back, but this user may not create schemas here. " +
        "Grant it CREATE on the database, or let embedded PGlite be the scratch database.",
      {
        ...(error.sql === undefined ? {} : { sql: error.sql }),
        sqlState: error.sqlState,
        vendorCode: error.vendorCode,
        cause: error,
      },
    );
  }
}

/** New objects without a schema go to `own` from here; what is looked up is found behind it as before. */
function* enter(connection: SchemaExecutor, own: string): Io<void> {
  yield* connection.executeRaw({
    sql:
      "SELECT pg_catalog.set_config($1::text, coalesce(pg_catalog.current_schema(), ''), true), " +
      "pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ', $2::text, nullif(pg_catalog.current_setting('search_path'), '')), true)",
    parameters: [scratchSetting, own],
    returnsRows: true,
  });
}
