/**
 * Expressions that MariaDB's information_schema cannot show: a character beyond U+FFFF is "????" there. SHOW CREATE TABLE has them
 * right, and is asked for the tables in question only. Called by `inspect-tables.ts`.
 */
import type { Io } from "../../io/io.ts";
import type { CatalogTable } from "../../metadata/catalog.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { ask } from "../session-setup.ts";
import type { Scope } from "./catalog-query.ts";
import { sqlTokens } from "./catalog-text.ts";

const lost = "????";

/** The tables with the expressions that were lost. */
export function* withLostExpressions(scope: Scope, tables: readonly CatalogTable[]): Io<readonly CatalogTable[]> {
  const found: CatalogTable[] = [];
  for (const table of tables) found.push(hasLost(table) ? yield* restored(scope, table) : table);
  return found;
}

function hasLost({ checks, columns }: CatalogTable): boolean {
  return (
    checks.some(({ expression }) => expression.includes(lost)) ||
    columns.some(({ computed }) => computed?.expression.includes(lost) === true)
  );
}

function* restored(scope: Scope, table: CatalogTable): Io<CatalogTable> {
  const schema = table.schema ?? scope.server.database;
  const name = [...(schema === undefined ? [] : [schema]), table.name]
    .map((part) => quoteIdentifier(part, "`"))
    .join(".");
  const { rows } = yield* ask(scope.connection, `SHOW CREATE TABLE ${name}`);
  const sql = String(rows[0]?.[1]);
  return {
    ...table,
    columns: table.columns.map((column) => {
      if (column.computed === undefined) return column;
      const start = sql.indexOf(`\n  ${quoteIdentifier(column.name, "`")} `);
      const expression = parenthesised(sql, " GENERATED ALWAYS AS (", start);
      return expression === undefined ? column : { ...column, computed: { ...column.computed, expression } };
    }),
    checks: table.checks.map((check) => {
      const start = `\n  CONSTRAINT ${quoteIdentifier(check.name ?? "", "`")} CHECK (`;
      const expression = check.name === undefined ? undefined : parenthesised(sql, start, 0);
      return expression === undefined ? check : { ...check, expression };
    }),
  };
}

/** What stands between the parenthesis at the end of `opening` and the one that closes it. */
function parenthesised(sql: string, opening: string, from: number): string | undefined {
  const found = from === -1 ? -1 : sql.indexOf(opening, from);
  if (found === -1) return undefined;
  const rest = sql.slice(found + opening.length);
  let depth = 1;
  for (const { index, 0: token } of rest.matchAll(sqlTokens)) {
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    if (depth === 0) return rest.slice(0, index);
  }
  return undefined;
}
