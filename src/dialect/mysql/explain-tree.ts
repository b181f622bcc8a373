/** MySQL's EXPLAIN ANALYZE: a tree of indented lines. */
import { emptyPlanNode, type PlanAnswer, type PlanNode, type PlanOperation } from "../explain.ts";

const line =
  /^(?<indent> *)-> (?<operation>.*?)(?: {2}\(cost=(?<cost>[\d.e+]+)(?:\.\.(?<total>[\d.e+]+))? rows=(?<rows>[\d.e+]+)\))?(?: {1,2}\(actual time=[\d.e+-]+\.\.(?<time>[\d.e+-]+) rows=(?<actual>[\d.e+]+) loops=(?<loops>\d+)\)| \((?<never>never executed)\))?$/;
const target = / on (?<relation>\S+)(?: using (?<index>\S+))?/;

const kinds: readonly (readonly [RegExp, PlanOperation])[] = [
  [/^Table scan on (?!<)/, "sequentialScan"],
  [/^(?:Covering |Single-row |Multi-range )*[Ii]ndex|^Constant row/, "indexScan"],
  [/^Sort/, "sort"],
  [/join|^Nested loop/i, "join"],
  [/^Aggregate|^Group|^Window/, "aggregate"],
  [/^Update|^Delete|^Insert/, "write"],
];

/** Read the tree. */
export function readTree(text: string): PlanAnswer {
  const stack: { readonly indent: number; readonly children: PlanNode[] }[] = [];
  const roots: PlanNode[] = [];
  for (const source of text.split("\n")) {
    const found = line.exec(source)?.groups;
    if (found === undefined) continue;
    const indent = found["indent"]?.length ?? 0;
    while ((stack.at(-1)?.indent ?? -1) >= indent) stack.pop();
    const children: PlanNode[] = [];
    (stack.at(-1)?.children ?? roots).push(nodeOf(found, children));
    stack.push({ indent, children });
  }
  const [only] = roots;
  const root =
    roots.length === 1 && only !== undefined ? only : { ...emptyPlanNode, operation: "plan", children: roots };
  return { root, raw: text, planningMilliseconds: undefined, executionMilliseconds: root.milliseconds };
}

function nodeOf(found: Readonly<Record<string, string | undefined>>, children: readonly PlanNode[]): PlanNode {
  const operation = found["operation"] ?? "";
  const place = /^(?:Sort|Filter|Aggregate|Group)/.test(operation) ? undefined : target.exec(operation)?.groups;
  const loops = found["never"] === undefined ? number(found["loops"]) : 0;
  const time = number(found["time"]);
  return {
    ...emptyPlanNode,
    operation,
    kind: kinds.find(([pattern]) => pattern.test(operation))?.[1] ?? "other",
    relation: place?.["relation"],
    index: place?.["index"],
    condition: /^Filter: (?<condition>.*)$/.exec(operation)?.groups?.["condition"],
    estimatedRows: number(found["rows"]),
    actualRows: number(found["actual"]),
    loops,
    cost: number(found["total"] ?? found["cost"]),
    milliseconds: time === undefined ? undefined : time * (loops ?? 1),
    children,
  };
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
