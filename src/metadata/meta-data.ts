/** `MetaData`: a set of tables and the rules that name their constraints. */
import { didYouMean } from "../util/closest-name.ts";
import type { Column } from "./column.ts";
import type { ForeignKeyConstraint } from "./constraint.ts";
import { SchemaDefinitionError, UnknownReferenceError } from "./errors.ts";
import { defaultNamingConvention, type NamingConvention } from "./naming-convention.ts";
import { sequencesIn, type Sequence } from "./sequence.ts";
import type { Table } from "./table.ts";
import type { Io } from "../io/io.ts";
import { createAllIo, dropAllIo, type SchemaConnection } from "./ddl/create-all.ts";
import { createStatements, dropStatements } from "./ddl/create-statements.ts";
import type { DdlDialect } from "./ddl/ddl-dialect.ts";

/** A foreign key with both its ends found. */
export interface ResolvedForeignKey {
  readonly constraint: ForeignKeyConstraint;
  readonly table: Table;
  readonly referredTable: Table;
  readonly pairs: readonly { readonly column: Column; readonly referred: Column }[];
}

/**
 * Completes a table before it is used; false where that cannot be done yet, to be asked again. `isFinal` says that the
 * definition is about to be read as a whole, so that nothing can be added after it.
 */
export type TableCompletion = (isFinal: boolean) => boolean;

/** What runs DDL on the spot: `Engine`. */
export interface SchemaEngine {
  run<T>(work: (connection: SchemaConnection) => Io<T>): T;
}

/** What runs DDL and is awaited: `AsyncEngine`. */
export interface AsyncSchemaEngine {
  run<T>(work: (connection: SchemaConnection) => Io<T>): Promise<T>;
}

/** Models whose tables are meant, named because nothing else may have touched their classes yet. */
export interface ModelOptions {
  readonly models?: readonly { readonly tableName: string }[];
}

export class MetaData {
  readonly namingConvention: NamingConvention;
  readonly #tables = new Set<Table>();
  readonly #sequences = new Set<Sequence>();
  #completions: TableCompletion[] = [];

  constructor(options: { readonly namingConvention?: Partial<NamingConvention> } = {}) {
    this.namingConvention = { ...defaultNamingConvention, ...options.namingConvention };
  }

  /** All tables, in the order they were defined. Nothing can be added to their definitions afterwards. */
  get tables(): readonly Table[] {
    this.#complete(true);
    return [...this.#tables];
  }

  /** Add a table. @throws SchemaDefinitionError where there is one of the same name, found when the set is used. */
  add(table: Table): void {
    this.#tables.add(table);
  }

  /**
   * All sequences: those that were made with this MetaData, and those that its columns' defaults draw from.
   * @throws SchemaDefinitionError where two have one name.
   */
  get sequences(): readonly Sequence[] {
    const used = this.tables.flatMap(({ columns }) =>
      columns.flatMap(({ serverDefault }) => sequencesIn(serverDefault)),
    );
    const all = new Set([...this.#sequences, ...used]);
    const byName = new Map([...all].map((sequence) => [sequence.fullName, sequence]));
    for (const sequence of all) {
      if (byName.get(sequence.fullName) === sequence) continue;
      throw new SchemaDefinitionError(
        `Two sequences are named '${sequence.fullName}'. Use one object for both, or give one of them another name.`,
      );
    }
    return [...all];
  }

  /** Add a sequence, which is created and dropped with the tables. */
  addSequence(sequence: Sequence): void {
    this.#sequences.add(sequence);
  }

  /** Forget a table (a test's, or one that reflection replaced). */
  remove(table: Table): void {
    this.#tables.delete(table);
  }

  /** Create the tables that do not exist yet, in the order of their foreign keys. */
  createAll(engine: AsyncSchemaEngine, options?: ModelOptions): Promise<void>;
  createAll(engine: SchemaEngine, options?: ModelOptions): void;
  createAll(engine: SchemaEngine | AsyncSchemaEngine, options: ModelOptions = {}): unknown {
    meet(options);
    return engine.run((connection) => createAllIo(this, connection));
  }

  /** Drop the tables that exist, children first. Their rows are lost. */
  dropAll(engine: AsyncSchemaEngine, options?: ModelOptions): Promise<void>;
  dropAll(engine: SchemaEngine, options?: ModelOptions): void;
  dropAll(engine: SchemaEngine | AsyncSchemaEngine, options: ModelOptions = {}): unknown {
    meet(options);
    return engine.run((connection) => dropAllIo(this, connection));
  }

  /** The DDL that creates all tables in an empty database; needs no connection. */
  createStatements(dialect: DdlDialect, options: ModelOptions = {}): string[] {
    meet(options);
    return createStatements(this, dialect);
  }

  /** The DDL that drops all tables. */
  dropStatements(dialect: DdlDialect, options: ModelOptions = {}): string[] {
    meet(options);
    return dropStatements(this, dialect);
  }

  /** Have a table completed before it is next used: models read their `tableArgs` there. */
  onUse(completion: TableCompletion): void {
    this.#completions.push(completion);
  }

  /** Complete the definitions, as far as that can be done yet, and check that names are unique. */
  configure(): void {
    this.#complete(false);
  }

  #complete(isFinal: boolean): void {
    const completions = this.#completions;
    if (completions.length === 0) return;
    this.#completions = [];
    const waiting = completions.filter((completion) => !completion(isFinal));
    this.#completions.push(...waiting);
    if (waiting.length === completions.length) return;
    const names = new Set<string>();
    for (const table of this.#tables) {
      if (names.has(table.fullName)) {
        throw new SchemaDefinitionError(
          `Two tables are named '${table.fullName}'. Rename one, or give one of them another schema.`,
        );
      }
      names.add(table.fullName);
    }
  }

  /** The table of this name ("team" or "app.team"), or undefined. */
  findTable(fullName: string): Table | undefined {
    this.configure();
    for (const table of this.#tables) if (table.fullName === fullName) return table;
    return undefined;
  }

  /** The foreign keys of `table` with the tables and columns they refer to. @throws UnknownReferenceError */
  foreignKeysOf(table: Table): ResolvedForeignKey[] {
    this.configure();
    return table.foreignKeys.map((constraint) => this.#resolve(table, constraint));
  }

  #resolve(table: Table, constraint: ForeignKeyConstraint): ResolvedForeignKey {
    const written = constraint.referredTable;
    const inSameSchema = table.schema === undefined || written.includes(".") ? undefined : `${table.schema}.${written}`;
    const referredTable =
      (inSameSchema === undefined ? undefined : this.findTable(inSameSchema)) ??
      // ".team" is the one without a schema, even where the same schema has one.
      this.findTable(written.startsWith(".") ? written.slice(1) : written);
    const key = `The foreign key (${constraint.columns.join(", ")}) of table '${table.fullName}'`;
    if (referredTable === undefined) {
      const names = [...this.#tables].map((known) => known.fullName);
      throw new UnknownReferenceError(
        `${key} refers to table '${written}', which no model defines.${didYouMean(written, names)} Import the model that defines it before the tables are used.`,
      );
    }
    const pairs = constraint.columns.map((name, index) => {
      const referredName = constraint.referredColumns[index] ?? "";
      const referred = referredTable.findColumn(referredName) ?? referredTable.columnByKey(referredName);
      if (referred === undefined) {
        const names = referredTable.columns.map((column) => column.name);
        throw new UnknownReferenceError(
          `${key} refers to column '${referredName}', which table '${referredTable.fullName}' does not have.${didYouMean(referredName, names)}`,
        );
      }
      return { column: table.column(name), referred };
    });
    return { constraint, table, referredTable, pairs };
  }
}

/** A model's class is known from its first use: reading its table's name is one. */
function meet({ models = [] }: ModelOptions): void {
  for (const model of models) void model.tableName;
}
