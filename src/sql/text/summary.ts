/** What a statement does, in few words: for the names of spans. Read from its text, because also text may be a statement. */
import { tokensOf, type Token } from "./tokens.ts";

export interface StatementSummary {
  /** "SELECT", "INSERT", "BEGIN"; that of the statement itself where it begins with WITH. */
  readonly operation: string;
  /** Tables and views it names, each once, in their order; without those that it defines by WITH. */
  readonly collections: readonly string[];
}

const rowWords: ReadonlySet<string> = new Set(["SELECT", "WITH", "VALUES"]);
const statements: ReadonlySet<string> = new Set(["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "VALUES"]);
/** After these, UPDATE is no statement of its own. */
const beforeOtherUpdate: ReadonlySet<string> = new Set(["FOR", "KEY", "DO", "THEN", "ON"]);
const longest = 20_000;
const mostCollections = 20;

/** The summary of `sql`. */
export function summaryOf(sql: string): StatementSummary {
  const tokens = [...tokensOf(sql.slice(0, longest))].filter(({ kind }) => kind !== "comment");
  return new Reader(tokens).read();
}

class Reader {
  readonly #tokens: readonly Token[];
  readonly #defined = new Set<string>();
  readonly #found = new Set<string>();
  /** Whether each open parenthesis holds a query; others are lists and arguments. */
  readonly #frames: boolean[] = [];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): StatementSummary {
    const first = this.#tokens.findIndex(({ text }) => text !== "(");
    let operation = this.#word(first);
    const hasDefinitions = operation === "WITH";
    for (let index = 0; index < this.#tokens.length; index += 1) {
      const word = this.#word(index);
      if (word === "(") this.#frames.push(rowWords.has(this.#word(index + 1)));
      else if (word === ")") this.#frames.pop();
      else if (hasDefinitions && word === "AS" && this.#frames.length === 0) this.#define(index);
      if (operation === "WITH" && this.#frames.length === 0 && statements.has(word)) operation = word;
      if (this.#frames.at(-1) !== false) this.#readTarget(index, word);
    }
    const collections = [...this.#found].filter((name) => !this.#defined.has(name)).slice(0, mostCollections);
    return { operation, collections };
  }

  #word(index: number): string {
    const token = this.#tokens[index];
    return token === undefined || token.kind === "quoted" || token.kind === "string" ? "" : token.text.toUpperCase();
  }

  /** WITH name (columns) AS (…) */
  #define(index: number): void {
    let at = index - 1;
    if (this.#word(at) === ")") while (at > 0 && this.#word(at) !== "(") at -= 1;
    if (this.#word(at) === "(") at -= 1;
    const name = this.#tokens[at];
    if (name !== undefined) this.#defined.add(unquoted(name));
  }

  #readTarget(index: number, word: string): void {
    const before = this.#word(index - 1);
    if (word === "JOIN" || word === "INTO") this.#collect(index + 1);
    else if (word === "FROM" && before !== "DISTINCT") this.#collect(index + 1);
    else if (word === "UPDATE" && !beforeOtherUpdate.has(before)) this.#collect(index + 1);
  }

  /** The name that begins here, and those after commas. */
  #collect(start: number): void {
    let at = start;
    while (["ONLY", "LATERAL", "IGNORE"].includes(this.#word(at))) at += 1;
    const parts: string[] = [];
    for (let part = this.#tokens[at]; part?.kind === "word" || part?.kind === "quoted"; part = this.#tokens[at]) {
      parts.push(unquoted(part));
      at += 1;
      if (this.#word(at) !== ".") break;
      at += 1;
    }
    // A function, or a query of its own.
    if (parts.length === 0 || this.#word(at) === "(") {
      if (parts.length > 0 && this.#word(start - 1) === "INTO") this.#found.add(parts.join("."));
      return;
    }
    this.#found.add(parts.join("."));
  }
}

function unquoted({ kind, text }: Token): string {
  const quote = text.charAt(0);
  return kind === "quoted" ? text.slice(1, -1).replaceAll(quote + quote, quote) : text;
}
