/** SQLite databases in memory, on which tests of schema changes play the runner of migrations. */
import { sqliteDialect } from "../../src/dialect/sqlite/dialect.ts";
import { betterSqlite3 } from "../../src/driver/better-sqlite3.ts";
import { hasNodeSqlite, nodeSqlite } from "../../src/driver/node-sqlite.ts";
import type { DriverConnection, DriverValue } from "../../src/io/driver.ts";
import { runSync } from "../../src/io/run-sync.ts";
import { applyOperation } from "../../src/metadata/apply-operation.ts";
import type { Catalog, CatalogTable } from "../../src/metadata/catalog.ts";
import type { Operation } from "../../src/metadata/operation.ts";
import { execute } from "../../src/io/io.ts";
import { query } from "./test-drivers.ts";

const dialect = sqliteDialect();
const migrations = dialect.migrations;

function open(driver: typeof betterSqlite3): DriverConnection {
  const options = {
    filename: ":memory:",
    mode: "create",
    busyTimeout: 0,
    maxPreparedStatements: 50,
    connectArgs: {},
  } as const;
  return driver(options).connect() as DriverConnection;
}

function loads(driver: typeof betterSqlite3): boolean {
  try {
    void open(driver).close();
    return true;
  } catch {
    return false;
  }
}

/** The drivers that this Node can load. */
export const sqliteDrivers: readonly { readonly name: string; readonly open: () => SchemaDatabase }[] = [
  ...(loads(betterSqlite3) ? [{ name: "better-sqlite3", open: () => new SchemaDatabase(open(betterSqlite3)) }] : []),
  ...(hasNodeSqlite() ? [{ name: "node:sqlite", open: () => new SchemaDatabase(open(nodeSqlite)) }] : []),
];

export class SchemaDatabase {
  readonly connection: DriverConnection;

  constructor(connection: DriverConnection) {
    this.connection = connection;
    runSync(dialect.setUpConnection(connection));
  }

  script(sql: string): this {
    void this.connection.executeScript(sql);
    return this;
  }

  rows(sql: string): readonly (readonly DriverValue[])[] {
    return runSync(execute(this.connection, query(sql, [], { returnsRows: true, reusable: false }))).rows;
  }

  get catalog(): Catalog {
    return runSync(migrations.inspect(this.connection, {}));
  }

  table(name: string): CatalogTable {
    const table = this.catalog.tables.find((candidate) => candidate.name === name);
    if (table === undefined) throw new Error(`There is no table ${name}.`);
    return table;
  }

  /** Run `operations` as one revision. @returns The catalog that they should have led to. */
  migrate(...operations: readonly Operation[]): Catalog {
    const before = this.catalog;
    const compiled = migrations.compileOperations(operations, before);
    const isOff = compiled.some(({ withoutForeignKeys }) => withoutForeignKeys === true);
    if (isOff) this.#setForeignKeys(false);
    try {
      this.script("BEGIN IMMEDIATE");
      try {
        for (const step of compiled.flatMap(({ steps }) => steps)) {
          if (step.kind === "statement") this.#run(step.sql);
          else if (step.kind === "check") {
            const found = this.rows(step.sql);
            if (found.length > 0) throw new Error(`${step.problem} ${step.remedy} ${JSON.stringify(found)}`);
          }
        }
        this.script("COMMIT");
      } catch (error) {
        this.script("ROLLBACK");
        throw error;
      }
    } finally {
      if (isOff) this.#setForeignKeys(true);
    }
    return operations.reduce(applyOperation, before);
  }

  close(): void {
    void this.connection.close();
  }

  #run(sql: string): void {
    try {
      runSync(execute(this.connection, query(sql, [], { returnsRows: false, reusable: false })));
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)} in ${sql}`, { cause: error });
    }
  }

  #setForeignKeys(on: boolean): void {
    const { foreignKeys } = migrations;
    if (foreignKeys === undefined) throw new Error("SQLite can turn foreign keys off.");
    this.rows(on ? foreignKeys.on : foreignKeys.off);
    const found = String(this.rows(foreignKeys.ask)[0]?.[0]);
    if (found !== (on ? "1" : "0")) throw new Error(`foreign_keys is ${found}.`);
  }
}

/** A catalog without what is never compared. */
export function comparable(catalog: Catalog): unknown {
  const plain = { ...catalog, tables: catalog.tables.map((table) => ({ ...table, sql: undefined })) };
  return JSON.parse(JSON.stringify(plain)) as unknown;
}
