/** How nodes of constructs are made and told. */
import type { SqlType } from "../type/sql-type.ts";
import type { ConstructName } from "./construct-name.ts";
import type { ConstructNode, Expression } from "./node.ts";

/** What each dialect writes in a way of its own. */
export function constructNode(
  name: ConstructName,
  type: SqlType,
  operands: readonly Expression[],
  detail = "",
): ConstructNode {
  return { kind: "construct", name, operands, detail, type };
}

/** True for JSON that a construct makes, such as a member of a document. */
export function isJsonConstruct(node: Expression): boolean {
  return node.kind === "construct" && node.type.kind === "json" && node.name.startsWith("json.");
}
