/**
 * A table made anew: SQLite's ALTER TABLE can change little else. The order matters: the new table gets the old one's name only
 * after that is gone, because renaming the old one would make all references follow it. Foreign keys must be off.
 */
import type { CatalogColumn, CatalogTable } from "../../metadata/catalog.ts";
import type { Operation, OperationOf } from "../../metadata/operation.ts";
import { mentionsColumn } from "../../metadata/rename-in-expression.ts";
import type { CheckStep, Step } from "../migration-dialect.ts";
import { foldName } from "./ddl-tokens.ts";
import { textLiteral } from "./literal.ts";
import { lossyValue } from "./lossy-value.ts";
import { quote } from "./names.ts";
import { rowidColumn } from "./rowid-column.ts";
import { affinity } from "./type-reflection.ts";

/** What becomes of the columns in a group of operations on one table. */
export interface ColumnFate {
  /** Columns that are kept, each with the conversion that was asked for. */
  readonly kept: Map<string, { using: string | undefined }>;
  /** Values for new columns in the rows that are there. */
  readonly fills: Map<string, string>;
}

/** Note what `operation` does to columns. */
export function noteFate(fate: ColumnFate, operation: Operation): void {
  if (operation.kind === "dropColumn") {
    fate.kept.delete(operation.column);
    fate.fills.delete(operation.column);
  } else if (operation.kind === "addColumn") noteNew(fate, operation);
  else if (operation.kind === "alterColumn" && operation.using !== undefined) {
    const kept = fate.kept.get(operation.column);
    if (kept !== undefined) kept.using = operation.using;
  }
}

/** The default counts as it is now: a later operation may take it away again. */
function noteNew(fate: ColumnFate, { column, fill }: OperationOf<"addColumn">): void {
  if (column.computed !== undefined || column.identity !== undefined) return;
  const value = fill ?? column.default ?? (column.nullable ? "NULL" : undefined);
  if (value !== undefined) fate.fills.set(column.name, value);
}

export interface Rebuild {
  readonly before: CatalogTable;
  readonly after: CatalogTable;
  readonly fate: ColumnFate;
  /** CREATE TABLE of `after` under another name. */
  readonly createText: (name: string) => string;
  /** What takes away those parts of `before` that do not go with the table: full-text indexes. */
  readonly detached: readonly Step[];
  /** What makes the indexes and triggers of `after`. */
  readonly attached: readonly string[];
}

const schema = (sql: string): Step => ({ kind: "statement", sql, transactional: true, effect: "schema" });
const data = (sql: string): Step => ({ kind: "statement", sql, transactional: true, effect: "data" });

/** The steps, without the checks that follow the last rebuild of a revision. */
export function rebuildSteps(rebuild: Rebuild): Step[] {
  const { before, after, detached, attached } = rebuild;
  const old = quote(before.name);
  const temporary = `_sqlmodel_new_${before.name}`;
  const fresh = quote(temporary);
  const sources = columnSources(rebuild);
  return [
    ...checksFirst(rebuild, sources),
    schema(rebuild.createText(temporary)),
    ...copyRows(rebuild, sources, fresh),
    {
      kind: "check",
      sql: `SELECT o.n, c.n FROM (SELECT count(*) AS n FROM ${old}) o, (SELECT count(*) AS n FROM ${fresh}) c WHERE o.n <> c.n`,
      problem: `Table '${before.name}' was built anew, and the new table does not have as many rows as the old one.`,
      remedy: "A constraint with ON CONFLICT IGNORE or REPLACE dropped rows: mend them before.",
    },
    ...carryCounter(before, after, temporary),
    ...detached,
    schema(`DROP TABLE ${old}`),
    // Otherwise renaming would fail at every view and trigger that mentions the table, which is not there for this moment.
    data("PRAGMA legacy_alter_table = ON"),
    schema(`ALTER TABLE ${fresh} RENAME TO ${old}`),
    data("PRAGMA legacy_alter_table = OFF"),
    ...attached.map(schema),
  ];
}

/** Where a column's values come from. */
interface Source {
  readonly column: CatalogColumn;
  /** The column before; undefined for a new one. */
  readonly before: CatalogColumn | undefined;
  /** Over the old table. */
  readonly expression: string;
  readonly using: string | undefined;
}

/** All columns that are written; the others are generated, counted up or take their default. */
function columnSources({ before, after, fate }: Rebuild): Source[] {
  const rowid = rowidColumn(after);
  return after.columns.flatMap((column): Source[] => {
    if (column.computed !== undefined) return [];
    const kept = fate.kept.get(column.name);
    const old = before.columns.find(({ name }) => name === column.name);
    if (kept !== undefined && old !== undefined) {
      const isChanged = isConverted(old, column, before, after);
      const plain = quote(column.name);
      const expression = kept.using ?? (isChanged ? converted(plain, column) : plain);
      return [{ column, before: old, expression, using: kept.using }];
    }
    const fill = fate.fills.get(column.name) ?? (column.name === rowid ? "NULL" : undefined);
    return fill === undefined ? [] : [{ column, before: undefined, expression: fill, using: fill }];
  });
}

/** True where values may have to become others: a type of another affinity, or one that now is enforced. */
function isConverted(old: CatalogColumn, column: CatalogColumn, before: CatalogTable, after: CatalogTable): boolean {
  const isNewlyStrict = after.options["strict"] === "true" && before.options["strict"] !== "true";
  return isNewlyStrict || (old.type !== column.type && affinity(old.type) !== affinity(column.type));
}

function converted(plain: string, { type }: CatalogColumn): string {
  const to = affinity(type);
  if (to === "INTEGER" || to === "REAL" || to === "TEXT") return `CAST(${plain} AS ${to})`;
  return to === "BLOB" && type !== ""
    ? `CASE typeof(${plain}) WHEN 'text' THEN CAST(${plain} AS BLOB) ELSE ${plain} END`
    : plain;
}

// ---------------------------------------------------------------- checks before

/** A few rows that a check found, by what identifies them. */
function rowsWhere(table: CatalogTable, condition: string, shown: readonly string[]): string {
  const alias = rowidAlias(table);
  const key = alias === undefined ? (table.primaryKey?.columns ?? []).map(quote) : [alias];
  return `SELECT ${[...key, ...shown].join(", ")} FROM ${quote(table.name)} WHERE ${condition} LIMIT 5`;
}

function checksFirst(rebuild: Rebuild, sources: readonly Source[]): Step[] {
  const { before, after } = rebuild;
  return [
    ...sources.flatMap((source) => [...lossCheck(rebuild, source), ...nullCheck(before, after, source)]),
    ...after.columns.flatMap((column) => fillCheck(before, after, column, sources)),
    ...uniqueChecks(rebuild, sources),
    ...conditionChecks(rebuild, sources),
  ];
}

function lossCheck({ before, after }: Rebuild, { column, before: old, using }: Source): CheckStep[] {
  if (old === undefined || using !== undefined || !isConverted(old, column, before, after)) return [];
  const plain = quote(column.name);
  const lossy = lossyValue(plain, column.type, after.options["strict"] === "true");
  if (lossy === undefined) return [];
  return [
    {
      kind: "check",
      sql: rowsWhere(before, lossy, [plain]),
      problem: `Column '${column.name}' of table '${before.name}' becomes ${column.type}, and rows hold values which that type cannot hold without loss.`,
      remedy: "Change these rows before, or say with 'using' how to convert them.",
    },
  ];
}

function nullCheck(before: CatalogTable, after: CatalogTable, source: Source): CheckStep[] {
  const { column, before: old, expression, using } = source;
  if (column.nullable || rowidColumn(after) === column.name) return [];
  if (old !== undefined && !old.nullable && using === undefined) return [];
  const remedy =
    old === undefined
      ? "Give a 'fill' that is never NULL."
      : "Fill these rows before, or give 'using' with a value for them.";
  return [
    {
      kind: "check",
      sql: rowsWhere(before, `(${expression}) IS NULL`, []),
      problem: `Column '${column.name}' of table '${before.name}' becomes NOT NULL, and rows have no value for it.`,
      remedy,
    },
  ];
}

function fillCheck(
  before: CatalogTable,
  after: CatalogTable,
  column: CatalogColumn,
  sources: readonly Source[],
): CheckStep[] {
  const isWritten = sources.some((source) => source.column === column);
  if (column.nullable || isWritten || column.default !== undefined || column.computed !== undefined) return [];
  return [
    {
      kind: "check",
      sql: `SELECT 1 FROM ${quote(before.name)} LIMIT 1`,
      problem: `The new column '${column.name}' of table '${after.name}' is NOT NULL and has no default, and the table has rows.`,
      remedy: "Give a default, or a 'fill' for the rows that are there.",
    },
  ];
}

/** SQLite would name the table that is being built, and not say which rows. */
function uniqueChecks({ before, after }: Rebuild, sources: readonly Source[]): CheckStep[] {
  const had = new Set(keysOf(before).map((columns) => columns.join("\0")));
  return keysOf(after).flatMap((columns): CheckStep[] => {
    const expressions = columns.flatMap((name) => {
      const source = sources.find(({ column }) => column.name === name);
      return source === undefined || source.before === undefined ? [] : [source.expression];
    });
    const isSame = had.has(columns.join("\0")) && columns.every((name, at) => expressions[at] === quote(name));
    if (isSame || expressions.length !== columns.length) return [];
    const list = expressions.join(", ");
    const known = expressions.map((expression) => `(${expression}) IS NOT NULL`).join(" AND ");
    return [
      {
        kind: "check",
        sql: `SELECT ${list}, count(*) FROM ${quote(before.name)} WHERE ${known} GROUP BY ${list} HAVING count(*) > 1 LIMIT 5`,
        problem: `(${columns.join(", ")}) of table '${before.name}' becomes unique, and rows have the same values there.`,
        remedy: "Change or remove the duplicates before.",
      },
    ];
  });
}

/** New CHECK constraints, over the rows as they will be; those over generated columns are left to the new table. */
function conditionChecks({ before, after }: Rebuild, sources: readonly Source[]): CheckStep[] {
  const had = new Set(before.checks.map(({ expression }) => expression));
  const written = new Set(sources.map(({ column }) => column.name));
  return after.checks
    .filter(({ expression }) => !had.has(expression) && !/\b(?:_rowid_|rowid|oid)\b/i.test(expression))
    .flatMap(({ name, expression }): CheckStep[] => {
      const read = after.columns
        .map((column) => column.name)
        .filter((column) => mentionsColumn(expression, after.name, column));
      if (read.length === 0 || read.some((column) => !written.has(column))) return [];
      const keys = (after.primaryKey?.columns ?? []).filter((column) => written.has(column));
      const shown = [...new Set([...keys, ...read])];
      const values = sources
        .filter(({ column }) => shown.includes(column.name))
        .map((source) => `${source.expression} AS ${quote(source.column.name)}`);
      const rows = `(SELECT ${values.join(", ")} FROM ${quote(before.name)}) AS ${quote(after.name)}`;
      return [
        {
          kind: "check",
          sql: `SELECT ${shown.map(quote).join(", ")} FROM ${rows} WHERE NOT (${expression}) LIMIT 5`,
          problem: `${name === undefined ? "A check" : `The check '${name}'`} of table '${before.name}' does not allow rows that are there.`,
          remedy: "Change or remove these rows before.",
        },
      ];
    });
}

function keysOf(table: CatalogTable): (readonly string[])[] {
  const primary = table.primaryKey === undefined ? [] : [table.primaryKey.columns];
  return [...primary, ...table.uniques.map(({ columns }) => columns)];
}

// ---------------------------------------------------------------- rows

/** A name of the rowid that no column has taken; undefined where there is no rowid, or all its names are taken. */
function rowidAlias(...tables: readonly CatalogTable[]): string | undefined {
  if (tables.some(({ options }) => options["withoutRowid"] === "true")) return undefined;
  const taken = new Set(tables.flatMap(({ columns }) => columns.map(({ name }) => foldName(name))));
  return ["rowid", "_rowid_", "oid"].find((name) => !taken.has(name));
}

/** Rows keep their rowid, and with it their order, where no column stands for it. */
function copyRows({ before, after }: Rebuild, sources: readonly Source[], fresh: string): Step[] {
  const targets = sources.map(({ column }) => quote(column.name));
  const values = sources.map(({ expression }) => expression);
  const shared = rowidColumn(after) === undefined ? rowidAlias(before, after) : undefined;
  if (shared !== undefined) {
    targets.unshift(shared);
    values.unshift(shared);
  }
  const own = rowidAlias(before);
  const order = own === undefined ? "" : ` ORDER BY ${own}`;
  return [
    data(
      `INSERT INTO ${fresh} (${targets.join(", ")})\nSELECT ${values.join(", ")} FROM ${quote(before.name)}${order}`,
    ),
  ];
}

/** AUTOINCREMENT never gives a number twice, also none of a row that was deleted. */
function carryCounter(before: CatalogTable, after: CatalogTable, temporary: string): Step[] {
  const counts = (table: CatalogTable): boolean => table.options["autoincrement"] === "true";
  if (!counts(before) || !counts(after)) return [];
  const name = textLiteral(temporary);
  return [
    data(`DELETE FROM sqlite_sequence WHERE name = ${name}`),
    data(
      `INSERT INTO sqlite_sequence (name, seq) SELECT ${name}, seq FROM sqlite_sequence WHERE name = ${textLiteral(before.name)}`,
    ),
  ];
}
