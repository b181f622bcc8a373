/** What PostgreSQL minds about operations: locks, rewrites, and what fails on rows. */
import type { LintRule } from "../../metadata/lint-rule.ts";
import { columnRules } from "./lint-rules-columns.ts";
import { postgresqlDesignRules } from "./lint-rules-design.ts";
import { keyRules } from "./lint-rules-keys.ts";
import { objectRules } from "./lint-rules-objects.ts";
import { rawRules } from "./lint-rules-raw.ts";

/** In the order in which they are told. */
export const lintRules: readonly LintRule[] = Object.freeze([
  ...keyRules,
  ...columnRules,
  ...objectRules,
  ...rawRules,
  ...postgresqlDesignRules,
]);
