/** Transactions that begin for the program, and for PostgreSQL only with the first statement that needs them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchPostgresql, type Scratch } from "../../test/support/scratch.ts";
import { createAsyncEngine } from "../create-engine.ts";
import type { TransactionOptions } from "../dialect/dialect.ts";
import { sql } from "../sql/expression/operators.ts";
import { emptySelect, type Statement } from "../sql/statement/node.ts";
import { integer } from "../sql/type/types.ts";
import type { AsyncEngine } from "./async-engine.ts";
import { executeDirect } from "./direct.ts";
import { TransactionFailedError } from "./errors.ts";

let scratch: Scratch;
beforeAll(async () => {
  scratch = await scratchPostgresql();
});
afterAll(() => scratch.remove());

const one = { kind: "bind", value: 1, type: integer() } as const;
const zero = { kind: "bind", value: 0, type: integer() } as const;
const read: Statement = { ...emptySelect, columns: [one] };
const failing: Statement = {
  ...emptySelect,
  columns: [{ kind: "binary", operator: "divide", left: one, right: zero, type: integer() }],
};

function open(parameters = ""): AsyncEngine {
  return createAsyncEngine(`${scratch.url}${parameters}`, { poolSize: 1, maxOverflow: 0 });
}

/** What is sent where a transaction with these options reads and is rolled back. */
async function sentFor(engine: AsyncEngine, options: TransactionOptions = {}): Promise<string[]> {
  const connection = await engine.connect();
  const sent: string[] = [];
  const stop = engine.onExecute(({ sql: text }) => sent.push(text.split(/ (?!READ)/)[0] ?? ""));
  await connection.run(function* (core) {
    yield* core.beginWhenNeeded(options);
    expect(core.transaction).toBe("active");
    yield* core.execute(read);
    yield* core.rollback();
    expect(core.transaction).toBe("none");
  });
  stop();
  await connection.close();
  return sent;
}

test("reads are sent alone; with options, or before a write, in a transaction", async () => {
  await using engine = open();
  expect(await sentFor(engine)).toEqual(["SELECT"]);
  expect(await sentFor(engine, { readOnly: true })).toEqual(["BEGIN READ", "SELECT", "ROLLBACK"]);
  expect(await sentFor(engine, { write: true })).toEqual(["BEGIN", "SELECT", "ROLLBACK"]);
  expect(await sentFor(engine, { isolationLevel: "READ COMMITTED" })).toEqual(["BEGIN", "SELECT", "ROLLBACK"]);
});

test.each(["repeatable read", "serializable"])("a server's default of %s is kept", async (level) => {
  const option = `-c default_transaction_isolation=${level.replace(" ", "\\ ")}`;
  await using engine = open(`?options=${encodeURIComponent(option)}`);
  expect(await sentFor(engine)).toEqual(["BEGIN", "SELECT", "ROLLBACK"]);
});

test("a default that text has set is kept", async () => {
  await using engine = open();
  expect(await sentFor(engine)).toEqual(["SELECT"]);
  await using connection = await engine.connect();
  await connection.execute(sql`SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE`);
  await connection.close();
  expect(await sentFor(engine)).toEqual(["BEGIN", "SELECT", "ROLLBACK"]);
});

test("what is not a plain read begins the transaction, and a rollback undoes it", async () => {
  await using engine = open();
  await using connection = await engine.connect();
  await connection.execute(sql`CREATE TABLE note (id integer)`);
  await connection.run(function* (core) {
    yield* core.beginWhenNeeded({});
    yield* core.execute(read);
    expect(core.driverConnection.transactionStatus()).toBe("idle");
    yield* executeDirect(core, sql`INSERT INTO note VALUES (1)`);
    expect(core.driverConnection.transactionStatus()).toBe("active");
    yield* core.rollback();
    yield* core.beginWhenNeeded({});
    yield* core.savepoint("inside");
    yield* core.executeRaw({ sql: "INSERT INTO note VALUES (2)" });
    yield* core.rollbackTo("inside");
    yield* core.commit();
    yield* core.beginWhenNeeded({});
    yield* core.commit();
    expect(core.transaction).toBe("none");
  });
  expect((await connection.execute(sql`SELECT id FROM note`)).all()).toEqual([]);
});

test("a read that fails ends the transaction as it would in one", async () => {
  await using engine = open();
  await using connection = await engine.connect();
  await connection.run(function* (core) {
    yield* core.beginWhenNeeded({});
    let error: unknown;
    try {
      yield* core.execute(failing);
    } catch (caught) {
      error = caught;
    }
    expect(String(error)).toContain("division by zero");
    expect(core.transaction).toBe("failed");
    expect(() => core.execute(read).next()).toThrow(TransactionFailedError);
    expect(() => core.commit().next()).toThrow(TransactionFailedError);
    yield* core.rollback();
    yield* core.beginWhenNeeded({});
    expect((yield* core.execute(read)).rows).toEqual([["1"]]);
    yield* core.commit();
  });
});

test("a connection that is lost between reads is an error, and is not used again", async () => {
  await using engine = open();
  const connection = await engine.connect();
  await connection.run(function* (core) {
    yield* core.beginWhenNeeded({});
    yield* core.execute(read);
  });
  await scratch.admin(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${scratch.database}' AND pid <> pg_backend_pid()`,
  );
  const lost = await connection
    .run((core) => core.execute(read))
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(lost).toMatchObject({ name: "ConnectionError" });
  await connection.close();
  expect(engine.poolStatus).toEqual({ idle: 0, inUse: 0, waiting: 0 });
  expect(await sentFor(engine)).toEqual(["SELECT"]);
});
