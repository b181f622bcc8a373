/** Connections and transactions of every database: what a failure leaves behind, and that it says so. */
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Scratch } from "../../test/support/scratch.ts";
import { testEngines } from "../../test/support/test-engines.ts";
import { createAsyncEngine } from "../create-engine.ts";
import {
  AmbiguousCommitError,
  ConnectionError,
  ForeignKeyViolation,
  LockTimeout,
  UniqueViolation,
} from "../dialect/database-error.ts";
import type { TransactionStatus } from "../io/driver.ts";
import type { Io } from "../io/io.ts";
import { runAsync } from "../io/run-async.ts";
import { sql } from "../sql/expression/operators.ts";
import type { AsyncConnection } from "./async-connection.ts";
import type { AsyncEngine } from "./async-engine.ts";
import { ConnectionCore } from "./connection.ts";
import {
  ConcurrentConnectionUse,
  TransactionFailedError,
  TransactionRolledBackError,
  TransactionStateError,
} from "./errors.ts";

function* readStatus(core: ConnectionCore): Io<TransactionStatus> {
  yield* [];
  return core.driverConnection.transactionStatus();
}

for (const target of testEngines) {
  describe(target.name, () => {
    let engine: AsyncEngine;
    let url: string;
    let scratch: Scratch | undefined;
    let remove: () => Promise<void>;
    const isPostgresql = target.name === "postgresql" || target.name === "pglite";
    const isServer = target.name === "postgresql" || target.name === "mysql";

    beforeAll(async () => {
      ({ engine, url, scratch, remove } = await target.open({
        poolSize: target.name === "pglite" ? 1 : 3,
        maxOverflow: 0,
      }));
      await engine.begin(async (connection) => {
        await connection.execute(sql`create table team (id int primary key)`);
        // MySQL has no deferrable constraints.
        const deferrable = target.name === "mysql" ? "" : "deferrable initially deferred";
        const hero = `create table hero (id int primary key, team_id int references team (id) ${deferrable}, name varchar(20))`;
        await connection.run((core) => core.executeRaw({ sql: hero }));
      });
    });
    afterAll(() => remove());
    afterEach(async () => {
      expect(engine.poolStatus.inUse).toBe(0);
      await engine.begin(async (connection) => {
        await connection.execute(sql`delete from hero`);
        await connection.execute(sql`delete from team`);
      });
      vi.restoreAllMocks();
    });

    async function count(on: AsyncEngine | AsyncConnection = engine): Promise<number> {
      const ask = async (connection: AsyncConnection) =>
        Number((await connection.execute(sql`select count(*) as n from hero`)).one()["n"]);
      return "execute" in on ? ask(on) : on.begin(ask);
    }

    async function backendId(connection: AsyncConnection): Promise<string> {
      const { rows } = await connection.run((core) =>
        core.executeRaw({
          sql: target.name === "mysql" ? "select connection_id()" : "select pg_backend_pid()",
          returnsRows: true,
        }),
      );
      return String(rows[0]?.[0]);
    }

    async function kill(id: string): Promise<void> {
      await scratch?.admin(target.name === "mysql" ? `kill ${id}` : `select pg_terminate_backend(${id})`);
    }

    async function rejection(work: Promise<unknown>): Promise<Error> {
      return work.then(
        () => new Error("nothing was refused"),
        (error: unknown) => error as Error,
      );
    }

    test("rows come back by the names of their columns", async () => {
      await using connection = await engine.connect();
      await connection.execute(sql`insert into hero (id, name) values (${1}, ${"Ada"})`);
      const row = (await connection.execute(sql`select id, name, team_id from hero where id = ${1}`)).one();
      expect({ ...row, id: Number(row["id"]) }).toEqual({ id: 1, name: "Ada", team_id: null });
      expect(Object.getPrototypeOf(row)).toBeNull();
      await expect(connection.execute(sql`select 1 as a, 2 as a`)).rejects.toThrow(
        /Two columns of the result are named 'a'/,
      );
    });

    test("outside of a transaction statements take effect at once; inside, with commit", async () => {
      await using connection = await engine.connect();
      await connection.execute(sql`insert into hero (id) values (1)`);
      await connection.begin({ write: true });
      await connection.execute(sql`insert into hero (id) values (2)`);
      expect(connection.transaction).toBe("active");
      await connection.rollback();
      expect([connection.transaction, await count(connection)]).toEqual(["none", 1]);
      await connection.begin();
      await connection.execute(sql`insert into hero (id) values (3)`);
      await connection.commit();
      expect([connection.transaction, await count(connection)]).toEqual(["none", 2]);
    });

    test("engine.begin commits, or rolls back where its callback throws", async () => {
      await engine.begin((connection) => connection.execute(sql`insert into hero (id) values (1)`));
      const broken = engine.begin(async (connection) => {
        await connection.execute(sql`insert into hero (id) values (2)`);
        throw new Error("changed my mind");
      });
      await expect(broken).rejects.toThrow("changed my mind");
      expect(await count()).toBe(1);
    });

    test("begin and commit out of turn are errors", async () => {
      await using connection = await engine.connect();
      await expect(connection.commit()).rejects.toThrow(TransactionStateError);
      await connection.rollback();
      await connection.begin();
      await expect(connection.begin()).rejects.toThrow(TransactionStateError);
      await connection.close();
      await connection.close();
      await expect(connection.execute(sql`select 1`)).rejects.toThrow(TransactionStateError);
    });

    test("two calls at once on one connection are an error, and harm neither it nor the first call (T39)", async () => {
      await using connection = await engine.connect();
      await connection.begin();
      const first = connection.execute(sql`insert into hero (id) values (1)`);
      await expect(connection.execute(sql`select 1`)).rejects.toThrow(ConcurrentConnectionUse);
      await first;
      await connection.commit();
      expect(await count(connection)).toBe(1);
    });

    test("a refused statement is an error of this package, with the SQL", async () => {
      await using connection = await engine.connect();
      await connection.execute(sql`insert into hero (id) values (1)`);
      const error = (await rejection(connection.execute(sql`insert into hero (id) values (${1})`))) as UniqueViolation;
      expect(error).toBeInstanceOf(UniqueViolation);
      expect(error.table).toBe("hero");
      expect(error.sql).toMatch(/^insert into hero/);
    });

    test("after a refused statement the transaction goes on where the database lets it, and fails loudly where not (T23)", async () => {
      await using connection = await engine.connect();
      await connection.begin({ write: true });
      await connection.execute(sql`insert into hero (id) values (1)`);
      const first = await rejection(connection.execute(sql`insert into hero (id) values (1)`));
      if (isPostgresql) {
        expect(connection.transaction).toBe("failed");
        const second = await rejection(connection.execute(sql`select 1`));
        expect(second).toBeInstanceOf(TransactionFailedError);
        expect(second.cause).toBe(first);
        expect(await rejection(connection.commit())).toBeInstanceOf(TransactionFailedError);
        await connection.rollback();
      } else {
        expect(connection.transaction).toBe("active");
        await connection.commit();
      }
      expect(await count(connection)).toBe(isPostgresql ? 0 : 1);
    });

    test("a COMMIT answered by ROLLBACK is an error (T23)", async () => {
      if (!isPostgresql) return;
      await using connection = await engine.connect();
      await connection.begin();
      await connection.execute(sql`insert into hero (id) values (1)`);
      // A failure that this connection does not see, as of a statement in somebody's own driver code.
      await connection.run(function* (core) {
        const failing = {
          sql: "select 1 / 0",
          parameters: [],
          returnsRows: true,
          reusable: false,
          integers: "number",
        } as const;
        try {
          yield { kind: "execute", connection: core.driverConnection, query: failing };
        } catch {
          // Swallowed, as the trap has it.
        }
      });
      await expect(connection.commit()).rejects.toThrow(TransactionRolledBackError);
      expect([connection.transaction, await count(connection)]).toEqual(["none", 0]);
    });

    test("a transaction that fails at COMMIT has ended, and the connection can be used (T24)", async () => {
      if (target.name === "mysql") return;
      await using connection = await engine.connect();
      await connection.begin({ write: true });
      await connection.execute(sql`insert into hero (id, team_id) values (1, 99)`);
      await expect(connection.commit()).rejects.toThrow(ForeignKeyViolation);
      expect([connection.transaction, await count(connection)]).toEqual(["none", 0]);
      await connection.begin();
      await connection.commit();
    });

    test("savepoints: what failed after one is undone, what came before stays", async () => {
      await using connection = await engine.connect();
      await connection.run(function* (core) {
        yield* core.begin({ write: true });
        yield* core.executeRaw({ sql: "insert into hero (id) values (1)" });
        yield* core.savepoint('s"1`');
        yield* core.executeRaw({ sql: "insert into hero (id) values (2)" });
        try {
          yield* core.executeRaw({ sql: "insert into hero (id) values (2)" });
        } catch (error) {
          expect(error).toBeInstanceOf(UniqueViolation);
        }
        yield* core.rollbackTo('s"1`');
        expect(core.transaction).toBe("active");
        yield* core.releaseSavepoint('s"1`');
        yield* core.executeRaw({ sql: "insert into hero (id) values (3)" });
        yield* core.commit();
      });
      expect(await count(connection)).toBe(2);
      for (const call of ["savepoint", "rollbackTo", "releaseSavepoint"] as const) {
        await expect(connection.run((core) => core[call]("s"))).rejects.toThrow(`${call}() needs a transaction`);
      }
    });

    test("a transaction begun as text is rolled back before anybody else gets the connection (T22)", async () => {
      const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
      const connection = await engine.connect();
      await connection.run((core) => core.executeRaw({ sql: "BEGIN" }));
      await connection.execute(sql`insert into hero (id) values (1)`);
      await connection.close();
      expect(warn).toHaveBeenCalledWith(expect.stringContaining("open transaction"), expect.anything());
      expect(await count()).toBe(0);
    });

    test("every statement is told to listeners, with its outcome", async () => {
      const heard: [string, string | undefined][] = [];
      const stop = engine.onExecute(({ sql: text, error }) => heard.push([text, error?.name]));
      await engine.begin((connection) => connection.execute(sql`select 1 as a`));
      await rejection(engine.begin((connection) => connection.execute(sql`select * from nowhere`)));
      stop();
      await engine.begin((connection) => connection.execute(sql`select 2 as a`));
      expect(heard.map(([text, error]) => (error === undefined ? text : `${text}: ${error}`))).toEqual([
        expect.stringMatching(/^(BEGIN|START TRANSACTION)/),
        "select 1 as a",
        "COMMIT",
        expect.stringMatching(/^(BEGIN|START TRANSACTION)/),
        "select * from nowhere: ProgrammingError",
        "ROLLBACK",
      ]);
    });

    test("the text of a statement is made once for each shape", async () => {
      const compile = vi.spyOn(engine.dialect, "compile");
      await engine.begin(async (connection) => {
        for (let id = 1; id <= 5; id += 1) await connection.execute(sql`insert into hero (id) values (${id}) `);
      });
      expect(compile).toHaveBeenCalledTimes(1);
    });

    test("a lock that is not granted ends the whole transaction, so that no half of it is committed (T25)", async () => {
      if (target.name === "pglite") return;
      const other = createAsyncEngine(url, { busyTimeout: 0.1 });
      await engine.begin((connection) => connection.execute(sql`insert into hero (id) values (1)`));
      await using holder = await engine.connect();
      await using waiter = await other.connect();
      if (target.name === "mysql")
        await waiter.run((core) => core.executeRaw({ sql: "set innodb_lock_wait_timeout = 1" }));
      if (target.name === "postgresql") await waiter.run((core) => core.executeRaw({ sql: "set lock_timeout = 100" }));
      await waiter.begin();
      if (target.name !== "sqlite") await waiter.execute(sql`insert into hero (id) values (2)`);
      await holder.begin({ write: true });
      await holder.execute(sql`update hero set name = 'held' where id = 1`);
      const error = await rejection(waiter.execute(sql`update hero set name = 'mine' where id = 1`));
      expect(error).toBeInstanceOf(LockTimeout);
      expect(waiter.transaction).toBe("failed");
      // The locks of its other statements are gone already, except where the database itself keeps the transaction open.
      const status = await waiter.run((core) => readStatus(core));
      expect(status).toBe(target.name === "postgresql" ? "failed" : "idle");
      await expect(waiter.commit()).rejects.toThrow(TransactionFailedError);
      await waiter.rollback();
      await holder.commit();
      expect(await count(waiter)).toBe(1);
      await waiter.close();
      await other.dispose();
    });

    test("a connection lost while a statement runs is an error, and is not used again (T34)", async () => {
      if (!isServer) return;
      const connection = await engine.connect();
      const id = await backendId(connection);
      await connection.begin();
      const sleeping = rejection(
        connection.run((core) =>
          core.executeRaw({
            sql: target.name === "mysql" ? "select sleep(30)" : "select pg_sleep(30)",
            returnsRows: true,
          }),
        ),
      );
      await vi.waitUntil(
        async () =>
          (
            await scratch?.admin(
              `select 1 from ${target.name === "mysql" ? "information_schema.processlist" : "pg_stat_activity"} where ${target.name === "mysql" ? `id = ${id} and info like '%sleep%'` : `pid = ${id} and query like '%pg_sleep%'`}`,
            )
          )?.length === 1,
        { timeout: 10_000 },
      );
      await kill(id);
      expect(await sleeping).toBeInstanceOf(ConnectionError);
      expect(connection.transaction).toBe("failed");
      await connection.rollback();
      await connection.close();
      await using next = await engine.connect();
      expect(await backendId(next)).not.toBe(id);
    });

    test("connections lost while idle are replaced, without a word (T34)", async () => {
      if (!isServer) return;
      const held = await Promise.all([engine.connect(), engine.connect(), engine.connect()]);
      const ids = await Promise.all(held.map(backendId));
      for (const connection of held) await connection.close();
      for (const id of ids) await kill(id);
      // The news of it arrives with the next turns of the event loop.
      await vi.waitFor(async () => expect(await count()).toBe(0), { timeout: 10_000 });
      expect(engine.poolStatus.inUse).toBe(0);
    });

    test("a connection lost between two statements fails the transaction", async () => {
      if (!isServer) return;
      const connection = await engine.connect();
      await connection.begin();
      await connection.execute(sql`insert into hero (id) values (1)`);
      await kill(await backendId(connection));
      expect(await rejection(connection.execute(sql`select 1`))).toBeInstanceOf(ConnectionError);
      expect(await rejection(connection.commit())).toBeInstanceOf(TransactionFailedError);
      await connection.close();
      expect(await count()).toBe(0);
    });

    test("a connection lost while COMMIT is answered leaves nobody sure (T24)", async () => {
      if (target.name !== "postgresql") return;
      await scratch?.admin(
        "create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(30); return null; end $$",
      );
      await scratch?.admin(
        "create constraint trigger slow after insert on team deferrable initially deferred for each row execute function slow()",
      );
      const connection = await engine.connect();
      const id = await backendId(connection);
      await connection.begin();
      await connection.execute(sql`insert into team (id) values (1)`);
      const committing = rejection(connection.commit());
      await vi.waitUntil(
        async () =>
          (
            await scratch?.admin(
              `select 1 from pg_stat_activity where pid = ${id} and query = 'COMMIT' and state = 'active'`,
            )
          )?.length === 1,
        { timeout: 10_000 },
      );
      await kill(id);
      const error = await committing;
      expect(error).toBeInstanceOf(AmbiguousCommitError);
      expect(connection.transaction).toBe("none");
      await connection.close();
      await scratch?.admin("drop trigger slow on team");
      expect(engine.poolStatus.inUse).toBe(0);
    });
  });
}

test("open ends its wait where its signal says so", async () => {
  const engine = createAsyncEngine("sqlite::memory:");
  const held = await engine.connect();
  const controller = new AbortController();
  const waiting = expect(runAsync(ConnectionCore.open(engine.core, { signal: controller.signal }))).rejects.toThrow(
    "enough",
  );
  controller.abort(new Error("enough"));
  await waiting;
  await held.close();
  await engine.dispose();
});
