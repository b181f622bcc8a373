/** What is asked of expressions' nodes: their type, whether they are secret; and how values become nodes. */
import { ArgumentError } from "../errors.ts";
import type { SqlType } from "../type/sql-type.ts";
import type { Expression } from "./node.ts";
import { isWithinStatement, syntaxIn } from "./parts.ts";

const BOOLEAN: SqlType = { kind: "boolean" };

/** Escape what LIKE reads as a wildcard. */
export function escapeLike(literal: string): string {
  if (typeof literal !== "string")
    throw new ArgumentError(`A text to search for must be a string, not ${describe(literal)}.`);
  return literal.replace(/[\\%_]/g, "\\$&");
}

/** The type of an expression's value. */
export function typeOf(node: Expression): SqlType {
  switch (node.kind) {
    case "label":
    case "order":
    case "negative":
    case "collate":
      return typeOf(node.operand);
    case "junction":
    case "not":
    case "isNull":
    case "in":
    case "between":
    case "exists":
      return BOOLEAN;
    case "tuple":
    case "star":
    case "grouping":
      return { kind: "unknown" };
    default:
      return node.type;
  }
}

/** A bound value; undefined is refused here, so that it never becomes a missing condition. */
export function bindNode(value: unknown, type: SqlType, where: string, secret = false): Expression {
  if (value === undefined) {
    throw new ArgumentError(
      `${where}() was given undefined. A condition is never left out silently: pass a value, or build the statement without it.`,
    );
  }
  return secret ? { kind: "bind", value, type, secret } : { kind: "bind", value, type };
}

/** True where a value beside `node` says something of a hidden column. */
export function isSecret(node: Expression): boolean {
  if (node.kind === "column") return node.secret === true;
  return syntaxIn([node], isWithinStatement).some((part) => part.kind === "column" && part.secret === true);
}

/** A value in an error message: its kind, never its content. */
export function describe(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return typeof value === "undefined" ? "undefined" : `a ${typeof value}`;
  return value.constructor?.name === undefined ? "an object" : `a ${value.constructor.name}`;
}
