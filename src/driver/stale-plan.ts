/** Which errors of PostgreSQL say that a prepared statement no longer fits the schema. Used by `pg.ts` and `pglite.ts`. */

/** Where parameters kept types that the columns no longer have: no such operator, another type, a text or number that is none. */
const misfits: ReadonlySet<unknown> = new Set(["42883", "42804", "22P02", "22003"]);

/**
 * True where the same statement, prepared anew, may succeed. Some of these errors are the program's own: outside of a
 * transaction nothing has happened, so that sending it once more costs a round trip and changes nothing.
 */
export function isStalePlan(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, routine, where } = error as {
    readonly code?: unknown;
    readonly routine?: unknown;
    readonly where?: unknown;
  };
  if (routine === "RevalidateCachedQuery") return true;
  if (where !== undefined && !isParameter(where)) return false;
  return misfits.has(code) || (code === "XX000" && error.message.startsWith("cache lookup failed"));
}

/** True for "unnamed portal parameter $1", in any language; a function that has raised the error is told in more lines. */
function isParameter(where: unknown): boolean {
  return typeof where === "string" && /\$\d/.test(where) && !where.includes("\n");
}
