/** Arrays that are stored as JSON: which questions their items can answer. */
import { storedType } from "../sql/compiler/type-compiler.ts";
import type { ConstructCall } from "../sql/compiler/construct-call.ts";
import { typeOf } from "../sql/expression/column-element.ts";
import type { SqlType } from "../sql/type/sql-type.ts";

/** The type of the array's items. @throws CompileError for those that are written as objects */
export function itemType(call: ConstructCall): SqlType {
  const type = typeOf(call.operand(0));
  const item: SqlType = type.kind === "array" ? storedType(type.item) : { kind: "unknown" };
  if (item.kind === "bytes" || item.kind === "array") {
    call.unsupported(`items of arrays of '${item.kind}'`, "Read the array and look at it in the program.");
  }
  return item;
}

/** Refuse an order of items that are not stored in it: of large integers and decimals the digits are text. */
export function checkOrder(call: ConstructCall, item: SqlType): void {
  const isExact = item.kind === "bigint" || item.kind === "numeric";
  if (isExact && call.detail !== "eq" && call.detail !== "ne") {
    call.unsupported(`the order of items of type '${item.kind}'`, "Read the array and compare in the program.");
  }
}
