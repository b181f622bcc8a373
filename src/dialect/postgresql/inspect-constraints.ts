/** Constraints of tables and domains from PostgreSQL's catalog. */
import type { Io } from "../../io/io.ts";
import type {
  CatalogCheck,
  CatalogExclusion,
  CatalogForeignKey,
  CatalogKey,
  CatalogTable,
} from "../../metadata/catalog.ts";
import type { ForeignKeyAction } from "../../metadata/constraint.ts";
import { compact, filled, flag, groupBy, ownName, readRows, type Scope } from "./catalog-query.ts";

interface ConstraintRow {
  /** OID of the table or domain. */
  readonly owner: string;
  readonly name: string;
  readonly type: "p" | "u" | "f" | "c" | "x";
  readonly is_deferrable: boolean;
  readonly is_deferred: boolean;
  readonly is_valid: boolean;
  readonly no_inherit: boolean;
  readonly columns: readonly string[] | null;
  readonly include: readonly string[] | null;
  readonly nulls_not_distinct: boolean | null;
  readonly expression: string | null;
  readonly definition: string | null;
  readonly referred_schema: string | null;
  readonly referred_name: string | null;
  readonly referred_columns: readonly string[] | null;
  readonly on_delete: string;
  readonly on_update: string;
  readonly match: string;
  readonly on_delete_columns: readonly string[] | null;
}

type TableConstraints = Pick<CatalogTable, "primaryKey" | "uniques" | "foreignKeys" | "checks" | "exclusions">;

/** The constraints that were read. */
export interface Constraints {
  /** By the table's OID. */
  ofTable(oid: string): TableConstraints;
  /** By the domain's OID. */
  checksOfDomain(oid: string): readonly CatalogCheck[];
}

/** Constraints of their own: those that a partition has from its table, or a child from its parent, belong there. */
export function* readConstraints(scope: Scope): Io<Constraints> {
  const rows = yield* readRows<ConstraintRow>(scope, constraintQuery(scope.version));
  const groups = groupBy(rows, (row) => row.owner);
  return {
    ofTable: (oid) => tableConstraints(scope, groups.get(oid) ?? []),
    checksOfDomain: (oid) => (groups.get(oid) ?? []).map(check),
  };
}

/** The names of the columns whose numbers are in `numbers`, in that order. */
function columnNames(table: string, numbers: string): string {
  return (
    "(SELECT pg_catalog.json_agg(a.attname ORDER BY k.place) " +
    `FROM pg_catalog.unnest(${numbers}) WITH ORDINALITY AS k (number, place) ` +
    `JOIN pg_catalog.pg_attribute AS a ON a.attrelid = ${table} AND a.attnum = k.number)`
  );
}

function constraintQuery(version: number): string {
  const since15 = version >= 150000;
  return `SELECT CASE WHEN con.contypid <> 0 THEN con.contypid ELSE con.conrelid END::text AS owner, con.conname AS name,
      con.contype AS type, con.condeferrable AS is_deferrable, con.condeferred AS is_deferred, con.convalidated AS is_valid,
      con.connoinherit AS no_inherit, ${columnNames("con.conrelid", "con.conkey")} AS columns,
      CASE WHEN i.indnatts > i.indnkeyatts THEN (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum)
        FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = i.indexrelid AND a.attnum > i.indnkeyatts) END AS include,
      ${since15 ? "i.indnullsnotdistinct" : "false"} AS nulls_not_distinct,
      CASE WHEN con.contype = 'c' THEN pg_catalog.pg_get_expr(con.conbin, con.conrelid) END AS expression,
      CASE WHEN con.contype = 'x' THEN pg_catalog.pg_get_constraintdef(con.oid) END AS definition,
      rn.nspname AS referred_schema, r.relname AS referred_name,
      CASE WHEN con.contype = 'f' THEN ${columnNames("con.confrelid", "con.confkey")} END AS referred_columns,
      con.confdeltype AS on_delete, con.confupdtype AS on_update, con.confmatchtype AS match,
      ${since15 ? `CASE WHEN con.contype = 'f' THEN ${columnNames("con.conrelid", "con.confdelsetcols")} END` : "NULL"} AS on_delete_columns
    FROM pg_catalog.pg_constraint AS con
    LEFT JOIN pg_catalog.pg_class AS r ON r.oid = con.confrelid AND con.contype = 'f'
    LEFT JOIN pg_catalog.pg_namespace AS rn ON rn.oid = r.relnamespace
    LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = con.conindid AND con.contype IN ('p', 'u')
    WHERE con.connamespace = ANY ($1::text::oid[]) AND con.contype IN ('p', 'u', 'f', 'c', 'x')
      AND con.conparentid = 0 AND (con.conislocal OR con.contypid <> 0)
    ORDER BY 1, con.conname`;
}

function tableConstraints(scope: Scope, rows: readonly ConstraintRow[]): TableConstraints {
  const of = (type: ConstraintRow["type"]): readonly ConstraintRow[] => rows.filter((row) => row.type === type);
  const primaryKey = of("p").map(key)[0];
  return {
    ...(primaryKey === undefined ? {} : { primaryKey }),
    uniques: of("u").map(key),
    foreignKeys: of("f").map((row) => foreignKey(scope, row)),
    checks: of("c").map(check),
    exclusions: of("x").map((row): CatalogExclusion => ({ name: row.name, definition: row.definition ?? "" })),
  };
}

function deferrable(row: ConstraintRow): "immediate" | "deferred" | undefined {
  if (!row.is_deferrable) return undefined;
  return row.is_deferred ? "deferred" : "immediate";
}

function key(row: ConstraintRow): CatalogKey {
  return compact<CatalogKey>({
    name: row.name,
    columns: row.columns ?? [],
    include: row.include,
    nullsNotDistinct: flag(row.nulls_not_distinct),
    deferrable: deferrable(row),
  });
}

const actions: Readonly<Record<string, ForeignKeyAction>> = {
  r: "RESTRICT",
  c: "CASCADE",
  n: "SET NULL",
  d: "SET DEFAULT",
};

function foreignKey(scope: Scope, row: ConstraintRow): CatalogForeignKey {
  return compact<CatalogForeignKey>({
    name: row.name,
    columns: row.columns ?? [],
    referred: ownName(scope, row.referred_schema ?? "", row.referred_name ?? ""),
    referredColumns: row.referred_columns ?? [],
    onDelete: actions[row.on_delete],
    onUpdate: actions[row.on_update],
    onDeleteColumns: filled(row.on_delete_columns),
    match: row.match === "f" ? "full" : undefined,
    deferrable: deferrable(row),
    notValid: flag(!row.is_valid),
  });
}

function check(row: ConstraintRow): CatalogCheck {
  return compact<CatalogCheck>({
    name: row.name,
    expression: row.expression ?? "",
    noInherit: flag(row.no_inherit),
    notValid: flag(!row.is_valid),
  });
}
