/** `Table`: a table's definition, and a FROM clause of statements. */
import { fromClause } from "../sql/expression/operators.ts";
import { nextSourceId, type ColumnNode, type TableSource } from "../sql/expression/node.ts";
import { typedElement } from "../sql/expression/typed-element.ts";
import { didYouMean } from "../util/closest-name.ts";
import type { Column, ColumnOptions } from "./column.ts";
import type {
  CheckConstraint,
  ExclusionConstraint,
  ForeignKeyConstraint,
  Index,
  PrimaryKeyConstraint,
  UniqueConstraint,
} from "./constraint.ts";
import { SchemaDefinitionError } from "./errors.ts";

export interface TableOptions {
  readonly name: string;
  readonly schema?: string | undefined;
  readonly columns: readonly ColumnOptions[];
  readonly primaryKey?: PrimaryKeyConstraint;
  readonly foreignKeys?: readonly ForeignKeyConstraint[];
  readonly uniques?: readonly UniqueConstraint[];
  readonly checks?: readonly CheckConstraint[];
  readonly exclusions?: readonly ExclusionConstraint[];
  readonly indexes?: readonly Index[];
  readonly comment?: string | undefined;
}

/**
 * A table's definition. Until it is first used, columns (`addColumn`), constraints, indexes, schema and comment (`define`)
 * may be added, because a model's `tableArgs` refer to its columns.
 */
export class Table implements TableSource {
  readonly kind = "table";
  readonly id = nextSourceId();
  readonly name: string;
  readonly #columns: Column[] = [];
  #schema: string | undefined;
  #comment: string | undefined;
  #primaryKey: PrimaryKeyConstraint;
  #foreignKeys: readonly ForeignKeyConstraint[];
  #uniques: readonly UniqueConstraint[];
  #checks: readonly CheckConstraint[];
  #exclusions: readonly ExclusionConstraint[];
  #indexes: readonly Index[];
  readonly #byName = new Map<string, Column>();
  readonly #byKey = new Map<string, Column>();

  constructor(options: TableOptions) {
    this.name = options.name;
    this.#schema = options.schema;
    this.#comment = options.comment;
    for (const column of options.columns) this.addColumn(column);
    const keys = this.#columns.filter((column) => column.primaryKey).map((column) => column.name);
    this.#primaryKey = options.primaryKey ?? { kind: "primaryKey", name: undefined, columns: keys };
    this.#foreignKeys = options.foreignKeys ?? [];
    this.#uniques = options.uniques ?? [];
    this.#checks = options.checks ?? [];
    this.#exclusions = options.exclusions ?? [];
    this.#indexes = options.indexes ?? [];
  }

  get columns(): readonly Column[] {
    return this.#columns;
  }
  get schema(): string | undefined {
    return this.#schema;
  }
  get comment(): string | undefined {
    return this.#comment;
  }
  get primaryKey(): PrimaryKeyConstraint {
    return this.#primaryKey;
  }
  get foreignKeys(): readonly ForeignKeyConstraint[] {
    return this.#foreignKeys;
  }
  get uniques(): readonly UniqueConstraint[] {
    return this.#uniques;
  }
  get checks(): readonly CheckConstraint[] {
    return this.#checks;
  }
  get exclusions(): readonly ExclusionConstraint[] {
    return this.#exclusions;
  }
  get indexes(): readonly Index[] {
    return this.#indexes;
  }
  /** "schema.name" or "name", as foreign keys and messages write it. */
  get fullName(): string {
    return this.#schema === undefined ? this.name : `${this.#schema}.${this.name}`;
  }
  /** The table as part of a statement. */
  get [fromClause](): TableSource {
    return this;
  }

  /** Add what a model's `tableArgs` say. Called once, before first use. */
  define(additions: Omit<TableOptions, "name" | "columns" | "primaryKey">): void {
    this.#schema = additions.schema ?? this.#schema;
    this.#comment = additions.comment ?? this.#comment;
    this.#foreignKeys = [...this.#foreignKeys, ...(additions.foreignKeys ?? [])];
    this.#uniques = [...this.#uniques, ...(additions.uniques ?? [])];
    this.#checks = [...this.#checks, ...(additions.checks ?? [])];
    this.#exclusions = [...this.#exclusions, ...(additions.exclusions ?? [])];
    this.#indexes = [...this.#indexes, ...(additions.indexes ?? [])];
  }

  /** The column of this SQL name. @throws SchemaDefinitionError */
  column(name: string): Column {
    const found = this.#byName.get(name);
    if (found !== undefined) return found;
    throw new SchemaDefinitionError(
      `Table '${this.fullName}' has no column '${name}'.${didYouMean(name, this.#byName.keys())}`,
    );
  }

  /** The column of this SQL name, or undefined. */
  findColumn(name: string): Column | undefined {
    return this.#byName.get(name);
  }

  /** The column of this program name, or undefined. */
  columnByKey(key: string): Column | undefined {
    return this.#byKey.get(key);
  }

  /** Add a column, before first use: a model's subclass without a table of its own stores what it adds here. */
  addColumn(options: ColumnOptions): Column {
    const key = options.key ?? options.name;
    const { name, type, secret } = options;
    const node: ColumnNode = { kind: "column", from: this, name, type, ...(secret === true ? { secret } : {}) };
    const column: Column = {
      ...options,
      key,
      primaryKey: options.primaryKey ?? false,
      index: this.#columns.length,
      node,
      element: typedElement(node),
    };
    if (this.#byName.has(options.name)) {
      throw new SchemaDefinitionError(
        `Table '${this.name}' has two columns named '${options.name}'. Give one of them another name with field(…, { name: "…" }).`,
      );
    }
    this.#byName.set(options.name, column);
    this.#byKey.set(key, column);
    this.#columns.push(column);
    return column;
  }
}
