/** What chooses among values of any type in PostgreSQL. */
import { callOf, type ConstructCall, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { ValueConstruct } from "../../sql/expression/construct-name.ts";

/** GREATEST and LEAST pass over NULLs here. */
function extreme(name: string, call: ConstructCall): string {
  return `(CASE WHEN num_nulls(${call.list}) = 0 THEN ${name}(${call.list}) END)`;
}

/** How PostgreSQL writes what chooses among values of any type. */
export const valueConstructs: { readonly [K in ValueConstruct]: ConstructWriter } = {
  "value.greatest": (call) => extreme("GREATEST", call),
  "value.least": (call) => extreme("LEAST", call),
  "value.operator": (call) => `(${call.text(0)} ${call.detail} ${call.text(1)})`,
  "value.typed": (call) => call.text(0),
  "value.nullif": callOf("NULLIF"),
};
