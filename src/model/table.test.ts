import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MetaData } from "../metadata/meta-data.ts";
import { decimal } from "../sql/type/types.ts";
import { ModelDefinitionError } from "./errors.ts";
import { discriminator, field, now, primaryKey, version } from "./field.ts";
import { one } from "./relationship.ts";
import { tableFor } from "./table.ts";
import { Hero, problemsOf, Team } from "../../test/support/valid-models.ts";

const table = tableFor(new MetaData());

describe("the table", () => {
  test("has the columns that the Zod types say, by their snake_case names", () => {
    expect(Hero.table.columns.map(({ name, type, nullable }) => [name, type.kind, nullable])).toEqual([
      ["id", "integer", false],
      ["name", "text", false],
      ["secret_name", "text", false],
      ["age", "integer", true],
      ["alignment", "enum", false],
      ["tags", "array", false],
      ["settings", "json", true],
      ["created_at", "timestamp", false],
      ["initial", "text", false],
      ["team_id", "integer", true],
    ]);
    expect(Hero.table.column("id").identity).toEqual({ always: false });
    expect(Hero.table.column("created_at").serverDefault).toMatchObject({ kind: "function", name: "now" });
    expect(Hero.table.column("initial").computed?.expression).toMatchObject({ kind: "template" });
    expect(Hero.table.primaryKey.columns).toEqual(["id"]);
  });

  test("has the constraints of its fields", () => {
    expect(Hero.table.foreignKeys).toMatchObject([
      { columns: ["team_id"], referredTable: "team", referredColumns: ["id"], onDelete: "SET NULL" },
    ]);
    expect(Hero.table.indexes.map((one) => one.columns.map(({ expression }) => expression))).toEqual([
      [Hero.table.column("name").node],
    ]);
    expect(Team.table.uniques).toMatchObject([{ columns: ["name"] }]);
  });

  test("has a key that the program makes, where it is a uuid", () => {
    class Item extends table("item", { id: primaryKey(z.uuid()) }) {}
    class Other extends table("other_item", { id: primaryKey(z.uuidv4()) }) {}
    class Code extends table("code", { code: primaryKey(z.string()) }) {}
    expect(new Item({}).id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7/);
    expect(new Other({}).id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4/);
    expect(new Code({ code: "x" }).code).toBe("x");
    expect(problemsOf(() => new Code({} as never))).toEqual({ code: "is required" });
  });

  test("takes names and types of its own", () => {
    class Price extends table("price", {
      id: primaryKey(),
      amount: field(z.string(), { name: "the_amount", type: decimal(10, 2), comment: "in euro" }),
      HTTPCode: z.int(),
    }) {}
    expect(Price.table.columns.map(({ name }) => name)).toEqual(["id", "the_amount", "http_code"]);
    expect(Price.table.column("the_amount")).toMatchObject({ type: decimal(10, 2), comment: "in euro" });
  });

  test("is known to its MetaData", () => {
    const metadata = new MetaData();
    const own = tableFor(metadata);
    own("first", { id: primaryKey() });
    own("second", { id: primaryKey() });
    expect(metadata.tables.map(({ name }) => name)).toEqual(["first", "second"]);
    own("first", { id: primaryKey() });
    expect(() => metadata.tables).toThrow("Two tables are named 'first'");
  });
});

describe("definitions that cannot work", () => {
  const make = (columns: object, relationships?: object) => (): unknown =>
    tableFor(new MetaData())("broken", columns as never, relationships as never);
  const id = primaryKey();
  test.each([
    ["no primary key", { name: z.string() }, "has no primary key. Give it one: id: primaryKey()."],
    ["two counted keys", { id, other: primaryKey() }, "several columns that the database counts up: 'id' and 'other'"],
    ["optional", { id, name: z.string().optional() }, "Field 'name' of table 'broken' may be undefined"],
    [
      "a column that is none",
      { id, name: "text" },
      "Field 'name' of table 'broken' is neither a Zod type nor a field(…)",
    ],
    ["no SQL type", { id, name: z.set(z.string()) }, "Field 'name' of table 'broken' is a Set"],
    [
      "nullable key",
      { id: field(z.int().nullable(), { primaryKey: true }) },
      "is nullable, but part of the primary key",
    ],
    ["unknown option", { id, name: field(z.string(), { indx: true } as never) }, "Did you mean 'index'?"],
    ["index and unique", { id, name: field(z.string(), { index: true, unique: true }) }, "leave 'index' out"],
    [
      "onDelete without key",
      { id, name: field(z.string(), { onDelete: "CASCADE" }) },
      "has 'onDelete' but no foreign key",
    ],
    [
      "SET NULL on a column that has none",
      { id, teamId: field(z.int(), { foreignKey: "team.id", onDelete: "SET NULL" }) },
      "Make its Zod type .nullable()",
    ],
    [
      "SET DEFAULT without default",
      { id, teamId: field(z.int(), { foreignKey: "team.id", onDelete: "SET DEFAULT" }) },
      "Add serverDefault",
    ],
    [
      "a wrong action",
      { id, teamId: field(z.int(), { foreignKey: "team.id", onDelete: "CASCAD" as never }) },
      "Did you mean 'CASCADE'?",
    ],
    [
      "a foreign key without column",
      { id, teamId: field(z.int(), { foreignKey: "team" }) },
      'Write it as "table.column"',
    ],
    [
      "a wrong default",
      { id, age: field(z.int(), { default: "x" as never }) },
      "has a default that its own Zod type refuses",
    ],
    ["SQL as a program's default", { id, at: field(z.date(), { default: now() as never }) }, "goes into serverDefault"],
    ["uuid of a version nobody makes", { id: primaryKey(z.uuid({ version: "v1" })) }, "Give it a default"],
    ["a reserved name", { id, toJSON: z.string() }, "has a property 'toJSON', which is reserved"],
    ["a prototype's name", { id, ["__proto__"]: z.string() }, "has a property '__proto__', which is reserved"],
    ["a number as a name", { id, 0: z.string() }, "is no identifier"],
    ["one column name twice", { id, userId: z.int(), user_id: z.int() }, "two columns named 'user_id'"],
    ["two versions", { id, a: version(), b: version() }, "two version columns"],
    ["two discriminators", { id, a: discriminator(), b: discriminator() }, "two discriminator columns"],
  ])("%s", (_, columns, words) => {
    expect(make(columns)).toThrow(words);
  });

  test("relationships that are none, or take a column's name", () => {
    expect(make({ id }, { team: one(Team) })).toThrow("Relationship 'team' of table 'broken' is no function");
    expect(make({ id, team: z.int() }, { team: () => one(Team) })).toThrow("a column and a relationship named 'team'");
  });

  test("two classes for one table", () => {
    const Base = table("shared", { id: primaryKey() });
    class First extends Base {}
    class Second extends Base {}
    expect(new First({})).toBeInstanceOf(Base);
    expect(() => new Second({})).toThrow('First and Second both extend one table("shared", …)');
  });

  test("a class of the program's own may extend a model", () => {
    class Special extends Team {}
    expect(new Special({ name: "x" })).toBeInstanceOf(Team);
    expect(Special.c).toBe(Team.c);
  });

  test("errors are of one class", () => {
    expect(make({})).toThrow(ModelDefinitionError);
  });
});
