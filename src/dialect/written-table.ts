/** The table that a statement writes to, for databases whose errors do not name it. */

const target =
  /^\s*(?:insert\s+(?:or\s+\w+\s+|ignore\s+)?into|replace\s+into|update(?:\s+or\s+\w+)?|delete\s+from)\s+/i;
const identifier = /^(?:"((?:[^"]|"")+)"|`((?:[^`]|``)+)`|([\p{L}_][\p{L}\p{N}_$]*))(\s*\.\s*)?/u;

/** The table's name without its schema; undefined where the text is no plain INSERT, UPDATE or DELETE. */
export function writtenTable(sql: string): string | undefined {
  const start = target.exec(sql);
  if (start === null) return undefined;
  let rest = sql.slice(start[0].length);
  for (;;) {
    const match = identifier.exec(rest);
    if (match === null) return undefined;
    const [whole, doubled, backticked, plain, dot] = match;
    if (dot === undefined) return doubled?.replaceAll('""', '"') ?? backticked?.replaceAll("``", "`") ?? plain;
    rest = rest.slice(whole.length);
  }
}
