/** A rebuild loses nothing: rows of the table and of those around it, counters, triggers, views, indexes, options. */
import { describe, expect, test } from "vitest";
import { comparable, sqliteDrivers, type SchemaDatabase } from "../../../test/support/sqlite-schema.ts";
import type { Operation } from "../../metadata/operation.ts";

/** R1: the ways in which tables can refer to each other, with rows, and each action that a wrong DROP TABLE would set off. */
const graphs: Readonly<Record<string, string>> = {
  "a table that refers to itself": `
    CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, parent INT REFERENCES a (id) ON DELETE CASCADE);
    INSERT INTO a VALUES (1, 'r', NULL), (2, 's', 1), (3, 't', 2)`,
  "a parent with children that follow it": `
    CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT, a INT REFERENCES a ON DELETE CASCADE);
    CREATE TABLE c (id INTEGER PRIMARY KEY, x TEXT, a INT REFERENCES a ON DELETE SET NULL);
    INSERT INTO a VALUES (1, 'r'), (2, 's'); INSERT INTO b VALUES (1, 'r', 1), (2, 's', 2); INSERT INTO c VALUES (1, 'r', 1)`,
  "a chain": `
    CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT, a INT REFERENCES a ON DELETE CASCADE);
    CREATE TABLE c (id INTEGER PRIMARY KEY, x TEXT, b INT REFERENCES b ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
    INSERT INTO a VALUES (1, 'r'); INSERT INTO b VALUES (1, 's', 1); INSERT INTO c VALUES (1, 't', 1)`,
  "a circle": `
    CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, b INT REFERENCES b ON DELETE SET NULL);
    CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT, a INT REFERENCES a ON DELETE CASCADE);
    INSERT INTO a VALUES (1, 'r', NULL); INSERT INTO b VALUES (1, 's', 1); UPDATE a SET b = 1`,
  "many to many": `
    CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT);
    CREATE TABLE c (a INT REFERENCES a ON DELETE CASCADE, x TEXT, b INT REFERENCES b ON DELETE CASCADE, PRIMARY KEY (a, b)) WITHOUT ROWID;
    INSERT INTO a VALUES (1, 'r'), (2, 's'); INSERT INTO b VALUES (1, 't'); INSERT INTO c VALUES (1, 'u', 1), (2, 'v', 1)`,
  "keys of several columns": `
    CREATE TABLE a (k1 TEXT, k2 INT, x TEXT, PRIMARY KEY (k1, k2));
    CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT, k1 TEXT, k2 INT, FOREIGN KEY (k1, k2) REFERENCES a (k1, k2) ON DELETE CASCADE ON UPDATE CASCADE);
    INSERT INTO a VALUES ('r', 1, 's'), ('t', 2, 'u'); INSERT INTO b VALUES (1, 'v', 'r', 1), (2, 'w', 't', 2)`,
};

/** Makes table `name` anew. */
const toNotNull = (name: string): Operation => ({
  kind: "alterColumn",
  table: { name },
  column: "x",
  changes: { nullable: false },
});

function allRows(database: SchemaDatabase): unknown {
  return Object.fromEntries(
    database.catalog.tables.map(({ name }) => [name, database.rows(`SELECT * FROM "${name}"`)]),
  );
}

const cases = Object.entries(graphs).flatMap(([graph, sql]) =>
  ["a", "b", "c"].filter((name) => sql.includes(`CREATE TABLE ${name} `)).map((name) => ({ graph, sql, name })),
);

describe.each(sqliteDrivers)("$name", ({ open }) => {
  test.each(cases)("No row of any table is lost: $graph, $name made anew", ({ sql, name }) => {
    const database = open().script(sql);
    const before = { rows: allRows(database), catalog: database.catalog };
    const expected = database.migrate(toNotNull(name));
    expect(allRows(database)).toEqual(before.rows);
    expect(comparable(database.catalog)).toEqual(comparable(expected));
    expect(database.table(name).columns.find((column) => column.name === "x")?.nullable).toBe(false);
    // References are enforced again, and lead to the new table.
    const children = before.catalog.tables.filter(({ foreignKeys }) => foreignKeys.length > 0);
    for (const child of children) {
      const columns = child.foreignKeys[0]?.columns ?? [];
      expect(() =>
        database.script(`UPDATE ${child.name} SET ${columns.map((column) => `${column} = 99`).join(", ")}`),
      ).toThrow(/FOREIGN KEY|UNIQUE/);
    }
    database.script("DELETE FROM a");
    for (const child of children) {
      const cascades = child.foreignKeys.some(({ onDelete }) => onDelete === "CASCADE");
      if (cascades) expect(database.rows(`SELECT * FROM ${child.name}`)).toEqual([]);
    }
    database.close();
  });

  test("All tables of a circle at once, and operations on one table between those on another share its rebuild", () => {
    const database = open().script(graphs["a circle"] ?? "");
    const rows = allRows(database);
    const expected = database.migrate(
      toNotNull("a"),
      toNotNull("b"),
      { kind: "alterColumn", table: { name: "a" }, column: "x", changes: { default: "'new'" } },
      { kind: "addConstraint", table: { name: "b" }, constraint: { kind: "unique", name: "ux", columns: ["x"] } },
    );
    expect(allRows(database)).toEqual(rows);
    expect(comparable(database.catalog)).toEqual(comparable(expected));
    database.close();
  });

  test("The counter of AUTOINCREMENT goes on where it was", () => {
    const database = open().script(`
      CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT);
      INSERT INTO t VALUES (7, 'a'), (41, 'b'); DELETE FROM t WHERE id = 41;
      CREATE TABLE "never'used" (id INTEGER PRIMARY KEY AUTOINCREMENT, x TEXT)`);
    database.migrate(toNotNull("t"), toNotNull("never'used"));
    database.script(`INSERT INTO t (x) VALUES ('c'); INSERT INTO "never'used" (x) VALUES ('d')`);
    expect(database.rows("SELECT id FROM t ORDER BY id")).toEqual([[7], [42]]);
    expect(database.rows("SELECT * FROM sqlite_sequence ORDER BY name")).toEqual([
      ["never'used", 1],
      ["t", 42],
    ]);
    database.close();
  });

  test("Triggers, views over views, partial and expression indexes, options and rowids survive", () => {
    const database = open().script(`
      CREATE TABLE t (x TEXT, n INT CHECK (n > 0), g TEXT AS (x || n) STORED, CONSTRAINT ux UNIQUE (x));
      CREATE TABLE log (line TEXT);
      CREATE INDEX part ON t (n DESC) WHERE n > 5;
      CREATE INDEX expr ON t (lower(x), n);
      CREATE VIEW v AS SELECT x, n FROM t;
      CREATE VIEW w AS SELECT x FROM v WHERE n > 1;
      CREATE TRIGGER tr AFTER INSERT ON t WHEN new.n > 1 BEGIN INSERT INTO log VALUES (new.x || ';'); END;
      CREATE TRIGGER elsewhere AFTER DELETE ON log BEGIN UPDATE t SET n = n + 1 WHERE x = old.line; END;
      INSERT INTO t (rowid, x, n) VALUES (10, 'a', 1), (5, 'b', 2), (7, 'c', 6);
      CREATE TABLE s (x TEXT PRIMARY KEY, n REAL) STRICT, WITHOUT ROWID;
      INSERT INTO s VALUES ('q', 1.5)`);
    const views = database.catalog.views;
    const expected = database.migrate(toNotNull("t"), {
      kind: "alterColumn",
      table: { name: "s" },
      column: "n",
      changes: { nullable: false },
    });
    expect(comparable(database.catalog)).toEqual(comparable(expected));
    expect(database.catalog.views).toEqual(views);
    expect(database.rows("SELECT rowid, * FROM t ORDER BY rowid")).toEqual([
      [5, "b", 2, "b2"],
      [7, "c", 6, "c6"],
      [10, "a", 1, "a1"],
    ]);
    expect(database.rows("SELECT * FROM w ORDER BY x")).toEqual([["b"], ["c"]]);
    database.script("INSERT INTO t (x, n) VALUES ('d', 2); DELETE FROM log");
    expect(database.rows("EXPLAIN QUERY PLAN SELECT x FROM t WHERE n > 5 ORDER BY n DESC").toString()).toContain(
      "part",
    );
    expect(() => database.script("INSERT INTO s VALUES ('z', 'text')")).toThrow(/REAL/);
    expect(() => database.rows("SELECT rowid FROM s")).toThrow(/rowid/);
    database.close();
  });

  test("A view or a trigger that does not fit any more stops the revision, and all stays as it was", () => {
    const database = open().script(`
      CREATE TABLE t (a INT, b INT UNIQUE); CREATE VIEW v AS SELECT b FROM t; CREATE VIEW w AS SELECT * FROM v;
      INSERT INTO t VALUES (1, 2)`);
    const before = comparable(database.catalog);
    const drop: Operation = { kind: "dropColumn", table: { name: "t" }, column: "b" };
    expect(() => database.migrate(drop)).toThrow(/b/);
    database.script("DROP VIEW w; DROP VIEW v; CREATE TRIGGER tr AFTER UPDATE OF b ON t BEGIN SELECT new.b; END");
    expect(() => database.migrate(drop)).toThrow(/\bb\b/);
    database.script("DROP TRIGGER tr; CREATE VIEW v AS SELECT b FROM t; CREATE VIEW w AS SELECT * FROM v");
    expect(comparable(database.catalog)).toEqual(before);
    expect(database.rows("SELECT * FROM t")).toEqual([[1, 2]]);
    database.script("DROP VIEW w; DROP VIEW v");
    database.migrate(drop);
    expect(database.rows("SELECT * FROM t")).toEqual([[1]]);
    database.close();
  });

  test("Rows that refer to nothing stop the revision", () => {
    const database = open().script(`
      CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p INT); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1), (2)`);
    const constraint = {
      kind: "foreignKey",
      name: "fk",
      columns: ["p"],
      referred: { name: "p" },
      referredColumns: ["id"],
    } as const;
    const add: Operation = { kind: "addConstraint", table: { name: "c" }, constraint };
    expect(() => database.migrate(add)).toThrow("Rows of table 'c' refer to rows that do not exist.");
    database.script("DELETE FROM c WHERE p = 2");
    database.migrate(add);
    expect(() => database.migrate({ kind: "dropTable", table: { name: "p" } })).toThrow("Rows of table 'c' refer");
    expect(database.rows("SELECT * FROM c")).toEqual([[1]]);
    database.migrate(
      { kind: "dropConstraint", table: { name: "c" }, constraintKind: "foreignKey", name: "fk" },
      { kind: "dropTable", table: { name: "p" } },
    );
    expect(database.rows("SELECT * FROM c")).toEqual([[1]]);
    database.close();
  });

  test.each([
    ["TEXT", "INTEGER", ["12", "-3"], ["abc", "1.5", "007", "12x", " 4", ""]],
    ["TEXT", "REAL", ["12", "1.50", "-2e3"], ["abc", "1.5x", ""]],
    ["INTEGER", "TEXT", [12, 9007199254740993n], []],
    ["REAL", "INTEGER", [2], [2.5, 1e300]],
    ["REAL", "TEXT", [2.5, 0.25], []],
    ["INTEGER", "REAL", [2], [9007199254740993n]],
    ["BLOB", "TEXT", ["plain"], [new Uint8Array([0xff])]],
    ["TEXT", "VARCHAR(2)", ["longer"], []],
    ["TEXT", "NUMERIC", ["abc", "12", "1.5"], ["1.0", "007", " 4"]],
  ] as const)("%s becomes %s only where no value is lost", (from, to, kept, lost) => {
    for (const strict of to === "VARCHAR(2)" || to === "NUMERIC" ? ["" as const] : (["", " STRICT"] as const)) {
      const alter: Operation = { kind: "alterColumn", table: { name: "t" }, column: "x", changes: { type: to } };
      const database = open().script(
        `CREATE TABLE t (id INTEGER PRIMARY KEY, x ${from === "BLOB" && strict !== "" ? "ANY" : from})${strict}`,
      );
      const insert = (values: readonly (string | number | bigint | Uint8Array)[]): void => {
        for (const value of values)
          void database.connection.execute({
            sql: "INSERT INTO t (x) VALUES (?)",
            parameters: [value],
            returnsRows: false,
            reusable: false,
            integers: "bigint",
          });
      };
      insert([...kept]);
      database.script("INSERT INTO t (x) VALUES (NULL)");
      const before = database.rows("SELECT CAST(x AS TEXT) = CAST(CAST(x AS NUMERIC) AS TEXT) FROM t").length;
      for (const value of lost) {
        insert([value]);
        expect(() => database.migrate(alter), String(value)).toThrow("without loss");
        database.script("DELETE FROM t WHERE id = (SELECT max(id) FROM t)");
      }
      database.migrate(alter);
      expect(database.table("t").columns[1]?.type).toBe(to);
      const found = database.rows("SELECT x FROM t ORDER BY id");
      expect(found).toHaveLength(before);
      expect(found.at(-1)).toEqual([null]);
      database.close();
    }
  });

  test("using and fill give values; without them, rows that have none stop the revision", () => {
    const database = open().script(
      "CREATE TABLE t (a TEXT, b INT) STRICT; INSERT INTO t VALUES ('x1', NULL), ('x2', 5)",
    );
    const table = { name: "t" };
    const alter = (using?: string): Operation => ({
      kind: "alterColumn",
      table,
      column: "b",
      changes: { nullable: false },
      ...(using === undefined ? {} : { using }),
    });
    expect(() => database.migrate(alter())).toThrow("becomes NOT NULL");
    database.migrate(alter("coalesce(b, -1)"), {
      kind: "alterColumn",
      table,
      column: "a",
      changes: { type: "INTEGER" },
      using: "CAST(substr(a, 2) AS INTEGER)",
    });
    expect(database.rows("SELECT * FROM t")).toEqual([
      [1, -1],
      [2, 5],
    ]);
    const add = (name: string, rest: { fill?: string; default?: string }): Operation => ({
      kind: "addColumn",
      table,
      column: { name, type: "TEXT", nullable: false, ...(rest.default === undefined ? {} : { default: rest.default }) },
      ...(rest.fill === undefined ? {} : { fill: rest.fill }),
    });
    expect(() => database.migrate(add("c", {}))).toThrow("is NOT NULL and has no default");
    expect(() => database.migrate(add("c", { fill: "nullif(a, 1)" }))).toThrow("becomes NOT NULL");
    database.migrate(
      add("c", { fill: "'n' || a", default: "'d'" }),
      add("d", { default: "(lower('E'))" }),
      add("e", { default: "'f'" }),
    );
    database.script("INSERT INTO t (a, b) VALUES (3, 3)");
    expect(database.rows("SELECT c, d, e FROM t")).toEqual([
      ["n1", "e", "f"],
      ["n2", "e", "f"],
      ["d", "e", "f"],
    ]);
    database.script("DELETE FROM t");
    database.migrate(add("g", {}));
    database.close();
  });

  test("A column that is dropped and added under the same name is another one", () => {
    const database = open().script("CREATE TABLE t (a INT, b INT CHECK (b > 0)); INSERT INTO t VALUES (1, 2)");
    database.migrate(
      { kind: "dropColumn", table: { name: "t" }, column: "b" },
      { kind: "addColumn", table: { name: "t" }, column: { name: "b", type: "INT", nullable: true } },
    );
    expect(database.rows("SELECT * FROM t")).toEqual([[1, null]]);
    database.close();
  });

  test("A column from which another is generated does not go away", () => {
    const database = open().script("CREATE TABLE t (a INT, b INT AS (a + 1) STORED)");
    expect(() => database.migrate({ kind: "dropColumn", table: { name: "t" }, column: "a" })).toThrow(
      "Column 'b' of table 't' is generated from column 'a', which goes away",
    );
    database.close();
  });

  test("Duplicates are told before a table becomes unique over them", () => {
    const database = open().script(
      "CREATE TABLE t (a INT, b INT); INSERT INTO t VALUES (1, 1), (1, 2), (NULL, 3), (NULL, 4)",
    );
    const unique: Operation = {
      kind: "addConstraint",
      table: { name: "t" },
      constraint: { kind: "unique", name: "u", columns: ["a"] },
    };
    expect(() => database.migrate(unique)).toThrow("(a) of table 't' becomes unique");
    database.script("DELETE FROM t WHERE b = 2");
    database.migrate(unique);
    expect(database.rows("SELECT b FROM t")).toEqual([[1], [3], [4]]);
    database.close();
  });
});
