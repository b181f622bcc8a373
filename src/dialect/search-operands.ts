/** The operands of a full-text construct, taken in their order. */
import type { ConstructTools } from "../sql/compiler/construct-writers.ts";
import type { BindNode, ConstructNode } from "../sql/expression/node.ts";
import type { FullTextIndex, SearchDetail } from "../sql/search/match-element.ts";
import { parseSearch, type SearchQuery } from "../sql/search/search-query.ts";
import { customType, text } from "../sql/type/types.ts";
import type { CustomType } from "../sql/type/sql-type.ts";
import { operandAt } from "./construct-operands.ts";
import { checkText } from "./text-value.ts";

/** What a search is made of, its operands as text. */
export interface SearchParts {
  readonly index: FullTextIndex;
  readonly key: string;
  readonly columns: readonly string[];
  readonly query: string;
  readonly marks: readonly string[];
  /** Which column a headline is of. */
  readonly place: number;
}

/** A type that makes a database's query of the user's. */
export function queryParameter(write: (query: SearchQuery) => string): CustomType {
  return customType<string>("full-text query", {
    impl: text(),
    bind: (value) => write(parseSearch(checkText(value.replaceAll("\0", " ").toWellFormed()))),
    result: String,
  });
}

/** The parts of a construct. */
export function searchParts(node: ConstructNode, type: CustomType, tools: ConstructTools): SearchParts {
  const { index, place } = searchDetail(node);
  const count = index.weights.length;
  const key = tools.operand(operandAt(node, 0));
  const columns = node.operands.slice(1, count + 1).map((column) => tools.operand(column));
  const [query = ""] = tools.parameters(operandAt(node, count + 1) as BindNode, [type]);
  const marks = node.operands.slice(count + 2).map((mark) => tools.operand(mark));
  return { index, key, columns, query, marks, place: Number(place) };
}

/** What the construct's index says. */
export function searchDetail(node: ConstructNode): SearchDetail {
  return JSON.parse(node.detail) as SearchDetail;
}
