/** Values on their way into a JSON document. */
import { ArgumentError } from "../errors.ts";
import { storedType } from "../compiler/type-compiler.ts";
import type { SqlType } from "../type/sql-type.ts";
import { bindNode, ColumnElement, describe, isScalarSelectable, typeOf } from "./column-element.ts";
import { constructNode } from "./construct.ts";
import type { Expression } from "./node.ts";

const JSON_TYPE: SqlType = { kind: "json", binary: true };

/** Types whose values are the same JSON on every database. */
const jsonKinds: ReadonlySet<SqlType["kind"]> = new Set([
  "json",
  "text",
  "enum",
  "uuid",
  "date",
  "smallint",
  "integer",
  "bigint",
  "numeric",
  "real",
  "double",
  "boolean",
]);

/** A plain value or an expression as JSON. @throws ArgumentError for what databases would write in ways of their own. */
export function jsonValueNode(value: unknown, call: string, secret: boolean): Expression {
  if (value === null) return constructNode("json.null", JSON_TYPE, []);
  const node = ColumnElement.isElement(value) ? value.node : isScalarSelectable(value) ? value.subqueryNode : undefined;
  if (node === undefined) {
    if (typeof value === "function" || typeof value === "symbol" || typeof value === "bigint") {
      throw new ArgumentError(
        `${call}() cannot put ${describe(value)} into JSON.${typeof value === "bigint" ? " Use a string." : ""}`,
      );
    }
    return bindNode(value, JSON_TYPE, call, secret);
  }
  const { kind } = storedType(typeOf(node));
  if (jsonKinds.has(kind)) return constructNode("json.of", JSON_TYPE, [node]);
  throw new ArgumentError(
    `${call}() cannot put an expression of SQL type '${kind}' into JSON: each database would write it in a way of its own. Make it text first.`,
  );
}
