/** Tells queries that look rows up by a key. Used by `query-watch.ts`. */
import type { CollectedValue } from "../../sql/compiler/collect-shape.ts";
import type { ColumnNode, Expression } from "../../sql/expression/node.ts";
import type { QueryNode } from "../../sql/statement/node.ts";

/**
 * The columns that a select compares with one value each; undefined where there are none, where the query reads page by page, and
 * where it asks for several keys at once: those are no N+1.
 */
export function lookupOf(node: QueryNode, values: readonly CollectedValue[]): readonly ColumnNode[] | undefined {
  if (node.kind === "compound") return undefined;
  const { where, limit, offset, forUpdate } = node;
  if (where === undefined || offset !== undefined || forUpdate !== undefined) return undefined;
  if (limit !== undefined && !(limit.kind === "bind" && limit.value === 1)) return undefined;
  if (values.some((value) => value.kind === "list" && value.values.length > 1)) return undefined;
  const columns = comparedIn(where);
  return columns.length === 0 ? undefined : columns;
}

function comparedIn(where: Expression): ColumnNode[] {
  if (where.kind === "junction") return where.operator === "and" ? where.operands.flatMap(comparedIn) : [];
  if (where.kind === "in") return !where.negated && where.operand.kind === "column" ? [where.operand] : [];
  if (where.kind !== "binary" || where.operator !== "eq") return [];
  const { left, right } = where;
  if (left.kind === "column" && right.kind === "bind") return [left];
  return right.kind === "column" && left.kind === "bind" ? [right] : [];
}

/** True for text that reads page by page. */
export function pagesText(sql: string): boolean {
  return /\b(?:limit|offset|fetch)\b/i.test(sql);
}
