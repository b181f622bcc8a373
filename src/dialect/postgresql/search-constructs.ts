/** Full-text search in PostgreSQL: to_tsvector and to_tsquery. */
import type { ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { SearchConstruct } from "../../sql/expression/construct-name.ts";
import type { FullTextIndex } from "../../sql/search/match-element.ts";
import { tsquery } from "../../sql/search/search-query.ts";
import { queryParameter, searchDetail, searchParts, type SearchParts } from "../search-operands.ts";
import { textLiteral } from "./literal.ts";

const query = queryParameter(tsquery);

function configuration({ language }: FullTextIndex): string {
  return `${textLiteral(language)}::regconfig`;
}

/** What an index holds, written alike in the index and in searches: only so does a search use it. */
export function searchVector(index: FullTextIndex, columns: readonly string[]): string {
  const parts = columns.map((column, position) => {
    const words = `to_tsvector(${configuration(index)}, COALESCE(${column}, ''))`;
    const weight = index.weights[position] ?? "D";
    return weight === "D" ? words : `setweight(${words}, ${textLiteral(weight)})`;
  });
  return parts.join(" || ");
}

function question({ index, query: text }: SearchParts): string {
  return `to_tsquery(${configuration(index)}, ${text}::text)`;
}

/** How PostgreSQL writes searches. */
export const searchConstructs: { readonly [K in SearchConstruct]: ConstructWriter } = {
  "search.vector": (call) => `(${searchVector(searchDetail(call).index, call.texts)})`,
  "search.match": (call) => {
    const parts = searchParts(call, query);
    return `((${searchVector(parts.index, parts.columns)}) @@ ${question(parts)})`;
  },
  "search.rank": (call) => {
    const parts = searchParts(call, query);
    return `ts_rank(${searchVector(parts.index, parts.columns)}, ${question(parts)})::float8`;
  },
  "search.headline": (call) => {
    const parts = searchParts(call, query);
    const [start = "", stop = ""] = parts.marks;
    const options = `'StartSel="' || ${start} || '", StopSel="' || ${stop} || '"'`;
    return `ts_headline(${configuration(parts.index)}, ${parts.columns[parts.place] ?? ""}, ${question(parts)}, ${options})`;
  },
};
