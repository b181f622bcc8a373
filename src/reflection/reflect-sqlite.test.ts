/** Tables that people wrote by hand for SQLite: constraints without names, in columns, with texts that look like SQL's own signs. */
import { expect, test } from "vitest";
import { createEngine } from "../create-engine.ts";
import type { Connection } from "../engine/sync-connection.ts";
import { IntegrityError } from "../dialect/database-error.ts";
import type { CatalogTable } from "../metadata/catalog.ts";
import { inspect } from "./inspector.ts";
import { reflect } from "./reflect.ts";

const tables = [
  `CREATE TABLE "it's (a) table" (
    id INTEGER PRIMARY KEY, -- the key; ) and '
    a TEXT NOT NULL UNIQUE CHECK (length(a) > 0 AND a <> 'x)y(' /* ) */) CHECK (a <> '--'),
    "b ""q"" c" VARCHAR(20) COLLATE NOCASE UNIQUE,
    [d d] INT DEFAULT (1 + (2)) CHECK ([d d] IN (1, 2, (3)) ),
    \`e\` TEXT CONSTRAINT "named one" CHECK ("e" LIKE '%'';%' ESCAPE '\\'),
    f TEXT AS (a || ')') STORED UNIQUE,
    UNIQUE (a, [d d]), CHECK (a /* c */ IS NOT NULL -- end )
      OR (id > 3)),
    CHECK (CASE WHEN a = 'it''s' THEN 1 ELSE "e" IS NOT 'a"b' END) CHECK (a GLOB '[^0-9]*')
  )`,
  `CREATE TABLE other (a TEXT, b NUMERIC(10, 2), CONSTRAINT "uq 1" UNIQUE (a), UNIQUE (b, a), CHECK (a > b), CHECK (a <> b))`,
];
const unnamed = [
  `length("a") > 0 AND "a" <> 'x)y('`,
  `"a" <> '--'`,
  `"d d" IN (1, 2, (3))`,
  `"a" IS NOT NULL OR ("id" > 3)`,
  `CASE WHEN "a" = 'it''s' THEN 1 ELSE "e" IS NOT 'a"b' END`,
  `"a" GLOB '[^0-9]*'`,
];
/** Rows for the first table: columns a, "d d" and e. */
const refused = ["'', 1, NULL", "'x)y(', 1, NULL", "'--', 1, NULL", "'a', 4, NULL", "'a', 1, 'no'", "'9', 1, NULL"];
const accepted = [`'it''s', 2, 'x'';'`, `'b', 3, NULL`];

function opened(statements: readonly string[]): Connection {
  const connection = createEngine("sqlite::memory:").connect();
  for (const sql of statements) connection.run((core) => core.executeRaw({ sql }));
  return connection;
}

const partsOf = (connection: Connection, name: string) => {
  const { uniques, checks, indexes, primaryKey }: CatalogTable = inspect(connection).getTable(name);
  return {
    primaryKey: primaryKey?.columns,
    uniques: uniques.map(({ columns }) => columns).toSorted((left, right) => (String(left) < String(right) ? -1 : 1)),
    checks: checks.map(({ expression }) => expression),
    indexes,
  };
};

test("unnamed constraints are read, and made again", () => {
  const given = opened(tables);
  const first = partsOf(given, "it's (a) table");
  expect(first).toEqual({
    primaryKey: ["id"],
    uniques: [["a"], ["a", "d d"], ['b "q" c'], ["f"]],
    checks: [`"e" LIKE '%'';%' ESCAPE '\\'`, ...unnamed],
    indexes: [],
  });
  expect(inspect(given).getUniqueConstraints("other")).toMatchObject([{ name: "uq 1" }, { columns: ["b", "a"] }]);
  const made = opened([]);
  reflect(given).createAll(made);
  for (const { name } of reflect(given).tables) expect(partsOf(made, name), name).toEqual(partsOf(given, name));
  for (const connection of [given, made]) {
    const insert = (values: string): unknown =>
      connection.run((core) =>
        core.executeRaw({ sql: `INSERT INTO "it's (a) table" (a, [d d], e) VALUES (${values})` }),
      );
    for (const values of refused) expect(() => insert(values), values).toThrow(IntegrityError);
    for (const values of accepted) insert(values);
    expect(() => insert(accepted[0] ?? ""), "twice").toThrow(IntegrityError);
  }
});

test("what was made from what was read is as it was read", () => {
  const made = opened([]);
  reflect(opened(tables)).createAll(made);
  const again = opened([]);
  reflect(made).createAll(again);
  const withoutText = (connection: Connection): CatalogTable => ({
    ...inspect(connection).getTable("it's (a) table"),
    sql: undefined,
  });
  expect(withoutText(again)).toEqual(withoutText(made));
});
