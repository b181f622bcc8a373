/** What the tests of MySQL's operations share: operations are compiled, run on a MariaDB, and held against what they say. */
import { expect } from "vitest";
import type { Step } from "../../src/dialect/migration-dialect.ts";
import { applyOperations } from "../../src/metadata/apply-operation.ts";
import { emptyCatalog, emptyTable, type Catalog, type CatalogTable } from "../../src/metadata/catalog.ts";
import type { Operation } from "../../src/metadata/operation.ts";
import type { TestDatabase } from "./dialects.ts";

export class OperationTester {
  readonly database: TestDatabase;

  constructor(database: TestDatabase) {
    this.database = database;
  }

  /** Empty the database. */
  async clear(): Promise<void> {
    const { rows } = await this.database.send("SELECT DATABASE()");
    const own = `\`${String(rows[0]?.[0])}\``;
    await this.database.command(`DROP DATABASE ${own}`);
    await this.database.command(`CREATE DATABASE ${own} CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin`);
    await this.database.command(`USE ${own}`);
  }

  inspect(schemas?: readonly string[] | "all"): Promise<Catalog> {
    return this.database.run((core) => core.dialect.migrations.inspect(core.driverConnection, { schemas }));
  }

  /** Run SQL. @returns The catalog afterwards. */
  async setUp(...statements: readonly string[]): Promise<Catalog> {
    for (const sql of statements) await this.database.command(sql);
    return this.inspect();
  }

  async rows(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.database.send(sql)).rows;
  }

  steps(operations: readonly Operation[], catalog: Catalog): readonly Step[] {
    return this.database.dialect.migrations
      .compileOperations(operations, catalog)
      .flatMap((compiled) => compiled.steps);
  }

  /** Run the steps; rows that a check finds are an error. */
  async run(operations: readonly Operation[], catalog: Catalog): Promise<void> {
    for (const step of this.steps(operations, catalog)) {
      if (step.kind === "check") {
        const { rows } = await this.database.send(step.sql);
        if (rows.length > 0) throw new Error(`${step.problem} ${JSON.stringify(rows)}`);
      } else if (step.kind === "statement") {
        await this.database.command(step.sql).catch((cause: unknown) => {
          throw new Error(`${step.sql}: ${String(cause)}`, { cause });
        });
      }
    }
  }

  /** Run `operations`, and hold what is there against what they say. */
  async become(operations: readonly Operation[], schemas?: readonly string[]): Promise<Catalog> {
    const before = await this.inspect(schemas);
    await this.run(operations, before);
    const after = await this.inspect(schemas);
    expect(sorted(after)).toEqual(sorted(applyOperations(before, operations)));
    return after;
  }

  /** The rows that the checks of `operations` find. */
  async findings(operations: readonly Operation[], schemas?: readonly string[]): Promise<unknown[]> {
    const found: unknown[] = [];
    for (const step of this.steps(operations, await this.inspect(schemas))) {
      if (step.kind === "check") found.push(...(await this.database.send(step.sql)).rows);
    }
    return found;
  }
}

/** The table of this name. */
export function tableOf(catalog: Catalog, name: string): CatalogTable {
  const found = catalog.tables.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no table ${name}`);
  return found;
}

/** A catalog with one table of one column, "id". */
export function catalogWith(table: { readonly schema?: string; readonly name: string }): Catalog {
  const columns = [{ name: "id", type: "int(11)", nullable: false }];
  return {
    ...emptyCatalog,
    tables: [{ ...emptyTable(table), columns, primaryKey: { name: undefined, columns: ["id"] } }],
  };
}

function sorted(catalog: Catalog): Catalog {
  const byName = (left: { name?: string | undefined }, right: { name?: string | undefined }) =>
    (left.name ?? "") < (right.name ?? "") ? -1 : 1;
  return JSON.parse(
    JSON.stringify({
      ...catalog,
      tables: catalog.tables.toSorted(byName).map((table) => ({
        ...table,
        uniques: table.uniques.toSorted(byName),
        indexes: table.indexes.toSorted(byName),
        checks: table.checks.toSorted(byName),
        exclusions: table.exclusions.toSorted(byName),
        foreignKeys: table.foreignKeys.toSorted(byName),
      })),
    }),
  ) as Catalog;
}

/** Texts and a name made to break out of quotes, and their SQL. */
export const nasty = 'it\'s `a` "b" \\ ${c} */ \u2028\r\n--';
export const name = "we`ird ' \" \\ ${x} \u2028";
export const quoted = `\`${name.replaceAll("`", "``")}\``;
export const literal = `'${nasty.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
