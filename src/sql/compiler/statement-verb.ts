/** What a statement of the program's own text does, read from its words. */

const readers = new Set(["select", "values", "table", "show", "explain", "describe", "desc", "pragma"]);
const beforeVerb = /^(?:\s+|\(|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/;
const changes = /\b(?:insert|update|delete|merge|replace)\b/i;
const returning = /\breturning\b/i;

/**
 * Whether `text` answers with rows and whether it may change data. In doubt it may: a write lock too many costs less
 * than a transaction that has to be upgraded.
 */
export function statementVerb(text: string): { readonly returnsRows: boolean; readonly writes: boolean } {
  const start = text.replace(beforeVerb, "");
  const verb = (/^[a-z]+/i.exec(start)?.[0] ?? "").toLowerCase();
  if (readers.has(verb)) return { returnsRows: true, writes: false };
  if (verb === "with") {
    const writes = changes.test(start);
    return { returnsRows: !writes || returning.test(start) || /\)\s*select\b/i.test(start), writes };
  }
  return { returnsRows: verb === "call" || returning.test(start), writes: true };
}

/** True for an UPDATE or DELETE that nothing limits: the word WHERE is nowhere in it, nor another that could. */
export function changesEveryRow(text: string): boolean {
  const start = text.replace(beforeVerb, "");
  return /^(?:update|delete)\b/i.test(start) && !/\b(?:where|limit|join|using)\b/i.test(start);
}
