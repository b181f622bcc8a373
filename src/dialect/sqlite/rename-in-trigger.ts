/** Renamed tables and columns inside a trigger's text, as far as names tell what is meant. Used where a trigger is made again later. */
import type { CatalogTable } from "../../metadata/catalog.ts";
import { foldName, keyword, tokenize, type Token } from "./ddl-tokens.ts";
import { quote } from "./names.ts";

export interface RenamedColumn {
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The definition with the column called `to`; undefined where it cannot be told whether a name means it.
 *
 * @param owner - The table that the trigger belongs to.
 * @param tables - All tables, before the renaming.
 */
export function renameColumnInTrigger(
  definition: string,
  owner: string,
  renamed: RenamedColumn,
  tables: readonly CatalogTable[],
): string | undefined {
  const tokens = tokenize(definition);
  const names = new Set(tokens.filter(isName).map((token) => foldName(token.value)));
  const table = foldName(renamed.table);
  const from = foldName(renamed.from);
  if (!names.has(table) || !names.has(from)) return definition;
  const others = tables.filter(({ name }) => foldName(name) !== table && names.has(foldName(name)));
  const isShared = others.some(({ columns }) => columns.some(({ name }) => foldName(name) === from));
  const ownRows = foldName(owner) === table ? [table, "new", "old"] : [table];
  let text = "";
  let at = 0;
  for (const [index, token] of tokens.entries()) {
    if (!isName(token) || foldName(token.value) !== from || tokens[index + 1]?.text === "(") continue;
    const qualifier = tokens[index - 1]?.text === "." ? foldName(tokens[index - 2]?.value ?? "") : undefined;
    if (qualifier === undefined ? isShared : !isKnown(qualifier, ownRows, others)) return undefined;
    if (qualifier !== undefined && !ownRows.includes(qualifier)) continue;
    text += definition.slice(at, token.start) + quote(renamed.to);
    at = token.end;
  }
  return text + definition.slice(at);
}

function isName(token: Token): boolean {
  return token.kind === "word" || token.kind === "name";
}

/** False for an alias. */
function isKnown(qualifier: string, ownRows: readonly string[], others: readonly CatalogTable[]): boolean {
  return (
    ownRows.includes(qualifier) ||
    qualifier === "new" ||
    qualifier === "old" ||
    others.some(({ name }) => foldName(name) === qualifier)
  );
}

/**
 * The definition of a trigger or view with table `from` called `to`; undefined where a column that it may mean is called so, too.
 *
 * @param tables - All tables, before the renaming.
 */
export function renameTableInText(
  definition: string,
  from: string,
  to: string,
  tables: readonly CatalogTable[],
): string | undefined {
  const tokens = tokenize(definition);
  const names = new Set(tokens.filter(isName).map((token) => foldName(token.value)));
  const folded = foldName(from);
  if (!names.has(folded)) return definition;
  const mentioned = tables.filter(({ name }) => names.has(foldName(name)));
  if (mentioned.some(({ columns }) => columns.some(({ name }) => foldName(name) === folded))) return undefined;
  let text = "";
  let at = 0;
  for (const [index, token] of tokens.entries()) {
    const isCall = tokens[index + 1]?.text === "(" && keyword(tokens[index - 1]) !== "INTO";
    if (!isName(token) || foldName(token.value) !== folded || isCall) continue;
    text += definition.slice(at, token.start) + quote(to);
    at = token.end;
  }
  return text + definition.slice(at);
}

/** True where the text mentions `name` as a name. */
export function mentionsName(text: string, name: string): boolean {
  const folded = foldName(name);
  return tokenize(text).some((token) => isName(token) && foldName(token.value) === folded);
}

/** The columns of UPDATE OF; none for other triggers. SQLite takes names that no column has, and the trigger then never runs. */
export function watchedColumns(definition: string): string[] {
  const tokens = tokenize(definition);
  const of = tokens.findIndex((token, at) => keyword(token) === "OF" && keyword(tokens[at - 1]) === "UPDATE");
  const on = tokens.findIndex((token, at) => at > of && keyword(token) === "ON");
  const begin = tokens.findIndex((token) => keyword(token) === "BEGIN");
  if (of === -1 || on === -1 || of > begin) return [];
  return tokens.slice(of + 1, on).flatMap((token) => (token.text === "," ? [] : [token.value]));
}
