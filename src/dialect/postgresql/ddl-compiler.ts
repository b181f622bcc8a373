/** PostgreSQL's DDL: identities, enum types, COMMENT statements. */
import type { Column } from "../../metadata/column.ts";
import type { ExclusionConstraint, Index, UniqueConstraint } from "../../metadata/constraint.ts";
import { DdlCompiler, type NamedEnum } from "../../metadata/ddl/ddl-compiler.ts";
import type { MetaData } from "../../metadata/meta-data.ts";
import type { Sequence } from "../../metadata/sequence.ts";
import type { Table } from "../../metadata/table.ts";
import { quoteIdentifier } from "../../sql/compiler/identifier.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import type { Expression } from "../../sql/expression/node.ts";
import { vectorNode } from "../../sql/search/match-element.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { textLiteral } from "./literal.ts";
import { PostgresqlTypeCompiler } from "./type-compiler.ts";

/** Expressions that DEFAULT takes without parentheses. */
const bareDefaults: ReadonlySet<Expression["kind"]> = new Set(["bind", "function", "cast", "nextValue"]);

/** Writes definitions for PostgreSQL. */
export class PostgresqlDdlCompiler extends DdlCompiler {
  protected override readonly dialectName = "PostgreSQL";
  readonly #types = new PostgresqlTypeCompiler();
  readonly #expression: (expression: Expression) => string;

  /** @param expression - Writes an expression of a definition. */
  constructor(maxIdentifierLength: number, expression: (expression: Expression) => string) {
    super(maxIdentifierLength);
    this.#expression = expression;
  }

  protected override quote(name: string): string {
    return quoteIdentifier(name, '"');
  }

  protected override textLiteral(text: string): string {
    return textLiteral(text);
  }

  override expression(expression: Expression): string {
    return this.#expression(expression);
  }

  override createIndex(table: Table, index: Index, metadata: MetaData): string[] {
    const { fullText } = index;
    if (fullText === undefined) return super.createIndex(table, index, metadata);
    const expression = vectorNode(
      fullText,
      index.columns.map((column) => column.expression),
    );
    const columns = [{ expression, direction: "asc", nulls: undefined } as const];
    return super.createIndex(table, { ...index, method: "gin", columns }, metadata);
  }

  protected override operatorClass(name: string): string {
    return ` ${name}`;
  }

  protected override indexNullsNotDistinct(): string {
    return " NULLS NOT DISTINCT";
  }

  protected override indexStorage(storage: { readonly [name: string]: string }): string {
    const parameters = Object.entries(storage).map(([name, value]) => `${this.quote(name)} = ${textLiteral(value)}`);
    return ` WITH (${parameters.join(", ")})`;
  }

  override createEnum(type: NamedEnum): string[] {
    return [`CREATE TYPE ${this.enumName(type)} AS ENUM (${type.values.map(textLiteral).join(", ")})`];
  }

  override dropEnum(type: NamedEnum): string[] {
    return [`DROP TYPE ${this.enumName(type)}`];
  }

  override createSequence(sequence: Sequence): string[] {
    return [`CREATE SEQUENCE ${this.sequenceName(sequence)}${this.sequenceOptions(sequence)}`];
  }

  override dropSequence(sequence: Sequence): string[] {
    return [`DROP SEQUENCE ${this.sequenceName(sequence)}`];
  }

  private enumName(type: NamedEnum): string {
    const name = this.quote(this.names.written(type.name, "an enum type"));
    return type.schema === undefined ? name : `${this.quote(type.schema)}.${name}`;
  }

  protected override columnType(column: Column): string {
    const stored = storedType(column.type);
    const collation = column.collation ?? (stored.kind === "text" ? stored.collation : undefined);
    return `${this.#types.columnType(column.type)}${collation === undefined ? "" : ` COLLATE ${this.quote(collation)}`}`;
  }

  protected override generation(column: Column): string {
    const { computed, identity } = column;
    if (computed !== undefined) {
      if (!computed.stored) this.unsupported("generated columns that are not stored", "Make it a stored one.");
      return ` GENERATED ALWAYS AS (${this.expression(computed.expression)}) STORED`;
    }
    if (identity === undefined) return "";
    const options = [
      ...(identity.start === undefined ? [] : [`START WITH ${wholeNumber(identity.start)}`]),
      ...(identity.increment === undefined ? [] : [`INCREMENT BY ${wholeNumber(identity.increment)}`]),
    ];
    const sequence = options.length === 0 ? "" : ` (${options.join(" ")})`;
    return ` GENERATED ${identity.always ? "ALWAYS" : "BY DEFAULT"} AS IDENTITY${sequence}`;
  }

  protected override defaultValue(expression: Expression, type: SqlType): string {
    return bareDefaults.has(expression.kind) ? this.expression(expression) : super.defaultValue(expression, type);
  }

  protected override unique(table: Table, constraint: UniqueConstraint, metadata: MetaData): string {
    if (constraint.nullsNotDistinct !== true) return super.unique(table, constraint, metadata);
    const name = this.quote(this.names.unique(table, constraint, metadata));
    return `CONSTRAINT ${name} UNIQUE NULLS NOT DISTINCT (${this.nameList(constraint.columns)})`;
  }

  protected override exclusion(table: Table, constraint: ExclusionConstraint, metadata: MetaData): string {
    const name = this.quote(this.names.exclusion(table, constraint, metadata));
    const elements = constraint.elements.map(({ expression, operator }) => {
      const text = expression.kind === "column" ? this.quote(expression.name) : `(${this.expression(expression)})`;
      return `${text} WITH ${operator}`;
    });
    const where = constraint.where === undefined ? "" : ` WHERE (${this.expression(constraint.where)})`;
    return `CONSTRAINT ${name} EXCLUDE USING ${this.quote(constraint.method)} (${elements.join(", ")})${where}${this.deferrability(constraint)}`;
  }

  protected override typeCheck(column: Column, table: Table, metadata: MetaData): string[] {
    const stored = storedType(column.type);
    return stored.kind === "enum" && stored.name === undefined ? [this.enumCheck(column, stored, table, metadata)] : [];
  }

  protected override comments(table: Table): string[] {
    const name = this.tableName(table);
    return [
      ...(table.comment === undefined ? [] : [`COMMENT ON TABLE ${name} IS ${textLiteral(table.comment)}`]),
      ...table.columns.flatMap((column) =>
        column.comment === undefined
          ? []
          : [`COMMENT ON COLUMN ${name}.${this.quote(column.name)} IS ${textLiteral(column.comment)}`],
      ),
    ];
  }
}

function wholeNumber(value: number): string {
  return BigInt(value).toString();
}
