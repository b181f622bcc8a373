/** Rewrites an expression so that its columns are read from other FROM clauses, such as aliases. */
import type { Expression, FromClause } from "./node.ts";

type Replacements = ReadonlyMap<FromClause, FromClause>;

/** `expression` with every column of a source in `replacements` read from its replacement. */
export function rebase<E extends Expression>(expression: E, replacements: Replacements): E {
  return rewrite(expression, replacements) as E;
}

function rewrite(value: unknown, replacements: Replacements): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, replacements));
  if (typeof value !== "object" || value === null || !("kind" in value)) return rewriteParts(value, replacements);
  switch (value.kind) {
    case "column": {
      const replacement = replacements.get((value as Extract<Expression, { kind: "column" }>).from);
      return replacement === undefined ? value : { ...value, from: replacement };
    }
    // Bound values are not syntax: an object with a `kind` among them stays what it is.
    case "bind":
    case "list":
      return value;
    // A source is replaced where a column or a template names it, never taken apart.
    case "table":
    case "alias":
    case "sample":
    case "cte":
    case "cteReference":
    case "values":
    case "tableFunction":
      return replacements.get(value as FromClause) ?? value;
    case "subquery":
      if ("name" in value) return replacements.get(value as FromClause) ?? value;
      return rewriteParts(value, replacements);
    default:
      return rewriteParts(value, replacements);
  }
}

/** A node's parts; its type is data of another kind. */
function rewriteParts(value: unknown, replacements: Replacements): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]: [string, unknown]) => [
      key,
      key === "type" ? child : rewrite(child, replacements),
    ]),
  );
}
