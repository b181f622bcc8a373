/** What can be told from SQL texts without parsing them: for lint rules about `op.execute`. */

const noise =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\]|''|\\[\s\S])*'|\$(\w*)\$[\s\S]*?\$\1\$|"(?:[^"]|"")*"|`(?:[^`]|``)*`/g;

/** The statements of a text in one line each: comments gone, constants as '', quoted names as "q" unless they are kept. */
export function statementsOf(sql: string, keepsNames = false): readonly string[] {
  const bare = sql.replace(noise, (found) => {
    if (found.startsWith("--") || found.startsWith("/*")) return " ";
    const isName = found.startsWith('"') || found.startsWith("`");
    return isName && keepsNames ? found : isName ? '"q"' : "''";
  });
  return bare
    .split(";")
    .map((statement) => statement.replace(/\s+/g, " ").trim())
    .filter((statement) => statement !== "");
}

/** The first statement that `pattern` matches. */
export function statementLike(sql: string, pattern: RegExp): string | undefined {
  return statementsOf(sql).find((statement) => pattern.test(statement));
}

/** An UPDATE or DELETE of all rows of a table. */
export function wholeTableWrite(sql: string): string | undefined {
  const statement = statementLike(sql, /^(?:update|delete from)\b/i);
  return statement === undefined || /\bwhere\b/i.test(statement) ? undefined : statement;
}
