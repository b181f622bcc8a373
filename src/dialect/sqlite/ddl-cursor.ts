/** Walks along the tokens of a definition that SQLite keeps. */
import { InternalError } from "../../util/coded-error.ts";
import { closingParenthesis, keyword, tokenize, type Token } from "./ddl-tokens.ts";

/** A place in a text's tokens. */
export class Cursor {
  readonly #sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string) {
    this.#sql = sql;
    this.#tokens = tokenize(sql);
  }

  get token(): Token | undefined {
    return this.#tokens[this.#at];
  }

  get keyword(): string | undefined {
    return keyword(this.token);
  }

  keywordAt(offset: number): string | undefined {
    return keyword(this.#tokens[this.#at + offset]);
  }

  next(): Token {
    const { token } = this;
    if (token === undefined) return this.fail();
    this.#at += 1;
    return token;
  }

  take(word: string): boolean {
    if (this.keyword !== word) return false;
    this.#at += 1;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.take(word)) this.fail();
  }

  isOperator(text: string): boolean {
    return this.token?.kind === "operator" && this.token.text === text;
  }

  takeOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.#at += 1;
    return true;
  }

  expectOperator(text: string): void {
    if (!this.takeOperator(text)) this.fail();
  }

  /** A name; SQLite takes a string for one, too. */
  name(): string {
    const token = this.next();
    return token.kind === "word" || token.kind === "name" || token.kind === "string" ? token.value : this.fail();
  }

  /** (name, …) */
  names(): string[] {
    const names: string[] = [];
    this.expectOperator("(");
    do names.push(this.name());
    while (this.takeOperator(","));
    this.expectOperator(")");
    return names;
  }

  /** Go behind the first `operator`. */
  skipTo(operator: string): void {
    while (!this.takeOperator(operator)) this.next();
  }

  /** The tokens of a parenthesis with it. */
  around(): readonly Token[] {
    const close = closingParenthesis(this.#tokens, this.#at);
    if (!this.isOperator("(") || close === -1) return this.fail();
    const tokens = this.#tokens.slice(this.#at, close + 1);
    this.#at = close + 1;
    return tokens;
  }

  /** The tokens inside a parenthesis. */
  parenthesis(): readonly Token[] {
    return this.around().slice(1, -1);
  }

  /** The tokens before `operator`, the closing parenthesis of what surrounds them, or the end. */
  until(operator: string): readonly Token[] {
    const tokens: Token[] = [];
    while (this.token !== undefined && !this.isOperator(operator) && !this.isOperator(")"))
      tokens.push(...(this.isOperator("(") ? this.around() : [this.next()]));
    return tokens;
  }

  fail(): never {
    const place =
      this.token === undefined ? "its end" : `'${this.#sql.slice(this.token.start, this.token.start + 40)}'`;
    throw new InternalError(`SQLite's definition ${JSON.stringify(this.#sql)} could not be read at ${place}.`);
  }
}
