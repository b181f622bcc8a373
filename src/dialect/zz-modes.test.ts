/** V03 T15: servers whose settings change what SQL means. New connections are taken out of these modes, or refused. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratchMysql, scratchPostgresql, type Scratch } from "../../test/support/scratch.ts";
import { column, element, id } from "../../test/support/tables.ts";
import { serverOptions } from "../../test/support/test-drivers.ts";
import { createAsyncEngineFrom } from "../create-engine.ts";
import { mysql2 } from "../driver/mysql2.ts";
import { pg } from "../driver/pg.ts";
import type { AsyncConnection } from "../engine/async-connection.ts";
import type { AsyncEngine } from "../engine/async-engine.ts";
import type { Driver } from "../io/driver.ts";
import { createAllIo, dropAllIo } from "../metadata/ddl/create-all.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { Table } from "../metadata/table.ts";
import { literal, sql } from "../sql/expression/operators.ts";
import { emptySelect } from "../sql/statement/node.ts";
import { enumType, text, varchar } from "../sql/type/types.ts";
import { DataError } from "./database-error.ts";
import { mysqlDialect } from "./mysql/dialect.ts";
import { postgresqlDialect } from "./postgresql/dialect.ts";

/** `driver`, on a server that gives its connections these settings. */
function withDefaults(driver: Driver, script: string): Driver {
  return {
    name: driver.name,
    isSync: false,
    async connect() {
      const connection = await driver.connect();
      await connection.executeScript(script);
      return connection;
    },
  };
}

const servers = [
  {
    name: "postgresql",
    scratch: scratchPostgresql,
    engine: (scratch: Scratch, script: string) =>
      createAsyncEngineFrom({
        dialect: postgresqlDialect(),
        driver: withDefaults(pg({ ...serverOptions(scratch), preparedStatements: true }), script),
        address: "a server with settings of its own",
      }),
    modes: [
      "SET standard_conforming_strings = off; SET backslash_quote = on",
      "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Tokyo'; SET IntervalStyle = 'sql_standard'",
      "SET bytea_output = 'escape'; SET extra_float_digits = -10; SET array_nulls = off; SET transform_null_equals = on",
    ],
  },
  {
    name: "mysql",
    scratch: scratchMysql,
    engine: (scratch: Scratch, script: string) =>
      createAsyncEngineFrom({
        dialect: mysqlDialect({ version: "10.11.0-MariaDB" }),
        driver: withDefaults(mysql2(serverOptions(scratch)), script),
        address: "a server with settings of its own",
      }),
    modes: [
      "SET sql_mode = ''",
      "SET sql_mode = 'NO_BACKSLASH_ESCAPES'",
      "SET sql_mode = 'ANSI,NO_UNSIGNED_SUBTRACTION,PAD_CHAR_TO_FULL_LENGTH,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO'",
      "SET autocommit = 0",
      "SET sql_select_limit = 1, sql_auto_is_null = 1",
      "SET NAMES latin1, time_zone = '+09:00', foreign_key_checks = 0, unique_checks = 0",
      "SET default_storage_engine = 'MyISAM'",
    ],
  },
] as const;

const texts = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.string({ unit: fc.constantFrom("'", "\\", '"', "`", "a", "%", "\n", "$", "é", "🦸", "--"), maxLength: 8 }),
    fc.constantFrom("\\'; drop table victim; -- ", "'; drop table victim; --", "\\\\'"),
  )
  .filter((value) => !value.includes("\0"));

for (const server of servers) {
  describe(server.name, () => {
    let scratch: Scratch;
    beforeAll(async () => {
      scratch = await server.scratch();
      await scratch.admin("CREATE TABLE victim (id integer)");
    });
    afterAll(async () => {
      expect(await scratch.admin("SELECT count(*) FROM victim")).toHaveLength(1);
      await scratch.remove();
    });

    describe.each(server.modes)("%s", (mode) => {
      let engine: AsyncEngine;
      let connection: AsyncConnection;
      beforeAll(async () => {
        engine = server.engine(scratch, mode);
        connection = await engine.connect();
      });
      afterAll(async () => {
        await connection.close();
        await engine.dispose();
      });

      test("V03 texts in definitions and in values arrive as they are", async () => {
        let count = 0;
        await fc.assert(
          fc.asyncProperty(texts, async (value) => {
            count += 1;
            const member = `m${value}m`;
            const table = new Table({
              name: `literals_${String(count)}`,
              columns: [
                id,
                column("by_default", varchar(100), { serverDefault: literal(value).node }),
                column("bound", text()),
                column("chosen", enumType([member, "other"], { name: `enum_${String(count)}` })),
              ],
            });
            table.define({
              checks: [{ kind: "check", name: "same", condition: element<string>(table, "by_default").eq(value).node }],
            });
            const metadata = new MetaData();
            metadata.add(table);
            await connection.run((core) => createAllIo(metadata, core));
            try {
              const given = [table.column("bound"), table.column("chosen")];
              const values = [value, member];
              await connection.run((core) =>
                core.execute({
                  kind: "insert",
                  table,
                  columns: given.map(({ node }) => node),
                  rows: [given.map(({ type }, index) => ({ kind: "bind" as const, value: values[index], type }))],
                  returning: [],
                }),
              );
              const found = await connection.run((core) =>
                core.execute({ ...emptySelect, columns: table.columns.slice(1).map(({ node }) => node) }),
              );
              expect(found.rows).toEqual([[value, value, member]]);
            } finally {
              await connection.run((core) => dropAllIo(metadata, core));
            }
          }),
          { numRuns: 1500, examples: [["🦸--$$a'--"]] },
        );
      });

      test("T15 a value that does not fit is an error, and what is written stays", async () => {
        await connection.execute(sql`CREATE TABLE narrow (a varchar(3), n integer PRIMARY KEY)`);
        try {
          await expect(connection.execute(sql`INSERT INTO narrow VALUES (${"abcdef"}, 1)`)).rejects.toThrow(DataError);
          await expect(connection.execute(sql`INSERT INTO narrow VALUES (${"a"}, 99999999999)`)).rejects.toThrow(
            DataError,
          );
          await connection.execute(sql`INSERT INTO narrow VALUES (${"a"}, 2), (${"b"}, 1)`);
          // Another connection sees it: nobody has to commit what was no transaction.
          expect(await scratch.admin("SELECT n, a FROM narrow ORDER BY n")).toEqual([
            [1, "b"],
            [2, "a"],
          ]);
          await connection.begin();
          await connection.execute(sql`UPDATE narrow SET a = 'x' WHERE a = 'a'`);
          await connection.rollback();
          const rows = await connection.execute(sql`SELECT a FROM narrow ORDER BY n`);
          expect(rows.all().map((row) => row["a"])).toEqual(["b", "a"]);
          expect((await connection.execute(sql`SELECT a FROM narrow WHERE n IS NULL`)).all()).toEqual([]);
        } finally {
          await connection.execute(sql`DROP TABLE narrow`);
        }
      });
    });
  });
}

describe("postgresql", () => {
  test("T12 arrays hold NULL, and = NULL is not IS NULL, whatever the server's settings", async () => {
    const scratch = await scratchPostgresql();
    const engine = servers[0].engine(scratch, "SET array_nulls = off; SET transform_null_equals = on");
    try {
      await engine.begin(async (connection) => {
        const { rows } = await connection.run((core) =>
          core.executeRaw({
            sql: "SELECT ('{NULL}'::text[])[1] IS NULL, (1 = NULL) IS NULL, 0.1::float8 + 0.2::float8, '\\x01'::bytea::text",
            returnsRows: true,
          }),
        );
        expect(rows).toEqual([["t", "t", "0.30000000000000004", "\\x01"]]);
      });
    } finally {
      await engine.dispose();
      await scratch.remove();
    }
  });
});
