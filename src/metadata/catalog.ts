/**
 * What a database holds, as data: tables, constraints, indexes and the objects around them, in the database's own words.
 * `dialect/<name>/inspector.ts` reads it, `migration/compare/` compares two of them, operations carry parts of it.
 *
 * Types and expressions are the texts that the database itself gives: two catalogs of one kind of database are equal where
 * their texts are. `schema` is undefined for the schema that the connection uses anyway. Everything is plain JSON: what is not
 * there is undefined, and lists are in the database's order where it has one, else sorted by name.
 */
import type { ForeignKeyAction } from "./constraint.ts";

/** All that an inspector found. */
export interface Catalog {
  /** Schemas beside the connection's own that were read. */
  readonly schemas: readonly CatalogSchema[];
  readonly tables: readonly CatalogTable[];
  readonly enums: readonly CatalogEnum[];
  readonly domains: readonly CatalogDomain[];
  /** Sequences of their own; those behind identities and serial columns belong to the column. */
  readonly sequences: readonly CatalogSequence[];
  readonly views: readonly CatalogView[];
  readonly routines: readonly CatalogRoutine[];
  readonly extensions: readonly CatalogExtension[];
}

export interface CatalogSchema {
  readonly name: string;
  readonly comment?: string | undefined;
}

/** An object's name with its schema; undefined is the connection's own. */
export interface QualifiedName {
  readonly schema?: string | undefined;
  readonly name: string;
}

export interface CatalogTable extends QualifiedName {
  /** "virtual" is SQLite's, "foreign", "partitioned" and "partition" are PostgreSQL's (a MySQL table keeps "partitioned" too). */
  readonly kind: "table" | "partitioned" | "partition" | "foreign" | "virtual";
  /** In the database's order. */
  readonly columns: readonly CatalogColumn[];
  readonly primaryKey?: CatalogKey | undefined;
  readonly uniques: readonly CatalogKey[];
  readonly foreignKeys: readonly CatalogForeignKey[];
  readonly checks: readonly CatalogCheck[];
  readonly exclusions: readonly CatalogExclusion[];
  /** Without those that a key is made of. */
  readonly indexes: readonly CatalogIndex[];
  readonly triggers: readonly CatalogTrigger[];
  readonly policies: readonly CatalogPolicy[];
  readonly comment?: string | undefined;
  /**
   * What follows CREATE TABLE's parenthesis and what ALTER TABLE … SET changes, sorted by name: "strict", "withoutRowid",
   * "autoincrement" (SQLite); "engine", "charset", "collation", "rowFormat" (MySQL); "unlogged", "rowSecurity",
   * "forceRowSecurity", "partitionBy", "partitionOf", "partitionBound", "inherits", storage parameters (PostgreSQL).
   */
  readonly options: { readonly [name: string]: string };
  /** CREATE TABLE as the database keeps it, where it keeps the text (SQLite). Never compared. */
  readonly sql?: string | undefined;
}

export interface CatalogColumn {
  readonly name: string;
  /** As the database spells it, with all arguments: "character varying(20)", "int(11)", "TEXT". */
  readonly type: string;
  readonly nullable: boolean;
  /** The DEFAULT expression, as it would be written after the word. */
  readonly default?: string | undefined;
  readonly identity?: CatalogIdentity | undefined;
  /** GENERATED ALWAYS AS (expression). */
  readonly computed?: { readonly expression: string; readonly stored: boolean } | undefined;
  /** Only where it is not the type's or the table's own. */
  readonly collation?: string | undefined;
  readonly comment?: string | undefined;
  /** The rest, sorted by name: "onUpdate", "invisible", "charset" (MySQL), "storage", "compression" (PostgreSQL). */
  readonly options?: { readonly [name: string]: string } | undefined;
}

/** GENERATED … AS IDENTITY, AUTO_INCREMENT, or a serial column (`serial`: the sequence's name). */
export interface CatalogIdentity {
  readonly always: boolean;
  readonly serial?: string | undefined;
  /** Only what differs from the database's defaults for the type. Never the counter's present value. */
  readonly start?: string | undefined;
  readonly increment?: string | undefined;
  readonly minValue?: string | undefined;
  readonly maxValue?: string | undefined;
  readonly cache?: string | undefined;
  readonly cycle?: boolean | undefined;
}

/** A primary key or a unique constraint. */
export interface CatalogKey {
  /** Undefined where the database knows it without a name. */
  readonly name: string | undefined;
  readonly columns: readonly string[];
  readonly include?: readonly string[] | undefined;
  readonly nullsNotDistinct?: boolean | undefined;
  readonly deferrable?: "immediate" | "deferred" | undefined;
  /** Prefix lengths by column (MySQL), collations or orders that differ (SQLite): what a list of names cannot say. */
  readonly details?: readonly string[] | undefined;
}

export interface CatalogForeignKey {
  readonly name: string | undefined;
  readonly columns: readonly string[];
  readonly referred: QualifiedName;
  readonly referredColumns: readonly string[];
  /** Undefined is NO ACTION. */
  readonly onDelete?: ForeignKeyAction | undefined;
  readonly onUpdate?: ForeignKeyAction | undefined;
  /** The columns of ON DELETE SET NULL (columns). */
  readonly onDeleteColumns?: readonly string[] | undefined;
  readonly match?: "full" | undefined;
  readonly deferrable?: "immediate" | "deferred" | undefined;
  /** True where rows that were there before were not checked (NOT VALID). */
  readonly notValid?: boolean | undefined;
}

export interface CatalogCheck {
  readonly name: string | undefined;
  /** The condition, without CHECK and its parentheses. */
  readonly expression: string;
  readonly noInherit?: boolean | undefined;
  readonly notValid?: boolean | undefined;
  /** NOT ENFORCED (MySQL). */
  readonly notEnforced?: boolean | undefined;
}

/** EXCLUDE, by its definition. */
export interface CatalogExclusion {
  readonly name: string;
  readonly definition: string;
}

export interface CatalogIndexColumn {
  /** Exactly one of both. */
  readonly column?: string | undefined;
  /** Without its outer parentheses. */
  readonly expression?: string | undefined;
  readonly descending?: boolean | undefined;
  /** Only where it is not the one that the direction brings (ASC: last, DESC: first; on PostgreSQL). */
  readonly nulls?: "first" | "last" | undefined;
  readonly collation?: string | undefined;
  /** Operator class with its parameters, where it is not the type's own. */
  readonly operatorClass?: string | undefined;
  /** Characters of a prefix (MySQL). */
  readonly length?: number | undefined;
}

export interface CatalogIndex {
  readonly name: string;
  readonly columns: readonly CatalogIndexColumn[];
  readonly unique: boolean;
  /** "gin", "hash", "fulltext" …; undefined is the database's own, a B-tree. */
  readonly method?: string | undefined;
  readonly include?: readonly string[] | undefined;
  readonly where?: string | undefined;
  readonly nullsNotDistinct?: boolean | undefined;
  /** True for what a failed CREATE INDEX CONCURRENTLY left. */
  readonly invalid?: boolean | undefined;
  readonly comment?: string | undefined;
  /** Storage parameters, "invisible", "parser" …, sorted by name. */
  readonly options?: { readonly [name: string]: string } | undefined;
}

export interface CatalogEnum extends QualifiedName {
  readonly values: readonly string[];
  readonly comment?: string | undefined;
}

export interface CatalogDomain extends QualifiedName {
  readonly type: string;
  readonly nullable: boolean;
  readonly default?: string | undefined;
  readonly collation?: string | undefined;
  readonly checks: readonly CatalogCheck[];
  readonly comment?: string | undefined;
}

export interface CatalogSequence extends QualifiedName {
  readonly type?: string | undefined;
  readonly start: string;
  readonly increment: string;
  readonly minValue: string;
  readonly maxValue: string;
  readonly cache: string;
  readonly cycle: boolean;
  /** The column that it goes away with. */
  readonly ownedBy?: { readonly table: QualifiedName; readonly column: string } | undefined;
  readonly comment?: string | undefined;
}

export interface CatalogView extends QualifiedName {
  readonly materialized: boolean;
  /** The whole statement that creates it again. */
  readonly definition: string;
  /** Of a materialized view. */
  readonly indexes: readonly CatalogIndex[];
  readonly columns: readonly string[];
  /** INSTEAD OF triggers, where there are any. */
  readonly triggers?: readonly CatalogTrigger[] | undefined;
  readonly comment?: string | undefined;
}

/** A function or procedure, told from its namesakes by the types of its arguments. */
export interface CatalogRoutine extends QualifiedName {
  readonly kind: "function" | "procedure" | "aggregate";
  /** Types of the arguments: "integer, text". */
  readonly arguments: string;
  readonly definition: string;
  readonly comment?: string | undefined;
}

export interface CatalogTrigger {
  readonly name: string;
  readonly definition: string;
  readonly enabled: boolean;
}

export interface CatalogPolicy {
  readonly name: string;
  readonly permissive: boolean;
  readonly command: "ALL" | "SELECT" | "INSERT" | "UPDATE" | "DELETE";
  readonly roles: readonly string[];
  readonly using?: string | undefined;
  readonly withCheck?: string | undefined;
}

export interface CatalogExtension {
  readonly name: string;
  readonly version: string;
  readonly schema?: string | undefined;
}

/** A database with nothing in it. */
export const emptyCatalog: Catalog = Object.freeze({
  schemas: [],
  tables: [],
  enums: [],
  domains: [],
  sequences: [],
  views: [],
  routines: [],
  extensions: [],
});

/** A table with nothing but a name: what a definition starts from. */
export function emptyTable(name: QualifiedName): CatalogTable {
  return {
    schema: name.schema,
    name: name.name,
    kind: "table",
    columns: [],
    uniques: [],
    foreignKeys: [],
    checks: [],
    exclusions: [],
    indexes: [],
    triggers: [],
    policies: [],
    options: {},
  };
}

/** "schema.name" or "name", for messages and flags. */
export function displayName({ schema, name }: QualifiedName): string {
  return schema === undefined ? name : `${schema}.${name}`;
}

/** A key for maps: two names are the same object where their keys are equal. */
export function nameKey({ schema, name }: QualifiedName): string {
  return schema === undefined ? JSON.stringify([name]) : JSON.stringify([schema, name]);
}

/** The table of that name, where `catalog` has it. */
export function knownTable(catalog: Catalog, name: QualifiedName): CatalogTable | undefined {
  const key = nameKey(name);
  return catalog.tables.find((table) => nameKey(table) === key);
}
