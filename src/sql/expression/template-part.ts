/** What stands between the texts of an `sql` template. */
import type { FromClause } from "./node.ts";

/** What only a FROM clause is; a subquery can be an expression as well. */
export const sourceKinds: ReadonlySet<string> = new Set<Exclude<FromClause["kind"], "subquery">>([
  "table",
  "alias",
  "sample",
  "cte",
  "cteReference",
  "values",
  "tableFunction",
]);

/** True for a table, alias or subquery with a name; a subquery without one is an expression. */
export function isFromClause(part: { readonly kind: string }): part is FromClause {
  return sourceKinds.has(part.kind) || (part.kind === "subquery" && "name" in part);
}
