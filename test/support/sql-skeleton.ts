/** The structure of a statement's text: what is left when everything that is quoted is taken out. */

/**
 * Quoted names and texts of `sql` become `?`, each quote read by the rules of SQL: a doubled one is a character of the text, and a
 * backslash is one unless `escapes` says otherwise (MySQL). What gets out of its quotes stays visible.
 */
export function skeleton(sql: string, escapes: boolean): string {
  let text = "";
  for (let at = 0; at < sql.length; at += 1) {
    const quote = sql[at] ?? "";
    if (!`'"\``.includes(quote)) {
      text += quote;
      continue;
    }
    at = endOfQuoted(sql, at, escapes && quote !== "`");
    text += at < sql.length ? "?" : "(not closed)";
  }
  return text;
}

function endOfQuoted(sql: string, start: number, escapes: boolean): number {
  const quote = sql[start];
  for (let at = start + 1; at < sql.length; at += 1) {
    if (escapes && sql[at] === "\\") at += 1;
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at;
      at += 1;
    }
  }
  return sql.length;
}
