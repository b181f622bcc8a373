/** Every kind of operation on real databases, and which of them need a rebuild. */
import { describe, expect, test } from "vitest";
import { comparable, sqliteDrivers } from "../../../test/support/sqlite-schema.ts";
import type { Catalog, CatalogColumn } from "../../metadata/catalog.ts";
import { emptyCatalog, emptyTable } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";
import { CompileError } from "../../sql/errors.ts";
import { compileOperations } from "./operation-compiler.ts";

const table = { name: "t" };
const start = `
  CREATE TABLE p (id INTEGER PRIMARY KEY, k TEXT UNIQUE);
  CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 1, c INT, p INT CONSTRAINT fk REFERENCES p (id) ON DELETE CASCADE,
    CONSTRAINT u UNIQUE (a), CONSTRAINT ch CHECK (c > 0));
  CREATE INDEX ix ON t (b, lower(a));
  CREATE TABLE child (tid INT REFERENCES t (id) ON DELETE CASCADE, ta TEXT REFERENCES t (a));
  CREATE VIEW v AS SELECT id, c FROM t;
  CREATE TRIGGER tr AFTER UPDATE OF c ON t BEGIN UPDATE child SET ta = new.a WHERE tid = old.id AND new.c > 0; END;
  INSERT INTO p VALUES (1, 'k'); INSERT INTO t VALUES (1, 'x', 2, 3, 1), (2, 'y', 4, 5, NULL); INSERT INTO child VALUES (1, 'x')`;

const column = (name: string, rest: Partial<CatalogColumn> = {}): CatalogColumn => ({
  name,
  type: "TEXT",
  nullable: true,
  ...rest,
});
const add = (definition: CatalogColumn, rest: object = {}): Operation => ({
  kind: "addColumn",
  table,
  column: definition,
  ...rest,
});
const alter = (name: string, changes: Extract<Operation, { kind: "alterColumn" }>["changes"]): Operation => ({
  kind: "alterColumn",
  table,
  column: name,
  changes,
});

/** Name, operations, whether the table is made anew, and the rows of t afterwards where they are not those of before. */
const operations: readonly [string, readonly Operation[], "alter" | "rebuild"][] = [
  ["a column that may be NULL", [add(column("n"))], "alter"],
  ["NOT NULL with a constant", [add(column("n", { nullable: false, default: "'it''s'" }))], "alter"],
  ["NOT NULL with a negative number", [add(column("n", { nullable: false, default: "-1", type: "INT" }))], "alter"],
  ["a default that is computed", [add(column("n", { default: "(1 + 2)" }))], "rebuild"],
  ["a default that is the time", [add(column("n", { default: "CURRENT_TIMESTAMP" }))], "rebuild"],
  ["a column with a fill", [add(column("n", { nullable: false }), { fill: "'f'" })], "rebuild"],
  ["a column at the front", [add(column("n"), { position: { first: true } })], "rebuild"],
  ["a column in between", [add(column("n"), { position: { after: "a" } })], "rebuild"],
  ["a column behind the last", [add(column("n"), { position: { after: "p" } })], "alter"],
  ["a virtual column", [add(column("n", { computed: { expression: `"a" || 'x'`, stored: false } }))], "alter"],
  ["a stored column", [add(column("n", { computed: { expression: `"a" || 'x'`, stored: true } }))], "rebuild"],
  ["a column with its collation", [add(column("n", { collation: "NOCASE" }))], "alter"],
  [
    "a column with its foreign key",
    [
      add(column("n", { type: "INT" })),
      {
        kind: "addConstraint",
        table,
        constraint: {
          kind: "foreignKey",
          name: "fn",
          columns: ["n"],
          referred: { name: "p" },
          referredColumns: ["id"],
        },
      },
    ],
    "rebuild",
  ],
  ["type", [alter("b", { type: "TEXT" })], "rebuild"],
  ["default", [alter("b", { default: undefined })], "rebuild"],
  ["nullable", [alter("a", { nullable: false })], "rebuild"],
  ["collation", [alter("a", { collation: "NOCASE" })], "rebuild"],
  ["computed", [alter("b", { computed: { expression: `"c" + 1`, stored: true }, default: undefined })], "rebuild"],
  [
    "a new unique constraint",
    [{ kind: "addConstraint", table, constraint: { kind: "unique", name: "uc", columns: ["c", "a"] } }],
    "rebuild",
  ],
  [
    "a new check",
    [{ kind: "addConstraint", table, constraint: { kind: "check", name: "cb", expression: `"b" > 0` } }],
    "rebuild",
  ],
  [
    "another primary key",
    [
      { kind: "dropConstraint", table, constraintKind: "primaryKey", name: undefined },
      alter("id", { identity: undefined, nullable: false }),
      { kind: "addConstraint", table, constraint: { kind: "primaryKey", name: "pk", columns: ["id", "b"] } },
      { kind: "addConstraint", table, constraint: { kind: "unique", name: "uid", columns: ["id"] } },
    ],
    "rebuild",
  ],
  ["no foreign key", [{ kind: "dropConstraint", table, constraintKind: "foreignKey", name: "fk" }], "rebuild"],
  ["no check", [{ kind: "dropConstraint", table, constraintKind: "check", name: "ch" }], "rebuild"],
  [
    "a constraint's name",
    [{ kind: "renameConstraint", table, constraintKind: "check", name: "ch", newName: "positive" }],
    "rebuild",
  ],
  ["options", [{ kind: "setTableOptions", table, options: { autoincrement: "true" } }], "rebuild"],
  [
    "strict",
    [alter("b", { type: "INTEGER" }), { kind: "setTableOptions", table, options: { strict: "true" } }],
    "rebuild",
  ],
  [
    "a new index",
    [
      {
        kind: "createIndex",
        table,
        index: {
          name: "i2",
          columns: [
            { column: "c", descending: true },
            { expression: `"b" + 1`, collation: "NOCASE" },
          ],
          unique: true,
          where: `"b" > 0`,
        },
      },
    ],
    "alter",
  ],
  ["no index", [{ kind: "dropIndex", table, name: "ix" }], "alter"],
  ["an index's name", [{ kind: "renameIndex", table, name: "ix", newName: "i2" }], "alter"],
  [
    "a table's name",
    [
      { kind: "renameTable", table, newName: 'New "t"' },
      { kind: "renameTable", table: { name: 'New "t"' }, newName: "t" },
    ],
    "alter",
  ],
  ["a column's name", [{ kind: "renameColumn", table, column: "b", newName: "key" }], "alter"],
  [
    "no column that something uses",
    [
      { kind: "dropIndex", table, name: "ix" },
      { kind: "dropColumn", table, column: "b" },
    ],
    "alter",
  ],
  ["no column of an index", [{ kind: "dropColumn", table, column: "b" }], "rebuild"],
  [
    "a view",
    [
      {
        kind: "createObject",
        object: {
          kind: "view",
          view: {
            name: "v2",
            materialized: false,
            definition: "CREATE VIEW v2 AS SELECT a FROM t",
            columns: ["a"],
            indexes: [],
          },
        },
      },
    ],
    "alter",
  ],
  [
    "a trigger",
    [
      {
        kind: "createObject",
        object: {
          kind: "trigger",
          table,
          trigger: { name: "t2", definition: "CREATE TRIGGER t2 AFTER INSERT ON t BEGIN SELECT 1; END", enabled: true },
        },
      },
    ],
    "alter",
  ],
];

describe.each(sqliteDrivers)("$name", ({ open }) => {
  test.each(operations)("%s", (_name, list, way) => {
    const database = open().script(start);
    const compiled = compileOperations(list, database.catalog);
    expect(compiled.some(({ withoutForeignKeys }) => withoutForeignKeys === true)).toBe(way === "rebuild");
    const expected = database.migrate(...list);
    expect(withoutTexts(database.catalog)).toEqual(withoutTexts(expected));
    const kept = database
      .table("t")
      .columns.map(({ name }) => name)
      .filter((name) => ["id", "a", "c", "p"].includes(name));
    expect(database.rows(`SELECT ${kept.join(", ")} FROM t ORDER BY id`)).toEqual([
      [1, "x", 3, 1],
      [2, "y", 5, null],
    ]);
    expect(database.rows("SELECT * FROM child")).toEqual([[1, "x"]]);
    database.script("UPDATE t SET c = 4 WHERE id = 1");
    expect(database.rows("SELECT * FROM v")).toEqual([
      [1, 4],
      [2, 5],
    ]);
    database.close();
  });

  test("A new table, and no table any more", () => {
    const database = open().script(start);
    const before = comparable(database.catalog);
    const created: Operation = {
      kind: "createTable",
      table: {
        ...emptyTable({ name: "n" }),
        columns: [
          column("id", { type: "INTEGER", nullable: false, identity: { always: false } }),
          column("x", { default: "'a'" }),
        ],
        primaryKey: { name: "pk_n", columns: ["id"] },
        foreignKeys: [
          {
            name: "fk_n",
            columns: ["x"],
            referred: { name: "p" },
            referredColumns: ["k"],
            onDelete: "SET NULL",
            deferrable: "deferred",
          },
        ],
        checks: [{ name: undefined, expression: `"x" <> ''` }],
        indexes: [{ name: "i_n", columns: [{ column: "x" }], unique: false }],
        options: { autoincrement: "true", strict: "true" },
      },
    };
    expect(comparable(database.catalog)).toEqual(before);
    const expected = database.migrate(created);
    expect(comparable(database.catalog)).toEqual(comparable(expected));
    database.migrate({ kind: "dropTable", table: { name: "n" } });
    expect(comparable(database.catalog)).toEqual(before);
    database.close();
  });

  test("DROP TABLE of a parent deletes no rows of its children", () => {
    const database = open().script(`
      CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p ON DELETE CASCADE);
      INSERT INTO p VALUES (1); INSERT INTO c VALUES (1, 1), (2, NULL)`);
    expect(() => database.migrate({ kind: "dropTable", table: { name: "p" } })).toThrow("Rows of table 'c'");
    expect(database.rows("SELECT * FROM c")).toHaveLength(2);
    database.migrate({ kind: "dropTable", table: { name: "p" } }, { kind: "dropTable", table: { name: "c" } });
    expect(database.catalog.tables).toEqual([]);
    database.close();
  });

  test("DROP TABLE of a table whose rows hold each other by RESTRICT", () => {
    const database = open().script(`
      CREATE TABLE t (id INTEGER PRIMARY KEY, t INT REFERENCES t ON DELETE RESTRICT); INSERT INTO t VALUES (1, 2), (2, 1)`);
    database.migrate({ kind: "dropTable", table: { name: "t" } });
    expect(database.catalog.tables).toEqual([]);
    database.close();
  });

  test("Renaming a table and its columns reaches children, indexes, checks, triggers and views, also before a rebuild", () => {
    const database = open().script(start);
    const expected = database.migrate(
      { kind: "renameTable", table, newName: "new t" },
      { kind: "renameColumn", table: { name: "new t" }, column: "a", newName: "select" },
      { kind: "renameColumn", table: { name: "new t" }, column: "c", newName: "C2" },
      { kind: "alterColumn", table: { name: "new t" }, column: "C2", changes: { nullable: false } },
    );
    expect(withoutTexts(database.catalog)).toEqual(withoutTexts(expected));
    expect(database.rows(`SELECT "select", "C2" FROM "new t" ORDER BY id`)).toEqual([
      ["x", 3],
      ["y", 5],
    ]);
    database.script(`UPDATE "new t" SET C2 = 9 WHERE id = 1`);
    expect(database.rows("SELECT * FROM v")).toEqual([
      [1, 9],
      [2, 5],
    ]);
    database.close();
  });

  test("A trigger whose renamed column cannot be told is not guessed", () => {
    const database = open().script(`
      CREATE TABLE t (a INT, b INT); CREATE TABLE u (a INT);
      CREATE TRIGGER tr AFTER UPDATE ON t BEGIN UPDATE u SET a = 1; DELETE FROM t WHERE a = 7; END`);
    const rename: Operation = { kind: "renameColumn", table, column: "a", newName: "z" };
    expect(() => database.migrate(rename, alter("b", { nullable: false }))).toThrow(
      "Trigger 'tr' of table 't' may mention column 'a' of table 't', which is renamed in the same revision",
    );
    database.migrate(rename);
    database.migrate(alter("b", { nullable: false }));
    database.close();
  });

  test("Virtual tables are created, renamed and dropped", () => {
    const database = open().script("CREATE VIRTUAL TABLE search USING fts5 (title, body)");
    const [found] = database.catalog.tables;
    if (found === undefined) throw new Error("There is no virtual table.");
    database.migrate({ kind: "dropTable", table: { name: "search" } });
    expect(database.catalog.tables).toEqual([]);
    database.migrate({ kind: "createTable", table: found });
    expect(database.catalog.tables).toEqual([found]);
    expect(() =>
      database.migrate({ ...add(column("n", { nullable: false })), table: { name: "search" } } as Operation),
    ).toThrow("virtual");
    database.close();
  });

  test("Data: rows that are inserted, text of one's own, batches along the key", () => {
    const database = open().script(start);
    database.migrate(
      {
        kind: "bulkInsert",
        table: { name: "p" },
        columns: ["id", "k"],
        rows: [
          ["2", "'it''s'"],
          ["3", "NULL"],
        ],
      },
      { kind: "execute", sql: "UPDATE p SET k = 'm' WHERE id = 3", transactional: true, dataOnly: true },
    );
    expect(database.rows("SELECT * FROM p")).toEqual([
      [1, "k"],
      [2, "it's"],
      [3, "m"],
    ]);
    const fill: Operation = { kind: "backfill", table, set: { a: "'z'" }, where: undefined, batchSize: 10, pause: 0 };
    const compiled = compileOperations([alter("a", { nullable: false }), fill], database.catalog);
    expect(compiled[1]?.steps.map(({ kind }) => kind)).toEqual(["check", "check", "backfill"]);
    database.close();
  });
});

/** Without the texts of triggers and views, in which SQLite quotes names in its own way where it follows a renaming. */
function withoutTexts(catalog: Catalog): unknown {
  return comparable({
    ...catalog,
    tables: catalog.tables.map((one) => ({
      ...one,
      triggers: one.triggers.map((trigger) => ({ ...trigger, definition: "" })),
    })),
    views: catalog.views.map((view) => ({ ...view, definition: "", columns: [] })),
  });
}

test.each<[string, Operation]>([
  ["schemas", { kind: "createSchema", name: "app" }],
  ["schemas of tables", { kind: "dropTable", table: { schema: "app", name: "t" } }],
  ["enums", { kind: "createEnum", type: { name: "mood", values: ["a"] } }],
  ["values of enums", { kind: "addEnumValue", type: { name: "mood" }, value: "b" }],
  ["sequences", { kind: "dropSequence", sequence: { name: "s" } }],
  ["comments on tables", { kind: "setTableComment", table, comment: "x" }],
  ["comments on columns", alter("a", { comment: "x" })],
  ["comments on new columns", add(column("n", { comment: "x" }))],
  [
    "INCLUDE",
    { kind: "createIndex", table, index: { name: "i", columns: [{ column: "a" }], unique: false, include: ["a"] } },
  ],
  [
    "methods of indexes",
    { kind: "createIndex", table, index: { name: "i", columns: [{ column: "a" }], unique: false, method: "gin" } },
  ],
  [
    "order of NULLs",
    { kind: "createIndex", table, index: { name: "i", columns: [{ column: "a", nulls: "first" }], unique: false } },
  ],
  [
    "NOT VALID",
    { kind: "addConstraint", table, constraint: { kind: "check", name: "c", expression: "1", notValid: true } },
  ],
  [
    "USING INDEX",
    { kind: "addConstraint", table, constraint: { kind: "unique", name: "u", columns: ["a"] }, usingIndex: "ix" },
  ],
  ["exclusions", { kind: "addConstraint", table, constraint: { kind: "exclusion", name: "e", definition: "x" } }],
  [
    "NULLS NOT DISTINCT",
    { kind: "addConstraint", table, constraint: { kind: "unique", name: "u", columns: ["a"], nullsNotDistinct: true } },
  ],
  ["identities that are no keys", add(column("n", { type: "INTEGER", nullable: false, identity: { always: false } }))],
  ["other options", { kind: "setTableOptions", table, options: { engine: "InnoDB" } }],
  [
    "materialized views",
    {
      kind: "createObject",
      object: { kind: "view", view: { name: "v", materialized: true, definition: "", columns: [], indexes: [] } },
    },
  ],
  [
    "functions",
    {
      kind: "dropObject",
      object: { kind: "routine", routine: { name: "f", kind: "function", arguments: "", definition: "" } },
    },
  ],
  [
    "policies",
    {
      kind: "dropObject",
      object: { kind: "policy", table, policy: { name: "p", permissive: true, command: "ALL", roles: [] } },
    },
  ],
])("SQLite has none, and says so: %s", (_name, operation) => {
  const indexes = [{ name: "ix", columns: [{ column: "a" }], unique: true }];
  const tables = [{ ...emptyTable(table), columns: [column("a")], indexes }];
  expect(() => compileOperations([operation], { ...emptyCatalog, tables })).toThrow(CompileError);
});
