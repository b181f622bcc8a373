/** What chooses among values of any type in SQLite. */
import { callOf, type ConstructCall, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { ValueConstruct } from "../../sql/expression/construct-name.ts";
import { own } from "./own-function.ts";

function extreme(call: ConstructCall, name: "max" | "min"): string {
  if (!call.isDecimal) return `${name}(${call.list})`;
  return own(call, "decimal_value", `${name}(${call.texts.map((text) => `decimal_key(${text})`).join(", ")})`);
}

/** How SQLite writes what chooses among values of any type. */
export const valueConstructs: { readonly [K in ValueConstruct]: ConstructWriter } = {
  "value.greatest": (call) => extreme(call, "max"),
  "value.least": (call) => extreme(call, "min"),
  "value.operator": (call) => {
    if (call.detail.includes("?")) call.unsupported(`the operator ${call.detail}`, "Here it is a parameter.");
    return `(${call.text(0)} ${call.detail} ${call.text(1)})`;
  },
  "value.typed": (call) => call.text(0),
  "value.nullif": callOf("nullif"),
};
