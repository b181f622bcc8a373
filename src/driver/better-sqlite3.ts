/** SQLite through the package better-sqlite3. Used by `create-engine.ts`; the only file that loads the package. */
import { createRequire } from "node:module";
import type BetterSqlite3 from "better-sqlite3";
import type {
  Driver,
  DriverCursor,
  DriverResult,
  DriverValue,
  FunctionDefinition,
  TransactionStatus,
} from "../io/driver.ts";
import { MissingDriverError } from "./errors.ts";
import { SqliteConnection, SqliteStatement, withParameters } from "./sqlite-connection.ts";
import { inMemory, sqliteParameters, type SqliteDriverOptions } from "./sqlite-options.ts";
import { changeResult, ReadRows, SqliteCursor } from "./sqlite-results.ts";

type Row = DriverValue[];

/** A driver for one database file (or for databases in memory, one a connection). */
export function betterSqlite3(options: SqliteDriverOptions): Driver {
  let Database: typeof BetterSqlite3 | undefined;
  return {
    name: "better-sqlite3",
    isSync: true,
    connect() {
      Database ??= load();
      const database = new Database(options.filename, {
        readonly: options.mode === "read",
        fileMustExist: options.mode !== "create",
        timeout: options.busyTimeout,
        ...options.connectArgs,
      });
      return new BetterSqlite3Connection(database, options.maxPreparedStatements);
    },
    scratch: () => betterSqlite3(inMemory(options)),
  };
}

function load(): typeof BetterSqlite3 {
  try {
    return createRequire(import.meta.url)("better-sqlite3") as typeof BetterSqlite3;
  } catch (cause) {
    throw MissingDriverError.notInstalled("better-sqlite3", "SQLite", cause);
  }
}

class BetterSqlite3Statement extends SqliteStatement {
  readonly isReader: boolean;
  private readonly statement: BetterSqlite3.Statement<unknown[], Row>;

  constructor(statement: BetterSqlite3.Statement<unknown[], Row>) {
    super();
    this.statement = statement;
    this.isReader = statement.reader;
    if (this.isReader) statement.raw(true);
  }

  protected override readBigints(wanted: boolean): void {
    this.statement.safeIntegers(wanted);
  }

  override execute(parameters: readonly DriverValue[]): DriverResult {
    const statement = this.statement;
    if (this.isReader) return new ReadRows(statement.all(sqliteParameters(parameters)), statement);
    const { changes, lastInsertRowid } = statement.run(sqliteParameters(parameters));
    return changeResult(changes, lastInsertRowid);
  }

  override openCursor(parameters: readonly DriverValue[]): DriverCursor {
    return new SqliteCursor(this.statement.iterate(sqliteParameters(parameters)), this.statement.columns());
  }
}

class BetterSqlite3Connection extends SqliteConnection {
  readonly #database: BetterSqlite3.Database;

  constructor(database: BetterSqlite3.Database, maxPreparedStatements: number) {
    super(maxPreparedStatements);
    this.#database = database;
  }

  protected override prepare(sql: string): SqliteStatement {
    return new BetterSqlite3Statement(this.#database.prepare(sql));
  }

  override executeScript(sql: string): void {
    this.#database.exec(sql);
  }

  override createFunction(definition: FunctionDefinition): void {
    const options = { deterministic: true, safeIntegers: true };
    if (!("step" in definition)) {
      this.#database.function(definition.name, options, withParameters(definition));
      return;
    }
    const { name, start, step, inverse, result } = definition;
    this.#database.aggregate(name, {
      ...options,
      start,
      step: (state, value) => step(state, value as DriverValue),
      inverse: (state, value) => inverse(state, value as DriverValue),
      result,
    });
  }

  override transactionStatus(): TransactionStatus {
    if (!this.#database.open) return "unknown";
    return this.#database.inTransaction ? "active" : "idle";
  }

  override isOpen(): boolean {
    return this.#database.open;
  }

  protected override closeDatabase(): void {
    this.#database.close();
  }
}
