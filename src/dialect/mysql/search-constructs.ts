/** Full-text search in MySQL and MariaDB: MATCH … AGAINST in boolean mode. */
import type { ConstructCall, ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { SearchConstruct } from "../../sql/expression/construct-name.ts";
import { booleanQuery } from "../../sql/search/search-query.ts";
import { queryParameter, searchParts } from "../search-operands.ts";

const query = queryParameter(booleanQuery);

function score(call: ConstructCall): string {
  const parts = searchParts(call, query);
  return `MATCH (${parts.columns.join(", ")}) AGAINST (${parts.query} IN BOOLEAN MODE)`;
}

/** How MySQL writes searches. */
export const searchConstructs: { readonly [K in SearchConstruct]: ConstructWriter } = {
  "search.vector": (call) => call.unsupported("text search vectors", "Use fullText() and match()."),
  "search.match": (call) => `(${score(call)} > 0)`,
  "search.rank": (call) => `(${score(call)})`,
  "search.headline": (call) =>
    call.unsupported("headlines of full-text searches", "Read the column and mark the words in the program."),
};
