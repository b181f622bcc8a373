/** Ranges in PostgreSQL: its own. */
import { callOf, infix, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { RangeConstruct } from "../../sql/expression/construct-name.ts";

/** How PostgreSQL writes ranges. */
export const rangeConstructs: { readonly [K in RangeConstruct]: ConstructWriter } = {
  "range.contains": infix("@>"),
  "range.containedBy": infix("<@"),
  "range.overlaps": infix("&&"),
  "range.adjacent": infix("-|-"),
  "range.before": infix("<<"),
  "range.after": infix(">>"),
  "range.lower": callOf("lower"),
  "range.upper": callOf("upper"),
  "range.isEmpty": callOf("isempty"),
};
