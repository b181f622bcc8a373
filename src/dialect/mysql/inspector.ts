/**
 * Reads the catalog of MySQL and MariaDB from information_schema, one query a view. A schema is what they call a database.
 *
 * One thing has several names there, and is reported as one: a unique index that a constraint can say is in `uniques`, also where
 * CREATE INDEX made it; RESTRICT is NO ACTION; the index that a foreign key brings along is the foreign key's (see
 * `key-indexes.ts`); MariaDB's JSON is "json".
 */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { emptyCatalog, type Catalog, type CatalogSchema } from "../../metadata/catalog.ts";
import type { InspectOptions } from "../migration-dialect.ts";
import { ask } from "../session-setup.ts";
import { asRows, askServer, type Scope, type Server } from "./catalog-query.ts";
import { inspectRoutines, inspectSequences, inspectViews } from "./inspect-objects.ts";
import { inspectTables } from "./inspect-tables.ts";
import { isScratchName } from "./scratch.ts";

/** Databases of the server itself. */
const systemSchemas: ReadonlySet<string> = new Set(["information_schema", "performance_schema", "mysql", "sys"]);

/** All that the connection's schemas hold. */
export function* inspect(connection: DriverConnection, options: InspectOptions): Io<Catalog> {
  const server = yield* askServer(connection);
  const others = options.schemas === undefined ? [] : yield* otherSchemas(connection, server, options.schemas);
  const own = server.database === undefined ? [] : [server.database];
  const scope: Scope = { connection, server, schemas: [...own, ...others.map(({ name }) => name)] };
  if (scope.schemas.length === 0) return emptyCatalog;
  const { tables, columnNames, sequenceNames } = yield* inspectTables(scope);
  return {
    ...emptyCatalog,
    schemas: others,
    tables,
    sequences: yield* inspectSequences(scope, sequenceNames),
    views: yield* inspectViews(scope, columnNames),
    routines: yield* inspectRoutines(scope),
  };
}

/** The schemas asked for that are there. */
function* otherSchemas(
  connection: DriverConnection,
  server: Server,
  wanted: readonly string[] | "all",
): Io<CatalogSchema[]> {
  const columns = ["schema_name", server.isMariaDb ? "schema_comment" : "NULL AS schema_comment"];
  const { rows } = yield* ask(connection, `SELECT ${columns.join(", ")} FROM information_schema.schemata`);
  const names: ReadonlySet<string> | undefined = wanted === "all" ? undefined : new Set(wanted);
  return asRows(columns, rows)
    .map((row) => ({ name: row["schema_name"] ?? "", comment: row["schema_comment"] ?? "" }))
    .filter(({ name }) => name !== server.database)
    .filter(({ name }) => names?.has(name) ?? !(systemSchemas.has(name) || isScratchName(name)))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map(({ name, comment }) => (comment === "" ? { name } : { name, comment }));
}
