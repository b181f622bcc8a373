/** The small nodes of which joins and EXISTS are made. */
import type { Expression } from "../sql/expression/node.ts";

/** The condition that two columns are equal. */
export function columnEquality(left: Expression, right: Expression): Expression {
  return { kind: "binary", operator: "eq", left, right, type: { kind: "boolean" } };
}

/** All of `conditions` as one. */
export function allOf(conditions: readonly Expression[]): Expression {
  const [first] = conditions;
  return first !== undefined && conditions.length === 1
    ? first
    : { kind: "junction", operator: "and", operands: conditions };
}

/** What an EXISTS selects. */
export const one: Expression = { kind: "template", parts: ["1"], expressions: [], type: { kind: "integer" } };
