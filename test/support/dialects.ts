/** Real databases for the tests of dialects, compilers and DDL: one connection each, below the engine's façades. */
import type { Dialect } from "../../src/dialect/dialect.ts";
import type { AsyncConnection } from "../../src/engine/async-connection.ts";
import type { AsyncEngine } from "../../src/engine/async-engine.ts";
import type { ConnectionCore } from "../../src/engine/connection.ts";
import type { DriverResult, DriverValue } from "../../src/io/driver.ts";
import type { Io } from "../../src/io/io.ts";
import type { Statement } from "../../src/sql/statement/node.ts";
import { mysqlDialect } from "../../src/dialect/mysql/dialect.ts";
import { postgresqlDialect } from "../../src/dialect/postgresql/dialect.ts";
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { targets } from "../suite/databases.ts";

/** Every dialect there is. A new one belongs here, and then runs through all of these tests. */
export const dialects: readonly Dialect[] = [sqliteDialect(), postgresqlDialect(), mysqlDialect()];

/** A connection to an empty database. */
export class TestDatabase {
  readonly #connection: AsyncConnection;
  readonly #remove: () => Promise<void>;
  readonly dialect: Dialect;

  private constructor(connection: AsyncConnection, dialect: Dialect, remove: () => Promise<void>) {
    this.#connection = connection;
    this.dialect = dialect;
    this.#remove = remove;
  }

  static async of(engine: AsyncEngine, remove: () => Promise<void>): Promise<TestDatabase> {
    const connection = await engine.connect();
    return new TestDatabase(connection, engine.dialect, remove);
  }

  /** For what takes a connection of users. */
  get connection(): AsyncConnection {
    return this.#connection;
  }

  run<T>(work: (connection: ConnectionCore) => Io<T>): Promise<T> {
    return this.#connection.run(work);
  }

  /** Send SQL text with driver values. */
  send(
    sql: string,
    parameters: readonly DriverValue[] = [],
    integers: "number" | "bigint" = "number",
  ): Promise<DriverResult> {
    return this.run((core) => core.executeRaw({ sql, parameters, returnsRows: true, integers }));
  }

  /** Send a command that takes no parameters. */
  command(sql: string): Promise<DriverResult> {
    return this.run((core) => core.executeRaw({ sql }));
  }

  /** Run a statement and decode its rows. */
  rows(statement: Statement): Promise<unknown[][]> {
    const { dialect } = this;
    return this.run(function* (core) {
      const { compiled, rows } = yield* core.execute(statement);
      return rows.map((row) => row.map((raw, index) => decode(dialect, compiled.columns[index], raw)));
    });
  }

  async close(): Promise<void> {
    await this.#connection.close();
    await this.#remove();
  }
}

function decode(
  dialect: Dialect,
  column: { readonly type: Parameters<Dialect["codec"]>[0] } | undefined,
  raw: DriverValue,
): unknown {
  const read = column === undefined ? undefined : dialect.codec(column.type).result;
  return raw === null || read === undefined ? raw : read(raw);
}

/** The databases to test on, each to be opened once a file. */
export const databases: readonly { readonly name: string; readonly open: () => Promise<TestDatabase> }[] = targets()
  .filter((target) => !target.isSync)
  .map((target) => ({
    name: target.name,
    open: async () => {
      const { engine, remove } = await target.open();
      return TestDatabase.of(engine as AsyncEngine, remove);
    },
  }));
