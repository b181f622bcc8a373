/** The operands of a construct, taken in their order. */
import type { ConstructTools } from "../sql/compiler/construct-writers.ts";
import { legsOf, type JsonLeg } from "../sql/expression/json-path.ts";
import type { BindNode, ConstructNode, Expression } from "../sql/expression/node.ts";
import type { CustomType, SqlType } from "../sql/type/sql-type.ts";
import { customType } from "../sql/type/types.ts";
import { required } from "../util/assert-never.ts";

/** The n-th operand. */
export function operandAt(node: ConstructNode, index: number): Expression {
  return required(node.operands[index], `operand ${String(index)} of '${node.name}'`);
}

/** The n-th operand's text. */
export function operandText(node: ConstructNode, index: number, tools: ConstructTools): string {
  return tools.operand(operandAt(node, index));
}

/** The n-th operand, a path, as parameters. */
export function pathParameters(
  node: ConstructNode,
  index: number,
  types: readonly CustomType[],
  tools: ConstructTools,
): string[] {
  const operand = operandAt(node, index);
  legsOf(operand);
  return tools.parameters(operand as BindNode, types);
}

/** A type that makes a parameter of a path. */
export function pathParameter(impl: SqlType, bind: (legs: readonly JsonLeg[]) => unknown): CustomType {
  return customType<readonly JsonLeg[]>("JSON path", { impl, bind, result: () => [] });
}

/** How many items an array must have so that an index can be written to; `room` is 1 where one more may come to be. */
export function neededItems(leg: string | number | undefined, room: number): number {
  if (typeof leg !== "number") return 0;
  return leg < 0 ? -leg : leg + 1 - room;
}

/** True for JSON that a construct makes, such as a member of a document. */
export function isJsonConstruct(node: Expression): boolean {
  return node.kind === "construct" && node.type.kind === "json";
}
