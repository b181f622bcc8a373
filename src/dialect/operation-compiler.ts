/**
 * Schema operations to steps: what all dialects share, in standard SQL. A dialect overrides the methods, named like the kinds of
 * operations, whose SQL it writes differently. Nothing is asked of a database: what a method must know of the table is in `catalog`.
 */
import { applyOperation } from "../metadata/apply-operation.ts";
import {
  displayName,
  nameKey,
  type Catalog,
  type CatalogColumn,
  type CatalogTable,
  type QualifiedName,
} from "../metadata/catalog.ts";
import { MissingObjectError } from "../metadata/errors.ts";
import type { OpaqueObject, Operation, OperationKind, OperationOf } from "../metadata/operation.ts";
import { CompileError } from "../sql/errors.ts";
import { DefinitionWriter } from "./definition-writer.ts";
import type { CheckStep, CompiledOperations, StatementStep, Step } from "./migration-dialect.ts";

/** One method a kind of operation. */
export type OperationSteps = { readonly [K in OperationKind]: (operation: OperationOf<K>) => readonly Step[] };

/** Rows of one INSERT of `bulkInsert`. */
const rowsAStatement = 500;

/** Base class of every dialect's operations. One object compiles one list. */
export abstract class OperationCompiler extends DefinitionWriter implements OperationSteps {
  /** What the database holds before the operation that is being compiled. */
  protected catalog: Catalog;

  constructor(catalog: Catalog) {
    super();
    this.catalog = catalog;
  }

  /** The steps of `operations`; each sees the catalog that those before it left. */
  compile(operations: readonly Operation[]): readonly CompiledOperations[] {
    return operations.map((operation) => {
      const steps = this.steps(operation);
      this.advance(operation);
      return { operations: [operation], steps };
    });
  }

  /** The steps of one operation. */
  protected steps(operation: Operation): readonly Step[] {
    return stepsOf(this, operation.kind, operation);
  }

  protected advance(operation: Operation): void {
    this.catalog = applyOperation(this.catalog, operation);
  }

  // -------------------------------------------------------------- what is there

  /** @throws MissingObjectError */
  protected table(name: QualifiedName): CatalogTable {
    const table = this.findTable(name);
    if (table === undefined) throw new MissingObjectError(`There is no table '${displayName(name)}'.`);
    return table;
  }

  protected findTable(name: QualifiedName): CatalogTable | undefined {
    const key = nameKey(name);
    return this.catalog.tables.find((candidate) => nameKey(candidate) === key);
  }

  /** @throws MissingObjectError */
  protected columnOf(table: QualifiedName, name: string): CatalogColumn {
    const column = this.table(table).columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new MissingObjectError(`Table '${displayName(table)}' has no column '${name}'.`);
    return column;
  }

  // -------------------------------------------------------------- making steps

  protected statement(sql: string): StatementStep {
    return { kind: "statement", sql, transactional: true, effect: "schema" };
  }

  /** A statement that the database refuses inside a transaction. */
  protected alone(sql: string): StatementStep {
    return { ...this.statement(sql), transactional: false };
  }

  protected data(sql: string): StatementStep {
    return { ...this.statement(sql), effect: "data" };
  }

  protected checkFirst(sql: string, problem: string, remedy: string): CheckStep {
    return { kind: "check", sql, problem, remedy };
  }

  protected alterTable(table: QualifiedName, action: string): StatementStep {
    return this.statement(`ALTER TABLE ${this.qualified(table)} ${action}`);
  }

  /**
   * A view would be left without what it reads: nobody said that it goes, so neither can the table or column.
   * @param sql - A query that returns a row where the view reads it.
   */
  protected viewCheck(view: QualifiedName, sql: string, table: QualifiedName, column?: string): CheckStep {
    const name = displayName(view);
    const what = column === undefined ? `table '${displayName(table)}'` : `column '${displayName(table)}.${column}'`;
    return this.checkFirst(
      sql,
      `View '${name}' reads ${what}, which is to be dropped.`,
      "Drop the view before with op.dropView(), and create it anew afterwards with op.createView().",
    );
  }

  // -------------------------------------------------------------- schemas

  createSchema({ name }: OperationOf<"createSchema">): readonly Step[] {
    return [this.statement(`CREATE SCHEMA ${this.quote(name)}`)];
  }

  dropSchema({ name }: OperationOf<"dropSchema">): readonly Step[] {
    return [this.statement(`DROP SCHEMA ${this.quote(name)}`)];
  }

  // -------------------------------------------------------------- tables

  createTable({ table }: OperationOf<"createTable">): readonly Step[] {
    return [
      this.statement(this.createTableText(table)),
      ...table.indexes.map((index) => this.statement(this.createIndexText(table, index))),
      ...this.tableComments(table),
      ...table.triggers.flatMap((trigger) => this.createOpaque({ kind: "trigger", table, trigger })),
      ...table.policies.flatMap((policy) => this.createOpaque({ kind: "policy", table, policy })),
    ];
  }

  /** Comments on a new table, its columns and indexes, where they are statements of their own. */
  protected tableComments(_table: CatalogTable): readonly Step[] {
    return [];
  }

  dropTable({ table }: OperationOf<"dropTable">): readonly Step[] {
    return [this.statement(`DROP TABLE ${this.qualified(table)}`)];
  }

  renameTable({ table, newName }: OperationOf<"renameTable">): readonly Step[] {
    return [this.alterTable(table, `RENAME TO ${this.quote(newName)}`)];
  }

  setTableComment(_operation: OperationOf<"setTableComment">): readonly Step[] {
    return this.unsupported("comments on tables", "Leave the comment out.");
  }

  setTableOptions(_operation: OperationOf<"setTableOptions">): readonly Step[] {
    return this.unsupported("changes of a table's options", "Make a new table and move the rows.");
  }

  // -------------------------------------------------------------- columns

  addColumn({ table, column }: OperationOf<"addColumn">): readonly Step[] {
    return [this.alterTable(table, `ADD COLUMN ${this.column(column, this.table(table))}`)];
  }

  dropColumn({ table, column }: OperationOf<"dropColumn">): readonly Step[] {
    return [this.alterTable(table, `DROP COLUMN ${this.quote(column)}`)];
  }

  abstract alterColumn(operation: OperationOf<"alterColumn">): readonly Step[];

  renameColumn({ table, column, newName }: OperationOf<"renameColumn">): readonly Step[] {
    return [this.alterTable(table, `RENAME COLUMN ${this.quote(column)} TO ${this.quote(newName)}`)];
  }

  // -------------------------------------------------------------- constraints

  addConstraint({ table, constraint, usingIndex }: OperationOf<"addConstraint">): readonly Step[] {
    if (usingIndex !== undefined)
      this.unsupported("ADD CONSTRAINT … USING INDEX", "Leave the index out: the constraint makes its own.");
    return [this.alterTable(table, `ADD ${this.constraint(constraint)}`)];
  }

  dropConstraint(operation: OperationOf<"dropConstraint">): readonly Step[] {
    const { table, name, constraintKind } = operation;
    if (name === undefined)
      throw new CompileError(
        `A ${constraintWords[constraintKind]} of table '${displayName(table)}' is to be dropped, but it has no name. Give its name.`,
      );
    return [this.alterTable(table, `DROP CONSTRAINT ${this.quote(name)}`)];
  }

  renameConstraint({ table, name, newName }: OperationOf<"renameConstraint">): readonly Step[] {
    return [this.alterTable(table, `RENAME CONSTRAINT ${this.quote(name)} TO ${this.quote(newName)}`)];
  }

  validateConstraint(_operation: OperationOf<"validateConstraint">): readonly Step[] {
    return this.unsupported("VALIDATE CONSTRAINT", "Constraints are checked when they are added: leave it out.");
  }

  // -------------------------------------------------------------- indexes

  createIndex({ table, index }: OperationOf<"createIndex">): readonly Step[] {
    return [this.statement(this.createIndexText(table, index))];
  }

  dropIndex({ name }: OperationOf<"dropIndex">): readonly Step[] {
    return [this.statement(`DROP INDEX ${this.quote(name)}`)];
  }

  renameIndex({ table, name, newName }: OperationOf<"renameIndex">): readonly Step[] {
    return [this.alterTable(table, `RENAME INDEX ${this.quote(name)} TO ${this.quote(newName)}`)];
  }

  // -------------------------------------------------------------- types

  createEnum(_operation: OperationOf<"createEnum">): readonly Step[] {
    return this.unsupportedEnum();
  }

  dropEnum(_operation: OperationOf<"dropEnum">): readonly Step[] {
    return this.unsupportedEnum();
  }

  renameEnum(_operation: OperationOf<"renameEnum">): readonly Step[] {
    return this.unsupportedEnum();
  }

  addEnumValue(_operation: OperationOf<"addEnumValue">): readonly Step[] {
    return this.unsupportedEnum();
  }

  renameEnumValue(_operation: OperationOf<"renameEnumValue">): readonly Step[] {
    return this.unsupportedEnum();
  }

  replaceEnumValues(_operation: OperationOf<"replaceEnumValues">): readonly Step[] {
    return this.unsupportedEnum();
  }

  protected unsupportedEnum(): never {
    return this.unsupported("enum types with a name", "Change the columns, or their CHECK constraints, instead.");
  }

  // -------------------------------------------------------------- sequences

  createSequence(_operation: OperationOf<"createSequence">): readonly Step[] {
    return this.unsupported("sequences", "Use an identity column.");
  }

  dropSequence(_operation: OperationOf<"dropSequence">): readonly Step[] {
    return this.unsupported("sequences", "Use an identity column.");
  }

  alterSequence(_operation: OperationOf<"alterSequence">): readonly Step[] {
    return this.unsupported("sequences", "Use an identity column.");
  }

  renameSequence(_operation: OperationOf<"renameSequence">): readonly Step[] {
    return this.unsupported("sequences", "Use an identity column.");
  }

  // -------------------------------------------------------------- domains and extensions

  createDomain(_operation: OperationOf<"createDomain">): readonly Step[] {
    return this.unsupported("domains", "Use the type itself, and a CHECK on each column.");
  }

  dropDomain(_operation: OperationOf<"dropDomain">): readonly Step[] {
    return this.unsupported("domains", "Leave it out.");
  }

  alterDomain(_operation: OperationOf<"alterDomain">): readonly Step[] {
    return this.unsupported("domains", "Leave it out.");
  }

  createExtension(_operation: OperationOf<"createExtension">): readonly Step[] {
    return this.unsupported("extensions", "Leave it out.");
  }

  dropExtension(_operation: OperationOf<"dropExtension">): readonly Step[] {
    return this.unsupported("extensions", "Leave it out.");
  }

  // -------------------------------------------------------------- what is kept by its definition

  createObject({ object }: OperationOf<"createObject">): readonly Step[] {
    return this.createOpaque(object);
  }

  dropObject({ object }: OperationOf<"dropObject">): readonly Step[] {
    return this.dropOpaque(object);
  }

  protected createOpaque(object: OpaqueObject): readonly Step[] {
    switch (object.kind) {
      case "view":
        return [
          this.statement(object.view.definition),
          ...object.view.indexes.map((index) => this.statement(this.createIndexText(object.view, index))),
        ];
      case "routine":
        return [this.statement(object.routine.definition)];
      case "trigger":
        return [this.statement(object.trigger.definition)];
      case "policy":
        return this.unsupported("policies of row security", "Leave it out.");
    }
  }

  protected dropOpaque(object: OpaqueObject): readonly Step[] {
    switch (object.kind) {
      case "view":
        return [this.statement(`DROP VIEW ${this.qualified(object.view)}`)];
      case "routine":
        return [this.statement(`DROP ${object.routine.kind.toUpperCase()} ${this.qualified(object.routine)}`)];
      case "trigger":
        return [this.statement(`DROP TRIGGER ${this.quote(object.trigger.name)}`)];
      case "policy":
        return this.unsupported("policies of row security", "Leave it out.");
    }
  }

  // -------------------------------------------------------------- data

  execute({ sql, transactional, dataOnly }: OperationOf<"execute">): readonly Step[] {
    return [{ kind: "statement", sql, transactional, effect: dataOnly ? "data" : "schema" }];
  }

  bulkInsert({ table, columns, rows }: OperationOf<"bulkInsert">): readonly Step[] {
    const head = `INSERT INTO ${this.qualified(table)} (${this.nameList(columns)}) VALUES`;
    const steps: Step[] = [];
    for (let start = 0; start < rows.length; start += rowsAStatement) {
      const lines = rows.slice(start, start + rowsAStatement).map((row) => `\n  (${row.join(", ")})`);
      steps.push(this.data(`${head}${lines.join(",")}`));
    }
    return steps;
  }

  backfill(operation: OperationOf<"backfill">): readonly Step[] {
    const keyColumns = this.table(operation.table).primaryKey?.columns;
    if (keyColumns === undefined)
      throw new CompileError(
        `Table '${displayName(operation.table)}' has no primary key to walk along in batches. Use execute() with one UPDATE instead.`,
      );
    return [{ kind: "backfill", operation, keyColumns }];
  }

  run({ id, description }: OperationOf<"run">): readonly Step[] {
    return [{ kind: "run", id, description }];
  }
}

/** Kinds of constraints in messages. */
export const constraintWords = Object.freeze({
  primaryKey: "primary key",
  unique: "unique constraint",
  foreignKey: "foreign key",
  check: "check",
  exclusion: "exclusion constraint",
} as const);

function stepsOf<K extends OperationKind>(
  compiler: OperationSteps,
  kind: K,
  operation: OperationOf<K>,
): readonly Step[] {
  return compiler[kind](operation);
}
