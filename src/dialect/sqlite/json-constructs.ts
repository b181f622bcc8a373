/** JSON in SQLite: text, read and written by its JSON functions, which take a path as one value. */
import type { ConstructTools, ConstructWriter } from "../../sql/compiler/construct-writers.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import { typeOf } from "../../sql/expression/column-element.ts";
import type { JsonConstruct } from "../../sql/expression/construct-name.ts";
import { legsOf, type JsonLeg } from "../../sql/expression/json-path.ts";
import type { ConstructNode } from "../../sql/expression/node.ts";
import { integer, text } from "../../sql/type/types.ts";
import { neededItems, operandAt, operandText, pathParameter, pathParameters } from "../construct-operands.ts";
import { jsonPathText } from "../json-path-text.ts";

function pathText(legs: readonly JsonLeg[]): string {
  return jsonPathText(legs, (index) => `#${String(index)}`);
}

const whole = pathParameter(text(), pathText);
const parentPath = pathParameter(text(), (legs) => pathText(legs.slice(0, -1)));
const endOfArray = pathParameter(text(), (legs) => `${pathText(legs)}[#]`);
const firstName = pathParameter(text(), ([leg]) => leg);

/** The type of a JSON value, or of a member, as SQLite calls it. */
const typeCases =
  "WHEN 'text' THEN 'string' WHEN 'integer' THEN 'number' WHEN 'real' THEN 'number' WHEN 'true' THEN 'boolean' WHEN 'false' THEN 'boolean'";

function path(node: ConstructNode, index: number, tools: ConstructTools): string {
  return pathParameters(node, index, [whole], tools)[0] ?? "";
}

/** A JSON value on its way into another. */
function asJson(node: ConstructNode, index: number, tools: ConstructTools): string {
  const operand = operandAt(node, index);
  const written = tools.operand(operand);
  return operand.kind === "bind" ? `json(${written})` : written;
}

/** An expression on its way into JSON: `json()` tells JSON from text. */
function valueAsJson(node: ConstructNode, tools: ConstructTools): string {
  const operand = operandAt(node, 0);
  const written = tools.operand(operand);
  switch (storedType(typeOf(operand)).kind) {
    case "json":
      return `json(${written})`;
    case "boolean":
      return `json(CASE WHEN ${written} THEN 'true' WHEN NOT ${written} THEN 'false' ELSE 'null' END)`;
    case "bigint":
      // JSON's numbers are doubles to JavaScript: as text they keep their digits.
      return `CAST(${written} AS TEXT)`;
    default:
      return written;
  }
}

/** A change of the document at a place, left out where the place cannot have such a member. */
function changedAt(
  node: ConstructNode,
  tools: ConstructTools,
  room: number,
  made: (x: string, path: string) => string,
): string {
  const x = operandText(node, 0, tools);
  const last = legsOf(operandAt(node, 1)).at(-1);
  const items = pathParameter(integer(), (legs) => neededItems(legs.at(-1), room));
  const [at = "", parent = "", length = ""] = pathParameters(node, 1, [whole, parentPath, items], tools);
  const condition =
    typeof last === "string"
      ? `json_type(${x}, ${parent}) = 'object'`
      : `json_type(${x}, ${parent}) = 'array' AND json_array_length(${x}, ${parent}) >= ${length}`;
  return `CASE WHEN ${condition} THEN ${made(x, at)} ELSE ${x} END`;
}

function ownFunction(name: string, tools: ConstructTools): string {
  if (!tools.isDefinition) return name;
  return tools.unsupported("comparison of JSON documents in definitions", "Compare members with at(…).");
}

/** How SQLite writes JSON. */
export const jsonConstructs: { readonly [K in JsonConstruct]: ConstructWriter } = {
  "json.at": (node, tools) => `(${operandText(node, 0, tools)} -> ${path(node, 1, tools)})`,
  "json.string": (node, tools) => {
    const x = operandText(node, 0, tools);
    return `CASE WHEN json_type(${x}) = 'text' THEN ${x} ->> '$' END`;
  },
  "json.number": (node, tools) => {
    const x = operandText(node, 0, tools);
    return `CASE WHEN json_type(${x}) IN ('integer', 'real') THEN CAST(${x} ->> '$' AS REAL) END`;
  },
  "json.boolean": (node, tools) =>
    `CASE json_type(${operandText(node, 0, tools)}) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`,
  "json.text": (node, tools) => {
    const x = operandText(node, 0, tools);
    return `CASE json_type(${x}) WHEN 'text' THEN ${x} ->> '$' WHEN 'null' THEN NULL ELSE ${x} -> '$' END`;
  },
  "json.isNull": (node, tools) => `(COALESCE(json_type(${operandText(node, 0, tools)}), 'null') = 'null')`,
  "json.typeof": (node, tools) => {
    const x = operandText(node, 0, tools);
    return `CASE json_type(${x}) ${typeCases} ELSE json_type(${x}) END`;
  },
  "json.length": (node, tools) => {
    const x = operandText(node, 0, tools);
    return `CASE WHEN json_type(${x}) = 'array' THEN json_array_length(${x}) END`;
  },
  "json.hasKey": (node, tools) => {
    const x = operandText(node, 0, tools);
    return `CASE WHEN ${x} IS NOT NULL THEN json_type(${x}, ${path(node, 1, tools)}) IS NOT NULL END`;
  },
  "json.equals": (node, tools) =>
    `${ownFunction("json_same", tools)}(${operandText(node, 0, tools)}, ${operandText(node, 1, tools)})`,
  "json.contains": (node, tools) =>
    `${ownFunction("json_contains", tools)}(${operandText(node, 0, tools)}, ${operandText(node, 1, tools)})`,
  "json.of": valueAsJson,
  "json.null": () => "json('null')",
  "json.object": (node, tools) => {
    const texts = node.operands.map((_, index) =>
      index % 2 === 0 ? (pathParameters(node, index, [firstName], tools)[0] ?? "") : asJson(node, index, tools),
    );
    return `json_object(${texts.join(", ")})`;
  },
  "json.array": (node, tools) =>
    `json_array(${node.operands.map((_, index) => asJson(node, index, tools)).join(", ")})`,
  "json.set": (node, tools) => changedAt(node, tools, 1, (x, at) => `json_set(${x}, ${at}, ${asJson(node, 2, tools)})`),
  "json.remove": (node, tools) => changedAt(node, tools, 0, (x, at) => `json_remove(${x}, ${at})`),
  "json.append": (node, tools) => {
    const x = operandText(node, 0, tools);
    const [at = "", end = ""] = pathParameters(node, 1, [whole, endOfArray], tools);
    return `CASE WHEN json_type(${x}, ${at}) = 'array' THEN json_insert(${x}, ${end}, ${asJson(node, 2, tools)}) ELSE ${x} END`;
  },
  "json.insert": (_node, tools) =>
    tools.unsupported("insertion between the items of a JSON array", "Set the whole array, or append to it."),
  "json.merge": (node, tools) => {
    const x = operandText(node, 0, tools);
    const texts = node.operands
      .slice(1)
      .map((_, index) => (index % 2 === 0 ? path(node, index + 1, tools) : asJson(node, index + 1, tools)));
    return `CASE WHEN json_type(${x}) = 'object' THEN json_set(${x}, ${texts.join(", ")}) ELSE ${x} END`;
  },
  "json.stored": (node, tools) => operandText(node, 0, tools),
};
