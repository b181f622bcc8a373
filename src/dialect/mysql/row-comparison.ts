/** Comparisons of tuples, item by item: MariaDB takes those of rows for never NULL, and MySQL finds no index for them. */
import type { BinaryOperator } from "../../sql/expression/node.ts";

const strict: { readonly [K in BinaryOperator]?: string } = Object.freeze({ lt: "<", le: "<", gt: ">", ge: ">" });
const last: { readonly [K in BinaryOperator]?: string } = Object.freeze({ lt: "<", le: "<=", gt: ">", ge: ">=" });

/** The comparison in parentheses; undefined for operators that are none. */
export function rowComparison(
  operator: BinaryOperator,
  left: readonly string[],
  right: readonly string[],
): string | undefined {
  const pairs = left.map((text, index) => [text, right[index] ?? ""] as const);
  if (operator === "eq") return `(${pairs.map(([a, b]) => `${a} = ${b}`).join(" AND ")})`;
  if (operator === "ne") return `(${pairs.map(([a, b]) => `${a} <> ${b}`).join(" OR ")})`;
  const [before, atLast] = [strict[operator], last[operator]];
  if (before === undefined || atLast === undefined) return undefined;
  return pairs.reduceRight(
    (rest, [a, b]) => (rest === "" ? `(${a} ${atLast} ${b})` : `(${a} ${before} ${b} OR (${a} = ${b} AND ${rest}))`),
    "",
  );
}
