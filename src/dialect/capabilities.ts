/** Everything that may differ between databases, as facts to ask about. Each has a default and one line. */

export interface Capabilities {
  /** INSERT … RETURNING. */
  readonly insertReturning: boolean;
  /** UPDATE … RETURNING. */
  readonly updateReturning: boolean;
  /** DELETE … RETURNING. */
  readonly deleteReturning: boolean;
  /** DELETE … RETURNING that reads other tables too. */
  readonly multiTableDeleteReturning: boolean;
  /** A round trip costs: many rows go in one statement. False for embedded databases, where one prepared statement a row is quickest. */
  readonly batchesWrites: boolean;
  /** DDL takes part in transactions. */
  readonly transactionalDdl: boolean;
  /** ALTER TABLE … ADD CONSTRAINT: cycles of foreign keys are created in two steps. */
  readonly addConstraint: boolean;
  /** ALTER TABLE … RENAME CONSTRAINT. */
  readonly renameConstraint: boolean;
  /** ALTER INDEX … RENAME, or ALTER TABLE … RENAME INDEX. */
  readonly renameIndex: boolean;
  /** ADD COLUMN … AFTER: a new column can stand anywhere. */
  readonly columnPositions: boolean;
  /** CREATE SCHEMA, and tables in schemas. */
  readonly schemas: boolean;
  /** Named enum types (CREATE TYPE … AS ENUM). */
  readonly namedEnums: boolean;
  /** CREATE SEQUENCE. */
  readonly sequences: boolean;
  /** Arrays as column types. */
  readonly arrays: boolean;
  /** Indexes on some rows only (WHERE). */
  readonly partialIndexes: boolean;
  /** Indexes on expressions. */
  readonly expressionIndexes: boolean;
  /** Indexes with INCLUDE. */
  readonly includeIndexes: boolean;
  /** Where an index's name must be the only one: in its schema, or in its table. */
  readonly indexNames: "schema" | "table";
  /** Table and column comments. */
  readonly comments: boolean;
  /** FOR UPDATE and FOR SHARE. */
  readonly rowLocks: boolean;
  /** FILTER (WHERE …) on aggregates. */
  readonly aggregateFilter: boolean;
  /** NULLS FIRST / LAST. */
  readonly nullsOrder: boolean;
  /** What NULL counts as in an order that says nothing of NULLs. */
  readonly nullsSort: "smallest" | "largest";
  /** Enum columns are compared by the order they are sorted in. */
  readonly enumsCompareInOrder: boolean;
  /** LATERAL: subqueries in FROM that read what stands beside them. */
  readonly lateral: boolean;
  /** FULL OUTER JOIN. */
  readonly fullJoin: boolean;
  /** INTERSECT ALL and EXCEPT ALL. */
  readonly intersectAll: boolean;
  /** INSERT, UPDATE and DELETE inside WITH. */
  readonly writingCtes: boolean;
  /** SEARCH and CYCLE of recursive queries. */
  readonly searchAndCycle: boolean;
  /** WITH before UPDATE and DELETE. */
  readonly withBeforeWrites: boolean;
  /** TABLESAMPLE. */
  readonly tableSample: boolean;
  /** Functions of the database in FROM, by their names. */
  readonly tableFunctions: boolean;
  /** ON CONFLICT (columns). */
  readonly onConflictTarget: boolean;
  /** Constraints checked at COMMIT. */
  readonly deferrableConstraints: boolean;
  /** EXCLUDE: rows that may not be beside one another. */
  readonly exclusionConstraints: boolean;
  /** Isolation levels that BEGIN accepts. */
  readonly isolationLevels: readonly IsolationLevel[];
  /** A write lock is taken by BEGIN, not by the first write (SQLite). */
  readonly writeLockAtBegin: boolean;
  /** DEFAULT as a value in VALUES. */
  readonly defaultKeyword: boolean;
  /** Several rows of defaults only in one INSERT. */
  readonly severalDefaultRows: boolean;
  /** The most parameters that one statement takes. */
  readonly maxParameters: number;
}

export const isolationLevels = Object.freeze([
  "READ UNCOMMITTED",
  "READ COMMITTED",
  "REPEATABLE READ",
  "SERIALIZABLE",
] as const);
export type IsolationLevel = (typeof isolationLevels)[number];
