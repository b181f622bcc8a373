/** Several groupings in one GROUP BY: ROLLUP, CUBE and GROUPING SETS. */
import { ArgumentError } from "../errors.ts";
import { describe, type ColumnElement } from "./column-element.ts";
import type { Expression, GroupingNode } from "./node.ts";
import { conditionNode } from "./operators.ts";

declare const groupedSource: unique symbol;

/** One column, or several that are grouped by together. */
export type GroupedColumns<S extends string> = ColumnElement<unknown, S> | readonly ColumnElement<unknown, S>[];

/** An item of `groupBy` that is several groupings. What it groups by is NULL in the rows of the groupings without it. */
export class GroupingElement<Source extends string = string> {
  declare readonly [groupedSource]: Source;
  readonly #brand = true;
  readonly node: GroupingNode;

  constructor(node: GroupingNode) {
    this.node = node;
  }

  static isGrouping(value: unknown): value is GroupingElement {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** The sources of the columns of which a grouping makes NULLs. */
export type GroupingSource<Item> = Item extends GroupingElement<infer Source> ? Source : never;

/** `ROLLUP (a, b)`: by a and b, by a alone, and all rows together. */
export function rollup<S extends string>(...columns: GroupedColumns<S>[]): GroupingElement<S> {
  return grouping("rollup", columns);
}

/** `CUBE (a, b)`: by a and b, by each alone, and all rows together. Only PostgreSQL. */
export function cube<S extends string>(...columns: GroupedColumns<S>[]): GroupingElement<S> {
  return grouping("cube", columns);
}

/** `GROUPING SETS ((a, b), a, ())`: by each of these; `[]` is all rows together. Only PostgreSQL. */
export function groupingSets<S extends string>(...sets: GroupedColumns<S>[]): GroupingElement<S> {
  return grouping("grouping sets", sets);
}

function grouping<S extends string>(mode: GroupingNode["mode"], given: readonly unknown[]): GroupingElement<S> {
  const call = mode === "grouping sets" ? "groupingSets" : mode;
  if (given.length === 0) throw new ArgumentError(`${call}() takes one or more columns.`);
  const sets = given.map((columns): readonly Expression[] => {
    if (!Array.isArray(columns)) return [conditionNode(columns, call)];
    if (columns.length === 0 && mode !== "grouping sets")
      throw new ArgumentError(`${call}() takes columns, not ${describe(columns)} without any.`);
    return columns.map((column: unknown) => conditionNode(column, call));
  });
  return new GroupingElement({ kind: "grouping", mode, sets });
}

/** An item of GROUP BY as a node. */
export function groupNode(item: unknown): Expression {
  return GroupingElement.isGrouping(item) ? item.node : conditionNode(item, "groupBy");
}
