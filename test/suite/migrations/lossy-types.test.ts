/** Values that another type has no room for stop a migration before it changes anything; views that read what goes do, too. */
import { sql, type AsyncEngine, type SqlTemplate } from "sqlmodel";
import { column, integer, type Operations } from "sqlmodel/migration";
import { describe, expect, test } from "vitest";
import { MigrationCheckError } from "../../../src/migration/errors.ts";
import { runStepsAsync } from "../../../src/migration/run/run-steps.ts";
import { revision, up } from "../../support/revisions.ts";
import { testEngines } from "../../support/test-engines.ts";

async function opened(
  target: (typeof testEngines)[number],
  work: (engine: AsyncEngine) => Promise<void>,
): Promise<void> {
  const { engine, remove } = await target.open();
  try {
    await work(engine);
  } finally {
    await remove();
  }
}

async function send(engine: AsyncEngine, text: string): Promise<unknown[][]> {
  return engine.run(function* (core) {
    const { rows } = yield* core.executeRaw({ sql: text, returnsRows: /^select/i.test(text) });
    return rows.map((row) => row.map(String));
  });
}

let count = 0;
const change = (engine: AsyncEngine, code: (op: Operations) => void): Promise<unknown> => {
  count += 1;
  return runStepsAsync(engine, up(revision(`r${String(count)}`, code)), { refuseDestructive: false });
};

const isPostgresql = ({ name }: { readonly name: string }): boolean => name === "postgresql" || name === "pglite";

/** Type, a value that is lost, one that is not, and the new type. */
const conversions: readonly (readonly [
  from: string,
  lost: string,
  kept: string | undefined,
  to: SqlTemplate<unknown>,
])[] = [
  ["timestamp", "2020-01-02 10:20:30", undefined, sql`time without time zone`],
  ["timestamptz", "2020-01-02 10:20:30+00", undefined, sql`time with time zone`],
  ["timestamptz", "2020-01-02 10:20:30+00", "2020-01-02 00:00:00+00", sql`date`],
  ["timestamp(6)", "2020-01-02 10:20:30.5", "2020-01-02 10:20:30", sql`timestamp(0) without time zone`],
  ["date", "2020-01-02", undefined, sql`time without time zone`],
  ["timetz", "10:20:30+02", "10:20:30+00", sql`time without time zone`],
  ["time", "10:20:30.25", "10:20:30", sql`time(0) without time zone`],
  ["interval", "1 day 02:03:04", "02:03:04", sql`time without time zone`],
  ["numeric", "1.5", "2", sql`integer`],
  ["numeric(10,4)", "1.2345", "1.25", sql`numeric(10,2)`],
  ["numeric", "1.005", "1.25", sql`money`],
  ["double precision", "0.1", "0.5", sql`real`],
  ["double precision", "0.30000000000000004", "0.5", sql`numeric`],
  ["bigint", "9007199254740993", "7", sql`double precision`],
  ["bigint", "2147483648", "7", sql`integer`],
  ["text", "abcd", "abc", sql`varchar(3)`],
  ["text", "abc  ", "abc", sql`varchar(3)`],
  ["text", "x".repeat(64), "x", sql`name`],
  ["text", "10:20:30.1234567", "10:20:30", sql`time without time zone`],
  ["text", "a fox", undefined, sql`tsvector`],
  ["bit varying", "1011", "101", sql`bit varying(3)`],
  ["inet", "10.0.0.1/8", "10.0.0.0/8", sql`cidr`],
  ["json", '{"a":1}', "5", sql`integer`],
  ["json", '{"a":1,"b":2,"a":3}', '{"a":1}', sql`jsonb`],
  ["json", '[{"deep":[{"a":1,"\\u0061":1}]}]', '[{"a":[{"a":1},{"a":1}]}]', sql`jsonb`],
  ["json", '{"a":"\\u0000"}', '{"a":"\\\\u0000"}', sql`jsonb`],
  ["json", '{"\\ud83d":1}', '{"\\ud83d\\ude00":"\\u00e9"}', sql`jsonb`],
  ["text", '{"a":1,"a":2}', "[1, 1]", sql`jsonb`],
  ["point", "(1,2)", undefined, sql`circle`],
];

describe.each(testEngines.filter(isPostgresql))("$name", (target) => {
  test("every conversion that would lose something is stopped by the rows that it would change", () =>
    opened(target, async (engine) => {
      for (const [from, lost, kept, to] of conversions) {
        const where = `${from} to ${JSON.stringify(to.node)}`;
        await send(engine, `CREATE TABLE t (id integer PRIMARY KEY, c ${from})`);
        await send(engine, `INSERT INTO t VALUES (1, '${lost}'), (2, NULL)`);
        await expect(
          change(engine, (op) => op.alterColumn("t", "c", { type: to })),
          where,
        ).rejects.toThrow(MigrationCheckError);
        const [[value] = []] = await send(engine, "SELECT c::text FROM t WHERE id = 1");
        expect(value, where).toBeTruthy();
        await send(engine, `UPDATE t SET c = ${kept === undefined ? "NULL" : `'${kept}'`} WHERE id = 1`);
        await change(engine, (op) => op.alterColumn("t", "c", { type: to }));
        await send(engine, "DROP TABLE t");
      }
    }));

  test("a domain is what it is made of", () =>
    opened(target, async (engine) => {
      await send(engine, "CREATE DOMAIN small AS smallint");
      await send(engine, "CREATE TABLE t (id integer PRIMARY KEY, c integer)");
      await send(engine, "INSERT INTO t VALUES (1, 70000)");
      const narrow = (op: Operations) => op.alterColumn("t", "c", { type: sql`small` });
      await expect(change(engine, narrow)).rejects.toThrow(MigrationCheckError);
      await send(engine, "UPDATE t SET c = 7");
      await change(engine, narrow);
      expect(await send(engine, "SELECT c FROM t")).toEqual([["7"]]);
    }));
});

describe.each(testEngines.filter(({ name }) => name === "sqlite"))("$name", (target) => {
  test("NUMERIC makes numbers of texts that look like one, and only of those", () =>
    opened(target, async (engine) => {
      await send(engine, "CREATE TABLE t (id INTEGER PRIMARY KEY, c VARCHAR(20))");
      const numeric = (op: Operations) => op.alterColumn("t", "c", { type: sql`DECIMAL(10, 2)` });
      for (const lost of ["007", "1.50", "1e3", "12345678901234567890"]) {
        await send(engine, `INSERT INTO t VALUES (1, '${lost}')`);
        await expect(change(engine, numeric), lost).rejects.toThrow(MigrationCheckError);
        await send(engine, "DELETE FROM t");
      }
      await send(engine, "INSERT INTO t VALUES (1, 'abc'), (2, '12'), (3, NULL), (4, '1.5')");
      await change(engine, numeric);
      expect(await send(engine, "SELECT CAST(c AS TEXT) FROM t ORDER BY id")).toEqual([
        ["abc"],
        ["12"],
        ["null"],
        ["1.5"],
      ]);
    }));
});

describe.each(testEngines)("$name", (target) => {
  test("what views read stays until they are dropped", () =>
    opened(target, async (engine) => {
      await send(engine, "CREATE TABLE team (id integer PRIMARY KEY, name varchar(20), age integer)");
      await send(engine, "CREATE TABLE other (id integer PRIMARY KEY)");
      await send(engine, "CREATE VIEW named AS SELECT t.id, t.name FROM team AS t");
      await send(engine, "INSERT INTO team VALUES (1, 'a', 3)");
      await change(engine, (op) => op.dropColumn("team", "age"));
      await expect(change(engine, (op) => op.dropColumn("team", "name"))).rejects.toThrow(/name/);
      await expect(change(engine, (op) => op.dropTable("team"))).rejects.toThrow(
        "View 'named' reads table 'team', which is to be dropped",
      );
      expect(await send(engine, "SELECT name FROM named")).toEqual([["a"]]);
      await change(engine, (op) => op.dropTable("other"));
      await change(engine, (op) => {
        op.dropView("named");
        op.dropColumn("team", "name");
        op.addColumn("team", column("rank", integer(), { nullable: true }));
        op.createView("named", sql`SELECT id, ${sql`rank`} FROM team`);
        op.dropView("named");
        op.dropTable("team");
      });
    }));
});
