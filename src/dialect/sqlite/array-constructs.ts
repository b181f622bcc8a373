/** Arrays in SQLite: JSON arrays, taken apart by json_each. */
import type { ConstructCall, ConstructWriter } from "../../sql/compiler/construct-call.ts";
import { keyword } from "../../sql/compiler/expression-compiler.ts";
import { arrayComparisons } from "../../sql/expression/array-element.ts";
import type { ArrayConstruct } from "../../sql/expression/construct-name.ts";
import { text } from "../../sql/type/types.ts";
import { pathParameter, pathParameters } from "../json-path-parameters.ts";
import { checkOrder, itemType } from "../json-array-items.ts";
import { jsonPathText } from "../json-path-text.ts";

const index = pathParameter(text(), (legs) => jsonPathText(legs, (leg) => `#${String(leg)}`));

/** `made` where neither array is NULL. */
function known(arrays: readonly string[], made: string): string {
  return `CASE WHEN ${arrays.map((array) => `${array} IS NOT NULL`).join(" AND ")} THEN ${made} END`;
}

/** The item of an operand that holds one. */
function item(call: ConstructCall): string {
  return `(${call.text(1)} ->> '$[0]')`;
}

function items(array: string): string {
  return `json_each(${array}) AS array_item`;
}

function quantified(call: ConstructCall): { array: string; condition: string } {
  checkOrder(call, itemType(call));
  const array = call.text(0);
  const operator = keyword(arrayComparisons, call.detail, "a comparison");
  return { array, condition: `${item(call)} ${operator} array_item.value` };
}

/** An array of some items of another. */
function some(array: string, condition: string): string {
  return known([array], `(SELECT json_group_array(array_item.value) FROM ${items(array)} WHERE ${condition})`);
}

/** How SQLite writes arrays. */
export const arrayConstructs: { readonly [K in ArrayConstruct]: ConstructWriter } = {
  "array.at": (call) => {
    const { kind } = itemType(call);
    const found = `${call.text(0)} ->> ${pathParameters(call, 1, [index])[0] ?? ""}`;
    if (kind === "double" || kind === "real") return `CAST(${found} AS REAL)`;
    return kind === "bigint" ? `CAST(${found} AS INTEGER)` : `(${found})`;
  },
  "array.length": (call) => `json_array_length(${call.text(0)})`,
  "array.contains": (call) => {
    const whole = call.text(0);
    const part = call.text(1);
    const has = `EXISTS (SELECT 1 FROM ${items(whole)} WHERE array_item.value = array_part.value)`;
    return known([whole, part], `NOT EXISTS (SELECT 1 FROM json_each(${part}) AS array_part WHERE NOT ${has})`);
  },
  "array.overlaps": (call) => {
    const whole = call.text(0);
    const other = call.text(1);
    const shared = `array_item.value IN (SELECT array_part.value FROM json_each(${other}) AS array_part)`;
    return known([whole, other], `EXISTS (SELECT 1 FROM ${items(whole)} WHERE ${shared})`);
  },
  "array.any": (call) => {
    const { array, condition } = quantified(call);
    return known([array], `EXISTS (SELECT 1 FROM ${items(array)} WHERE ${condition})`);
  },
  "array.all": (call) => {
    const { array, condition } = quantified(call);
    return known([array], `NOT EXISTS (SELECT 1 FROM ${items(array)} WHERE NOT (${condition}))`);
  },
  "array.append": (call) => {
    const array = call.text(0);
    return `json_insert(${array}, '$[#]', ${call.text(1)} -> '$[0]')`;
  },
  "array.remove": (call) => {
    itemType(call);
    const array = call.text(0);
    return some(array, `array_item.value <> ${item(call)}`);
  },
  "array.position": (call) => {
    itemType(call);
    const array = call.text(0);
    return `(SELECT min(array_item.key) FROM ${items(array)} WHERE array_item.value = ${item(call)})`;
  },
  "array.slice": (call) => {
    itemType(call);
    const array = call.text(0);
    const from = call.text(1);
    return some(array, `array_item.key >= ${from} AND array_item.key < ${call.text(2)}`);
  },
};
