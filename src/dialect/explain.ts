/** How a database plans a statement, as data: what each dialect's `explain.ts` asks for and reads. */
import type { DriverValue } from "../io/driver.ts";

/** What a step of a plan does, in words that all databases share. */
export type PlanOperation = "sequentialScan" | "indexScan" | "sort" | "join" | "aggregate" | "write" | "other";

/** One step of a plan. Numbers are those of one run of the step, but for `milliseconds`, and undefined where not known. */
export interface PlanNode {
  /** The step in the database's own words: "Seq Scan", "SEARCH", "filesort". */
  readonly operation: string;
  readonly kind: PlanOperation;
  /** The table that is read or written, as the plan names it; on SQLite and MySQL by its alias. */
  readonly relation: string | undefined;
  readonly index: string | undefined;
  /** Conditions of the step, as the database writes them. */
  readonly condition: string | undefined;
  readonly estimatedRows: number | undefined;
  readonly actualRows: number | undefined;
  /** How often the step was run. */
  readonly loops: number | undefined;
  /** In the database's own unit. */
  readonly cost: number | undefined;
  /** Of all runs together, with the steps below. */
  readonly milliseconds: number | undefined;
  /** Where it needed more memory than it may have, and went on on disk. */
  readonly spilled: boolean;
  /** Whatever else the database says of the step. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly children: readonly PlanNode[];
}

/** A database's answer, read. */
export interface PlanAnswer {
  readonly root: PlanNode;
  /** What the database sent: parsed JSON, or its rows. */
  readonly raw: unknown;
  readonly planningMilliseconds: number | undefined;
  readonly executionMilliseconds: number | undefined;
}

export interface Explainer {
  /**
   * The text that asks for the plan of `sql`; with `analyze` the statement is run and measured.
   * @throws CompileError where the database cannot measure, or not a statement that writes.
   */
  statement(sql: string, options: { readonly analyze: boolean; readonly writes: boolean }): string;
  /** Read the rows of the answer. */
  read(rows: readonly (readonly DriverValue[])[], options: { readonly analyze: boolean }): PlanAnswer;
}

/** A step of which nothing else is known. */
export const emptyPlanNode: PlanNode = Object.freeze({
  operation: "",
  kind: "other",
  relation: undefined,
  index: undefined,
  condition: undefined,
  estimatedRows: undefined,
  actualRows: undefined,
  loops: undefined,
  cost: undefined,
  milliseconds: undefined,
  spilled: false,
  detail: {},
  children: [],
});

type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A property that is a number, or a number as text. */
export function numberOf(object: JsonObject, key: string): number | undefined {
  const value = object[key];
  if (typeof value === "string" && value !== "" && Number.isFinite(Number(value))) return Number(value);
  return typeof value === "number" ? value : undefined;
}

/** A property that is text. */
export function textOf(object: JsonObject, key: string): string | undefined {
  const value = object[key];
  return typeof value === "string" ? value : undefined;
}
