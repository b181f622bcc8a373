import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MetaData } from "../metadata/meta-data.ts";
import { sql } from "../sql/expression/operators.ts";
import { decimal } from "../sql/type/types.ts";
import { registerModels } from "./definition.ts";
import { ModelDefinitionError, ValidationError } from "./errors.ts";
import { discriminator, field, generated, now, primaryKey, version } from "./field.ts";
import { many, one } from "./relationship.ts";
import { check, comment, foreignKey, index, schema, unique } from "./table-args.ts";
import { tableFor } from "./table.ts";

const table = tableFor(new MetaData());

class Team extends table(
  "team",
  { id: primaryKey(), name: field(z.string().max(50), { unique: true }) },
  { heroes: () => many(Hero, { backPopulates: "team" }) },
) {}

class Hero extends table(
  "hero",
  {
    id: primaryKey(),
    name: field(z.string().max(50).trim(), { index: true }),
    secretName: field(z.string(), { hidden: true }),
    age: z.int().nullable(),
    alignment: z.enum(["good", "bad"]).default("good"),
    tags: field(z.array(z.string()), { default: ["new"] }),
    settings: z.object({ theme: z.string(), size: z.number().optional() }).nullable(),
    createdAt: field(z.date(), { serverDefault: now() }),
    initial: generated(z.string(), (c) => sql`substr(${c["name"]}, 1, 1)`),
    teamId: field(z.int().nullable(), { foreignKey: "team.id", onDelete: "SET NULL" }),
  },
  { team: () => one(Team, { backPopulates: "heroes" }).nullable() },
) {
  get label(): string {
    return `${this.name} (${String(this.age)})`;
  }
}

const valid = { name: "Deadpond", secretName: "Dive" };

function problemsOf(make: () => unknown): Record<string, string> {
  try {
    make();
  } catch (error) {
    if (error instanceof ValidationError)
      return Object.fromEntries(error.problems.map((problem) => [problem.field, problem.message]));
    throw error;
  }
  return {};
}

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

describe("tableArgs", () => {
  test("are read when the model is first used", () => {
    const metadata = new MetaData();
    class Line extends tableFor(metadata)("line", {
      orderId: field(z.int(), { primaryKey: true, foreignKey: true }),
      number: field(z.int(), { primaryKey: true, foreignKey: true }),
      amount: z.int(),
      note: z.string().nullable(),
    }) {
      static override readonly tableArgs = [
        unique(Line.c.orderId, Line.c.note).name("one_note").nullsNotDistinct(),
        check("positive", Line.c.amount.gt(0)),
        index(Line.c.amount.desc(), sql`lower(${Line.c.note})`)
          .where(Line.c.note.isNotNull())
          .using("btree")
          .include(Line.c.number)
          .unique()
          .name("by_amount"),
        foreignKey([Line.c.orderId, Line.c.number], "parent", ["a", "b"], {
          onDelete: "CASCADE",
          deferrable: "deferred",
        }),
        schema("app"),
        comment("lines of orders"),
      ];
    }
    expect(Line.table.uniques).toEqual([]);
    const [found] = metadata.tables;
    expect(found).toBe(Line.table);
    expect(found).toMatchObject({
      fullName: "app.line",
      comment: "lines of orders",
      uniques: [{ name: "one_note", columns: ["order_id", "note"], nullsNotDistinct: true }],
      checks: [{ name: "positive" }],
      indexes: [
        {
          name: "by_amount",
          unique: true,
          method: "btree",
          include: ["number"],
          columns: [{ direction: "desc" }, { direction: "asc" }],
        },
      ],
      foreignKeys: [
        {
          columns: ["order_id", "number"],
          referredTable: "parent",
          referredColumns: ["a", "b"],
          onDelete: "CASCADE",
          deferrable: "deferred",
        },
      ],
    });
  });

  test("that come too late are refused, with the way out", () => {
    const metadata = new MetaData();
    class Late extends tableFor(metadata)("late", { id: primaryKey() }) {
      static override readonly tableArgs = [comment("never read")];
    }
    expect(metadata.tables).toHaveLength(1);
    expect(() => new Late({})).toThrow("createAll(engine, { models: [Late] }), or registerModels(Late)");
  });

  test("of registered models are read", () => {
    const metadata = new MetaData();
    class Early extends tableFor(metadata)("early", { id: primaryKey() }) {
      static override readonly tableArgs = [comment("read")];
    }
    registerModels(Early);
    expect(metadata.tables[0]?.comment).toBe("read");
  });

  test("that are none are refused", () => {
    const metadata = new MetaData();
    class Wrong extends tableFor(metadata)("wrong", { id: primaryKey() }) {
      static override readonly tableArgs = ["name"] as never;
    }
    registerModels(Wrong);
    expect(() => metadata.tables).toThrow("Wrong.tableArgs holds a string");
  });

  test("must have the foreign key that fields speak of", () => {
    const metadata = new MetaData();
    class Part extends tableFor(metadata)("part", {
      id: primaryKey(),
      orderId: field(z.int(), { foreignKey: true }),
    }) {}
    registerModels(Part);
    expect(() => metadata.tables).toThrow("Part.orderId has foreignKey: true");
  });
});

describe("new", () => {
  test("applies defaults, trims, and leaves what the database makes", () => {
    const hero = new Hero({ ...valid, name: "  Deadpond " });
    expect({ ...hero }).toEqual({
      id: undefined,
      name: "Deadpond",
      secretName: "Dive",
      age: null,
      alignment: "good",
      tags: ["new"],
      settings: null,
      createdAt: undefined,
      initial: undefined,
      teamId: null,
    });
    expect(hero.label).toBe("Deadpond (null)");
    expect(hero).toBeInstanceOf(Hero);
  });

  test("gives all objects the same properties in the same order", () => {
    const all = [new Hero(valid), new Hero({ teamId: 1, secretName: "x", name: "y", id: 3 })];
    expect(new Set(all.map((hero) => Object.keys(hero).join())).size).toBe(1);
  });

  test("does not share a default object", () => {
    const [left, right] = [new Hero(valid), new Hero(valid)];
    left.tags.push("changed");
    expect(right.tags).toEqual(["new"]);
  });

  test("names every problem at once", () => {
    const problems = problemsOf(
      () =>
        new Hero({
          nam: "x",
          name: "x".repeat(51),
          secretName: undefined,
          age: "35",
          settings: { theme: 3 },
          initial: "D",
          team: new Hero(valid),
        } as never),
    );
    expect(problems).toEqual({
      nam: "is no property of Hero. Did you mean 'name'?",
      name: "Too big: expected string to have <=50 characters",
      secretName: "is undefined. Leave it out.",
      age: "Invalid input: expected number, received string",
      "settings.theme": "Invalid input: expected string, received number",
      initial: "is computed by the database. Leave it out.",
      team: "expected a Team, received a Hero",
    });
  });

  test("names the model in its message, and never a value", () => {
    expect(() => new Hero({ ...valid, age: "secret" } as never)).toThrow(
      /^Hero is not valid:\n  Hero\.age: (?!.*secret)/,
    );
  });

  test.each([
    [
      "undefined for a nullable column",
      { ...valid, age: undefined },
      { age: "is undefined. Leave it out, or give null." },
    ],
    [
      "null for a column that has none",
      { ...valid, name: null },
      { name: "Invalid input: expected string, received null" },
    ],
    ["a default of undefined", { ...valid, alignment: undefined }, { alignment: "is undefined. Leave it out." }],
    [
      "a NUL character",
      { ...valid, name: "a\0b" },
      { name: "contains the character U+0000, which databases cannot store" },
    ],
    [
      "half a surrogate pair",
      { ...valid, name: "\ud83d" },
      { name: "contains half of a surrogate pair, which is no character" },
    ],
    [
      "NUL inside JSON",
      { ...valid, settings: { theme: "\0" } },
      { "settings.theme": "contains the character U+0000, which databases cannot store" },
    ],
    [
      "NUL inside an array",
      { ...valid, tags: ["ok", "\0"] },
      { "tags.1": "contains the character U+0000, which databases cannot store" },
    ],
    ["an array for a relationship to one", { ...valid, team: [] }, { team: "expected a Team, received an array" }],
    ["undefined for a relationship", { ...valid, team: undefined }, { team: "is undefined. Leave it out." }],
    ["a key of the prototype", { ...valid, toString: 1 }, { toString: "is no property of Hero." }],
  ])("refuses %s", (_, init, expected) => {
    expect(problemsOf(() => new Hero(init as never))).toEqual(expected);
  });

  test("refuses what is no object", () => {
    for (const init of ["x", 3, null, [valid]])
      expect(() => new Hero(init as never)).toThrow("expected an object of properties");
  });

  test("does not touch prototypes", () => {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    const body: unknown = JSON.parse(
      '{"name":"x","secretName":"y","__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}',
    );
    expect(Object.keys(problemsOf(() => new Hero(body as never))).sort()).toEqual(["__proto__", "constructor"]);
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
    expect("isAdmin" in {}).toBe(false);
  });

  test("builds a graph, both sides at once", () => {
    const team = new Team({ name: "x", heroes: [new Hero(valid)] });
    expect((team.heroes as Hero[])[0]?.team).toBe(team);
    const hero = new Hero({ ...valid, team });
    expect(team.heroes).toContain(hero);
  });

  test("takes values between program and database as the program has them", () => {
    const moment = z.codec(z.iso.datetime(), z.date(), {
      decode: (text) => new Date(text),
      encode: (date) => date.toISOString(),
    });
    class Event extends table("event", { id: primaryKey(), at: moment, name: z.string().brand<"Name">() }) {}
    const event = new Event({ at: new Date(0), name: "x" });
    expect(event.at).toEqual(new Date(0));
    expect(Object.keys(problemsOf(() => new Event({ at: "1970-01-01T00:00:00.000Z", name: "x" } as never)))).toEqual([
      "at",
    ]);
    expect(JSON.stringify(event)).toBe('{"at":"1970-01-01T00:00:00.000Z","name":"x"}');
  });

  test("waits for no asynchronous check", () => {
    class Slow extends table("slow", {
      id: primaryKey(),
      name: z.string().refine(async () => Promise.resolve(true)),
    }) {}
    expect(() => new Slow({ name: "x" })).toThrow("asynchronous check");
  });
});

describe("Zod objects", () => {
  test("have the columns that their users give or see", () => {
    expect(Object.keys(Hero.schema.shape)).toEqual(Hero.table.columns.map(({ key }) => key));
    expect(Object.keys(Hero.createSchema.shape)).not.toContain("id");
    expect(Object.keys(Hero.createSchema.shape)).not.toContain("initial");
    expect(Object.keys(Hero.updateSchema.shape)).not.toContain("id");
    expect(Object.keys(Hero.publicSchema.shape)).not.toContain("secretName");
  });

  test("createSchema takes what a client gives", () => {
    expect(Hero.createSchema.parse({ ...valid, id: 4, isAdmin: true })).toEqual({ ...valid, alignment: "good" });
    expect(Hero.createSchema.safeParse({ name: "x" }).success).toBe(false);
    expect(Hero.createSchema.safeParse({ ...valid, age: undefined }).success).toBe(false);
    expect(new Hero(Hero.createSchema.parse(valid)).name).toBe("Deadpond");
  });

  test("updateSchema applies no default", () => {
    expect(Hero.updateSchema.parse({ age: 3 })).toEqual({ age: 3 });
  });

  test("can be picked, omitted and extended", () => {
    expect(Object.keys(Hero.publicSchema.pick({ name: true }).extend({ extra: z.string() }).shape)).toEqual([
      "name",
      "extra",
    ]);
  });

  test("can be described as JSON Schema, with what they were given", () => {
    class Described extends table("described", {
      id: primaryKey(),
      at: z.date().describe("when").nullable(),
      big: z.bigint().meta({ examples: ["1"] }),
      at2: z.codec(z.iso.datetime(), z.date(), {
        decode: (text) => new Date(text),
        encode: (date) => date.toISOString(),
      }),
    }) {}
    for (const schema of [Described.schema, Described.createSchema, Described.updateSchema, Described.publicSchema]) {
      expect(z.toJSONSchema(schema)).toMatchObject({
        properties: {
          at: { anyOf: [{ type: "string", format: "date-time", description: "when" }, { type: "null" }] },
          big: { type: "string", format: "int64", examples: ["1"] },
          at2: { type: "string", format: "date-time" },
        },
      });
    }
  });

  test("the class is a Standard Schema", async () => {
    const standard = Hero["~standard"];
    expect(standard).toMatchObject({ version: 1, vendor: "sqlmodel" });
    const good = await standard.validate(valid);
    expect(good.issues === undefined && good.value).toBeInstanceOf(Hero);
    const bad = await standard.validate({ name: 3, secretName: "a\0" });
    expect(bad.issues?.map((issue) => issue.path)).toEqual([["name"]]);
    const late = await standard.validate({ name: "x", secretName: "a\0" });
    expect(late.issues?.map((issue) => issue.path)).toEqual([["secretName"]]);
    expect(standard.jsonSchema.input({ target: "draft-2020-12" })).toMatchObject({
      type: "object",
      required: ["name", "secretName"],
    });
    expect(standard.jsonSchema.output({ target: "draft-07" })).not.toHaveProperty("properties.secretName");
    expect(() => standard.jsonSchema.output({ target: "x" })).toThrow("'x' is not one of");
  });
});

describe("JSON and consoles", () => {
  test("show what is not hidden and what is loaded, without going round", () => {
    const team = new Team({ name: "x", heroes: [new Hero(valid)] });
    expect(JSON.parse(JSON.stringify(team))).toEqual({
      name: "x",
      heroes: [{ name: "Deadpond", age: null, alignment: "good", tags: ["new"], settings: null, teamId: null }],
    });
    expect(JSON.stringify((team.heroes as Hero[])[0])).toContain('"team":{"name":"x"}');
  });

  test("write bigints, bytes and dates as text", () => {
    class Raw extends table("raw", {
      id: primaryKey(),
      big: z.bigint(),
      bytes: z.instanceof(Uint8Array),
      at: z.date(),
    }) {}
    const raw = new Raw({ big: 2n ** 60n, bytes: new Uint8Array([1, 2, 255]), at: new Date(0) });
    expect(raw.toJSON()).toEqual({ big: "1152921504606846976", bytes: "AQL/", at: "1970-01-01T00:00:00.000Z" });
  });

  test("a console shows no hidden value", () => {
    const hero = new Hero({ ...valid, team: new Team({ name: "x" }) });
    expect(inspect(hero)).toMatch(/^Hero \{/);
    expect(inspect(hero)).toContain("secretName: [hidden]");
    expect(inspect(hero)).toContain("team: <Team id=?>");
    expect(inspect(hero)).not.toContain("Dive");
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
