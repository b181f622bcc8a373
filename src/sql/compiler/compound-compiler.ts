/** UNION, INTERSECT and EXCEPT to SQL. */
import { required } from "../../util/assert-never.ts";
import { CompileError } from "../errors.ts";
import type { Expression, OrderNode } from "../expression/node.ts";
import type { CompoundNode, PositionOrder, QueryNode, SetOperator } from "../statement/node.ts";
import { resultItems } from "../statement/result-items.ts";
import { keyword } from "./expression-compiler.ts";
import { SelectCompiler } from "./select-compiler.ts";

const setOperators: { readonly [O in SetOperator]: string } = Object.freeze({
  union: " UNION ",
  unionAll: " UNION ALL ",
  intersect: " INTERSECT ",
  intersectAll: " INTERSECT ALL ",
  except: " EXCEPT ",
  exceptAll: " EXCEPT ALL ",
});

/** What can compile queries of all kinds. */
export abstract class CompoundCompiler extends SelectCompiler {
  protected override setOperation(node: CompoundNode): string {
    const operator = this.setOperator(node.operator);
    const body = node.operands.map((operand) => this.operandQuery(operand)).join(operator);
    const items = resultItems(node);
    const orders = node.orderBy.map((item) => orderOf(item, items));
    const isByPosition = orders.every((order) => this.canOrderByPosition(order));
    const orderBy = node.orderBy.map((item, index) => {
      const order = required(orders[index], "order of a set operation");
      return this.orderText(order, isByPosition ? String(item.position + 1) : this.quote(resultName(order.operand)));
    });
    const limit = node.limit === undefined ? undefined : this.rowCount(node.limit);
    const offset = node.offset === undefined ? undefined : this.rowCount(node.offset);
    return [
      isByPosition ? body : `SELECT * FROM (${body}) AS ${this.quote("compound")}`,
      orderBy.length === 0 ? "" : ` ORDER BY ${orderBy.join(", ")}`,
      this.limitClause(limit, offset),
    ].join("");
  }

  protected setOperator(operator: SetOperator): string {
    return keyword(setOperators, operator, "a set operation");
  }

  /** A query as part of a set operation. */
  private operandQuery(node: QueryNode): string {
    const text = this.query(node);
    const isPlain =
      node.kind === "select" &&
      node.orderBy.length === 0 &&
      node.limit === undefined &&
      node.offset === undefined &&
      node.forUpdate === undefined;
    return isPlain ? text : this.enclosedQuery(text);
  }

  /** A query whose own clauses must not be taken for those of the set operation. */
  protected enclosedQuery(text: string): string {
    return `(${text})`;
  }

  /** False where the dialect orders by an expression of the column, which no set operation takes. */
  protected canOrderByPosition(_order: OrderNode): boolean {
    return true;
  }
}

function orderOf({ position, direction, nulls }: PositionOrder, items: readonly Expression[]): OrderNode {
  const item = required(items[position], "column of a set operation");
  const operand = item.kind === "order" ? item.operand : item;
  return { kind: "order", operand, direction, nulls };
}

function resultName(item: Expression): string {
  if (item.kind === "label" || item.kind === "column") return item.name;
  throw new CompileError("A set operation is ordered by a column that has no name. Give it one with label(…).");
}
