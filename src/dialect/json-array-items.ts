/** Arrays that are stored as JSON: which questions their items can answer. */
import { storedType } from "../sql/compiler/type-compiler.ts";
import type { ConstructTools } from "../sql/compiler/construct-writers.ts";
import { typeOf } from "../sql/expression/column-element.ts";
import type { ConstructNode } from "../sql/expression/node.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { operandAt } from "./construct-operands.ts";

/** The type of the array's items. @throws CompileError for those that are written as objects */
export function itemType(node: ConstructNode, tools: ConstructTools): SqlType {
  const type = typeOf(operandAt(node, 0));
  const item: SqlType = type.kind === "array" ? storedType(type.item) : { kind: "unknown" };
  if (item.kind === "bytes" || item.kind === "array") {
    tools.unsupported(`items of arrays of '${item.kind}'`, "Read the array and look at it in the program.");
  }
  return item;
}

/** Refuse an order of items that are not stored in it: of large integers and decimals the digits are text. */
export function checkOrder(node: ConstructNode, item: SqlType, tools: ConstructTools): void {
  const isExact = item.kind === "bigint" || item.kind === "numeric";
  if (isExact && node.detail !== "eq" && node.detail !== "ne") {
    tools.unsupported(`the order of items of type '${item.kind}'`, "Read the array and compare in the program.");
  }
}
