/** Arrays and ranges in PostgreSQL: its own. */
import { keyword } from "../../sql/compiler/expression-compiler.ts";
import type { ConstructTools, ConstructWriter } from "../../sql/compiler/construct-writers.ts";
import { arrayComparisons } from "../../sql/expression/array-element.ts";
import type { ArrayConstruct, RangeConstruct } from "../../sql/expression/construct-name.ts";
import type { ConstructNode } from "../../sql/expression/node.ts";
import { integer } from "../../sql/type/types.ts";
import { operandText, pathParameter, pathParameters } from "../construct-operands.ts";

function infix(operator: string): ConstructWriter {
  return (node, tools) => `(${operandText(node, 0, tools)} ${operator} ${operandText(node, 1, tools)})`;
}

function call(name: string): ConstructWriter {
  return (node, tools) => `${name}(${operandText(node, 0, tools)})`;
}

/** The item of an operand that holds one. */
function item(node: ConstructNode, tools: ConstructTools): string {
  return `(${operandText(node, 1, tools)})[1]`;
}

function quantified(quantifier: "ANY" | "ALL"): ConstructWriter {
  return (node, tools) => {
    const array = operandText(node, 0, tools);
    return `(${item(node, tools)} ${keyword(arrayComparisons, node.detail, "a comparison")} ${quantifier} (${array}))`;
  };
}

const fromStart = pathParameter(integer(), ([index]) => Number(index) + 1);
const fromEnd = pathParameter(integer(), ([index]) => Number(index) + 1);

/** How PostgreSQL writes arrays. */
export const arrayConstructs: { readonly [K in ArrayConstruct]: ConstructWriter } = {
  "array.at": (node, tools) => {
    const array = operandText(node, 0, tools);
    const [index = ""] = pathParameters(node, 1, [node.detail === "end" ? fromEnd : fromStart], tools);
    const position = node.detail === "end" ? `cardinality(${array}) + ${index}::integer` : `${index}::integer`;
    return `(${array})[${position}]`;
  },
  "array.length": call("cardinality"),
  "array.contains": infix("@>"),
  "array.overlaps": infix("&&"),
  "array.any": quantified("ANY"),
  "array.all": quantified("ALL"),
  "array.append": (node, tools) => {
    // NULL is an empty array to the operator.
    const array = operandText(node, 0, tools);
    return `CASE WHEN ${array} IS NOT NULL THEN ${array} || ${operandText(node, 1, tools)} END`;
  },
  "array.remove": (node, tools) => `array_remove(${operandText(node, 0, tools)}, ${item(node, tools)})`,
  "array.position": (node, tools) => `(array_position(${operandText(node, 0, tools)}, ${item(node, tools)}) - 1)`,
  "array.slice": (node, tools) => {
    const array = operandText(node, 0, tools);
    const from = operandText(node, 1, tools);
    return `(${array})[${from} + 1:${operandText(node, 2, tools)}]`;
  },
};

/** How PostgreSQL writes ranges. */
export const rangeConstructs: { readonly [K in RangeConstruct]: ConstructWriter } = {
  "range.contains": infix("@>"),
  "range.containedBy": infix("<@"),
  "range.overlaps": infix("&&"),
  "range.adjacent": infix("-|-"),
  "range.before": infix("<<"),
  "range.after": infix(">>"),
  "range.lower": call("lower"),
  "range.upper": call("upper"),
  "range.isEmpty": call("isempty"),
};
