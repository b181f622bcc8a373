/** Scratch schemas and the migration lock of PostgreSQL, and types read from their texts. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases, type TestDatabase } from "../../../test/support/dialects.ts";
import { inspect } from "../../../test/support/migration-steps.ts";
import { targets } from "../../../test/suite/databases.ts";
import type { AsyncEngine } from "../../engine/async-engine.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import { TransactionStateError } from "../../engine/errors.ts";
import type { Catalog } from "../../metadata/catalog.ts";
import { ConnectionError, ProgrammingError } from "../database-error.ts";
import type { SchemaExecutor, SchemaMap } from "../migration-dialect.ts";
import { postgresqlDialect } from "./dialect.ts";
import { lock, timeouts, unlock } from "./migration-lock.ts";

const places = databases.filter(({ name }) => name === "PostgreSQL" || name === "PGlite");

describe.each(places)("scratch on $name", ({ name: place, open }) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await open();
    await database.command("CREATE SCHEMA other");
    await database.command("CREATE TYPE public.shared AS ENUM ('a')");
    await database.command("CREATE TABLE other.kept (id integer PRIMARY KEY)");
  }, 120_000);
  afterAll(() => database.close());

  const schemaNames = async (): Promise<unknown[]> =>
    (await database.send("SELECT nspname FROM pg_namespace WHERE nspname ~ 'scratch'")).rows.map(([name]) => name);

  /** Create `statements` in a scratch place ("@" is the one of `other`) and read it. */
  function tried(...statements: readonly string[]): Promise<{ readonly catalog: Catalog; readonly names: SchemaMap }> {
    return database.run((core) => {
      const { migrations } = core.dialect;
      if (migrations.scratch === undefined) throw new Error("no scratch");
      return migrations.scratch(core, [undefined, "other"], function* (names) {
        const other = names.get("other") ?? "";
        for (const sql of statements) yield* core.executeRaw({ sql: sql.replaceAll("@", other) });
        return { names, catalog: yield* migrations.inspect(core.driverConnection, { schemas: [other] }) };
      });
    });
  }

  test("what is created there is read as if it were the schema itself, and nothing stays", async () => {
    const sql = [
      "CREATE TABLE t (id serial PRIMARY KEY, kind shared DEFAULT 'a')",
      "CREATE TABLE @.u (t integer REFERENCES t)",
      "CREATE VIEW v AS SELECT kind FROM t",
    ];
    const { catalog, names } = await tried(...sql);
    const other = names.get("other") ?? "";
    expect(other).toMatch(/^sqlmodel_scratch_[a-z0-9]+_1$/);
    expect(await schemaNames()).toEqual([]);
    expect((await database.send("SELECT current_schema()")).rows).toEqual([["public"]]);
    for (const statement of sql) await database.command(statement.replaceAll("@", "other"));
    const real = await inspect(database, { schemas: ["other"] });
    const renamed = JSON.parse(JSON.stringify(catalog).replaceAll(other, "other")) as Catalog;
    expect(renamed.tables).toEqual(real.tables.filter(({ name }) => name !== "kept"));
    expect(renamed.views).toEqual(real.views);
    for (const drop of ["VIEW v", "TABLE other.u", "TABLE t"]) await database.command(`DROP ${drop}`);
  });

  test("nothing stays where the work fails", async () => {
    await expect(tried("CREATE TABLE t (id integer)", "nonsense")).rejects.toThrow(ProgrammingError);
    expect(await schemaNames()).toEqual([]);
  });

  test("a transaction of the caller's is not rolled back", async () => {
    await database.run((core) => core.begin());
    await expect(tried()).rejects.toThrow(TransactionStateError);
    await database.run((core) => core.rollback());
  });

  test("who may not create schemas is told what to do", async () => {
    await database.command("CREATE ROLE sqlmodel_reader");
    try {
      await database.command("SET ROLE sqlmodel_reader");
      const failed = await tried().catch((error: unknown) => error);
      expect(failed).toBeInstanceOf(ProgrammingError);
      expect(failed).toMatchObject({
        sqlState: "42501",
        message: expect.stringContaining("embedded PGlite") as string,
      });
    } finally {
      await database.command("RESET ROLE");
      await database.command("DROP ROLE sqlmodel_reader");
    }
  });

  test("timeouts, and what was there before them", async () => {
    await database.command("SET statement_timeout = '17s'");
    const bound = async (bounds: Parameters<typeof timeouts>[0]): Promise<void> => {
      for (const sql of timeouts(bounds)) await database.command(sql);
    };
    await bound({ lockTimeout: 1500.4, statementTimeout: 0.1 });
    const read = async (): Promise<unknown> =>
      (await database.send("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")).rows[0];
    expect(await read()).toEqual(["1500ms", "1ms"]);
    await bound({ lockTimeout: 20, statementTimeout: undefined });
    expect(await read()).toEqual(["20ms", "17s"]);
    await bound({ lockTimeout: undefined, statementTimeout: undefined });
    expect(await read()).toEqual(["0", "17s"]);
    await database.command("RESET statement_timeout");
    await bound({ lockTimeout: undefined, statementTimeout: undefined });
    expect(await read()).toEqual(["0", "0"]);
  });

  test("the lock is given back", async () => {
    expect(await database.run((core) => lock(core, place, 0))).toBe(true);
    await database.run((core) => unlock(core, place));
    expect(
      (await database.send("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"))
        .rows,
    ).toEqual([["0"]]);
  });
});

describe.skipIf(!targets().some(({ name }) => name === "PostgreSQL"))("the migration lock", () => {
  test("one session has it at a time; another waits for it", async () => {
    const target = targets().find(({ name }) => name === "PostgreSQL");
    if (target === undefined) return;
    const { engine: opened, remove } = await target.open();
    const engine = opened as AsyncEngine;
    const [first, second] = [await engine.connect(), await engine.connect()];
    expect(await first.run((core) => lock(core, "x", 0))).toBe(true);
    expect(await second.run((core) => lock(core, "y", 0))).toBe(true);
    const started = Date.now();
    expect(await second.run((core) => lock(core, "x", 250))).toBe(false);
    expect(Date.now() - started).toBeGreaterThanOrEqual(250);
    const waiting = second.run((core) => lock(core, "x", 20_000));
    await first.run((core) => unlock(core, "x"));
    expect(await waiting).toBe(true);
    await second.run((core) => unlock(core, "x"));
    const cores: ConnectionCore[] = [];
    for (const connection of [first, second]) {
      await connection.run(function* (core) {
        cores.push(core);
        yield* unlock(core, "y");
      });
    }
    // As a pooler does that gives each transaction another session.
    let turn = 0;
    const pooled: SchemaExecutor["executeRaw"] = (statement) => {
      const core = cores[(turn += 1) % 2];
      if (core === undefined) throw new Error("no connection");
      return core.executeRaw(statement);
    };
    const refused = await first
      .run((core) => lock(Object.assign(Object.create(core) as ConnectionCore, { executeRaw: pooled }), "z", 0))
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConnectionError);
    await first.close();
    await second.close();
    await remove();
  }, 60_000);
});

describe("reflectType", () => {
  const { migrations } = postgresqlDialect();

  test.each([
    ["character varying(20)", "varchar(20)"],
    ["character(3)", "char(3)"],
    ["numeric(12,3)", "numeric(12, 3)"],
    ["timestamp(3) with time zone", "timestamp(3) with time zone"],
    ["timestamp without time zone", "timestamp without time zone"],
    ["time(2) without time zone", "time(2)"],
    ["character varying(20)[]", "varchar(20)[]"],
    ...[
      "smallint",
      "integer",
      "bigint",
      "numeric",
      "real",
      "double precision",
      "boolean",
      "text",
      "text[]",
      "bytea",
    ].map((type) => [type, type]),
    // What has no type of its own here is spelled as it is.
    ...[
      "character varying",
      "bpchar",
      "numeric(3,-2)",
      "time with time zone",
      "interval day to second(2)",
      "inet",
      "mood",
      'other."Odd ""type"""',
      "mood[]",
      "tsvector",
    ].map((type) => [type, type]),
  ] as [string, string][])("%s is spelled %s", (text, spelled) => {
    expect(migrations.typeText(migrations.reflectType(text))).toBe(spelled);
  });
});
