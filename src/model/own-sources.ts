/** What is computed of a model's row, made fit for any statement. Called by hybrid.ts and property-expression.ts. */
import { isInScope, planFrom, type Scope } from "../sql/compiler/scope.ts";
import type { Expression } from "../sql/expression/node.ts";
import { mapParts, type Syntax } from "../sql/expression/parts.ts";
import { isFromClause } from "../sql/expression/template-part.ts";

/**
 * `expression` with subqueries that read from what they read from here, where only the model's own tables (`scope`) can be read:
 * another statement may have tables in its FROM that a subquery would otherwise take for its own. Properties of the same row are
 * taken in.
 */
export function withOwnSources(expression: Expression, scope: Scope): Expression {
  return planned(expression, scope) as Expression;
}

function planned(node: Syntax, scope: Scope): Syntax {
  if (isFromClause(node)) return node;
  if (node.kind === "label" && node.owner !== undefined && isInScope(node.owner, scope))
    return planned(node.operand, scope);
  if (node.kind !== "select") return mapParts(node, (part) => planned(part, scope));
  const { from, scope: inner } = planFrom(node, scope);
  return { ...mapParts(node, (part) => planned(part, inner)), from };
}
