/** Indexes, triggers and policies from PostgreSQL's catalog. */
import type { Io } from "../../io/io.ts";
import type { CatalogIndex, CatalogIndexColumn, CatalogPolicy, CatalogTrigger } from "../../metadata/catalog.ts";
import {
  collationName,
  commentOn,
  compact,
  filled,
  flag,
  groupBy,
  notOfExtension,
  readRows,
  sortedRecord,
  storageOptions,
  type Scope,
} from "./catalog-query.ts";
import { textLiteral } from "./literal.ts";

interface IndexRow {
  readonly table: string;
  readonly name: string;
  readonly is_unique: boolean;
  readonly is_valid: boolean;
  readonly method: string;
  readonly nulls_not_distinct: boolean;
  readonly predicate: string | null;
  readonly options: readonly string[] | null;
  readonly comment: string | null;
  readonly columns: readonly IndexColumnRow[];
}

interface IndexColumnRow {
  readonly is_key: boolean;
  readonly name: string | null;
  readonly expression: string | null;
  readonly option: number;
  readonly collation: string | null;
  /** Where it is not the type's own, or has options. */
  readonly operator_class: string | null;
  readonly class_options: readonly string[] | null;
}

/** The indexes of each table and materialized view by its OID, without those that constraints or partitioned tables make. */
export function* readIndexes(scope: Scope): Io<ReadonlyMap<string, readonly CatalogIndex[]>> {
  const rows = yield* readRows<IndexRow>(scope, indexQuery(scope.version));
  return mapGroups(
    groupBy(rows, (row) => row.table),
    index,
  );
}

function mapGroups<Row, T>(
  groups: ReadonlyMap<string, readonly Row[]>,
  make: (row: Row) => T,
): ReadonlyMap<string, readonly T[]> {
  return new Map([...groups].map(([key, rows]) => [key, rows.map(make)]));
}

function indexQuery(version: number): string {
  return `SELECT i.indrelid::text AS table, ic.relname AS name, i.indisunique AS is_unique, i.indisvalid AS is_valid, am.amname AS method,
      ${version >= 150000 ? "i.indnullsnotdistinct" : "false"} AS nulls_not_distinct,
      pg_catalog.pg_get_expr(i.indpred, i.indrelid) AS predicate, ic.reloptions AS options,
      ${commentOn("pg_class", "ic.oid")} AS comment,
      (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('is_key', ia.attnum <= i.indnkeyatts, 'name', ta.attname,
          'expression', CASE WHEN ta.attname IS NULL THEN pg_catalog.pg_get_indexdef(i.indexrelid, ia.attnum::int, false) END,
          'option', i.indoption[ia.attnum - 1],
          'collation', CASE WHEN ia.attnum <= i.indnkeyatts AND i.indcollation[ia.attnum - 1] NOT IN (0, coalesce(ta.attcollation, 100))
            THEN (SELECT ${collationName("co")} FROM pg_catalog.pg_collation AS co WHERE co.oid = i.indcollation[ia.attnum - 1]) END,
          'operator_class', CASE WHEN ia.attnum <= i.indnkeyatts THEN
            (SELECT CASE WHEN oc.opcdefault AND ia.attoptions IS NULL THEN NULL
              WHEN pg_catalog.pg_opclass_is_visible(oc.oid) THEN pg_catalog.quote_ident(oc.opcname)
              ELSE (SELECT pg_catalog.format('%I.%I', ocn.nspname, oc.opcname) FROM pg_catalog.pg_namespace AS ocn WHERE ocn.oid = oc.opcnamespace) END
            FROM pg_catalog.pg_opclass AS oc WHERE oc.oid = i.indclass[ia.attnum - 1]) END,
          'class_options', ia.attoptions) ORDER BY ia.attnum)
        FROM pg_catalog.pg_attribute AS ia
        LEFT JOIN pg_catalog.pg_attribute AS ta ON ta.attrelid = i.indrelid AND ta.attnum = i.indkey[ia.attnum - 1] AND ta.attnum <> 0
        WHERE ia.attrelid = i.indexrelid) AS columns
    FROM pg_catalog.pg_index AS i
    JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
    JOIN pg_catalog.pg_am AS am ON am.oid = ic.relam
    WHERE c.relnamespace = ANY ($1::text::oid[]) AND c.relkind IN ('r', 'p', 'm') AND NOT ic.relispartition AND NOT i.indisprimary
      AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint AS con
        WHERE con.conindid = i.indexrelid AND con.conrelid = i.indrelid AND con.contype IN ('p', 'u', 'x'))
    ORDER BY i.indrelid, ic.relname`;
}

function index(row: IndexRow): CatalogIndex {
  const isOrdered = row.method === "btree";
  const options = sortedRecord(storageOptions(row.options));
  return compact<CatalogIndex>({
    name: row.name,
    columns: row.columns.filter((column) => column.is_key).map((column) => indexColumn(column, isOrdered)),
    unique: row.is_unique,
    method: isOrdered ? undefined : row.method,
    include: filled(row.columns.filter((column) => !column.is_key).map((column) => column.name ?? "")),
    where: row.predicate,
    nullsNotDistinct: flag(row.nulls_not_distinct),
    invalid: flag(!row.is_valid),
    comment: row.comment,
    options: Object.keys(options).length === 0 ? undefined : options,
  });
}

function indexColumn(row: IndexColumnRow, isOrdered: boolean): CatalogIndexColumn {
  const isDescending = isOrdered && (row.option & 1) === 1;
  const nullsFirst = isOrdered && (row.option & 2) === 2;
  return compact<CatalogIndexColumn>({
    column: row.name,
    expression: row.expression === null ? undefined : withoutParentheses(row.expression),
    descending: flag(isDescending),
    nulls: nullsFirst === isDescending ? undefined : nullsFirst ? "first" : "last",
    collation: row.collation,
    operatorClass: operatorClass(row),
  });
}

/** PostgreSQL puts parentheses around the whole of what is not a call of a function. */
function withoutParentheses(expression: string): string {
  return expression.startsWith("(") && expression.endsWith(")") ? expression.slice(1, -1) : expression;
}

function operatorClass({ operator_class: name, class_options }: IndexColumnRow): string | undefined {
  if (name === null) return undefined;
  const options = storageOptions(class_options).map(([key, value]) => `${key} = ${textLiteral(value)}`);
  return options.length === 0 ? name : `${name} (${options.join(", ")})`;
}

interface TriggerRow {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
  readonly enabled: string;
}

/** The triggers of each table and view by its OID. */
export function* readTriggers(scope: Scope): Io<ReadonlyMap<string, readonly CatalogTrigger[]>> {
  const rows = yield* readRows<TriggerRow>(
    scope,
    // Printed "pretty", the table is unqualified where it can be.
    `SELECT t.tgrelid::text AS table, t.tgname AS name, pg_catalog.pg_get_triggerdef(t.oid, true) AS definition, t.tgenabled AS enabled
    FROM pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
    WHERE c.relnamespace = ANY ($1::text::oid[]) AND NOT t.tgisinternal AND t.tgparentid = 0
      AND ${notOfExtension("pg_trigger", "t.oid")}
    ORDER BY t.tgrelid, t.tgname`,
  );
  return mapGroups(
    groupBy(rows, (row) => row.table),
    ({ name, definition, enabled }) => ({ name, definition, enabled: enabled !== "D" }),
  );
}

interface PolicyRow {
  readonly table: string;
  readonly name: string;
  readonly permissive: boolean;
  readonly command: CatalogPolicy["command"];
  readonly roles: readonly string[] | null;
  readonly using: string | null;
  readonly with_check: string | null;
}

/** The policies of each table by its OID. */
export function* readPolicies(scope: Scope): Io<ReadonlyMap<string, readonly CatalogPolicy[]>> {
  const rows = yield* readRows<PolicyRow>(
    scope,
    `SELECT p.polrelid::text AS table, p.polname AS name, p.polpermissive AS permissive,
      CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END AS command,
      (SELECT pg_catalog.json_agg(r.rolname ORDER BY r.rolname) FROM pg_catalog.pg_roles AS r WHERE r.oid = ANY (p.polroles)) AS roles,
      pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS using, pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS with_check
    FROM pg_catalog.pg_policy AS p JOIN pg_catalog.pg_class AS c ON c.oid = p.polrelid
    WHERE c.relnamespace = ANY ($1::text::oid[])
    ORDER BY p.polrelid, p.polname`,
  );
  return mapGroups(
    groupBy(rows, (row) => row.table),
    (row) =>
      compact<CatalogPolicy>({
        name: row.name,
        permissive: row.permissive,
        command: row.command,
        roles: row.roles ?? ["public"],
        using: row.using,
        withCheck: row.with_check,
      }),
  );
}
