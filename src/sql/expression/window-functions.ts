/** The window functions of `func`: each needs `over`. */
import type { SqlType } from "../type/sql-type.ts";
import { ArgumentError } from "../errors.ts";
import { operandNode, typeOf, type ColumnElement, type Operand } from "./column-element.ts";
import { WindowFunction } from "./function-element.ts";
import type { Expression } from "./node.ts";

const integer: SqlType = { kind: "integer" };
const double: SqlType = { kind: "double" };

function windowFunction<T, S extends string>(
  name: string,
  type: SqlType,
  args: readonly Expression[] = [],
): WindowFunction<T, S> {
  return new WindowFunction({ kind: "function", name, arguments: args, type });
}

function wholeNumber(value: unknown, call: string, least: number): Expression {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) < 2 ** 31)
    return { kind: "bind", value, type: integer };
  throw new ArgumentError(`${call}() takes a whole number of ${String(least)} or more.`);
}

/** LAG and LEAD: without a default the two-argument form, which every database has. */
function neighbour<T, S extends string>(
  name: "lag" | "lead",
  element: ColumnElement<T, S>,
  offset: number,
  otherwise: readonly unknown[],
): WindowFunction<T | null, S> {
  const [given] = otherwise;
  const args = [element.node, wholeNumber(offset, name, 0)];
  // NULL is what there is without a default.
  if (given !== undefined && given !== null) args.push(operandNode(given, element, name));
  return windowFunction(name, typeOf(element.node), args);
}

/** Window functions: `func.rank().over({ partitionBy: …, orderBy: … })`. */
export const windowFunctions = {
  /** The row's number in its partition, from 1. */
  rowNumber(): WindowFunction<number, never> {
    return windowFunction("row_number", integer);
  },
  /** The row's rank: equal rows share one, and leave a gap behind them. */
  rank(): WindowFunction<number, never> {
    return windowFunction("rank", integer);
  },
  /** The row's rank without gaps. */
  denseRank(): WindowFunction<number, never> {
    return windowFunction("dense_rank", integer);
  },
  /** The row's rank between 0 and 1: (rank - 1) / (rows - 1). */
  percentRank(): WindowFunction<number, never> {
    return windowFunction("percent_rank", double);
  },
  /** The share of rows that come before the row or equal it. */
  cumeDist(): WindowFunction<number, never> {
    return windowFunction("cume_dist", double);
  },
  /** Which of `buckets` equal parts of the partition the row is in, from 1. */
  ntile(buckets: number): WindowFunction<number, never> {
    return windowFunction("ntile", integer, [wholeNumber(buckets, "ntile", 1)]);
  },
  /** `element` of the row `offset` rows before; `otherwise`, or NULL, where there is none. */
  lag,
  /** `element` of the row `offset` rows after; `otherwise`, or NULL, where there is none. */
  lead,
  /** `element` of the frame's first row; NULL where the frame is empty. */
  firstValue<T, S extends string>(element: ColumnElement<T, S>): WindowFunction<T | null, S> {
    return windowFunction("first_value", typeOf(element.node), [element.node]);
  },
  /** `element` of the frame's last row, which is the current row unless a frame says otherwise. */
  lastValue<T, S extends string>(element: ColumnElement<T, S>): WindowFunction<T | null, S> {
    return windowFunction("last_value", typeOf(element.node), [element.node]);
  },
  /** `element` of the frame's n-th row, counting from 1; NULL where it has fewer. */
  nthValue<T, S extends string>(element: ColumnElement<T, S>, n: number): WindowFunction<T | null, S> {
    return windowFunction("nth_value", typeOf(element.node), [element.node, wholeNumber(n, "nthValue", 1)]);
  },
};

/** LAG: with a default that is not NULL, NULL comes only from the column. */
function lag<T, S extends string>(element: ColumnElement<T, S>, offset?: number): WindowFunction<T | null, S>;
function lag<T, S extends string>(
  element: ColumnElement<T, S>,
  offset: number,
  otherwise: Operand<T>,
): WindowFunction<T, S>;
function lag<T, S extends string>(
  element: ColumnElement<T, S>,
  offset = 1,
  ...otherwise: readonly unknown[]
): WindowFunction<T | null, S> {
  return neighbour("lag", element, offset, otherwise);
}

/** LEAD, as LAG. */
function lead<T, S extends string>(element: ColumnElement<T, S>, offset?: number): WindowFunction<T | null, S>;
function lead<T, S extends string>(
  element: ColumnElement<T, S>,
  offset: number,
  otherwise: Operand<T>,
): WindowFunction<T, S>;
function lead<T, S extends string>(
  element: ColumnElement<T, S>,
  offset = 1,
  ...otherwise: readonly unknown[]
): WindowFunction<T | null, S> {
  return neighbour("lead", element, offset, otherwise);
}
