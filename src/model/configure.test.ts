import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MetaData } from "../metadata/meta-data.ts";
import { sql } from "../sql/expression/operators.ts";
import type { AnyModel } from "./any.ts";
import { mapperOf, mappers } from "./configure.ts";
import { field, generated, primaryKey, version } from "./field.ts";
import type { Relationship } from "./mapper.ts";
import { many, one } from "./relationship.ts";
import { foreignKey, index, schema, unique } from "./table-args.ts";
import { tableFor } from "./table.ts";

const id = primaryKey();

function relationship(model: AnyModel, key: string): Relationship {
  const found = mapperOf(model).relationshipByKey.get(key);
  if (found === undefined) throw new Error(`no ${key}`);
  return found;
}

const pairs = (found: Relationship): string[] => found.pairs.map(({ local, remote }) => `${local.key}=${remote.key}`);

describe("direction", () => {
  const table = tableFor(new MetaData());
  class Team extends table("team", { id }, { heroes: () => many(Hero, { backPopulates: "team" }) }) {}
  class Hero extends table(
    "hero",
    {
      id,
      teamId: field(z.int().nullable(), { foreignKey: "team.id" }),
      bossId: field(z.int().nullable(), { foreignKey: "hero.id" }),
    },
    {
      team: () => one(Team, { backPopulates: "heroes" }).nullable(),
      boss: () => one(Hero, { backPopulates: "minions" }).nullable(),
      minions: () => many(Hero, { backPopulates: "boss" }),
      passport: () => one(Passport, { backPopulates: "hero" }).nullable(),
      powers: () => many(Power, { through: HeroPower, backPopulates: "heroes" }),
      friends: () =>
        many(Hero, {
          through: Friendship,
          foreignKey: "heroId",
          otherForeignKey: "friendId",
          backPopulates: "friendOf",
        }),
      friendOf: () => many(Hero, { through: Friendship, backPopulates: "friends" }),
    },
  ) {}
  class Passport extends table(
    "passport",
    { id, heroId: field(z.int(), { foreignKey: "hero.id", unique: true }) },
    { hero: () => one(Hero, { backPopulates: "passport" }) },
  ) {}
  class Power extends table(
    "power",
    { id },
    { heroes: () => many(Hero, { through: HeroPower, backPopulates: "powers" }) },
  ) {}
  class HeroPower extends table("hero_power", {
    heroId: field(z.int(), { primaryKey: true, foreignKey: "hero.id" }),
    powerId: field(z.int(), { primaryKey: true, foreignKey: "power.id" }),
  }) {}
  class Friendship extends table("friendship", {
    heroId: field(z.int(), { primaryKey: true, foreignKey: "hero.id" }),
    friendId: field(z.int(), { primaryKey: true, foreignKey: "hero.id" }),
  }) {}

  test("many to one and one to many follow the foreign key", () => {
    expect(relationship(Hero, "team")).toMatchObject({ direction: "manyToOne", isMany: false, isNullable: true });
    expect(relationship(Team, "heroes")).toMatchObject({ direction: "oneToMany", isMany: true });
    expect(pairs(relationship(Hero, "team"))).toEqual(["teamId=id"]);
    expect(pairs(relationship(Team, "heroes"))).toEqual(["id=teamId"]);
  });

  test("of two sides of one table, one() has the key", () => {
    expect(relationship(Hero, "boss").direction).toBe("manyToOne");
    expect(relationship(Hero, "minions").direction).toBe("oneToMany");
  });

  test("one to one is one() on the side without the key", () => {
    expect(relationship(Hero, "passport")).toMatchObject({ direction: "oneToMany", isMany: false });
    expect(relationship(Passport, "hero")).toMatchObject({ direction: "manyToOne", isNullable: false });
  });

  test("many to many goes through the link table", () => {
    const { direction, secondary } = relationship(Hero, "powers");
    expect(direction).toBe("manyToMany");
    expect(secondary?.table).toBe(HeroPower.table);
    expect(secondary?.parentPairs.map(({ attribute, link }) => `${attribute.key}=${link.name}`)).toEqual([
      "id=hero_id",
    ]);
    expect(secondary?.targetPairs.map(({ attribute, link }) => `${attribute.key}=${link.name}`)).toEqual([
      "id=power_id",
    ]);
  });

  test("many to many with itself, the other side being the mirror image", () => {
    const links = (key: string): (string | undefined)[] => {
      const { secondary } = relationship(Hero, key);
      return [secondary?.parentPairs[0]?.link.name, secondary?.targetPairs[0]?.link.name];
    };
    expect(links("friends")).toEqual(["hero_id", "friend_id"]);
    expect(links("friendOf")).toEqual(["friend_id", "hero_id"]);
  });

  test("both sides know each other", () => {
    for (const [model, key, other] of [
      [Hero, "team", "heroes"],
      [Hero, "boss", "minions"],
      [Hero, "passport", "hero"],
      [Hero, "powers", "heroes"],
      [Hero, "friends", "friendOf"],
    ] as const) {
      expect(relationship(model, key).reverse?.key).toBe(other);
      expect(relationship(model, key).reverse?.reverse).toBe(relationship(model, key));
    }
  });

  test("positions are those in the mapper", () => {
    const { relationships, attributes } = mapperOf(Hero);
    expect(relationships.map(({ index: position }) => position)).toEqual(relationships.map((_, position) => position));
    expect(attributes.map(({ index: position }) => position)).toEqual([0, 1, 2]);
    expect(mappers()).toContain(mapperOf(Hero));
  });
});

describe("several paths", () => {
  const table = tableFor(new MetaData());
  class Address extends table("address", { id }, { billed: () => many(Order, { backPopulates: "billing" }) }) {}
  class Order extends table(
    "order",
    {
      id,
      billingId: field(z.int(), { foreignKey: "address.id" }),
      shippingId: field(z.int().nullable(), { foreignKey: "address.id" }),
    },
    {
      billing: () => one(Address, { foreignKey: "billingId", backPopulates: "billed" }),
      shipping: () => one(Address, { foreignKey: "shippingId" }).nullable(),
    },
  ) {}

  test("are told apart by foreignKey, which one side may leave to the other", () => {
    expect(pairs(relationship(Order, "billing"))).toEqual(["billingId=id"]);
    expect(pairs(relationship(Order, "shipping"))).toEqual(["shippingId=id"]);
    expect(pairs(relationship(Address, "billed"))).toEqual(["id=billingId"]);
  });

  test("one to one within one table", () => {
    const own = tableFor(new MetaData());
    class Node extends own(
      "node",
      { id, nextId: field(z.int().nullable(), { foreignKey: "node.id", unique: true }) },
      {
        next: () => one(Node, { foreignKey: "nextId", backPopulates: "previous" }).nullable(),
        previous: () => one(Node, { backPopulates: "next" }).nullable(),
      },
    ) {}
    expect(relationship(Node, "next").direction).toBe("manyToOne");
    expect(relationship(Node, "previous").direction).toBe("oneToMany");
  });

  test("composite keys are followed whole", () => {
    const own = tableFor(new MetaData());
    class Line extends own("line", {
      orderId: field(z.int(), { primaryKey: true }),
      number: field(z.int(), { primaryKey: true }),
    }) {}
    class Note extends own(
      "note",
      { id, orderId: field(z.int(), { foreignKey: true }), number: field(z.int(), { foreignKey: true }) },
      { line: () => one(Line, { foreignKey: ["number", "orderId"] }) },
    ) {
      static override readonly tableArgs = [
        foreignKey([Note.c.orderId, Note.c.number], "line", [Line.c.orderId, Line.c.number]),
      ];
    }
    expect(pairs(relationship(Note, "line"))).toEqual(["orderId=orderId", "number=number"]);
  });

  test("tables of a schema refer to each other without naming it", () => {
    const own = tableFor(new MetaData());
    class Parent extends own("parent", { id }) {
      static override readonly tableArgs = [schema("app")];
    }
    class Child extends own(
      "child",
      { id, parentId: field(z.int(), { foreignKey: "parent.id" }) },
      { parent: () => one(Parent) },
    ) {
      static override readonly tableArgs = [schema("app")];
    }
    expect(pairs(relationship(Child, "parent"))).toEqual(["parentId=id"]);
  });
});

describe("mappers", () => {
  const table = tableFor(new MetaData());
  class Item extends table("item", {
    id,
    code: field(z.string(), { unique: true }),
    kind: z.string(),
    name: z.string(),
    made: field(z.string(), { default: () => "x", hidden: true }),
    changed: field(z.int(), { onUpdate: () => 1, serverDefault: 0 }),
    upper: generated(z.string(), sql`upper(name)`),
    version: version(),
  }) {
    static override readonly tableArgs = [
      unique(Item.c.kind, Item.c.name),
      index(Item.c.kind).unique(),
      index(Item.c.name).unique().where(Item.c.kind.eq("x")),
      index(sql`lower(${Item.c.name})`).unique(),
    ];
  }

  test("say how each column gets its value", () => {
    const facts = Object.fromEntries(
      mapperOf(Item).attributes.map((attribute) => [
        attribute.key,
        [
          attribute.serverGenerated,
          attribute.computed,
          attribute.serverOnUpdate,
          attribute.hidden,
          attribute.makeDefault?.(),
          attribute.makeOnUpdate?.(),
        ],
      ]),
    );
    expect(facts).toMatchObject({
      id: [true, false, false, false, undefined, undefined],
      made: [false, false, false, true, "x", undefined],
      changed: [true, false, false, false, undefined, 1],
      upper: [false, true, true, false, undefined, undefined],
      version: [false, false, false, false, 1, undefined],
    });
    expect(mapperOf(Item).version?.key).toBe("version");
  });

  test("know which values are unique together", () => {
    expect(mapperOf(Item).uniqueSets.map((set) => set.map(({ key }) => key))).toEqual([
      ["code"],
      ["kind", "name"],
      ["kind"],
    ]);
  });

  test("check values as they are, without changing them", () => {
    class Trimmed extends table("trimmed", {
      id,
      name: z.string().trim().max(3),
      age: z.coerce.number(),
      caught: z.string().catch("c"),
      note: z.string().nullable(),
    }) {}
    const mapper = mapperOf(Trimmed);
    const entity = new Trimmed({ name: "abc", age: 3, caught: "x", note: null });
    expect(mapper.validate(entity)).toEqual([]);
    Object.assign(entity, { name: "  ab ", age: "3", caught: 5, note: undefined });
    expect(mapper.validate(entity).map((problem) => [problem.field, problem.message])).toEqual([
      ["age", "expected a number, received a string"],
      ["caught", "expected a string, received a number"],
      ["note", "is undefined. Give it null."],
    ]);
    expect(mapper.validate(entity, new Set(["name"]))).toEqual([]);
    expect(entity.name).toBe("  ab ");
  });

  test("make blank objects of the class, without its constructor", () => {
    const { entity } = mapperOf(Item).blank();
    expect(entity).toBeInstanceOf(Item);
    expect(Object.keys(entity)).toEqual(mapperOf(Item).attributes.map(({ key }) => key));
  });
});
