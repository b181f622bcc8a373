/** Tables and columns from PostgreSQL's catalog. */
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { emptyTable, type CatalogColumn, type CatalogIdentity, type CatalogTable } from "../../metadata/catalog.ts";
import { ask } from "../session-setup.ts";
import {
  collationName,
  commentOn,
  compact,
  flag,
  groupBy,
  notOfExtension,
  ownName,
  readRows,
  sortedRecord,
  storageOptions,
  type Scope,
} from "./catalog-query.ts";

interface TableRow {
  readonly oid: string;
  readonly schema: string;
  readonly name: string;
  readonly kind: "r" | "p" | "f";
  readonly is_partition: boolean;
  readonly unlogged: boolean;
  readonly row_security: boolean;
  readonly force_row_security: boolean;
  readonly options: readonly string[] | null;
  readonly toast_options: readonly string[] | null;
  readonly access_method: string | null;
  readonly tablespace: string | null;
  readonly comment: string | null;
  readonly partition_by: string | null;
  readonly bound: string | null;
  readonly parents: string | null;
  readonly server: string | null;
  readonly server_options: readonly string[] | null;
  readonly replica_identity: string;
}

/** Names of `CatalogTable.options` that are not storage parameters. */
export const tableOptionNames = Object.freeze([
  "accessMethod",
  "forceRowSecurity",
  "inherits",
  "partitionBound",
  "partitionBy",
  "partitionOf",
  "replicaIdentity",
  "rowSecurity",
  "server",
  "serverOptions",
  "tablespace",
  "unlogged",
] as const);

const replicaIdentities: Readonly<Record<string, string>> = { f: "FULL", n: "NOTHING" };

/** The tables without what is read by the other functions. */
export function* readTables(scope: Scope): Io<readonly (CatalogTable & { readonly oid: string })[]> {
  const rows = yield* readRows<TableRow>(
    scope,
    `SELECT c.oid::text, n.nspname AS schema, c.relname AS name, c.relkind AS kind, c.relispartition AS is_partition,
      c.relpersistence = 'u' AS unlogged, c.relrowsecurity AS row_security, c.relforcerowsecurity AS force_row_security,
      c.reloptions AS options, toast.reloptions AS toast_options, am.amname AS access_method, ts.spcname AS tablespace,
      ${commentOn("pg_class", "c.oid")} AS comment,
      CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END AS partition_by,
      pg_catalog.pg_get_expr(c.relpartbound, c.oid) AS bound,
      (SELECT pg_catalog.string_agg(i.inhparent::pg_catalog.regclass::text, ', ' ORDER BY i.inhseqno)
        FROM pg_catalog.pg_inherits AS i WHERE i.inhrelid = c.oid) AS parents,
      fs.srvname AS server, ft.ftoptions AS server_options, c.relreplident AS replica_identity
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_class AS toast ON toast.oid = c.reltoastrelid
    LEFT JOIN pg_catalog.pg_am AS am ON am.oid = c.relam AND am.amname <> 'heap'
    LEFT JOIN pg_catalog.pg_tablespace AS ts ON ts.oid = c.reltablespace
    LEFT JOIN pg_catalog.pg_foreign_table AS ft ON ft.ftrelid = c.oid
    LEFT JOIN pg_catalog.pg_foreign_server AS fs ON fs.oid = ft.ftserver
    WHERE c.relnamespace = ANY ($1::text::oid[]) AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
      AND ${notOfExtension("pg_class", "c.oid")}
    ORDER BY n.nspname, c.relname`,
  );
  return rows.map((row) => ({
    oid: row.oid,
    ...compact<CatalogTable>({
      ...emptyTable(ownName(scope, row.schema, row.name)),
      kind: tableKind(row),
      comment: row.comment,
      options: tableOptions(row),
    }),
  }));
}

function tableKind(row: TableRow): CatalogTable["kind"] {
  if (row.kind === "f") return "foreign";
  if (row.is_partition) return "partition";
  return row.kind === "p" ? "partitioned" : "table";
}

function tableOptions(row: TableRow): CatalogTable["options"] {
  return sortedRecord([
    ["accessMethod", row.access_method],
    ["forceRowSecurity", row.force_row_security ? "true" : undefined],
    ["inherits", row.is_partition ? undefined : row.parents],
    ["partitionBound", row.bound],
    ["partitionBy", row.partition_by],
    ["partitionOf", row.is_partition ? row.parents : undefined],
    ["replicaIdentity", replicaIdentities[row.replica_identity]],
    ["rowSecurity", row.row_security ? "true" : undefined],
    ["server", row.server],
    ["serverOptions", row.server_options === null ? undefined : JSON.stringify(row.server_options)],
    ["tablespace", row.tablespace],
    ["unlogged", row.unlogged ? "true" : undefined],
    ...storageOptions(row.options),
    ...storageOptions(row.toast_options, "toast."),
  ]);
}

interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly not_null: boolean;
  readonly expression: string | null;
  readonly generated: "" | "s" | "v";
  readonly identity: "" | "a" | "d";
  readonly collation: string | null;
  readonly comment: string | null;
  readonly storage: string | null;
  readonly compression: string | null;
  readonly statistics: string | null;
  readonly attributes: readonly string[] | null;
  readonly server_options: readonly string[] | null;
  readonly sequence: SequenceRow | null;
}

/** The sequence behind a column. */
interface SequenceRow {
  readonly oid: string;
  readonly name: string;
  readonly text: string;
  /** In the table's schema, of the column's type and logged like it: what GENERATED and serial make. */
  readonly alike: boolean;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
}

const storageNames: Readonly<Record<string, string>> = { p: "PLAIN", e: "EXTERNAL", m: "MAIN", x: "EXTENDED" };
const compressionNames: Readonly<Record<string, string>> = { p: "pglz", l: "lz4" };

/** What ALTER COLUMN … SET takes. */
export const attributeOptionNames: ReadonlySet<string> = new Set(["n_distinct", "n_distinct_inherited"]);

/** The columns of each table by its OID, and the sequences that belong to them. */
export function* readColumns(scope: Scope): Io<{
  readonly columns: ReadonlyMap<string, readonly CatalogColumn[]>;
  readonly serials: ReadonlySet<string>;
}> {
  // By far the most rows of a catalog: to make each a JSON object would take the server longer than to find them.
  const { rows: values } = yield* ask(scope.connection, columnQuery(scope.version), [scope.schemas]);
  const rows = values.map(columnRow);
  const serials = new Set<string>();
  const columns = new Map<string, readonly CatalogColumn[]>();
  for (const [table, group] of groupBy(rows, (row) => row.table)) {
    columns.set(
      table,
      ofOneSequence(group).map((row) => column(row, serials)),
    );
  }
  return { columns, serials };
}

/** A column may own several sequences: of its rows stays the one that is its identity, else any. */
function ofOneSequence(rows: readonly ColumnRow[]): readonly ColumnRow[] {
  const byName = new Map<string, ColumnRow>();
  for (const row of rows) {
    const before = byName.get(row.name);
    if (before === undefined || identityOf(before) === undefined) byName.set(row.name, row);
  }
  return [...byName.values()];
}

/** What `columnQuery` selects, in its order; all of it as text. */
function columnRow(values: readonly DriverValue[]): ColumnRow {
  const [table, name, type, notNull, expression, generated, identity, collation, comment, storage, ...rest] =
    values.map((value) => (value === null ? null : String(value)));
  const [compression, statistics, attributes, serverOptions, sequence] = rest;
  const parsed = (text: string | null | undefined): unknown =>
    text === null || text === undefined ? null : JSON.parse(text);
  return {
    table: table ?? "",
    name: name ?? "",
    type: type ?? "",
    not_null: notNull === "true",
    expression: expression ?? null,
    generated: generated as ColumnRow["generated"],
    identity: identity as ColumnRow["identity"],
    collation: collation ?? null,
    comment: comment ?? null,
    storage: storage ?? null,
    compression: compression ?? null,
    statistics: statistics ?? null,
    attributes: parsed(attributes) as ColumnRow["attributes"],
    server_options: parsed(serverOptions) as ColumnRow["server_options"],
    sequence: parsed(sequence) as ColumnRow["sequence"],
  };
}

function columnQuery(version: number): string {
  const compression = version >= 140000 ? "CASE WHEN a.attcompression <> '' THEN a.attcompression END" : "NULL";
  return `SELECT a.attrelid::text, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull::text,
      CASE WHEN a.atthasdef THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END, a.attgenerated::text, a.attidentity::text,
      ${collationName("co")}, ${commentOn("pg_class", "a.attrelid", "a.attnum")},
      CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END, ${compression}::text,
      CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END,
      pg_catalog.array_to_json(a.attoptions)::text, pg_catalog.array_to_json(a.attfdwoptions)::text,
      CASE WHEN s.seqrelid IS NOT NULL THEN pg_catalog.json_build_object('oid', s.seqrelid::text, 'name', sc.relname,
        'text', sc.oid::pg_catalog.regclass::text,
        'alike', sc.relnamespace = c.relnamespace AND s.seqtypid = a.atttypid AND sc.relpersistence = c.relpersistence,
        'type', pg_catalog.format_type(s.seqtypid, NULL), 'start', s.seqstart::text, 'increment', s.seqincrement::text,
        'min', s.seqmin::text, 'max', s.seqmax::text, 'cache', s.seqcache::text, 'cycle', s.seqcycle)::text END
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = a.attcollation AND a.attcollation <> t.typcollation
    LEFT JOIN (pg_catalog.pg_depend AS o JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = o.objid
        JOIN pg_catalog.pg_class AS sc ON sc.oid = s.seqrelid)
      ON o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum AND o.deptype = CASE WHEN a.attidentity <> '' THEN 'i'::"char" ELSE 'a'::"char" END
        AND (a.attidentity <> '' OR a.atthasdef)
    WHERE c.relnamespace = ANY ($1::text::oid[]) AND c.relkind IN ('r', 'p', 'f') AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum, s.seqrelid`;
}

function column(row: ColumnRow, serials: Set<string>): CatalogColumn {
  const identity = identityOf(row);
  if (identity?.serial !== undefined && row.sequence !== null) serials.add(row.sequence.oid);
  const options = sortedRecord([
    ["compression", row.compression === null ? undefined : compressionNames[row.compression]],
    ["serverOptions", row.server_options === null ? undefined : JSON.stringify(row.server_options)],
    ["statistics", row.statistics],
    ["storage", row.storage === null ? undefined : storageNames[row.storage]],
    ...storageOptions(row.attributes).filter(([name]) => attributeOptionNames.has(name)),
  ]);
  const isComputed = row.generated !== "";
  return compact<CatalogColumn>({
    name: row.name,
    type: row.type,
    nullable: !row.not_null,
    default: isComputed || identity !== undefined ? undefined : row.expression,
    identity,
    computed:
      isComputed && row.expression !== null ? { expression: row.expression, stored: row.generated === "s" } : undefined,
    collation: row.collation,
    comment: row.comment,
    options: Object.keys(options).length === 0 ? undefined : options,
  });
}

const largest: Readonly<Record<string, string>> = {
  smallint: "32767",
  integer: "2147483647",
  bigint: "9223372036854775807",
};
const smallest: Readonly<Record<string, string>> = {
  smallint: "-32768",
  integer: "-2147483648",
  bigint: "-9223372036854775808",
};

/** Bounds and start of a sequence for which none were given. */
export function sequenceDefaults(type: string, increment: string): { min: string; max: string; start: string } {
  const isDescending = increment.startsWith("-");
  const min = isDescending ? (smallest[type] ?? "") : "1";
  const max = isDescending ? "-1" : (largest[type] ?? "");
  return { min, max, start: isDescending ? max : min };
}

function identityOf(row: ColumnRow): CatalogIdentity | undefined {
  const { sequence } = row;
  if (sequence === null) return undefined;
  const isSerial = row.identity === "";
  const isOwnDefault = row.expression === `nextval('${sequence.text.replaceAll("'", "''")}'::regclass)`;
  if (isSerial && !(sequence.alike && isOwnDefault)) return undefined;
  const usual = sequenceDefaults(sequence.type, sequence.increment);
  const start = sequence.increment.startsWith("-") ? sequence.max : sequence.min;
  return compact<CatalogIdentity>({
    always: row.identity === "a",
    serial: isSerial ? sequence.name : undefined,
    start: sequence.start === start ? undefined : sequence.start,
    increment: sequence.increment === "1" ? undefined : sequence.increment,
    minValue: sequence.min === usual.min ? undefined : sequence.min,
    maxValue: sequence.max === usual.max ? undefined : sequence.max,
    cache: sequence.cache === "1" ? undefined : sequence.cache,
    cycle: flag(sequence.cycle),
  });
}
