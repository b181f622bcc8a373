/** CHECK constraints. Called by `inspect-tables.ts`. */
import type { Io } from "../../io/io.ts";
import type { CatalogCheck } from "../../metadata/catalog.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { askCatalog, grouped, objectKey, type CatalogRow, type Scope } from "./catalog-query.ts";
import { expressionText } from "./catalog-text.ts";

/** A check, and whether it stands in a column's definition (MariaDB): then its name is the column's, and only MODIFY changes it. */
export interface FoundCheck extends CatalogCheck {
  readonly ofColumn: boolean;
}

/** The checks of each table by `objectKey`, sorted by name. */
export function* inspectChecks(scope: Scope): Io<ReadonlyMap<string, readonly FoundCheck[]>> {
  const rows = scope.server.isMariaDb ? yield* mariaDbChecks(scope) : yield* mysqlChecks(scope);
  const byTable = grouped(rows, (row) => objectKey(row["constraint_schema"], row["table_name"]));
  return new Map(
    [...byTable].map(([key, checks]) => [
      key,
      checks.map((row) => foundCheck(row, scope.server.isMariaDb)).sort(byName),
    ]),
  );
}

function mariaDbChecks({ connection, schemas }: Scope): Io<CatalogRow[]> {
  const columns = ["constraint_schema", "table_name", "constraint_name", "check_clause", "level", "'YES' AS enforced"];
  return askCatalog(connection, columns, "check_constraints", "constraint_schema", schemas);
}

/** MySQL keeps a check's table elsewhere; names of checks are unique in a schema there. */
function mysqlChecks({ connection, schemas }: Scope): Io<CatalogRow[]> {
  const names = ["c.constraint_schema", "t.table_name", "c.constraint_name", "c.check_clause", "t.enforced"];
  const columns = [...names, "'Table' AS level"];
  const from =
    "check_constraints AS c JOIN information_schema.table_constraints AS t ON t.constraint_schema = c.constraint_schema " +
    "AND t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK'";
  return askCatalog(connection, columns, from, "c.constraint_schema", schemas);
}

function foundCheck(row: CatalogRow, isMariaDb: boolean): FoundCheck {
  return {
    name: row["constraint_name"] ?? undefined,
    expression: expressionText(isMariaDb, row["check_clause"] ?? ""),
    ...(row["enforced"] === "NO" ? { notEnforced: true } : {}),
    ofColumn: row["level"] === "Column",
  };
}

function byName(left: FoundCheck, right: FoundCheck): number {
  return (left.name ?? "") < (right.name ?? "") ? -1 : 1;
}

/** True for the check that MariaDB's JSON, an alias of LONGTEXT, brings along. */
export function isJsonCheck(check: FoundCheck, column: CatalogRow): boolean {
  const name = column["column_name"] ?? "";
  return (
    check.ofColumn &&
    check.name === name &&
    check.expression === `json_valid(${quoteIdentifier(name, "`")})` &&
    column["column_type"] === "longtext" &&
    column["collation_name"] === "utf8mb4_bin"
  );
}
