/** Which FROM clauses an expression reads: a SELECT adds those that it does not join. */
import type { QueryNode } from "../statement/node.ts";
import type { Expression, FromClause, TemplateNode } from "./node.ts";
import { isWithinStatement, syntaxIn, type Syntax } from "./parts.ts";
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
  if (root.kind === "column") {
    found.needed.add(root.from);
    return;
  }
  for (const node of syntaxIn([root], isOpen)) {
    if (node.kind === "column") found.needed.add(node.from);
    else if (node.kind === "label" && node.owner !== undefined) found.needed.add(node.owner);
    else if (node.kind === "template") addTemplateSources(node, found);
    else if (node.kind === "exists" || node.kind === "subquery") found.subqueries?.push(node.statement);
  }
}

function isOpen(node: Syntax): boolean {
  return node.kind !== "template" && isWithinStatement(node);
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
