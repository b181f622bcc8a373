/**
 * T37: a pooler that gives each transaction another connection of the server. Runs against the one that PGBOUNCER_URL names, a
 * PgBouncer in transaction mode before an empty database or one of its own for tests; says so where there is none.
 */
import {
  AsyncSession,
  ConnectionError,
  createAsyncEngine,
  EngineOptionError,
  MetaData,
  primaryKey,
  select,
  sql,
  StatementTimeout,
  tableFor,
  UniqueViolation,
  field,
} from "sqlmodel";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { targets } from "../databases.ts";
import { thrown } from "./rejects.ts";

const metadata = new MetaData();
class Pooled extends tableFor(metadata)("pooled_rows", {
  id: primaryKey(),
  name: field(z.string().max(50), { unique: true }),
  at: z.date(),
}) {}

const url = process.env["PGBOUNCER_URL"] ?? "";
if (url === "" && targets().some(({ name }) => name === "PostgreSQL"))
  console.warn("PGBOUNCER_URL is not set: T37 is NOT tested through a pooler, only beside one.");

const server = process.env["POSTGRESQL_URL"] ?? "postgresql://postgres@127.0.0.1:5432/postgres";
const onServer = describe.skipIf(!targets().some(({ name }) => name === "PostgreSQL"));

onServer("T37 beside a pooler", () => {
  afterEach(() => vi.restoreAllMocks());

  test("pooler: 'transaction' names no statement and changes no setting of the session", async () => {
    const statements: string[] = [];
    await using engine = createAsyncEngine(server, {
      pooler: "transaction",
      echo: ({ sql: text }) => statements.push(text),
    });
    await using session = new AsyncSession(engine);
    for (let round = 0; round < 3; round += 1) await session.exec(sql`SELECT ${round} AS a`);
    const names = await session.exec(sql<{ n: unknown }>`SELECT count(*) AS n FROM pg_prepared_statements`);
    expect(Number(names.one().n)).toBe(0);
    const changed = await session.exec(
      sql<{
        name: string;
      }>`SELECT name FROM pg_settings WHERE source = 'session' AND name <> 'TimeZone' AND name <> 'DateStyle'`,
    );
    expect(changed.all().map(({ name }) => name)).toEqual([]);
  });

  test("a server whose settings a pooled connection may not change is refused, with what to do", async () => {
    const hostile = `${server}?options=-c%20bytea_output%3Descape`;
    await using engine = createAsyncEngine(hostile, { pooler: "transaction" });
    const error: unknown = await engine.connect().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as Error).message).toMatch(/ALTER ROLE … SET bytea_output = 'hex'/);
    expect(engine.poolStatus.inUse).toBe(0);
  });

  test("statementTimeout and pooler are refused where they cannot be meant", () => {
    const refused = (target: string, options: object) =>
      thrown(() => createAsyncEngine(target, options), EngineOptionError).message;
    expect(refused(server, { pooler: "transaction", statementTimeout: 1 })).toContain("timeout");
    expect(refused("sqlite::memory:", { statementTimeout: 1 })).toContain("for servers");
    expect(refused("pglite:", { statementTimeout: 1 })).toContain("for servers");
    expect(refused("mysql://root@127.0.0.1/", { pooler: "transaction" })).toContain("for PostgreSQL");
    expect(refused(server, { pooler: "statement" })).toContain("'transaction' or 'session'");
    expect(refused(server, { statementTimeout: 0 })).toContain("greater than 0");
  });
});

describe.skipIf(url === "")("T37 through a pooler", () => {
  const workers = Array.from({ length: 8 }, (_, worker) => worker);

  test("more clients than server connections: no statement is lost or met twice, and settings hold", async () => {
    const engines = workers.map(() => createAsyncEngine(url, { pooler: "transaction", poolSize: 2 }));
    const [first] = engines;
    if (first === undefined) return;
    await metadata.dropAll(first);
    await metadata.createAll(first);
    try {
      const work = engines.map(async (engine, worker) => {
        for (let round = 0; round < 15; round += 1) {
          await using session = new AsyncSession(engine);
          const at = new Date(Date.UTC(2024, 1, 29, 13, round, worker));
          session.add(new Pooled({ name: `${String(worker)}-${String(round)}`, at }));
          await session.commit();
          const found = await session.exec(
            select(Pooled).where(Pooled.c.name.eq(`${String(worker)}-${String(round)}`)),
          );
          expect(found.one().at).toEqual(at);
          const settings = await session.exec(
            sql<{
              zone: string;
              style: string;
            }>`SELECT current_setting('TimeZone') AS zone, current_setting('DateStyle') AS style`,
          );
          expect(settings.one()).toEqual({ zone: "UTC", style: "ISO, YMD" });
          session.add(new Pooled({ name: `${String(worker)}-${String(round)}`, at }));
          await expect(session.flush()).rejects.toThrow(UniqueViolation);
          await session.rollback();
        }
      });
      await Promise.all(work);
      await using session = new AsyncSession(first);
      expect((await session.exec(select(Pooled))).all()).toHaveLength(8 * 15);
    } finally {
      await metadata.dropAll(first);
      for (const engine of engines) await engine.dispose();
    }
  });

  test("a pooler of which nobody has told is noticed, and statements are not named", async () => {
    const warnings: string[] = [];
    vi.spyOn(process, "emitWarning").mockImplementation((message) => void warnings.push(String(message)));
    await using engine = createAsyncEngine(url);
    for (let round = 0; round < 10; round += 1) {
      await Promise.all(
        workers.map(async (worker) => {
          await using session = new AsyncSession(engine);
          expect((await session.exec(sql<{ n: unknown }>`SELECT ${worker} AS n`)).all()).toHaveLength(1);
          const names = await session.exec(sql<{ n: unknown }>`SELECT count(*) AS n FROM pg_prepared_statements`);
          expect(Number(names.one().n)).toBe(0);
        }),
      );
    }
    expect(warnings.filter((warning) => warning.includes("pooler"))).toHaveLength(1);
    vi.restoreAllMocks();
  });

  test("a timeout stops the statement behind the pooler, and nobody else's", async () => {
    await using engine = createAsyncEngine(url, { pooler: "transaction" });
    const others = workers.map(async () => {
      await using session = new AsyncSession(engine);
      for (let round = 0; round < 10; round += 1)
        expect((await session.exec(sql<{ n: number }>`SELECT 1 AS n FROM pg_sleep(0.02)`)).all()).toHaveLength(1);
    });
    await using session = new AsyncSession(engine);
    for (let round = 0; round < 3; round += 1) {
      await expect(session.exec(sql`SELECT 1 AS n FROM pg_sleep(60)`, { timeout: 0.5 })).rejects.toThrow(
        StatementTimeout,
      );
      await session.rollback();
    }
    await Promise.all(others);
  });

  test("a session's statementTimeout is refused once the pooler is noticed", async () => {
    vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    await using engine = createAsyncEngine(url, { statementTimeout: 1 });
    await expect(engine.connect()).rejects.toThrow(/pooler/);
    vi.restoreAllMocks();
  });
});
