/** Statements of the extended protocol, and a BEGIN that is sent together with the statement after it. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { serverOptions } from "../../test/support/test-drivers.ts";
import { scratchPostgresql, type Scratch } from "../../test/support/scratch.ts";
import type { DriverConnection, DriverResult } from "../io/driver.ts";
import { pg } from "./pg.ts";

let scratch: Scratch;
let connection: DriverConnection;

beforeAll(async () => {
  scratch = await scratchPostgresql();
});
afterAll(() => scratch.remove());
beforeEach(async () => {
  connection = await pg({ ...serverOptions(scratch, 10), preparedStatements: true }).connect();
  // The first BEGIN is prepared, and sent at once.
  await run("BEGIN");
  await run("ROLLBACK");
});
afterEach(() => connection.close());

async function run(sql: string, reusable = true): Promise<DriverResult> {
  return await connection.execute({ sql, parameters: [], returnsRows: true, reusable, integers: "number" });
}

test("the statement after BEGIN runs in the transaction, and its own result is given", async () => {
  expect((await run("BEGIN")).command).toBe("BEGIN");
  expect(connection.transactionStatus()).toBe("active");
  const { rows, columns, rowCount, command } = await run("SELECT 1 AS one, 'x' AS x");
  expect({ rows, columns, rowCount, command }).toEqual({
    rows: [["1", "x"]],
    columns: ["one", "x"],
    rowCount: 1,
    command: "SELECT",
  });
  expect(connection.transactionStatus()).toBe("active");
  await run("SAVEPOINT inside");
  expect((await run("COMMIT")).command).toBe("COMMIT");
  expect(connection.transactionStatus()).toBe("idle");
});

test("so does one that is not prepared", async () => {
  await run("BEGIN");
  await run("CREATE TEMPORARY TABLE note (id integer)", false);
  await run("ROLLBACK");
  await expect(run("SELECT * FROM note", false)).rejects.toThrow("does not exist");
});

test("options of the transaction hold for the statement", async () => {
  const begin = "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY";
  await run(begin);
  await run("COMMIT");
  await run(begin);
  expect((await run("SHOW transaction_isolation")).rows).toEqual([["serializable"]]);
  await expect(run("CREATE TABLE note (id integer)", false)).rejects.toThrow("read-only");
  expect(connection.transactionStatus()).toBe("failed");
  await run("ROLLBACK");
  expect(connection.transactionStatus()).toBe("idle");
});

test("an empty transaction is not sent at all", async () => {
  for (const end of ["COMMIT", "ROLLBACK"]) {
    await run("BEGIN");
    expect((await run(end)).command).toBe(end);
    expect(connection.transactionStatus()).toBe("idle");
  }
  await expect(run("SAVEPOINT outside")).rejects.toThrow("transaction block");
});

test("a statement that fails to be parsed, and one that fails, leave a failed transaction", async () => {
  for (const sql of ["SELEC 1", "SELECT 1 / 0"]) {
    await run("BEGIN");
    await expect(run(sql)).rejects.toThrow();
    expect(connection.transactionStatus()).toBe("failed");
    await run("ROLLBACK");
    expect(connection.transactionStatus()).toBe("idle");
  }
  await run("BEGIN");
  expect((await run("SELECT 2")).rows).toEqual([["2"]]);
  await run("COMMIT");
});

test("a script runs in the transaction that was begun before it", async () => {
  await run("BEGIN");
  await connection.executeScript("CREATE TEMPORARY TABLE note (id integer)");
  expect(connection.transactionStatus()).toBe("active");
  await run("ROLLBACK");
  await expect(run("SELECT * FROM note", false)).rejects.toThrow("does not exist");
});
