/** Ranges where the database has none. */
import type { ConstructTools, ConstructWriter } from "../sql/compiler/construct-writers.ts";
import type { RangeConstruct } from "../sql/expression/construct-name.ts";
import type { ConstructNode } from "../sql/expression/node.ts";

const refuse = (_node: ConstructNode, tools: ConstructTools): string =>
  tools.unsupported("ranges", "Store the bounds in two columns.");

export const noRanges: { readonly [K in RangeConstruct]: ConstructWriter } = {
  "range.contains": refuse,
  "range.containedBy": refuse,
  "range.overlaps": refuse,
  "range.adjacent": refuse,
  "range.before": refuse,
  "range.after": refuse,
  "range.lower": refuse,
  "range.upper": refuse,
  "range.isEmpty": refuse,
};
