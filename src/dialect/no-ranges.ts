/** Ranges where the database has none. */
import type { ConstructWriter } from "../sql/compiler/construct-call.ts";
import type { RangeConstruct } from "../sql/expression/construct-name.ts";

const refuse: ConstructWriter = (call) => call.unsupported("ranges", "Store the bounds in two columns.");

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
