/** What is read back makes the same database again, and `Inspector` answers in a fixed number of queries. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databases, type TestDatabase } from "../../test/support/dialects.ts";
import { column, element, id } from "../../test/support/tables.ts";
import type { Io } from "../io/io.ts";
import type { Catalog } from "../metadata/catalog.ts";
import type { ForeignKeyConstraint, Index, IndexColumn } from "../metadata/constraint.ts";
import { createAllIo, dropAllIo } from "../metadata/ddl/create-all.ts";
import { MissingObjectError } from "../metadata/errors.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { Table } from "../metadata/table.ts";
import type { Dialect } from "../dialect/dialect.ts";
import { nextValue, Sequence } from "../metadata/sequence.ts";
import { func } from "../sql/expression/functions.ts";
import { literal, sql } from "../sql/expression/operators.ts";
import {
  array,
  bigint,
  boolean,
  bytea,
  date,
  decimal,
  double,
  enumType,
  integer,
  jsonb,
  text,
  time,
  timestamp,
  uuid,
  varchar,
} from "../sql/type/types.ts";
import { Inspector } from "./inspector.ts";
import { metaDataOf } from "./reflect.ts";

function foreignKey(
  columns: readonly string[],
  referredTable: string,
  referredColumns: readonly string[],
  rest: Partial<ForeignKeyConstraint> = {},
): ForeignKeyConstraint {
  const [onDelete, onUpdate, deferrable, name] = [undefined, undefined, undefined, undefined];
  return { kind: "foreignKey", name, columns, referredTable, referredColumns, onDelete, onUpdate, deferrable, ...rest };
}
const by = (table: Table, name: string, direction: "asc" | "desc" = "asc"): IndexColumn => ({
  expression: table.column(name).node,
  direction,
  nulls: undefined,
});
const index = (columns: readonly IndexColumn[], rest: Partial<Index> = {}): Index => ({
  kind: "index",
  name: undefined,
  columns,
  unique: false,
  method: undefined,
  where: undefined,
  include: [],
  ...rest,
});

/** One of everything that MetaData has a word for. */
function heroes({ namedEnums: hasArrays, sequences: hasSequences }: Dialect["capabilities"]): MetaData {
  const metadata = new MetaData();
  const badges = new Sequence(`Badge's "no" \`x\``, {
    start: 100,
    increment: 5,
    maxValue: 1000,
    cache: 3,
    cycle: true,
  });
  const moods = enumType(["sad", "it's ok"], { name: "Mood of heroes" });
  const hero = new Table({
    name: "Hero's",
    comment: "Who saves 'the' day",
    columns: [
      id,
      column("name", varchar(50), { nullable: false, comment: "Not the \\ secret one" }),
      column("team_a", integer()),
      column("team_b", varchar(20)),
      column("status", moods, { nullable: false, serverDefault: literal("it's ok", moods).node }),
      column("rank", enumType(["a", "b"])),
      column("loud", boolean(), { nullable: false, serverDefault: literal(true).node }),
      column("price", decimal(10, 2), { serverDefault: literal("1.50", decimal(10, 2)).node }),
      column("data", jsonb(), { serverDefault: literal({ a: "it's" }, jsonb()).node }),
      column("raw", bytea()),
      column("motto", varchar(200), { serverDefault: literal("it's (a) \\ `motto`").node }),
      column("story", text()),
      column("made_at", timestamp(), { nullable: false, serverDefault: func.now().node }),
      column("born", date()),
      column("wakes", time()),
      column("speed", double()),
      column("key", uuid()),
      column("age", integer(), { serverDefault: sql`1 + 1`.node }),
      ...(hasSequences ? [column("badge", bigint(), { serverDefault: nextValue(badges).node })] : []),
      column("twice", integer(), { computed: { expression: sql`age * 2`.node, stored: true } }),
      ...(hasArrays
        ? [column("moods", array(enumType(["x", "y"], { name: "only in arrays" }))), column("tags", array(varchar(10)))]
        : []),
    ],
    foreignKeys: [foreignKey(["team_a", "team_b"], "team", ["a", "b"], { onDelete: "CASCADE", onUpdate: "CASCADE" })],
    uniques: [{ kind: "unique", name: undefined, columns: ["name", "age"] }],
  });
  hero.define({
    checks: [{ kind: "check", name: "age_positive", condition: element<number>(hero, "age").gt(0).node }],
    indexes: [
      index([by(hero, "name"), by(hero, "made_at", "desc")]),
      index([by(hero, "key")], { unique: true, name: "one_key" }),
    ],
  });
  if (hasArrays) {
    const doubled = sql<number>`${element<number>(hero, "age")} + 1`.node;
    hero.define({
      exclusions: [
        {
          kind: "exclusion",
          name: "one of a kind",
          method: "btree",
          elements: [
            { expression: hero.column("key").node, operator: "=" },
            { expression: doubled, operator: "=" },
            { expression: func.lower(element<string>(hero, "story")).node, operator: "=" },
          ],
          where: element<number>(hero, "age").gt(0).node,
          deferrable: "deferred",
        },
      ],
    });
  }
  metadata.add(hero);
  metadata.add(
    new Table({
      name: "team",
      columns: [
        column("a", integer(), { nullable: false, primaryKey: true }),
        column("b", varchar(20), { nullable: false, primaryKey: true }),
      ],
    }),
  );
  if (hasSequences) void new Sequence("alone", { increment: -1, metadata });
  metadata.add(new Table({ name: "no key", columns: [column("select", integer())] }));
  return metadata;
}

/** The result of `work`, and how often it asked the driver. */
function* counted<T>(work: Io<T>): Io<{ readonly result: T; readonly requests: number }> {
  let requests = 0;
  let step = work.next(undefined as never);
  while (step.done !== true) {
    requests += 1;
    step = work.next((yield step.value) as never);
  }
  return { result: step.value, requests };
}

describe.each(databases)("$name", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  const inspected = (): Promise<{ readonly result: Catalog; readonly requests: number }> =>
    database.run(({ dialect, driverConnection }) => counted(dialect.migrations.inspect(driverConnection, {})));

  test("what is reflected makes the same tables again", async () => {
    const { dialect } = database;
    const metadata = heroes(dialect.capabilities);
    await database.run((connection) => createAllIo(metadata, connection));
    const before = (await inspected()).result;
    const reflected = metaDataOf(before, dialect);
    expect(reflected.tables.map(({ name }) => name).toSorted()).toEqual(["Hero's", "no key", "team"]);
    const sequenceNames = metadata.sequences.map(({ name }) => name).toSorted();
    expect(reflected.sequences.map(({ name }) => name).toSorted()).toEqual(sequenceNames);
    await database.run((connection) => dropAllIo(reflected, connection));
    expect((await inspected()).result).toMatchObject({ tables: [], enums: [], sequences: [] });
    for (const statement of reflected.createStatements(dialect)) await database.command(statement);
    const withoutSql = ({ tables, ...rest }: Catalog): unknown => ({
      ...rest,
      tables: tables.map((table) => ({ ...table, sql: undefined })),
    });
    expect(withoutSql((await inspected()).result)).toEqual(withoutSql(before));
    await database.run((connection) => dropAllIo(metadata, connection));
  });

  test("Inspector answers by name, and knows what is near a name that is missing", async () => {
    const metadata = heroes(database.dialect.capabilities);
    await database.run((connection) => createAllIo(metadata, connection));
    await database.command("CREATE VIEW heroes AS SELECT 1 AS one");
    const inspector = new Inspector((await inspected()).result);
    expect(inspector.getTableNames().toSorted()).toEqual(["Hero's", "no key", "team"]);
    expect([inspector.hasTable("team"), inspector.hasTable("Team"), inspector.hasTable("team", "app")]).toEqual([
      true,
      false,
      false,
    ]);
    expect(inspector.getColumns("team").map(({ name }) => name)).toEqual(["a", "b"]);
    expect(inspector.getPrimaryKey("team")?.columns).toEqual(["a", "b"]);
    expect(inspector.getPrimaryKey("no key")).toBeUndefined();
    expect(inspector.getForeignKeys("Hero's")).toMatchObject([{ referred: { name: "team" }, onDelete: "CASCADE" }]);
    expect(inspector.getUniqueConstraints("Hero's").map(({ columns }) => columns)).toContainEqual(["name", "age"]);
    expect(inspector.getCheckConstraints("Hero's").map(({ name }) => name)).toContain("ck_Hero's_age_positive");
    expect(inspector.getIndexes("Hero's").length).toBeGreaterThan(0);
    expect(inspector.getViewNames()).toEqual(["heroes"]);
    expect(inspector.getMaterializedViewNames()).toEqual([]);
    expect(inspector.getViewDefinition("heroes")).toMatch(/view/i);
    expect(inspector.getEnums().map(({ name }) => name)).toEqual(
      database.dialect.capabilities.namedEnums ? ["Mood of heroes", "only in arrays"] : [],
    );
    expect(inspector.getSequenceNames().toSorted()).toEqual(
      database.dialect.capabilities.sequences ? [`Badge's "no" \`x\``, "alone"] : [],
    );
    expect(inspector.getSchemaNames()).toEqual([]);
    if (inspector.getTableComment("Hero's") !== undefined)
      expect(inspector.getTableComment("Hero's")).toBe("Who saves 'the' day");
    expect(() => inspector.getTable("teem")).toThrow(MissingObjectError);
    expect(() => inspector.getColumns("teem")).toThrow(/no table 'teem'.*'team'/);
    expect(() => inspector.getViewDefinition("heros")).toThrow(/no view 'heros'.*'heroes'/);
    await database.command("DROP VIEW heroes");
    await database.run((connection) => dropAllIo(metadata, connection));
  });

  test("3 tables or 100: as many queries", async () => {
    const tables = new MetaData();
    const add = (from: number, to: number): void => {
      for (let number = from; number < to; number += 1) {
        const name = `t${String(number).padStart(3, "0")}`;
        const columns = [id, column("parent", integer()), column("name", varchar(20))];
        const uniques = [{ kind: "unique", name: undefined, columns: ["name"] }] as const;
        tables.add(
          new Table({
            name,
            columns,
            uniques,
            foreignKeys: number === 0 ? [] : [foreignKey(["parent"], "t000", ["id"])],
          }),
        );
      }
    };
    add(0, 3);
    await database.run((connection) => createAllIo(tables, connection));
    const few = await inspected();
    add(3, 100);
    await database.run((connection) => createAllIo(tables, connection));
    const many = await inspected();
    await database.run((connection) => dropAllIo(tables, connection));
    expect([few.result.tables.length, many.result.tables.length]).toEqual([3, 100]);
    expect(many.requests).toBe(few.requests);
  }, 60_000);
});
