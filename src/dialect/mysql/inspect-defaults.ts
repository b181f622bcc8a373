/**
 * Defaults that MariaDB's information_schema cannot show: it prints them in three-byte UTF-8, so that bytes and characters beyond
 * U+FFFF become "?". One query asks for the values of all that may be meant.
 */
import type { Io } from "../../io/io.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { ask } from "../session-setup.ts";
import type { CatalogRow, Scope } from "./catalog-query.ts";
import { exactDefault } from "./catalog-text.ts";
import { defaultKey } from "./inspect-columns.ts";

/** The defaults by `defaultKey`. */
export function* readExactDefaults(scope: Scope, rows: readonly CatalogRow[]): Io<ReadonlyMap<string, string>> {
  const asked = scope.server.isMariaDb ? rows.filter(isDoubtful) : [];
  if (asked.length === 0) return new Map();
  const queries = asked.map((row, index) => {
    const name = quoteIdentifier(row["column_name"] ?? "", "`");
    const table = [row["table_schema"], row["table_name"]].map((part) => quoteIdentifier(part ?? "", "`")).join(".");
    const value = `DEFAULT(t.${name})`;
    const bytes = isText(row) ? `CONVERT(${value} USING utf8mb4)` : value;
    // A row that the table need not have.
    return `SELECT ${String(index)}, HEX(${bytes}) FROM (SELECT 1) AS one LEFT JOIN ${table} AS t ON FALSE`;
  });
  const { rows: values } = yield* ask(scope.connection, queries.join(" UNION ALL "));
  return new Map(
    values.flatMap(([place, hex]) => {
      const row = asked[Number(place)];
      return row === undefined || hex === undefined || hex === null
        ? []
        : [[defaultKey(row), exactDefault(String(hex), isText(row))] as const];
    }),
  );
}

/** A literal that has a question mark, or is one of bytes. */
function isDoubtful(row: CatalogRow): boolean {
  const printed = row["column_default"];
  if (printed === undefined || !printed.startsWith("'")) return false;
  return isText(row)
    ? printed.includes("?") && row["data_type"] !== "enum" && row["data_type"] !== "set"
    : isBytes(row);
}

function isText(row: CatalogRow): boolean {
  return row["character_set_name"] !== undefined;
}

function isBytes({ data_type: type }: CatalogRow): boolean {
  return type !== undefined && /binary|blob/i.test(type);
}
