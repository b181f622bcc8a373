/** Definitions of tables and indexes from catalog texts, as SQLite writes them. */
import type {
  CatalogColumn,
  CatalogForeignKey,
  CatalogIndex,
  CatalogKey,
  CatalogTable,
} from "../../metadata/catalog.ts";
import type { QualifiedName } from "../../metadata/catalog.ts";
import { CompileError } from "../../sql/errors.ts";
import { constraintsOf } from "../definition-writer.ts";
import { OperationCompiler } from "../operation-compiler.ts";
import { textLiteral } from "./literal.ts";
import { quote, refuseSchema } from "./names.ts";
import { isDescendingKey, rowidColumn } from "./rowid-column.ts";

const conflictResolution = /^ON CONFLICT (?:ROLLBACK|ABORT|FAIL|IGNORE|REPLACE)$/;
const keyDetail = /^(?:COLLATE "(?:[^"]|"")+")?(?:(?:^| )DESC)?$/;

/** The clauses of SQLite. */
export abstract class SqliteDefinitions extends OperationCompiler {
  protected override readonly dialectName = "SQLite";

  protected override quote(name: string): string {
    return quote(name);
  }

  protected override textLiteral(text: string): string {
    return textLiteral(text);
  }

  protected override qualified({ schema, name }: QualifiedName): string {
    if (schema !== undefined) refuseSchema(schema);
    return this.quote(name);
  }

  protected override createTableText(table: CatalogTable): string {
    if (table.comment !== undefined) this.noComment(`table '${table.name}'`);
    if (table.kind === "table") {
      if (table.columns.every(({ computed }) => computed !== undefined))
        throw new CompileError(`Table '${table.name}' would have no column that holds values. Drop the table instead.`);
      return super.createTableText(table);
    }
    if (table.kind === "virtual" && table.sql !== undefined) return table.sql;
    return this.unsupported(`${table.kind} tables`, `Create '${table.name}' with execute().`);
  }

  protected override tableConstraints(table: CatalogTable): string[] {
    return constraintsOf(table).flatMap((constraint) => {
      if (constraint.kind !== "primaryKey") return [this.constraint(constraint)];
      // Written behind its column.
      if (isRowidLike(table)) return [];
      const counts = table.options["autoincrement"] === "true";
      if (counts && rowidColumn(table) === undefined)
        throw new CompileError(
          `Table '${table.name}' has the option autoincrement, which SQLite has only for an INTEGER that is the whole primary key.`,
        );
      const text = this.constraint(constraint);
      return [counts ? text.replace(/\)(?=[^)]*$)/, " AUTOINCREMENT)") : text];
    });
  }

  protected override tableOptions(table: CatalogTable): string {
    const options = Object.entries(table.options).flatMap(([name, value]) => {
      if (name === "autoincrement" && value === "true") return [];
      if (name === "strict" && value === "true") return ["STRICT"];
      if (name === "withoutRowid" && value === "true") return ["WITHOUT ROWID"];
      return this.unsupported(`table option '${name}'`, "It has strict, withoutRowid and autoincrement, each 'true'.");
    });
    return options.length === 0 ? "" : ` ${options.join(", ")}`;
  }

  protected override column(column: CatalogColumn, table: CatalogTable): string {
    if (column.comment !== undefined) this.noComment(`column '${column.name}' of table '${table.name}'`);
    if (column.identity !== undefined && rowidColumn(table) !== column.name)
      throw new CompileError(
        `Column '${column.name}' of table '${table.name}' is an identity, which SQLite has only for an INTEGER that is the whole primary key.`,
      );
    const text = super.column(column, table);
    const key = table.primaryKey;
    if (key === undefined || !isRowidLike(table) || key.columns[0] !== column.name) return text;
    return `${text} ${this.constraintName(key.name)}PRIMARY KEY DESC${this.conflictOf(key)}`;
  }

  /** An INTEGER key counts itself up without a word. */
  protected override identity(): string {
    return "";
  }

  protected override columnOptions({ options = {}, nullable, name }: CatalogColumn): string {
    return Object.entries(options)
      .map(([option, value]) => {
        if (option !== "notNullConflict" || nullable)
          return this.unsupported(`option '${option}' of column '${name}'`, "Leave it out.");
        return this.checkedConflict(`ON CONFLICT ${value}`);
      })
      .join(" ");
  }

  protected override primaryKey(key: CatalogKey): string {
    return `PRIMARY KEY ${this.keyColumns(key)}`;
  }

  protected override unique(key: CatalogKey): string {
    if (key.nullsNotDistinct === true)
      this.unsupported("UNIQUE NULLS NOT DISTINCT", "Make the columns NOT NULL, or leave it out.");
    return `UNIQUE ${this.keyColumns(key)}`;
  }

  private keyColumns(key: CatalogKey): string {
    const { columns, details = [] } = key;
    if (key.include !== undefined && key.include.length > 0)
      this.unsupported("INCLUDE of a key", "Put the columns in an index of their own.");
    if (key.deferrable !== undefined) this.unsupported("a deferrable key", "Leave it out.");
    const parts = columns.map((column, index) => {
      const detail = details[index] ?? "";
      if (!keyDetail.test(detail)) throw new CompileError(`SQLite cannot read '${detail}' as a part of a key.`);
      return `${this.quote(column)}${detail === "" ? "" : ` ${detail}`}`;
    });
    return `(${parts.join(", ")})${this.conflictOf(key)}`;
  }

  private conflictOf({ columns, details }: CatalogKey): string {
    const text = details?.[columns.length];
    return text === undefined ? "" : ` ${this.checkedConflict(text)}`;
  }

  private checkedConflict(text: string): string {
    if (conflictResolution.test(text)) return text;
    throw new CompileError(`'${text}' is none of SQLite's ways to resolve a conflict.`);
  }

  protected override foreignKey(key: CatalogForeignKey): string {
    const text = super.foreignKey(key);
    // A table that was not there told no columns: the reference means its primary key.
    return key.referredColumns.length > 0
      ? text
      : text.replace(`${this.qualified(key.referred)} ()`, this.quote(key.referred.name));
  }

  protected override indexMethod({ method }: CatalogIndex): string {
    return method === undefined ? "" : this.unsupported(`index method '${method}'`, "Leave it out.");
  }

  protected override indexNulls(): string {
    return this.unsupported("order of NULLs in indexes", "Leave it out.");
  }

  protected override createIndexText(table: QualifiedName, index: CatalogIndex): string {
    if (index.comment !== undefined) this.noComment(`index '${index.name}'`);
    return super.createIndexText(table, index);
  }

  protected noComment(object: string): never {
    return this.unsupported("comments", `Leave the comment on ${object} out.`);
  }
}

/** A single INTEGER key whose DESC keeps it from being the rowid. */
function isRowidLike(table: CatalogTable): boolean {
  if (!isDescendingKey(table.primaryKey)) return false;
  const column = table.columns.find(({ name }) => name === table.primaryKey?.columns[0]);
  return column?.type.toUpperCase() === "INTEGER" && table.options["withoutRowid"] !== "true";
}
