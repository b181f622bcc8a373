/** Reads the catalog of PostgreSQL: one snapshot, a fixed number of queries, settings pinned that change what it prints. */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { Catalog, CatalogSchema, CatalogTable, QualifiedName } from "../../metadata/catalog.ts";
import type { InspectOptions } from "../migration-dialect.ts";
import { ask, command } from "../session-setup.ts";
import { commentOn, compact, notOfExtension, type Scope } from "./catalog-query.ts";
import { readConstraints } from "./inspect-constraints.ts";
import { readIndexes, readPolicies, readTriggers } from "./inspect-indexes.ts";
import { readDomains, readEnums, readExtensions, readRoutines, readSequences, readViews } from "./inspect-objects.ts";
import { readColumns, readTables } from "./inspect-tables.ts";

/** Set inside a scratch place: the schema that its first schema stands for. */
export const scratchSetting = "sqlmodel.scratch_of";

/** What changes how definitions are printed, and the value that is pinned. */
const settings: readonly (readonly [name: string, value: string])[] = [
  ["TimeZone", "UTC"],
  ["DateStyle", "ISO, YMD"],
  ["IntervalStyle", "iso_8601"],
  ["extra_float_digits", "1"],
  ["bytea_output", "hex"],
  ["standard_conforming_strings", "on"],
  ["quote_all_identifiers", "off"],
  ["xmlbinary", "base64"],
];

/** All that the connection's schemas hold. */
export function* inspect(connection: DriverConnection, options: InspectOptions): Io<Catalog> {
  if (connection.transactionStatus() === "active") return yield* pinned(connection, options);
  yield* command(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  try {
    return yield* pinned(connection, options);
  } finally {
    // Nothing was written: this gives the settings back.
    yield* command(connection, "ROLLBACK");
  }
}

/** Reads with the settings pinned until the end of the transaction, or until it is done. */
function* pinned(connection: DriverConnection, options: InspectOptions): Io<Catalog> {
  const names = ["search_path", ...settings.map(([name]) => name)];
  const { rows } = yield* ask(
    connection,
    "SELECT pg_catalog.current_schema()::text, pg_catalog.current_setting('server_version_num'), " +
      `pg_catalog.current_setting('${scratchSetting}', true), ` +
      names.map((name) => `pg_catalog.current_setting('${name}')`).join(", "),
  );
  const [own, version, scratchOf, ...before] = (rows[0] ?? []).map((value) => (value === null ? "" : String(value)));
  const ownSchemas = [own ?? "", scratchOf ?? ""].filter((name) => name !== "");
  // pg_temp last, or temporary tables would hide the others.
  const path = [...ownSchemas.map((name) => `"${name.replaceAll('"', '""')}"`), "pg_temp"].join(", ");
  yield* set(connection, names, [path, ...settings.map(([, value]) => value)]);
  try {
    const { oids, schemas } = yield* readSchemas(connection, options, own ?? "");
    return yield* read({ connection, version: Number(version), own: new Set(ownSchemas), schemas: oids }, schemas);
  } finally {
    // In a transaction that failed nothing can be set, and its end gives the settings back.
    if (connection.transactionStatus() !== "failed") yield* set(connection, names, before);
  }
}

function* set(connection: DriverConnection, names: readonly string[], values: readonly string[]): Io<void> {
  const items = names.map((name, index) => `pg_catalog.set_config('${name}', $${String(index + 1)}::text, true)`);
  yield* ask(connection, `SELECT ${items.join(", ")}`, values);
}

/** The schemas to read: the connection's own and those asked for. */
function* readSchemas(
  connection: DriverConnection,
  { schemas: wanted = [] }: InspectOptions,
  own: string,
): Io<{ readonly oids: string; readonly schemas: readonly CatalogSchema[] }> {
  const { rows } = yield* ask(
    connection,
    `SELECT n.oid::text, n.nspname::text, ${commentOn("pg_namespace", "n.oid")} FROM pg_catalog.pg_namespace AS n ` +
      `WHERE n.nspname = $1::text OR CASE WHEN $2::text = 'all' THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND ${notOfExtension("pg_namespace", "n.oid")} ` +
      "ELSE n.nspname IN (SELECT pg_catalog.jsonb_array_elements_text($3::text::jsonb)) END ORDER BY n.nspname",
    [own, wanted === "all" ? "all" : "listed", JSON.stringify(wanted === "all" ? [] : wanted)],
  );
  const others = rows.filter((row) => row[1] !== own);
  return {
    oids: `{${rows.map((row) => String(row[0])).join(",")}}`,
    schemas: others.map((row) => compact<CatalogSchema>({ name: String(row[1]), comment: row[2] as string | null })),
  };
}

function* read(scope: Scope, schemas: readonly CatalogSchema[]): Io<Catalog> {
  const tables = yield* readTables(scope);
  const { columns, serials } = yield* readColumns(scope);
  const constraints = yield* readConstraints(scope);
  const indexes = yield* readIndexes(scope);
  const triggers = yield* readTriggers(scope);
  const policies = yield* readPolicies(scope);
  // The connection's own schema comes first, whatever it is called.
  return {
    schemas,
    tables: tables.toSorted(byName).map(({ oid, ...table }): CatalogTable => {
      const own = constraints.ofTable(oid);
      return {
        ...table,
        columns: columns.get(oid) ?? [],
        ...own,
        indexes: indexes.get(oid) ?? [],
        triggers: triggers.get(oid) ?? [],
        policies: policies.get(oid) ?? [],
      };
    }),
    enums: (yield* readEnums(scope)).toSorted(byName),
    domains: (yield* readDomains(scope, constraints)).toSorted(byName),
    sequences: (yield* readSequences(scope, serials)).toSorted(byName),
    views: (yield* readViews(scope, indexes, triggers)).toSorted(byName),
    routines: (yield* readRoutines(scope)).toSorted(
      (left, right) => byName(left, right) || compare(left.arguments, right.arguments),
    ),
    extensions: yield* readExtensions(scope),
  };
}

function byName(left: QualifiedName, right: QualifiedName): number {
  return compare(left.schema ?? "", right.schema ?? "") || compare(left.name, right.name);
}

function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
