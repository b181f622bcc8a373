/** PostgreSQL's plans: EXPLAIN (FORMAT JSON). */
import { InternalError } from "../../util/coded-error.ts";
import { isObject, numberOf, textOf, type Explainer, type PlanNode, type PlanOperation } from "../explain.ts";

const kinds: readonly (readonly [RegExp, PlanOperation])[] = [
  [/^Seq Scan$|^Sample Scan$/, "sequentialScan"],
  [/^(?:Bitmap )?(?:Index|Heap)(?: Only)? Scan$/, "indexScan"],
  [/Sort$/, "sort"],
  [/Join$|^Nested Loop$/, "join"],
  [/Aggregate$|^Group$|^Unique$|^WindowAgg$/, "aggregate"],
  [/^ModifyTable$/, "write"],
];
const conditions = ["Index Cond", "Hash Cond", "Merge Cond", "Join Filter", "Recheck Cond", "Filter"];
const known: ReadonlySet<string> = new Set(
  "Node Type,Plans,Relation Name,Index Name,Plan Rows,Actual Rows,Actual Loops,Total Cost,Actual Total Time".split(","),
);

export const postgresqlExplainer: Explainer = {
  statement: (sql, { analyze }) => `EXPLAIN (${analyze ? "ANALYZE, BUFFERS, " : ""}FORMAT JSON) ${sql}`,
  read(rows) {
    const raw: unknown = JSON.parse(String(rows[0]?.[0]));
    const answer: unknown = Array.isArray(raw) ? (raw as unknown[])[0] : undefined;
    if (!isObject(answer) || !isObject(answer["Plan"])) throw new InternalError("EXPLAIN has answered without a plan.");
    return {
      root: nodeOf(answer["Plan"]),
      raw,
      planningMilliseconds: numberOf(answer, "Planning Time"),
      executionMilliseconds: numberOf(answer, "Execution Time"),
    };
  },
};

function nodeOf(plan: Readonly<Record<string, unknown>>): PlanNode {
  const type = textOf(plan, "Node Type") ?? "?";
  const written = textOf(plan, "Operation");
  const loops = numberOf(plan, "Actual Loops");
  const time = numberOf(plan, "Actual Total Time");
  const found = conditions.map((key) => textOf(plan, key)).filter((text) => text !== undefined);
  const children = Array.isArray(plan["Plans"]) ? (plan["Plans"] as unknown[]) : [];
  return {
    operation: type === "ModifyTable" && written !== undefined ? written : type,
    kind: kinds.find(([pattern]) => pattern.test(type))?.[1] ?? "other",
    relation: textOf(plan, "Relation Name") ?? textOf(plan, "CTE Name") ?? textOf(plan, "Function Name"),
    index: textOf(plan, "Index Name"),
    condition: found.length === 0 ? undefined : found.join(" AND "),
    estimatedRows: numberOf(plan, "Plan Rows"),
    actualRows: loops === 0 ? undefined : numberOf(plan, "Actual Rows"),
    loops,
    cost: numberOf(plan, "Total Cost"),
    milliseconds: time === undefined ? undefined : time * (loops ?? 1),
    spilled:
      textOf(plan, "Sort Space Type") === "Disk" || (numberOf(plan, "Hash Batches") ?? 1) > 1 || spillsGroups(plan),
    detail: Object.fromEntries(Object.entries(plan).filter(([key]) => !known.has(key))),
    children: children.filter(isObject).map(nodeOf),
  };
}

/** An incremental sort tells of its two kinds of groups. */
function spillsGroups(plan: Readonly<Record<string, unknown>>): boolean {
  return ["Full-sort Groups", "Pre-sorted Groups"].some((key) => {
    const groups = plan[key];
    return isObject(groups) && isObject(groups["Sort Space Disk"]);
  });
}
