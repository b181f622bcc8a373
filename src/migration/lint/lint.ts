/** Holds the operations of revisions against the rules of their database, and against those of all. */
import type { Dialect } from "../../dialect/dialect.ts";
import { applyOperation } from "../../metadata/apply-operation.ts";
import { nameKey, type Catalog, type QualifiedName } from "../../metadata/catalog.ts";
import type { LintContext, LintProblem, LintRule } from "../../metadata/lint-rule.ts";
import type { Operation } from "../../metadata/operation.ts";
import { SQLModelError } from "../../util/coded-error.ts";
import { commonRules } from "./common-rules.ts";
import { designRules } from "./design-rules.ts";

/** One finding of `sqlmodel lint`. */
export interface LintFinding extends LintProblem {
  readonly rule: LintRule;
  readonly operation: Operation;
  /** Place of the operation in its revision, from 0. */
  readonly position: number;
}

/** All rules that apply to a database. */
export function lintRules(dialect: Dialect): readonly LintRule[] {
  return [...commonRules, ...dialect.migrations.lintRules, ...designRules];
}

/** Where a rule is explained, relative to the project's repository. */
export function rulePage({ name }: LintRule): string {
  return `docs/lint/${name}.md`;
}

/** A schema that was followed through operations as far as it can be known without a database. */
export interface FollowedCatalog {
  readonly catalog: Catalog;
  /** Why it may not be what the database has: sentences, each naming an object. */
  readonly doubts: readonly string[];
}

/** `catalog` after `operations`; what SQL of the revisions' own made is not known, and what changes it is left out. */
export function followOperations(catalog: Catalog, operations: readonly Operation[]): FollowedCatalog {
  const doubts: string[] = [];
  let present = catalog;
  for (const operation of operations) {
    const next = applied(present, operation);
    if (typeof next === "string") doubts.push(next);
    else present = next;
  }
  return { catalog: present, doubts };
}

/** The catalog after `operation`, or what stands in the way. */
function applied(catalog: Catalog, operation: Operation): Catalog | string {
  try {
    return applyOperation(catalog, operation);
  } catch (error) {
    if (error instanceof SQLModelError) return error.message;
    throw error;
  }
}

/** @param before - The schema before the first operation. @param ignored - Names of rules that are not asked. */
export function lintOperations(
  operations: readonly Operation[],
  before: Catalog,
  dialect: Dialect,
  ignored: readonly string[] = [],
): readonly LintFinding[] {
  const rules = lintRules(dialect).filter(({ name }) => !ignored.includes(name));
  const { catalog: after } = followOperations(before, operations);
  const created = new Set<string>();
  const findings: LintFinding[] = [];
  let catalog = before;
  for (const [position, operation] of operations.entries()) {
    noteCreated(created, operation);
    const table = tableOf(operation);
    // What is empty is neither locked for long nor lost.
    const isNew = table !== undefined && created.has(nameKey(table));
    const context: LintContext = { catalog, operations, position, before, after };
    for (const rule of rules) {
      if (isNew && rule.mindsNewTables !== true) continue;
      const problems = rule.check(operation, context);
      findings.push(...problems.map((problem) => ({ ...problem, rule, operation, position })));
    }
    catalog = followOperations(catalog, [operation]).catalog;
  }
  return findings;
}

function noteCreated(created: Set<string>, operation: Operation): void {
  if (operation.kind === "createTable") created.add(nameKey(operation.table));
  if (operation.kind !== "renameTable" || !created.has(nameKey(operation.table))) return;
  created.add(nameKey({ schema: operation.table.schema, name: operation.newName }));
}

function tableOf(operation: Operation): QualifiedName | undefined {
  if (operation.kind !== "createObject" && operation.kind !== "dropObject")
    return "table" in operation ? operation.table : undefined;
  return "table" in operation.object ? operation.object.table : undefined;
}
