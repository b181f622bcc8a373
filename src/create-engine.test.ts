/** Engines from URLs and options: what is chosen, and what is refused. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { scratchMysql, scratchPostgresql, type Scratch } from "../test/support/scratch.ts";
import {
  createAsyncEngine,
  createAsyncEngineFrom,
  createEngine,
  createEngineFrom,
  type EngineOptions,
} from "./create-engine.ts";
import { ConnectionError } from "./dialect/database-error.ts";
import { sqliteDialect } from "./dialect/sqlite/dialect.ts";
import {
  AsynchronousCallbackError,
  EngineDisposedError,
  EngineOptionError,
  InvalidUrlError,
  PoolExhaustedError,
} from "./engine/errors.ts";
import type { Driver, DriverConnection } from "./io/driver.ts";
import { sql } from "./sql/expression/operators.ts";

const servers = { postgresql: scratchPostgresql, mysql: scratchMysql };
let scratch: Record<keyof typeof servers, Scratch>;
let directory: string;

beforeAll(async () => {
  scratch = { postgresql: await scratchPostgresql(), mysql: await scratchMysql() };
  directory = mkdtempSync(join(tmpdir(), "sqlmodel-"));
});
afterAll(async () => {
  for (const each of Object.values(scratch)) await each.remove();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function rejection(work: () => unknown): Promise<Error> {
  try {
    await work();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was refused");
}

describe("createEngine", () => {
  test("a synchronous engine on a file", () => {
    const url = `sqlite:${join(directory, "a file.db").replace(" ", "%20")}`;
    using engine = createEngine(url);
    engine.begin((connection) => connection.execute(sql`create table hero (id int)`));
    engine.begin((connection) => connection.execute(sql`insert into hero values (${1}), (${2})`));
    using connection = engine.connect();
    expect(connection.execute(sql`select count(*) as n from hero`).one()["n"]).toBe(2);
  });

  test("a database in memory lives as long as its engine", () => {
    using engine = createEngine("sqlite::memory:");
    engine.begin((connection) => connection.execute(sql`create table hero (id int)`));
    expect(engine.begin((connection) => connection.execute(sql`select * from hero`).all())).toEqual([]);
    expect(engine.poolStatus).toEqual({ idle: 1, inUse: 0, waiting: 0 });
    expect(() => createEngine("sqlite::memory:", { poolSize: 2 })).toThrow(EngineOptionError);
  });

  test("the only connection cannot be taken twice, and the error says by whom it was taken", () => {
    using engine = createEngine("sqlite::memory:", { holderStacks: true });
    const takesTheConnection = () => engine.connect();
    using held = takesTheConnection();
    expect(held.transaction).toBe("none");
    expect(() => engine.connect()).toThrow(PoolExhaustedError);
    expect(() => engine.connect()).toThrow(/takesTheConnection/);
  });

  test("a transaction rolls back where its callback throws", () => {
    using engine = createEngine("sqlite::memory:");
    engine.begin((connection) => connection.execute(sql`create table hero (id int)`));
    expect(() =>
      engine.begin((connection) => {
        connection.execute(sql`insert into hero values (1)`);
        throw new Error("changed my mind");
      }),
    ).toThrow("changed my mind");
    expect(engine.begin((connection) => connection.execute(sql`select * from hero`).all())).toEqual([]);
  });

  test("a callback that returns a promise is rolled back and refused (T30)", () => {
    using engine = createEngine("sqlite::memory:");
    engine.begin((connection) => connection.execute(sql`create table hero (id int)`));
    expect(() =>
      engine.begin((connection) => {
        connection.execute(sql`insert into hero values (1)`);
        return Promise.resolve();
      }),
    ).toThrow(AsynchronousCallbackError);
    expect(engine.begin((connection) => connection.execute(sql`select * from hero`).all())).toEqual([]);
  });

  test("other databases are sent to createAsyncEngine", () => {
    for (const url of ["postgresql://localhost/app", "mysql://localhost/app", "pglite:"]) {
      expect(() => createEngine(url)).toThrow(EngineOptionError);
      expect(() => createEngine(url)).toThrow(/Use createAsyncEngine and AsyncSession/);
    }
  });

  test("the mode of a file", () => {
    const file = `sqlite:${join(directory, "modes.db")}`;
    const missing = createEngine(`${file}?mode=rw`);
    expect(() => missing.connect()).toThrow(ConnectionError);
    expect(() => missing.connect()).toThrow(/Cannot connect to sqlite '.*modes\.db': unable to open database file/);
    createEngine(file).begin((connection) => connection.execute(sql`create table hero (id int)`));
    const readOnly = createEngine(`${file}?mode=ro`);
    expect(() => readOnly.begin((connection) => connection.execute(sql`insert into hero values (1)`))).toThrow(
      /readonly/,
    );
    expect(() => createEngine(`${file}?mode=rwx`)).toThrow(InvalidUrlError);
  });

  test("a disposed engine gives no connection", () => {
    const engine = createEngine("sqlite::memory:");
    engine.dispose();
    expect(() => engine.connect()).toThrow(EngineDisposedError);
  });
});

describe("options", () => {
  test.each<[EngineOptions & Record<string, unknown>, string]>([
    [{ poolsize: 3 }, "There is no engine option 'poolsize'. Did you mean 'poolSize'?"],
    [{ poolSize: 0 }, "The engine option poolSize takes a whole number from 1"],
    [{ poolSize: "3" as never }, "The engine option poolSize takes a whole number from 1"],
    [{ maxOverflow: -1 }, "The engine option maxOverflow takes a whole number from 0"],
    [{ poolTimeout: Number.NaN }, "The engine option poolTimeout takes a number of seconds"],
    [{ poolRecycle: -2 }, "The engine option poolRecycle takes a number of seconds, or -1"],
    [{ echo: "debug" as never }, "The engine option echo takes true, false, 'pretty', a function or"],
    [{ echo: { prety: true } as never }, "The engine option echo takes"],
    [{ slowQuery: {} as never }, "The engine option slowQuery takes { ms, log }"],
    [{ slowQuery: { ms: "1" } as never }, "The engine option slowQuery takes { ms, log }"],
    [{ driver: "sqlite3" as never }, "The engine option driver takes"],
  ])("%o", (options, message) => {
    expect(() => createEngine("sqlite:heroes.db", options)).toThrow(message);
  });

  test("options stand beside the URL or after it", () => {
    const heard: string[] = [];
    const echo: EngineOptions["echo"] = (event) => heard.push(event.sql);
    createEngine({ url: "sqlite::memory:", echo }).begin((connection) => connection.execute(sql`select 1 as a`));
    createEngine("sqlite::memory:", { echo }).begin((connection) => connection.execute(sql`select 2 as a`));
    expect(heard.filter((text) => text.startsWith("select"))).toEqual(["select 1 as a", "select 2 as a"]);
    expect(() => createAsyncEngine({ url: "pglite:", primary: "pglite:", replicas: [] })).toThrow(EngineOptionError);
  });

  test("parameters of server URLs", () => {
    for (const [url, message] of [
      ["postgresql://host/app?sslmode=prefer", "its parameter sslmode is disable, require"],
      ["postgresql://host/app?sslmode=constructor", "its parameter sslmode is disable, require"],
      ["postgresql://host/app?pooler=magic", "its parameter pooler is transaction or session"],
      ["mysql://host/app?connect_timeout=soon", "its parameter connect_timeout is a number of seconds"],
    ] as const) {
      expect(() => createAsyncEngine(url)).toThrow(message);
    }
    expect(() => createAsyncEngine("mysql://host/app", { driver: "node:sqlite" })).toThrow(EngineOptionError);
    expect(() => createAsyncEngine({ primary: "mysql://host/app", replicas: ["postgresql://host/app"] })).toThrow(
      /one kind/,
    );
  });
});

describe("createAsyncEngine", () => {
  test("SQLite has one connection, and whoever comes second waits for it", async () => {
    await using engine = createAsyncEngine(`sqlite:${join(directory, "async.db")}`);
    const order: string[] = [];
    const first = engine.begin(async (connection) => {
      await connection.execute(sql`create table hero (id int)`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push("first");
    });
    const second = engine.begin(async () => void order.push("second"));
    await Promise.all([first, second]);
    expect(order).toEqual(["first", "second"]);
  });

  test("the first connection finds out which of MySQL and MariaDB the server is", async () => {
    await using engine = createAsyncEngine(scratch.mysql.url);
    const [[version]] = (await scratch.mysql.admin("select version()")) as [[string]];
    await (await engine.connect()).close();
    expect(engine.dialect.capabilities.insertReturning).toBe(/mariadb/i.test(version));
  });

  test("behind a pooler statements are not named (T37)", async () => {
    for (const [suffix, options, named] of [
      ["", {}, 1],
      ["?pooler=transaction", {}, 0],
      ["", { preparedStatements: false }, 0],
      ["?pooler=transaction", { preparedStatements: true }, 1],
    ] as const) {
      await using engine = createAsyncEngine(`${scratch.postgresql.url}${suffix}`, options);
      await using connection = await engine.connect();
      const marked = sql`select count(*)::int as n from pg_prepared_statements where statement like '%marked%'`;
      await connection.execute(marked);
      expect(Number((await connection.execute(marked)).one()["n"])).toBe(named);
    }
  });

  test("connections that only read come from the replicas, in turn", async () => {
    const replicas = await Promise.all([scratchPostgresql(), scratchPostgresql()]);
    await using engine = createAsyncEngine({
      primary: scratch.postgresql.url,
      replicas: replicas.map(({ url }) => url),
    });
    const where = async (readOnly: boolean) => {
      await using connection = await engine.connect({ readOnly });
      return String((await connection.execute(sql`select current_database()::text as name`)).one()["name"]);
    };
    expect([await where(false), await where(true), await where(true), await where(true)]).toEqual([
      scratch.postgresql.database,
      replicas[0]?.database,
      replicas[1]?.database,
      replicas[0]?.database,
    ]);
    await engine.dispose();
    for (const replica of replicas) await replica.remove();
  });

  test("a thousand transactions on five connections", async () => {
    await using engine = createAsyncEngine(scratch.postgresql.url, { poolSize: 5, maxOverflow: 0 });
    await engine.begin((connection) => connection.execute(sql`create table counted (id int primary key)`));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 1000 }, (_, index) =>
        engine.begin(async (connection) => {
          await connection.execute(sql`insert into counted values (${index})`);
          if (index % 10 === 0) throw new Error("changed my mind");
        }),
      ),
    );
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(100);
    const count = await engine.begin(
      async (connection) => (await connection.execute(sql`select count(*)::int as n from counted`)).one()["n"],
    );
    expect(Number(count)).toBe(900);
    expect(engine.poolStatus).toEqual({ idle: 5, inUse: 0, waiting: 0 });
    const open = await scratch.postgresql.admin(
      `select 1 from pg_stat_activity where datname = '${scratch.postgresql.database}' and pid <> pg_backend_pid()`,
    );
    expect(open).toHaveLength(5);
  });

  test("drain waits for whoever has a connection", async () => {
    const engine = createAsyncEngine(scratch.postgresql.url);
    const connection = await engine.connect();
    const drained = engine.drain({ timeout: 60 });
    await expect(engine.connect()).rejects.toThrow(EngineDisposedError);
    await connection.execute(sql`select 1 as a`);
    await connection.close();
    await drained;
    expect(engine.poolStatus).toEqual({ idle: 0, inUse: 0, waiting: 0 });
  });
});

describe("a server that cannot be reached", () => {
  test.each(["postgresql", "mysql"] as const)("%s: nobody listens", async (kind) => {
    const closed = createServer();
    const port = await new Promise<number>((resolve) =>
      closed.listen(0, "127.0.0.1", () => resolve((closed.address() as { port: number }).port)),
    );
    await new Promise((resolve) => closed.close(resolve));
    await using engine = createAsyncEngine(`${kind}://ada:canary7731@127.0.0.1:${String(port)}/app`);
    const error = await rejection(() => engine.connect());
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toContain(
      `Cannot connect to ${kind} database 'app' at 127.0.0.1:${String(port)}: connect ECONNREFUSED`,
    );
    expect(error.message).toContain("Is the server running");
    expect(engine.poolStatus).toEqual({ idle: 0, inUse: 0, waiting: 0 });
  });

  test.each(["postgresql", "mysql"] as const)("%s: somebody listens and says nothing", async (kind) => {
    const silent = createServer((socket) => socket.unref());
    const port = await new Promise<number>((resolve) =>
      silent.listen(0, "127.0.0.1", () => resolve((silent.address() as { port: number }).port)),
    );
    await using engine = createAsyncEngine(`${kind}://ada@127.0.0.1:${String(port)}/app`, { connectTimeout: 0.2 });
    const error = await rejection(() => engine.connect());
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/timeout|ETIMEDOUT/);
    silent.close();
  });

  test.each(["postgresql", "mysql"] as const)("%s: the database does not exist", async (kind) => {
    const url = scratch[kind].url.replace(scratch[kind].database, "no_such_database");
    await using engine = createAsyncEngine(url);
    const error = await rejection(() => engine.connect());
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error.message).toMatch(/Cannot connect to .*no_such_database.*Create the database first\. \[E610\]$/s);
  });
});

test("a connection that cannot be set up is given to nobody, and its place in the pool is free again", async () => {
  await using engine = createAsyncEngine(scratch.postgresql.url, { poolSize: 1, maxOverflow: 0 });
  const setUp = vi.spyOn(engine.dialect, "setUpConnection").mockImplementation(function* () {
    yield* [];
    throw new Error("does not obey");
  });
  expect(await rejection(() => engine.connect())).toBeInstanceOf(ConnectionError);
  expect(engine.poolStatus).toEqual({ idle: 0, inUse: 0, waiting: 0 });
  setUp.mockRestore();
  await (await engine.connect()).close();
});

describe("pre-ping", () => {
  class Mute implements DriverConnection {
    readonly id = 1;
    answers = true;
    execute() {
      if (!this.answers) throw new Error("gone");
      return { rows: [["1"]], columns: [], rowCount: 1 };
    }
    executeScript() {}
    transactionStatus() {
      return "idle" as const;
    }
    isOpen() {
      return true;
    }
    close() {}
  }
  const setUp = () => {
    const opened: Mute[] = [];
    const driver: Driver = { name: "mute", isSync: true, connect: () => opened[opened.push(new Mute()) - 1] as Mute };
    const dialect = {
      ...sqliteDialect(),
      *setUpConnection() {
        yield* [];
        return { readsOutsideTransaction: false };
      },
    };
    return { opened, parts: { driver, dialect, address: "a test" } };
  };

  test("a connection that does not answer is replaced, and so are all that are as old", () => {
    const { opened, parts } = setUp();
    const engine = createEngineFrom(parts, { poolPrePing: true });
    const held = [engine.connect(), engine.connect()];
    for (const connection of held) connection.close();
    for (const connection of opened) connection.answers = false;
    engine.connect().close();
    expect(opened).toHaveLength(3);
    expect(engine.poolStatus).toEqual({ idle: 1, inUse: 0, waiting: 0 });
  });

  test("without it nobody is asked", () => {
    const { opened, parts } = setUp();
    const engine = createEngineFrom(parts);
    engine.connect().close();
    for (const connection of opened) connection.answers = false;
    engine.connect().close();
    expect(opened).toHaveLength(1);
  });

  test("a driver of one's own: which function takes it", async () => {
    const { parts } = setUp();
    await (await createAsyncEngineFrom(parts).connect()).close();
    expect(() => createEngineFrom({ ...parts, driver: { ...parts.driver, isSync: false } })).toThrow(EngineOptionError);
  });
});
