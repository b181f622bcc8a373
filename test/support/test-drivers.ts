/** Every driver on an empty database, for tests that must hold for all of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { betterSqlite3 } from "../../src/driver/better-sqlite3.ts";
import { mysql2 } from "../../src/driver/mysql2.ts";
import { hasNodeSqlite, nodeSqlite } from "../../src/driver/node-sqlite.ts";
import { pg } from "../../src/driver/pg.ts";
import { pglite } from "../../src/driver/pglite.ts";
import type { Driver, DriverResult, DriverConnection, DriverValue, Query } from "../../src/io/driver.ts";
import { scratchMysql, scratchPostgresql, type Scratch } from "./scratch.ts";
import { pgliteArguments } from "./pglite-template.ts";

export interface TestDriver {
  readonly name: string;
  readonly dialect: "sqlite" | "postgresql" | "mysql";
  /** The driver, the scratch server database where there is one, and how to remove all of it. */
  open(options?: { readonly maxPreparedStatements?: number }): Promise<{
    readonly driver: Driver;
    readonly scratch: Scratch | undefined;
    readonly remove: () => Promise<void>;
  }>;
}

/** What the drivers of servers are told of a scratch database. */
export function serverOptions(scratch: Scratch, maxPreparedStatements = 250) {
  const { user, password, host, port, database } = scratch;
  return {
    user,
    password,
    host,
    port,
    database,
    socket: undefined,
    tls: undefined,
    connectTimeout: 10_000,
    maxPreparedStatements,
    connectArgs: {},
  };
}

function sqlite(name: string, open: typeof betterSqlite3): TestDriver {
  return {
    name,
    dialect: "sqlite",
    open: async ({ maxPreparedStatements = 250 } = {}) => {
      const directory = mkdtempSync(join(tmpdir(), "sqlmodel-"));
      const driver = open({
        filename: join(directory, "test.db"),
        mode: "create",
        busyTimeout: 50,
        maxPreparedStatements,
        connectArgs: {},
      });
      return { driver, scratch: undefined, remove: async () => rmSync(directory, { recursive: true, force: true }) };
    },
  };
}

const server = (
  name: string,
  dialect: "postgresql" | "mysql",
  scratch: () => Promise<Scratch>,
  make: (scratch: Scratch, max?: number) => Driver,
): TestDriver => ({
  name,
  dialect,
  open: async ({ maxPreparedStatements } = {}) => {
    const database = await scratch();
    return { driver: make(database, maxPreparedStatements), scratch: database, remove: () => database.remove() };
  },
});

/** better-sqlite3 is built for the Node that installed it. */
function loadsBetterSqlite3(): boolean {
  const driver = betterSqlite3({
    filename: ":memory:",
    mode: "create",
    busyTimeout: 0,
    maxPreparedStatements: 1,
    connectArgs: {},
  });
  try {
    void (driver.connect() as DriverConnection).close();
    return true;
  } catch {
    return false;
  }
}

export const testDrivers: readonly TestDriver[] = [
  ...(loadsBetterSqlite3() ? [sqlite("better-sqlite3", betterSqlite3)] : []),
  ...(hasNodeSqlite() ? [sqlite("node:sqlite", nodeSqlite)] : []),
  server("pg", "postgresql", scratchPostgresql, (scratch, max) =>
    pg({ ...serverOptions(scratch, max), preparedStatements: true }),
  ),
  {
    name: "pglite",
    dialect: "postgresql",
    open: async ({ maxPreparedStatements = 250 } = {}) => {
      const driver = pglite({ directory: undefined, maxPreparedStatements, connectArgs: await pgliteArguments() });
      return { driver, scratch: undefined, remove: async () => driver.dispose?.() };
    },
  },
  server("mysql2", "mysql", scratchMysql, (scratch, max) => mysql2(serverOptions(scratch, max))),
];

/** A query with what tests seldom care about filled in; `returnsRows` unless it is a plain command. */
export function query(sql: string, parameters: readonly DriverValue[] = [], options: Partial<Query> = {}): Query {
  const returnsRows = /^\s*(select|values|show|with|pragma)\b|\breturning\b/i.test(sql);
  return { sql, parameters, returnsRows, reusable: true, integers: "number", ...options };
}

/** Send a query, whatever kind of driver it is. */
export async function send(
  connection: DriverConnection,
  sql: string,
  parameters?: readonly DriverValue[],
  options?: Partial<Query>,
): Promise<DriverResult> {
  return await connection.execute(query(sql, parameters, options));
}
