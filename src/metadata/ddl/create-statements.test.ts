/** DDL side by side, in an order that works, and run for real. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases, dialects, type TestDatabase } from "../../../test/support/dialects.ts";
import { column, defineTable, element, id } from "../../../test/support/tables.ts";
import { func } from "../../sql/expression/functions.ts";
import { literal, sql } from "../../sql/expression/operators.ts";
import { emptySelect } from "../../sql/statement/node.ts";
import {
  boolean,
  bytea,
  decimal,
  enumType,
  integer,
  jsonb,
  text,
  timestamp,
  uuid,
  varchar,
} from "../../sql/type/types.ts";
import type { ForeignKeyConstraint, Index, IndexColumn } from "../constraint.ts";
import { SchemaDefinitionError } from "../errors.ts";
import { MetaData } from "../meta-data.ts";
import { Table } from "../table.ts";
import { createAllIo, dropAllIo } from "./create-all.ts";
import { createStatements, dropStatements } from "./create-statements.ts";
import { shortenName } from "./object-names.ts";

function foreignKey(
  columns: readonly string[],
  referredTable: string,
  referredColumns: readonly string[],
  rest: Partial<ForeignKeyConstraint> = {},
): ForeignKeyConstraint {
  return {
    kind: "foreignKey",
    name: undefined,
    columns,
    referredTable,
    referredColumns,
    onDelete: undefined,
    onUpdate: undefined,
    deferrable: undefined,
    ...rest,
  };
}
function index(columns: readonly IndexColumn[], rest: Partial<Index> = {}): Index {
  return {
    kind: "index",
    name: undefined,
    columns,
    unique: false,
    method: undefined,
    where: undefined,
    include: [],
    ...rest,
  };
}
const by = (table: Table, name: string, direction: "asc" | "desc" = "asc"): IndexColumn => ({
  expression: table.column(name).node,
  direction,
  nulls: undefined,
});

function heroes(): MetaData {
  const metadata = new MetaData();
  const hero = new Table({
    name: "hero",
    comment: "Who saves the day",
    columns: [
      id,
      column("name", varchar(50), { nullable: false, comment: "Not the secret one" }),
      column("team_id", integer()),
      column("status", enumType(["active", "retired"], { name: "hero_status" }), {
        nullable: false,
        serverDefault: literal("active").node,
      }),
      column("rank", enumType(["a", "b"])),
      column("loud", boolean(), { nullable: false, serverDefault: literal(true).node }),
      column("price", decimal(10, 2), { serverDefault: literal("1.50", decimal(10, 2)).node }),
      column("data", jsonb(), { serverDefault: literal({ a: 1 }, jsonb()).node }),
      column("raw", bytea(), { serverDefault: literal(new Uint8Array([0, 255])).node }),
      column("motto", text(), { serverDefault: literal("it's").node }),
      column("made_at", timestamp(), { nullable: false, serverDefault: func.now().node }),
      column("key", uuid()),
      column("age", integer()),
      column("twice", integer(), { computed: { expression: sql`age * 2`.node, stored: true } }),
    ],
    foreignKeys: [foreignKey(["team_id"], "team", ["id"], { onDelete: "SET NULL", onUpdate: "CASCADE" })],
    uniques: [{ kind: "unique", name: undefined, columns: ["name", "team_id"] }],
  });
  hero.define({
    checks: [{ kind: "check", name: "age_positive", condition: element<number>(hero, "age").gt(0).node }],
    indexes: [
      index([by(hero, "name"), by(hero, "made_at", "desc")]),
      index([by(hero, "key")], { unique: true, name: "one_key" }),
    ],
  });
  metadata.add(hero);
  metadata.add(new Table({ name: "team", columns: [id] }));
  return metadata;
}

test.each(dialects)("$name: CREATE TABLE and DROP TABLE", (dialect) => {
  expect(
    createStatements(heroes(), dialect)
      .map((statement) => `${statement};`)
      .join("\n"),
  ).toMatchSnapshot();
  expect(dropStatements(heroes(), dialect)).toMatchSnapshot();
});

test.each(dialects)("$name: tables that refer to each other", (dialect) => {
  expect(createStatements(cycle(), dialect).filter((statement) => statement.startsWith("ALTER"))).toMatchSnapshot();
  expect(dropStatements(cycle(), dialect)).toMatchSnapshot();
});

/** Tables that refer to each other and to themselves, around a chain of others. */
function cycle(): MetaData {
  const metadata = new MetaData();
  const add = (name: string, keys: readonly ForeignKeyConstraint[]): void => {
    const columns = keys.flatMap((key) => key.columns.map((column_) => column(column_, integer())));
    metadata.add(new Table({ name, columns: [id, ...columns], foreignKeys: keys }));
  };
  add("child", [foreignKey(["b_id"], "b", ["id"])]);
  add("a", [foreignKey(["b_id"], "b", ["id"]), foreignKey(["a_id"], "a", ["id"])]);
  add("b", [foreignKey(["c_id"], "c", ["id"])]);
  add("c", [foreignKey(["a_id"], "a", ["id"]), foreignKey(["root_id"], "root", ["id"])]);
  add("root", []);
  return metadata;
}

describe.each(databases)("$name", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  const namesOf = async (metadata: MetaData): Promise<string[]> => {
    const known = await database.run((core) => database.dialect.tableNames(core.driverConnection, undefined));
    return metadata.tables.map(({ name }) => name).filter((name) => known.has(name));
  };

  test.each([
    ["one of everything", heroes],
    ["cycles", cycle],
  ])("%s is created once, and dropped with its rows", async (_name, define) => {
    const metadata = define();
    await database.run((core) => createAllIo(metadata, core));
    await database.run((core) => createAllIo(metadata, core));
    expect(await namesOf(metadata)).toHaveLength(metadata.tables.length);
    if (define === cycle) {
      await fillCycle(database);
    } else {
      await database.command(insertHero(database));
      const [row] = await database.rows({
        ...emptySelect,
        columns: (metadata.findTable("hero")?.columns ?? []).slice(3, -2).map(({ node }) => node),
      });
      expect(row?.slice(0, 7)).toEqual(["active", null, true, "1.50", { a: 1 }, new Uint8Array([0, 255]), "it's"]);
      expect(Math.abs(Date.now() - Number(row?.[7]))).toBeLessThan(60_000);
    }
    await database.run((core) => dropAllIo(metadata, core));
    await database.run((core) => dropAllIo(metadata, core));
    expect(await namesOf(metadata)).toEqual([]);
  });
});

/** Schemas of its own: on MySQL they are databases, which other tests see. */
test.each(databases)("$name: tables and enums in schemas", async ({ open }) => {
  const database = await open();
  const suffix = Math.random().toString(36).slice(2, 8);
  const [app, other] = [`app_${suffix}`, `other_${suffix}`];
  const metadata = new MetaData();
  const kind = enumType(["a", "b"], { name: "kind", schema: other });
  metadata.add(
    new Table({
      name: "hero",
      schema: app,
      columns: [id, column("team_id", integer()), column("kind", kind)],
      foreignKeys: [foreignKey(["team_id"], `${other}.team`, ["id"])],
    }),
  );
  metadata.add(new Table({ name: "team", schema: other, columns: [id] }));
  try {
    if (!database.dialect.capabilities.schemas) {
      expect(() => createStatements(metadata, database.dialect)).toThrow(/has no schema '.*Leave the schema out/);
      return;
    }
    await database.run((core) => createAllIo(metadata, core));
    await database.run((core) => createAllIo(metadata, core));
    const hero = metadata.findTable(`${app}.hero`) as Table;
    const row = { kind: "bind", value: "b", type: kind } as const;
    await database.rows({
      kind: "insert",
      table: hero,
      columns: [hero.column("kind").node],
      rows: [[row]],
      returning: [],
    });
    const found = await database.rows({
      ...emptySelect,
      columns: [element<string>(hero, "kind").node],
      where: element<string>(hero, "kind").in(["b"]).node,
    });
    expect(found).toEqual([["b"]]);
    await database.run((core) => dropAllIo(metadata, core));
    for (const name of [app, other]) await database.command(`DROP SCHEMA ${database.dialect.quoteIdentifier(name)}`);
  } finally {
    await database.close();
  }
});

const quoted = (database: TestDatabase) => (name: string) => database.dialect.quoteIdentifier(name);

function insertHero(database: TestDatabase): string {
  const quote = quoted(database);
  return `INSERT INTO ${quote("hero")} (${quote("name")}) VALUES ('x')`;
}

async function fillCycle(database: TestDatabase): Promise<void> {
  const quote = quoted(database);
  for (const [table, columns, values] of [
    ["a", "id", "1"],
    ["c", "id, a_id", "1, 1"],
    ["b", "id, c_id", "1, 1"],
    ["child", "id, b_id", "1, 1"],
  ] as const) {
    await database.command(`INSERT INTO ${quote(table)} (${columns}) VALUES (${values})`);
  }
  await database.command(`UPDATE ${quote("a")} SET b_id = 1, a_id = 1`);
}

describe("names", () => {
  test("T18 long names from the convention are cut to the database's length, and stay different", () => {
    const long = "a".repeat(60);
    const metadata = new MetaData();
    const { table } = defineTable(
      { name: long, columns: [id, column("b".repeat(30), integer()), column(`${"b".repeat(30)}c`, integer())] },
      metadata,
    );
    table.define({ indexes: [index([by(table, "b".repeat(30))]), index([by(table, `${"b".repeat(30)}c`)])] });
    for (const dialect of dialects) {
      const names = table.indexes.map((one) => dialect.ddl.names.index(table, one, metadata));
      expect(new Set(names).size).toBe(2);
      for (const name of names)
        expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(dialect.maxIdentifierLength);
      expect(() => createStatements(metadata, dialect)).not.toThrow();
    }
  });

  test("shortenName counts bytes and cuts no character in two", () => {
    expect(shortenName("short", 63)).toBe("short");
    const cut = shortenName("é".repeat(40), 63);
    expect(cut).toMatch(/^é{27}_[0-9a-f]{8}$/);
    expect(shortenName("é".repeat(41), 63)).not.toBe(cut);
  });

  test("a written name that the database would cut is an error", () => {
    const metadata = new MetaData();
    defineTable({ name: "é".repeat(32), columns: [id] }, metadata);
    const [, postgresql] = dialects;
    expect(() => createStatements(metadata, postgresql as never)).toThrow(SchemaDefinitionError);
    expect(() => createStatements(metadata, postgresql as never)).toThrow(
      /has 64 bytes, and the database takes at most 63\. Shorten it\./,
    );
  });

  test.each(dialects)("$name: two constraints of one name are an error", (dialect) => {
    const metadata = new MetaData();
    const { table } = defineTable({ name: "hero", columns: [id, column("name", varchar(10))] }, metadata);
    table.define({
      indexes: [index([by(table, "name")], { name: "twice" }), index([by(table, "id")], { name: "twice" })],
    });
    expect(() => createStatements(metadata, dialect)).toThrow(
      "Two constraints or indexes of table 'hero' are named 'twice'. Give one of them a name of its own. [E101]",
    );
  });
});

test("V04 an action of a foreign key is one of the list", () => {
  for (const dialect of dialects) {
    const metadata = new MetaData();
    metadata.add(
      new Table({
        name: "hero",
        columns: [id, column("team_id", integer())],
        foreignKeys: [foreignKey(["team_id"], "hero", ["id"], { onDelete: "CASCADE; DROP TABLE hero" as never })],
      }),
    );
    expect(() => createStatements(metadata, dialect)).toThrow(SchemaDefinitionError);
  }
});
