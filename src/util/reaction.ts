/** What is done about something that works, and is hardly ever meant. */
export const reactions = Object.freeze(["ignore", "warn", "error"] as const);
export type Reaction = (typeof reactions)[number];

/** What was told already, so that a server does not say it with each request. */
const told = new Set<string>();
const mostTold = 1000;

/** Emit a warning of this package; once for each `key`. */
export function warnOnce(code: string, key: string, message: () => string): void {
  if (told.has(`${code} ${key}`) || told.size >= mostTold) return;
  told.add(`${code} ${key}`);
  process.emitWarning(message(), { type: "SQLModelWarning", code });
}
