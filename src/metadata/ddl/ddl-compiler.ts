/**
 * Schema objects to DDL: what all dialects share. Each `dialect/<name>/ddl-compiler.ts` overrides what it says
 * differently; `create-statements.ts` decides order and what is needed.
 */
import { CompileError } from "../../sql/errors.ts";
import type { Expression } from "../../sql/expression/node.ts";
import type { SqlType, SqlTypeOf } from "../../sql/type/sql-type.ts";
import { storedType } from "../../sql/compiler/type-compiler.ts";
import type { Column } from "../column.ts";
import {
  foreignKeyActions,
  type ExclusionConstraint,
  type ForeignKeyAction,
  type ForeignKeyConstraint,
  type Index,
  type IndexColumn,
  type UniqueConstraint,
} from "../constraint.ts";
import { SchemaDefinitionError } from "../errors.ts";
import type { MetaData } from "../meta-data.ts";
import type { Sequence } from "../sequence.ts";
import type { Table } from "../table.ts";
import { ObjectNames } from "./object-names.ts";

/** A named enum type with the schema it lives in. */
export interface NamedEnum {
  readonly schema: string | undefined;
  readonly name: string;
  readonly values: readonly string[];
}

/** Base class of every dialect's DDL. */
export abstract class DdlCompiler {
  protected abstract readonly dialectName: string;
  readonly names: ObjectNames;

  constructor(maxIdentifierLength: number) {
    this.names = new ObjectNames(maxIdentifierLength);
  }

  protected abstract quote(name: string): string;
  /** A text constant. */
  protected abstract textLiteral(text: string): string;
  /** An expression of a definition, its values written out. */
  abstract expression(expression: Expression): string;
  /** A column's type, with its collation. */
  protected abstract columnType(column: Column, table: Table, metadata: MetaData): string;

  /** CREATE SCHEMA, where the database has schemas. */
  createSchema(name: string): string[] {
    return [`CREATE SCHEMA IF NOT EXISTS ${this.quote(this.names.written(name, "a schema"))}`];
  }

  /** CREATE TYPE of a named enum, where the database has those. */
  createEnum(_type: NamedEnum): string[] {
    return [];
  }

  /** DROP TYPE of a named enum. */
  dropEnum(_type: NamedEnum): string[] {
    return [];
  }

  /** CREATE SEQUENCE. */
  createSequence(_sequence: Sequence): string[] {
    return this.unsupported("sequences", "Use an identity column, or make the number in the program.");
  }

  /** DROP SEQUENCE. */
  dropSequence(_sequence: Sequence): string[] {
    return [];
  }

  protected sequenceName({ schema, name }: Sequence): string {
    const own = this.quote(this.names.written(name, "a sequence"));
    return schema === undefined ? own : `${this.quote(schema)}.${own}`;
  }

  /** What follows the name; the database's own choice for what is not given. */
  protected sequenceOptions({ start, increment, minValue, maxValue, cache, cycle }: Sequence): string {
    const option = (words: string, value: bigint | undefined): string =>
      value === undefined ? "" : ` ${words} ${value.toString()}`;
    return [
      option("INCREMENT BY", increment),
      option("MINVALUE", minValue),
      option("MAXVALUE", maxValue),
      option("START WITH", start),
      option("CACHE", cache),
      cycle ? " CYCLE" : "",
    ].join("");
  }

  /** CREATE TABLE with all its constraints but the foreign keys in `deferred`, and its comments. */
  createTable(table: Table, metadata: MetaData, deferred: ReadonlySet<ForeignKeyConstraint> = new Set()): string[] {
    const columns = table.columns.map((column) => this.column(column, table, metadata));
    const constraints = this.constraints(table, metadata, deferred);
    const body = [...columns, ...constraints].map((line) => `\n  ${line}`).join(",");
    return [`CREATE TABLE ${this.tableName(table)} (${body}\n)${this.tableOptions(table)}`, ...this.comments(table)];
  }

  dropTable(table: Table): string[] {
    return [`DROP TABLE ${this.tableName(table)}`];
  }

  /** What makes it possible to drop tables that refer to each other, where constraints cannot be dropped before. */
  emptyCycle(_tables: readonly Table[]): string[] {
    return [];
  }

  /** CREATE INDEX. */
  createIndex(table: Table, index: Index, metadata: MetaData): string[] {
    const name = this.quote(this.names.index(table, index, metadata));
    const columns = index.columns.map((column) => this.indexColumn(column)).join(", ");
    const include = index.include.length === 0 ? "" : ` INCLUDE (${this.nameList(index.include)})`;
    const nulls = index.nullsNotDistinct === true ? this.indexNullsNotDistinct() : "";
    const storage = index.storage === undefined ? "" : this.indexStorage(index.storage);
    const where = index.where === undefined ? "" : ` WHERE ${this.expression(index.where)}`;
    return [
      `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${name} ON ${this.tableName(table)}${this.indexMethod(index)} (${columns})${include}${nulls}${storage}${where}`,
    ];
  }

  /** ALTER TABLE … ADD CONSTRAINT of a foreign key that was left out of its table. */
  addForeignKey(table: Table, constraint: ForeignKeyConstraint, metadata: MetaData): string[] {
    return [`ALTER TABLE ${this.tableName(table)} ADD ${this.foreignKey(table, constraint, metadata)}`];
  }

  /** ALTER TABLE … DROP CONSTRAINT. */
  dropForeignKey(table: Table, constraint: ForeignKeyConstraint, metadata: MetaData): string[] {
    return [
      `ALTER TABLE ${this.tableName(table)} DROP CONSTRAINT ${this.quote(this.names.foreignKey(table, constraint, metadata))}`,
    ];
  }

  protected tableName(table: Table): string {
    const name = this.quote(this.names.written(table.name, "a table"));
    return table.schema === undefined ? name : `${this.quote(table.schema)}.${name}`;
  }

  protected nameList(names: readonly string[]): string {
    return names.map((name) => this.quote(name)).join(", ");
  }

  /** What follows CREATE TABLE's parenthesis. */
  protected tableOptions(_table: Table): string {
    return "";
  }

  /** COMMENT statements; nothing where comments are part of CREATE TABLE or unknown. */
  protected comments(_table: Table): string[] {
    return [];
  }

  /** One column's definition. */
  protected column(column: Column, table: Table, metadata: MetaData): string {
    const name = this.quote(this.names.written(column.name, `a column of table '${table.fullName}'`));
    const type = this.columnType(column, table, metadata);
    return `${name} ${type}${this.generation(column, table)}${this.defaultClause(column)}${this.nullability(column)}${this.columnComment(column)}`;
  }

  /** Identity and generated columns. */
  protected abstract generation(column: Column, table: Table): string;

  protected defaultClause(column: Column): string {
    return column.serverDefault === undefined ? "" : ` DEFAULT ${this.defaultValue(column.serverDefault, column.type)}`;
  }

  /** The expression after DEFAULT: literals as they are, the rest in parentheses. */
  protected defaultValue(expression: Expression, _type: SqlType): string {
    const text = this.expression(expression);
    return expression.kind === "bind" ? text : `(${text})`;
  }

  protected nullability(column: Column): string {
    // A primary key is NOT NULL in every standard, but SQLite must be told.
    return column.nullable && !column.primaryKey ? "" : " NOT NULL";
  }

  protected columnComment(_column: Column): string {
    return "";
  }

  protected constraints(table: Table, metadata: MetaData, deferred: ReadonlySet<ForeignKeyConstraint>): string[] {
    const { columns } = table.primaryKey;
    const primaryKey =
      columns.length === 0
        ? []
        : [`CONSTRAINT ${this.quote(this.names.primaryKey(table, metadata))} PRIMARY KEY (${this.nameList(columns)})`];
    const uniques = table.uniques.map((constraint) => this.unique(table, constraint, metadata));
    const typeChecks = table.columns.flatMap((column) => this.typeCheck(column, table, metadata));
    const checks = table.checks.map((constraint) => {
      const name = this.names.check(table, constraint, metadata);
      return `${name === undefined ? "" : `CONSTRAINT ${this.quote(name)} `}CHECK (${this.expression(constraint.condition)})`;
    });
    const foreignKeys = table.foreignKeys
      .filter((constraint) => !deferred.has(constraint))
      .map((constraint) => this.foreignKey(table, constraint, metadata));
    const exclusions = table.exclusions.map((constraint) => this.exclusion(table, constraint, metadata));
    return [...primaryKey, ...uniques, ...typeChecks, ...checks, ...exclusions, ...foreignKeys];
  }

  protected exclusion(_table: Table, _constraint: ExclusionConstraint, _metadata: MetaData): string {
    return this.unsupported("exclusion constraints", "Leave exclude() out, and let a trigger refuse such rows.");
  }

  protected unique(table: Table, constraint: UniqueConstraint, metadata: MetaData): string {
    if (constraint.nullsNotDistinct === true)
      this.unsupported("UNIQUE NULLS NOT DISTINCT", "Make the columns NOT NULL.");
    return `CONSTRAINT ${this.quote(this.names.unique(table, constraint, metadata))} UNIQUE (${this.nameList(constraint.columns)})`;
  }

  /** CHECK constraints that stand for a type the database lacks. */
  protected typeCheck(_column: Column, _table: Table, _metadata: MetaData): string[] {
    return [];
  }

  /** CHECK (column IN (…)) for an enum. */
  protected enumCheck(column: Column, type: SqlTypeOf<"enum">, table: Table, metadata: MetaData): string {
    const name = this.quote(this.names.columnCheck(table, `${column.name}_enum`, metadata));
    return `CONSTRAINT ${name} CHECK (${this.quote(column.name)} IN (${type.values.map((value) => this.textLiteral(value)).join(", ")}))`;
  }

  protected foreignKey(table: Table, constraint: ForeignKeyConstraint, metadata: MetaData): string {
    const resolved = metadata.foreignKeysOf(table).find((candidate) => candidate.constraint === constraint);
    if (resolved === undefined)
      throw new SchemaDefinitionError(
        `Table '${table.fullName}' has no such foreign key on (${constraint.columns.join(", ")}).`,
      );
    const referred = `${this.tableName(resolved.referredTable)} (${this.nameList(resolved.pairs.map((pair) => pair.referred.name))})`;
    const onDelete = constraint.onDelete === undefined ? "" : ` ON DELETE ${this.action(constraint.onDelete)}`;
    const onUpdate = constraint.onUpdate === undefined ? "" : ` ON UPDATE ${this.action(constraint.onUpdate)}`;
    const name = this.quote(this.names.foreignKey(table, constraint, metadata));
    return `CONSTRAINT ${name} FOREIGN KEY (${this.nameList(constraint.columns)}) REFERENCES ${referred}${onDelete}${onUpdate}${this.deferrability(constraint)}`;
  }

  protected action(action: ForeignKeyAction): string {
    const known = foreignKeyActions.find((candidate) => candidate === action);
    if (known !== undefined) return known;
    throw new SchemaDefinitionError(
      `'${action}' is not an action of a foreign key. Use one of: ${foreignKeyActions.join(", ")}.`,
    );
  }

  protected deferrability(constraint: Pick<ForeignKeyConstraint, "deferrable">): string {
    if (constraint.deferrable === undefined) return "";
    return ` DEFERRABLE INITIALLY ${constraint.deferrable === "deferred" ? "DEFERRED" : "IMMEDIATE"}`;
  }

  /** ` USING method`. */
  protected indexMethod(index: Index): string {
    return index.method === undefined ? "" : ` USING ${this.quote(index.method)}`;
  }

  protected indexColumn(column: IndexColumn): string {
    const { expression, direction, nulls, operatorClass, length } = column;
    const text = expression.kind === "column" ? this.quote(expression.name) : `(${this.expression(expression)})`;
    const lengthText = length === undefined ? "" : this.indexLength(length);
    const classText = operatorClass === undefined ? "" : this.operatorClass(operatorClass);
    const nullsText = nulls === undefined ? "" : this.indexNulls(nulls);
    return `${text}${lengthText}${classText}${direction === "desc" ? " DESC" : ""}${nullsText}`;
  }

  /** `(length)` behind a column. */
  protected indexLength(_length: number): string {
    return this.unsupported("an index on the beginning of a column", "Leave `length` out, or index an expression.");
  }

  protected operatorClass(_name: string): string {
    return this.unsupported("operator classes of indexes", "Leave `operatorClass` out.");
  }

  protected indexNullsNotDistinct(): string {
    return this.unsupported("NULLS NOT DISTINCT", "Leave nullsNotDistinct() out.");
  }

  /** ` WITH (…)`. */
  protected indexStorage(_storage: { readonly [name: string]: string }): string {
    return this.unsupported("storage parameters of indexes", "Leave with() out.");
  }

  protected indexNulls(nulls: "first" | "last"): string {
    return nulls === "first" ? " NULLS FIRST" : " NULLS LAST";
  }

  protected unsupported(construct: string, remedy: string): never {
    throw CompileError.unsupported(this.dialectName, construct, remedy);
  }
}

/** The named enum types of `tables`, each once. @throws SchemaDefinitionError where one name has several lists of values. */
export function namedEnums(tables: readonly Table[]): NamedEnum[] {
  const found = new Map<string, NamedEnum>();
  for (const table of tables) {
    for (const column of table.columns) {
      const type = enumOf(column.type);
      if (type?.name === undefined) continue;
      const { schema } = type;
      const key = JSON.stringify([schema, type.name]);
      const known = found.get(key);
      if (known !== undefined && known.values.join("\0") !== type.values.join("\0")) {
        throw new SchemaDefinitionError(
          `The enum type '${type.name}' has different values in column '${column.name}' of table '${table.fullName}'. Give one of them another name.`,
        );
      }
      found.set(key, known ?? { schema, name: type.name, values: type.values });
    }
  }
  return [...found.values()];
}

/** The enum type inside `type`, also as an array's item. */
function enumOf(type: SqlType): SqlTypeOf<"enum"> | undefined {
  const stored = storedType(type);
  if (stored.kind === "array") return enumOf(stored.item);
  return stored.kind === "enum" ? stored : undefined;
}
