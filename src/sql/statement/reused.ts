/**
 * Statements that are executed again. Nodes never change, so what was found out about one may be kept; but to keep something for
 * every statement costs more than it saves, because most are executed once.
 */
import type { Statement } from "./node.ts";

const reused = new WeakSet<Statement>();

/** Say that a builder was asked for its statement once more. */
export function markReused(statement: Statement): void {
  reused.add(statement);
}

/** True where a builder was asked for the statement more than once. */
export function isReused(statement: Statement): boolean {
  return reused.has(statement);
}
