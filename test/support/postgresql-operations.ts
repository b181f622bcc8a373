/** Runs operations on PostgreSQL, each test on empty schemas `public` and `other`. */
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { applyOperation } from "../../src/metadata/apply-operation.ts";
import type { Catalog, CatalogTable } from "../../src/metadata/catalog.ts";
import type { Operation } from "../../src/metadata/operation.ts";
import type { Step } from "../../src/dialect/migration-dialect.ts";
import { databases, type TestDatabase } from "./dialects.ts";
import { inspect, runOperations } from "./migration-steps.ts";

/** PostgreSQL and embedded PostgreSQL, as far as they are to be tested. */
export const postgresqlPlaces = databases.filter(({ name }) => name === "PostgreSQL" || name === "PGlite");

export interface OperationPlace {
  readonly database: TestDatabase;
  readonly read: () => Promise<Catalog>;
  /** Run SQL and read what is there then. */
  readonly given: (...statements: readonly string[]) => Promise<Catalog>;
  /** Run operations, and expect what the catalog becomes without a database. */
  readonly exactly: (before: Catalog, ...operations: readonly Operation[]) => Promise<readonly Step[]>;
  /** The first column of a query's rows. */
  readonly values: (sql: string) => Promise<unknown[]>;
}

/** To be called in `describe`; the place can be used in tests. */
export function operationPlace(open: () => Promise<TestDatabase>): OperationPlace {
  let database: TestDatabase | undefined;
  const opened = (): TestDatabase => {
    if (database === undefined) throw new Error("not in a test");
    return database;
  };
  beforeAll(async () => {
    database = await open();
    await database.command("CREATE SCHEMA other");
  }, 120_000);
  afterAll(() => database?.close());
  beforeEach(async () => {
    for (const schema of ["public", "other"]) {
      await opened().command(`DROP SCHEMA ${schema} CASCADE`);
      await opened().command(`CREATE SCHEMA ${schema}`);
    }
  });
  const read = (): Promise<Catalog> => inspect(opened(), { schemas: ["other"] });
  return {
    get database() {
      return opened();
    },
    read,
    async given(...statements) {
      for (const sql of statements) await opened().command(sql);
      return await read();
    },
    async exactly(before, ...operations) {
      const steps = await runOperations(opened(), operations, before);
      expect(await read()).toEqual(operations.reduce(applyOperation, before));
      return steps;
    },
    values: async (sql) => (await opened().send(sql)).rows.map((row) => row[0]),
  };
}

/** A table of the catalog. */
export function tableOf(catalog: Catalog, name = "t"): CatalogTable {
  const found = catalog.tables.find((table) => table.name === name);
  if (found === undefined) throw new Error(`no table ${name}`);
  return found;
}
