/**
 * `Operations`: what `upgrade(op)` and `downgrade(op)` call; Alembic's op. It records, and nothing is sent before the whole
 * revision is known: so it can be planned, printed as SQL, checked and resumed.
 */
import type { Dialect } from "../dialect/dialect.ts";
import { displayName } from "../metadata/catalog.ts";
import type { ColumnPosition, ConstraintKind, Operation } from "../metadata/operation.ts";
import { ArgumentError } from "../sql/errors.ts";
import { fullTextSettings, type FullTextSettings } from "../sql/search/full-text-settings.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { columnChanges, type AlterColumnOptions } from "./column-changes.ts";
import { DefinitionText } from "./definition-text.ts";
import type {
  CheckOptions,
  ConstraintElement,
  ColumnDefinition,
  DefaultValue,
  ForeignKeyOptions,
  IndexColumnDefinition,
  IndexOptions,
  KeyOptions,
  ObjectName,
  Sql,
  TableElement,
} from "./definitions.ts";
import {
  domainChanges,
  domainOf,
  type AlterDomainOptions,
  type DomainDefinition,
  type DomainOptions,
  type ExtensionOptions,
} from "./domain-text.ts";
import { newSequence, sequenceChanges, type AlterSequenceOptions, type SequenceOptions } from "./sequence-text.ts";
import { withStandardOptions, type GivenOptions } from "./standard-options.ts";

export interface ExecuteOptions {
  /** False for what the database refuses inside a transaction. */
  readonly transactional?: boolean;
}

export interface BackfillOptions {
  /** Which rows still need it. Without it, all rows are written, and an interrupted back-fill goes on where it was. */
  readonly where?: Sql;
  /** Rows a batch, each in a transaction of its own: 1,000 by default. */
  readonly batchSize?: number;
  /** Milliseconds of rest between batches. */
  readonly pause?: number;
}

/** What `op.run` is given: a connection whose SQL belongs to the migration. */
export type MigrationCallback<Connection = unknown> = (connection: Connection) => void | Promise<void>;

type ConcurrentlyOption = { readonly concurrently?: boolean };

/** Statements that write rows only. */
const dataStatement = /^\s*(insert|update|delete|replace|select|with|merge|values)\b/i;

/** Records the operations of one revision, in the words of one database. */
export class Operations {
  readonly dialect: Dialect;
  readonly #recorded: Operation[] = [];
  readonly #callbacks: MigrationCallback<never>[] = [];
  readonly #text: DefinitionText;

  constructor(dialect: Dialect) {
    this.dialect = dialect;
    this.#text = new DefinitionText(dialect);
  }

  /** What was recorded, in order. */
  get recorded(): readonly Operation[] {
    return this.#recorded;
  }

  /** The callbacks of `run`, by the `id` of their operation. */
  get callbacks(): readonly MigrationCallback<never>[] {
    return this.#callbacks;
  }

  // -------------------------------------------------------------- schemas and tables

  /** CREATE SCHEMA. */
  createSchema(name: string): void {
    this.#record({ kind: "createSchema", name });
  }

  /** DROP SCHEMA; it must be empty. */
  dropSchema(name: string): void {
    this.#record({ kind: "dropSchema", name });
  }

  /**
   * CREATE TABLE with its constraints and indexes: op.createTable("hero", [column("id", integer(), { identity: true }), primaryKey(["id"])]).
   * @param options - What only one database knows of a table. What tables of models have (STRICT on SQLite, InnoDB and utf8mb4
   * on MySQL) it has without being named; null takes it away: { strict: null }.
   */
  createTable(
    name: ObjectName,
    elements: readonly TableElement[],
    { comment, options = {} }: { readonly comment?: string; readonly options?: GivenOptions } = {},
  ): void {
    const table = this.#text.table(this.#name(name, "createTable"), elements, {
      comment,
      options: withStandardOptions(options, this.dialect.migrations),
    });
    this.#record({ kind: "createTable", table });
  }

  /** DROP TABLE, with its rows. */
  dropTable(table: ObjectName): void {
    this.#record({ kind: "dropTable", table: this.#name(table, "dropTable") });
  }

  /** ALTER TABLE … RENAME TO, within its schema. */
  renameTable(table: ObjectName, newName: string): void {
    this.#record({ kind: "renameTable", table: this.#name(table, "renameTable"), newName });
  }

  /** The table's comment; null takes it away. */
  setTableComment(table: ObjectName, comment: string | null): void {
    this.#record({
      kind: "setTableComment",
      table: this.#name(table, "setTableComment"),
      comment: comment ?? undefined,
    });
  }

  /** What one database only knows of a table, such as { unlogged: "true" }; null takes an option away. */
  setTableOptions(table: ObjectName, options: { readonly [name: string]: string | null }): void {
    const changed = Object.fromEntries(Object.entries(options).map(([name, value]) => [name, value ?? undefined]));
    this.#record({ kind: "setTableOptions", table: this.#name(table, "setTableOptions"), options: changed });
  }

  // -------------------------------------------------------------- columns

  /**
   * ALTER TABLE … ADD COLUMN.
   * @param options - `fill` is the value of rows that are there, for a column that is neither nullable nor has a default.
   */
  addColumn(
    table: ObjectName,
    column: ColumnDefinition,
    { fill, ...position }: ColumnPosition & { readonly fill?: DefaultValue } = {},
  ): void {
    this.#record({
      kind: "addColumn",
      table: this.#name(table, "addColumn"),
      column: this.#text.column(column),
      ...(fill === undefined ? {} : { fill: this.#text.default(fill) }),
      ...(position.after === undefined && position.first === undefined ? {} : { position }),
    });
  }

  /** ALTER TABLE … DROP COLUMN, with its values. */
  dropColumn(table: ObjectName, column: string): void {
    this.#record({ kind: "dropColumn", table: this.#name(table, "dropColumn"), column });
  }

  /** Change a column's type, default, nullability … Its values are kept, and checked before they are converted. */
  alterColumn(table: ObjectName, column: string, options: AlterColumnOptions): void {
    const { using, existing } = options;
    this.#record({
      kind: "alterColumn",
      table: this.#name(table, "alterColumn"),
      column,
      changes: columnChanges(this.#text, options),
      ...(using === undefined ? {} : { using: this.#text.sql(using) }),
      ...(existing === undefined ? {} : { existing: this.#text.column(existing) }),
    });
  }

  /** ALTER TABLE … RENAME COLUMN: its values stay. */
  renameColumn(table: ObjectName, column: string, newName: string): void {
    this.#record({ kind: "renameColumn", table: this.#name(table, "renameColumn"), column, newName });
  }

  // -------------------------------------------------------------- constraints

  /** ADD PRIMARY KEY; `usingIndex` makes it of a unique index that is there (PostgreSQL). */
  createPrimaryKey(
    table: ObjectName,
    columns: readonly string[],
    { usingIndex, ...options }: KeyOptions & { readonly usingIndex?: string } = {},
  ): void {
    this.#addKey("primaryKey", table, columns, options, usingIndex);
  }

  /** ADD UNIQUE; `usingIndex` makes it of a unique index that is there (PostgreSQL). */
  createUniqueConstraint(
    table: ObjectName,
    columns: readonly string[],
    { usingIndex, ...options }: KeyOptions & { readonly usingIndex?: string } = {},
  ): void {
    this.#addKey("unique", table, columns, options, usingIndex);
  }

  /** ADD FOREIGN KEY. */
  createForeignKey(
    table: ObjectName,
    columns: readonly string[],
    referred: ObjectName,
    referredColumns: readonly string[],
    options: ForeignKeyOptions = {},
  ): void {
    const name = this.#name(table, "createForeignKey");
    const key = this.#text.foreignKey({ kind: "foreignKey", columns, referred, referredColumns, ...options }, name);
    this.#record({ kind: "addConstraint", table: name, constraint: { kind: "foreignKey", ...key } });
  }

  /** ADD CHECK. */
  createCheckConstraint(table: ObjectName, name: string | null, condition: Sql, options: CheckOptions = {}): void {
    const constraint = this.#text.check({ kind: "check", name, condition, ...options });
    this.#record({
      kind: "addConstraint",
      table: this.#name(table, "createCheckConstraint"),
      constraint: { kind: "check", ...constraint },
    });
  }

  /** ADD EXCLUDE: sql`EXCLUDE USING gist (room WITH =, during WITH &&)`. */
  createExcludeConstraint(table: ObjectName, name: string, definition: Sql): void {
    const constraint = { kind: "exclusion", name, definition: this.#text.sql(definition) } as const;
    this.#record({ kind: "addConstraint", table: this.#name(table, "createExcludeConstraint"), constraint });
  }

  /**
   * DROP CONSTRAINT.
   * @param constraint - Its name, or for one without a name what it is: unique(["email"], { name: null }).
   * @param kind - Some databases have another statement for each.
   */
  dropConstraint(table: ObjectName, constraint: string | ConstraintElement, kind: ConstraintKind): void {
    const target = this.#name(table, "dropConstraint");
    if (typeof constraint === "string") {
      this.#record({ kind: "dropConstraint", table: target, constraintKind: kind, name: constraint });
      return;
    }
    const existing = this.#text.constraint(constraint, target);
    this.#record({ kind: "dropConstraint", table: target, constraintKind: kind, name: existing.name, existing });
  }

  /** RENAME CONSTRAINT. */
  renameConstraint(table: ObjectName, name: string, newName: string, kind: ConstraintKind): void {
    const target = this.#name(table, "renameConstraint");
    this.#record({ kind: "renameConstraint", table: target, constraintKind: kind, name, newName });
  }

  /** Check the rows that were there before a constraint that was added with `notValid` (PostgreSQL). */
  validateConstraint(table: ObjectName, name: string, kind: "foreignKey" | "check"): void {
    this.#record({
      kind: "validateConstraint",
      table: this.#name(table, "validateConstraint"),
      constraintKind: kind,
      name,
    });
  }

  // -------------------------------------------------------------- indexes

  /** CREATE INDEX; `concurrently` does not lock out writers (PostgreSQL), and runs outside of the transaction. */
  createIndex(
    table: ObjectName,
    name: string,
    columns: readonly (string | Sql | IndexColumnDefinition)[],
    { concurrently, ...options }: IndexOptions & ConcurrentlyOption = {},
  ): void {
    this.#record({
      kind: "createIndex",
      table: this.#name(table, "createIndex"),
      index: this.#text.index({ kind: "index", name, columns, ...options }),
      ...(concurrently === undefined ? {} : { concurrently }),
    });
  }

  /**
   * An index of words as `fullText([…])` of a model defines it: op.createFullTextIndex("article", "ft_article", ["title", "body"]).
   * GIN over `to_tsvector` on PostgreSQL, FULLTEXT on MySQL and MariaDB, an FTS5 table kept by triggers on SQLite; the rows
   * that are there are in it. `dropIndex` takes it away.
   * @throws ArgumentError for options that are none.
   */
  createFullTextIndex(
    table: ObjectName,
    name: string,
    columns: readonly string[],
    { concurrently, ...options }: FullTextSettings & ConcurrentlyOption = {},
  ): void {
    const words = fullTextSettings("createFullTextIndex()", columns.length, options);
    this.#record({
      kind: "createIndex",
      table: this.#name(table, "createFullTextIndex"),
      index: this.dialect.migrations.fullTextIndex({ name, columns, ...words }),
      ...(concurrently === undefined ? {} : { concurrently }),
    });
  }

  /** DROP INDEX. */
  dropIndex(table: ObjectName, name: string, { concurrently }: ConcurrentlyOption = {}): void {
    const target = this.#name(table, "dropIndex");
    this.#record({ kind: "dropIndex", table: target, name, ...(concurrently === undefined ? {} : { concurrently }) });
  }

  /** ALTER INDEX … RENAME TO. */
  renameIndex(table: ObjectName, name: string, newName: string): void {
    this.#record({ kind: "renameIndex", table: this.#name(table, "renameIndex"), name, newName });
  }

  // -------------------------------------------------------------- types and sequences

  /** CREATE TYPE … AS ENUM. */
  createEnum(name: ObjectName, values: readonly string[]): void {
    this.#record({ kind: "createEnum", type: { ...this.#name(name, "createEnum"), values: [...values] } });
  }

  /** DROP TYPE. */
  dropEnum(name: ObjectName): void {
    this.#record({ kind: "dropEnum", type: this.#name(name, "dropEnum") });
  }

  /** ALTER TYPE … RENAME TO. */
  renameEnum(name: ObjectName, newName: string): void {
    this.#record({ kind: "renameEnum", type: this.#name(name, "renameEnum"), newName });
  }

  /** ALTER TYPE … ADD VALUE, at the end or beside another. Takes effect before what follows. */
  addEnumValue(
    name: ObjectName,
    value: string,
    position: { readonly before?: string; readonly after?: string } = {},
  ): void {
    this.#record({ kind: "addEnumValue", type: this.#name(name, "addEnumValue"), value, ...position });
  }

  /** ALTER TYPE … RENAME VALUE. */
  renameEnumValue(name: ObjectName, value: string, newValue: string): void {
    this.#record({ kind: "renameEnumValue", type: this.#name(name, "renameEnumValue"), value, newValue });
  }

  /**
   * Another list of values, by a new type that all columns move to. Rows that hold a value which goes away stop the migration,
   * unless `mapping` says what becomes of it.
   */
  replaceEnumValues(
    name: ObjectName,
    values: readonly string[],
    { mapping }: { readonly mapping?: { readonly [value: string]: string } } = {},
  ): void {
    const type = this.#name(name, "replaceEnumValues");
    this.#record({
      kind: "replaceEnumValues",
      type,
      values: [...values],
      ...(mapping === undefined ? {} : { mapping }),
    });
  }

  /** CREATE SEQUENCE; what is left out is the database's own choice. */
  createSequence(name: ObjectName, options: SequenceOptions = {}): void {
    this.#record({
      kind: "createSequence",
      sequence: newSequence(this.#name(name, "createSequence"), options, this.dialect),
    });
  }

  /**
   * ALTER SEQUENCE. The counter stays where it is, unless the new bounds begin behind it.
   * @param options - `existing` is the sequence as it was: needed only to reverse the operation.
   */
  alterSequence(name: ObjectName, { existing, ...options }: AlterSequenceOptions): void {
    const sequence = this.#name(name, "alterSequence");
    this.#record({
      kind: "alterSequence",
      sequence,
      changes: sequenceChanges(options),
      ...(existing === undefined ? {} : { existing: newSequence(sequence, existing, this.dialect) }),
    });
  }

  /** ALTER SEQUENCE … RENAME TO. The counter goes on, and columns that draw from it draw from it under its new name. */
  renameSequence(name: ObjectName, newName: string): void {
    this.#record({ kind: "renameSequence", sequence: this.#name(name, "renameSequence"), newName });
  }

  /**
   * DROP SEQUENCE, with its counter.
   * @param options - `existing` is the sequence as it was: needed only to reverse the operation.
   */
  dropSequence(name: ObjectName, { existing }: { readonly existing?: SequenceOptions } = {}): void {
    const sequence = this.#name(name, "dropSequence");
    this.#record({
      kind: "dropSequence",
      sequence,
      ...(existing === undefined ? {} : { existing: newSequence(sequence, existing, this.dialect) }),
    });
  }

  // -------------------------------------------------------------- domains and extensions

  /** CREATE DOMAIN (PostgreSQL): op.createDomain("positive", integer(), { checks: [check("positive_check", sql`VALUE > 0`)] }). */
  createDomain(name: ObjectName, type: SqlType | Sql, options: DomainOptions = {}): void {
    const domain = domainOf(this.#name(name, "createDomain"), { type, ...options }, this.#text);
    this.#record({ kind: "createDomain", domain });
  }

  /** ALTER DOMAIN. Values of all tables have to meet what it asks for afterwards. */
  alterDomain(name: ObjectName, options: AlterDomainOptions): void {
    const domain = this.#name(name, "alterDomain");
    const { existing } = options;
    this.#record({
      kind: "alterDomain",
      domain,
      changes: domainChanges(options, this.#text),
      ...(existing === undefined ? {} : { existing: domainOf(domain, existing, this.#text) }),
    });
  }

  /** DROP DOMAIN; no column may have it. @param options - `existing` is the domain as it was: needed only to reverse the operation. */
  dropDomain(name: ObjectName, { existing }: { readonly existing?: DomainDefinition } = {}): void {
    const domain = this.#name(name, "dropDomain");
    this.#record({
      kind: "dropDomain",
      domain,
      ...(existing === undefined ? {} : { existing: domainOf(domain, existing, this.#text) }),
    });
  }

  /** CREATE EXTENSION (PostgreSQL). */
  createExtension(name: string, options: ExtensionOptions = {}): void {
    this.#record({ kind: "createExtension", extension: { name, ...options } });
  }

  /** DROP EXTENSION; nothing may depend on it. @param options - `existing`: needed only to reverse the operation. */
  dropExtension(name: string, { existing }: { readonly existing?: ExtensionOptions } = {}): void {
    this.#record({
      kind: "dropExtension",
      name,
      ...(existing === undefined ? {} : { existing: { name, ...existing } }),
    });
  }

  // -------------------------------------------------------------- views

  /** CREATE VIEW: op.createView("adult", sql`SELECT * FROM hero WHERE age >= 18`). */
  createView(name: ObjectName, query: Sql, { materialized = false }: { readonly materialized?: boolean } = {}): void {
    const view = this.#name(name, "createView");
    const quoted = [view.schema, view.name].filter((part) => part !== undefined).map((part) => this.#quote(part));
    const definition = `CREATE ${materialized ? "MATERIALIZED " : ""}VIEW ${quoted.join(".")} AS ${this.#text.sql(query)}`;
    const object = { kind: "view", view: { ...view, materialized, definition, indexes: [], columns: [] } } as const;
    this.#record({ kind: "createObject", object });
  }

  /** DROP VIEW. */
  dropView(name: ObjectName, { materialized = false }: { readonly materialized?: boolean } = {}): void {
    const view = { ...this.#name(name, "dropView"), materialized, definition: "", indexes: [], columns: [] };
    this.#record({ kind: "dropObject", object: { kind: "view", view } });
  }

  // -------------------------------------------------------------- data

  /** SQL of your own: op.execute(sql`UPDATE hero SET age = ${0} WHERE age IS NULL`). Values are written as literals. */
  execute(statement: Sql, { transactional = true }: ExecuteOptions = {}): void {
    const text = this.#text.sql(statement);
    this.#record({ kind: "execute", sql: text, transactional, dataOnly: transactional && dataStatement.test(text) });
  }

  /** INSERT of constants: op.bulkInsert("team", [{ id: 1, name: "Preventers" }]). @param types - Where a value does not tell its type. */
  bulkInsert(
    table: ObjectName,
    rows: readonly { readonly [column: string]: unknown }[],
    types: { readonly [column: string]: SqlType } = {},
  ): void {
    const name = this.#name(table, "bulkInsert");
    const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
    const literals = rows.map((row, position) =>
      columns.map((column) => {
        if (row[column] !== undefined) return this.#text.literal(row[column], types[column]);
        throw new ArgumentError(
          `bulkInsert into '${displayName(name)}': row ${String(position + 1)} has no '${column}'. Give null where there is no value.`,
        );
      }),
    );
    if (literals.length > 0) this.#record({ kind: "bulkInsert", table: name, columns, rows: literals });
  }

  /** UPDATE in batches along the primary key, each in a transaction of its own; goes on where it was after a crash. */
  backfill(
    table: ObjectName,
    set: { readonly [column: string]: DefaultValue },
    { where, batchSize = 1000, pause = 0 }: BackfillOptions = {},
  ): void {
    if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
      throw new ArgumentError(`backfill takes a batchSize of 1 or more rows, not ${String(batchSize)}.`);
    }
    this.#record({
      kind: "backfill",
      table: this.#name(table, "backfill"),
      set: Object.fromEntries(Object.entries(set).map(([name, value]) => [name, this.#text.default(value) ?? "NULL"])),
      where: where === undefined ? undefined : this.#text.sql(where),
      batchSize,
      pause,
    });
  }

  /** Code of your own with a connection; cannot be written as SQL. */
  run<Connection>(description: string, callback: MigrationCallback<Connection>): void {
    this.#callbacks.push(callback);
    this.#record({ kind: "run", description, id: this.#callbacks.length - 1 });
  }

  #addKey(
    kind: "primaryKey" | "unique",
    table: ObjectName,
    columns: readonly string[],
    options: KeyOptions,
    usingIndex: string | undefined,
  ): void {
    const name = this.#name(table, kind === "unique" ? "createUniqueConstraint" : "createPrimaryKey");
    const constraint = { kind, ...this.#text.key({ kind, columns, ...options }, name) };
    this.#record({
      kind: "addConstraint",
      table: name,
      constraint,
      ...(usingIndex === undefined ? {} : { usingIndex }),
    });
  }

  #name(name: ObjectName, operation: string): ReturnType<DefinitionText["name"]> {
    return this.#text.name(name, operation);
  }

  #quote(name: string): string {
    return this.dialect.quoteIdentifier(name);
  }

  #record(operation: Operation): void {
    this.#recorded.push(operation);
  }
}
