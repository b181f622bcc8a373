/** Advice about design on MySQL and MariaDB. */
import type { LintRule } from "../../metadata/lint-rule.ts";
import { columnAdvice } from "../new-columns.ts";

const integerKey = columnAdvice(
  {
    name: "integer-primary-key",
    title: "a primary key that ends at 2,147,483,647",
    reason:
      "When an integer key runs out nothing can be inserted, and the change to bigint copies the table and all that refer to it.",
    remedy: "bigint() for keys that are numbered.",
  },
  ({ type, identity }, name) =>
    identity !== undefined && /^(?:int|mediumint|smallint|tinyint)\b/.test(type)
      ? `'${name}' is numbered as ${type}.`
      : undefined,
);

const floats = columnAdvice(
  {
    name: "float-type",
    title: "a column of type float",
    reason: "It keeps seven digits or so, and shows fewer: a value is not equal to what was written.",
    remedy: "double(), or decimal() for what is counted.",
  },
  ({ type }, name) => (/^float\b/.test(type) ? `'${name}' is ${type}.` : undefined),
);

/** In the order in which they are told. */
export const mysqlDesignRules: readonly LintRule[] = Object.freeze([integerKey, floats]);
