/**
 * Changes of a schema as data: what migrations are made of. They can be printed, compared, reversed (`reverse-operation.ts`),
 * applied to a catalog without a database (`apply-operation.ts`) and turned into SQL (`dialect/<name>/operation-compiler.ts`).
 *
 * An operation does what it says and nothing more: a column of an enum type creates no type, a boolean brings no CHECK. Where
 * something goes away or changes, `existing` is what was there; without it the operation cannot be reversed.
 */
import type {
  CatalogCheck,
  CatalogColumn,
  CatalogDomain,
  CatalogEnum,
  CatalogExclusion,
  CatalogExtension,
  CatalogForeignKey,
  CatalogIndex,
  CatalogKey,
  CatalogPolicy,
  CatalogRoutine,
  CatalogSequence,
  CatalogTable,
  CatalogTrigger,
  CatalogView,
  QualifiedName,
} from "./catalog.ts";

export type Operation =
  | SchemaOperation
  | TableOperation
  | ColumnOperation
  | ConstraintOperation
  | IndexOperation
  | TypeOperation
  | SequenceOperation
  | DomainOperation
  | ExtensionOperation
  | OpaqueOperation
  | DataOperation;

export type OperationKind = Operation["kind"];
export type OperationOf<K extends OperationKind> = Extract<Operation, { readonly kind: K }>;

// ---------------------------------------------------------------- schemas

export type SchemaOperation =
  { readonly kind: "createSchema"; readonly name: string } | { readonly kind: "dropSchema"; readonly name: string };

// ---------------------------------------------------------------- tables

export type TableOperation =
  /** With its columns, constraints, indexes and comment; its foreign keys where the tables they refer to exist by then. */
  | { readonly kind: "createTable"; readonly table: CatalogTable }
  | { readonly kind: "dropTable"; readonly table: QualifiedName; readonly existing?: CatalogTable | undefined }
  | { readonly kind: "renameTable"; readonly table: QualifiedName; readonly newName: string }
  | {
      readonly kind: "setTableComment";
      readonly table: QualifiedName;
      readonly comment: string | undefined;
      readonly existing?: { readonly comment: string | undefined } | undefined;
    }
  /** Options that change; undefined takes one away. */
  | {
      readonly kind: "setTableOptions";
      readonly table: QualifiedName;
      readonly options: { readonly [name: string]: string | undefined };
      readonly existing?: { readonly [name: string]: string | undefined } | undefined;
    };

// ---------------------------------------------------------------- columns

/** Where a new column goes: behind another, or first. At the end where neither is said, or the database knows no other place. */
export interface ColumnPosition {
  readonly after?: string | undefined;
  readonly first?: boolean | undefined;
}

/** What changes of a column; a key that is there with `undefined` takes the thing away. */
export interface ColumnChanges {
  readonly type?: string;
  readonly nullable?: boolean;
  readonly default?: string | undefined;
  readonly identity?: CatalogColumn["identity"];
  readonly computed?: CatalogColumn["computed"];
  readonly collation?: string | undefined;
  readonly comment?: string | undefined;
  readonly options?: CatalogColumn["options"];
}

export type ColumnOperation =
  | {
      readonly kind: "addColumn";
      readonly table: QualifiedName;
      readonly column: CatalogColumn;
      readonly position?: ColumnPosition | undefined;
      /** A value for the rows that are there, as SQL: needed for NOT NULL without a default. */
      readonly fill?: string | undefined;
    }
  /** With the constraints and indexes of its table that use it. */
  | {
      readonly kind: "dropColumn";
      readonly table: QualifiedName;
      readonly column: string;
      readonly existing?: CatalogColumn | undefined;
      /** Where it was, for the reverse. */
      readonly position?: ColumnPosition | undefined;
    }
  | {
      readonly kind: "alterColumn";
      readonly table: QualifiedName;
      readonly column: string;
      readonly changes: ColumnChanges;
      /** The conversion of a type change, over the old column: "code::integer". */
      readonly using?: string | undefined;
      /** The column as it was. */
      readonly existing?: CatalogColumn | undefined;
    }
  | {
      readonly kind: "renameColumn";
      readonly table: QualifiedName;
      readonly column: string;
      readonly newName: string;
    };

// ---------------------------------------------------------------- constraints

export type ConstraintDefinition =
  | ({ readonly kind: "primaryKey" } & CatalogKey)
  | ({ readonly kind: "unique" } & CatalogKey)
  | ({ readonly kind: "foreignKey" } & CatalogForeignKey)
  | ({ readonly kind: "check" } & CatalogCheck)
  | ({ readonly kind: "exclusion" } & CatalogExclusion);

export type ConstraintKind = ConstraintDefinition["kind"];

export type ConstraintOperation =
  | {
      readonly kind: "addConstraint";
      readonly table: QualifiedName;
      readonly constraint: ConstraintDefinition;
      /** The unique index that the key is made of (PostgreSQL's USING INDEX). */
      readonly usingIndex?: string | undefined;
    }
  | {
      readonly kind: "dropConstraint";
      readonly table: QualifiedName;
      readonly constraintKind: ConstraintKind;
      /** Undefined for one that the database knows without a name: `existing` then says which. */
      readonly name: string | undefined;
      readonly existing?: ConstraintDefinition | undefined;
    }
  | {
      readonly kind: "renameConstraint";
      readonly table: QualifiedName;
      readonly constraintKind: ConstraintKind;
      readonly name: string;
      readonly newName: string;
    }
  /** Check the rows that were there before a NOT VALID constraint. */
  | {
      readonly kind: "validateConstraint";
      readonly table: QualifiedName;
      readonly constraintKind: "foreignKey" | "check";
      readonly name: string;
    };

// ---------------------------------------------------------------- indexes

export type IndexOperation =
  | {
      readonly kind: "createIndex";
      readonly table: QualifiedName;
      readonly index: CatalogIndex;
      /** Without locking out writers, where the database can; runs outside of a transaction there. */
      readonly concurrently?: boolean | undefined;
    }
  | {
      readonly kind: "dropIndex";
      readonly table: QualifiedName;
      readonly name: string;
      readonly concurrently?: boolean | undefined;
      readonly existing?: CatalogIndex | undefined;
    }
  | {
      readonly kind: "renameIndex";
      readonly table: QualifiedName;
      readonly name: string;
      readonly newName: string;
    };

// ---------------------------------------------------------------- types

export type TypeOperation =
  | { readonly kind: "createEnum"; readonly type: CatalogEnum }
  | { readonly kind: "dropEnum"; readonly type: QualifiedName; readonly existing?: CatalogEnum | undefined }
  | { readonly kind: "renameEnum"; readonly type: QualifiedName; readonly newName: string }
  /** At the end, or beside another value. */
  | {
      readonly kind: "addEnumValue";
      readonly type: QualifiedName;
      readonly value: string;
      readonly before?: string | undefined;
      readonly after?: string | undefined;
      readonly existing?: CatalogEnum | undefined;
    }
  | {
      readonly kind: "renameEnumValue";
      readonly type: QualifiedName;
      readonly value: string;
      readonly newValue: string;
    }
  /**
   * New values in a new order, by a new type that all columns are moved to. Rows that hold a value which goes away stop it,
   * unless `mapping` says what becomes of it.
   */
  | {
      readonly kind: "replaceEnumValues";
      readonly type: QualifiedName;
      readonly values: readonly string[];
      readonly mapping?: { readonly [value: string]: string } | undefined;
      readonly existing?: CatalogEnum | undefined;
    };

// ---------------------------------------------------------------- sequences

export type SequenceOperation =
  | { readonly kind: "createSequence"; readonly sequence: CatalogSequence }
  | { readonly kind: "dropSequence"; readonly sequence: QualifiedName; readonly existing?: CatalogSequence | undefined }
  | {
      readonly kind: "alterSequence";
      readonly sequence: QualifiedName;
      readonly changes: Partial<Omit<CatalogSequence, "name" | "schema">>;
      readonly existing?: CatalogSequence | undefined;
    }
  /** Defaults that draw from it follow. */
  | { readonly kind: "renameSequence"; readonly sequence: QualifiedName; readonly newName: string };

// ---------------------------------------------------------------- domains and extensions

/** What changes of a domain; a key that is there with `undefined` takes the thing away, `checks` are all that it has afterwards. */
export type DomainChanges = Partial<Pick<CatalogDomain, "nullable" | "default" | "checks" | "comment">>;

export type DomainOperation =
  | { readonly kind: "createDomain"; readonly domain: CatalogDomain }
  | { readonly kind: "dropDomain"; readonly domain: QualifiedName; readonly existing?: CatalogDomain | undefined }
  | {
      readonly kind: "alterDomain";
      readonly domain: QualifiedName;
      readonly changes: DomainChanges;
      readonly existing?: CatalogDomain | undefined;
    };

/** Without a version, the newest that the server has. */
export type NewExtension = Omit<CatalogExtension, "version"> & { readonly version?: string | undefined };

export type ExtensionOperation =
  | { readonly kind: "createExtension"; readonly extension: NewExtension }
  | { readonly kind: "dropExtension"; readonly name: string; readonly existing?: NewExtension | undefined };

// ---------------------------------------------------------------- what is kept by its definition

export type OpaqueObject =
  | { readonly kind: "view"; readonly view: CatalogView }
  | { readonly kind: "routine"; readonly routine: CatalogRoutine }
  | { readonly kind: "trigger"; readonly table: QualifiedName; readonly trigger: CatalogTrigger }
  | { readonly kind: "policy"; readonly table: QualifiedName; readonly policy: CatalogPolicy };

export type OpaqueOperation =
  | { readonly kind: "createObject"; readonly object: OpaqueObject }
  | { readonly kind: "dropObject"; readonly object: OpaqueObject };

// ---------------------------------------------------------------- data

export type DataOperation =
  /** SQL of the program's own. */
  | {
      readonly kind: "execute";
      readonly sql: string;
      /** False for what cannot run inside a transaction. */
      readonly transactional: boolean;
      /** True where it changes rows only, so that it can share a transaction with its journal entry. */
      readonly dataOnly: boolean;
    }
  | {
      readonly kind: "bulkInsert";
      readonly table: QualifiedName;
      readonly columns: readonly string[];
      /** SQL literals, row by row. */
      readonly rows: readonly (readonly string[])[];
    }
  /** UPDATE in batches along the primary key, each in a transaction of its own; resumable. */
  | {
      readonly kind: "backfill";
      readonly table: QualifiedName;
      /** Column to SQL expression. */
      readonly set: { readonly [column: string]: string };
      /** Which rows still need it; also what makes a second run do nothing. */
      readonly where: string | undefined;
      /** Rows a batch. */
      readonly batchSize: number;
      /** Milliseconds of rest between batches. */
      readonly pause: number;
    }
  /** Code of the program's own, with a connection. Not to be had offline. */
  | { readonly kind: "run"; readonly description: string; readonly id: number };
