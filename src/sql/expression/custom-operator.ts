/** `operator("~~*")`: operators that this package has no method for. */
import { ArgumentError } from "../errors.ts";
import { checkedType } from "../type/check-type.ts";
import type { SqlType } from "../type/sql-type.ts";
import { ColumnElement, constructElement, describe, operandNode } from "./column-element.ts";

/** Signs that SQL's operators are made of; no quote, no parenthesis, no comment. */
const signs = /^[+\-*/<>=~!@#%^&|?]{1,8}$/;
const comment = /--|\/\*|\*\//;
/** True for signs that can only be one operator. */
export function isOperatorSigns(symbol: string): boolean {
  return signs.test(symbol) && !comment.test(symbol);
}

/** Operators that are words. */
const words: ReadonlySet<string> = new Set([
  "DIV",
  "GLOB",
  "MATCH",
  "OVERLAPS",
  "REGEXP",
  "RLIKE",
  "SIMILAR TO",
  "SOUNDS LIKE",
  "XOR",
]);

/**
 * An operator by its signs, for those of extensions: `operator<boolean>("<@", boolean())(a, b)` is `(a <@ b)`. Always in parentheses;
 * a plain right side is bound as the left side's type.
 * @param symbol The operator: signs, or one of a few words such as `SIMILAR TO`.
 * @param type What comes back.
 * @throws ArgumentError for anything that is not an operator.
 */
export function operator<R>(
  symbol: string,
  type: SqlType,
): (left: ColumnElement<unknown>, right: unknown) => ColumnElement<R> {
  const isOperator = typeof symbol === "string" && (words.has(symbol) || isOperatorSigns(symbol));
  if (!isOperator)
    throw new ArgumentError(
      `operator() takes signs such as '~~*' or '@>', or one of ${[...words].join(", ")}, not ${typeof symbol === "string" ? `'${symbol}'` : describe(symbol)}.`,
    );
  const result = checkedType(type, "operator");
  return (left, right) => {
    if (!ColumnElement.isElement(left))
      throw new ArgumentError(`operator("${symbol}") takes an expression on its left, not ${describe(left)}.`);
    const nodes = [left.node, operandNode(right, left, `operator("${symbol}")`)];
    return constructElement("value.operator", result, nodes, symbol);
  };
}
