/** What commands compare: the table of the runner's own is never a difference. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { targets } from "../../test/suite/databases.ts";
import type { AsyncEngine } from "../engine/async-engine.ts";
import { MetaData } from "../metadata/meta-data.ts";
import type { MigrationConfig } from "../migration/config.ts";
import { Bookkeeping } from "../migration/run/bookkeeping.ts";
import { runOptions } from "./database.ts";
import { compare } from "./differences.ts";
import { Project } from "./project.ts";

class MemoryProject extends Project {
  readonly #config: MigrationConfig;

  constructor(config: MigrationConfig) {
    super(
      { cwd: ".", openEngine: () => Promise.reject(new Error("no engine")) },
      { config: undefined, url: undefined },
    );
    this.#config = config;
  }

  override config(): Promise<MigrationConfig> {
    return Promise.resolve(this.#config);
  }

  override metadata(): Promise<MetaData> {
    return Promise.resolve(new MetaData());
  }
}

describe.each(targets().filter(({ isSync }) => !isSync))("$name", (target) => {
  let engine: AsyncEngine;
  let remove: () => Promise<void>;
  beforeAll(async () => {
    const opened = await target.open();
    engine = opened.engine as AsyncEngine;
    remove = opened.remove;
  });
  afterAll(() => remove());

  const schemas = target.dialect === "postgresql" ? [undefined, "elsewhere"] : [undefined];
  test.each(schemas)("the version table of the configuration is left alone, in schema %s", async (schema) => {
    const config: MigrationConfig = {
      url: "",
      models: [],
      versionTable: "history",
      ...(schema === undefined ? {} : { versionTableSchema: schema, schemas: [schema] }),
    };
    if (schema !== undefined)
      await engine.run((connection) => connection.executeRaw({ sql: `CREATE SCHEMA ${schema}` }));
    const bookkeeping = new Bookkeeping(runOptions(config));
    await engine.run((connection) => bookkeeping.ensure(connection));
    expect((await compare({ project: new MemoryProject(config) }, engine, [], [])).operations).toEqual([]);
    await engine.run(function* (connection) {
      for (const sql of connection.dialect.ddl.dropTable(bookkeeping.table)) yield* connection.executeRaw({ sql });
    });
  });
});
