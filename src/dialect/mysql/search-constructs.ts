/** Full-text search in MySQL and MariaDB: MATCH … AGAINST in boolean mode. */
import type { ConstructTools, ConstructWriter } from "../../sql/compiler/construct-writers.ts";
import type { SearchConstruct } from "../../sql/expression/construct-name.ts";
import type { ConstructNode } from "../../sql/expression/node.ts";
import { booleanQuery } from "../../sql/search/search-query.ts";
import { queryParameter, searchParts } from "../search-operands.ts";

const query = queryParameter(booleanQuery);

function score(node: ConstructNode, tools: ConstructTools): string {
  const parts = searchParts(node, query, tools);
  return `MATCH (${parts.columns.join(", ")}) AGAINST (${parts.query} IN BOOLEAN MODE)`;
}

/** How MySQL writes searches. */
export const searchConstructs: { readonly [K in SearchConstruct]: ConstructWriter } = {
  "search.vector": (_node, tools) => tools.unsupported("text search vectors", "Use fullText() and match()."),
  "search.match": (node, tools) => `(${score(node, tools)} > 0)`,
  "search.rank": (node, tools) => `(${score(node, tools)})`,
  "search.headline": (_node, tools) =>
    tools.unsupported("headlines of full-text searches", "Read the column and mark the words in the program."),
};
