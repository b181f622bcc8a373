/** The numbers of LIMIT and OFFSET. */
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe } from "../sql/expression/column-element.ts";
import { checkedRowCount, NamedParameter, parameterOf } from "../sql/expression/parameter.ts";
import type { Expression } from "../sql/expression/node.ts";

/** A checked number of rows. @throws ArgumentError */
export function rowCount(call: string, count: unknown): Expression {
  if (ColumnElement.isElement(count)) {
    const parameter = parameterOf(count.node);
    if (parameter === undefined) return count.node;
    const check = (value: unknown): bigint => BigInt(checkedRowCount(value, call));
    return { kind: "bind", value: new NamedParameter(parameter.name, true, check), type: { kind: "bigint" } };
  }
  if (Number.isSafeInteger(count) && (count as number) >= 0) {
    // 32 bits are an integer's, where databases have them.
    if ((count as number) < 2 ** 31) return { kind: "bind", value: count, type: { kind: "integer" } };
    return { kind: "bind", value: BigInt(count as number), type: { kind: "bigint" } };
  }
  throw new ArgumentError(
    `${call}() takes a whole number of 0 or more, not ${typeof count === "number" ? String(count) : describe(count)}.`,
  );
}
