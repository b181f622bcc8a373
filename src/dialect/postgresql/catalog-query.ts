/** Asks PostgreSQL's system catalog: rows come as JSON, names of schemas as the catalog of this package has them. */
import type { DriverConnection } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import type { QualifiedName } from "../../metadata/catalog.ts";
import { ask } from "../session-setup.ts";

/** What is read, and how the server is asked. */
export interface Scope {
  readonly connection: DriverConnection;
  /** 150004 is 15.4. */
  readonly version: number;
  /** Schemas whose objects are unqualified: the connection's own and, in a scratch place, the one it stands for. */
  readonly own: ReadonlySet<string>;
  /** OIDs of the schemas to read, as an array's text. */
  readonly schemas: string;
}

/** The rows of `sql`, whose only parameter is the list of schemas; one JSON object a row. */
export function* readRows<T>(scope: Scope, sql: string): Io<T[]> {
  const { rows } = yield* ask(scope.connection, `SELECT pg_catalog.row_to_json(q)::text FROM (${sql}) AS q`, [
    scope.schemas,
  ]);
  return rows.map((row) => JSON.parse(String(row[0])) as T);
}

/** An object's name as the catalog has it. */
export function ownName(scope: Scope, schema: string, name: string): QualifiedName {
  return scope.own.has(schema) ? { name } : { schema, name };
}

/** What may be NULL in a row where the catalog leaves it out. */
type Nullable<T> = { readonly [K in keyof T]: T[K] | (undefined extends T[K] ? null : never) };

/** Without what is NULL or undefined. */
export function compact<T extends object>(values: Nullable<T>): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined)) as T;
}

/** True, or not there. */
export function flag(value: boolean | null): true | undefined {
  return value === true ? true : undefined;
}

/** `values`, or undefined where there are none. */
export function filled<T>(values: readonly T[] | null): readonly T[] | undefined {
  return values === null || values.length === 0 ? undefined : values;
}

/** Objects of `class` that an extension made are the extension's. */
export function notOfExtension(catalogClass: string, oid: string): string {
  return `NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS e WHERE e.classid = 'pg_catalog.${catalogClass}'::pg_catalog.regclass AND e.objid = ${oid} AND e.deptype = 'e')`;
}

/** The comment on an object; `obj_description` is many times slower. */
export function commentOn(catalogClass: string, oid: string, column = "0"): string {
  return `(SELECT ds.description FROM pg_catalog.pg_description AS ds WHERE ds.objoid = ${oid} AND ds.classoid = 'pg_catalog.${catalogClass}'::pg_catalog.regclass AND ds.objsubid = ${column})`;
}

/** `name` of a collation: its name where that finds it, else with the schema, both quoted. */
export function collationName(alias: string): string {
  return (
    `CASE WHEN ${alias}.oid IS NULL THEN NULL WHEN pg_catalog.pg_collation_is_visible(${alias}.oid) THEN ${alias}.collname::text ELSE ` +
    `(SELECT pg_catalog.format('"%s"."%s"', pg_catalog.replace(s.nspname, '"', '""'), pg_catalog.replace(${alias}.collname, '"', '""')) ` +
    `FROM pg_catalog.pg_namespace AS s WHERE s.oid = ${alias}.collnamespace) END`
  );
}

/** "fillfactor=70" as an entry; sorted by name. */
export function storageOptions(options: readonly string[] | null, prefix = ""): readonly (readonly [string, string])[] {
  return (options ?? []).map((option) => {
    const at = option.indexOf("=");
    return [`${prefix}${option.slice(0, at)}`, option.slice(at + 1)] as const;
  });
}

/** A record of its entries, sorted by name. */
export function sortedRecord(
  entries: readonly (readonly [string, string | null | undefined])[],
): Readonly<Record<string, string>> {
  const kept = entries.filter(
    (entry): entry is readonly [string, string] => entry[1] !== null && entry[1] !== undefined,
  );
  return Object.fromEntries(kept.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** Rows by a key of theirs. */
export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}
