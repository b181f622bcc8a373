/** What both SQLite drivers do alike: statements prepared once and kept, run, and read by cursors. */
import type {
  DriverConnection,
  DriverCursor,
  DriverResult,
  DriverValue,
  FunctionDefinition,
  Query,
  ScalarFunction,
  TransactionStatus,
} from "../io/driver.ts";
import { LruCache } from "../util/lru-cache.ts";
import { nextConnectionId } from "./connection-id.ts";

/** A prepared statement, what kind it is, and the mode it was last run in. */
export abstract class SqliteStatement {
  /** True where it returns rows. */
  abstract readonly isReader: boolean;
  #readsBigints = false;

  abstract execute(parameters: readonly DriverValue[]): DriverResult;
  abstract openCursor(parameters: readonly DriverValue[]): DriverCursor;
  protected abstract readBigints(wanted: boolean): void;

  readIntegersAs(integers: Query["integers"]): void {
    const wanted = integers === "bigint";
    if (wanted === this.#readsBigints) return;
    this.readBigints(wanted);
    this.#readsBigints = wanted;
  }
}

/** Base class of the drivers' connections. */
export abstract class SqliteConnection implements DriverConnection {
  readonly id = nextConnectionId();
  readonly #prepared: LruCache<string, SqliteStatement>;

  constructor(maxPreparedStatements: number) {
    this.#prepared = new LruCache(maxPreparedStatements);
  }

  /** @throws where `sql` is not one statement. */
  protected abstract prepare(sql: string): SqliteStatement;
  protected abstract closeDatabase(): void;
  abstract executeScript(sql: string): void;
  abstract createFunction(definition: FunctionDefinition): void;
  abstract transactionStatus(): TransactionStatus;
  abstract isOpen(): boolean;

  execute(query: Query): DriverResult {
    return this.#statement(query).execute(query.parameters);
  }

  executeEach(
    query: Query,
    rows: readonly (readonly DriverValue[])[],
    rowCount: number | undefined,
  ): readonly DriverResult[] {
    const statement = this.#statement(query);
    const results: DriverResult[] = [];
    for (const row of rows) {
      const result = statement.execute(row);
      results.push(result);
      if (rowCount !== undefined && result.rowCount !== rowCount) break;
    }
    return results;
  }

  openCursor(query: Query): DriverCursor {
    // A statement of its own: while it is read, it cannot be run again.
    const statement = this.#statement({ ...query, reusable: false });
    if (!statement.isReader) throw new TypeError("This statement returns no rows.");
    return statement.openCursor(query.parameters);
  }

  close(): void {
    this.#prepared.clear();
    this.closeDatabase();
  }

  #statement(query: Query): SqliteStatement {
    const statement = (query.reusable ? this.#prepared.get(query.sql) : undefined) ?? this.#newStatement(query);
    statement.readIntegersAs(query.integers);
    return statement;
  }

  #newStatement({ sql, reusable }: Query): SqliteStatement {
    const statement = this.prepare(sql);
    if (reusable) this.#prepared.set(sql, statement);
    return statement;
  }
}

/** The function with as many parameters as it is called with, which is how both packages count them. */
export function withParameters({ parameters, call }: ScalarFunction): ScalarFunction["call"] {
  if (parameters === 1) return (first) => call(first, null, null);
  if (parameters === 2) return (first, second) => call(first, second, null);
  return (first, second, third) => call(first, second, third);
}
