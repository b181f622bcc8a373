/** Items of ORDER BY. */
import { ArgumentError } from "../errors.ts";
import { ColumnElement, describe, operandNode, OrderElement } from "./column-element.ts";
import type { CaseNode, Expression, OrderNode } from "./node.ts";
import { conditionNode } from "./operators.ts";

/** An expression as an item of ORDER BY; ascending where it says nothing. */
export function orderNode(element: unknown): OrderNode {
  if (element instanceof OrderElement) return element.node;
  return { kind: "order", operand: conditionNode(element, "orderBy"), direction: "asc", nulls: undefined };
}

/**
 * Where the column's value stands in `values`, from 0, for `orderBy`: `positionIn(Ticket.c.state, ["open", "closed"])`. Other values
 * come after all of them.
 */
export function positionIn<T, S extends string>(
  column: ColumnElement<T, S>,
  values: readonly T[],
): ColumnElement<number, S> {
  const operand = conditionNode(column, "positionIn");
  if (!Array.isArray(values) || values.length === 0)
    throw new ArgumentError(
      `positionIn() takes a list of values, not ${describe(values)}${Array.isArray(values) ? " without any" : ""}.`,
    );
  return new ColumnElement(
    positionNode(
      operand,
      values.map((value: unknown) => (value === null ? null : operandNode(value, column, "positionIn"))),
    ),
  );
}

/** Which of `values` the operand equals, from 0; null stands for NULL, and any other value comes after all. */
export function positionNode(operand: Expression, values: readonly (Expression | null)[]): CaseNode {
  const branches = values.map((value, index) => ({
    when:
      value === null
        ? ({ kind: "isNull", operand, negated: false } as const)
        : ({ kind: "binary", operator: "eq", left: operand, right: value, type: { kind: "boolean" } } as const),
    then: numeral(index),
  }));
  return { kind: "case", branches, otherwise: numeral(values.length), type: { kind: "integer" } };
}

/** A whole number that is part of the statement's structure. */
function numeral(value: number): Expression {
  return { kind: "template", parts: [String(value)], expressions: [], type: { kind: "integer" } };
}
