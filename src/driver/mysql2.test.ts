/** What is mysql2's own: the forms of its values, and what it prepares. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send, serverOptions } from "../../test/support/test-drivers.ts";
import { scratchMysql, type Scratch } from "../../test/support/scratch.ts";
import type { DriverConnection } from "../io/driver.ts";
import { mysql2 } from "./mysql2.ts";

let scratch: Scratch;
let connection: DriverConnection;

beforeAll(async () => {
  scratch = await scratchMysql();
  connection = await mysql2(serverOptions(scratch, 10)).connect();
});
afterAll(async () => {
  await connection.close();
  await scratch.remove();
});

async function prepared(): Promise<number> {
  const { rows } = await send(connection, "show session status like 'Com_stmt_prepare'", [], { returnsRows: false });
  return Number(rows[0]?.[1]);
}

describe("values", () => {
  test("come in forms that lose nothing", async () => {
    const { rows } = await send(
      connection,
      "select cast(9223372036854775807 as signed), cast(18446744073709551615 as unsigned), cast(1.50 as decimal(30, 2)), cast('2024-02-29' as date), cast('2024-02-29 13:37:00.123456' as datetime(6)), cast('13:37:00.5' as time(1)), json_object('a', 1)",
    );
    expect(rows).toEqual([
      [
        "9223372036854775807",
        "18446744073709551615",
        "1.50",
        "2024-02-29",
        "2024-02-29 13:37:00.123456",
        "13:37:00.5",
        '{"a": 1}',
      ],
    ]);
  });

  test("unsigned 64 bits, fractions and booleans arrive as they are", async () => {
    const { rows } = await send(connection, "select ?, ?, ?, ?", [18446744073709551615n, 0.5, true, -1n]);
    expect(rows[0]?.map(String)).toEqual(["18446744073709551615", "0.5", "1", "-1"]);
  });

  test("a view of a larger buffer sends only its own bytes", async () => {
    const { rows } = await send(connection, "select hex(?)", [new Uint8Array([1, 2, 3, 4]).subarray(1, 3)]);
    expect(rows).toEqual([["0203"]]);
  });

  test("a generated key beyond 53 bits is exact", async () => {
    await send(connection, "create table big (id bigint auto_increment primary key) auto_increment = 9007199254740993");
    expect((await send(connection, "insert into big values ()")).insertId).toBe(9007199254740993n);
  });
});

describe("preparation", () => {
  test("a text is prepared once, commands without parameters and rows never", async () => {
    const before = await prepared();
    for (let index = 0; index < 5; index += 1) await send(connection, "select ? + 1", [index]);
    await send(connection, "begin");
    await send(connection, "savepoint s");
    await send(connection, "rollback");
    expect((await prepared()) - before).toBe(1);
  });

  test("one-off statements leave nothing on the server", async () => {
    const fresh = await mysql2(serverOptions(scratch, 1000)).connect();
    const closed = async () => Number((await send(fresh, "show session status like 'Com_stmt_close'")).rows[0]?.[1]);
    const before = await closed();
    for (let index = 0; index < 30; index += 1)
      await send(fresh, `select ${String(index)} + ?`, [1], { reusable: false });
    expect((await closed()) - before).toBe(30);
    await fresh.close();
  });
});
