/** Columns, constraints and indexes as revision files write them: `column("phone", varchar(20), { nullable: true })`. */
import type { ForeignKeyAction } from "../metadata/constraint.ts";
import type { QualifiedName } from "../metadata/catalog.ts";
import type { SqlTemplate } from "../sql/expression/operators.ts";
import type { SqlType } from "../sql/type/sql-type.ts";

/** A table's or type's name; with its schema where that is not the connection's own. */
export type ObjectName = string | QualifiedName;

/** Text of SQL: always from a template of the program's own. */
export type Sql = SqlTemplate<unknown>;

/** A constant, or an expression of the database: `1`, `"active"`, sql`now()`. */
export type DefaultValue = Sql | string | number | bigint | boolean;

/** How an identity or a sequence counts. */
export interface CounterOptions {
  readonly start?: number | bigint;
  readonly increment?: number | bigint;
  readonly minValue?: number | bigint;
  readonly maxValue?: number | bigint;
  /** How many numbers a connection takes at a time. */
  readonly cache?: number | bigint;
  readonly cycle?: boolean;
}

export interface IdentityOptions extends CounterOptions {
  /** True: the database refuses values from others (PostgreSQL). */
  readonly always?: boolean;
  /** The name of the sequence of a serial column (PostgreSQL's older kind of identity). */
  readonly serial?: string;
}

export interface ColumnDefinitionOptions {
  /** False by default, as in models. */
  readonly nullable?: boolean;
  readonly default?: DefaultValue;
  /** Counted up by the database. */
  readonly identity?: boolean | IdentityOptions;
  /** GENERATED ALWAYS AS (…), stored unless `stored: false`. */
  readonly generated?: Sql;
  readonly stored?: boolean;
  readonly collation?: string;
  readonly comment?: string;
  /** What only one database has: `{ onUpdate: "current_timestamp(6)" }`. */
  readonly options?: { readonly [name: string]: string };
}

/** A column of `createTable` or `addColumn`. */
export interface ColumnDefinition extends ColumnDefinitionOptions {
  readonly kind: "column";
  readonly name: string;
  readonly type: SqlType | Sql;
}

/**
 * A column.
 * @param type - varchar(20), integer() …, or the database's own words: sql`vector(3)`.
 */
export function column(name: string, type: SqlType | Sql, options: ColumnDefinitionOptions = {}): ColumnDefinition {
  return { kind: "column", name, type, ...options };
}

export interface KeyOptions {
  /** The constraint's name; `null` for one without a name. Left out, it is "pk_table", "uq_table_column". */
  readonly name?: string | null;
  readonly include?: readonly string[];
  readonly nullsNotDistinct?: boolean;
  readonly deferrable?: "immediate" | "deferred";
  readonly details?: readonly string[];
}

export interface KeyDefinition extends KeyOptions {
  readonly kind: "primaryKey" | "unique";
  readonly columns: readonly string[];
}

/** PRIMARY KEY of `createTable`. */
export function primaryKey(columns: readonly string[], options: KeyOptions = {}): KeyDefinition {
  return { kind: "primaryKey", columns, ...options };
}

/** UNIQUE of `createTable`. */
export function unique(columns: readonly string[], options: KeyOptions = {}): KeyDefinition {
  return { kind: "unique", columns, ...options };
}

export interface ForeignKeyOptions {
  /** Left out, it is "fk_table_column_referred". */
  readonly name?: string | null;
  readonly onDelete?: ForeignKeyAction;
  readonly onUpdate?: ForeignKeyAction;
  readonly onDeleteColumns?: readonly string[];
  readonly match?: "full";
  readonly deferrable?: "immediate" | "deferred";
  /** Leave rows that are there unchecked, until `validateConstraint` (PostgreSQL). */
  readonly notValid?: boolean;
}

export interface ForeignKeyDefinition extends ForeignKeyOptions {
  readonly kind: "foreignKey";
  readonly columns: readonly string[];
  readonly referred: ObjectName;
  readonly referredColumns: readonly string[];
}

/** FOREIGN KEY of `createTable`. */
export function foreignKey(
  columns: readonly string[],
  referred: ObjectName,
  referredColumns: readonly string[],
  options: ForeignKeyOptions = {},
): ForeignKeyDefinition {
  return { kind: "foreignKey", columns, referred, referredColumns, ...options };
}

export interface CheckOptions {
  readonly noInherit?: boolean;
  readonly notValid?: boolean;
  readonly notEnforced?: boolean;
}

export interface CheckDefinition extends CheckOptions {
  readonly kind: "check";
  readonly name: string | null;
  readonly condition: Sql;
}

/** CHECK of `createTable`. */
export function check(name: string | null, condition: Sql, options: CheckOptions = {}): CheckDefinition {
  return { kind: "check", name, condition, ...options };
}

export interface ExclusionDefinition {
  readonly kind: "exclusion";
  readonly name: string;
  readonly definition: Sql;
}

/** EXCLUDE of `createTable`: exclude("no_overlap", sql`EXCLUDE USING gist (room WITH =, during WITH &&)`). */
export function exclude(name: string, definition: Sql): ExclusionDefinition {
  return { kind: "exclusion", name, definition };
}

/** One column of an index, where its name alone does not say it. */
export interface IndexColumnDefinition {
  /** A column's name, or an expression. */
  readonly on: string | Sql;
  readonly descending?: boolean;
  readonly nulls?: "first" | "last";
  readonly collation?: string;
  readonly operatorClass?: string;
  /** Characters of a prefix (MySQL). */
  readonly length?: number;
}

export interface IndexOptions {
  readonly unique?: boolean;
  readonly method?: string;
  readonly include?: readonly string[];
  readonly where?: Sql;
  readonly nullsNotDistinct?: boolean;
  readonly comment?: string;
  readonly options?: { readonly [name: string]: string };
}

export interface IndexDefinition extends IndexOptions {
  readonly kind: "index";
  readonly name: string;
  readonly columns: readonly (string | Sql | IndexColumnDefinition)[];
}

/** An index of `createTable`. */
export function index(
  name: string,
  columns: readonly (string | Sql | IndexColumnDefinition)[],
  options: IndexOptions = {},
): IndexDefinition {
  return { kind: "index", name, columns, ...options };
}

/** A constraint of `createTable`, and what `dropConstraint` takes for one without a name. */
export type ConstraintElement = KeyDefinition | ForeignKeyDefinition | CheckDefinition | ExclusionDefinition;

/** What `createTable` takes. */
export type TableElement = ColumnDefinition | ConstraintElement | IndexDefinition;
