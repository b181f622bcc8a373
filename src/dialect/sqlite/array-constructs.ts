/** Arrays in SQLite: JSON arrays, taken apart by json_each. */
import type { ConstructTools, ConstructWriter } from "../../sql/compiler/construct-writers.ts";
import { keyword } from "../../sql/compiler/expression-compiler.ts";
import { arrayComparisons } from "../../sql/expression/array-element.ts";
import type { ArrayConstruct } from "../../sql/expression/construct-name.ts";
import type { ConstructNode } from "../../sql/expression/node.ts";
import { text } from "../../sql/type/types.ts";
import { operandText, pathParameter, pathParameters } from "../construct-operands.ts";
import { checkOrder, itemType } from "../json-array-items.ts";
import { jsonPathText } from "../json-path-text.ts";

const index = pathParameter(text(), (legs) => jsonPathText(legs, (leg) => `#${String(leg)}`));

/** `made` where neither array is NULL. */
function known(arrays: readonly string[], made: string): string {
  return `CASE WHEN ${arrays.map((array) => `${array} IS NOT NULL`).join(" AND ")} THEN ${made} END`;
}

/** The item of an operand that holds one. */
function item(node: ConstructNode, tools: ConstructTools): string {
  return `(${operandText(node, 1, tools)} ->> '$[0]')`;
}

function items(array: string): string {
  return `json_each(${array}) AS array_item`;
}

function quantified(node: ConstructNode, tools: ConstructTools): { array: string; condition: string } {
  checkOrder(node, itemType(node, tools), tools);
  const array = operandText(node, 0, tools);
  const operator = keyword(arrayComparisons, node.detail, "a comparison");
  return { array, condition: `${item(node, tools)} ${operator} array_item.value` };
}

/** An array of some items of another. */
function some(array: string, condition: string): string {
  return known([array], `(SELECT json_group_array(array_item.value) FROM ${items(array)} WHERE ${condition})`);
}

/** How SQLite writes arrays. */
export const arrayConstructs: { readonly [K in ArrayConstruct]: ConstructWriter } = {
  "array.at": (node, tools) => {
    const { kind } = itemType(node, tools);
    const found = `${operandText(node, 0, tools)} ->> ${pathParameters(node, 1, [index], tools)[0] ?? ""}`;
    if (kind === "double" || kind === "real") return `CAST(${found} AS REAL)`;
    return kind === "bigint" ? `CAST(${found} AS INTEGER)` : `(${found})`;
  },
  "array.length": (node, tools) => `json_array_length(${operandText(node, 0, tools)})`,
  "array.contains": (node, tools) => {
    const whole = operandText(node, 0, tools);
    const part = operandText(node, 1, tools);
    const has = `EXISTS (SELECT 1 FROM ${items(whole)} WHERE array_item.value = array_part.value)`;
    return known([whole, part], `NOT EXISTS (SELECT 1 FROM json_each(${part}) AS array_part WHERE NOT ${has})`);
  },
  "array.overlaps": (node, tools) => {
    const whole = operandText(node, 0, tools);
    const other = operandText(node, 1, tools);
    const shared = `array_item.value IN (SELECT array_part.value FROM json_each(${other}) AS array_part)`;
    return known([whole, other], `EXISTS (SELECT 1 FROM ${items(whole)} WHERE ${shared})`);
  },
  "array.any": (node, tools) => {
    const { array, condition } = quantified(node, tools);
    return known([array], `EXISTS (SELECT 1 FROM ${items(array)} WHERE ${condition})`);
  },
  "array.all": (node, tools) => {
    const { array, condition } = quantified(node, tools);
    return known([array], `NOT EXISTS (SELECT 1 FROM ${items(array)} WHERE NOT (${condition}))`);
  },
  "array.append": (node, tools) => {
    const array = operandText(node, 0, tools);
    return `json_insert(${array}, '$[#]', ${operandText(node, 1, tools)} -> '$[0]')`;
  },
  "array.remove": (node, tools) => {
    itemType(node, tools);
    const array = operandText(node, 0, tools);
    return some(array, `array_item.value <> ${item(node, tools)}`);
  },
  "array.position": (node, tools) => {
    itemType(node, tools);
    const array = operandText(node, 0, tools);
    return `(SELECT min(array_item.key) FROM ${items(array)} WHERE array_item.value = ${item(node, tools)})`;
  },
  "array.slice": (node, tools) => {
    itemType(node, tools);
    const array = operandText(node, 0, tools);
    const from = operandText(node, 1, tools);
    return some(array, `array_item.key >= ${from} AND array_item.key < ${operandText(node, 2, tools)}`);
  },
};
