/** Reading PostgreSQL's catalog, and creating from what was read: the same again. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases, type TestDatabase } from "../../../test/support/dialects.ts";
import { createOperations, inspect, runOperations } from "../../../test/support/migration-steps.ts";
import { hostile, sampleStatements } from "../../../test/support/postgresql-sample.ts";
import type { DriverConnection } from "../../io/driver.ts";
import { emptyCatalog, type Catalog, type CatalogColumn, type CatalogTable } from "../../metadata/catalog.ts";

const places = databases.filter(({ name }) => name === "PostgreSQL" || name === "PGlite");

describe.each(places)("inspect on $name", ({ name: place, open }) => {
  let database: TestDatabase;
  let catalog: Catalog;

  const table = (name: string): CatalogTable => {
    const found = catalog.tables.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`no table ${name}`);
    return found;
  };
  const column = (owner: string, name: string): CatalogColumn | undefined =>
    table(owner).columns.find((candidate) => candidate.name === name);

  beforeAll(async () => {
    database = await open();
    await database.command("CREATE SCHEMA other");
    for (const sql of sampleStatements()) await database.command(sql);
    catalog = await inspect(database, { schemas: ["other"] });
  }, 120_000);

  afterAll(() => database.close());

  test("columns", () => {
    expect(table("account").columns).toMatchObject([
      {
        name: "id",
        type: "integer",
        nullable: false,
        identity: { always: true, start: "100", increment: "5", cache: "10" },
      },
      { name: "big", type: "bigint", nullable: false, identity: { always: false } },
      { name: "old_style", type: "integer", identity: { always: false, serial: "account_old_style_seq" } },
      { name: "email", type: "character varying(120)", collation: "C", options: { statistics: "500" } },
      { name: "note", type: "text", nullable: true, comment: hostile, options: { storage: "EXTERNAL" } },
      { name: "amount", type: "numeric(12,3)", default: "1.5" },
      { name: "tags", type: "text[]", default: "'{}'::text[]" },
      { name: "current", type: "mood", default: "'ok'::mood" },
      { name: "moods", type: "mood[]" },
      { name: "level", type: "other.level" },
      { name: "doubled", computed: { expression: "(amount * (2)::numeric)", stored: true } },
      { name: "moment", type: "timestamp(3) with time zone" },
      { name: "span", type: "interval day to second(2)" },
      { name: "flags", type: "bit varying(5)" },
      { name: "small", type: "positive" },
      { name: "code", type: "code" },
      { name: "data", type: "jsonb", nullable: false },
      { name: "user", type: "name", default: "CURRENT_USER" },
      { name: "raw", type: "bytea", default: String.raw`'\x00ff'::bytea` },
      { name: "share", type: "double precision", default: "0.1" },
    ]);
    expect(column("account", "old_style")).not.toHaveProperty("default");
    expect(column("account", "big")).toEqual({
      name: "big",
      type: "bigint",
      nullable: false,
      identity: { always: false },
    });
  });

  test("constraints", () => {
    expect(table("account")).toMatchObject({
      primaryKey: { name: "account_key", columns: ["id"] },
      uniques: [
        { name: "account_big_key", columns: ["big"], deferrable: "deferred" },
        { name: "account_email_key", columns: ["email"], include: ["note"] },
      ],
      checks: [{ name: "amount_check" }, { name: "local_check", expression: "(share IS NOT NULL)", noInherit: true }],
      options: { fillfactor: "70", "toast.autovacuum_enabled": "false" },
    });
    expect(table("booking")).toMatchObject({
      foreignKeys: [
        { name: "later_key", columns: ["b"], referred: { name: "account" }, referredColumns: ["id"], notValid: true },
        { name: "self_reference", columns: ["a", "b"], onDelete: "RESTRICT", match: "full" },
      ],
      checks: [{ name: "later_check", expression: "(room < 1000)", notValid: true }],
      exclusions: [
        { name: "no_overlap", definition: "EXCLUDE USING gist (during WITH &&) WHERE ((room > 0)) DEFERRABLE" },
      ],
    });
    expect(table(hostile).foreignKeys).toEqual([
      {
        name: hostile,
        columns: ["parent"],
        referred: { name: "account" },
        referredColumns: ["id"],
        onDelete: "SET NULL",
        onUpdate: "CASCADE",
        deferrable: "immediate",
      },
    ]);
  });

  test("indexes", () => {
    expect(table("account").indexes).toEqual([
      {
        name: "account_data",
        columns: [{ column: "data", operatorClass: "jsonb_path_ops" }],
        unique: false,
        method: "gin",
        comment: hostile,
        options: { fastupdate: "off" },
      },
      {
        name: "account_mixed",
        columns: [
          { expression: "lower(note)", descending: true, nulls: "last" },
          { expression: "(amount + (1)::numeric)" },
          { column: "email", collation: "POSIX", operatorClass: "varchar_pattern_ops" },
        ],
        unique: false,
        include: ["share"],
        where: "((amount > (10)::numeric) AND (current <> 'sad'::mood))",
        options: { fillfactor: "50" },
      },
      {
        name: "account_unique",
        columns: [
          { column: "note", nulls: "first" },
          { column: "share", descending: true },
        ],
        unique: true,
      },
      {
        name: "account_zone",
        columns: [{ expression: "((moment AT TIME ZONE 'UTC'::text))::date" }],
        unique: false,
      },
    ]);
  });

  test("kinds of tables", () => {
    expect(table("measurement")).toMatchObject({ kind: "partitioned", options: { partitionBy: "RANGE (at)" } });
    expect(table("measurement_2024")).toMatchObject({
      kind: "partition",
      indexes: [],
      options: { partitionOf: "measurement", partitionBound: "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')" },
    });
    expect(table("measurement_2024")).not.toHaveProperty("primaryKey");
    expect(table("truck")).toMatchObject({ options: { inherits: "vehicle" }, checks: [] });
    expect(table("buffer").options).toEqual({ replicaIdentity: "FULL", unlogged: "true" });
    expect(table("secured").options).toEqual({ forceRowSecurity: "true", rowSecurity: "true" });
  });

  test("what stands around tables", () => {
    expect(catalog.enums).toMatchObject([
      { name: "mood", values: ["sad", "ok", hostile], comment: hostile },
      { schema: "other", name: "level" },
    ]);
    expect(catalog.domains).toMatchObject([
      { name: "code", type: "character varying(12)", nullable: false, collation: "C", checks: [] },
      { name: "positive", default: "1", checks: [{ name: "positive_check", expression: "(VALUE > 0)" }] },
    ]);
    expect(catalog.sequences.map(({ name }) => name)).toEqual(["odd_sequence", "owned_sequence", "plain_sequence"]);
    expect(catalog.sequences[1]).toMatchObject({ ownedBy: { table: { name: "account" }, column: "small" } });
    expect(table("buffer").triggers).toMatchObject([
      { name: "asleep", enabled: false },
      { name: "touch_buffer", enabled: true },
    ]);
    expect(table("secured").policies).toEqual([
      {
        name: "own_rows",
        permissive: false,
        command: "UPDATE",
        roles: ["public"],
        using: "(owner = CURRENT_USER)",
        withCheck: "(id > 0)",
      },
      { name: hostile, permissive: true, command: "SELECT", roles: ["public"], using: "true" },
    ]);
    expect(catalog.routines.map(({ name, kind, arguments: types }) => `${kind} ${name}(${types})`)).toEqual([
      "aggregate add_up(integer)",
      "function double_it(integer)",
      "function double_it(text, integer)",
      "function touch()",
      "procedure nothing()",
    ]);
    expect(catalog.views.map(({ name }) => name)).toEqual(["rich", "totals", "above"]);
    expect(catalog.views[1]).toMatchObject({ materialized: true, indexes: [{ name: "totals_key", unique: true }] });
    expect(catalog.views[2]?.triggers).toMatchObject([{ name: "instead" }]);
  });

  test("objects of extensions are the extension's", async () => {
    if (place === "PGlite") return;
    await database.command("CREATE EXTENSION citext WITH SCHEMA other");
    const found = await inspect(database, { schemas: "all" });
    expect(found.extensions).toMatchObject([{ name: "citext", schema: "other" }]);
    expect({ ...found, extensions: [] }).toEqual(catalog);
    await database.command("DROP EXTENSION citext");
  });

  test("a session's settings change nothing, and are given back", async () => {
    const settings = [
      ["TimeZone", "America/New_York"],
      ["DateStyle", "German"],
      ["IntervalStyle", "sql_standard"],
      ["extra_float_digits", "-5"],
      ["search_path", 'public, other, "$user"'],
      ["quote_all_identifiers", "on"],
    ] as const;
    const items = settings.map(([name]) => `current_setting('${name}')`).join(", ");
    const ask = async (): Promise<readonly unknown[]> => (await database.send(`SELECT ${items}`)).rows[0] ?? [];
    const usual = await ask();
    for (const [name, value] of settings)
      await database.send("SELECT set_config($1::text, $2::text, false)", [name, value]);
    const before = await ask();
    expect(await inspect(database, { schemas: ["other"] })).toEqual(catalog);
    expect(await ask()).toEqual(before);
    await database.run(function* (core) {
      yield* core.begin();
      expect(yield* core.dialect.migrations.inspect(core.driverConnection, { schemas: ["other"] })).toEqual(catalog);
      yield* core.commit();
    });
    expect(await ask()).toEqual(before);
    for (const [index, [name]] of settings.entries())
      await database.send("SELECT set_config($1::text, $2::text, false)", [name, String(usual[index])]);
  });

  test("the number of queries does not grow with the number of tables", async () => {
    let count = 0;
    const counted = (connection: DriverConnection): DriverConnection => ({
      ...connection,
      id: connection.id,
      execute: (query) => {
        count += 1;
        return connection.execute(query);
      },
      executeScript: (sql) => connection.executeScript(sql),
      transactionStatus: () => connection.transactionStatus(),
      isOpen: () => connection.isOpen(),
      close: () => connection.close(),
    });
    const queries = async (schemas: readonly string[]): Promise<number> => {
      count = 0;
      await database.run((core) => core.dialect.migrations.inspect(counted(core.driverConnection), { schemas }));
      return count;
    };
    await database.command("CREATE SCHEMA bare");
    await database.command("SET search_path = bare");
    const few = await queries([]);
    await database.command("SET search_path = public");
    expect(await queries(["other"])).toBe(few);
    expect(few).toBeLessThan(20);
    await database.command("DROP SCHEMA bare");
  });

  test("what is created from a catalog is that catalog", async () => {
    for (const schema of ["public", "other"]) {
      await database.command(`DROP SCHEMA ${schema} CASCADE`);
      await database.command(`CREATE SCHEMA ${schema}`);
    }
    await runOperations(database, createOperations(catalog), emptyCatalog);
    expect(await inspect(database, { schemas: ["other"] })).toEqual(catalog);
  });
});
