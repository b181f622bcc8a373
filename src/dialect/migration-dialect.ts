/** What migrations ask of a dialect: reading the catalog, changing the schema, scratch places, locks and timeouts. */
import type { DriverConnection, DriverValue } from "../io/driver.ts";
import type { Io } from "../io/io.ts";
import type { Catalog, CatalogIndex, CatalogSequence, QualifiedName } from "../metadata/catalog.ts";
import type { LintRule } from "../metadata/lint-rule.ts";
import type { Operation } from "../metadata/operation.ts";
import type { FullTextIndex } from "../sql/search/match-element.ts";
import type { SqlType } from "../sql/type/sql-type.ts";

export interface InspectOptions {
  /** Schemas to read beside the connection's own; "all" are those that are not the database's own. */
  readonly schemas?: readonly string[] | "all" | undefined;
}

/** A connection as schema changes need it; `ConnectionCore` in `engine/` is one. Errors come translated. */
export interface SchemaExecutor {
  readonly driverConnection: DriverConnection;
  executeRaw(statement: {
    readonly sql: string;
    readonly parameters?: readonly DriverValue[];
    readonly returnsRows?: boolean;
  }): Io<{ readonly rows: readonly (readonly DriverValue[])[]; readonly rowCount: number }>;
  begin(options: { readonly write?: boolean; readonly readOnly?: boolean }): Io<void>;
  commit(): Io<void>;
  rollback(): Io<void>;
}

/** One thing to do, in order. */
export type Step = StatementStep | CheckStep | BackfillStep | RunStep;

export interface StatementStep {
  readonly kind: "statement";
  readonly sql: string;
  /** False for what the database refuses inside a transaction (CREATE INDEX CONCURRENTLY). */
  readonly transactional: boolean;
  /** "data" changes rows only and can share a transaction with its journal entry; "schema" commits by itself on MySQL. */
  readonly effect: "schema" | "data";
  /** The tables whose definitions tell whether it was carried out; undefined: nothing less than the whole catalog does. */
  readonly tables?: readonly QualifiedName[] | undefined;
}

/** A query that must find nothing before (or after) something is done. */
export interface CheckStep {
  readonly kind: "check";
  /** Returns a row, best with the values that explain it, for each thing that is wrong; at most a few. */
  readonly sql: string;
  /** What is wrong where a row is found, and what to do: two sentences. */
  readonly problem: string;
  readonly remedy: string;
}

/** See `backfill` of `Operation`; the runner makes the batches. */
export interface BackfillStep {
  readonly kind: "backfill";
  readonly operation: Extract<Operation, { readonly kind: "backfill" }>;
  /** Columns of the key to walk along. */
  readonly keyColumns: readonly string[];
}

/** Code of the program's own. */
export interface RunStep {
  readonly kind: "run";
  readonly id: number;
  readonly description: string;
}

/** Operations and the steps they take; several operations may share the steps of one table rebuild. */
export interface CompiledOperations {
  readonly operations: readonly Operation[];
  readonly steps: readonly Step[];
  /**
   * Where the whole transaction must run with foreign keys off (SQLite's table rebuild): what the runner does on the connection
   * before BEGIN, verified, and after COMMIT.
   */
  readonly withoutForeignKeys?: boolean | undefined;
}

/** Names of the schemas a scratch place has instead of the real ones; undefined is the connection's own. */
export type SchemaMap = ReadonlyMap<string | undefined, string | undefined>;

/** An exclusion constraint of the catalog in its parts, as texts. */
export interface ReflectedExclusion {
  readonly method: string;
  readonly elements: readonly { readonly expression: string; readonly operator: string }[];
  readonly where: string | undefined;
  readonly deferrable: "immediate" | "deferred" | undefined;
}

/** A full-text index, in the same words for every database. */
export interface FullTextDefinition extends FullTextIndex {
  readonly columns: readonly string[];
}

export interface MigrationDialect {
  /**
   * Read the catalog, in a number of queries that does not depend on how many tables there are. Settings that change how
   * the database prints its definitions are pinned for that time.
   */
  inspect(connection: DriverConnection, options: InspectOptions): Io<Catalog>;
  /** A query for the name of the connection's own schema, which catalogs leave out: "public", the database's name; NULL for none. */
  readonly ownSchema: string;
  /** What a new sequence has where nothing is said; only where the database has sequences. */
  readonly sequenceDefaults?: (given: {
    readonly type: string | undefined;
    readonly isDescending: boolean;
  }) => Pick<CatalogSequence, "type" | "minValue" | "maxValue" | "cache">;
  /** The sequence that a default of the catalog draws from and does nothing else with; only where the database has sequences. */
  readonly drawnSequence?: (text: string) => QualifiedName | undefined;
  /** A type of the catalog as `SqlType`; what has none there is a custom type that is spelled like it. */
  reflectType(text: string): SqlType;
  /** The parts of an exclusion constraint's definition; only where the database has such constraints. */
  readonly reflectExclusion?: (definition: string) => ReflectedExclusion;
  /** A type as this database's DDL spells it. It need not be how the catalog prints it. */
  typeText(type: SqlType): string;
  /** A full-text index as an index of this database's catalog. What the database does not know of it is left out. */
  fullTextIndex(definition: FullTextDefinition): CatalogIndex;
  /** The full-text index that an index of the catalog is, as far as the database knows it; undefined for every other index. */
  reflectFullText(index: CatalogIndex): FullTextDefinition | undefined;
  /**
   * The options that tables of models have: what `op.createTable` adds, so that files need not name them.
   * @param given - Options that are given; a standard that does not go with them is left out. Null: not to be had.
   */
  standardTableOptions(given: { readonly [name: string]: string | null }): { readonly [name: string]: string };
  /**
   * The SQL of operations on a database that holds `catalog` before the first of them.
   * @throws CompileError naming dialect and construct; MissingObjectError for what `catalog` does not have.
   */
  compileOperations(operations: readonly Operation[], catalog: Catalog): readonly CompiledOperations[];
  /**
   * Run `work` where an empty schema stands for each of `schemas` (undefined: the connection's own), and take all of it away
   * afterwards, whatever happens. On databases that have none, `Driver.scratch` opens an empty database instead.
   */
  readonly scratch?: <T>(
    connection: SchemaExecutor,
    schemas: readonly (string | undefined)[],
    work: (schemas: SchemaMap) => Io<T>,
  ) => Io<T>;
  /** A query whose row holds what decides, beside the definitions themselves, what a scratch place makes of them: version, settings. */
  readonly scratchSettings?: string;
  /** A name as the catalog's texts have it: quoted only where this server does so. By default always quoted. */
  readonly printedName?: (connection: SchemaExecutor, name: string) => Io<string>;
  /** The definitions of tables as one text that changes when one of them does, for much less than `inspect`; needed where DDL is not transactional. */
  readonly definitions?: (connection: SchemaExecutor, tables: readonly QualifiedName[]) => Io<string>;
  /** Take the lock that only one migration run has at a time. @returns False where another still has it after `timeout` milliseconds. */
  lock(connection: SchemaExecutor, name: string, timeout: number): Io<boolean>;
  unlock(connection: SchemaExecutor, name: string): Io<void>;
  /** Statements that bound how long the next ones wait for locks and how long they run, in milliseconds; undefined: what the connection had before. */
  timeouts(bounds: {
    readonly lockTimeout: number | undefined;
    readonly statementTimeout: number | undefined;
  }): readonly string[];
  /** What this database minds: locks, rewrites, and what fails on rows. Rules of all databases are in `migration/lint/`. */
  readonly lintRules: readonly LintRule[];
  /**
   * The operations to write instead of these so that nobody is locked out for long: expand, back-fill in batches, validate,
   * contract. Operations that need no other form stay as they are.
   */
  safeOperations(operations: readonly Operation[], catalog: Catalog): readonly Operation[];
  /** Statements that turn the enforcement of foreign keys off and on, outside of transactions, and a query whose answer tells "0" or "1". */
  readonly foreignKeys?: {
    readonly off: string;
    readonly on: string;
    readonly ask: string;
    /** A query that returns a row for each row of the database that refers to nothing. */
    readonly violations: string;
  };
}
