/** Arrays in MySQL and MariaDB: JSON arrays, taken apart by JSON_TABLE. */
import type { ConstructTools, ConstructWriter } from "../../sql/compiler/construct-writers.ts";
import { keyword } from "../../sql/compiler/expression-compiler.ts";
import { arrayComparisons } from "../../sql/expression/array-element.ts";
import type { ArrayConstruct } from "../../sql/expression/construct-name.ts";
import type { ConstructNode } from "../../sql/expression/node.ts";
import { text } from "../../sql/type/types.ts";
import { operandText, pathParameter, pathParameters } from "../construct-operands.ts";
import { checkOrder, itemType } from "../json-array-items.ts";
import { jsonPathText } from "../json-path-text.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import { fromLast } from "./json-constructs.ts";
import { MysqlTypeCompiler } from "./type-compiler.ts";

const remedy = "Read the array, change it in the program and write it.";

/** How MySQL or MariaDB writes arrays. */
export function arrayConstructs(flavour: MysqlFlavour): { readonly [K in ArrayConstruct]: ConstructWriter } {
  const types = new MysqlTypeCompiler(flavour);
  const index = pathParameter(text(), (legs) =>
    jsonPathText(legs, (leg) => (flavour.isMariaDb ? String(leg) : fromLast(leg))),
  );
  /** The item of an operand that holds one, as its type. */
  const item = (node: ConstructNode, tools: ConstructTools): string => {
    const type = types.jsonTableType(itemType(node, tools));
    const one = operandText(node, 1, tools);
    return `(SELECT array_part.v FROM JSON_TABLE(${one}, '$[0]' COLUMNS (v ${type} PATH '$')) AS array_part)`;
  };
  const items = (node: ConstructNode, tools: ConstructTools, array: string): string =>
    `JSON_TABLE(${array}, '$[*]' COLUMNS (n FOR ORDINALITY, v ${types.jsonTableType(itemType(node, tools))} PATH '$')) AS array_item`;
  const quantified = (node: ConstructNode, tools: ConstructTools, all: boolean): string => {
    checkOrder(node, itemType(node, tools), tools);
    const array = operandText(node, 0, tools);
    const condition = `${item(node, tools)} ${keyword(arrayComparisons, node.detail, "a comparison")} array_item.v`;
    const rows = `SELECT 1 FROM ${items(node, tools, array)} WHERE ${all ? `NOT (${condition})` : condition}`;
    return `CASE WHEN ${array} IS NOT NULL THEN ${all ? "NOT " : ""}EXISTS (${rows}) END`;
  };
  const call =
    (name: string): ConstructWriter =>
    (node, tools) =>
      `${name}(${node.operands.map((operand) => tools.operand(operand)).join(", ")})`;
  return {
    "array.at": (node, tools) => {
      const type = itemType(node, tools);
      const found = `JSON_UNQUOTE(JSON_EXTRACT(${operandText(node, 0, tools)}, ${pathParameters(node, 1, [index], tools)[0] ?? ""}))`;
      const isText = type.kind === "text" || type.kind === "enum" || type.kind === "uuid";
      return isText ? `(${found} COLLATE ${flavour.collation})` : `CAST(${found} AS ${types.castType(type)})`;
    },
    "array.length": call("JSON_LENGTH"),
    "array.contains": call("JSON_CONTAINS"),
    "array.overlaps": call("JSON_OVERLAPS"),
    "array.any": (node, tools) => quantified(node, tools, false),
    "array.all": (node, tools) => quantified(node, tools, true),
    "array.append": call("JSON_MERGE_PRESERVE"),
    "array.remove": (_node, tools) => tools.unsupported("removal of an array's items by value", remedy),
    "array.position": (node, tools) => {
      const array = operandText(node, 0, tools);
      const condition = `array_item.v = ${item(node, tools)}`;
      return `(SELECT MIN(array_item.n) - 1 FROM ${items(node, tools, array)} WHERE ${condition})`;
    },
    "array.slice": (_node, tools) => tools.unsupported("slices of arrays", remedy),
  };
}
