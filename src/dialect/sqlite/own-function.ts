/** Functions that our connections have. */
import type { ConstructCall } from "../../sql/compiler/construct-call.ts";

/** A call of one; tables must not depend on it, as other programs do not have it. */
export function own(call: ConstructCall, name: string, list: string = call.list): string {
  if (call.isDefinition) {
    const [, method = ""] = call.node.name.split(".");
    call.unsupported(`func.${method}() of this type in definitions`, "Calculate in the program.");
  }
  return `${name}(${list})`;
}
