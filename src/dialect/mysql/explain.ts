/** Plans of MySQL and MariaDB: EXPLAIN and ANALYZE with FORMAT=JSON, and MySQL's EXPLAIN ANALYZE, which is text. */
import { CompileError } from "../../sql/errors.ts";
import {
  emptyPlanNode,
  isObject,
  numberOf,
  textOf,
  type Explainer,
  type PlanAnswer,
  type PlanNode,
  type PlanOperation,
} from "../explain.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import { readTree } from "./explain-tree.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** Members that are steps, and what they do; others are passed through to the steps inside them. */
const steps: Readonly<Record<string, PlanOperation>> = {
  query_block: "other",
  nested_loop: "join",
  "block-nl-join": "join",
  filesort: "sort",
  ordering_operation: "sort",
  read_sorted_file: "other",
  grouping_operation: "aggregate",
  duplicates_removal: "aggregate",
  windowing: "aggregate",
  window_functions_computation: "aggregate",
  temporary_table: "other",
  union_result: "other",
  recursive_union: "other",
  materialized: "other",
  materialized_from_subquery: "other",
  expression_cache: "other",
};

/** The explainer of this server. */
export function mysqlExplainer({ isMariaDb }: MysqlFlavour): Explainer {
  return {
    statement(sql, { analyze, writes }) {
      if (!analyze) return `EXPLAIN FORMAT=JSON ${sql}`;
      if (isMariaDb) return `ANALYZE FORMAT=JSON ${sql}`;
      if (writes)
        throw CompileError.unsupported("mysql", "EXPLAIN ANALYZE of a statement that writes", "Leave analyze out.");
      return `EXPLAIN ANALYZE ${sql}`;
    },
    read(rows, { analyze }) {
      const text = String(rows[0]?.[0]);
      if (analyze && !isMariaDb) return readTree(text);
      return readJson(JSON.parse(mended(text)));
    },
  };
}

/** MariaDB writes conditions into its JSON as they are, with escapes that JSON does not have. */
function mended(text: string): string {
  return text.replace(/\\(["\\/bfnrt]|u[0-9a-f]{4})?/gi, (found, escaped) => (escaped === undefined ? "\\\\" : found));
}

function readJson(raw: unknown): PlanAnswer {
  const found = isObject(raw) ? stepsIn(raw) : [];
  const [only] = found;
  const root =
    found.length === 1 && only !== undefined ? only : { ...emptyPlanNode, operation: "plan", children: found };
  const planning = isObject(raw) && isObject(raw["query_optimization"]) ? raw["query_optimization"] : {};
  return {
    root,
    raw,
    planningMilliseconds: numberOf(planning, "r_total_time_ms"),
    executionMilliseconds: root.milliseconds,
  };
}

/** The steps directly inside a value. */
function stepsIn(value: unknown): PlanNode[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    if (key === "table" && isObject(member)) return [tableStep(member)];
    const kind = Object.hasOwn(steps, key) ? steps[key] : undefined;
    if (kind === undefined || typeof member !== "object") return stepsIn(member);
    return [innerStep(key, kind, member)];
  });
}

function innerStep(key: string, kind: PlanOperation, member: unknown): PlanNode {
  const children = stepsIn(member);
  if (!isObject(member)) return { ...emptyPlanNode, operation: key, kind, children };
  const cost = isObject(member["cost_info"]) ? numberOf(member["cost_info"], "query_cost") : undefined;
  return {
    ...emptyPlanNode,
    operation: textOf(member, "operation") ?? key,
    kind,
    condition: textOf(member, "having_condition"),
    actualRows: numberOf(member, "r_output_rows"),
    loops: numberOf(member, "r_loops"),
    cost: cost ?? numberOf(member, "cost"),
    milliseconds: numberOf(member, "r_total_time_ms"),
    // What did not fit into the sort buffer was written to files and merged.
    spilled: (numberOf(member, "r_sort_passes") ?? 0) > 0,
    detail: plain(member),
    children,
  };
}

function tableStep(table: JsonObject): PlanNode {
  const access = textOf(table, "access_type");
  const index = textOf(table, "key");
  const ownTime = numberOf(table, "r_table_time_ms");
  const cost = isObject(table["cost_info"]) ? numberOf(table["cost_info"], "prefix_cost") : numberOf(table, "cost");
  return {
    operation: access ?? textOf(table, "message") ?? "table",
    kind: scanKind(access, index),
    relation: textOf(table, "table_name"),
    index,
    condition: textOf(table, "attached_condition") ?? textOf(table, "index_condition"),
    estimatedRows: share(numberOf(table, "rows") ?? numberOf(table, "rows_examined_per_scan"), table, "filtered"),
    actualRows: share(numberOf(table, "r_rows"), table, "r_filtered"),
    loops: numberOf(table, "r_loops"),
    cost,
    milliseconds: ownTime === undefined ? undefined : ownTime + (numberOf(table, "r_other_time_ms") ?? 0),
    spilled: false,
    detail: plain(table),
    children: stepsIn(table),
  };
}

/** Reading the primary key from end to end is reading the table: rows are stored in it. */
function scanKind(access: string | undefined, index: string | undefined): PlanOperation {
  if (access === undefined) return "other";
  return access === "ALL" || (access === "index" && index === "PRIMARY") ? "sequentialScan" : "indexScan";
}

/** Of the rows that are read, those that pass the conditions. */
function share(rows: number | undefined, table: JsonObject, key: string): number | undefined {
  return rows === undefined ? undefined : (rows * (numberOf(table, key) ?? 100)) / 100;
}

/** What is no step. */
function plain(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => stepsIn(value).length === 0));
}
