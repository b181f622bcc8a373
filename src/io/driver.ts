/** The driver interface: what one file in `driver/` implements for one npm package. */

/** A value as a driver takes or returns it; `dialect` codecs translate it from and to the program's values. */
export type DriverValue = null | number | bigint | string | boolean | Uint8Array;

/** One statement, ready to send. */
export interface Query {
  readonly sql: string;
  readonly parameters: readonly DriverValue[];
  /** True where rows are expected (SELECT, RETURNING, PRAGMA); false promises that none are needed. */
  readonly returnsRows: boolean;
  /** True where the text will come again, so that a prepared statement pays. */
  readonly reusable: boolean;
  /** How SQLite drivers return INTEGER values: "number" is quicker and is checked for safety, "bigint" is exact. */
  readonly integers: "number" | "bigint";
  /** Indexes of parameters whose values must not appear in logs. */
  readonly secret?: readonly number[];
}

export interface DriverResult {
  /** Rows as arrays in the order of the select list; raw driver values, see each dialect's codecs. */
  readonly rows: readonly (readonly DriverValue[])[];
  /** Names of the result columns, in order; only where the driver knows them. */
  readonly columns: readonly string[];
  /** Rows changed or, for UPDATE, matched. */
  readonly rowCount: number;
  /** The first generated AUTO_INCREMENT value of an INSERT, where the database reports one. */
  readonly insertId?: number | bigint;
  /** The command the server says it ran, such as "ROLLBACK" in answer to a COMMIT that failed. */
  readonly command?: string;
}

/** The rows of one statement, which stay in the database and are read in portions. */
export interface DriverCursor {
  /** Names of the result columns, in order; complete once rows were read. */
  readonly columns: readonly string[];
  /** True where the connection can write nothing until the cursor is closed. */
  readonly blocksWrites: boolean;
  /** The next rows, at most `count`. Fewer than that are the last. */
  read(count: number): DriverResult["rows"] | Promise<DriverResult["rows"]>;
  /** Let the database forget the rows. May be called twice, after an error, and after the transaction. */
  close(): void | Promise<void>;
}

/** A transaction's state as the database knows it. */
export type TransactionStatus = "idle" | "active" | "failed" | "unknown";

/** A deterministic function of the program's own inside an embedded database. Values are those of `Query.parameters`. */
export type FunctionDefinition = ScalarFunction | AggregateFunction;

export interface ScalarFunction {
  readonly name: string;
  readonly parameters: 1 | 2 | 3;
  readonly call: (first: DriverValue, second: DriverValue, third: DriverValue) => DriverValue;
}

/** An aggregate: `start` makes what is known of no rows, `step` and `inverse` say what is known with one row more or less. */
export interface AggregateFunction<State = unknown> {
  readonly name: string;
  readonly parameters: 1;
  start(this: void): State;
  step(this: void, state: State, value: DriverValue): State;
  /** For windows, whose frames leave rows behind. */
  inverse(this: void, state: State, value: DriverValue): State;
  result(this: void, state: State): DriverValue;
}

/** One open connection. Synchronous drivers return values, asynchronous ones promises; never a mix. */
export interface DriverConnection {
  /** Process-wide number, for logs and errors. */
  readonly id: number;
  execute(query: Query): DriverResult | Promise<DriverResult>;
  /**
   * Run one statement once for each of `rows` of parameters; only drivers that answer on the spot can. Where `rowCount` is
   * given, a row that changed another number of rows is the last.
   */
  executeEach?(
    query: Query,
    rows: readonly (readonly DriverValue[])[],
    rowCount: number | undefined,
  ): readonly DriverResult[];
  /** Run a query whose rows are read later; in a transaction. Not there where the driver can only read all rows at once. */
  openCursor?(query: Query): DriverCursor | Promise<DriverCursor>;
  /**
   * Ask the server to stop the statement that runs. Resolves when the server has taken note: a later statement is not hit. Not
   * there where nobody could ask in time (embedded databases).
   */
  cancel?(): Promise<void>;
  /** Run several statements of trusted text without parameters (connection set-up). */
  executeScript(sql: string): void | Promise<void>;
  /** Define a function for this connection's statements; only embedded databases can. */
  createFunction?(definition: FunctionDefinition): void;
  /** True where each transaction may get another session of the server, so that settings of a session do not hold. */
  readonly isPooled?: boolean;
  /** Learn which process of the server answers. */
  noteBackend?(backend: number): void;
  transactionStatus(): TransactionStatus;
  /** True while the connection can be used: not closed and not lost. */
  isOpen(): boolean;
  close(): void | Promise<void>;
  /** Whether the open connection keeps the process running; a pool says no while the connection is idle. */
  keepAlive?(isInUse: boolean): void;
}

/** What a driver knows of the database it opens; `createEngine` gives the rest. */
export interface Driver {
  /** The npm package or built-in module, for messages: "pg", "better-sqlite3", … */
  readonly name: string;
  readonly isSync: boolean;
  /** Open a connection. */
  connect(): DriverConnection | Promise<DriverConnection>;
  /** Release what is shared between connections (an embedded database). */
  dispose?(): void | Promise<void>;
  /** A driver of the same kind for an empty database that is gone once it is closed; only embedded databases have one. */
  scratch?(): Driver;
}
