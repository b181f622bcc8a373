/** Functions of numbers and of bits in PostgreSQL. */
import { callOf, infix, type ConstructCall, type ConstructWriter } from "../../sql/compiler/construct-call.ts";
import type { NumberConstruct } from "../../sql/expression/construct-name.ts";

/** Rounding: doubles as decimals, whose halves go away from zero. */
function rounded(name: string, call: ConstructCall): string {
  if (call.isWhole) return call.text(0);
  const kind = call.kind();
  if (kind !== "real" && kind !== "double") return `${name}(${call.text(0)}, ${call.detail})`;
  return `CAST(${name}(CAST(${call.text(0)} AS numeric), ${call.detail}) AS ${call.castType(call.node.type)})`;
}

/** How PostgreSQL writes functions of numbers and of bits. */
export const numberConstructs: { readonly [K in NumberConstruct]: ConstructWriter } = {
  "number.round": (call) => rounded("round", call),
  "number.trunc": (call) => rounded("trunc", call),
  "number.ceil": (call) => (call.isWhole ? call.text(0) : `ceil(${call.text(0)})`),
  "number.floor": (call) => (call.isWhole ? call.text(0) : `floor(${call.text(0)})`),
  "number.sign": (call) => `CAST(sign(${call.text(0)}) AS integer)`,
  "number.power": callOf("power"),
  "number.sqrt": callOf("sqrt"),
  "number.exp": callOf("exp"),
  "number.ln": callOf("ln"),
  // There is no logarithm to another base for doubles.
  "number.log": (call) =>
    call.detail === "10"
      ? `log(${call.text(0)})`
      : `CAST(log(2::numeric, CAST(${call.text(0)} AS numeric)) AS double precision)`,
  "number.random": callOf("random"),
  "number.bitwiseAnd": infix("&"),
  "number.bitwiseOr": infix("|"),
  "number.bitwiseXor": infix("#"),
  "number.bitwiseNot": (call) => `(~${call.text(0)})`,
  // As many bits as the other databases have.
  "number.shiftLeft": (call) => `(CAST(${call.text(0)} AS bigint) << ${call.detail})`,
  "number.shiftRight": (call) => `(CAST(${call.text(0)} AS bigint) >> ${call.detail})`,
};
