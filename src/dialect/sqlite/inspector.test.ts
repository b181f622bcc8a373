import { describe, expect, test } from "vitest";
import { sqliteDrivers, comparable } from "../../../test/support/sqlite-schema.ts";
import { emptyCatalog } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";

/** Everything that a table can say, in every way of writing it. */
const schemas: Readonly<Record<string, string>> = {
  "types and defaults": `
    CREATE TABLE t (
      id integer primary key autoincrement, a "my type", b varchar ( 20 ) collate nocase, c [x y](1,2), d 'str',
      e text default "abc", f default abc, g default (true), h default -  1, i numeric(10, 2) default +1.5,
      j default ( 1+2 ), k unsigned big int default null, l text default ('it''s'), m default current_timestamp,
      n blob default x'00ff', o text collate "my""coll" default 'a''b' )`.replace(`collate "my""coll" `, ""),
  "key with an order, conflicts": `
    CREATE TABLE t (a TEXT NOT NULL ON CONFLICT REPLACE DEFAULT '', b INT CONSTRAINT u1 UNIQUE ON CONFLICT IGNORE, c,
      CONSTRAINT pk PRIMARY KEY (a COLLATE NOCASE DESC, "b") ON CONFLICT FAIL, UNIQUE (c, A), CONSTRAINT x UNIQUE ('c'))`,
  checks: `
    CREATE TABLE t (a INT CHECK (a > 0) /* , ) */ CHECK((([A]<>-1 AND t.a not in (3,4)))), b -- )
      TEXT CONSTRAINT "b ""ok"" ')" CHECK (b <> ')' or b like '%''(' escape '\\'), CHECK (length(b)<10) CONSTRAINT two CHECK (a in (1 , 2)))`,
  "generated columns": `
    CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a+1) STORED, c AS (a || 'x') UNIQUE, d TEXT NOT NULL AS (coalesce(a, '')) VIRTUAL)`,
  "foreign keys": `
    CREATE TABLE p (id INTEGER PRIMARY KEY, x INT, y INT, UNIQUE (x, y));
    CREATE TABLE t (a INT REFERENCES p, b INT CONSTRAINT fb REFERENCES P(ID) ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED NOT NULL,
      c INT, FOREIGN KEY (b, C) REFERENCES p ("x", [Y]) MATCH FULL ON DELETE RESTRICT NOT DEFERRABLE
      CONSTRAINT "last" FOREIGN KEY (c) REFERENCES t(a) ON UPDATE SET DEFAULT DEFERRABLE, UNIQUE (a))`,
  options: `
    CREATE TABLE t (a INTEGER PRIMARY KEY, b ANY) STRICT; CREATE TABLE u (a INTEGER PRIMARY KEY, b TEXT) WITHOUT ROWID, STRICT;
    CREATE TABLE w (a INTEGER PRIMARY KEY DESC, b); CREATE TABLE x (a INTEGER, PRIMARY KEY (a DESC))`,
  indexes: `
    CREATE TABLE t (a, b TEXT COLLATE NOCASE, "c d");
    CREATE UNIQUE INDEX "i ""1""" ON t (lower(b) COLLATE RTRIM DESC, a desc, [c d] collate nocase) WHERE a is not null and "c d">5;
    CREATE INDEX i2 ON t (b COLLATE BINARY, b); CREATE INDEX i3 ON t ((a+1), json_extract(a, '$.x'))`,
  "hostile names": `
    CREATE TABLE "drop ""t"" \`;'\u2028" ("a ""b"" ]" TEXT, [c\`' \${x} */ --] INT CHECK ([c\`' \${x} */ --]>0), \`d\`\`"\` INT REFERENCES "drop ""t"" \`;'\u2028"("a ""b"" ]"),
      UNIQUE ("a ""b"" ]"));
    CREATE INDEX "ix ""'" ON "drop ""t"" \`;'\u2028" ([c\`' \${x} */ --])`,
  "full-text indexes": `
    CREATE TABLE "it's" ("Id" INTEGER PRIMARY KEY, Title TEXT, "a b" TEXT);
    create virtual table [words] using FTS5 (title, \`a b\`, content = 'it''s', content_rowid='Id');
    CREATE TRIGGER words_after_insert after insert on "it's" begin
      INSERT INTO words (rowid, title, "a b") VALUES (new.id, new.title, new.[a b]); -- as SQL of one's own may write it
    END;
    CREATE TRIGGER words_after_delete AFTER DELETE ON "it's" BEGIN
      INSERT INTO words (words, rowid, title, "a b") VALUES ('delete', old.id, old.title, old."a b");
    END;
    CREATE TRIGGER words_after_update AFTER UPDATE ON "it's" BEGIN
      INSERT INTO words (words, rowid, title, "a b") VALUES ('delete', old.id, old.title, old."a b");
      INSERT INTO words (rowid, title, "a b") VALUES (new.id, new.title, new."a b");
    END;
    CREATE TRIGGER other AFTER DELETE ON "it's" BEGIN SELECT 1; END`,
  "FTS5 tables that are no indexes": `
    CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE TABLE u (id TEXT PRIMARY KEY, a TEXT);
    CREATE VIRTUAL TABLE own USING fts5(a, b);
    CREATE VIRTUAL TABLE kept_by_nobody USING fts5("a", content='t', content_rowid='id');
    CREATE VIRTUAL TABLE other_options USING fts5("a", content='t', content_rowid='id', tokenize='porter');
    CREATE VIRTUAL TABLE other_key USING fts5("a", content='u', content_rowid='rowid');
    CREATE VIRTUAL TABLE half_kept USING fts5("a", content='t', content_rowid='id');
    CREATE TRIGGER half_kept_after_insert AFTER INSERT ON t BEGIN INSERT INTO half_kept (rowid, a) VALUES (new.id, new.a); END`,
  "names of keywords": `CREATE TABLE "select" ("order" INT, key TEXT CHECK (key <> ''), "check" INT CHECK ("check">0), "primary" INT, end INT CHECK (CASE WHEN end>1 THEN 1 ELSE 0 END))`,
};

test.each(Object.entries(schemas))("What is read: %s", (_name, sql) => {
  const database = sqliteDrivers[0]?.open().script(sql);
  expect(comparable(database?.catalog ?? emptyCatalog)).toMatchSnapshot();
  database?.close();
});

describe.each(sqliteDrivers)("$name", ({ open }) => {
  test.each(Object.entries(schemas))("What was read and created again is read the same: %s", (_name, sql) => {
    const first = open().script(sql);
    const { catalog } = first;
    const operations = catalog.tables.map((table): Operation => ({ kind: "createTable", table }));
    const second = open();
    second.script("PRAGMA foreign_keys = OFF");
    second.migrate(...operations);
    expect(comparable(second.catalog)).toEqual(comparable(catalog));
    first.close();
    second.close();
  });

  test("Referred columns agree with SQLite's own list of foreign keys", () => {
    const database = open().script(schemas["foreign keys"] ?? "");
    const listed = database
      .rows(
        'SELECT group_concat("from"), "table", on_delete, on_update FROM pragma_foreign_key_list(\'t\') GROUP BY id ORDER BY 1',
      )
      .map(([columns, , onDelete, onUpdate]) => [columns, onDelete, onUpdate].join(" "));
    const read = database
      .table("t")
      .foreignKeys.map((key) =>
        [key.columns.join(","), key.onDelete ?? "NO ACTION", key.onUpdate ?? "NO ACTION"].join(" "),
      );
    expect(read.toSorted()).toEqual(listed.toSorted());
    database.close();
  });

  test("Views, broken ones too, triggers and virtual tables are read; SQLite's own and shadow tables are not", () => {
    const database = open().script(`
      CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b UNIQUE);
      CREATE VIEW v AS SELECT a AS x, b FROM t;
      CREATE VIEW broken AS SELECT nix FROM nowhere;
      CREATE TRIGGER tr AFTER INSERT ON T BEGIN SELECT 'a;b'; END;
      CREATE VIRTUAL TABLE search USING fts5 (title, body);
      INSERT INTO t (b) VALUES (1);
      ANALYZE`);
    const { tables, views } = database.catalog;
    expect(tables.map(({ name, kind }) => [name, kind])).toEqual([
      ["search", "virtual"],
      ["t", "table"],
    ]);
    expect(tables[0]?.columns.map(({ name }) => name)).toEqual(["title", "body"]);
    expect(tables[1]?.indexes).toEqual([]);
    expect(tables[1]?.triggers).toEqual([
      { name: "tr", definition: "CREATE TRIGGER tr AFTER INSERT ON T BEGIN SELECT 'a;b'; END", enabled: true },
    ]);
    expect(views.map(({ name, columns, definition }) => [name, columns, definition])).toEqual([
      ["broken", [], "CREATE VIEW broken AS SELECT nix FROM nowhere"],
      ["v", ["x", "b"], "CREATE VIEW v AS SELECT a AS x, b FROM t"],
    ]);
    database.close();
  });

  test("What RENAME writes into texts is no difference", () => {
    const columns = "(a INT CHECK (a > 0), b INT REFERENCES NAME (a), UNIQUE (a))";
    const renamed = open().script(`
      CREATE TABLE old ${columns.replace("NAME", "old").replaceAll(/\ba\b/g, "was")};
      CREATE INDEX ix ON old (was, (was + 1)) WHERE was>1;
      ALTER TABLE old RENAME TO "new";
      ALTER TABLE "new" RENAME COLUMN was TO "a"`);
    const written = open().script(`
      CREATE TABLE new ${columns.replace("NAME", "new")};
      CREATE INDEX ix ON new (a, (a + 1)) WHERE a>1`);
    expect(comparable(renamed.catalog)).toEqual(comparable(written.catalog));
    renamed.close();
    written.close();
  });

  test("A number of queries that does not depend on the number of tables", () => {
    const database = open();
    const counted = (): number => {
      let queries = 0;
      const { connection } = database;
      const original = connection.execute.bind(connection);
      connection.execute = (query) => {
        queries += 1;
        return original(query);
      };
      void database.catalog;
      connection.execute = original;
      return queries;
    };
    database.script("CREATE TABLE t (a)");
    const one = counted();
    for (let number = 0; number < 50; number += 1)
      database.script(`CREATE TABLE t${String(number)} (a UNIQUE REFERENCES t)`);
    expect(counted()).toBe(one);
    database.close();
  });
});
