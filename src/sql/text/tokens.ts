/** SQL text in words, for what is shown to people and told to tracers. Nothing that is sent is made of this. */

export type TokenKind = "word" | "quoted" | "string" | "comment" | "other";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  /** True where there is white space before it. */
  readonly isSpaced: boolean;
}

const patterns: readonly (readonly [TokenKind, RegExp])[] = [
  ["comment", /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ["string", /'(?:[^']|'')*(?:'|$)/y],
  ["string", /\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)/y],
  ["quoted", /"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)/y],
  ["word", /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["other", /\$\d+|\d[\w.]*|[<>=!|&~@#^*+/%:-]+|[\s\S]/y],
];
const space = /\s+/y;

/** The tokens of `sql`, which together hold every character of it but white space. */
export function* tokensOf(sql: string): Generator<Token> {
  let at = 0;
  while (at < sql.length) {
    space.lastIndex = at;
    const isSpaced = space.test(sql);
    if (isSpaced) at = space.lastIndex;
    if (at >= sql.length) return;
    const [kind, text] = read(sql, at);
    at += text.length;
    yield { kind, text, isSpaced };
  }
}

function read(sql: string, at: number): readonly [TokenKind, string] {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const found = pattern.exec(sql)?.[0];
    if (found !== undefined) return [kind, found];
  }
  return ["other", sql.charAt(at)];
}
