/** T22–T25, T28–T31, T33, T39: transactions that fail, compete, wait or are used by two calls at once. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  AsyncEngine,
  AsyncSession,
  ConcurrentSessionUse,
  createAsyncEngine,
  createEngine,
  DatabaseError,
  DeadlockDetected,
  field,
  ForeignKeyViolation,
  func,
  insert,
  LockTimeout,
  metadata,
  PendingRollbackError,
  PoolTimeoutError,
  primaryKey,
  PromiseInTransactionError,
  ReadOnlyError,
  select,
  SerializationFailure,
  Session,
  sql,
  SQLModelError,
  StaleDataError,
  table,
  UniqueViolation,
  update,
  version,
} from "sqlmodel";
import { describe, expect, test as plainTest } from "vitest";
import { z } from "zod";
import { targets } from "../databases.ts";
import { suite, type Step } from "../harness.ts";
import { rejects, thrown } from "./rejects.ts";

class Stock extends table("stock", {
  id: primaryKey(),
  name: field(z.string().max(50), { unique: true }),
  amount: z.int(),
}) {}
class Versioned extends table("versioned", { id: primaryKey(), amount: z.int(), lock: version() }) {}
class Late extends table("late", {
  id: primaryKey(),
  stockId: field(z.int().nullable(), { foreignKey: "stock.id" }),
}) {}

function* stocked(session: { addAll(entities: readonly Stock[]): void; commit(): Step<void> }): Step<void> {
  session.addAll([new Stock({ name: "a", amount: 1 }), new Stock({ name: "b", amount: 1 })]);
  yield* session.commit();
}

suite("T22 T23 T24 T25 T31 transactions that fail or compete", ({ test }) => {
  test("T23 after an error nothing is committed, and the session says why until it is rolled back", function* ({
    session,
    openSession,
  }) {
    yield* stocked(session);
    session.add(new Stock({ name: "kept?", amount: 1 }));
    yield* session.flush();
    session.add(new Stock({ name: "a", amount: 2 }));
    const first = yield* rejects(session.flush(), UniqueViolation);
    for (const step of [
      () => session.commit(),
      () => session.flush(),
      () => session.exec(select(Stock)),
      () => session.get(Stock, 1),
      () => session.beginNested(),
    ]) {
      const error = yield* rejects(step(), PendingRollbackError);
      expect(error.cause).toBe(first);
    }
    yield* session.rollback();
    yield* session.commit();
    yield* session.close();
    expect((yield* openSession().exec(select(Stock.c.name).orderBy(Stock.c.id))).all()).toEqual(["a", "b"]);
  });

  test("T22 a session that is closed in a transaction leaves nothing behind for the next", function* ({
    session,
    openSession,
    engine,
  }) {
    session.add(new Stock({ name: "open", amount: 1 }));
    yield* session.flush();
    yield* session.close();
    expect(engine.poolStatus.inUse).toBe(0);
    const next = openSession();
    expect((yield* next.exec(select(Stock))).all()).toEqual([]);
    yield* next.text(sql`ROLLBACK`);
    next.add(new Stock({ name: "after", amount: 1 }));
    try {
      yield* next.commit();
    } catch {
      yield* next.rollback();
    }
    yield* next.close();
    expect(engine.poolStatus.inUse).toBe(0);
    const last = openSession();
    last.add(new Stock({ name: "last", amount: 1 }));
    yield* last.commit();
    yield* last.close();
    expect((yield* openSession().exec(select(func.count()).from(Stock).where(Stock.c.name.eq("last")))).one()).toBe(1);
  });

  test("T24 an error at COMMIT is the database's, nothing was written, and the session goes on", function* ({
    session,
    openSession,
    dialect,
  }) {
    if (dialect === "mysql") return;
    yield* stocked(session);
    if (dialect === "sqlite") yield* session.text(sql`PRAGMA defer_foreign_keys = ON`);
    else
      yield* session.text(sql`ALTER TABLE late ALTER CONSTRAINT fk_late_stock_id_stock DEFERRABLE INITIALLY DEFERRED`);
    yield* session.exec(insert(Late).values({ stockId: 999 }));
    yield* rejects(session.commit(), ForeignKeyViolation);
    yield* session.rollback();
    expect((yield* session.exec(select(Late))).all()).toEqual([]);
    session.add(new Late({ stockId: 1 }));
    yield* session.commit();
    yield* session.close();
    expect((yield* openSession().exec(select(func.count()).from(Late))).one()).toBe(1);
  });

  test("T22 a statement that ends the transaction by itself is noticed", function* ({ session, dialect, openSession }) {
    if (dialect !== "sqlite") return;
    yield* stocked(session);
    session.add(new Stock({ name: "lost", amount: 1 }));
    yield* session.flush();
    yield* rejects(session.text(sql`INSERT OR ROLLBACK INTO stock (name, amount) VALUES ('a', 1)`), UniqueViolation);
    yield* rejects(session.exec(select(Stock)), PendingRollbackError);
    yield* session.rollback();
    yield* session.commit();
    yield* session.close();
    expect((yield* openSession().exec(select(func.count()).from(Stock))).one()).toBe(2);
  });

  test.concurrent(
    "T31 a version column turns a lost update into an error, at every isolation level",
    function* ({ session, openSession, engine, dialect }) {
      for (const isolationLevel of engine.dialect.capabilities.isolationLevels) {
        // There, MySQL's readers lock: the second session would have to wait for the first, which waits for it.
        if (isolationLevel === "SERIALIZABLE" && dialect === "mysql") continue;
        const made = new Versioned({ amount: 1 });
        session.add(made);
        yield* session.commit();
        const [first, second] = [openSession({ isolationLevel }), openSession({ isolationLevel })];
        const one = (yield* first.get(Versioned, made.id)) as Versioned;
        const two = (yield* second.get(Versioned, made.id)) as Versioned;
        one.amount += 10;
        yield* first.commit();
        two.amount += 100;
        const error = yield* rejects(second.commit(), SQLModelError);
        expect(
          error instanceof StaleDataError || error instanceof SerializationFailure,
          `${isolationLevel}: ${error.name}`,
        ).toBe(true);
        yield* second.rollback();
        const again = (yield* second.get(Versioned, made.id, { populateExisting: true })) as Versioned;
        again.amount += 100;
        yield* second.commit();
        yield* first.close();
        yield* second.close();
        yield* session.refresh(made);
        expect(made.amount, isolationLevel).toBe(111);
      }
    },
  );

  test.concurrent(
    "T25 a lock timeout rolls the whole transaction back, and retries run it again from its start",
    function* ({ session, openSession, dialect }) {
      yield* stocked(session);
      const [holder, waiter] = [openSession(), openSession()];
      yield* holder.exec(update(Stock).values({ amount: 5 }).where(Stock.c.name.eq("a")));
      yield* waiter.begin();
      yield* waiter.text(
        dialect === "mysql" ? sql`SET SESSION innodb_lock_wait_timeout = 1` : sql`SET LOCAL lock_timeout = '200ms'`,
      );
      waiter.add(new Stock({ name: "half", amount: 1 }));
      yield* waiter.flush();
      const error = yield* rejects(
        waiter.exec(update(Stock).values({ amount: 6 }).where(Stock.c.name.eq("a"))),
        LockTimeout,
      );
      expect(error.isRetryable).toBe(true);
      yield* rejects(waiter.commit(), PendingRollbackError);
      yield* waiter.rollback();
      yield* holder.commit();
      yield* session.commit();
      expect((yield* session.exec(select(Stock.c.name, Stock.c.amount).orderBy(Stock.c.name))).all()).toEqual([
        ["a", 5],
        ["b", 1],
      ]);
    },
  );

  test.concurrent(
    "T25 of two transactions that wait for each other one is told, and its retry succeeds",
    function* ({ session, openSession }) {
      yield* stocked(session);
      const runs = { first: 0, second: 0 };
      const locked = new Set<string>();
      const gate = (() => {
        let open = (): void => undefined;
        const promise = new Promise<void>((resolve) => (open = resolve));
        return { promise, open };
      })();
      const work = (raw: AsyncSession, name: "first" | "second", order: readonly string[]): Promise<void> =>
        raw.begin(
          async () => {
            runs[name] += 1;
            await raw.exec(
              update(Stock)
                .values({ amount: Stock.c.amount.plus(1) })
                .where(Stock.c.name.eq(order[0]!)),
            );
            locked.add(name);
            if (locked.size === 2) gate.open();
            await gate.promise;
            await raw.exec(
              update(Stock)
                .values({ amount: Stock.c.amount.plus(1) })
                .where(Stock.c.name.eq(order[1]!)),
            );
          },
          { retries: 5 },
        );
      const [one, two] = [openSession().raw as AsyncSession, openSession().raw as AsyncSession];
      yield Promise.all([work(one, "first", ["a", "b"]), work(two, "second", ["b", "a"])]);
      expect(runs.first + runs.second).toBeGreaterThan(2);
      yield* session.commit();
      expect((yield* session.exec(select(Stock.c.amount))).all()).toEqual([3, 3]);
      expect(DeadlockDetected.name).toBe("DeadlockDetected");
    },
  );
});

suite("T28 T30 sqlite", ({ test }) => {
  test("T30 a promise returned into a synchronous transaction or savepoint is refused and rolled back", function* ({
    session,
    isSync,
  }) {
    if (!isSync) return;
    const raw = session.raw as Session;
    const lost = (): Promise<void> => {
      raw.add(new Stock({ name: "lost", amount: 1 }));
      return Promise.reject(new Error("nobody hears this"));
    };
    thrown(() => raw.begin(lost), PromiseInTransactionError);
    raw.begin();
    thrown(() => raw.beginNested(lost), PromiseInTransactionError);
    raw.commit();
    expect((yield* session.exec(select(Stock))).all()).toEqual([]);
  });

  test("T29 a primary key is never NULL and a column keeps its type", function* ({ session, dialect }) {
    if (dialect !== "sqlite") return;
    yield* rejects(session.text(sql`INSERT INTO stock (name, amount) VALUES ('x', 'many')`), DatabaseError);
    yield* session.rollback();
    const info = (yield* session.text<{ sql: string }>(sql`SELECT sql FROM sqlite_master WHERE name = 'stock'`)).one();
    expect(info.sql).toMatch(/STRICT\s*$/);
    expect(info.sql).toMatch(/"id" INTEGER NOT NULL|"id" INTEGER .*PRIMARY KEY/);
  });
});

describe("T28 SQLite files", () => {
  plainTest("T28 writers take their lock at once and wait; a reader keeps its view; nobody fails", () => {
    const folder = mkdtempSync(join(tmpdir(), "sqlmodel-"));
    const file = `sqlite:${join(folder, "stock.db")}`;
    const engine = createEngine(file, { busyTimeout: 0.3, poolSize: 3 });
    try {
      metadata.createAll(engine);
      const [writer, other, reader] = [
        new Session(engine),
        new Session(engine),
        new Session(engine, { readOnly: true }),
      ];
      writer.add(new Stock({ name: "a", amount: 1 }));
      writer.commit();
      expect(reader.exec(select(Stock.c.name)).all()).toEqual(["a"]);
      writer.add(new Stock({ name: "b", amount: 1 }));
      writer.flush();
      expect(reader.exec(select(Stock.c.name)).all()).toEqual(["a"]);
      other.add(new Stock({ name: "c", amount: 1 }));
      const start = performance.now();
      thrown(() => other.flush(), LockTimeout);
      const waited = performance.now() - start;
      expect(waited).toBeGreaterThan(200);
      expect(waited).toBeLessThan(3000);
      writer.commit();
      other.rollback();
      other.add(new Stock({ name: "c", amount: 1 }));
      other.commit();
      expect(reader.exec(select(Stock.c.name)).all()).toEqual(["a"]);
      thrown(() => reader.exec(insert(Stock).values({ name: "d", amount: 1 })), ReadOnlyError);
      reader.rollback();
      expect(reader.exec(select(func.count()).from(Stock)).one()).toBe(3);
      for (const session of [writer, other, reader]) session.close();
      expect(engine.poolStatus.inUse).toBe(0);
    } finally {
      engine.dispose();
      rmSync(folder, { recursive: true });
    }
  });
});

describe("T33 T39 asynchronous sessions", () => {
  for (const target of targets().filter(({ isSync, name }) => !isSync && name !== "PGlite")) {
    plainTest(
      `T33 ${target.name}: a session inside another's transaction times out with the holder's place, and the pool recovers`,
      async () => {
        if (target.dialect === "sqlite") {
          const engine = createAsyncEngine("sqlite::memory:", { poolTimeout: 0.2 });
          const [outer, inner] = [new AsyncSession(engine), new AsyncSession(engine)];
          await outer.begin();
          const error: unknown = await inner.exec(sql`SELECT 1 AS a`).then(
            () => undefined,
            (caught: unknown) => caught,
          );
          expect(error).toBeInstanceOf(PoolTimeoutError);
          expect((error as PoolTimeoutError).holders[0]?.stack).toContain("transactions.test.ts");
          await outer.close();
          expect((await inner.exec(sql<{ a: number }>`SELECT 1 AS a`)).one().a).toBe(1);
          await inner.close();
          expect(engine.poolStatus).toEqual({ idle: 1, inUse: 0, waiting: 0 });
          await engine.dispose();
        }
      },
    );

    plainTest(
      `T39 ${target.name}: whatever calls overlap, each settles, none is lost, and the session still works`,
      async () => {
        const { engine, remove } = await target.open();
        try {
          if (!(engine instanceof AsyncEngine)) return;
          await metadata.createAll(engine);
          const call = fc.constantFrom("add", "flush", "commit", "exec", "get", "rollback", "begin", "delete");
          let round = 0;
          await fc.assert(
            fc.asyncProperty(fc.array(fc.tuple(call, fc.boolean()), { minLength: 1, maxLength: 12 }), async (calls) => {
              round += 1;
              const session = new AsyncSession(engine);
              const running: Promise<unknown>[] = [];
              for (const [index, [name, isAwaited]] of calls.entries()) {
                const started = start(session, name, `r${String(round)}-${String(index)}`);
                running.push(started);
                if (isAwaited) await started;
              }
              for (const outcome of await Promise.all(running)) {
                if (outcome !== "done") expect(outcome).toBeInstanceOf(SQLModelError);
              }
              await session.rollback();
              expect((await session.exec(sql<{ a: unknown }>`SELECT 1 AS a`)).all()).toHaveLength(1);
              session.add(new Stock({ name: `after ${String(round)}`, amount: 1 }));
              await session.commit();
              await session.close();
              expect(engine.poolStatus.inUse).toBe(0);
            }),
            { numRuns: target.dialect === "sqlite" ? 200 : 60 },
          );
          await using last = new AsyncSession(engine);
          expect(
            (await last.exec(select(func.count()).from(Stock).where(Stock.c.name.startsWith("after ")))).one(),
          ).toBe(round);
        } finally {
          await remove();
        }
      },
    );
  }
});

/** One call, as "done" or as its error. */
async function start(session: AsyncSession, name: string, key: string): Promise<unknown> {
  try {
    switch (name) {
      case "add":
        session.add(new Stock({ name: key, amount: 1 }));
        break;
      case "delete": {
        const [first] = session.new;
        if (first !== undefined) session.expunge(first);
        break;
      }
      case "exec":
        await session.exec(select(Stock).limit(3));
        break;
      case "get":
        await session.get(Stock, 1);
        break;
      case "begin":
        await session.begin();
        break;
      default:
        await session[name as "flush" | "commit" | "rollback"]();
    }
    return "done";
  } catch (error) {
    if (error instanceof ConcurrentSessionUse) expect(error.message).toContain("still running");
    return error;
  }
}
