/** Full-text indexes and migrations: changes of them are found, made, searched by and taken back on every database. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { databases, dialects, type TestDatabase } from "../../test/support/dialects.ts";
import { clear } from "../../test/support/random-data.ts";
import { evaluateRevision } from "../../test/support/revision-text.ts";
import { down, revision, up } from "../../test/support/revisions.ts";
import { column, id } from "../../test/support/tables.ts";
import { metaDataOf } from "../reflection/reflect.ts";
import type { ColumnOptions } from "../metadata/column.ts";
import type { ForeignKeyConstraint, Index } from "../metadata/constraint.ts";
import { createAllIo, dropAllIo } from "../metadata/ddl/create-all.ts";
import { applyOperations } from "../metadata/apply-operation.ts";
import { emptyCatalog } from "../metadata/catalog.ts";
import { MetaData } from "../metadata/meta-data.ts";
import type { Operation } from "../metadata/operation.ts";
import { reverseOperations } from "../metadata/reverse-operation.ts";
import { Table } from "../metadata/table.ts";
import { ArgumentError } from "../sql/errors.ts";
import { MatchElement, type FullTextIndex } from "../sql/search/match-element.ts";
import { emptySelect } from "../sql/statement/node.ts";
import { sql } from "../sql/expression/operators.ts";
import type { SqlType } from "../sql/type/sql-type.ts";
import { integer, text, varchar } from "../sql/type/types.ts";
import { required } from "../util/assert-never.ts";
import { autogenerateIo } from "./autogenerate.ts";
import { column as defineColumn, primaryKey } from "./definitions.ts";
import { Operations } from "./operations.ts";
import { renderRevision } from "./render/render-revision.ts";
import { lossesOf } from "./run/destructive-check.ts";
import { runStepsAsync } from "./run/run-steps.ts";

interface Article {
  readonly table?: string;
  readonly columns?: readonly ColumnOptions[];
  readonly foreignKeys?: readonly ForeignKeyConstraint[];
  /** The searched columns by the names of the indexes. */
  readonly words?: { readonly [index: string]: readonly string[] };
}

const plain = [id, column("title", varchar(50)), column("body", text()), column("pages", integer())];
const searched: Article = { words: { ft_article: ["title", "body"] } };

function models({ table: name = "article", columns = plain, foreignKeys = [], words = {} }: Article): MetaData {
  const metadata = new MetaData();
  const key = { kind: "primaryKey", name: "pk_article", columns: ["id"] } as const;
  const table = new Table({ name, columns, foreignKeys, primaryKey: key });
  table.define({
    indexes: Object.entries(words).map(([index, names]): Index => {
      const weights = names.map((_name, place) => (place === 0 ? "A" : "D"));
      return {
        kind: "index",
        name: index,
        columns: names.map((part) => ({ expression: table.column(part).node, direction: "asc", nulls: undefined })),
        unique: false,
        method: "fulltext",
        where: undefined,
        include: [],
        fullText: { name: index, language: "english", weights },
      };
    }),
  });
  metadata.add(table);
  return metadata;
}

/** The models' table, and its first full-text index. */
function searchedTable(metadata: MetaData): {
  readonly table: Table;
  readonly index: Index & { fullText: FullTextIndex };
} {
  const table = required(metadata.tables[0], "table");
  return { table, index: required(table.indexes[0], "index") as Index & { fullText: FullTextIndex } };
}

/** Each with the kinds of operations that it takes; a `rebuild` is one of a table in SQLite. */
const changes: readonly {
  readonly name: string;
  readonly from: Article;
  readonly to: Article;
  readonly kinds: readonly Operation["kind"][];
}[] = [
  { name: "one more", from: {}, to: searched, kinds: ["createIndex"] },
  {
    name: "other columns",
    from: { words: { ft_article: ["title"] } },
    to: searched,
    kinds: ["dropIndex", "createIndex"],
  },
  {
    name: "a new name",
    from: { words: { ft_old: ["title", "body"] } },
    to: searched,
    kinds: ["renameIndex"],
  },
  {
    name: "a new name of the table",
    from: { ...searched, table: "essay" },
    to: searched,
    kinds: ["renameTable"],
  },
  {
    name: "a new name of a column",
    from: {
      columns: plain.map((part) => (part.name === "body" ? { ...part, name: "content" } : part)),
      words: { ft_article: ["title", "content"] },
    },
    to: searched,
    kinds: ["renameColumn"],
  },
  {
    name: "a column beside, which SQLite makes a new table for",
    from: searched,
    to: {
      ...searched,
      columns: plain.map((part) => (part.name === "pages" ? { ...part, name: "pages", nullable: false } : part)),
    },
    kinds: ["alterColumn"],
  },
];

describe.each(databases)("$name", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterEach(() => clear(database));
  afterAll(() => database.close());

  /** All that may be a rename is one. */
  const compared = async (metadata: MetaData): Promise<readonly Operation[]> => {
    const { questions, operations } = await database.run((core) => autogenerateIo(core, { metadata }));
    if (questions.length === 0) return operations;
    const renames = questions.map(({ token }) => token);
    return (await database.run((core) => autogenerateIo(core, { metadata, renames }))).operations;
  };
  const search = async (metadata: MetaData, query: string): Promise<unknown[]> => {
    const { table, index } = searchedTable(metadata);
    const key = table.column("id").node;
    const columns = index.columns.map(({ expression }) => expression as typeof key);
    const found = new MatchElement({ index: index.fullText, columns, key, query });
    const orderBy = [table.column("id").element.asc().node];
    const statement = { ...emptySelect, columns: [key], from: [key.from], where: found.node, orderBy };
    return (await database.rows(statement)).flat();
  };

  test("a full-text index is no difference to itself, and goes with its table", async () => {
    const metadata = models(searched);
    expect((await compared(metadata)).map(({ kind }) => kind)).toEqual(["createTable"]);
    await database.run((core) => createAllIo(metadata, core));
    expect(await compared(metadata)).toEqual([]);
    await database.run((core) => dropAllIo(metadata, core));
    await database.run((core) => createAllIo(metadata, core));
    expect(await compared(metadata)).toEqual([]);
  });

  test("it goes with a table whose rows refer to one another", async () => {
    const reference = {
      columns: ["pages"],
      referredTable: "article",
      referredColumns: ["id"],
      onDelete: "SET NULL",
    } as const;
    const rest = { kind: "foreignKey", name: "fk_pages", onUpdate: undefined, deferrable: undefined } as const;
    const metadata = models({ ...searched, foreignKeys: [{ ...rest, ...reference }] });
    const rows =
      "INSERT INTO article (id, title, body, pages) VALUES (1, 'a', 'b', NULL), (2, 'c', 'd', 1), (3, 'e', 'f', 2)";
    await database.run((core) => createAllIo(metadata, core));
    await database.command(rows);
    await database.run((core) => dropAllIo(metadata, core));
    await database.run((core) => createAllIo(metadata, core));
    await database.command(rows);
    const drop = revision("r0", (op) => op.dropTable("article"));
    await runStepsAsync(database.connection, up(drop), { refuseDestructive: false });
    expect((await compared(metadata)).map(({ kind }) => kind)).toEqual(["createTable"]);
  });

  test("what is reflected has it", async () => {
    const metadata = models(searched);
    await database.run((core) => createAllIo(metadata, core));
    const { dialect } = database;
    const read = metaDataOf(
      await database.run((core) => dialect.migrations.inspect(core.driverConnection, {})),
      dialect,
    );
    const { index } = searchedTable(read);
    const kept = dialect.name === "postgresql";
    expect(index.columns.map(({ expression }) => expression)).toMatchObject([{ name: "title" }, { name: "body" }]);
    expect(index.fullText).toEqual({
      name: "ft_article",
      language: kept ? "english" : "simple",
      weights: kept ? ["A", "D"] : ["D", "D"],
    });
    await database.run((core) => dropAllIo(read, core));
    await database.run((core) => createAllIo(kept ? read : metadata, core));
    expect(await compared(metadata)).toEqual([]);
  });

  test.each(changes)("$name: there and back", async ({ from, to, kinds }) => {
    const [before, after] = [models(from), models(to)];
    await database.run((core) => createAllIo(before, core));
    const quote = (name: string): string => database.dialect.quoteIdentifier(name);
    const insert = ({ tables: [table] }: MetaData, row: string): Promise<unknown> => {
      const names = table?.columns.map((part) => quote(part.name)).join(", ") ?? "";
      return database.command(`INSERT INTO ${quote(table?.name ?? "")} (${names}) VALUES (${row})`);
    };
    await insert(before, "1, 'wooden house', 'elephants', 3");

    const operations = await compared(after);
    const isRenamed = kinds[0] !== "renameIndex" || database.dialect.capabilities.renameIndex;
    expect(operations.map(({ kind }) => kind)).toEqual(isRenamed ? kinds : ["dropIndex", "createIndex"]);
    expect(operations.flatMap((operation) => lossesOf(operation))).toEqual([]);
    const { dialect } = database;
    const about = { id: "r1", downRevisions: [], message: "words", createdAt: new Date(0) };
    const bodies = { upgrade: operations, downgrade: reverseOperations(operations) };
    const code = evaluateRevision(renderRevision(about, bodies, { dialect: dialect.migrations }));
    const made = revision("r1", code["upgrade"] as (op: Operations) => void, {
      downgrade: code["downgrade"] as (op: Operations) => void,
    });
    await runStepsAsync(database.connection, up(made));
    expect(await compared(after)).toEqual([]);
    expect(await search(after, "wooden elephants")).toEqual([1]);
    await insert(after, "2, 'wooden wheel', 'elephants', 3");
    await database.command("UPDATE article SET title = 'iron gate' WHERE id = 1");
    expect(await search(after, "wooden")).toEqual([2]);
    expect(await search(after, "elephants")).toEqual([1, 2]);
    await database.command("DELETE FROM article WHERE id = 1");
    expect(await search(after, "elephants")).toEqual([2]);

    await runStepsAsync(database.connection, down(made));
    expect(await compared(before)).toEqual([]);
    if (from.words !== undefined) expect(await search(before, "wooden")).toEqual([2]);
  });
});

/** What each database is sent for `build`, on a table "article" with id, title, body and rank, after `before`. */
function statements(
  build: (op: Operations) => void,
  before: (op: Operations) => void = () => undefined,
  key: SqlType = integer(),
): { readonly [dialect: string]: readonly string[] } {
  return Object.fromEntries(
    dialects.map((dialect) => {
      const [made, op] = [new Operations(dialect), new Operations(dialect)];
      const searchable = ["title", "body", "rank"].map((name) => defineColumn(name, text()));
      made.createTable("article", [defineColumn("id", key), ...searchable, primaryKey(["id"], { name: "pk" })]);
      before(made);
      build(op);
      const catalog = applyOperations(emptyCatalog, made.recorded);
      const steps = dialect.migrations.compileOperations(op.recorded, catalog).flatMap((compiled) => compiled.steps);
      return [dialect.name, steps.flatMap((step) => (step.kind === "statement" ? [step.sql] : []))];
    }),
  );
}

test("the SQL of each database", () => {
  const create = statements((op) => {
    op.createFullTextIndex("article", "ft", ["title", "body"], { language: "english", weights: ["A", "D"] });
  });
  expect(create).toMatchInlineSnapshot(`
    {
      "mysql": [
        "ALTER TABLE \`article\` ADD FULLTEXT INDEX \`ft\` (\`title\`, \`body\`), ALGORITHM=COPY",
      ],
      "postgresql": [
        "CREATE INDEX "ft" ON "article" USING "gin" ((setweight(to_tsvector('english'::regconfig, COALESCE("title", '')), 'A') || to_tsvector('english'::regconfig, COALESCE("body", ''))))",
      ],
      "sqlite": [
        "CREATE VIRTUAL TABLE "ft" USING fts5("title", "body", content='article', content_rowid='id')",
        "CREATE TRIGGER "ft_after_insert" AFTER INSERT ON "article" BEGIN INSERT INTO "ft" (rowid, "title", "body") VALUES (new."id", new."title", new."body"); END",
        "CREATE TRIGGER "ft_after_delete" AFTER DELETE ON "article" BEGIN INSERT INTO "ft" ("ft", rowid, "title", "body") VALUES ('delete', old."id", old."title", old."body"); END",
        "CREATE TRIGGER "ft_after_update" AFTER UPDATE ON "article" BEGIN INSERT INTO "ft" ("ft", rowid, "title", "body") VALUES ('delete', old."id", old."title", old."body"); INSERT INTO "ft" (rowid, "title", "body") VALUES (new."id", new."title", new."body"); END",
        "INSERT INTO "ft" ("ft") VALUES ('rebuild')",
      ],
    }
  `);
});

/** What SQLite is sent where "article" has an index "ft" over its title; of CREATE TRIGGER the beginning. */
function onSqlite(build: (op: Operations) => void): string[] {
  const sent = statements(build, (op) => {
    op.createFullTextIndex("article", "ft", ["title"]);
  });
  return sent["sqlite"]?.map((sql) => sql.replace(/ AFTER .*/, "")) ?? [];
}

const gone = [
  'DROP TRIGGER "ft_after_insert"',
  'DROP TRIGGER "ft_after_delete"',
  'DROP TRIGGER "ft_after_update"',
  'DROP TABLE "ft"',
];
const made = (table: string, column: string): string[] => [
  `CREATE VIRTUAL TABLE "ft" USING fts5("${column}", content='${table}', content_rowid='id')`,
  'CREATE TRIGGER "ft_after_insert"',
  'CREATE TRIGGER "ft_after_delete"',
  'CREATE TRIGGER "ft_after_update"',
  `INSERT INTO "ft" ("ft") VALUES ('rebuild')`,
];

test("SQLite's index is made once, when all that concerns it is done", () => {
  const renamed = 'ALTER TABLE "article" RENAME COLUMN "title" TO';
  const renames = (op: Operations): void => {
    op.renameColumn("article", "title", "heading");
    op.renameTable("article", "essay");
  };
  const pragma = "PRAGMA legacy_alter_table = OFF";
  expect(onSqlite(renames)).toEqual([
    ...gone,
    `${renamed} "heading"`,
    pragma,
    'ALTER TABLE "article" RENAME TO "essay"',
    ...made("essay", "heading"),
  ]);
  expect(onSqlite((op) => op.renameColumn("article", "body", "words"))).toEqual([
    'ALTER TABLE "article" RENAME COLUMN "body" TO "words"',
  ]);
  const used = onSqlite((op) => {
    op.renameColumn("article", "title", "heading");
    op.execute(sql`SELECT 1`);
    op.renameColumn("article", "heading", "title");
  });
  expect(used).toEqual([
    ...gone,
    `${renamed} "heading"`,
    ...made("article", "heading"),
    "SELECT 1",
    ...gone,
    'ALTER TABLE "article" RENAME COLUMN "heading" TO "title"',
    ...made("article", "title"),
  ]);
  expect(onSqlite((op) => op.dropTable("article"))).toEqual(['DROP TABLE "article"', 'DROP TABLE "ft"']);
  expect(onSqlite((op) => op.renameIndex("article", "ft", "words"))).toEqual([
    ...gone,
    ...made("article", "title").map((sent) => sent.replaceAll("ft_", "words_").replaceAll('"ft"', '"words"')),
  ]);
});

test("what FTS5 cannot hold may be on the way", () => {
  const there = onSqlite((op) => {
    op.renameColumn("article", "rank", "place");
    op.renameColumn("article", "title", "rank");
    op.dropIndex("article", "ft");
  });
  expect(there).toEqual([
    'ALTER TABLE "article" RENAME COLUMN "rank" TO "place"',
    ...gone,
    'ALTER TABLE "article" RENAME COLUMN "title" TO "rank"',
  ]);
  const back = onSqlite((op) => {
    op.dropIndex("article", "ft");
    op.createFullTextIndex("article", "ft", ["rank"]);
    op.renameColumn("article", "rank", "place");
  });
  expect(back.slice(-5)).toEqual(made("article", "place"));
});

test("what cannot be is refused by name", () => {
  const create = (columns: string[], options: object = {}, key: SqlType = integer()) => {
    return () => statements((op) => op.createFullTextIndex("article", "ft", columns, options), undefined, key);
  };
  expect(create([])).toThrow(new ArgumentError("createFullTextIndex() takes an array of columns."));
  expect(create(["title"], { weights: ["A", "B"] })).toThrow(/one weight for each column/);
  expect(create(["title"], { language: "x'); --" })).toThrow(/not the name of a text search configuration/);
  expect(create(["titel"])).toThrow(/'titel'/);
  expect(create(["rank"])).toThrow(/SQLite has no full-text index 'ft' over a column 'rank'/);
  expect(create(["title"], {}, text())).toThrow(/whose primary key is no integer/);
  const index = (options: object) => () =>
    onSqlite((op) => op.createIndex("article", "more", ["body"], { method: "fulltext", ...options }));
  expect(index({ unique: true })).toThrow(/SQLite has no full-text index 'more' with more than columns/);
  expect(index({ options: { tokenize: "porter" } })).toThrow(/with more than columns/);
});
