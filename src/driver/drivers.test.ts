/** The contract of io/driver.ts, held by every driver against a real database. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send, testDrivers, type TestDriver } from "../../test/support/test-drivers.ts";
import type { Driver, DriverConnection, DriverValue } from "../io/driver.ts";

/** The same statement in three spellings of its placeholders and types. */
type Spelling = Readonly<Record<TestDriver["dialect"], string>>;

for (const target of testDrivers) {
  describe(target.name, () => {
    let driver: Driver;
    let remove: () => Promise<void>;
    let connection: DriverConnection;
    const spelled = (spelling: Spelling) => spelling[target.dialect];
    const p = (position: number) => (target.dialect === "postgresql" ? `$${String(position)}` : "?");
    /** Driver values as they leave the codecs of this dialect. */
    const text = (value: number | bigint | boolean) => (target.dialect === "postgresql" ? String(value) : value);

    beforeAll(async () => {
      ({ driver, remove } = await target.open({ maxPreparedStatements: 4 }));
      connection = await driver.connect();
    });
    afterAll(async () => {
      await connection.close();
      await remove();
    });

    test("rows are arrays in the order of the select list, whatever the columns are called (T19)", async () => {
      // mysql2 gives up the connection over a column named __proto__, also where rows are arrays.
      const name = spelled({ sqlite: "__proto__", postgresql: "__proto__", mysql: "constructor" });
      const result = await send(connection, `select 1 as a, 2 as a, null as ${name}`);
      expect(result.rows.map((row) => [...row].map((value) => (value === null ? null : String(value))))).toEqual([
        ["1", "2", null],
      ]);
      expect([...result.columns]).toEqual(["a", "a", name]);
      expect(connection.isOpen()).toBe(true);
    });

    test("text, bytes and NULL come back as they went", async () => {
      const types = spelled({
        sqlite: "?, ?, ?",
        postgresql: "$1::text, $2::bytea, $3::text",
        mysql: "cast(? as char), cast(? as binary), ?",
      });
      const { rows } = await send(connection, `select ${types}`, [
        "ü 😀 ' \\ \" ${x}",
        new Uint8Array([0, 255, 39]),
        null,
      ]);
      const [string, bytes, nothing] = rows[0] as DriverValue[];
      expect(string).toBe("ü 😀 ' \\ \" ${x}");
      if (target.dialect === "postgresql") expect(bytes).toBe("\\x00ff27");
      else expect([...(bytes as Uint8Array)]).toEqual([0, 255, 39]);
      expect(nothing).toBeNull();
    });

    test("64 bit integers and decimals lose no digit (T01)", async () => {
      const bounds = [9007199254740993n, -9007199254740993n, 9223372036854775807n, -9223372036854775808n];
      const type = spelled({ sqlite: "integer", postgresql: "bigint", mysql: "bigint" });
      await send(
        connection,
        `create table numbers (n ${type} primary key, d ${spelled({ sqlite: "text", postgresql: "numeric(38, 10)", mysql: "decimal(38, 10)" })})`,
      );
      const decimal = "1234567890123456789012345678.0123456789";
      for (const bound of bounds)
        await send(connection, `insert into numbers values (${p(1)}, ${p(2)})`, [text(bound), decimal]);
      const { rows } = await send(connection, "select n, d from numbers order by n desc", [], { integers: "bigint" });
      expect(rows.map((row) => BigInt(row[0] as string))).toEqual(
        [...bounds].sort((left, right) => (left < right ? 1 : -1)),
      );
      expect(rows.map((row) => row[1])).toEqual(bounds.map(() => decimal));
      for (const bound of bounds) {
        const found = await send(connection, `select count(*) from numbers where n = ${p(1)}`, [text(bound)]);
        expect(Number(found.rows[0]?.[0])).toBe(1);
      }
    });

    test("whole numbers are integers to the database, and LIMIT takes one (T03)", async () => {
      const { rows } = await send(
        connection,
        `select n from (select 1 as n union select 2 union select 3) as t order by n limit ${p(1)} offset ${p(2)}`,
        [text(1), text(1)],
      );
      expect(rows.map((row) => Number(row[0]))).toEqual([2]);
      const kind = spelled({
        sqlite: "select typeof(?), json_array(?), ? / 2",
        postgresql: "select pg_typeof($1::int)::text, json_build_array($2::int), $3::int / 2",
        mysql: "select 'integer', json_array(?), ? div 2",
      });
      const values = target.dialect === "mysql" ? [7, 7] : [text(7), text(7), text(7)];
      const [type, json, half] = (await send(connection, kind, values)).rows[0] as DriverValue[];
      expect([type, json, Number(half)]).toEqual(["integer", "[7]", 3]);
    });

    test("booleans reach the database as such (T09)", async () => {
      await send(
        connection,
        `create table flags (id int primary key, f ${spelled({ sqlite: "integer", postgresql: "boolean", mysql: "boolean" })})`,
      );
      await send(connection, `insert into flags values (1, ${p(1)}), (2, ${p(2)})`, [text(true), text(false)]);
      const { rows } = await send(connection, "select id from flags where f");
      expect(rows.map((row) => Number(row[0]))).toEqual([1]);
    });

    test("rowCount counts matched rows, insertId the first generated key", async () => {
      const id = spelled({
        sqlite: "id integer primary key",
        postgresql: "id int generated by default as identity primary key",
        mysql: "id int auto_increment primary key",
      });
      await send(connection, `create table counted (${id}, a int)`);
      const inserted = await send(connection, "insert into counted (a) values (1), (1), (2)");
      expect(inserted.rowCount).toBe(3);
      if (target.dialect === "mysql") expect(inserted.insertId).toBe(1);
      // Unchanged rows are matched rows: optimistic locking depends on it (T31).
      expect((await send(connection, `update counted set a = 1 where a = ${p(1)}`, [text(1)])).rowCount).toBe(2);
      expect((await send(connection, "delete from counted where a = 3")).rowCount).toBe(0);
      expect((await send(connection, "select * from counted")).rowCount).toBe(3);
    });

    test("one query is one statement (T20)", async () => {
      await send(connection, "create table victim (a int)");
      await expect(send(connection, "select 1; drop table victim")).rejects.toThrow();
      await expect(
        send(connection, `delete from victim where a = ${p(1)}; drop table victim`, [text(1)]),
      ).rejects.toThrow();
      expect((await send(connection, "select * from victim")).rows).toEqual([]);
    });

    test("the transaction's state is the database's own", async () => {
      expect(connection.transactionStatus()).toBe("idle");
      await send(connection, "begin");
      expect(connection.transactionStatus()).toBe("active");
      await send(connection, "select 1");
      expect(connection.transactionStatus()).toBe("active");
      await expect(send(connection, "select * from nowhere")).rejects.toThrow();
      expect(connection.transactionStatus()).toBe(target.dialect === "postgresql" ? "failed" : "active");
      await send(connection, "rollback");
      expect(connection.transactionStatus()).toBe("idle");
    });

    test("a committed failed transaction says that it was rolled back (T23)", async () => {
      await send(connection, "begin");
      await expect(send(connection, "select * from nowhere")).rejects.toThrow();
      const { command } = await send(connection, "commit");
      if (target.dialect === "postgresql") expect(command).toBe("ROLLBACK");
      expect(connection.transactionStatus()).toBe("idle");
    });

    test("more texts than the cache of prepared statements holds", async () => {
      for (let round = 0; round < 3; round += 1) {
        for (let index = 0; index < 40; index += 1) {
          const { rows } = await send(
            connection,
            `select ${String(index)} + ${spelled({ sqlite: "?", postgresql: "$1::int", mysql: "?" })}`,
            [text(round)],
          );
          expect(Number(rows[0]?.[0])).toBe(index + round);
        }
      }
    });

    test("a statement that cannot be prepared does not stay in the cache (T38)", async () => {
      await expect(send(connection, "select * from later")).rejects.toThrow();
      await send(connection, "create table later (a int)");
      expect((await send(connection, "select * from later")).rows).toEqual([]);
    });

    test("a prepared statement survives a change of its table (T38)", async () => {
      await send(connection, "create table changing (a int)");
      await send(connection, "insert into changing values (1)");
      expect((await send(connection, "select * from changing")).rows.map((row) => row.length)).toEqual([1]);
      await send(connection, "alter table changing add b int");
      const after = await send(connection, "select * from changing");
      expect(after.rows.map((row) => row.length)).toEqual([2]);
      expect([...after.columns]).toEqual(["a", "b"]);
    });

    test("a script runs several statements", async () => {
      if (target.dialect === "mysql") return;
      await connection.executeScript("create table scripted (a int); insert into scripted values (1)");
      expect((await send(connection, "select * from scripted")).rowCount).toBe(1);
    });

    test("functions of the program's own (embedded databases)", async () => {
      if (target.dialect !== "sqlite") return;
      connection.createFunction?.({
        name: "kind_of",
        parameters: 1,
        call: (value) => `${typeof value} ${String(value)}`,
      });
      connection.createFunction?.({
        name: "both",
        parameters: 2,
        call: (left, right) => (left === null ? right : `${String(left)}${String(right)}`),
      });
      connection.createFunction?.({
        name: "longest",
        parameters: 1,
        start: () => null,
        step: (before: DriverValue, value) => (String(value).length > String(before ?? "").length ? value : before),
        inverse: (before: DriverValue) => before,
        result: (state: DriverValue) => state,
      });
      const { rows } = await send(
        connection,
        "select kind_of(9007199254740993), both('a', 1), both(null, 'b'), longest(v) from (select 'x' as v union select 'xyz')",
      );
      expect(rows).toEqual([["bigint 9007199254740993", "a1", "b", "xyz"]]);
      expect((await send(connection, "select longest(1) where false")).rows).toEqual([[null]]);
    });

    test("a closed connection knows it", async () => {
      if (target.name === "pglite") return;
      const other = await driver.connect();
      expect(other.isOpen()).toBe(true);
      expect(other.id).not.toBe(connection.id);
      await other.close();
      expect(other.isOpen()).toBe(false);
      await expect(send(other, "select 1")).rejects.toThrow();
    });
  });
}
