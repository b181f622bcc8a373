/** T38: what the server prepared outlives changes of tables and types, by one silent repetition outside of transactions. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send, testDrivers } from "../../test/support/test-drivers.ts";
import type { Driver, DriverConnection } from "../io/driver.ts";

for (const target of testDrivers.filter(({ dialect }) => dialect === "postgresql")) {
  describe(target.name, () => {
    let driver: Driver;
    let connection: DriverConnection;
    let remove: () => Promise<unknown>;
    beforeAll(async () => {
      ({ driver, remove } = await target.open());
      connection = await driver.connect();
    });
    afterAll(async () => {
      await connection.close();
      await remove();
    });

    /** Statements over a type of the program's own, each prepared. */
    const statements = [
      ["insert into feeling (mood) values ($1)", ["sad"]],
      ["insert into feeling (mood) values ($1::mood)", ["ok"]],
      ["select mood from feeling where mood = $1", ["sad"]],
      ["select $1::mood", ["ok"]],
      ["select * from feeling where mood = any($1::mood[])", ["{sad,ok}"]],
      ["update feeling set mood = $1 where mood <> $1", ["ok"]],
      ["select mood, count(*) from feeling group by mood", []],
    ] as const;

    async function recreate(labels: string): Promise<void> {
      await connection.executeScript(
        `drop table if exists feeling; drop type if exists mood; create type mood as enum (${labels}); create table feeling (mood mood)`,
      );
    }

    test("a type that was dropped and made anew is no error for statements prepared before", async () => {
      for (const labels of ["'sad', 'ok'", "'ok', 'sad'", "'new', 'sad', 'ok'"]) {
        await recreate(labels);
        for (const [sql, parameters] of statements) await send(connection, sql, parameters);
      }
      expect((await send(connection, "select mood from feeling", [])).rows).toEqual([["ok"], ["ok"]]);
    });

    test("so are a view, a function and the type of a column", async () => {
      const ask = async () => [
        (await send(connection, "select * from seen where a = $1", ["1"])).rows,
        (await send(connection, "select twice($1)", ["1"])).rows,
        (await send(connection, "insert into plain (a) values ($1) returning a", ["1"])).rows,
      ];
      for (const [type, view] of [
        ["int", "a"],
        ["bigint", "a, a as b"],
        ["text", "a, a as b, a as c"],
      ] as const) {
        await connection.executeScript(
          `drop view if exists seen; drop table if exists plain; drop function if exists twice; create table plain (a ${type});
           create view seen as select ${view} from plain;
           create function twice(${type}) returns ${type} language sql as 'select $1'`,
        );
        await ask();
        expect(await ask()).toEqual([
          [
            Array.from({ length: view.split(",").length }, () => "1"),
            Array.from({ length: view.split(",").length }, () => "1"),
          ].slice(0, 1),
          [["1"]],
          [["1"]],
        ]);
      }
    });

    test("values that only the column's new type takes are taken", async () => {
      await connection.executeScript("create table typed (a int)");
      for (const value of ["1", "2"]) await send(connection, "insert into typed values ($1)", [value]);
      await expect(send(connection, "insert into typed values ($1)", ["3000000000"])).rejects.toThrow("out of range");
      await connection.executeScript("alter table typed alter a type bigint");
      await send(connection, "insert into typed values ($1)", ["3000000000"]);
      await connection.executeScript("alter table typed alter a type text");
      await send(connection, "insert into typed values ($1)", ["words"]);
      expect((await send(connection, "select count(*) from typed")).rows).toEqual([["4"]]);
    });

    test("in a transaction, which the error has ended, it is told, and the next try succeeds", async () => {
      await recreate("'sad', 'ok'");
      await send(connection, "select $1::mood", ["ok"]);
      await recreate("'sad', 'ok'");
      await send(connection, "begin");
      await expect(send(connection, "select $1::mood", ["ok"])).rejects.toThrow(/cache lookup failed|cached plan/);
      expect(connection.transactionStatus()).toBe("failed");
      await send(connection, "rollback");
      expect((await send(connection, "select $1::mood", ["ok"])).rows).toEqual([["ok"]]);
    });

    test("an error that only looks like it is not repeated", async () => {
      await send(connection, "create table once (a int)");
      await connection.executeScript(
        "create function failing() returns int language plpgsql as $$ begin insert into once values (1); raise exception 'cache lookup failed for type 1' using errcode = 'P0001'; end $$",
      );
      await expect(send(connection, "select failing()")).rejects.toThrow("cache lookup failed");
      await expect(send(connection, "select failing()")).rejects.toThrow("cache lookup failed");
    });
  });
}
