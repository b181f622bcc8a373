/** `func.*`: SQL functions with the types that come back. */
import { ArgumentError } from "../errors.ts";
import { checkedType } from "../type/check-type.ts";
import type { SqlType } from "../type/sql-type.ts";
import { ColumnElement, OrderElement, operandNode, typeOf, bindNode, isScalarSelectable } from "./column-element.ts";
import { literalType } from "./operators.ts";
import type { Expression, FunctionNode, OrderNode } from "./node.ts";

/** What `over` takes. */
export interface OverOptions {
  partitionBy?: ColumnElement<unknown> | readonly ColumnElement<unknown>[];
  orderBy?: ColumnElement<unknown> | readonly ColumnElement<unknown>[];
}

/** A function call; `filter` and `over` make it an aggregate over some rows or a window function. */
export class FunctionElement<T, Source extends string = string> extends ColumnElement<T, Source> {
  declare readonly node: FunctionNode;

  /** `FILTER (WHERE …)`, or CASE where the database has no FILTER. */
  filter(...conditions: ColumnElement<boolean>[]): FunctionElement<T, Source> {
    const operands = conditions.map((condition) => condition.node);
    return new FunctionElement({ ...this.node, filter: { kind: "junction", operator: "and", operands } });
  }

  /** `OVER (PARTITION BY … ORDER BY …)`. */
  over(options: OverOptions = {}): ColumnElement<T, Source> {
    const partitionBy = list(options.partitionBy).map((element) => element.node);
    return new ColumnElement({ ...this.node, over: { partitionBy, orderBy: list(options.orderBy).map(orderNode) } });
  }

  /** `f(DISTINCT …)`. */
  distinct(): FunctionElement<T, Source> {
    return new FunctionElement({ ...this.node, distinct: true });
  }
}

function list<T>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** An expression as an item of ORDER BY; ascending where it says nothing. */
export function orderNode(element: ColumnElement<unknown>): OrderNode {
  if (element instanceof OrderElement) return element.node;
  return { kind: "order", operand: element.node, direction: "asc", nulls: undefined };
}

const functionName = /^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$/;

function call<T, S extends string>(name: string, type: SqlType, args: readonly Expression[]): FunctionElement<T, S> {
  return new FunctionElement<T, S>({ kind: "function", name, arguments: args, type });
}

type NumberOrString = number | bigint | string;
/** A sum of integers is exact (bigint), of decimals exact (string), of floats a number; NULL for no rows. */
type Sum<T> = (NonNullable<T> extends number ? number : NonNullable<T>) | null;

function argumentNodes(values: readonly unknown[]): Expression[] {
  return values.map((value) => {
    if (ColumnElement.isElement(value)) return value.node;
    if (isScalarSelectable(value)) return value.subqueryNode;
    return bindNode(value, literalType(value), "func.call");
  });
}

/** Aggregates and functions common to all databases; `func.call` names any other. */
export const func = {
  /** count(*), or the number of rows where `element` is not NULL. Never NULL. */
  count(element?: ColumnElement<unknown>): FunctionElement<number, never> {
    return call("count", { kind: "integer" }, [element?.node ?? { kind: "star" }]);
  },
  /** The sum, NULL where there are no rows. Integers are summed exactly and refused beyond 2^53. */
  sum<T extends NumberOrString | null, S extends string>(element: ColumnElement<T, S>): FunctionElement<Sum<T>, S> {
    const type = typeOf(element.node);
    return call("sum", type.kind === "smallint" ? { kind: "integer" } : type, [element.node]);
  },
  /** The mean as a double, NULL where there are no rows. */
  avg<S extends string>(element: ColumnElement<NumberOrString | null, S>): FunctionElement<number | null, S> {
    return call("avg", { kind: "double" }, [element.node]);
  },
  /** The least value, NULL where there are no rows. */
  min<T, S extends string>(element: ColumnElement<T, S>): FunctionElement<T | null, S> {
    return call("min", typeOf(element.node), [element.node]);
  },
  /** The greatest value, NULL where there are no rows. */
  max<T, S extends string>(element: ColumnElement<T, S>): FunctionElement<T | null, S> {
    return call("max", typeOf(element.node), [element.node]);
  },
  /** Text in lower case. */
  lower<T extends string | null, S extends string>(element: ColumnElement<T, S>): FunctionElement<T, S> {
    return call("lower", { kind: "text" }, [element.node]);
  },
  /** Text in upper case. */
  upper<T extends string | null, S extends string>(element: ColumnElement<T, S>): FunctionElement<T, S> {
    return call("upper", { kind: "text" }, [element.node]);
  },
  /** Length of a text in characters. */
  length<S extends string>(element: ColumnElement<string | null, S>): FunctionElement<number, S> {
    return call("char_length", { kind: "integer" }, [element.node]);
  },
  /** Absolute value. */
  abs<T, S extends string>(element: ColumnElement<T, S>): FunctionElement<T, S> {
    return call("abs", typeOf(element.node), [element.node]);
  },
  /** The first argument that is not NULL. */
  coalesce<T, S extends string>(
    element: ColumnElement<T, S>,
    otherwise: NonNullable<T> | ColumnElement<T>,
  ): FunctionElement<NonNullable<T>, never> {
    return call("coalesce", typeOf(element.node), [element.node, operandNode(otherwise, element, "coalesce")]);
  },
  /** The current moment. */
  now(): FunctionElement<Date, never> {
    return call("now", { kind: "timestamp", timeZone: true, as: "date" }, []);
  },
  /** row_number(): use with `over`. */
  rowNumber(): FunctionElement<number, never> {
    return call("row_number", { kind: "integer" }, []);
  },
  /** rank(): use with `over`. */
  rank(): FunctionElement<number, never> {
    return call("rank", { kind: "integer" }, []);
  },
  /** dense_rank(): use with `over`. */
  denseRank(): FunctionElement<number, never> {
    return call("dense_rank", { kind: "integer" }, []);
  },
  /** Any function by its SQL name; `type` says what comes back. Plain arguments are bound. */
  call<T>(name: string, type: SqlType, ...args: readonly unknown[]): FunctionElement<T, never> {
    if (!functionName.test(name)) throw new ArgumentError(`'${name}' is not the name of a SQL function.`);
    return call(name, checkedType(type, "func.call"), argumentNodes(args));
  },
};
