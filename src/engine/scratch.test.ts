import { describe, expect, test } from "vitest";
import { createEngine } from "../create-engine.ts";
import { hasNodeSqlite } from "../driver/node-sqlite.ts";
import { runSync } from "../io/run-sync.ts";
import { ConnectionCore } from "./connection.ts";
import { EngineCore } from "./engine-core.ts";
import { Pool } from "./pool.ts";
import { sqliteDialect } from "../dialect/sqlite/dialect.ts";
import { Engine } from "./engine.ts";

describe.each(hasNodeSqlite() ? (["node:sqlite"] as const) : (["better-sqlite3"] as const))("%s", (driver) => {
  test("A scratch core opens an empty database of its own, set up like the engine's, and closes it", () => {
    using engine = createEngine("sqlite::memory:", { driver, connectArgs: { readonly: true } });
    const core = engine.core.scratch();
    expect(core).toBeInstanceOf(EngineCore);
    if (core === undefined) return;
    const connection = runSync(ConnectionCore.open(core));
    runSync(connection.executeRaw({ sql: "CREATE TABLE hero (id INTEGER)" }));
    const { rows } = runSync(connection.executeRaw({ sql: "PRAGMA foreign_keys", returnsRows: true }));
    expect(rows).toEqual([[1]]);
    runSync(connection.close());
    expect(core.pool.status).toEqual({ idle: 1, inUse: 0, waiting: 0 });
    void core.pool.dispose();
    expect(() => runSync(ConnectionCore.open(core))).toThrow(/E503/);

    const other = engine.core.scratch();
    if (other === undefined) return;
    const empty = new Engine(other);
    expect(empty.run((opened) => opened.dialect.tableNames(opened.driverConnection, undefined))).toEqual(new Set());
    empty.dispose();
  });
});

test("Where the driver has no scratch database, there is no scratch core", () => {
  const driver = { name: "none", isSync: true, connect: () => expect.fail() };
  const pool = new Pool(driver, {
    size: 1,
    overflow: 0,
    timeout: 1,
    recycle: -1,
    lifo: true,
    waits: false,
    holderStacks: false,
  });
  const core = new EngineCore({
    dialect: sqliteDialect(),
    pool,
    address: "nowhere",
    prePing: false,
    log: {},
    compiledCacheSize: 1,
    onCartesianProduct: "ignore",
  });
  expect(core.scratch()).toBeUndefined();
});
