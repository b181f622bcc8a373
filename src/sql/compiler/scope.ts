/** Which FROM clauses can be read at a place of a statement. */
import type { FromClause } from "../expression/node.ts";
import { addSources, type ExpressionSources } from "../expression/sources.ts";
import type { SelectNode } from "../statement/node.ts";

/** The FROM clauses of one statement. */
export interface Scope {
  readonly sources: ReadonlySet<FromClause>;
  /** The statement around this one, for correlated subqueries. */
  readonly parent: Scope | undefined;
}

/** True where `source` can be read in `scope`. */
export function isInScope(source: FromClause, scope: Scope | undefined): boolean {
  return scopeOf(source, scope) !== undefined;
}

/** The statement that reads `source`, seen from inside it; undefined where none does. */
export function scopeOf(source: FromClause, scope: Scope | undefined): Scope | undefined {
  for (let at = scope; at !== undefined; at = at.parent) if (at.sources.has(source)) return at;
  return undefined;
}

/** True where a statement within the one that reads `source` reads another by the same name, which hides it. */
export function isHidden(source: FromClause, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined && !at.sources.has(source); at = at.parent)
    for (const other of at.sources) if (other.name === source.name && schemaOf(other) === schemaOf(source)) return true;
  return false;
}

function schemaOf(source: FromClause): string | undefined {
  return source.kind === "table" ? source.schema : undefined;
}

/** True for what may read the sources before it in FROM. */
function isLateral(source: FromClause): boolean {
  return source.kind === "tableFunction" || (source.kind === "subquery" && source.lateral === true);
}

/**
 * The FROM clauses of `node` before its joins: those it names, then those its columns and conditions need.
 * What the enclosing statement already has is read from there, unless nothing would be left (SQLAlchemy's rule).
 */
export function planFrom(node: SelectNode, enclosing: Scope | undefined): { from: FromClause[]; scope: Scope } {
  const found: ExpressionSources = { needed: new Set(), named: new Set() };
  for (const column of node.columns) addSources(column, found);
  if (node.where !== undefined) addSources(node.where, found);
  const given = new Set<FromClause>([...node.from, ...node.joins.map((join) => join.target)]);
  const missing = [...found.needed].filter((source) => !given.has(source));
  const own = missing.filter((source) => !isInScope(source, enclosing));
  const added = given.size > 0 || found.named.size > 0 || own.length > 0 ? own : missing;
  const from = [
    ...node.from,
    ...(added.some(isLateral) ? [...added.filter((source) => !isLateral(source)), ...added.filter(isLateral)] : added),
  ];
  return { from, scope: { sources: new Set([...given, ...added, ...found.named]), parent: enclosing } };
}
