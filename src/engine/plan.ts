/** `Plan`: what `explain` returns. */
import type { PlanAnswer, PlanNode } from "../dialect/explain.ts";

/** Something in a plan that can be mended. */
export interface PlanFinding {
  readonly code: "foreign-key-without-index" | "sort-on-disk" | "hash-on-disk" | "estimate-far-off";
  /** What was found, and where. */
  readonly message: string;
  /** What to do. */
  readonly remedy: string;
  readonly node: PlanNode;
}

/** How a database runs a statement. */
export class Plan {
  /** The statement that was explained. */
  readonly sql: string;
  /** The steps as a tree: the root gives the statement's rows, the leaves read tables. */
  readonly root: PlanNode;
  /** What can be mended. */
  readonly findings: readonly PlanFinding[];
  /** True where the statement was run and measured. */
  readonly isAnalyzed: boolean;
  readonly planningMilliseconds: number | undefined;
  readonly executionMilliseconds: number | undefined;
  /** What the database has answered: parsed JSON, or rows. */
  readonly raw: unknown;

  constructor(sql: string, answer: PlanAnswer, findings: readonly PlanFinding[], isAnalyzed: boolean) {
    this.sql = sql;
    this.root = answer.root;
    this.findings = findings;
    this.isAnalyzed = isAnalyzed;
    this.planningMilliseconds = answer.planningMilliseconds;
    this.executionMilliseconds = answer.executionMilliseconds;
    this.raw = answer.raw;
  }

  /** All steps, each before those below it. */
  *nodes(): Generator<PlanNode> {
    const rest: PlanNode[] = [this.root];
    for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
      yield node;
      rest.push(...node.children.toReversed());
    }
  }

  /** The plan to be read: a line for each step, then the findings. */
  get text(): string {
    const lines = linesOf(this.root, 0);
    const findings = this.findings.map(({ code, message, remedy }) => `! ${code}: ${message} ${remedy}`);
    return [...lines, ...findings].join("\n");
  }

  toString(): string {
    return this.text;
  }
}

function linesOf(node: PlanNode, depth: number): string[] {
  return [`${"  ".repeat(depth)}${describeNode(node)}`, ...node.children.flatMap((child) => linesOf(child, depth + 1))];
}

function describeNode(node: PlanNode): string {
  const { operation, relation, index, condition, loops } = node;
  const isNamed = relation !== undefined && operation.split(/[\s.]/).includes(relation);
  const numbers = [
    node.estimatedRows === undefined ? undefined : `rows≈${shown(node.estimatedRows)}`,
    node.actualRows === undefined ? undefined : `rows=${shown(node.actualRows)}`,
    loops === undefined || loops === 1 ? undefined : loops === 0 ? "never run" : `×${shown(loops)}`,
    node.milliseconds === undefined ? undefined : `${node.milliseconds.toFixed(2)} ms`,
    node.cost === undefined ? undefined : `cost ${shown(node.cost)}`,
    node.spilled ? "on disk" : undefined,
  ].filter((part) => part !== undefined);
  return [
    operation,
    relation === undefined || isNamed ? "" : ` ${relation}`,
    index === undefined || operation.includes(index) ? "" : ` using ${index}`,
    condition === undefined || operation.includes(condition) ? "" : ` (${condition})`,
    numbers.length === 0 ? "" : `  [${numbers.join(", ")}]`,
  ].join("");
}

function shown(value: number): string {
  return String(Math.round(value * 100) / 100);
}
