/** SQLite's DDL: STRICT tables, CHECKs for the types it lacks. */
import { DdlCompiler } from "../../metadata/ddl/ddl-compiler.ts";
import type { Column } from "../../metadata/column.ts";
import type { Index } from "../../metadata/constraint.ts";
import { SchemaDefinitionError } from "../../metadata/errors.ts";
import type { MetaData } from "../../metadata/meta-data.ts";
import type { Table } from "../../metadata/table.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import type { Expression } from "../../sql/expression/node.ts";
import { createFullText, fullTextParts } from "./full-text-ddl.ts";
import { textLiteral } from "./literal.ts";
import { quote, refuseSchema } from "./names.ts";
import { SqliteTypeCompiler } from "./type-compiler.ts";

/** Writes definitions for SQLite. */
export class SqliteDdlCompiler extends DdlCompiler {
  protected override readonly dialectName = "SQLite";
  readonly #types = new SqliteTypeCompiler();
  readonly #expression: (expression: Expression) => string;

  /** @param expression - Writes an expression of a definition. */
  constructor(maxIdentifierLength: number, expression: (expression: Expression) => string) {
    super(maxIdentifierLength);
    this.#expression = expression;
  }

  protected override quote(name: string): string {
    return quote(name);
  }

  protected override textLiteral(text: string): string {
    return textLiteral(text);
  }

  override expression(expression: Expression): string {
    return this.#expression(expression);
  }

  override createSchema(name: string): string[] {
    return refuseSchema(name);
  }

  protected override tableName(table: Table): string {
    if (table.schema !== undefined) refuseSchema(table.schema);
    return super.tableName(table);
  }

  /** DROP TABLE checks foreign keys on its rows; inside a transaction, whose end is when they must be right again. */
  override emptyCycle(tables: readonly Table[]): string[] {
    return ["PRAGMA defer_foreign_keys = ON", ...tables.map((table) => `DELETE FROM ${this.tableName(table)}`)];
  }

  /** STRICT: a column refuses what is not of its type, as every other database does. */
  protected override tableOptions(): string {
    return " STRICT";
  }

  protected override columnType(column: Column): string {
    const stored = storedType(column.type);
    const collation = column.collation ?? (stored.kind === "text" ? stored.collation : undefined);
    const type = this.#types.columnType(column.type);
    // What another table calls VARCHAR(20) is text here: there are no more than these types.
    const strict = strictTypes.has(type.toUpperCase()) ? type : this.#types.columnType(stored);
    return `${strict}${collation === undefined ? "" : ` COLLATE ${this.quote(collation)}`}`;
  }

  protected override generation(column: Column, table: Table): string {
    if (column.identity !== undefined && !isRowId(column, table)) {
      throw new SchemaDefinitionError(
        `Column '${column.name}' of table '${table.fullName}' is an identity, which SQLite has only for an integer that is the whole primary key.`,
      );
    }
    const { computed } = column;
    return computed === undefined
      ? ""
      : ` GENERATED ALWAYS AS (${this.expression(computed.expression)}) ${computed.stored ? "STORED" : "VIRTUAL"}`;
  }

  protected override typeCheck(column: Column, table: Table, metadata: MetaData): string[] {
    const stored = storedType(column.type);
    if (stored.kind === "enum") return [this.enumCheck(column, stored, table, metadata)];
    if (stored.kind !== "boolean") return [];
    const name = this.quote(this.names.columnCheck(table, `${column.name}_boolean`, metadata));
    return [`CONSTRAINT ${name} CHECK (${this.quote(column.name)} IN (0, 1))`];
  }

  override createIndex(table: Table, index: Index, metadata: MetaData): string[] {
    const { fullText } = index;
    if (fullText === undefined) return super.createIndex(table, index, metadata);
    const columns = index.columns.map(({ expression }) => (expression.kind === "column" ? expression.name : ""));
    const key = table.columns.find((column) => isRowId(column, table))?.name;
    return createFullText(fullTextParts(table.name, fullText.name, columns, key));
  }

  override dropTable(table: Table): string[] {
    // The triggers of a full-text index go with the table. Until then they may run: for rows of the table that refer to one another.
    const words = table.indexes.flatMap(({ fullText }) =>
      fullText === undefined ? [] : [`DROP TABLE IF EXISTS ${this.quote(fullText.name)}`],
    );
    return [...super.dropTable(table), ...words];
  }

  protected override indexMethod(index: Index): string {
    if (index.method !== undefined) this.unsupported(`index method '${index.method}'`, "Leave using() out.");
    if (index.include.length > 0) this.unsupported("INCLUDE for indexes", "Add the columns to the index itself.");
    return "";
  }

  protected override indexNulls(): string {
    return this.unsupported("order of NULLs in indexes", "Leave nullsFirst() and nullsLast() out.");
  }
}

const strictTypes: ReadonlySet<string> = new Set(["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"]);

/** True where the column is the table's rowid, which SQLite counts up itself. */
export function isRowId(column: Column, table: Table): boolean {
  const { columns } = table.primaryKey;
  const { kind } = storedType(column.type);
  return (
    columns.length === 1 &&
    columns[0] === column.name &&
    (kind === "integer" || kind === "bigint" || kind === "smallint")
  );
}
