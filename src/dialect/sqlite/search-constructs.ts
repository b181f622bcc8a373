/** Full-text search in SQLite: an FTS5 table beside the table, asked by rowid. */
import type { ConstructCall, ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { SearchConstruct } from "../../sql/expression/construct-name.ts";
import { ftsQuery } from "../../sql/search/search-query.ts";
import { queryParameter, searchParts, type SearchParts } from "../search-operands.ts";
import { quote } from "./names.ts";

const query = queryParameter(ftsQuery);
/** How much a weight counts to bm25; the proportions are PostgreSQL's. */
const factors = Object.freeze({ A: 10, B: 4, C: 2, D: 1 });

/** A value of the row's entry in the index. */
function ofEntry(call: ConstructCall, value: (index: string, parts: SearchParts) => string): string {
  const parts = searchParts(call, query);
  const index = quote(parts.index.name);
  return `(SELECT ${value(index, parts)} FROM ${index} WHERE ${index} MATCH ${parts.query} AND ${index}.rowid = ${parts.key})`;
}

/** How SQLite writes searches. */
export const searchConstructs: { readonly [K in SearchConstruct]: ConstructWriter } = {
  "search.vector": (call) => call.unsupported("text search vectors", "Use fullText() and match()."),
  "search.match": (call) => {
    const { index, key, query: text } = searchParts(call, query);
    const name = quote(index.name);
    return `(${key} IN (SELECT rowid FROM ${name} WHERE ${name} MATCH ${text}))`;
  },
  "search.rank": (call) =>
    ofEntry(call, (name, { index }) => {
      const weights = index.weights.map((weight) => String(factors[weight]));
      return `-bm25(${[name, ...weights].join(", ")})`;
    }),
  "search.headline": (call) => {
    // The marks are bound after the query, and written before it.
    const parts = searchParts(call, query);
    const index = quote(parts.index.name);
    const [start = "", stop = ""] = parts.marks;
    return `(SELECT snippet(${index}, ${String(parts.place)}, ${start}, ${stop}, '…', 32) FROM ${index} WHERE ${index} MATCH ${parts.query} AND ${index}.rowid = ${parts.key})`;
  },
};
