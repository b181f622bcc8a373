/** Which columns an expression reads, those of subqueries included. */
import type { ColumnNode, Expression } from "./node.ts";

/** All columns in `expression`. */
export function columnsIn(expression: Expression): ColumnNode[] {
  const found: ColumnNode[] = [];
  const rest: unknown[] = [expression];
  for (let value = rest.pop(); value !== undefined; value = rest.pop()) {
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) rest.push(item);
      continue;
    }
    const { kind } = value as { readonly kind?: unknown };
    if (kind === "column") found.push(value as ColumnNode);
    // Bound values are not syntax, and a table is not taken apart.
    else if (kind !== "bind" && kind !== "list" && kind !== "table" && kind !== "alias")
      for (const [key, part] of Object.entries(value)) if (key !== "type") rest.push(part);
  }
  return found;
}
