/** Free-standing expressions: and, or, not, exists, case, cast, literal, tuple, `sql` templates. */
import { ArgumentError } from "../errors.ts";
import { checkedType } from "../type/check-type.ts";
import type { SqlType } from "../type/sql-type.ts";
import {
  bindNode,
  ColumnElement,
  constructElement,
  describe,
  isScalarSelectable,
  type ScalarSelectable,
} from "./column-element.ts";
import type { Expression, FromClause, IdentifierNode, TemplateNode } from "./node.ts";

/** `a AND b …`; TRUE where empty. */
export function and(...conditions: ColumnElement<boolean>[]): ColumnElement<boolean> {
  return junction("and", conditions);
}

/** `a OR b …`; FALSE where empty. */
export function or(...conditions: ColumnElement<boolean>[]): ColumnElement<boolean> {
  return junction("or", conditions);
}

/** `NOT condition`. */
export function not(condition: ColumnElement<boolean>): ColumnElement<boolean> {
  return new ColumnElement({ kind: "not", operand: conditionNode(condition, "not") });
}

function junction(operator: "and" | "or", conditions: readonly ColumnElement<boolean>[]): ColumnElement<boolean> {
  return new ColumnElement({
    kind: "junction",
    operator,
    operands: conditions.map((condition) => conditionNode(condition, operator)),
  });
}

/** A condition's node; anything but an expression of this package is refused. */
export function conditionNode(condition: unknown, call: string): Expression {
  if (ColumnElement.isElement(condition)) return condition.node;
  throw new ArgumentError(`${call}() takes SQL conditions such as Hero.c.age.gt(35), not ${describe(condition)}.`);
}

/** All conditions in one node, or undefined where there are none. */
export function conjunction(
  existing: Expression | undefined,
  conditions: readonly unknown[],
  call: string,
): Expression | undefined {
  const operands = conditions.map((condition) => conditionNode(condition, call));
  if (existing !== undefined)
    operands.unshift(...(existing.kind === "junction" && existing.operator === "and" ? existing.operands : [existing]));
  return operands.length > 1 ? { kind: "junction", operator: "and", operands } : operands[0];
}

/** `EXISTS (select …)`. */
export function exists(statement: ScalarSelectable<unknown>): ColumnElement<boolean, never> {
  if (!isScalarSelectable(statement)) throw new ArgumentError(`exists() takes a select, not ${describe(statement)}.`);
  return new ColumnElement({ kind: "exists", statement: statement.subqueryNode.statement, negated: false });
}

/** `CAST(element AS type)`. */
export function cast<T>(element: ColumnElement<unknown>, type: SqlType): ColumnElement<T> {
  return new ColumnElement({ kind: "cast", operand: element.node, type: checkedType(type, "cast") });
}

/** NULL, as a value of `type`. */
export function nullLiteral(type: SqlType): ColumnElement<null, never> {
  return new ColumnElement({ kind: "bind", value: null, type: checkedType(type, "nullLiteral") });
}

/** `element` taken for a value of `type`, without a word in the SQL: for what you know better than the types do. */
export function typeCoerce<T>(element: ColumnElement<unknown>, type: SqlType): ColumnElement<T> {
  return constructElement("value.typed", checkedType(type, "typeCoerce"), [conditionNode(element, "typeCoerce")]);
}

/** A bound value as an expression. */
export function literal<T>(value: T, type?: SqlType): ColumnElement<T, never> {
  return new ColumnElement(
    bindNode(value, type === undefined ? literalType(value) : checkedType(type, "literal"), "literal"),
  );
}

/** `(a, b)`: compare with `.in([[1, 2], [3, 4]])`. */
export function tuple<T extends readonly ColumnElement<unknown>[]>(
  ...elements: T
): ColumnElement<{ [K in keyof T]: T[K] extends ColumnElement<infer V> ? V : never }> {
  return new ColumnElement({ kind: "tuple", items: elements.map((element) => element.node) });
}

/** A table, alias or identifier usable inside an `sql` template. */
export class SqlIdentifier {
  readonly #brand = true;
  readonly node: IdentifierNode;

  constructor(path: readonly string[]) {
    this.node = { kind: "identifier", path };
  }

  static isIdentifier(value: unknown): value is SqlIdentifier {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** An identifier for use in an `sql` template; quoted part by part, never read as SQL. */
export function identifier(...path: string[]): SqlIdentifier {
  if (path.length === 0 || path.some((part) => typeof part !== "string" || part === "")) {
    throw new ArgumentError("identifier() takes one or more names that are not empty.");
  }
  return new SqlIdentifier(path);
}

/** What carries a FROM clause under a symbol: models, aliases and tables. */
export const fromClause: unique symbol = Symbol("sqlmodel.fromClause");

/** A piece of SQL that is no expression, made by `sql.fragment`; templates take it in as it stands. */
export class SqlFragment {
  readonly #brand = true;
  readonly node: TemplateNode;

  constructor(node: TemplateNode) {
    this.node = node;
  }

  static isFragment(value: unknown): value is SqlFragment {
    return typeof value === "object" && value !== null && #brand in value && value.#brand;
  }
}

/** What makes pieces of templates. */
export interface SqlPieces {
  /** A piece of a statement, such as a clause: it stands in a template as it is, without parentheses around it. */
  fragment(parts: TemplateStringsArray, ...values: readonly unknown[]): SqlFragment;
  /** The values or expressions of a list with a separator (a comma) between. @throws ArgumentError for an empty list */
  join(items: readonly unknown[], separator?: SqlTemplate<unknown>): SqlFragment;
}

export const sqlPieces: SqlPieces = {
  fragment: (parts: TemplateStringsArray, ...values: readonly unknown[]): SqlFragment =>
    new SqlFragment(templateNode(parts, values)),
  join(items: readonly unknown[], separator: SqlTemplate<unknown> = comma): SqlFragment {
    if (!Array.isArray(items)) throw new ArgumentError(`sql.join() takes an array, not ${describe(items)}.`);
    if (items.length === 0)
      throw new ArgumentError("sql.join() was given an empty list. Build the statement without it.");
    if (!(separator instanceof SqlTemplate) || separator.node.expressions.length > 0)
      throw new ArgumentError("sql.join() takes a template without values as its separator, such as sql` AND `.");
    const [between = ""] = separator.node.parts;
    return new SqlFragment(spliced(["", ...items.slice(1).map(() => between), ""], items));
  },
};

/** The tag, for expressions. `sql` of `model/` makes statements as well. */
export const sql = <T = unknown>(parts: TemplateStringsArray, ...values: readonly unknown[]): SqlTemplate<T> =>
  new SqlTemplate<T>(templateNode(parts, values));

/** The node of a template. @throws ArgumentError for what is none */
export function templateNode(parts: TemplateStringsArray, values: readonly unknown[]): TemplateNode {
  if (!Array.isArray(parts) || !("raw" in parts)) {
    throw new ArgumentError("sql is a template tag: write sql`…`. Text from elsewhere cannot become SQL.");
  }
  return spliced(parts, values);
}

/** Texts and values, with the texts and values of fragments in their places. */
function spliced(texts: readonly string[], values: readonly unknown[]): TemplateNode {
  const parts = [texts[0] ?? ""];
  const expressions: TemplateNode["expressions"][number][] = [];
  for (const [index, value] of values.entries()) {
    const next = texts[index + 1] ?? "";
    if (SqlFragment.isFragment(value)) {
      const [first = "", ...rest] = value.node.parts;
      parts.push(`${parts.pop() ?? ""}${first}`, ...rest);
      expressions.push(...value.node.expressions);
      parts.push(`${parts.pop() ?? ""}${next}`);
    } else {
      expressions.push(templateValue(value, index));
      parts.push(next);
    }
  }
  return { kind: "template", parts, expressions, type: { kind: "unknown" } };
}

/** The result of an `sql` template: an expression, or a whole statement for `session.exec`. */
export class SqlTemplate<T> extends ColumnElement<T, never> {
  declare readonly node: TemplateNode;

  /** The same text with a known result type. */
  as<R = T>(type: SqlType): SqlTemplate<R> {
    return new SqlTemplate({ ...this.node, type: checkedType(type, "as") });
  }
}

const comma = new SqlTemplate<unknown>({ kind: "template", parts: [", "], expressions: [], type: { kind: "unknown" } });

function templateValue(value: unknown, index: number): Expression | IdentifierNode | FromClause {
  if (ColumnElement.isElement(value) || SqlIdentifier.isIdentifier(value)) return value.node;
  if (isScalarSelectable(value)) return value.subqueryNode;
  if ((typeof value === "object" || typeof value === "function") && value !== null && fromClause in value) {
    return (value as { [fromClause]: FromClause })[fromClause];
  }
  return bindNode(value, literalType(value), `sql\`…\${value ${String(index + 1)}}\``);
}

/** The SQL type of a plain value. */
export function literalType(value: unknown): SqlType {
  switch (typeof value) {
    case "string":
      return { kind: "text" };
    case "boolean":
      return { kind: "boolean" };
    case "bigint":
      return { kind: "bigint" };
    case "number":
      return Number.isSafeInteger(value) ? { kind: "integer" } : { kind: "double" };
    default:
      break;
  }
  if (value instanceof Date) return { kind: "timestamp", timeZone: true, as: "date" };
  if (value instanceof Uint8Array) return { kind: "bytes" };
  if (value === null) return { kind: "unknown" };
  if (value === undefined) return { kind: "unknown" };
  throw new ArgumentError(
    `A plain SQL value cannot be ${describe(value)}. Use literal(value, jsonb()) or another type for it.`,
  );
}
