/** Full-text search in SQLite: an FTS5 table beside the table, asked by rowid. */
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import type { ConstructTools, ConstructWriter } from "../../sql/compiler/construct-writers.ts";
import type { SearchConstruct } from "../../sql/expression/construct-name.ts";
import type { ConstructNode } from "../../sql/expression/node.ts";
import { ftsQuery } from "../../sql/search/search-query.ts";
import { queryParameter, searchParts, type SearchParts } from "../search-operands.ts";

const query = queryParameter(ftsQuery);
/** How much a weight counts to bm25; the proportions are PostgreSQL's. */
const factors = Object.freeze({ A: 10, B: 4, C: 2, D: 1 });

/** A value of the row's entry in the index. */
function ofEntry(
  node: ConstructNode,
  tools: ConstructTools,
  value: (index: string, parts: SearchParts) => string,
): string {
  const parts = searchParts(node, query, tools);
  const index = quoteIdentifier(parts.index.name, '"');
  return `(SELECT ${value(index, parts)} FROM ${index} WHERE ${index} MATCH ${parts.query} AND ${index}.rowid = ${parts.key})`;
}

/** How SQLite writes searches. */
export const searchConstructs: { readonly [K in SearchConstruct]: ConstructWriter } = {
  "search.vector": (_node, tools) => tools.unsupported("text search vectors", "Use fullText() and match()."),
  "search.match": (node, tools) => {
    const { index, key, query: text } = searchParts(node, query, tools);
    const name = quoteIdentifier(index.name, '"');
    return `(${key} IN (SELECT rowid FROM ${name} WHERE ${name} MATCH ${text}))`;
  },
  "search.rank": (node, tools) =>
    ofEntry(node, tools, (name, { index }) => {
      const weights = index.weights.map((weight) => String(factors[weight]));
      return `-bm25(${[name, ...weights].join(", ")})`;
    }),
  "search.headline": (node, tools) => {
    // The marks are bound after the query, and written before it.
    const parts = searchParts(node, query, tools);
    const index = quoteIdentifier(parts.index.name, '"');
    const [start = "", stop = ""] = parts.marks;
    return `(SELECT snippet(${index}, ${String(parts.place)}, ${start}, ${stop}, '…', 32) FROM ${index} WHERE ${index} MATCH ${parts.query} AND ${index}.rowid = ${parts.key})`;
  },
};
