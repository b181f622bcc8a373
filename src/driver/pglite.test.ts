/** What is PGlite's own: one database behind connections that follow each other, in memory or in a directory. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { send } from "../../test/support/test-drivers.ts";
import { pglite } from "./pglite.ts";

const options = { maxPreparedStatements: 10, connectArgs: {} };

test("a directory keeps its data, and connections follow each other in one database", async () => {
  const directory = mkdtempSync(join(tmpdir(), "sqlmodel-pglite-"));
  const first = pglite({ ...options, directory });
  const connection = await first.connect();
  await send(connection, "create table hero (id int)");
  await send(connection, "insert into hero values ($1)", ["1"]);
  await send(connection, "begin");
  await send(connection, "insert into hero values ($1)", ["2"]);
  await connection.close();
  expect([connection.isOpen(), connection.transactionStatus()]).toEqual([false, "unknown"]);
  const next = await first.connect();
  expect((await send(next, "select id from hero")).rows).toEqual([["1"]]);
  const { rows } = await send(next, "select count(*) from pg_prepared_statements where statement like 'insert%'");
  expect(rows).toEqual([["0"]]);
  await first.dispose?.();
  await expect(send(next, "select 1")).rejects.toThrow();
  expect(next.isOpen()).toBe(false);

  const second = pglite({ ...options, directory });
  expect((await send(await second.connect(), "select id from hero")).rows).toEqual([["1"]]);
  await second.dispose?.();
  rmSync(directory, { recursive: true, force: true });
});

test("prepared statements are closed, so that their number stays bounded", async () => {
  const driver = pglite({ ...options, directory: undefined });
  const connection = await driver.connect();
  for (let index = 0; index < 100; index += 1) await send(connection, `select ${String(index)}`);
  const { rows } = await send(connection, "select count(*) from pg_prepared_statements", [], { reusable: false });
  expect(Number(rows[0]?.[0])).toBeLessThanOrEqual(10 + 16);
  await connection.close();
  await driver.dispose?.();
});
