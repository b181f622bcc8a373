/** Every class of database error, provoked on every driver's real database. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send, testDrivers, type TestDriver } from "../../test/support/test-drivers.ts";
import type { Scratch } from "../../test/support/scratch.ts";
import type { Driver, DriverConnection, DriverValue } from "../io/driver.ts";
import {
  CheckViolation,
  ConnectionError,
  DataError,
  type DatabaseError,
  DeadlockDetected,
  ForeignKeyViolation,
  LockTimeout,
  NotNullViolation,
  ProgrammingError,
  ReadOnlyError,
  SerializationFailure,
  StatementTimeout,
  UniqueViolation,
} from "./database-error.ts";
import { translateError as translateMysql } from "./mysql/error-codes.ts";
import { translateError as translatePostgresql } from "./postgresql/error-codes.ts";
import { translateError as translateSqlite } from "./sqlite/error-codes.ts";

const translators = { sqlite: translateSqlite, postgresql: translatePostgresql, mysql: translateMysql };
type Spelling = Readonly<Record<TestDriver["dialect"], string>>;

/** Longer than any real name, and in every row below: no message may quote it. */
const canary = "canary7731";

for (const target of testDrivers) {
  describe(target.name, () => {
    const translate = translators[target.dialect];
    const isEmbedded = target.name === "pglite" || target.dialect === "sqlite";
    let driver: Driver;
    let scratch: Scratch | undefined;
    let remove: () => Promise<void>;
    let connection: DriverConnection;

    const open = async () => {
      const opened = await driver.connect();
      if (target.dialect === "sqlite") await send(opened, "pragma foreign_keys = on");
      if (target.dialect === "mysql")
        await send(opened, "set sql_mode = 'STRICT_ALL_TABLES', innodb_lock_wait_timeout = 1");
      return opened;
    };

    /** The translated error of a statement that must fail. */
    async function failure(
      sql: string | Spelling,
      options: { on?: DriverConnection; parameters?: DriverValue[]; hidesValues?: boolean } = {},
    ): Promise<DatabaseError> {
      const { on = connection, parameters = [], hidesValues = false } = options;
      const text = typeof sql === "string" ? sql : sql[target.dialect];
      const raw: unknown = await send(on, text, parameters).then(
        () => new Error(`Nothing was refused: ${text}`),
        (error: unknown) => error,
      );
      return translate(raw, { sql: text, hidesValues }) as DatabaseError;
    }

    beforeAll(async () => {
      ({ driver, scratch, remove } = await target.open());
      connection = await open();
      const script = [
        "create table team (id int primary key, name varchar(20) not null, constraint uq_team_name unique (name))",
        `create table hero (
          id int primary key, name varchar(20) not null, team_id int, age int,
          constraint uq_hero unique (name, team_id),
          constraint fk_hero_team foreign key (team_id) references team (id),
          constraint ck_age check (age >= 0)
        )`,
        "insert into team values (1, 'first')",
        `insert into hero values (1, '${canary}', 1, 5)`,
      ];
      for (const sql of script) await send(connection, sql);
    });
    afterAll(async () => {
      await connection.close();
      await remove();
    });

    test("UniqueViolation", async () => {
      const error = await failure(`insert into hero values (2, '${canary}', 1, 5)`);
      expect(error).toBeInstanceOf(UniqueViolation);
      expect(error.table).toBe("hero");
      if (target.dialect !== "mysql") expect(error.columns).toEqual(["name", "team_id"]);
      if (target.dialect !== "sqlite") expect(error.constraint).toBe("uq_hero");
      expect(error.message).not.toContain(canary);
      expect(error.message).toMatch(/^Another row of table 'hero' has the same .+ already.*\. \[E601\]$/);
    });

    test("UniqueViolation of a primary key", async () => {
      const error = await failure("insert into hero values (1, 'other', 1, 5)");
      expect(error).toBeInstanceOf(UniqueViolation);
      expect(error.table).toBe("hero");
      if (target.dialect !== "mysql") expect(error.columns).toEqual(["id"]);
    });

    test("UniqueViolation of a composite key with unusual names", async () => {
      const q = target.dialect === "mysql" ? "`" : '"';
      await send(
        connection,
        `create table ${q}Odd, one${q} (${q}First Name${q} int, ${q}select${q} int, unique (${q}First Name${q}, ${q}select${q}))`,
      );
      await send(connection, `insert into ${q}Odd, one${q} values (1, 2)`);
      const error = await failure(`insert into ${q}Odd, one${q} values (1, 2)`);
      expect(error).toBeInstanceOf(UniqueViolation);
      if (target.dialect === "postgresql")
        expect([error.table, ...error.columns]).toEqual(["Odd, one", "First Name", "select"]);
      if (target.dialect === "mysql") expect(error.table).toBe("Odd, one");
    });

    test("UniqueViolation of an index over an expression", async () => {
      if (target.dialect === "mysql") return;
      await send(connection, "create unique index ix_lower on team (lower(name))");
      const error = await failure("insert into team values (9, 'FIRST')");
      expect(error).toBeInstanceOf(UniqueViolation);
      expect([error.table, error.constraint, error.columns]).toEqual(["team", "ix_lower", []]);
      await send(connection, "drop index ix_lower");
    });

    test("ForeignKeyViolation of a row without the one it refers to", async () => {
      const error = await failure("insert into hero values (3, 'third', 99, 5)");
      expect(error).toBeInstanceOf(ForeignKeyViolation);
      expect(error.table).toBe("hero");
      if (target.dialect === "sqlite") return;
      expect([error.constraint, error.columns]).toEqual(["fk_hero_team", ["team_id"]]);
      expect(error.message).toContain("'team_id' of table 'hero' refers to a row that does not exist");
    });

    test("ForeignKeyViolation of a row that is referred to", async () => {
      const error = await failure("delete from team where id = 1");
      expect(error).toBeInstanceOf(ForeignKeyViolation);
      if (target.dialect === "sqlite") return;
      expect([error.table, error.constraint]).toEqual(["hero", "fk_hero_team"]);
      expect(error.message).toContain("is still referred to");
    });

    test("NotNullViolation", async () => {
      const error = await failure("insert into hero (id, name) values (4, null)");
      expect(error).toBeInstanceOf(NotNullViolation);
      expect([error.table, error.columns]).toEqual(["hero", ["name"]]);
      const absent = await failure("insert into hero (id) values (4)");
      expect(absent).toBeInstanceOf(NotNullViolation);
      expect([absent.table, absent.columns]).toEqual(["hero", ["name"]]);
    });

    test("CheckViolation", async () => {
      const error = await failure("update hero set age = -1 where id = 1");
      expect(error).toBeInstanceOf(CheckViolation);
      expect([error.table, error.constraint]).toEqual(["hero", "ck_age"]);
    });

    test("DataError", async () => {
      const error = await failure({
        sqlite: "insert into narrow values ('x')",
        postgresql: "insert into team values (5, 'a text of more than twenty characters')",
        mysql: "insert into team values (5, 'a text of more than twenty characters')",
      }).then(async (first) => {
        if (target.dialect !== "sqlite") return first;
        await send(connection, "create table narrow (n integer) strict");
        return failure("insert into narrow values ('x')");
      });
      expect(error).toBeInstanceOf(DataError);
      if (target.dialect === "mysql") expect(error.columns).toEqual(["name"]);
      if (target.dialect === "sqlite") expect([error.table, error.columns]).toEqual(["narrow", ["n"]]);
      expect(
        await failure({
          sqlite: "select sum(n) from (select 9223372036854775807 as n union select 1)",
          postgresql: "select 2147483647::int + 1",
          mysql: "select 9223372036854775807 + 1",
        }),
      ).toBeInstanceOf(DataError);
    });

    test("ProgrammingError", async () => {
      const unknown = await failure("select * from heros");
      expect(unknown).toBeInstanceOf(ProgrammingError);
      expect(unknown.message).toMatch(/^The database refused the statement: .*heros/);
      expect(await failure("selec 1")).toBeInstanceOf(ProgrammingError);
      expect(await failure("select nothing from hero")).toBeInstanceOf(ProgrammingError);
    });

    test("with hidesValues no message quotes what may be a value (V22)", async () => {
      const shown = await failure({
        sqlite: `select nothing_${canary}`,
        postgresql: `select '${canary}'::int`,
        mysql: `insert into team values ('${canary}', 'x')`,
      });
      expect(shown.message).toContain(canary);
      const hidden = await failure(
        {
          sqlite: `select nothing_${canary}`,
          postgresql: `select '${canary}'::int`,
          mysql: `insert into team values ('${canary}', 'x')`,
        },
        { hidesValues: true },
      );
      expect(hidden.message).not.toContain(canary);
      expect(hidden.constructor).toBe(shown.constructor);
    });

    test("LockTimeout", async () => {
      if (target.name === "pglite") return;
      const other = await open();
      const begin = target.dialect === "sqlite" ? "begin immediate" : "begin";
      await send(connection, begin);
      await send(connection, "update team set name = 'locked' where id = 1");
      if (target.dialect === "sqlite") {
        const error = await failure("begin immediate", { on: other });
        expect(error).toBeInstanceOf(LockTimeout);
        expect(error.isRetryable).toBe(true);
      } else {
        if (target.dialect === "postgresql") await send(other, "set lock_timeout = 100");
        await send(other, "begin");
        expect(await failure("update team set name = 'mine' where id = 1", { on: other })).toBeInstanceOf(LockTimeout);
        await send(other, "rollback");
      }
      await send(connection, "rollback");
      await other.close();
    });

    test("SerializationFailure", async () => {
      if (target.name === "pglite" || target.dialect === "mysql") return;
      const other = await open();
      if (target.dialect === "sqlite") await send(connection, "pragma journal_mode = wal");
      await send(other, target.dialect === "sqlite" ? "begin" : "begin isolation level repeatable read");
      await send(other, "select * from team");
      await send(connection, "update team set name = 'newer' where id = 1");
      const error = await failure("update team set name = 'older' where id = 1", { on: other });
      expect(error).toBeInstanceOf(SerializationFailure);
      expect(error.isRetryable).toBe(true);
      await send(other, "rollback");
      await other.close();
    });

    test("DeadlockDetected", async () => {
      if (isEmbedded) return;
      const other = await open();
      await send(connection, "insert into team values (20, 'twenty'), (21, 'twenty-one')");
      for (const each of [connection, other]) await send(each, "begin");
      await send(connection, "update team set name = 'a' where id = 20");
      await send(other, "update team set name = 'b' where id = 21");
      const outcomes = await Promise.all([
        failure("update team set name = 'c' where id = 21"),
        failure("update team set name = 'd' where id = 20", { on: other }),
      ]);
      expect(outcomes.some((error) => error instanceof DeadlockDetected && error.isRetryable)).toBe(true);
      for (const each of [connection, other]) await send(each, "rollback");
      await other.close();
    });

    test("ReadOnlyError", async () => {
      if (target.dialect === "sqlite") {
        await send(connection, "pragma query_only = on");
        expect(await failure("delete from hero")).toBeInstanceOf(ReadOnlyError);
        await send(connection, "pragma query_only = off");
        return;
      }
      await send(connection, target.dialect === "mysql" ? "start transaction read only" : "begin read only");
      expect(await failure("delete from hero")).toBeInstanceOf(ReadOnlyError);
      await send(connection, "rollback");
    });

    test("StatementTimeout", async () => {
      if (isEmbedded) return;
      if (target.dialect === "postgresql") {
        await send(connection, "set statement_timeout = 100");
        expect(await failure("select pg_sleep(10)")).toBeInstanceOf(StatementTimeout);
        await send(connection, "set statement_timeout = 0");
      } else {
        expect(
          await failure(
            "set statement max_statement_time = 0.1 for select count(*) from information_schema.columns a, information_schema.columns b, information_schema.columns c",
          ),
        ).toBeInstanceOf(StatementTimeout);
      }
    });

    test("ConnectionError", async () => {
      if (target.name === "pglite") return;
      const other = await open();
      if (target.dialect === "sqlite") {
        await other.close();
      } else {
        const id = String(
          (await send(other, target.dialect === "postgresql" ? "select pg_backend_pid()" : "select connection_id()"))
            .rows[0]?.[0],
        );
        await scratch?.admin(target.dialect === "postgresql" ? `select pg_terminate_backend(${id})` : `kill ${id}`);
      }
      const error = await failure("select 1", { on: other });
      expect(error).toBeInstanceOf(ConnectionError);
      expect(other.isOpen()).toBe(false);
    });
  });
}
