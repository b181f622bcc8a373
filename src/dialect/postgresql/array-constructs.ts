/** Arrays in PostgreSQL: its own. */
import { keyword } from "../../sql/compiler/expression-compiler.ts";
import { callOf, infix, type ConstructCall, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import { arrayComparisons } from "../../sql/expression/array-element.ts";
import type { ArrayConstruct } from "../../sql/expression/construct-name.ts";
import { integer } from "../../sql/type/types.ts";
import { pathParameter, pathParameters } from "../json-path-parameters.ts";

/** The item of an operand that holds one. */
function item(call: ConstructCall): string {
  return `(${call.text(1)})[1]`;
}

function quantified(quantifier: "ANY" | "ALL"): ConstructWriter {
  return (call) => {
    const array = call.text(0);
    return `(${item(call)} ${keyword(arrayComparisons, call.detail, "a comparison")} ${quantifier} (${array}))`;
  };
}

const fromStart = pathParameter(integer(), ([index]) => Number(index) + 1);
const fromEnd = pathParameter(integer(), ([index]) => Number(index) + 1);

/** How PostgreSQL writes arrays. */
export const arrayConstructs: { readonly [K in ArrayConstruct]: ConstructWriter } = {
  "array.at": (call) => {
    const array = call.text(0);
    const [index = ""] = pathParameters(call, 1, [call.detail === "end" ? fromEnd : fromStart]);
    const position = call.detail === "end" ? `cardinality(${array}) + ${index}::integer` : `${index}::integer`;
    return `(${array})[${position}]`;
  },
  "array.length": callOf("cardinality"),
  "array.contains": infix("@>"),
  "array.overlaps": infix("&&"),
  "array.any": quantified("ANY"),
  "array.all": quantified("ALL"),
  "array.append": (call) => {
    // NULL is an empty array to the operator.
    const array = call.text(0);
    return `CASE WHEN ${array} IS NOT NULL THEN ${array} || ${call.text(1)} END`;
  },
  "array.remove": (call) => `array_remove(${call.text(0)}, ${item(call)})`,
  "array.position": (call) => `(array_position(${call.text(0)}, ${item(call)}) - 1)`,
  "array.slice": (call) => {
    const array = call.text(0);
    const from = call.text(1);
    return `(${array})[${from} + 1:${call.text(2)}]`;
  },
};
