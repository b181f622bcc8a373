/** What operators check of their operands, and what they make of texts that are looked for. */
import { ArgumentError } from "../errors.ts";
import type { SqlType, SqlTypeKind } from "../type/sql-type.ts";
import { storedType } from "../type/stored-type.ts";
import { constructNode } from "./construct.ts";
import type { Expression } from "./node.ts";
import { describe, typeOf } from "./node-facts.ts";

const BOOLEAN: SqlType = { kind: "boolean" };
const INTEGER: SqlType = { kind: "integer" };

const numberKinds = ["smallint", "integer", "bigint", "numeric", "real", "double"] as const;
const notTexts: ReadonlySet<SqlTypeKind> = new Set([...numberKinds, "boolean", "timestamp", "json", "bytes", "array"]);
export const notNumbers: ReadonlySet<SqlTypeKind> = new Set<SqlTypeKind>([
  "boolean",
  "text",
  "enum",
  "uuid",
  "date",
  "time",
  "timestamp",
  "json",
  "bytes",
  "array",
]);
export const notIntegers: ReadonlySet<SqlTypeKind> = new Set([...notNumbers, "numeric", "real", "double"]);

/** Types say the same: this is for callers without them. */
export function requireKind(node: Expression, wrong: ReadonlySet<SqlTypeKind>, call: string, what: string): void {
  const { kind } = storedType(typeOf(node));
  if (!wrong.has(kind)) return;
  const hint = call === "plus" && kind === "text" ? "Use concat() for texts." : "Use cast() first.";
  throw new ArgumentError(`${call}() is for ${what}, and this expression is of the type '${kind}'. ${hint}`);
}

/** Refuse what is no text. */
export function requireText(node: Expression, call: string): void {
  requireKind(node, notTexts, call, "texts");
}

/** True where `found` begins, ends or is in `node`; both are expressions, of which no sign is a wildcard. */
export function literalPosition(
  node: Expression,
  found: Expression,
  place: "startsWith" | "endsWith" | "contains",
  ignoresCase: boolean,
): Expression {
  const [text, wanted] = [node, found].map((node) => (ignoresCase ? lowered(node) : node)) as [Expression, Expression];
  if (place === "contains") {
    const zero: Expression = { kind: "bind", value: 0, type: INTEGER };
    const at = constructNode("text.position", INTEGER, [text, wanted]);
    return { kind: "binary", operator: "gt", left: at, right: zero, type: BOOLEAN };
  }
  const length: Expression = { kind: "function", name: "char_length", arguments: [wanted], type: INTEGER };
  const name = place === "startsWith" ? "text.left" : "text.right";
  const left = constructNode(name, { kind: "text" }, [text, length]);
  return { kind: "binary", operator: "eq", left, right: wanted, type: BOOLEAN };
}

function lowered(node: Expression): Expression {
  return { kind: "function", name: "lower", arguments: [node], type: { kind: "text" } };
}

/** @throws ArgumentError for anything but a text */
export function checkedText(value: unknown, call: string): string {
  if (typeof value === "string") return value;
  throw new ArgumentError(`${call}() takes a text, not ${describe(value)}.`);
}

/** @throws ArgumentError for NULL, which equals nothing */
export function notNull(value: unknown, operator: string): unknown {
  if (value !== null) return value;
  throw new ArgumentError(
    `${operator}(null) is never true in SQL. Use isNull() or isNotNull(), or isNotDistinctFrom(value) where the value may be null.`,
  );
}
