/** SQLite's plans: EXPLAIN QUERY PLAN, lines of text with their parents. */
import { CompileError } from "../../sql/errors.ts";
import { emptyPlanNode, type Explainer, type PlanNode, type PlanOperation } from "../explain.ts";

interface Line {
  readonly id: number;
  readonly parent: number;
  readonly text: string;
}

const scan = /^(?<operation>SCAN|SEARCH) (?:TABLE )?(?<relation>\S+)(?: AS (?<alias>\S+))?(?: (?<detail>.*))?$/;
const usedIndex = /USING (?:AUTOMATIC )?(?:PARTIAL )?(?:COVERING )?INDEX (?<index>\S+)/;

export const sqliteExplainer: Explainer = {
  statement(sql, { analyze }) {
    if (analyze)
      throw CompileError.unsupported(
        "sqlite",
        "EXPLAIN ANALYZE",
        "Leave analyze out, and measure the statement with slowQuery or echo.",
      );
    return `EXPLAIN QUERY PLAN ${sql}`;
  },
  read(rows) {
    const lines = rows.map(([id, parent, , text]) => ({ id: Number(id), parent: Number(parent), text: String(text) }));
    const children = below(lines, 0);
    const [only] = children;
    const root =
      children.length === 1 && only !== undefined ? only : { ...emptyPlanNode, operation: "QUERY PLAN", children };
    return { root, raw: rows, planningMilliseconds: undefined, executionMilliseconds: undefined };
  },
};

function below(lines: readonly Line[], parent: number): PlanNode[] {
  return lines.filter((line) => line.parent === parent).map((line) => nodeOf(line, below(lines, line.id)));
}

function nodeOf({ text }: Line, children: readonly PlanNode[]): PlanNode {
  const found = scan.exec(text)?.groups;
  if (found === undefined) {
    return { ...emptyPlanNode, operation: text, kind: kindOf(text), detail: { text }, children };
  }
  const detail = found["detail"] ?? "";
  // An automatic index is made anew for each run, by reading the whole table.
  const isSequential = detail.includes("AUTOMATIC") || (found["operation"] === "SCAN" && detail === "");
  const isConstant = text === "SCAN CONSTANT ROW";
  return {
    ...emptyPlanNode,
    operation: found["operation"] ?? text,
    kind: isConstant || detail.includes("VIRTUAL TABLE") ? "other" : isSequential ? "sequentialScan" : "indexScan",
    relation: isConstant ? undefined : (found["alias"] ?? found["relation"]),
    index: indexOf(detail),
    condition: /\((?<condition>.*)\)$/.exec(detail)?.groups?.["condition"],
    detail: { text },
    children,
  };
}

function indexOf(detail: string): string | undefined {
  if (detail.includes("AUTOMATIC")) return undefined;
  return detail.includes("INTEGER PRIMARY KEY") ? "INTEGER PRIMARY KEY" : usedIndex.exec(detail)?.groups?.["index"];
}

function kindOf(text: string): PlanOperation {
  if (/^USE TEMP B-TREE FOR .*ORDER BY/.test(text)) return "sort";
  return /^USE TEMP B-TREE FOR (?:GROUP BY|DISTINCT)/.test(text) ? "aggregate" : "other";
}
