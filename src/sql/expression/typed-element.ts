/** An expression as the class that its type asks for. */
import { storedType } from "../compiler/type-compiler.ts";
import { ColumnElement, typeOf } from "./column-element.ts";
import { JsonElement } from "./json-element.ts";
import type { Expression } from "./node.ts";

/** `node` with the methods of its type: JSON has paths. */
export function typedElement(node: Expression): ColumnElement<unknown> {
  switch (storedType(typeOf(node)).kind) {
    case "json":
      return new JsonElement(node);
    default:
      return new ColumnElement(node);
  }
}
