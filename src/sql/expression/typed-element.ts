/** An expression as the class that its type asks for. */
import { boundTypeOf } from "../type/range-types.ts";
import { storedType } from "../compiler/type-compiler.ts";
import { ArrayElement } from "./array-element.ts";
import { ColumnElement, typeOf } from "./column-element.ts";
import { JsonElement } from "./json-element.ts";
import type { Expression } from "./node.ts";
import { RangeElement } from "./range-element.ts";

/** `node` with the methods of its type: JSON has paths, arrays have items, ranges have bounds. */
export function typedElement(node: Expression): ColumnElement<unknown> {
  const type = typeOf(node);
  if (boundTypeOf(type) !== undefined) return new RangeElement(node);
  switch (storedType(type).kind) {
    case "json":
      return new JsonElement(node);
    case "array":
      return new ArrayElement(node);
    default:
      return new ColumnElement(node);
  }
}
