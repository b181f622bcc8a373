/** Rewrites an expression so that its columns are read from other FROM clauses, such as aliases. */
import type { Expression, FromClause } from "./node.ts";
import { mapParts, type Syntax } from "./parts.ts";
import { isFromClause } from "./template-part.ts";

/** `expression` with every column of a source in `replacements` read from its replacement. */
export function rebase<E extends Expression>(expression: E, replacements: ReadonlyMap<FromClause, FromClause>): E {
  // A source is replaced where it is named, never taken apart.
  const rewrite = (part: Syntax): Syntax =>
    isFromClause(part) ? (replacements.get(part) ?? part) : mapParts(part, rewrite);
  return mapParts(expression, rewrite);
}
