/** Full-text indexes of PostgreSQL: GIN over the text search vector of their columns. */
import type { CatalogIndex } from "../../metadata/catalog.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import type { FullTextWeight } from "../../sql/search/match-element.ts";
import type { FullTextDefinition } from "../migration-dialect.ts";
import { searchVector } from "./search-constructs.ts";

/** See `MigrationDialect`. */
export function fullTextIndex(definition: FullTextDefinition): CatalogIndex {
  const { name, columns } = definition;
  const expression = searchVector(
    definition,
    columns.map((column) => quoteIdentifier(column, '"')),
  );
  return { name, columns: [{ expression }], unique: false, method: "gin" };
}

const column = String.raw`("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)`;
const words = String.raw`to_tsvector\('([a-z_][a-z0-9_]*)'::regconfig, (?:COALESCE\(${column}, ''::text\)|\(COALESCE\(${column}, ''::[\w ."]+\)\)::text)\)`;
const part = new RegExp(String.raw`(setweight\()?${words}(?:, '([ABCD])'::"char"\))?`, "g");

/** What PostgreSQL prints of such an index, read back; undefined for every other index. */
export function reflectFullText({ name, columns, method, where }: CatalogIndex): FullTextDefinition | undefined {
  const [first, ...others] = columns;
  if (method !== "gin" || where !== undefined || first?.expression === undefined || others.length > 0) return undefined;
  const parts = [...first.expression.matchAll(part)];
  const rest = first.expression.replaceAll(part, "");
  const languages = new Set(parts.map((match) => match[2]));
  const isWhole = parts.every((match) => (match[1] === undefined) === (match[5] === undefined));
  const [language] = languages;
  if (!/^[() |]*$/.test(rest) || languages.size !== 1 || language === undefined || !isWhole) return undefined;
  return {
    name,
    columns: parts.map((match) => plainName(match[3] ?? match[4] ?? "")),
    language,
    weights: parts.map((match) => (match[5] ?? "D") as FullTextWeight),
  };
}

function plainName(printed: string): string {
  return printed.startsWith('"') ? printed.slice(1, -1).replaceAll('""', '"') : printed;
}
