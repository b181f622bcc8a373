/** `MatchElement`: rows found by words, how well they match, and where. */
import { ArgumentError } from "../errors.ts";
import { bindNode, ColumnElement, describe } from "../expression/column-element.ts";
import { constructNode } from "../expression/construct.ts";
import type { SearchConstruct } from "../expression/construct-name.ts";
import type { ColumnNode, Expression } from "../expression/node.ts";
import type { SqlType } from "../type/sql-type.ts";
import { customType, text } from "../type/types.ts";

/** What a full-text index says beside its columns. It comes from a model's definition. */
export interface FullTextIndex {
  readonly name: string;
  readonly language: string;
  /** One a column, "A" counting most. */
  readonly weights: readonly FullTextWeight[];
}
export type FullTextWeight = "A" | "B" | "C" | "D";

/** How a headline marks what was found. */
export interface HeadlineOptions {
  /** Before each word that was found; `<b>` where nothing is said. */
  readonly start?: string;
  /** After each. */
  readonly stop?: string;
}

const queryType = customType<string>("full-text query", { impl: text(), bind: String, result: String });

/** A condition: the words are found. Orders by `rank()`, shows by `headline()`. */
export class MatchElement extends ColumnElement<boolean> {
  readonly #parts: MatchParts;

  constructor(parts: MatchParts) {
    super(construct("search.match", parts, [], "", { kind: "boolean" }));
    this.#parts = parts;
  }

  /** How well a row matches: more is better. The scale is the database's own. */
  rank(): ColumnElement<number> {
    return new ColumnElement(construct("search.rank", this.#parts, [], "", { kind: "double" }));
  }

  /**
   * A piece of a column with the found words marked. The text itself is not escaped: do that before it becomes HTML.
   * @throws CompileError on MySQL and MariaDB, which have nothing like it.
   */
  headline(
    column: ColumnElement<string> | ColumnElement<string | null>,
    options: HeadlineOptions = {},
  ): ColumnElement<string | null> {
    const { start = "<b>", stop = "</b>" } = options;
    for (const mark of [start, stop]) {
      if (typeof mark !== "string" || /["\\\0]/.test(mark))
        throw new ArgumentError('headline() takes marks without " and \\.');
    }
    const given: unknown = column;
    const node = ColumnElement.isElement(given) ? given.node : undefined;
    const place = this.#parts.columns.findIndex(
      (own) => node?.kind === "column" && own.name === node.name && own.from === node.from,
    );
    if (place < 0) {
      throw new ArgumentError(
        `headline() takes a column of the full-text index '${this.#parts.index.name}', not ${ColumnElement.isElement(given) ? "another expression" : describe(given)}.`,
      );
    }
    const marks = [start, stop].map((mark) => bindNode(mark, text(), "headline"));
    return new ColumnElement(construct("search.headline", this.#parts, marks, String(place), text()));
  }
}

interface MatchParts {
  readonly index: FullTextIndex;
  readonly columns: readonly ColumnNode[];
  /** The column that is SQLite's rowid. */
  readonly key: ColumnNode;
  readonly query: string;
}

/** What a dialect reads of a construct's detail. */
export interface SearchDetail {
  readonly index: FullTextIndex;
  readonly place: string;
}

/** The document of an index: what PostgreSQL searches. */
export function vectorNode(index: FullTextIndex, columns: readonly Expression[]): Expression {
  const detail: SearchDetail = { index, place: "" };
  return constructNode("search.vector", { kind: "unknown" }, columns, JSON.stringify(detail));
}

/** Operands: the key, the columns, the query, marks. */
function construct(
  name: SearchConstruct,
  { index, columns, key, query }: MatchParts,
  marks: readonly Expression[],
  place: string,
  type: SqlType,
): Expression {
  const detail: SearchDetail = { index, place };
  const bound: Expression = { kind: "bind", value: query, type: queryType };
  return constructNode(name, type, [key, ...columns, bound, ...marks], JSON.stringify(detail));
}
