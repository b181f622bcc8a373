/** Rules that operations are held against before they run, as data. `dialect/<name>/lint-rules.ts` and `migration/lint/` have them. */
import type { Catalog } from "./catalog.ts";
import type { Operation, OperationKind, OperationOf } from "./operation.ts";

/** "error" loses data or stops a running application, "warning" locks or may fail on rows, "advice" is about design. */
export type LintSeverity = "error" | "warning" | "advice";

/** What is known where an operation stands. */
export interface LintContext {
  /** The schema before the operation. */
  readonly catalog: Catalog;
  /** All operations of the revision, and where this one stands among them. */
  readonly operations: readonly Operation[];
  readonly position: number;
  /** The schema before the first operation of the revision. */
  readonly before: Catalog;
  /** The schema behind the last operation of the revision. */
  readonly after: Catalog;
}

/** One thing that is wrong with one operation. */
export interface LintProblem {
  /** What would happen to which named thing: one sentence. */
  readonly message: string;
  /** Operations to use instead, where they can be written down: the safe sequence, in order. */
  readonly instead?: readonly Operation[] | undefined;
}

export interface LintRule {
  /** "create-index-blocks-writes"; also the name of its page in docs/lint/. */
  readonly name: string;
  readonly severity: LintSeverity;
  /** What the rule is about, for lists: a phrase. */
  readonly title: string;
  /** Why it matters, in a sentence or two. */
  readonly reason: string;
  /** The safe sequence in words. */
  readonly remedy: string;
  /** True where tables that the same revision creates count, too; else nobody minds them, being empty. */
  readonly mindsNewTables?: boolean | undefined;
  /** The problems of one operation. */
  check(operation: Operation, context: LintContext): readonly LintProblem[];
}

/** What a rule says about itself. */
export type RuleText = Omit<LintRule, "check">;

/** A rule about operations of one kind. @param check - Gives a message, a problem, or undefined. */
export function ruleFor<K extends OperationKind>(
  kind: K,
  text: RuleText,
  check: (operation: OperationOf<K>, context: LintContext) => LintProblem | string | undefined,
): LintRule {
  return ruleAbout(text, (operation, context) => (isOfKind(operation, kind) ? check(operation, context) : undefined));
}

/** A rule that finds at most one problem of an operation. */
export function ruleAbout(
  text: RuleText,
  check: (operation: Operation, context: LintContext) => LintProblem | string | undefined,
): LintRule {
  return {
    ...text,
    check(operation, context) {
      const found = check(operation, context);
      if (found === undefined) return [];
      return [typeof found === "string" ? { message: found } : found];
    },
  };
}

function isOfKind<K extends OperationKind>(operation: Operation, kind: K): operation is OperationOf<K> {
  return operation.kind === kind;
}
