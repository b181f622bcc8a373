/** An exclusion constraint as PostgreSQL prints it, read. */
import { tokensOf, type Token } from "../../sql/text/tokens.ts";
import type { ReflectedExclusion } from "../migration-dialect.ts";

/** The parts of `EXCLUDE USING gist (room WITH =, stay WITH &&) WHERE (…) DEFERRABLE`; operator classes and storage options are left out. */
export function reflectExclusion(definition: string): ReflectedExclusion {
  const reader = new Reader([...tokensOf(definition)]);
  reader.through("USING");
  const method = unquoted(reader.next()?.text ?? "");
  const elements = splitAtCommas(reader.group()).map((tokens) => {
    const at = tokens.findLastIndex(({ text }) => text === "WITH");
    return { expression: textOf(firstPart(tokens.slice(0, at))), operator: textOf(tokens.slice(at + 1)) };
  });
  const rest = reader.rest();
  const isDeferrable = /\bDEFERRABLE\b/.test(rest.replace(/\bNOT DEFERRABLE\b/, ""));
  return {
    method,
    elements,
    where: reader.through("WHERE") ? textOf(reader.group()) : undefined,
    deferrable: isDeferrable ? (/\bINITIALLY DEFERRED\b/.test(rest) ? "deferred" : "immediate") : undefined,
  };
}

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  next(): Token | undefined {
    this.#at += 1;
    return this.#tokens[this.#at - 1];
  }

  /** Go behind the next `word` that stands in no parenthesis; stay where there is none. */
  through(word: string): boolean {
    const depths = depthsOf(this.#tokens);
    const found = this.#tokens.findIndex(({ text }, at) => at >= this.#at && depths[at] === 0 && text === word);
    if (found >= 0) this.#at = found + 1;
    return found >= 0;
  }

  /** What is in the parentheses that begin here. */
  group(): Token[] {
    const depths = depthsOf(this.#tokens);
    const begin = this.#at;
    const end = this.#tokens.findIndex(({ text }, at) => at > begin && depths[at] === 0 && text === ")");
    this.#at = end + 1;
    return this.#tokens.slice(begin + 1, end);
  }

  /** Everything behind this place that stands in no parenthesis. */
  rest(): string {
    const depths = depthsOf(this.#tokens);
    return textOf(this.#tokens.filter((_, at) => at >= this.#at && depths[at] === 0));
  }
}

/** How many parentheses are open around each token; around a parenthesis as around what it encloses is not counted. */
function depthsOf(tokens: readonly Token[]): number[] {
  let depth = 0;
  return tokens.map(({ text }) => {
    if (text === ")") depth -= 1;
    const own = depth;
    if (text === "(") depth += 1;
    return own;
  });
}

function splitAtCommas(tokens: readonly Token[]): Token[][] {
  const depths = depthsOf(tokens);
  const parts: Token[][] = [[]];
  for (const [at, token] of tokens.entries()) {
    if (token.text === "," && depths[at] === 0) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

/** The column or expression of an element, which operator class and collation follow after a space. */
function firstPart(tokens: readonly Token[]): readonly Token[] {
  const depths = depthsOf(tokens);
  const end = tokens.findIndex(({ isSpaced }, at) => at > 0 && isSpaced && depths[at] === 0);
  return end < 0 ? tokens : tokens.slice(0, end);
}

function textOf(tokens: readonly Token[]): string {
  return tokens
    .map(({ text, isSpaced }) => (isSpaced ? ` ${text}` : text))
    .join("")
    .trim();
}

function unquoted(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
