/** SQL for people to read: a line for each clause. Used by `echo`; what is sent keeps its own text. */
import { tokensOf, type Token } from "./tokens.ts";

const widest = 100;
/** Nobody reads more, and a text of many thousand rows is no better for line breaks. */
const longest = 20_000;

/** Words that begin a clause, and so a line. */
const clauses: ReadonlySet<string> = new Set(
  "SELECT FROM WHERE GROUP HAVING WINDOW ORDER LIMIT OFFSET FETCH FOR UNION INTERSECT EXCEPT VALUES SET RETURNING ON INNER LEFT RIGHT FULL CROSS JOIN NATURAL STRAIGHT_JOIN WITH INSERT UPDATE DELETE MERGE WHEN USING".split(
    " ",
  ),
);
/** After these, a word that could begin a clause goes on with one. */
const continued: Readonly<Record<string, ReadonlySet<string>>> = {
  JOIN: new Set(["INNER", "LEFT", "RIGHT", "FULL", "CROSS", "OUTER", "NATURAL"]),
  LEFT: new Set(["NATURAL"]),
  RIGHT: new Set(["NATURAL"]),
  FULL: new Set(["NATURAL"]),
  INNER: new Set(["NATURAL"]),
  FROM: new Set(["DISTINCT", "DELETE"]),
  UPDATE: new Set(["FOR", "KEY", "DO", "THEN", "OR"]),
  DELETE: new Set(["THEN", "ON"]),
  INSERT: new Set(["THEN"]),
  SET: new Set(["UPDATE", "DELETE", "KEY"]),
  VALUES: new Set(["="]),
  USING: new Set(["INDEX"]),
};
const rowWords: ReadonlySet<string> = new Set(["SELECT", "WITH", "VALUES"]);

interface Frame {
  /** Clauses inside begin lines: the statement itself, or a subquery. */
  readonly isQuery: boolean;
  readonly indent: number;
}

/** `sql` with its clauses on lines of their own; every token is as it was. */
export function prettySql(sql: string): string {
  return sql.length > longest ? sql : new Printer([...tokensOf(sql)]).print();
}

class Printer {
  readonly #tokens: readonly Token[];
  readonly #lines: string[] = [];
  readonly #frames: Frame[] = [{ isQuery: true, indent: 0 }];
  #line = "";
  /** Words of the clause so far: BETWEEN … AND is no junction. */
  #between = 0;
  #case = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  print(): string {
    for (const [index, token] of this.#tokens.entries()) {
      if (token.text === ")") this.#close(token);
      else this.#write(token, index);
      if (token.text === "(") this.#open(index);
      // What follows would become part of it.
      if (token.text.startsWith("--")) this.#break(this.#frame.indent);
    }
    if (this.#line.trim() !== "") this.#lines.push(this.#line);
    return this.#lines.join("\n");
  }

  get #frame(): Frame {
    return this.#frames.at(-1) ?? { isQuery: true, indent: 0 };
  }

  #write(token: Token, index: number): void {
    const { isQuery, indent } = this.#frame;
    const word = token.kind === "word" ? token.text.toUpperCase() : "";
    if (isQuery && word !== "") {
      if (this.#beginsClause(word, index)) this.#break(indent);
      else if (this.#isJunction(word)) this.#break(indent + 2);
      this.#note(word);
    } else if (isQuery && this.#line.length + token.text.length > widest && this.#wordAt(index - 1) === ",") {
      this.#break(indent + 2);
    }
    const isStart = this.#line.trim() === "";
    this.#line += token.isSpaced && !isStart ? ` ${token.text}` : token.text;
  }

  #beginsClause(word: string, index: number): boolean {
    if (index === 0 || !clauses.has(word) || this.#case > 0) return false;
    const before = this.#wordAt(index - 1);
    const after = this.#wordAt(index + 1);
    if (continued[word]?.has(before) === true) return false;
    if (word === "ON" || word === "FOR") return after === "CONFLICT" || after === "DUPLICATE" || word === "FOR";
    if (word === "GROUP" || word === "ORDER") return after === "BY";
    if (word === "LEFT" || word === "RIGHT") return after !== "(";
    return before !== "." && after !== ".";
  }

  #isJunction(word: string): boolean {
    return (word === "OR" || (word === "AND" && this.#between === 0)) && this.#case === 0;
  }

  #note(word: string): void {
    if (word === "BETWEEN") this.#between += 1;
    else if (word === "AND" && this.#between > 0) this.#between -= 1;
    else if (word === "CASE") this.#case += 1;
    else if (word === "END" && this.#case > 0) this.#case -= 1;
  }

  #wordAt(index: number): string {
    return this.#tokens[index]?.text.toUpperCase() ?? "";
  }

  #open(index: number): void {
    const { indent } = this.#frame;
    const isQuery = rowWords.has(this.#wordAt(index + 1));
    this.#frames.push({ isQuery, indent: isQuery ? indent + 4 : indent });
    if (isQuery) this.#break(indent + 4);
  }

  #close(token: Token): void {
    const closed = this.#frames.length > 1 ? this.#frames.pop() : undefined;
    if (closed?.isQuery === true) this.#break(this.#frame.indent + 2);
    const isStart = this.#line.trim() === "";
    this.#line += token.isSpaced && !isStart ? " )" : ")";
  }

  #break(indent: number): void {
    if (this.#line.trim() !== "") this.#lines.push(this.#line);
    this.#line = " ".repeat(indent);
  }
}
