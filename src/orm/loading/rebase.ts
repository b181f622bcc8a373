/** Rewrites an expression so that its columns are read from an alias. */
import type { Expression, FromClause } from "../../sql/expression/node.ts";

/** `expression` with every column of a source in `replacements` read from its replacement. */
export function rebase<E extends Expression>(expression: E, replacements: ReadonlyMap<FromClause, FromClause>): E {
  return rewrite(expression, replacements) as E;
}

function rewrite(value: unknown, replacements: ReadonlyMap<FromClause, FromClause>): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, replacements));
  if (typeof value !== "object" || value === null || !("kind" in value)) return value;
  const node = value as { readonly kind: string } & Record<string, unknown>;
  if (node.kind === "column") {
    const replacement = replacements.get(node["from"] as FromClause);
    return replacement === undefined ? node : { ...node, from: replacement };
  }
  // Bound values and types are not syntax: an object with a `kind` among them stays what it is.
  if (node.kind === "bind" || node.kind === "list") return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, child]) => [key, key === "type" ? child : rewrite(child, replacements)]),
  );
}
