/** The FTS5 table of a full-text index, and the triggers that keep it. */
import type { Index } from "../../metadata/constraint.ts";
import type { Table } from "../../metadata/table.ts";
import { CompileError } from "../../sql/errors.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { textLiteral } from "./literal.ts";

/** A table of words over the text of `table`: it holds no text itself. `key` is the rowid's column. */
export function createFullText(table: Table, index: Index, key: string | undefined): string[] {
  if (key === undefined) {
    throw CompileError.unsupported(
      "SQLite",
      `a full-text index of '${table.fullName}', whose primary key is no integer`,
      "Give the table an integer primary key: VACUUM may renumber the rows of others.",
    );
  }
  const quote = (name: string): string => quoteIdentifier(name, '"');
  const name = index.fullText?.name ?? "";
  const owner = quote(table.name);
  const columns = index.columns.map(({ expression }) => (expression.kind === "column" ? expression.name : ""));
  const fts = quote(name);
  const names = columns.map(quote).join(", ");
  const row = (which: "new" | "old"): string =>
    [key, ...columns].map((column) => `${which}.${quote(column)}`).join(", ");
  const add = `INSERT INTO ${fts} (rowid, ${names}) VALUES (${row("new")});`;
  const remove = `INSERT INTO ${fts} (${fts}, rowid, ${names}) VALUES ('delete', ${row("old")});`;
  const trigger = (event: "insert" | "delete" | "update", body: string): string =>
    `CREATE TRIGGER ${quote(`${name}_after_${event}`)} AFTER ${event.toUpperCase()} ON ${owner} BEGIN ${body} END`;
  return [
    `CREATE VIRTUAL TABLE ${fts} USING fts5(${names}, content=${textLiteral(table.name)}, content_rowid=${textLiteral(key)})`,
    trigger("insert", add),
    trigger("delete", remove),
    trigger("update", `${remove} ${add}`),
    `INSERT INTO ${fts} (${fts}) VALUES ('rebuild')`,
  ];
}

/** Its triggers go with the table. */
export function dropFullText(table: Table): string[] {
  return table.indexes.flatMap(({ fullText }) =>
    fullText === undefined ? [] : [`DROP TABLE IF EXISTS ${quoteIdentifier(fullText.name, '"')}`],
  );
}
