/** A model with a column of each structured type, and what each dialect makes of expressions over it. */
import { z } from "zod";
import { mysqlDialect } from "../../src/dialect/mysql/dialect.ts";
import { postgresqlDialect } from "../../src/dialect/postgresql/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { MetaData } from "../../src/metadata/meta-data.ts";
import { primaryKey } from "../../src/model/field.ts";
import { fullText } from "../../src/model/full-text.ts";
import { range } from "../../src/model/range.ts";
import { select } from "../../src/model/select.ts";
import { tableFor } from "../../src/model/table.ts";
import type { ColumnElement } from "../../src/sql/expression/column-element.ts";

export const metadata = new MetaData();
export class T extends tableFor(metadata)("t", {
  id: primaryKey(),
  name: z.string(),
  d: z.object({ a: z.object({ b: z.number() }), c: z.array(z.string()), on: z.boolean() }),
  tags: z.array(z.string()),
  ratio: z.number(),
  at: z.date(),
  stay: range("int4range"),
}) {
  static override readonly tableArgs = [fullText([T.c.name])];
}
/** MySQL and MariaDB are two here. */
export const dialects = {
  sqlite: sqliteDialect(),
  postgresql: postgresqlDialect(),
  mysql: mysqlDialect({ isMariaDb: false }),
  mariadb: mysqlDialect({ isMariaDb: true }),
};

/** What each dialect makes of each expression, without SELECT and FROM; the error of those that cannot. */
export function sideBySide(elements: { readonly [construct: string]: ColumnElement<unknown> }): unknown {
  return Object.fromEntries(
    Object.entries(elements).map(([construct, element]) => [
      construct,
      Object.fromEntries(
        Object.entries(dialects).map(([dialect, made]) => {
          try {
            const { sql: text } = made.compile(select(element).toQuery().node);
            return [
              dialect,
              text
                .slice("SELECT ".length)
                .replace(/ FROM .t.$/, "")
                .replaceAll(/[`"]t[`"]\.[`"](\w+)[`"]/g, "$1"),
            ];
          } catch (error) {
            return [dialect, `! ${(error as Error).message}`];
          }
        }),
      ),
    ]),
  );
}
