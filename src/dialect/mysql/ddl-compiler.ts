/** MySQL's DDL: InnoDB tables whose texts are equal where JavaScript says so, comments inside CREATE TABLE. */
import type { Column } from "../../metadata/column.ts";
import type { ForeignKeyAction, ForeignKeyConstraint, Index } from "../../metadata/constraint.ts";
import { DdlCompiler } from "../../metadata/ddl/ddl-compiler.ts";
import type { MetaData } from "../../metadata/meta-data.ts";
import type { Sequence } from "../../metadata/sequence.ts";
import type { Table } from "../../metadata/table.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import type { Expression } from "../../sql/expression/node.ts";
import { CompileError } from "../../sql/errors.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { wholeNumber } from "../definition-writer.ts";
import type { MysqlFlavour } from "./capabilities.ts";
import { fullTextAlgorithm } from "./full-text-algorithm.ts";
import { plainTextLiteral, textLiteral } from "./literal.ts";
import { MysqlTypeCompiler } from "./type-compiler.ts";

const indexMethods: { readonly [method: string]: string } = Object.freeze({ btree: "BTREE", hash: "HASH" });

/** Writes definitions for MySQL. */
export class MysqlDdlCompiler extends DdlCompiler {
  protected override readonly dialectName: string;
  readonly #flavour: MysqlFlavour;
  readonly #types: MysqlTypeCompiler;
  readonly #expression: (expression: Expression) => string;

  /** @param expression - Writes an expression of a definition. */
  constructor(maxIdentifierLength: number, flavour: MysqlFlavour, expression: (expression: Expression) => string) {
    super(maxIdentifierLength);
    this.dialectName = flavour.isMariaDb ? "MariaDB" : "MySQL";
    this.#flavour = flavour;
    this.#types = new MysqlTypeCompiler(flavour);
    this.#expression = expression;
  }

  protected override quote(name: string): string {
    return quoteIdentifier(name, "`");
  }

  protected override textLiteral(text: string): string {
    return textLiteral(text);
  }

  override expression(expression: Expression): string {
    return this.#expression(expression);
  }

  override createSequence(sequence: Sequence): string[] {
    if (!this.#flavour.isMariaDb) return super.createSequence(sequence);
    return [`CREATE SEQUENCE ${this.sequenceName(sequence)}${this.sequenceOptions(sequence)} ENGINE=InnoDB`];
  }

  override dropSequence(sequence: Sequence): string[] {
    return [`DROP SEQUENCE ${this.sequenceName(sequence)}`];
  }

  protected override tableOptions(table: Table): string {
    const start = table.columns.find((column) => column.identity?.start !== undefined)?.identity?.start;
    const counter = start === undefined ? "" : ` AUTO_INCREMENT=${BigInt(start).toString()}`;
    const comment = table.comment === undefined ? "" : ` COMMENT=${plainTextLiteral(table.comment)}`;
    return ` ENGINE=InnoDB${counter} DEFAULT CHARSET=utf8mb4 COLLATE=${this.#flavour.collation}${comment}`;
  }

  protected override columnType(column: Column, table: Table, metadata: MetaData): string {
    const isKey = isKeyColumn(column, table, metadata);
    const type = isKey ? this.#types.keyColumnType(column.type) : this.#types.columnType(column.type);
    const stored = storedType(column.type);
    const collation = column.collation ?? (stored.kind === "text" ? stored.collation : undefined);
    return `${type}${collation === undefined ? "" : ` COLLATE ${this.quote(collation)}`}`;
  }

  protected override generation(column: Column): string {
    const { computed, identity } = column;
    if (computed !== undefined) {
      return ` GENERATED ALWAYS AS (${this.expression(computed.expression)}) ${computed.stored ? "STORED" : "VIRTUAL"}`;
    }
    if (identity?.increment !== undefined && identity.increment !== 1)
      this.unsupported("increment of one identity", "Leave `increment` out.");
    return identity === undefined ? "" : " AUTO_INCREMENT";
  }

  protected override nullability(column: Column): string {
    // MariaDB takes no NOT NULL on a generated column.
    return column.computed !== undefined && this.#flavour.isMariaDb ? "" : super.nullability(column);
  }

  /** Long texts, JSON and bytes take no literal, but any expression. */
  protected override defaultValue(expression: Expression, type: SqlType): string {
    const text = this.expression(expression);
    const isLiteral = expression.kind === "bind" && !text.startsWith("CONVERT(");
    return isLiteral && takesLiteral(storedType(type)) ? text : `(${text})`;
  }

  protected override columnComment(column: Column): string {
    return column.comment === undefined ? "" : ` COMMENT ${plainTextLiteral(column.comment)}`;
  }

  protected override action(action: ForeignKeyAction): string {
    if (action === "SET DEFAULT")
      this.unsupported("SET DEFAULT for foreign keys", "Use SET NULL, or set the default in the program.");
    return super.action(action);
  }

  protected override deferrability(constraint: Pick<ForeignKeyConstraint, "deferrable">): string {
    if (constraint.deferrable !== undefined)
      this.unsupported("deferrable constraints", "Leave `deferrable` out, and insert what is referred to first.");
    return "";
  }

  override dropForeignKey(table: Table, constraint: ForeignKeyConstraint, metadata: MetaData): string[] {
    return [
      `ALTER TABLE ${this.tableName(table)} DROP FOREIGN KEY ${this.quote(this.names.foreignKey(table, constraint, metadata))}`,
    ];
  }

  override createIndex(table: Table, index: Index, metadata: MetaData): string[] {
    if (index.where !== undefined)
      this.unsupported("partial indexes", "Leave where() out, or index a generated column.");
    if (index.include.length > 0) this.unsupported("INCLUDE for indexes", "Add the columns to the index itself.");
    if (this.#flavour.isMariaDb && index.columns.some(({ expression }) => expression.kind !== "column")) {
      this.unsupported("indexes on expressions", "Index a generated column instead.");
    }
    const statements = super.createIndex(table, index, metadata);
    if (index.fullText === undefined) return statements;
    const algorithm = fullTextAlgorithm(this.#flavour);
    const tail = algorithm === undefined ? "" : ` ${algorithm}`;
    return statements.map((text) => text.replace(/^CREATE INDEX/, "CREATE FULLTEXT INDEX") + tail);
  }

  protected override indexMethod(index: Index): string {
    if (index.method === undefined || index.fullText !== undefined) return "";
    if (Object.hasOwn(indexMethods, index.method)) return ` USING ${indexMethods[index.method] ?? ""}`;
    throw CompileError.unsupported(this.dialectName, `index method '${index.method}'`, "Use btree or hash.");
  }

  protected override indexLength(length: number): string {
    return `(${wholeNumber(String(length))})`;
  }

  protected override indexStorage(storage: { readonly [name: string]: string }): string {
    const { invisible, parser, ...others } = storage;
    if (Object.keys(others).length > 0) super.indexStorage(others);
    const hidden = this.#flavour.isMariaDb ? " IGNORED" : " INVISIBLE";
    return `${parser === undefined ? "" : ` WITH PARSER ${this.quote(parser)}`}${invisible === undefined ? "" : hidden}`;
  }

  protected override indexNulls(): string {
    return this.unsupported("order of NULLs in indexes", "Leave nullsFirst() and nullsLast() out.");
  }
}

/** True where an index needs the column's length: of the primary key, a unique key, an index, or either side of a foreign key. */
function isKeyColumn(column: Column, table: Table, metadata: MetaData): boolean {
  const { name } = column;
  if (column.primaryKey || table.primaryKey.columns.includes(name)) return true;
  if (table.uniques.some((unique) => unique.columns.includes(name))) return true;
  if (table.foreignKeys.some((key) => key.columns.includes(name))) return true;
  if (
    table.indexes.some(
      (index) =>
        index.fullText === undefined &&
        index.columns.some(
          ({ expression, length }) => expression.kind === "column" && expression.name === name && length === undefined,
        ),
    )
  )
    return true;
  return metadata.tables.some((other) =>
    metadata.foreignKeysOf(other).some(({ pairs }) => pairs.some(({ referred }) => referred === column)),
  );
}

function takesLiteral(type: SqlType): boolean {
  if (type.kind === "text") return type.length !== undefined;
  return type.kind !== "json" && type.kind !== "array" && type.kind !== "bytes";
}
