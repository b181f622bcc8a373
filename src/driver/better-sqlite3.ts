/** SQLite through the package better-sqlite3. Used by `create-engine.ts`; the only file that loads the package. */
import { createRequire } from "node:module";
import type BetterSqlite3 from "better-sqlite3";
import type {
  Driver,
  DriverConnection,
  DriverCursor,
  DriverResult,
  DriverValue,
  FunctionDefinition,
  Query,
  TransactionStatus,
} from "../io/driver.ts";
import { LruCache } from "../util/lru-cache.ts";
import { nextConnectionId } from "./connection-id.ts";
import { MissingDriverError } from "./errors.ts";
import { inMemory, sqliteParameters, type SqliteDriverOptions } from "./sqlite-options.ts";
import { changeResult, executeEach, ReadRows, SqliteCursor } from "./sqlite-results.ts";

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

/** A prepared statement and the mode it was last run in. */
class Prepared {
  readonly statement: BetterSqlite3.Statement<unknown[], Row>;
  readonly isReader: boolean;
  #readsBigints = false;

  constructor(statement: BetterSqlite3.Statement<unknown[], Row>) {
    this.statement = statement;
    this.isReader = statement.reader;
    if (this.isReader) statement.raw(true);
  }

  readIntegersAs(integers: Query["integers"]): void {
    const wanted = integers === "bigint";
    if (wanted === this.#readsBigints) return;
    this.statement.safeIntegers(wanted);
    this.#readsBigints = wanted;
  }

  execute(parameters: readonly DriverValue[]): DriverResult {
    const { statement } = this;
    if (this.isReader) return new ReadRows(statement.all(sqliteParameters(parameters)), statement);
    const { changes, lastInsertRowid } = statement.run(sqliteParameters(parameters));
    return changeResult(changes, lastInsertRowid);
  }
}

class BetterSqlite3Connection implements DriverConnection {
  readonly id = nextConnectionId();
  readonly #database: BetterSqlite3.Database;
  readonly #prepared: LruCache<string, Prepared>;

  constructor(database: BetterSqlite3.Database, maxPreparedStatements: number) {
    this.#database = database;
    this.#prepared = new LruCache(maxPreparedStatements);
  }

  execute(query: Query): DriverResult {
    const prepared = this.#prepare(query);
    prepared.readIntegersAs(query.integers);
    return prepared.execute(query.parameters);
  }

  executeEach(
    query: Query,
    rows: readonly (readonly DriverValue[])[],
    rowCount: number | undefined,
  ): readonly DriverResult[] {
    const prepared = this.#prepare(query);
    prepared.readIntegersAs(query.integers);
    return executeEach(prepared, rows, rowCount);
  }

  openCursor(query: Query): DriverCursor {
    // A statement of its own: while one is read, it cannot be run again.
    const prepared = this.#prepare({ ...query, reusable: false });
    prepared.readIntegersAs(query.integers);
    const { statement, isReader } = prepared;
    if (!isReader) throw new TypeError("This statement returns no rows.");
    return new SqliteCursor(statement.iterate(sqliteParameters(query.parameters)), statement.columns());
  }

  executeScript(sql: string): void {
    this.#database.exec(sql);
  }

  createFunction(definition: FunctionDefinition): void {
    const { name, parameters } = definition;
    const options = { deterministic: true, safeIntegers: true };
    if ("step" in definition) {
      const { start, step, inverse, result } = definition;
      this.#database.aggregate(name, {
        ...options,
        start,
        step: (state, value) => step(state, value as DriverValue),
        inverse: (state, value) => inverse(state, value as DriverValue),
        result,
      });
      return;
    }
    const { call } = definition;
    // The package reads the number of parameters from the function.
    if (parameters === 1) this.#database.function(name, options, (first: DriverValue) => call(first, null, null));
    else if (parameters === 2)
      this.#database.function(name, options, (first: DriverValue, second: DriverValue) => call(first, second, null));
    else
      this.#database.function(name, options, (first: DriverValue, second: DriverValue, third: DriverValue) =>
        call(first, second, third),
      );
  }

  transactionStatus(): TransactionStatus {
    if (!this.#database.open) return "unknown";
    return this.#database.inTransaction ? "active" : "idle";
  }

  isOpen(): boolean {
    return this.#database.open;
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #prepare(query: Query): Prepared {
    let prepared = query.reusable ? this.#prepared.get(query.sql) : undefined;
    if (prepared !== undefined) return prepared;
    prepared = new Prepared(this.#database.prepare(query.sql));
    if (query.reusable) this.#prepared.set(query.sql, prepared);
    return prepared;
  }
}
