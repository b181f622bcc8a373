/** Functions of numbers and of bits in SQLite. */
import { callOf, infix, type ConstructCall, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { NumberConstruct } from "../../sql/expression/construct-name.ts";
import { own } from "./own-function.ts";

function rounded(call: ConstructCall): string {
  if (call.isWhole) return call.text(0);
  const list = `${call.text(0)}, ${call.detail}`;
  return call.isDecimal ? own(call, "decimal_cast", list) : `round(${list})`;
}

function truncated(call: ConstructCall): string {
  if (call.isWhole) return call.text(0);
  if (call.isDecimal) return own(call, "decimal_trunc", `${call.text(0)}, ${call.detail}`);
  return call.detail === "0"
    ? `trunc(${call.text(0)})`
    : `(trunc(${call.text(0)} * 1e${call.detail}) / 1e${call.detail})`;
}

function toWhole(call: ConstructCall, name: "ceil" | "floor"): string {
  if (call.isWhole) return call.text(0);
  return call.isDecimal ? own(call, `decimal_${name}`) : `${name}(${call.text(0)})`;
}

/** How SQLite writes functions of numbers and of bits. */
export const numberConstructs: { readonly [K in NumberConstruct]: ConstructWriter } = {
  "number.round": rounded,
  "number.trunc": truncated,
  "number.ceil": (call) => toWhole(call, "ceil"),
  "number.floor": (call) => toWhole(call, "floor"),
  "number.sign": (call) => (call.isDecimal ? `sign(CAST(${call.text(0)} AS REAL))` : `sign(${call.text(0)})`),
  "number.power": callOf("pow"),
  "number.sqrt": callOf("sqrt"),
  "number.exp": callOf("exp"),
  "number.ln": callOf("ln"),
  "number.log": (call) => `log${call.detail}(${call.text(0)})`,
  // As many bits as a double holds.
  "number.random": () => "((random() & 9007199254740991) / 9007199254740992.0)",
  "number.bitwiseAnd": infix("&"),
  "number.bitwiseOr": infix("|"),
  "number.bitwiseXor": (call) => `((${call.texts.join(" | ")}) - (${call.texts.join(" & ")}))`,
  "number.bitwiseNot": (call) => `(~${call.text(0)})`,
  "number.shiftLeft": (call) => `(${call.text(0)} << ${call.detail})`,
  "number.shiftRight": (call) => `(${call.text(0)} >> ${call.detail})`,
};
