/** Comments of statements: what they say, and that nothing in them can be more than a comment. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testEngines } from "../../test/support/test-engines.ts";
import { createEngine } from "../create-engine.ts";
import type { Query } from "../io/driver.ts";
import { sql } from "../sql/expression/operators.ts";
import { ArgumentError } from "../sql/errors.ts";
import type { AsyncEngine } from "./async-engine.ts";
import { EngineOptionError } from "./errors.ts";
import type { ExecuteEvent } from "./execution-log.ts";
import { StatementComments, type CommentTags } from "./statement-comments.ts";

const query = (text: string, reusable = true): Query => ({
  sql: text,
  parameters: [],
  returnsRows: true,
  reusable,
  integers: "number",
});
const commented = (tags: CommentTags, text = "SELECT 1"): string =>
  new StatementComments({ tags }).added(query(text)).sql;

/** True where the text after `SELECT 1` is one comment of pairs in quotes, which no database reads as anything else. */
function isOneComment(text: string): boolean {
  const comment = text.slice("SELECT 1".length).trim();
  return /^\/\*[\w.~%-]+='[\w.~%-]*'(?:,[\w.~%-]+='[\w.~%-]*')*\*\/$/.test(comment);
}

const decoded = (text: string): Record<string, string> =>
  Object.fromEntries(
    text
      .slice(text.indexOf("/*") + 2, -2)
      .split(",")
      .map((pair) => pair.split("='") as [string, string])
      .map(([name, value]) => [decodeURIComponent(name), decodeURIComponent(value.slice(0, -1))]),
  );

const names = fc.string({ minLength: 1, unit: "binary" });
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom(
    "*/ DROP TABLE hero; --",
    "*/",
    "*",
    "'",
    "\\'",
    "\n",
    "--",
    ";",
    "?",
    "$1",
    ":a",
    "\0",
    "/*",
    "/*!50000 x */",
    "%2A/",
  ),
);
const someTags = fc.dictionary(names, hostile, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

describe("the text", () => {
  test("tags sorted and encoded at the end of statements of rows, before a semicolon, and nowhere else", () => {
    expect(commented({ route: "/teams/:id", application: "api", tries: 2, isAdmin: false, none: undefined })).toBe(
      "SELECT 1 /*application='api',isAdmin='false',route='%2Fteams%2F%3Aid',tries='2'*/",
    );
    expect(commented({ a: "b" }, "SELECT 1; ")).toBe("SELECT 1 /*a='b'*/");
    for (const text of ["insert into t values (1)", "(SELECT 1)", "WITH a AS (SELECT 1) SELECT 2", "EXPLAIN SELECT 1"])
      expect(commented({ a: "b" }, text)).toBe(`${text} /*a='b'*/`);
    for (const text of ["CREATE INDEX i ON t (a)", "CREATE VIEW v AS SELECT 1", "BEGIN", "SAVEPOINT a", "PRAGMA x"])
      expect(commented({ a: "b" }, text)).toBe(text);
    expect(commented({})).toBe("SELECT 1");
    expect(commented({ a: "x".repeat(5000) }).length).toBeLessThan(600);
  });

  test("no value and no name is anything but a part of the comment, and all can be read back", () => {
    fc.assert(
      fc.property(someTags, (tags) => {
        const text = commented(tags);
        expect(isOneComment(text)).toBe(true);
        expect(text.indexOf("*/")).toBe(text.length - 2);
        const whole = Object.entries(tags).map(([name, value]) => [name.toWellFormed(), value.toWellFormed()]);
        expect(decoded(text)).toEqual(Object.fromEntries(whole));
      }),
    );
  });

  test.each<[string, (text: string) => string]>([
    ["nothing encoded", (text) => text],
    ["what ends comments taken out once", (text) => text.replaceAll("*/", "")],
    ["URL encoding as it is", (text) => encodeURIComponent(text.toWellFormed())],
    ["quotes doubled", (text) => text.replaceAll("'", "''")],
  ])("the property sees through: %s", (_, encode) => {
    const naive = fc.property(someTags, (tags) =>
      isOneComment(
        `SELECT 1 /*${Object.entries(tags)
          .map(([name, value]) => `${encode(name)}='${encode(value)}'`)
          .join(",")}*/`,
      ),
    );
    expect(fc.check(naive).failed).toBe(true);
  });

  test("what the request says is not prepared, what the program says is", () => {
    let own: CommentTags | undefined = { traceparent: "00-1" };
    const comments = new StatementComments({ tags: { application: "api" }, context: () => own });
    expect(comments.added(query("SELECT 1"))).toMatchObject({
      sql: "SELECT 1 /*application='api',traceparent='00-1'*/",
      reusable: false,
    });
    for (const none of [undefined, {}, { a: undefined }]) {
      own = none;
      expect(comments.added(query("SELECT 1"))).toMatchObject({
        sql: "SELECT 1 /*application='api'*/",
        reusable: true,
      });
    }
    own = { application: "other" };
    expect(comments.added(query("SELECT 1")).sql).toBe("SELECT 1 /*application='other'*/");
  });

  test("what are no tags", () => {
    for (const tags of [[], "a=b", { a: {} }, { a: null }, { a: () => "x" }] as never[])
      expect(() => new StatementComments({ tags })).toThrow(ArgumentError);
    const wrong = new StatementComments({ context: () => "route" as never });
    expect(() => wrong.added(query("SELECT 1"))).toThrow(/Tags of comments are an object/);
    for (const comments of [true, { tag: {} }, { context: {} }] as never[])
      expect(() => createEngine("sqlite::memory:", { comments })).toThrow(EngineOptionError);
  });
});

test("embedded SQLite: reads, batches and definitions", () => {
  const sent: string[] = [];
  using engine = createEngine("sqlite::memory:", {
    driver: "better-sqlite3",
    comments: { tags: { application: "api" } },
    connectArgs: { verbose: (text: string) => sent.push(text) },
  });
  const told: string[] = [];
  engine.onExecute(({ sql: text }: ExecuteEvent) => told.push(text));
  using connection = engine.connect();
  connection.execute(sql`CREATE TABLE t (a INTEGER)`);
  connection.execute(sql`CREATE INDEX i ON t (a)`);
  connection.execute(sql`INSERT INTO t VALUES (${1})`);
  expect(connection.execute(sql`SELECT a FROM t`).all()).toEqual([{ a: 1 }]);
  expect([...connection.stream(sql`SELECT a FROM t`)]).toEqual([{ a: 1 }]);
  connection.run((core) => core.executeEach({ sql: "INSERT INTO t VALUES (?)" }, [[2], [3]]));
  const comment = "/*application='api'*/";
  expect(sent.filter((text) => text.includes("INSERT")).every((text) => text.endsWith(comment))).toBe(true);
  expect(sent.filter((text) => text.startsWith("SELECT a"))).toEqual(Array(2).fill(`SELECT a FROM t ${comment}`));
  // The database keeps the text of an index.
  const kept = connection.execute(sql`SELECT sql FROM sqlite_master WHERE name = 'i'`).all();
  expect(kept).toEqual([{ sql: "CREATE INDEX i ON t (a)" }]);
  // Logs of this package are not the place for it.
  expect(told.join()).not.toContain("application");
});

const textNow = {
  pglite: sql`SELECT current_query() AS query`,
  postgresql: sql`SELECT current_query() AS query`,
  mysql: sql`SELECT info AS query FROM information_schema.processlist WHERE id = connection_id()`,
};

for (const target of testEngines) {
  if (target.name === "sqlite") continue;
  const { name } = target;
  describe(name, () => {
    let opened: Awaited<ReturnType<typeof target.open>>;
    let engine: AsyncEngine;
    let own: CommentTags | undefined;
    beforeAll(async () => {
      opened = await target.open({ comments: { tags: { application: "it's" }, context: () => own } });
      ({ engine } = opened);
    });
    afterAll(() => opened.remove());

    test("the server sees the comment, and nothing of it is executed", async () => {
      await using connection = await engine.connect();
      for (const value of ["/teams", "*/ SELECT 1/0; --", "' OR 1=1 --", "\\", "?", "$1"]) {
        own = { route: value, "!50000 SELECT 1/0": value };
        const [row] = (await connection.execute(textNow[name as keyof typeof textNow])).all();
        const text = String(row?.["query"]);
        expect(text).toContain("/*%2150000%20SELECT%201%2F0='");
        expect(decoded(text.trim())).toEqual({ application: "it's", ...own });
      }
      own = undefined;
    });

    test("prepared where the text stays the same", async () => {
      if (name !== "postgresql") return;
      await using connection = await engine.connect();
      const prepared = async (text: string): Promise<number> => {
        own = undefined;
        const count = sql`SELECT count(*)::int AS n FROM pg_prepared_statements WHERE statement LIKE ${`${text}%`}`;
        return Number((await connection.execute(count)).one()["n"]);
      };
      await connection.begin();
      for (let turn = 0; turn < 3; turn += 1) await connection.execute(sql`SELECT 'same', ${turn}`);
      expect(await prepared("SELECT 'same'")).toBe(1);
      for (let turn = 0; turn < 3; turn += 1) {
        own = { traceparent: `00-${String(turn)}` };
        await connection.execute(sql`SELECT 'traced', ${turn}`);
      }
      expect(await prepared("SELECT 'traced'")).toBe(0);
      await connection.rollback();
    });

    test("streams and their cursors", async () => {
      await using connection = await engine.connect();
      own = { route: "*/" };
      const rows: unknown[] = [];
      for await (const row of connection.stream(sql`SELECT 1 AS a UNION ALL SELECT 2`, { batchSize: 1 }))
        rows.push(row["a"]);
      own = undefined;
      expect(rows.map(Number)).toEqual([1, 2]);
    });
  });
}
