/** Names and texts that want to be SQL, on every registered dialect (V01, V02, V03). */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases, dialects, type TestDatabase } from "../../test/support/dialects.ts";
import { column, element, id } from "../../test/support/tables.ts";
import { createAllIo, dropAllIo } from "../metadata/ddl/create-all.ts";
import { createStatements } from "../metadata/ddl/create-statements.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { Table } from "../metadata/table.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import { nextSourceId, type AliasSource, type SubquerySource } from "../sql/expression/node.ts";
import { literal } from "../sql/expression/operators.ts";
import { emptySelect } from "../sql/statement/node.ts";
import { enumType, integer, text, varchar } from "../sql/type/types.ts";

let count = 0;

/** Every character that means something to some database, alone and at work. */
const names = [
  '"',
  "`",
  "]",
  "'",
  "\\",
  ".",
  ";",
  "--",
  "/*",
  "$1",
  "?",
  ":x",
  "%",
  "a b",
  "é",
  "🦸",
  'x"; drop table victim; --',
  "x`; drop table victim; --",
  "x'); drop table victim; --",
  "constructor",
  "__proto__",
  "select",
];

test("V02 every dialect is tested here", () => {
  const tested = new Set(
    databases.map(({ name }) => (name.startsWith("SQLite") ? "sqlite" : name === "MariaDB" ? "mysql" : "postgresql")),
  );
  if (process.env["DIALECTS"] === undefined)
    expect([...tested].toSorted()).toEqual(dialects.map(({ name }) => name).toSorted());
});

describe.each(databases)("$name", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
    await database.command("CREATE TABLE victim (id integer)");
  });
  afterAll(async () => {
    await expect(database.send("SELECT count(*) FROM victim")).resolves.toBeDefined();
    await database.close();
  });

  test.each(names)(
    "V01 %j names a table, a column, a constraint, an index, an alias, a label and a savepoint",
    async (name) => {
      // MySQL takes no name outside the basic plane.
      if (name === "🦸" && database.dialect.name === "mysql") return;
      const metadata = new MetaData();
      const table = new Table({
        name,
        columns: [id, column(name, varchar(50)), column("other", integer())],
        uniques: [{ kind: "unique", name: `u${name}`, columns: [name] }],
      });
      table.define({
        checks: [{ kind: "check", name, condition: element<number>(table, "other").gt(0).node }],
        indexes: [
          {
            kind: "index",
            name: `i${name}`,
            columns: [{ expression: table.column(name).node, direction: "asc", nulls: undefined }],
            unique: false,
            method: undefined,
            where: undefined,
            include: [],
          },
        ],
      });
      metadata.add(table);
      await database.run((core) => createAllIo(metadata, core));
      const known = await database.run((core) => database.dialect.tableNames(core.driverConnection, undefined));
      expect(known.has(name)).toBe(true);
      await database.run(function* (core) {
        yield* core.begin({ write: true });
        yield* core.savepoint(name);
        yield* core.execute({
          kind: "insert",
          table,
          columns: [table.column(name).node],
          rows: [[literal(name).node]],
          returning: [],
        });
        yield* core.releaseSavepoint(name);
        yield* core.commit();
      });
      const alias: AliasSource = { kind: "alias", id: nextSourceId(), name, of: table };
      const aliased = new ColumnElement<string>({ kind: "column", from: alias, name, type: text() });
      const subquery: SubquerySource = {
        kind: "subquery",
        id: nextSourceId(),
        name: `s${name}`,
        statement: { ...emptySelect, columns: [aliased.label(name).node], where: aliased.eq(name).node },
      };
      const found = await database.rows({
        ...emptySelect,
        columns: [new ColumnElement({ kind: "column", from: subquery, name, type: text() }).label(name).node],
      });
      expect(found).toEqual([[name]]);
      await database.run((core) => dropAllIo(metadata, core));
    },
  );

  /** Texts without NUL and without what is no text at all. */
  const texts = fc
    .oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.string({
        unit: fc.constantFrom("'", "\\", '"', "`", "a", "%", "\n", "$", "{", "é", "🦸", "\u2028", "--", "/*", "E'"),
        maxLength: 10,
      }),
      fc.constantFrom("\\'; drop table victim; -- ", "'; drop table victim; --", "\\\\'", "$$; drop table victim; $$"),
    )
    .filter((value) => !value.includes("\0"));

  /** Modes in which a server reads string literals in its own way; ours must read the same in all. */
  const modes: readonly string[] =
    {
      sqlite: [""],
      postgresql: ["SET standard_conforming_strings = off", "SET standard_conforming_strings = on"],
      mysql: ["SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "SET sql_mode = 'STRICT_ALL_TABLES'"],
    }[openDialect(databases, open)] ?? [];

  test.each(modes)("V03 texts in DEFAULT, CHECK, enums and partial indexes arrive as they are (%s)", async (mode) => {
    if (mode !== "") await database.command(mode);
    await fc.assert(
      fc.asyncProperty(texts, async (value) => {
        // MySQL cuts trailing spaces off enum values.
        const member = `m${value}m`;
        const metadata = new MetaData();
        // A type of its own each time: a prepared statement remembers that of its parameter.
        count += 1;
        const table = new Table({
          name: `literals_${String(count)}`,
          columns: [
            id,
            column("by_default", varchar(100), { serverDefault: literal(value).node }),
            column("long_default", text(), { serverDefault: literal(value).node }),
            column("chosen", enumType([member, "other"], { name: `enum_${String(count)}` })),
            column("plain", enumType([member, "other"])),
          ],
        });
        table.define({
          checks: [{ kind: "check", name: "same", condition: element<string>(table, "by_default").eq(value).node }],
          indexes: database.dialect.capabilities.partialIndexes
            ? [
                {
                  kind: "index",
                  name: "some",
                  columns: [{ expression: table.column("by_default").node, direction: "asc", nulls: undefined }],
                  unique: false,
                  method: undefined,
                  where: element<string>(table, "by_default").eq(value).node,
                  include: [],
                },
              ]
            : [],
        });
        metadata.add(table);
        await database.run((core) => createAllIo(metadata, core));
        try {
          const chosen = [table.column("chosen"), table.column("plain")];
          await database.run((core) =>
            core.execute({
              kind: "insert",
              table,
              columns: chosen.map(({ node }) => node),
              rows: [chosen.map(({ type }) => ({ kind: "bind" as const, value: member, type }))],
              returning: [],
            }),
          );
          const found = await database.rows({
            ...emptySelect,
            columns: table.columns.slice(1).map(({ node }) => node),
          });
          expect(found).toEqual([[value, value, member, member]]);
        } finally {
          await database.run((core) => dropAllIo(metadata, core));
        }
      }),
      { numRuns: 40 },
    );
    if (database.dialect.name === "mysql") await database.command("SET sql_mode = 'STRICT_ALL_TABLES'");
  });

  test("V03 texts in comments arrive as they are", async () => {
    if (!database.dialect.capabilities.comments) return;
    await fc.assert(
      fc.asyncProperty(texts, async (value) => {
        // MySQL keeps comments in a character set without them.
        fc.pre(database.dialect.name !== "mysql" || !/[\u{10000}-\u{10ffff}]/u.test(value));
        const metadata = new MetaData();
        metadata.add(
          new Table({ name: "commented", comment: value, columns: [id, column("a", integer(), { comment: value })] }),
        );
        await database.run((core) => createAllIo(metadata, core));
        try {
          const [found] =
            database.dialect.name === "mysql"
              ? (
                  await database.send(
                    "SELECT table_comment, column_comment FROM information_schema.tables JOIN information_schema.columns USING (table_schema, table_name) WHERE table_schema = database() AND table_name = 'commented' AND column_name = 'a'",
                  )
                ).rows
              : (
                  await database.send(
                    "SELECT coalesce(obj_description('commented'::regclass), ''), coalesce(col_description('commented'::regclass, 2), '')",
                  )
                ).rows;
          expect(found).toEqual([value, value]);
        } finally {
          await database.run((core) => dropAllIo(metadata, core));
        }
      }),
      { numRuns: 40 },
    );
  });
});

function openDialect(all: typeof databases, open: unknown): "sqlite" | "postgresql" | "mysql" {
  const name = all.find((database) => database.open === open)?.name ?? "";
  if (name.startsWith("SQLite")) return "sqlite";
  return name === "MariaDB" ? "mysql" : "postgresql";
}

test("V01 a name that no database takes is refused before it is sent", () => {
  for (const dialect of dialects) {
    for (const name of ["", "a\0b"]) {
      const metadata = new MetaData();
      metadata.add(new Table({ name, columns: [id] }));
      expect(() => createStatements(metadata, dialect)).toThrow(/An identifier must not/);
    }
  }
});
