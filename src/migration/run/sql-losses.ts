/** What SQL of the program's own drops or empties, as far as a look at its words can tell. */
import { statementsOf } from "../../dialect/raw-sql.ts";
import type { Loss } from "./destructive-check.ts";

const part = String.raw`(?:"(?:[^"]|"")*"|\`(?:[^\`]|\`\`)*\`|[\w$]+)`;
const name = String.raw`${part}(?:\s*\.\s*${part})*`;
const list = String.raw`(${name}(?:\s*,\s*${name})*)`;

/** With all that they hold: each named object is lost. */
const wholeObjects: readonly RegExp[] = [
  new RegExp(`^drop (?:table|schema|database|sequence)(?: if exists)? ${list}`, "i"),
  new RegExp(`^drop (?:type|domain|extension|owned by)(?: if exists)? ${list}.*\\bcascade\\b`, "i"),
  new RegExp(`^truncate(?: table)?(?: only)? ${list}`, "i"),
];
const deletion = new RegExp(`^delete from(?: only)? (${name})`, "i");
const alteration = new RegExp(`^alter table(?: if exists)?(?: only)? (${name}) (.*)$`, "i");
const droppedColumn = new RegExp(
  "\\bdrop (?:column |partition )?(?:if exists )?" +
    "(?!(?:column|partition|constraint|index|key|primary|foreign|check|default|not|expression|identity|if)\\b)" +
    `(${part})`,
  "gi",
);

/** @param sql - One statement or several. */
export function sqlLosses(sql: string): readonly Loss[] {
  return statementsOf(sql, true).flatMap((statement) => {
    const shown = statement.length > 80 ? `${statement.slice(0, 77)}…` : statement;
    const text = `SQL of the revision's own may lose it: ${shown}`;
    return lostObjects(statement).map((object) => ({ object, text }));
  });
}

function lostObjects(statement: string): readonly string[] {
  for (const pattern of wholeObjects) {
    const names = pattern.exec(statement)?.[1];
    if (names !== undefined) return [...names.matchAll(new RegExp(name, "g"))].map(([found]) => plain(found));
  }
  const emptied = /\bwhere\b/i.test(statement) ? undefined : deletion.exec(statement)?.[1];
  if (emptied !== undefined) return [plain(emptied)];
  const [, table, actions = ""] = alteration.exec(statement) ?? [];
  if (table === undefined) return [];
  return [...actions.matchAll(droppedColumn)].map(([, column = ""]) => `${plain(table)}.${plain(column)}`);
}

/** A name as consent spells it: without quotes. */
function plain(written: string): string {
  return [...written.matchAll(new RegExp(part, "g"))]
    .map(([found]) => (/^["`]/.test(found) ? found.slice(1, -1).replace(/(["`])\1/g, "$1") : found))
    .join(".");
}
