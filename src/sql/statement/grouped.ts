/**
 * Expressions that rows are grouped by. Wherever the same select says one of them again, it is written by the same text with the same
 * parameters: two parameters of one value are not the same expression to a database, and what is not grouped by cannot be selected.
 */
import { mapParts, syntaxIn, isWithinStatement, type Syntax } from "../expression/parts.ts";
import type { Expression } from "../expression/node.ts";
import { isFromClause } from "../expression/template-part.ts";
import type { SelectNode } from "./node.ts";

/** The items of GROUP BY that are more than a column, without their labels; undefined where there are none. */
export function groupedExpressions(groupBy: readonly Expression[]): readonly Expression[] | undefined {
  if (groupBy.length === 0) return undefined;
  const found = groupBy
    .flatMap((item) => (item.kind === "grouping" ? item.sets.flat() : [item]))
    .map((item) => (item.kind === "label" ? item.operand : item))
    .filter(({ kind }) => kind !== "column");
  return found.length === 0 ? undefined : found;
}

/** `node` with one object wherever it says what it groups by, if that has parameters. */
export function withSharedGroups(node: SelectNode): SelectNode {
  const grouped = groupedExpressions(node.groupBy)?.filter(hasParameters);
  if (grouped === undefined || grouped.length === 0) return node;
  const share = (part: Syntax): Syntax =>
    grouped.find((expression) => isSame(expression, part)) ?? (isWithinStatement(part) ? mapParts(part, share) : part);
  const { from, joins, where, limit, offset, ...clauses } = node;
  const shared = mapParts(
    { ...clauses, from: [], joins: [], where: undefined, limit: undefined, offset: undefined },
    share,
  );
  return { ...shared, from, joins, where, limit, offset };
}

function hasParameters(expression: Expression): boolean {
  return syntaxIn([expression], isWithinStatement).some(({ kind }) => kind === "bind" || kind === "list");
}

/** True where both are the same syntax with the same values; sources are the same only if they are one object. */
function isSame(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (left instanceof Date) return right instanceof Date && left.getTime() === right.getTime();
  if (Array.isArray(left))
    return Array.isArray(right) && left.length === right.length && left.every((item, at) => isSame(item, right[at]));
  if (!isPlain(left) || !isPlain(right) || isFromClause(left as Expression)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => key in right && isSame((left as Properties)[key], (right as Properties)[key]))
  );
}

type Properties = { readonly [key: string]: unknown };

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype;
}
