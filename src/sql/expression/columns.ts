/** Which columns an expression reads, those of subqueries included. */
import type { ColumnNode, Expression } from "./node.ts";
import { syntaxIn } from "./parts.ts";

/** All columns in `expression`. */
export function columnsIn(expression: Expression): ColumnNode[] {
  return syntaxIn([expression], (node) => node.kind !== "column").filter((node) => node.kind === "column");
}
