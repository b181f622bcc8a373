/** ORDER BY and GROUP BY of a result column that has a label. */
import type { Expression } from "../expression/node.ts";

/**
 * Which of `columns` the labelled expression `node` is, by identity; -1 where it is none of them. It is then written by
 * its label and not a second time, and its values are bound once.
 */
export function labelPosition(node: Expression, columns: readonly Expression[]): number {
  if (node.kind !== "label") return -1;
  return columns.findIndex(
    (column) => column.kind === "label" && column.name === node.name && column.operand === node.operand,
  );
}
