/** What must still be right after a table was made anew: foreign keys, views and triggers. */
import type { Catalog, CatalogTable } from "../../metadata/catalog.ts";
import type { Step } from "../migration-dialect.ts";
import { textLiteral } from "./literal.ts";
import { quote } from "./names.ts";
import { mentionsName } from "./rename-in-trigger.ts";

/** Foreign keys of and to the tables in `touched`; of all tables where it is undefined. */
export function foreignKeyChecks(catalog: Catalog, touched: ReadonlySet<string> | undefined): Step[] {
  const concerned = catalog.tables.filter(
    ({ name, foreignKeys }) =>
      foreignKeys.length > 0 &&
      (touched === undefined || touched.has(name) || foreignKeys.some(({ referred }) => touched.has(referred.name))),
  );
  return concerned.map(({ name }) => ({
    kind: "check",
    sql: `SELECT rowid, parent FROM pragma_foreign_key_check(${textLiteral(name)}) LIMIT 5`,
    problem: `Rows of table '${name}' refer to rows that do not exist.`,
    remedy: "Delete or mend these rows before, or drop the foreign key before the table it refers to.",
  }));
}

/** Statements that fail where a view or a trigger names a column that is gone. SQLite itself would tell only when they are used. */
export function dependantChecks(catalog: Catalog, table: CatalogTable): Step[] {
  return [
    ...dependantViews(catalog, table.name).map((name): Step => ({
      kind: "check",
      sql: `SELECT * FROM (SELECT * FROM ${quote(name)} LIMIT 0)`,
      problem: `View '${name}' does not fit table '${table.name}' any more.`,
      remedy: "Drop the view before, and create it anew.",
    })),
    ...catalog.tables
      .filter(({ triggers }) => triggers.some(({ definition }) => mentionsName(definition, table.name)))
      .flatMap(explainTriggers),
  ];
}

/** Views whose own text names `table`. */
export function viewsThatRead({ views }: Catalog, table: string): string[] {
  return views.filter(({ definition }) => mentionsName(definition, table)).map(({ name }) => name);
}

/** Views over `table`, and views over those. */
function dependantViews({ views }: Catalog, table: string): string[] {
  const names = new Set([table]);
  for (let before = 0; before < names.size;) {
    before = names.size;
    for (const { name, definition } of views)
      if ([...names].some((mentioned) => mentioned !== name && mentionsName(definition, mentioned))) names.add(name);
  }
  names.delete(table);
  return [...names];
}

/** To plan a change of a table, SQLite reads all of its triggers. */
function explainTriggers({ name, columns }: CatalogTable): Step[] {
  const table = quote(name);
  const assignments = columns
    .filter(({ computed }) => computed === undefined)
    .map((column) => `${quote(column.name)} = ${quote(column.name)}`);
  const statements = [
    `EXPLAIN INSERT INTO ${table} DEFAULT VALUES`,
    `EXPLAIN UPDATE ${table} SET ${assignments.join(", ")}`,
    `EXPLAIN DELETE FROM ${table}`,
  ];
  return statements.map((sql) => ({ kind: "statement", sql, transactional: true, effect: "data" }));
}
