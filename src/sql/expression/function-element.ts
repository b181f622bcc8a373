/** `FunctionElement`: the call of a function, and what an aggregate adds to it. */
import type { SqlType } from "../type/sql-type.ts";
import { ColumnElement } from "./column-element.ts";
import { conditionNode } from "./operators.ts";
import type { Expression, FunctionNode } from "./node.ts";
import { overNode, type NamedWindow, type OverOptions } from "./window.ts";

/** A function call; `filter` and `over` make it an aggregate over some rows or a window function. */
export class FunctionElement<T, Source extends string = string> extends ColumnElement<T, Source> {
  declare readonly node: FunctionNode;

  /** `FILTER (WHERE …)`, or CASE where the database has no FILTER. */
  filter(...conditions: ColumnElement<boolean>[]): FunctionElement<T, Source> {
    const operands = conditions.map((condition) => conditionNode(condition, "filter"));
    return new FunctionElement({ ...this.node, filter: { kind: "junction", operator: "and", operands } });
  }

  /**
   * `OVER (PARTITION BY … ORDER BY … ROWS …)`: the function sees the rows around each row, which stay apart.
   *
   * @param window - The window, one made by `window(name, …)`, or the name of one that the select's `window` defines.
   */
  over(window: OverOptions | NamedWindow | string = {}): ColumnElement<T, Source> {
    return new ColumnElement({ ...this.node, over: overNode(window) });
  }

  /** `f(DISTINCT …)`. */
  distinct(): FunctionElement<T, Source> {
    return new FunctionElement({ ...this.node, distinct: true });
  }
}

/** A function that needs a window: it is no expression before `over` has given it one. */
export class WindowFunction<T, Source extends string = string> {
  readonly #node: FunctionNode;

  constructor(node: FunctionNode) {
    this.#node = node;
  }

  /** `OVER (…)`, as for aggregates. */
  over(window: OverOptions | NamedWindow | string = {}): ColumnElement<T, Source> {
    return new ColumnElement({ ...this.#node, over: overNode(window) });
  }
}

/** The call of the function `name`, which must be a checked identifier. */
export function callFunction<T, S extends string>(
  name: string,
  type: SqlType,
  args: readonly Expression[],
): FunctionElement<T, S> {
  return new FunctionElement<T, S>({ kind: "function", name, arguments: args, type });
}
