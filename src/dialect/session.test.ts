/** Connections as dialects set them up: what was asked for is what is, whatever the database says by default. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases, dialects, type TestDatabase } from "../../test/support/dialects.ts";
import type { DriverConnection, DriverResult, DriverValue, Query } from "../io/driver.ts";
import { runSync } from "../io/run-sync.ts";
import { ArgumentError } from "../sql/errors.ts";
import { ConnectionError } from "./database-error.ts";

/** Settings as a query, and its answer. */
const settings: Readonly<Record<string, readonly (readonly [sql: string, answer: DriverValue])[]>> = {
  sqlite: [
    ["PRAGMA foreign_keys", 1],
    ["SELECT 'a' LIKE 'A'", 0],
    ["SELECT decimal_add('0.1', '0.2')", "0.3"],
  ],
  postgresql: [
    ["SHOW TimeZone", "UTC"],
    ["SHOW DateStyle", "ISO, YMD"],
    ["SHOW client_encoding", "UTF8"],
    ["SELECT 0.1::float8 + 0.2::float8", "0.30000000000000004"],
    ["SELECT '2024-01-01 12:00+02'::timestamptz", "2024-01-01 10:00:00+00"],
    ["SELECT '\\\\'", "\\\\"],
  ],
  mysql: [
    ["SELECT @@session.time_zone", "+00:00"],
    ["SELECT @@session.collation_connection", "utf8mb4_bin"],
    ["SELECT 'a' = 'A'", 0],
  ],
};

describe.each(databases)("$name", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  test("its settings are those that codecs rely on", async () => {
    for (const [sql, answer] of settings[database.dialect.name] ?? []) {
      expect([sql, (await database.send(sql)).rows[0]?.[0]]).toEqual([sql, answer]);
    }
  });

  test("T15 a value that does not fit is an error, not a shorter value", async () => {
    if (database.dialect.name === "sqlite") return;
    await database.command("CREATE TABLE narrow (a varchar(3))");
    await expect(database.command("INSERT INTO narrow VALUES ('abcdef')")).rejects.toThrow(/\[E605\]$/);
  });

  test("begins transactions at every level it knows", async () => {
    for (const isolationLevel of database.dialect.capabilities.isolationLevels) {
      await database.run(function* (core) {
        yield* core.begin({ isolationLevel });
        yield* core.rollback();
      });
    }
  });
});

describe.each(dialects)("$name", (dialect) => {
  test("V04 an isolation level is one of the list", () => {
    for (const level of ["serializable; DROP TABLE hero", "SERIALIZABLE; COMMIT", "", "constructor"]) {
      expect(() => dialect.begin({ isolationLevel: level as never })).toThrow(ArgumentError);
    }
  });

  test("a connection that does not obey is not used", () => {
    const answer = (sql: string): readonly DriverValue[] =>
      sql.includes("database_list") ? [0, "main", ""] : new Array<DriverValue>(20).fill("off");
    expect(() => runSync(dialect.setUpConnection(new Disobedient(answer)))).toThrow(ConnectionError);
  });
});

/** Takes every statement, and answers every question alike. */
class Disobedient implements DriverConnection {
  readonly id = 1;
  readonly #answer: (sql: string) => readonly DriverValue[];

  constructor(answer: (sql: string) => readonly DriverValue[]) {
    this.#answer = answer;
  }
  execute(query: Query): DriverResult {
    return { rows: [this.#answer(query.sql)], columns: [], rowCount: 1 };
  }
  executeScript(): void {
    // Nothing is set.
  }
  transactionStatus(): "idle" {
    return "idle";
  }
  isOpen(): boolean {
    return true;
  }
  close(): void {
    // There is nothing to close.
  }
}
