/** What the items of a row are called, for `Result.mappings`. */
import type { Query } from "../model/query.ts";

/** The labels, columns and models of a row that is no object; undefined for one that is. */
export function namesOf(query: Query | undefined): (() => readonly string[]) | undefined {
  if (query === undefined || query.shape.kind === "record") return undefined;
  return () =>
    query.items.map((item, index) => {
      if (item.kind === "entity") {
        const { from, mapper } = item.source;
        return from.kind === "alias" ? from.name : mapper.name;
      }
      const { expression } = item;
      const hasName = expression.kind === "label" || expression.kind === "column" || expression.kind === "function";
      return hasName ? expression.name : `column_${String(index + 1)}`;
    });
}
