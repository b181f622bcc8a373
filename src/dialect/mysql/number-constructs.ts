/** Functions of numbers and of bits in MySQL. */
import { callOf, type ConstructCall, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { NumberConstruct } from "../../sql/expression/construct-name.ts";

const signed = (text: string): string => `CAST(${text} AS SIGNED)`;

/** Halves of doubles go to the even number here; those of decimals away from zero. Beyond 2^53 all doubles are whole. */
function round(call: ConstructCall): string {
  const text = call.text(0);
  if (call.isWhole) return text;
  if (call.kind() === "numeric") return `ROUND(${text}, ${call.detail})`;
  const exact = `CAST(ROUND(CAST(${text} AS DECIMAL(65, 30)), ${call.detail}) AS DOUBLE)`;
  return `IF(ABS(${text}) < 9e15, ${exact}, ${text})`;
}

/** How MySQL writes functions of numbers and of bits. */
export const numberConstructs: { readonly [K in NumberConstruct]: ConstructWriter } = {
  "number.round": round,
  "number.trunc": (call) => (call.isWhole ? call.text(0) : `TRUNCATE(${call.text(0)}, ${call.detail})`),
  "number.ceil": (call) => (call.isWhole ? call.text(0) : `CEILING(${call.text(0)})`),
  "number.floor": (call) => (call.isWhole ? call.text(0) : `FLOOR(${call.text(0)})`),
  "number.sign": callOf("SIGN"),
  "number.power": callOf("POWER"),
  "number.sqrt": callOf("SQRT"),
  "number.exp": callOf("EXP"),
  "number.ln": callOf("LN"),
  "number.log": (call) => `LOG${call.detail}(${call.text(0)})`,
  "number.random": callOf("RAND"),
  // Bits are unsigned here.
  "number.bitwiseAnd": (call) => signed(call.texts.join(" & ")),
  "number.bitwiseOr": (call) => signed(call.texts.join(" | ")),
  "number.bitwiseXor": (call) => signed(call.texts.join(" ^ ")),
  "number.bitwiseNot": (call) => signed(`~${call.text(0)}`),
  "number.shiftLeft": (call) => signed(`${call.text(0)} << ${call.detail}`),
  "number.shiftRight": (call) =>
    signed(`IF(${call.text(0)} < 0, ~((~${call.text(0)}) >> ${call.detail}), ${call.text(0)} >> ${call.detail})`),
};
