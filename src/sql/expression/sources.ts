/** Which FROM clauses an expression reads: a SELECT adds those that it does not join. */
import type { QueryNode } from "../statement/node.ts";
import type { Expression, FromClause, FunctionNode, TemplateNode } from "./node.ts";
import { isFromClause } from "./template-part.ts";

/** Sources that an expression needs, and those that a template in it names itself (and so brings along). */
export interface ExpressionSources {
  readonly needed: Set<FromClause>;
  readonly named: Set<FromClause>;
  /** The subqueries in it, for who wants to know. */
  readonly subqueries?: QueryNode[];
  /** The templates in it, for who wants to know. */
  readonly templates?: TemplateNode[];
}

/** Add the sources of `root` to `found`. What a subquery reads is its own affair. */
export function addSources(root: Expression, found: ExpressionSources): void {
  const rest: Expression[] = [root];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node.kind === "column") {
      found.needed.add(node.from);
    } else if (node.kind === "template") {
      addTemplateSources(node, found);
    } else if (node.kind === "subquery" || node.kind === "exists") {
      found.subqueries?.push(node.statement);
    } else {
      // In reverse, so that sources are found in the order they are written.
      rest.push(...operandsOf(node).toReversed());
    }
  }
}

/** A source that a template names in its text is there for the columns inside it, not for those around it. */
function addTemplateSources(node: TemplateNode, found: ExpressionSources): void {
  found.templates?.push(node);
  const inside: ExpressionSources = { ...found, needed: new Set(), named: new Set() };
  for (const part of node.expressions) {
    if (isFromClause(part)) inside.named.add(part);
    else if (part.kind !== "identifier") addSources(part, inside);
  }
  for (const source of inside.named) found.named.add(source);
  for (const source of inside.needed) if (!inside.named.has(source)) found.needed.add(source);
}

/** The expressions directly inside `node`, in the order they are walked; those of subqueries and templates excluded. */
function operandsOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case "binary":
      return [node.left, node.right];
    case "junction":
      return node.operands;
    case "not":
    case "negative":
    case "isNull":
    case "cast":
    case "label":
    case "collate":
    case "order":
      return [node.operand];
    case "in":
      return node.values.kind === "subquery" ? [node.operand, node.values] : [node.operand];
    case "between":
      return [node.operand, node.low, node.high];
    case "tuple":
      return node.items;
    case "construct":
      return node.operands;
    case "grouping":
      return node.sets.flat();
    case "function":
      return [
        ...node.arguments,
        ...(node.orderBy ?? []),
        ...(node.filter === undefined ? [] : [node.filter]),
        ...windowOperands(node.over),
      ];
    case "case":
      return [
        ...(node.operand === undefined ? [] : [node.operand]),
        ...node.branches.flatMap((branch) => [branch.when, branch.then]),
        ...(node.otherwise === undefined ? [] : [node.otherwise]),
      ];
    default:
      return [];
  }
}

/** The expressions of a window; those of a named one where it is used. */
function windowOperands(over: FunctionNode["over"]): readonly Expression[] {
  const window = over !== undefined && "name" in over ? over.window : over;
  if (window === undefined) return [];
  const { start, end } = window.frame ?? {};
  const offsets = [start?.offset, end?.offset].filter((offset) => typeof offset === "object");
  return [...window.partitionBy, ...window.orderBy, ...offsets];
}
