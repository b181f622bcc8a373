/** What chooses among values of any type in MySQL. */
import { callOf, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { ValueConstruct } from "../../sql/expression/construct-name.ts";

/** How MySQL writes what chooses among values of any type. */
export const valueConstructs: { readonly [K in ValueConstruct]: ConstructWriter } = {
  "value.greatest": callOf("GREATEST"),
  "value.least": callOf("LEAST"),
  "value.operator": (call) => {
    if (/[#?]/.test(call.detail))
      call.unsupported(`the operator ${call.detail}`, "Here it is a comment or a parameter.");
    return `(${call.text(0)} ${call.detail} ${call.text(1)})`;
  },
  "value.typed": (call) => call.text(0),
  "value.nullif": callOf("NULLIF"),
};
