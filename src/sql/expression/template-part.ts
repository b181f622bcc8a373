/** What stands between the texts of an `sql` template. */
import type { FromClause, TemplateNode } from "./node.ts";

/** True for a table, alias or subquery with a name; a subquery without one is an expression. */
export function isFromClause(part: TemplateNode["expressions"][number]): part is FromClause {
  return part.kind === "table" || part.kind === "alias" || (part.kind === "subquery" && "name" in part);
}
