/** Long chains of AND and OR as one list. */
import type { Expression, JunctionNode } from "./node.ts";

/**
 * The operands of `node`, those of nested junctions of the same operator in their place.
 * An explicit stack: conditions built in a loop nest thousands deep.
 */
export function flattenJunction(node: JunctionNode): Expression[] {
  const operands: Expression[] = [];
  const rest: Expression[] = [node];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (next.kind !== "junction" || next.operator !== node.operator) {
      operands.push(next);
    } else if (next.operands.length === 0 && next !== node) {
      // An empty AND is TRUE, an empty OR FALSE: neither changes a list of its own kind.
    } else {
      for (let index = next.operands.length - 1; index >= 0; index -= 1) {
        const operand = next.operands[index];
        if (operand !== undefined) rest.push(operand);
      }
    }
  }
  return operands;
}
