/** Which views read a table or one of its columns. Texts tell where one may be meant, and the server whether it is. */
import type { Catalog, CatalogView, QualifiedName } from "../../metadata/catalog.ts";
import { mentions } from "./definition-text.ts";
import { textLiteral } from "./literal.ts";

export function possibleReaders(
  { views }: Catalog,
  table: QualifiedName,
  column: string | undefined,
): readonly CatalogView[] {
  return views.filter(
    ({ definition }) => mentions(definition, table.name) && (column === undefined || mentions(definition, column)),
  );
}

/** A query that returns a row where the view reads it. @param view - Its name, quoted, like the table's. */
export function readerQuery(view: string, table: string, column: string | undefined): string {
  const isColumn =
    column === undefined
      ? ""
      : `
  AND d.refobjsubid = (SELECT a.attnum FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = d.refobjid AND a.attname = ${textLiteral(column)})`;
  return `SELECT r.ev_class::pg_catalog.regclass::text FROM pg_catalog.pg_depend AS d
JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid AND d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
WHERE r.ev_class = pg_catalog.to_regclass(${textLiteral(view)}) AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
  AND d.refobjid = pg_catalog.to_regclass(${textLiteral(table)})${isColumn}
LIMIT 1`;
}
