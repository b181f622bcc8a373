/** The operands of a full-text construct, taken in their order. */
import type { ConstructCall } from "../sql/compiler/construct-call.ts";
import type { FullTextIndex, SearchDetail } from "../sql/search/match-element.ts";
import { parseSearch, type SearchQuery } from "../sql/search/search-query.ts";
import { customType, text } from "../sql/type/types.ts";
import type { CustomType } from "../sql/type/sql-type.ts";
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
export function searchParts(call: ConstructCall, type: CustomType): SearchParts {
  const { index, place } = searchDetail(call);
  const count = index.weights.length;
  const [query = ""] = call.parameters(count + 1, [type]);
  const [key = "", ...texts] = call.texts;
  return { index, key, columns: texts.slice(0, count), query, marks: texts.slice(count + 1), place: Number(place) };
}

/** What the construct's index says. */
export function searchDetail(call: ConstructCall): SearchDetail {
  return JSON.parse(call.detail) as SearchDetail;
}
