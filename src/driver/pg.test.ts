/** What is pg's own: late news of a transaction, prepared statements on the server, older versions. */
import { createServer, connect, type Server } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { send, serverOptions } from "../../test/support/test-drivers.ts";
import { scratchPostgresql, type Scratch } from "../../test/support/scratch.ts";
import type { DriverConnection } from "../io/driver.ts";
import { pg, type PgDriverOptions } from "./pg.ts";

let scratch: Scratch;
const opened: DriverConnection[] = [];

beforeAll(async () => {
  scratch = await scratchPostgresql();
});
afterAll(() => scratch.remove());
afterEach(async () => {
  for (const connection of opened.splice(0)) await connection.close();
});

async function open(options: Partial<PgDriverOptions> = {}): Promise<DriverConnection> {
  const driver = pg({ ...serverOptions(scratch, 10), preparedStatements: true, ...options });
  const connection = await driver.connect();
  opened.push(connection);
  return connection;
}

/** A proxy that holds back the last message of each answer, ReadyForQuery, so that it arrives in a packet of its own. */
async function slowProxy(): Promise<{ port: number; server: Server }> {
  const readyForQueryLength = 6;
  const server = createServer((client) => {
    const upstream = connect(scratch.port, scratch.host);
    client.pipe(upstream);
    upstream.on("data", (data) => {
      client.write(data.subarray(0, -readyForQueryLength));
      setTimeout(() => client.write(data.subarray(-readyForQueryLength)), 20);
    });
    for (const socket of [client, upstream])
      socket.on("error", () => undefined).on("close", () => (client.destroy(), upstream.destroy()));
  });
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
  );
  return { port, server };
}

describe("transaction status", () => {
  test("an error is told only once the server has said what became of the transaction", async () => {
    const { port, server } = await slowProxy();
    const connection = await open({ host: "127.0.0.1", port });
    await send(connection, "begin");
    await expect(send(connection, "select 1 / 0")).rejects.toThrow("division by zero");
    expect(connection.transactionStatus()).toBe("failed");
    await send(connection, "rollback");
    await expect(connection.executeScript("select 1; begin; selec 2")).rejects.toThrow("syntax");
    expect(connection.transactionStatus()).toBe("idle");
    server.close();
  });

  test("is known where pg has no method for it, as before 8.21", async () => {
    const { Client } = (await import("pg")).default;
    const prototype = Client.prototype as { getTransactionStatus?: unknown };
    const method = prototype.getTransactionStatus;
    delete prototype.getTransactionStatus;
    try {
      const connection = await open();
      expect(connection.transactionStatus()).toBe("idle");
      await send(connection, "begin");
      expect(connection.transactionStatus()).toBe("active");
      await expect(send(connection, "select 1 / 0")).rejects.toThrow();
      expect(connection.transactionStatus()).toBe("failed");
      await send(connection, "rollback");
      expect(connection.transactionStatus()).toBe("idle");
    } finally {
      prototype.getTransactionStatus = method;
    }
  });
});

describe("prepared statements", () => {
  const onServer = async (connection: DriverConnection): Promise<number> => {
    const { rows } = await send(connection, "select count(*) from pg_prepared_statements", [], { reusable: false });
    return Number(rows[0]?.[0]);
  };

  test("are deallocated, so that their number stays bounded", async () => {
    const connection = await open();
    for (let index = 0; index < 200; index += 1) await send(connection, `select ${String(index)}`);
    // The cache holds 10, and 16 forgotten ones are deallocated together.
    expect(await onServer(connection)).toBeLessThanOrEqual(10 + 16);
  });

  test("those that failed to be prepared are not deallocated, which would be an error", async () => {
    const connection = await open();
    for (let index = 0; index < 60; index += 1) {
      await expect(send(connection, `select * from nowhere_${String(index)}`)).rejects.toThrow("does not exist");
      await send(connection, `select ${String(index)}`);
    }
    expect(await onServer(connection)).toBeLessThanOrEqual(10 + 16);
  });

  test("are not deallocated inside a failed transaction, which would be an error", async () => {
    const connection = await open();
    for (let index = 0; index < 26; index += 1) await send(connection, `select ${String(index)}`);
    await send(connection, "begin", [], { reusable: false });
    await expect(send(connection, "select 1 / 0", [], { reusable: false })).rejects.toThrow("division by zero");
    await expect(send(connection, "select 'more'")).rejects.toThrow("current transaction is aborted");
    await send(connection, "rollback", [], { reusable: false });
    await send(connection, "select 'more'");
    expect(await onServer(connection)).toBeLessThanOrEqual(11);
  });

  test("one-off statements leave nothing behind", async () => {
    const connection = await open();
    await send(connection, "select 1", [], { reusable: false });
    expect(await onServer(connection)).toBe(0);
  });

  test("a plan that no longer fits is made anew, except inside a transaction that it has ended (T38)", async () => {
    const connection = await open();
    await send(connection, "create table changing (a int)");
    await send(connection, "select * from changing");
    await scratch.admin("alter table changing add b int");
    expect((await send(connection, "select * from changing")).columns).toEqual(["a", "b"]);
    await scratch.admin("alter table changing add c int");
    await send(connection, "begin");
    await expect(send(connection, "select * from changing")).rejects.toThrow("cached plan must not change result type");
    await send(connection, "rollback");
    expect((await send(connection, "select * from changing")).columns).toEqual(["a", "b", "c"]);
  });
});

test("one query is one statement also where it has neither name nor parameters (T20)", async () => {
  const connection = await open({ preparedStatements: false });
  await send(connection, "create table victim (a int)");
  await expect(send(connection, "select 1; drop table victim")).rejects.toThrow("cannot insert multiple commands");
  expect((await send(connection, "select * from victim")).rows).toEqual([]);
});

test("every value comes as the server's text, whatever its type, and global parsers stay as they are", async () => {
  const { types } = (await import("pg")).default;
  const before = types.getTypeParser(20)("7");
  const connection = await open();
  const { rows } = await send(
    connection,
    "select 1::int, 2::bigint, true, 1.50::numeric, '2024-02-29'::date, '{1,2}'::int[], '{\"a\":1}'::jsonb, '\\x01'::bytea",
  );
  expect(rows).toEqual([["1", "2", "t", "1.50", "2024-02-29", "{1,2}", '{"a": 1}', "\\x01"]]);
  expect(types.getTypeParser(20)("7")).toBe(before);
});
