/** T35 T36: what takes too long, or is not wanted any more, is stopped in the database, and hits nothing else. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  ArgumentError,
  AsyncEngine,
  AsyncSession,
  CannotCancelError,
  createAsyncEngine,
  type ExecOptions,
  func,
  metadata,
  PendingRollbackError,
  primaryKey,
  select,
  type Session,
  sql,
  StatementCancelled,
  StatementTimeout,
  table,
  type SqlTemplate,
} from "sqlmodel";
import { afterAll, beforeAll, describe, expect, test as plainTest } from "vitest";
import { z } from "zod";
import { targets, type DialectName } from "../databases.ts";
import { suite } from "../harness.ts";
import { rejects, thrown } from "./rejects.ts";

class Task extends table("task", { id: primaryKey(), name: z.string().max(50) }) {}

/** Statements that take minutes, and whose text says where they come from. */
const endless: Readonly<Partial<Record<DialectName, SqlTemplate<{ n: unknown }>>>> = {
  postgresql: sql`SELECT /* endless */ count(*) AS n FROM generate_series(1, 100000000) AS a, generate_series(1, 1000) AS b`,
  mysql: sql`SELECT /* endless */ count(*) AS n FROM seq_1_to_100000000 AS a, seq_1_to_1000 AS b WHERE (a.seq * b.seq) % 7 = 1`,
};
const running: Readonly<Partial<Record<DialectName, SqlTemplate<{ n: unknown }>>>> = {
  postgresql: sql`SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT /* endless%' AND datname = current_database()`,
  mysql: sql`SELECT count(*) AS n FROM information_schema.processlist WHERE info LIKE 'SELECT /* endless%' AND db = database()`,
};

async function failure(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const servers = targets().filter(({ name }) => name === "PostgreSQL" || name === "MariaDB");

for (const target of servers) {
  describe(`T35 T36 ${target.name}`, () => {
    const long = endless[target.dialect] as SqlTemplate<{ n: unknown }>;
    const count = running[target.dialect] as SqlTemplate<{ n: unknown }>;
    let engine: AsyncEngine;
    let remove: () => Promise<void>;
    beforeAll(async () => {
      const opened = await target.open();
      if (!(opened.engine instanceof AsyncEngine)) throw new Error("a server's engine is asynchronous");
      ({ engine } = opened as { engine: AsyncEngine });
      ({ remove } = opened);
      await metadata.createAll(engine);
    });
    afterAll(() => remove());

    /** Lists of a server's processes show a statement a moment longer than it runs. */
    async function expectNothingRuns(): Promise<void> {
      for (let round = 0; round < 50 && (await runningNow()) > 0; round += 1) await sleep(20);
      expect(await runningNow()).toBe(0);
    }

    async function runningNow(): Promise<number> {
      await using session = new AsyncSession(engine);
      return Number((await session.exec(count)).one().n);
    }

    plainTest("T35 a timeout stops the statement in the server, and says so", async () => {
      const session = new AsyncSession(engine);
      const start = performance.now();
      const error = await failure(session.exec(long, { timeout: 0.3 }));
      expect(error).toBeInstanceOf(StatementTimeout);
      expect((error as StatementTimeout).message).toContain("timeout of 0.3 s");
      expect(performance.now() - start).toBeLessThan(5000);
      await expectNothingRuns();
      if (target.dialect === "postgresql")
        expect(await failure(session.exec(select(Task)))).toBeInstanceOf(PendingRollbackError);
      await session.rollback();
      session.add(new Task({ name: "after" }));
      await session.commit();
      expect((await session.exec(select(Task.c.name), { timeout: 10 })).all()).toContain("after");
      await session.close();
      expect(engine.poolStatus.inUse).toBe(0);
    });

    plainTest("T35 T36 a timeout and a signal stop a page, by place and by number", async () => {
      const session = new AsyncSession(engine);
      session.add(new Task({ name: "first" }));
      await session.commit();
      const waits = { postgresql: sql<boolean>`pg_sleep(60) IS NOT NULL`, mysql: sql<boolean>`sleep(60) = 0` };
      const slow = select(Task)
        .where(waits[target.dialect as "postgresql" | "mysql"])
        .orderBy(Task.c.id);
      const start = performance.now();
      for (const page of [
        (options: ExecOptions) => session.page(slow, { limit: 5, ...options }),
        (options: ExecOptions) => session.paginate(slow, { page: 1, size: 5, ...options }),
      ]) {
        expect(await failure(page({ timeout: 0.2 }))).toBeInstanceOf(StatementTimeout);
        await session.rollback();
        const reason = new Error("the client has gone");
        const controller = new AbortController();
        const work = failure(page({ signal: controller.signal }));
        setTimeout(() => controller.abort(reason), 200);
        expect(await work).toBe(reason);
        await session.rollback();
      }
      expect(performance.now() - start).toBeLessThan(20_000);
      const quick = { signal: new AbortController().signal, timeout: 10 };
      const found = await session.page(select(Task).where(Task.c.name.eq("first")), { limit: 1, ...quick });
      expect(found.items).toHaveLength(1);
      expect((await session.paginate(select(Task), { page: 1, size: 1, ...quick })).items).toHaveLength(1);
      await session.close();
    });

    plainTest("T36 a signal stops the statement in the server; the call fails with its reason", async () => {
      const session = new AsyncSession(engine);
      const controller = new AbortController();
      const work = failure(session.exec(long, { signal: controller.signal }));
      while ((await runningNow()) === 0) await sleep(20);
      const reason = new Error("the client has gone");
      controller.abort(reason);
      expect(await work).toBe(reason);
      await expectNothingRuns();
      await session.rollback();
      const late = await failure(session.exec(select(Task), { signal: controller.signal }));
      expect(late).toBe(reason);
      expect(await failure(session.exec(select(Task), { signal: AbortSignal.abort() }))).toHaveProperty(
        "name",
        "AbortError",
      );
      expect((await session.exec(select(func.count()).from(Task))).all()).toHaveLength(1);
      await session.close();
    });

    plainTest("T36 a signal ends the wait for a connection, and a timeout counts it", async () => {
      const sessions = Array.from({ length: 15 }, () => new AsyncSession(engine));
      for (const session of sessions) await session.begin();
      const waiting = new AsyncSession(engine);
      expect(await failure(waiting.exec(select(Task), { timeout: 0.1 }))).toBeInstanceOf(StatementTimeout);
      const controller = new AbortController();
      const work = failure(waiting.exec(select(Task), { signal: controller.signal }));
      await sleep(20);
      controller.abort();
      expect(await work).toHaveProperty("name", "AbortError");
      for (const session of sessions) await session.close();
      expect((await waiting.exec(select(func.count()).from(Task))).all()).toHaveLength(1);
      await waiting.close();
      expect(engine.poolStatus.inUse).toBe(0);
    });

    plainTest("T36 what somebody else stops is told as that, and what is no part of the call goes on", async () => {
      const session = new AsyncSession(engine);
      const id = (
        await session.exec(
          target.dialect === "mysql"
            ? sql<{ id: number }>`SELECT connection_id() AS id`
            : sql<{ id: number }>`SELECT pg_backend_pid() AS id`,
        )
      ).one().id;
      const work = failure(session.exec(long));
      while ((await runningNow()) === 0) await sleep(20);
      const stop = target.dialect === "mysql" ? `KILL QUERY ${String(id)}` : `SELECT pg_cancel_backend(${String(id)})`;
      await using admin = await engine.connect();
      await admin.run((core) => core.executeRaw({ sql: stop }));
      expect(await work).toBeInstanceOf(StatementCancelled);
      await session.close();
    });

    plainTest("T36 a connection without a session takes the same options", async () => {
      await using connection = await engine.connect();
      expect(await failure(connection.execute(long, { timeout: 0.2 }))).toBeInstanceOf(StatementTimeout);
      expect((await connection.execute(sql`SELECT 1 AS a`)).all()).toHaveLength(1);
    });

    plainTest("T36 signals at any moment stop nothing but their own statement, and leak no connection", async () => {
      const pause =
        target.dialect === "mysql"
          ? sql<{ n: number }>`SELECT sleep(0.02) AS n`
          : sql<{ n: number }>`SELECT 1 AS n FROM pg_sleep(0.02)`;
      let stopped = 0;
      const workers = Array.from({ length: 4 }, async (_, worker) => {
        for (let round = 0; round < 60; round += 1) {
          const session = new AsyncSession(engine);
          const controller = new AbortController();
          const moment = ((worker * 60 + round) * 7919) % 30;
          const timer = setTimeout(() => controller.abort(), moment);
          const outcome = await failure(session.exec(pause, { signal: controller.signal }));
          clearTimeout(timer);
          if (outcome !== undefined) {
            expect(outcome).toHaveProperty("name", "AbortError");
            stopped += 1;
          }
          // Whoever comes next on this connection is not hit.
          await session.rollback();
          for (let next = 0; next < 3; next += 1) {
            expect((await session.exec(sql<{ a: unknown }>`SELECT 1 AS a`)).all()).toHaveLength(1);
          }
          await session.close();
        }
      });
      await Promise.all(workers);
      expect(stopped).toBeGreaterThan(20);
      expect(engine.poolStatus.inUse).toBe(0);
    });

    plainTest("T35 statementTimeout is the server's own limit, for every statement", async () => {
      const name = await engine.begin(async (connection) => {
        const found = await connection.execute(
          target.dialect === "mysql" ? sql`SELECT database() AS name` : sql`SELECT current_database() AS name`,
        );
        return String(found.one()["name"]);
      });
      const base =
        target.dialect === "mysql"
          ? (process.env["MYSQL_URL"] ?? "mysql://root@127.0.0.1:3306/")
          : (process.env["POSTGRESQL_URL"] ?? "postgresql://postgres@127.0.0.1:5432/postgres");
      const url = new URL(base);
      url.pathname = `/${name}`;
      const limited = createAsyncEngine(url.href, { statementTimeout: 0.3 });
      try {
        await using session = new AsyncSession(limited);
        expect(await failure(session.exec(long))).toBeInstanceOf(StatementTimeout);
        await session.rollback();
        expect((await session.exec(sql<{ a: unknown }>`SELECT 1 AS a`)).all()).toHaveLength(1);
      } finally {
        await limited.dispose();
      }
    });
  });
}

suite("T35 T36 embedded databases and wrong options", ({ test }) => {
  test("T36 nobody can stop an embedded database, and it says so", function* ({ session, engine, isSync, dialect }) {
    if (isSync) {
      const raw = session.raw as Session;
      thrown(() => raw.exec(select(Task), { signal: new AbortController().signal }), CannotCancelError);
      thrown(() => raw.scalars(select(Task), { timeout: 1 }), CannotCancelError);
      thrown(() => raw.page(select(Task), { limit: 1, timeout: 1 }), CannotCancelError);
      const { signal } = new AbortController();
      thrown(() => raw.paginate(select(Task), { page: 1, size: 1, signal }), CannotCancelError);
      return;
    }
    const raw = session.raw as AsyncSession;
    // A signal is looked at between statements.
    yield raw.exec(select(Task), { signal: new AbortController().signal });
    const controller = new AbortController();
    controller.abort(new Error("gone"));
    expect(yield failure(raw.exec(select(Task), { signal: controller.signal }))).toBe(controller.signal.reason);
    const outcome: unknown = yield failure(raw.exec(select(Task), { timeout: 5 }));
    if (dialect === "sqlite" || (engine as AsyncEngine).core.address.includes("in memory"))
      expect(outcome).toBeInstanceOf(CannotCancelError);
    else expect(outcome).toBeUndefined();
    yield* session.rollback();
  });

  test("T35 options that cannot be are refused", function* ({ session, isSync }) {
    for (const options of [
      { timeout: 0 },
      { timeout: -1 },
      { timeout: Number.NaN },
      { timeout: "5" },
      { signal: {} },
    ]) {
      const call = () => (session.raw as AsyncSession).exec(select(Task), options as never);
      if (isSync) thrown(call, ArgumentError);
      else
        yield* rejects(
          (function* () {
            yield call();
          })(),
          ArgumentError,
        );
    }
    expect((yield* session.exec(select(Task))).all()).toEqual([]);
  });
});
