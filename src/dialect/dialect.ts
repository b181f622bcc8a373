/** The dialect interface: all that differs between databases. Outside `dialect/` nobody asks for a dialect's name. */
import type { DriverConnection, DriverValue } from "../io/driver.ts";
import type { Io } from "../io/io.ts";
import type { Column } from "../metadata/column.ts";
import type { DdlCompiler } from "../metadata/ddl/ddl-compiler.ts";
import type { Table } from "../metadata/table.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import type { Statement } from "../sql/statement/node.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import type { Capabilities, IsolationLevel } from "./capabilities.ts";
import type { Codec } from "./codec.ts";
import type { Explainer } from "./explain.ts";
import type { MigrationDialect } from "./migration-dialect.ts";

/** How a transaction begins. */
export interface TransactionOptions {
  readonly isolationLevel?: IsolationLevel;
  readonly readOnly?: boolean;
  /** True where a write is coming: SQLite takes the write lock at once. */
  readonly write?: boolean;
}

/** What is so on one connection, because of how its server is set up. */
export interface ConnectionTraits {
  /** A plain read outside of transactions sees what it would see in one with default options: READ COMMITTED. */
  readonly readsOutsideTransaction: boolean;
}

/** A batch of same-shaped writes: texts made once, fed with rows of driver values. */
export interface BatchWriter {
  /** How many rows one statement takes at most. */
  readonly maxRows: number;
  /** The statement for these rows; each row holds driver values in the order the batch was asked for. */
  statement(rows: readonly (readonly DriverValue[])[]): BatchStatement;
}

export interface BatchStatement {
  readonly sql: string;
  readonly parameters: readonly DriverValue[];
  readonly returnsRows: boolean;
  readonly reusable: boolean;
}

export interface InsertBatch extends BatchWriter {
  /**
   * How result rows are matched to input rows: "order", the rows come back in input order; "sortedKey", sorted by their
   * single-column generated key they are; "insertId", nothing comes back but the first generated key.
   */
  readonly matching: "order" | "sortedKey" | "insertId" | "none";
  /** What to send where the database's own table does not report the key: see `Dialect.reportsKey`. */
  readonly fallback?: InsertBatch;
}

export interface Dialect {
  /** "sqlite", "postgresql", "mysql": for messages and printed SQL, never for decisions. */
  readonly name: string;
  /** The server's product in the words of OpenTelemetry's `db.system.name`: "postgresql", "mariadb" … */
  readonly systemName: string;
  readonly capabilities: Capabilities;
  /** Longest identifier in bytes of UTF-8. */
  readonly maxIdentifierLength: number;
  /** Quote one identifier. @throws CompileError for what cannot be one (empty, NUL). */
  quoteIdentifier(name: string): string;
  /** Statement to SQL text. @throws CompileError naming dialect and construct. */
  compile(statement: Statement): Compiled;
  /**
   * How a list of values is rendered, as part of a statement's shape: "array" is one parameter whatever its length,
   * a number is that many placeholders.
   */
  listShape(length: number, type: SqlType): "array" | number;
  /** The codec of a type; the same object for the same type. */
  codec(type: SqlType): Codec;
  /** A list as one parameter, where `listShape` said "array". */
  bindList(values: readonly unknown[], type: SqlType): DriverValue;
  readonly ddl: DdlCompiler;
  readonly migrations: MigrationDialect;
  /** How this database says what it would do with a statement. */
  readonly explain: Explainer;
  /** INSERT of many rows; `returning` are the columns to read back. */
  insertBatch(table: Table, columns: readonly Column[], returning: readonly Column[]): InsertBatch;
  /**
   * Whether the database's own table, which somebody else may have made, reports this generated key as an INSERT's
   * `insertId`; undefined where there is no such table. Only where some do and some do not.
   */
  reportsKey?(connection: DriverConnection, table: Table, key: Column): Io<boolean | undefined>;
  /**
   * UPDATE of many rows with their own values. A row is: new values of `columns`, then values of `match` (the key and,
   * for optimistic locking, the version). The result's `rowCount` counts matched rows; what `returning` reads back
   * comes in input order, without the rows that were not found.
   */
  updateBatch(
    table: Table,
    columns: readonly Column[],
    match: readonly Column[],
    returning: readonly Column[],
  ): BatchWriter;
  /** DELETE of many rows by the values of `match`. */
  deleteBatch(table: Table, match: readonly Column[]): BatchWriter;
  /** SELECT `columns` of the rows whose `keys` are among `rows`; at most 1,000 rows at a time. */
  selectByKeys(
    table: Table,
    columns: readonly Column[],
    keys: readonly Column[],
    rows: readonly (readonly DriverValue[])[],
  ): BatchStatement;
  /** Prepare a new connection (UTC, strict modes, foreign keys) and verify that it obeyed. */
  setUpConnection(connection: DriverConnection): Io<ConnectionTraits>;
  /** Have the server stop statements of this connection that take longer; only where it can. */
  limitStatements?(connection: DriverConnection, seconds: number): Io<void>;
  /** Statements that begin a transaction. */
  begin(options: TransactionOptions): readonly string[];
  /** Statements for after the transaction, where `begin` changed more than that transaction. */
  afterTransaction(options: TransactionOptions): readonly string[];
  /** True for a statement that has no effect outside of a transaction, and is no error there. */
  needsTransaction?(sql: string): boolean;
  /**
   * What a statement does to a transaction besides: it commits that, or takes locks that a transaction would give up. Only
   * where the database has such statements.
   */
  implicitCommit?(sql: string): "commit" | "lock" | undefined;
  /**
   * A driver's error as one of this package's, with table, columns and constraint where they can be known.
   * With `hidesValues` the message quotes nothing that may be a value.
   */
  translateError(error: unknown, context: { readonly sql: string; readonly hidesValues?: boolean }): Error;
  /** The tables that exist in `schema` (undefined: the connection's own). */
  tableNames(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>>;
  /** The sequences that exist in `schema` (undefined: the connection's own); only where there are any. */
  sequenceNames?(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>>;
  /** The named enum types that exist in `schema` (undefined: the connection's own); only where there are any. */
  enumNames?(connection: DriverConnection, schema: string | undefined): Io<ReadonlySet<string>>;
}
