/** Types, sequences, views, routines and extensions from PostgreSQL's catalog. */
import type { Io } from "../../io/io.ts";
import type {
  CatalogDomain,
  CatalogEnum,
  CatalogExtension,
  CatalogIndex,
  CatalogRoutine,
  CatalogSequence,
  CatalogTrigger,
  CatalogView,
} from "../../metadata/catalog.ts";
import {
  collationName,
  commentOn,
  compact,
  filled,
  notOfExtension,
  ownName,
  readRows,
  storageOptions,
  type Scope,
} from "./catalog-query.ts";
import type { Constraints } from "./inspect-constraints.ts";
import { textLiteral } from "./literal.ts";

interface NameRow {
  readonly schema: string;
  readonly name: string;
  readonly comment: string | null;
}

/** Enum types. */
export function* readEnums(scope: Scope): Io<readonly CatalogEnum[]> {
  const rows = yield* readRows<NameRow & { readonly values: readonly string[] | null }>(
    scope,
    `SELECT n.nspname AS schema, t.typname AS name, ${commentOn("pg_type", "t.oid")} AS comment,
      (SELECT pg_catalog.json_agg(v.enumlabel ORDER BY v.enumsortorder) FROM pg_catalog.pg_enum AS v WHERE v.enumtypid = t.oid) AS values
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    WHERE t.typtype = 'e' AND t.typnamespace = ANY ($1::text::oid[]) AND ${notOfExtension("pg_type", "t.oid")}
    ORDER BY n.nspname, t.typname`,
  );
  return rows.map((row) =>
    compact<CatalogEnum>({ ...ownName(scope, row.schema, row.name), values: row.values ?? [], comment: row.comment }),
  );
}

interface DomainRow extends NameRow {
  readonly oid: string;
  readonly type: string;
  readonly not_null: boolean;
  readonly expression: string | null;
  readonly collation: string | null;
}

/** Domains, with their checks out of `constraints`. */
export function* readDomains(scope: Scope, constraints: Constraints): Io<readonly CatalogDomain[]> {
  const rows = yield* readRows<DomainRow>(
    scope,
    `SELECT t.oid::text, n.nspname AS schema, t.typname AS name, pg_catalog.format_type(t.typbasetype, t.typtypmod) AS type,
      t.typnotnull AS not_null, pg_catalog.pg_get_expr(t.typdefaultbin, 0) AS expression, ${collationName("co")} AS collation,
      ${commentOn("pg_type", "t.oid")} AS comment
    FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
    JOIN pg_catalog.pg_type AS b ON b.oid = t.typbasetype
    LEFT JOIN pg_catalog.pg_collation AS co ON co.oid = t.typcollation AND t.typcollation <> b.typcollation
    WHERE t.typtype = 'd' AND t.typnamespace = ANY ($1::text::oid[]) AND ${notOfExtension("pg_type", "t.oid")}
    ORDER BY n.nspname, t.typname`,
  );
  return rows.map((row) =>
    compact<CatalogDomain>({
      ...ownName(scope, row.schema, row.name),
      type: row.type,
      nullable: !row.not_null,
      default: row.expression,
      collation: row.collation,
      checks: constraints.checksOfDomain(row.oid),
      comment: row.comment,
    }),
  );
}

interface SequenceRow extends NameRow {
  readonly oid: string;
  readonly type: string;
  readonly start: string;
  readonly increment: string;
  readonly min: string;
  readonly max: string;
  readonly cache: string;
  readonly cycle: boolean;
  readonly table_schema: string | null;
  readonly table_name: string | null;
  readonly column: string | null;
}

/** Sequences without those of identities and of serial columns (`serials`, by OID). */
export function* readSequences(scope: Scope, serials: ReadonlySet<string>): Io<readonly CatalogSequence[]> {
  const rows = yield* readRows<SequenceRow>(
    scope,
    `SELECT c.oid::text, n.nspname AS schema, c.relname AS name, ${commentOn("pg_class", "c.oid")} AS comment,
      pg_catalog.format_type(s.seqtypid, NULL) AS type, s.seqstart::text AS start, s.seqincrement::text AS increment,
      s.seqmin::text AS min, s.seqmax::text AS max, s.seqcache::text AS cache, s.seqcycle AS cycle,
      tn.nspname AS table_schema, t.relname AS table_name, a.attname AS column
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_sequence AS s ON s.seqrelid = c.oid
    LEFT JOIN pg_catalog.pg_depend AS o ON o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.objid = c.oid
      AND o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjsubid > 0 AND o.deptype IN ('a', 'i')
    LEFT JOIN pg_catalog.pg_class AS t ON t.oid = o.refobjid
    LEFT JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
    LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
    WHERE c.relkind = 'S' AND c.relnamespace = ANY ($1::text::oid[]) AND c.relpersistence <> 't'
      AND o.deptype IS DISTINCT FROM 'i' AND ${notOfExtension("pg_class", "c.oid")}
    ORDER BY n.nspname, c.relname`,
  );
  return rows
    .filter((row) => !serials.has(row.oid))
    .map((row) =>
      compact<CatalogSequence>({
        ...ownName(scope, row.schema, row.name),
        type: row.type,
        start: row.start,
        increment: row.increment,
        minValue: row.min,
        maxValue: row.max,
        cache: row.cache,
        cycle: row.cycle,
        ownedBy:
          row.table_schema === null || row.table_name === null || row.column === null
            ? undefined
            : { table: ownName(scope, row.table_schema, row.table_name), column: row.column },
        comment: row.comment,
      }),
    );
}

interface ViewRow extends NameRow {
  readonly oid: string;
  readonly materialized: boolean;
  readonly query: string;
  readonly options: readonly string[] | null;
  readonly populated: boolean;
  readonly columns: readonly string[] | null;
  /** As the server writes it where it is not unqualified. */
  readonly text: string;
}

/** Views and materialized views. */
export function* readViews(
  scope: Scope,
  indexes: ReadonlyMap<string, readonly CatalogIndex[]>,
  triggers: ReadonlyMap<string, readonly CatalogTrigger[]>,
): Io<readonly CatalogView[]> {
  const rows = yield* readRows<ViewRow>(
    scope,
    `SELECT c.oid::text, n.nspname AS schema, c.relname AS name, ${commentOn("pg_class", "c.oid")} AS comment,
      c.relkind = 'm' AS materialized, pg_catalog.pg_get_viewdef(c.oid) AS query, c.reloptions AS options, c.relispopulated AS populated,
      ${nameText(scope, "n.nspname", "c.relname")} AS text,
      (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('v', 'm') AND c.relnamespace = ANY ($1::text::oid[]) AND c.relpersistence <> 't'
      AND ${notOfExtension("pg_class", "c.oid")}
    ORDER BY n.nspname, c.relname`,
  );
  return rows.map((row) =>
    compact<CatalogView>({
      ...ownName(scope, row.schema, row.name),
      materialized: row.materialized,
      definition: viewDefinition(row),
      indexes: indexes.get(row.oid) ?? [],
      columns: row.columns ?? [],
      triggers: filled(triggers.get(row.oid) ?? null),
      comment: row.comment,
    }),
  );
}

/** A name in a definition: with its schema unless that is the connection's own. */
function nameText(scope: Scope, schema: string, name: string): string {
  const own = [...scope.own].map(textLiteral).join(", ");
  const isOwn = own === "" ? "false" : `${schema} IN (${own})`;
  return `CASE WHEN ${isOwn} THEN pg_catalog.quote_ident(${name}) ELSE pg_catalog.format('%I.%I', ${schema}, ${name}) END`;
}

function viewDefinition(row: ViewRow): string {
  const options = storageOptions(row.options).map(([name, value]) => `${name} = ${textLiteral(value)}`);
  const parameters = options.length === 0 ? "" : ` WITH (${options.join(", ")})`;
  const query = row.query.replace(/;\s*$/, "");
  const end = row.materialized && !row.populated ? "\nWITH NO DATA" : "";
  return `CREATE ${row.materialized ? "MATERIALIZED " : ""}VIEW ${row.text}${parameters} AS\n${query}${end}`;
}

interface RoutineRow extends NameRow {
  readonly kind: "function" | "procedure" | "aggregate";
  readonly arguments: string;
  readonly definition: string | null;
  readonly text: string;
  /** As `definition` has it. */
  readonly qualified: string;
  readonly aggregate: Readonly<Record<string, string | null>> | null;
}

/** Functions, procedures and aggregates. */
export function* readRoutines(scope: Scope): Io<readonly CatalogRoutine[]> {
  const rows = yield* readRows<RoutineRow>(
    scope,
    `SELECT n.nspname AS schema, p.proname AS name, ${commentOn("pg_proc", "p.oid")} AS comment,
      CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
      coalesce((SELECT pg_catalog.string_agg(pg_catalog.format_type(k.type, NULL), ', ' ORDER BY k.place)
        FROM pg_catalog.unnest(p.proargtypes) WITH ORDINALITY AS k (type, place)), '') AS arguments,
      CASE WHEN p.prokind <> 'a' THEN pg_catalog.pg_get_functiondef(p.oid) END AS definition,
      ${nameText(scope, "n.nspname", "p.proname")} AS text, pg_catalog.format('%I.%I', n.nspname, p.proname) AS qualified,
      CASE WHEN ag.aggfnoid IS NOT NULL THEN pg_catalog.json_build_object(
        'arguments', pg_catalog.pg_get_function_arguments(p.oid), 'SFUNC', ag.aggtransfn::text, 'STYPE', pg_catalog.format_type(ag.aggtranstype, NULL),
        'FINALFUNC', nullif(ag.aggfinalfn::text, '-'), 'COMBINEFUNC', nullif(ag.aggcombinefn::text, '-'),
        'SERIALFUNC', nullif(ag.aggserialfn::text, '-'), 'DESERIALFUNC', nullif(ag.aggdeserialfn::text, '-'),
        'initial', ag.agginitval, 'PARALLEL', CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END) END AS aggregate
    FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    LEFT JOIN pg_catalog.pg_aggregate AS ag ON ag.aggfnoid = p.oid
    WHERE p.pronamespace = ANY ($1::text::oid[]) AND ${notOfExtension("pg_proc", "p.oid")}
      -- A range type makes its constructors.
      AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS i WHERE i.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND i.objid = p.oid AND i.deptype = 'i')
    ORDER BY n.nspname, p.proname, 5`,
  );
  return rows.map((row) =>
    compact<CatalogRoutine>({
      ...ownName(scope, row.schema, row.name),
      kind: row.kind,
      arguments: row.arguments,
      definition: routineDefinition(row),
      comment: row.comment,
    }),
  );
}

function routineDefinition(row: RoutineRow): string {
  if (row.aggregate !== null) return aggregateDefinition(row.text, row.aggregate);
  const head = `CREATE OR REPLACE ${row.kind.toUpperCase()} `;
  const definition = row.definition ?? "";
  const written = `${head}${row.qualified}(`;
  // The server always writes the schema, the connection's own too.
  return definition.startsWith(written) ? `${head}${row.text}(${definition.slice(written.length)}` : definition;
}

function aggregateDefinition(name: string, parts: Readonly<Record<string, string | null>>): string {
  const { arguments: parameters, initial, ...rest } = parts;
  const options = Object.entries(rest).flatMap(([key, value]) => (value === null ? [] : [`${key} = ${value}`]));
  if (initial !== null && initial !== undefined) options.push(`INITCOND = ${textLiteral(initial)}`);
  return `CREATE AGGREGATE ${name}(${parameters === "" ? "*" : (parameters ?? "*")}) (${options.join(", ")})`;
}

/** Extensions of the database without the one that every database has. */
export function* readExtensions(scope: Scope): Io<readonly CatalogExtension[]> {
  const rows = yield* readRows<{ readonly name: string; readonly version: string; readonly schema: string }>(
    scope,
    `SELECT e.extname AS name, e.extversion AS version, n.nspname AS schema
    FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
    WHERE e.extname <> 'plpgsql' AND $1::text IS NOT NULL
    ORDER BY e.extname`,
  );
  return rows.map((row) => ({ ...ownName(scope, row.schema, row.name), version: row.version }));
}
