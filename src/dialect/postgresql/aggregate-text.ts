/** How PostgreSQL says the aggregates that databases say differently. */
import { storedType } from "../../sql/compiler/type-compiler.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type { FunctionNode } from "../../sql/expression/node.ts";

/** The arguments of an aggregate as it takes them. */
export function aggregateArguments(node: FunctionNode, callArguments: readonly string[]): readonly string[] {
  const [first] = node.arguments;
  const [value = "", ...others] = callArguments;
  // Only texts can be joined; an enum or a date is none.
  const isOther = node.name === "string_agg" && first !== undefined && storedType(typeOf(first)).kind !== "text";
  return isOther ? [`CAST(${value} AS text)`, ...others] : callArguments;
}
