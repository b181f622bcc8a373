/** SQLite's DDL as tokens, and the one way in which expressions are written again. */

import { quote } from "./names.ts";

/** One token; whitespace and comments are none. */
export interface Token {
  /** "name" is anything between quotes that can be a name; "x" in double quotes may be a string where no such name exists. */
  readonly kind: "word" | "name" | "string" | "number" | "blob" | "operator";
  /** As it is written. */
  readonly text: string;
  /** Without its quotes; of a word, the word. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const patterns: readonly (readonly [Token["kind"] | "skip", RegExp])[] = [
  ["skip", /[ \t\n\f\r]+|--[^\n]*|\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)/y],
  ["string", /'(?:[^']|'')*'/y],
  ["name", /"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]/y],
  ["blob", /[xX]'[0-9a-fA-F]*'/y],
  ["number", /0[xX][0-9a-fA-F_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?[\d_]+)?/y],
  ["word", /[A-Za-z_\u0080-\u{10FFFF}][\w$\u0080-\u{10FFFF}]*/uy],
  ["operator", /->>|->|\|\||<<|>>|<=|>=|<>|!=|==|[^]/y],
];

/** The tokens of `sql`. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < sql.length) {
    for (const [kind, pattern] of patterns) {
      pattern.lastIndex = at;
      const text = pattern.exec(sql)?.[0];
      if (text === undefined) continue;
      if (kind !== "skip") tokens.push({ kind, text, value: unquoted(kind, text), start: at, end: at + text.length });
      at += text.length;
      break;
    }
  }
  return tokens;
}

function unquoted(kind: Token["kind"], text: string): string {
  if (kind !== "string" && kind !== "name") return text;
  const quote = text.slice(-1);
  const inner = text.slice(1, -1);
  return quote === "]" ? inner : inner.replaceAll(quote + quote, quote);
}

/** SQLite compares names without regard to the case of ASCII letters. */
export function foldName(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** `token` as an upper-case keyword; undefined for what cannot be one. */
export function keyword(token: Token | undefined): string | undefined {
  return token?.kind === "word" ? token.text.toUpperCase() : undefined;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** What is an operator or a part of one in expressions: never a column where it stands bare. */
const expressionKeywords = words(
  "AND AS BETWEEN CASE CAST COLLATE DISTINCT ELSE END ESCAPE EXISTS FILTER FROM GLOB IN IS ISNULL LIKE MATCH NOT NOTNULL NULL OR OVER REGEXP SELECT THEN WHEN WHERE",
);

/** Behind these, a parenthesis is no list of arguments. */
const spacedKeywords = words("AND AS BETWEEN CASE ELSE ESCAPE GLOB IN IS LIKE MATCH NOT OR REGEXP THEN WHEN");

/** Names that an expression of a table may mention. */
export interface ExpressionNames {
  readonly table: string;
  readonly columns: readonly string[];
}

/**
 * An expression in the one form in which expressions are compared: RENAME quotes names that were bare, and people write `A>0`,
 * `[a] > 0` and `t.a > 0`. Columns are spelled as declared, between quotes and without their table; comments are gone, and so are
 * outer parentheses.
 */
export function canonicalExpression(tokens: readonly Token[], names: ExpressionNames): string {
  const columns = new Map(names.columns.map((name) => [foldName(name), name]));
  const rest = withoutQualifiers(withoutParentheses(tokens), names.table, columns);
  let text = "";
  let last: Token | undefined;
  let isSign = false;
  for (const [at, token] of rest.entries()) {
    if (last !== undefined && needsSpace(last, token, isSign)) text += " ";
    isSign = /^[-+~]$/.test(token.text) && (last === undefined || isOperator(last));
    text += isElsewhere(last, rest[at + 1]) && isPlainWord(token) ? token.text : spelled(token, columns);
    last = token;
  }
  return text;
}

function isPlainWord(token: Token): boolean {
  return token.kind === "word" && !expressionKeywords.has(token.text.toUpperCase());
}

/** True for the place of a function's, type's or collation's name. */
function isElsewhere(last: Token | undefined, next: Token | undefined): boolean {
  const before = keyword(last);
  return before === "COLLATE" || before === "AS" || (next?.text === "(" && next.kind === "operator");
}

function spelled(token: Token, columns: ReadonlyMap<string, string>): string {
  if (token.kind !== "name" && token.kind !== "word") return token.text;
  const upper = token.text.toUpperCase();
  if (token.kind === "word" && expressionKeywords.has(upper)) return upper;
  const column = columns.get(foldName(token.value));
  if (column !== undefined) return quote(column);
  // What is no column may be a string in the wrong quotes, or a function: it stays as it is.
  return token.kind === "name" ? quote(token.value) : token.text;
}

function isOperator(token: Token): boolean {
  if (token.kind === "operator") return token.text !== ")";
  return spacedKeywords.has(keyword(token) ?? "");
}

function needsSpace(last: Token, token: Token, isSign: boolean): boolean {
  if (isSign || last.text === "(" || last.text === ".") return false;
  if (token.text === ")" || token.text === "," || token.text === ".") return false;
  if (token.text !== "(") return true;
  return last.kind !== "word" && last.kind !== "name" ? true : spacedKeywords.has(keyword(last) ?? "");
}

/** Without `table.` before columns: the table has another name while it is being built again. */
function withoutQualifiers(
  tokens: readonly Token[],
  table: string,
  columns: ReadonlyMap<string, string>,
): readonly Token[] {
  const isName = (token: Token | undefined): token is Token => token?.kind === "word" || token?.kind === "name";
  const isQualifier = (at: number): boolean => {
    const [first, dot, second] = tokens.slice(at, at + 3);
    if (!isName(first) || dot?.text !== "." || !isName(second)) return false;
    return foldName(first.value) === foldName(table) && columns.has(foldName(second.value));
  };
  return tokens.filter((_token, at) => !isQualifier(at) && !(at > 0 && isQualifier(at - 1)));
}

/** Without the parentheses around the whole. */
export function withoutParentheses(tokens: readonly Token[]): readonly Token[] {
  let inner = tokens;
  while (inner[0]?.text === "(" && closingParenthesis(inner, 0) === inner.length - 1) inner = inner.slice(1, -1);
  return inner;
}

/** Where the parenthesis that opens at `open` closes; -1 where it does not. */
export function closingParenthesis(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "operator") continue;
    if (token.text === "(") depth += 1;
    else if (token.text === ")") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}
