/**
 * The language of full-text queries, the same on every database: words, "phrases", -excluded, OR, prefix*. Every string is a query,
 * and what a database gets is made of its words alone: nothing else of it is ever syntax.
 */

/** Words that must stand side by side; one alone is a word. */
export interface SearchTerm {
  readonly words: readonly string[];
  /** The last word is the beginning of one. */
  readonly prefix: boolean;
}

/** A row is found where one term of each list of `all` is in it, and none of `excluded`. Without `all` nothing is found. */
export interface SearchQuery {
  readonly all: readonly (readonly SearchTerm[])[];
  readonly excluded: readonly SearchTerm[];
}

const token = /(?:^|(?<=\s))(-?)"([^"]*)"|(\S+)/gu;
const word = /[\p{L}\p{N}\p{M}_]+/gu;
/** A word must have something to find; a mark or line alone is nothing to any database. */
const substance = /[\p{L}\p{N}]/u;

/** Read `text`, which may be any string. */
export function parseSearch(text: string): SearchQuery {
  const all: SearchTerm[][] = [];
  const excluded: SearchTerm[] = [];
  let joins = false;
  for (const [, dash, phrase, plain] of text.matchAll(token)) {
    if (plain === "OR") {
      joins = all.length > 0;
      continue;
    }
    const negated = phrase === undefined ? plain?.startsWith("-") === true : dash === "-";
    const term = termOf(phrase ?? plain ?? "", phrase === undefined);
    if (term === undefined) continue;
    if (negated) excluded.push(term);
    else if (joins) all.at(-1)?.push(term);
    else all.push([term]);
    joins = false;
  }
  return { all, excluded };
}

function termOf(text: string, mayBePrefix: boolean): SearchTerm | undefined {
  const words = (text.match(word) ?? []).filter((found) => substance.test(found));
  return words.length === 0 ? undefined : { words, prefix: mayBePrefix && text.endsWith("*") };
}

/** What PostgreSQL's to_tsquery reads. */
export function tsquery({ all, excluded }: SearchQuery): string {
  if (all.length === 0) return "";
  const term = ({ words, prefix }: SearchTerm): string =>
    `(${words.map((found) => `'${found}'`).join(" <-> ")}${prefix ? ":*" : ""})`;
  const lists = all.map((terms) => `(${terms.map(term).join(" | ")})`);
  return [...lists, ...excluded.map((found) => `!${term(found)}`)].join(" & ");
}

/** What SQLite's FTS5 reads. */
export function ftsQuery({ all, excluded }: SearchQuery): string {
  if (all.length === 0) return '""';
  const term = ({ words, prefix }: SearchTerm): string => `"${words.join(" ")}"${prefix ? " *" : ""}`;
  const found = all.map((terms) => `(${terms.map(term).join(" OR ")})`).join(" AND ");
  return excluded.length === 0 ? found : `(${found}) NOT (${excluded.map(term).join(" OR ")})`;
}

/** Shorter words are in no index of InnoDB. */
const shortest = 3;

/**
 * What MySQL reads in boolean mode. Words that its index leaves out must not be asked for, or nothing would be found. Case counts
 * there where it counts in the column's collation: so each word is asked for in the ways it is usually written.
 */
export function booleanQuery({ all, excluded }: SearchQuery): string {
  const isIndexed = ({ words, prefix }: SearchTerm): boolean =>
    words.length > 1 || prefix || Array.from(words[0] ?? "").length >= shortest;
  const lists = all.map((terms) => terms.filter(isIndexed)).filter((terms) => terms.length > 0);
  if (lists.length === 0) return "";
  const found = lists.map((terms) => `+(${terms.flatMap(spellings).join(" ")})`);
  const left = excluded.filter(isIndexed).flatMap((term) => spellings(term).map((each) => `-${each}`));
  return [...found, ...left].join(" ");
}

function spellings({ words, prefix }: SearchTerm): string[] {
  const lower = words.map((each) => each.toLowerCase());
  const capital = lower.map((each) => each.replace(/^./u, (first) => first.toUpperCase()));
  const ways = [words, lower, capital, words.map((each) => each.toUpperCase())];
  if (words.length > 1) ways.push([...capital.slice(0, 1), ...lower.slice(1)]);
  const texts = ways.map((way) => (way.length > 1 ? `"${way.join(" ")}"` : `${way[0] ?? ""}${prefix ? "*" : ""}`));
  return [...new Set(texts)];
}
