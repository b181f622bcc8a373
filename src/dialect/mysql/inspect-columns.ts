/** Columns from rows of information_schema.columns. Called by `inspect-tables.ts`. */
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import type { CatalogColumn } from "../../metadata/catalog.ts";
import { objectKey, type CatalogRow, type Server } from "./catalog-query.ts";
import { defaultText, expressionText } from "./catalog-text.ts";
import type { FoundCheck } from "./inspect-checks.ts";
import { uuidType } from "./type-reflection.ts";

/** What a column's row does not say itself. */
export interface ColumnContext {
  readonly server: Server;
  /** Options of the table. */
  readonly options: { readonly [name: string]: string };
  readonly checks: readonly FoundCheck[];
  readonly isJson: (column: CatalogRow) => boolean;
  /** Defaults that information_schema shows with characters lost, by `defaultKey`. */
  readonly exactDefaults: ReadonlyMap<string, string>;
}

/** A key of one column's default. */
export function defaultKey(row: CatalogRow): string {
  return `${objectKey(row["table_schema"], row["table_name"])}.${row["column_name"] ?? ""}`;
}

/** The columns of one table. */
export function columnsOf(rows: readonly CatalogRow[], context: ColumnContext): CatalogColumn[] {
  return rows.map((row) => {
    const extra = row["extra"] ?? "";
    const isJson = context.isJson(row);
    const computed = computedOf(row, extra, context.server);
    const name = row["column_name"] ?? "";
    const type = isJson ? "json" : (row["column_type"] ?? "");
    const text = computed === undefined ? defaultOf(row, type, extra, context) : undefined;
    const comment = row["column_comment"] ?? "";
    const options = optionsOf(row, extra, isJson, context);
    const { collation, ...spelling } = collationOf(row, type, isJson, context);
    const allOptions = { ...spelling.options, ...options };
    return {
      name,
      type: spelling.type,
      nullable: row["is_nullable"] === "YES",
      ...(text === undefined ? {} : { default: text }),
      ...(/\bauto_increment\b/i.test(extra) ? { identity: { always: false } } : {}),
      ...(computed === undefined ? {} : { computed }),
      ...(collation === undefined ? {} : { collation }),
      ...(comment === "" ? {} : { comment }),
      ...(Object.keys(allOptions).length === 0 ? {} : { options: sorted(allOptions) }),
    };
  });
}

function computedOf(row: CatalogRow, extra: string, { isMariaDb }: Server): CatalogColumn["computed"] {
  const kind = /\b(VIRTUAL|STORED|PERSISTENT) GENERATED\b/i.exec(extra)?.[1];
  if (kind === undefined) return undefined;
  const expression = expressionText(isMariaDb, row["generation_expression"] ?? "");
  return { expression, stored: kind.toUpperCase() !== "VIRTUAL" };
}

function defaultOf(row: CatalogRow, type: string, extra: string, context: ColumnContext): string | undefined {
  const { server, exactDefaults } = context;
  const exact = exactDefaults.get(defaultKey(row));
  const text = exact ?? defaultText(server.isMariaDb, { printed: row["column_default"] ?? null, type, extra });
  return text !== undefined && server.isMariaDb ? withoutOwnDatabase(text, server.database) : text;
}

/** MariaDB prints sequences with their database; the connection's own has no name in a catalog. */
function withoutOwnDatabase(text: string, database: string | undefined): string {
  if (database === undefined || !text.includes("`")) return text;
  const own = `${quoteIdentifier(database, "`")}.`;
  return text.replaceAll(
    /'(?:[^'\\]|\\.|'')*'|\b(nextval|lastval|setval)\(((?:`(?:[^`]|``)*`)\.)?/g,
    (whole, name: string | undefined, schema: string | undefined) =>
      name !== undefined && schema === own ? `${name}(` : whole,
  );
}

/** Character set and collation where they are not the table's; a UUID's belong to its type. */
function collationOf(
  row: CatalogRow,
  type: string,
  isJson: boolean,
  { options }: ColumnContext,
): { type: string; collation?: string; options?: { charset: string } } {
  const { character_set_name: charset, collation_name: collation } = row;
  if (isJson || charset === undefined || collation === undefined) return { type };
  if (type === "char(36)" && charset === "ascii" && collation === "ascii_bin") return { type: uuidType };
  if (charset !== options["charset"]) return { type, collation, options: { charset } };
  return collation === options["collation"] ? { type } : { type, collation };
}

function optionsOf(
  row: CatalogRow,
  extra: string,
  isJson: boolean,
  { checks }: ColumnContext,
): { [name: string]: string } {
  const onUpdate = /\bon update (\w+(?:\(\d*\))?)/i.exec(extra)?.[1];
  const check = checks.find((candidate) => candidate.ofColumn && candidate.name === row["column_name"]);
  return {
    ...(check === undefined || isJson ? {} : { check: check.expression }),
    ...(/\bINVISIBLE\b/i.test(extra) ? { invisible: "true" } : {}),
    ...(onUpdate === undefined ? {} : { onUpdate }),
    ...(row["srs_id"] === undefined ? {} : { srid: row["srs_id"] }),
    ...(/\bWITHOUT SYSTEM VERSIONING\b/i.test(extra) ? { withoutSystemVersioning: "true" } : {}),
  };
}

function sorted(options: { readonly [name: string]: string }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(options).sort(([left], [right]) => (left < right ? -1 : 1)));
}
