import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MetaData } from "../metadata/meta-data.ts";
import { sql } from "../sql/expression/operators.ts";
import type { AnyModel } from "./any.ts";
import { mapperOf, mappers } from "./configure.ts";
import { registerModels } from "./definition.ts";
import { discriminator, field, generated, primaryKey, version } from "./field.ts";
import type { Relationship } from "./mapper.ts";
import { many, one } from "./relationship.ts";
import { foreignKey, index, polymorphicIdentity, polymorphicOn, schema, unique } from "./table-args.ts";
import { inherit, tableFor } from "./table.ts";

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

describe("mistakes", () => {
  type Make = (table: ReturnType<typeof tableFor>) => AnyModel;
  const cases: [string, string, Make][] = [
    [
      "several foreign keys",
      'Order.address could follow any of 2 foreign keys: order(billingId) and order(shippingId). Say which by foreignKey: "billingId".',
      (table) => {
        class Address extends table("address", { id }) {}
        class Order extends table(
          "order",
          {
            id,
            billingId: field(z.int(), { foreignKey: "address.id" }),
            shippingId: field(z.int(), { foreignKey: "address.id" }),
          },
          { address: () => one(Address) },
        ) {}
        return Order;
      },
    ],
    [
      "no foreign key",
      "Hero.team has no foreign key to follow between 'hero' and 'team'. Add one, such as teamId: field(z.int(), { foreignKey: \"team.id\" }) of Hero.",
      (table) => {
        class Team extends table("team", { id }) {}
        class Hero extends table("hero", { id }, { team: () => one(Team) }) {}
        return Hero;
      },
    ],
    [
      "a foreign key that names no table",
      "refers to table 'teams', which no model defines. Did you mean 'team'?",
      (table) => {
        class Team extends table("team", { id }) {}
        class Hero extends table(
          "hero",
          { id, teamId: field(z.int(), { foreignKey: "teams.id" }) },
          { team: () => one(Team) },
        ) {}
        return Hero;
      },
    ],
    [
      "foreignKey that is no property",
      "foreignKey names 'temId', which is no property of Hero or Team. Did you mean 'teamId'?",
      (table) => {
        class Team extends table("team", { id }) {}
        class Hero extends table(
          "hero",
          { id, teamId: field(z.int(), { foreignKey: "team.id" }) },
          { team: () => one(Team, { foreignKey: "temId" }) },
        ) {}
        return Hero;
      },
    ],
    [
      "foreignKey that is no foreign key",
      "foreignKey 'age' is no foreign key between Hero and Team",
      (table) => {
        class Team extends table("team", { id }) {}
        class Hero extends table(
          "hero",
          { id, age: z.int(), teamId: field(z.int(), { foreignKey: "team.id" }) },
          { team: () => one(Team, { foreignKey: "age" }) },
        ) {}
        return Hero;
      },
    ],
    [
      "backPopulates that does not exist",
      "Hero.team has backPopulates 'heros', but Team has no relationship of that name. Did you mean 'heroes'?",
      (table) => {
        class Team extends table("team", { id }, { heroes: () => many(Hero) }) {}
        class Hero extends table(
          "hero",
          { id, teamId: field(z.int(), { foreignKey: "team.id" }) },
          { team: () => one(Team, { backPopulates: "heros" as "heroes" }) },
        ) {}
        return Hero;
      },
    ],
    [
      "backPopulates that names a column",
      "which is a column of Team",
      (table) => {
        class Team extends table("team", { id, name: z.string() }) {}
        class Hero extends table(
          "hero",
          { id, teamId: field(z.int(), { foreignKey: "team.id" }) },
          { team: () => one(Team, { backPopulates: "name" }) },
        ) {}
        return Hero;
      },
    ],
    [
      "backPopulates that is not mutual",
      "Hero.team has backPopulates 'heroes', but Team.heroes does not name it back. Add backPopulates: \"team\" to Team.heroes.",
      (table) => {
        class Team extends table("team", { id }, { heroes: () => many(Hero) }) {}
        class Hero extends table(
          "hero",
          { id, teamId: field(z.int(), { foreignKey: "team.id" }) },
          { team: () => one(Team, { backPopulates: "heroes" }) },
        ) {}
        return Hero;
      },
    ],
    [
      "two sides that both have the key",
      "Node.left and Node.right name each other, but both have the foreign key",
      (table) => {
        class Node extends table(
          "node",
          {
            id,
            leftId: field(z.int().nullable(), { foreignKey: "node.id" }),
            rightId: field(z.int().nullable(), { foreignKey: "node.id" }),
          },
          {
            left: () => one(Node, { foreignKey: "leftId", backPopulates: "right" }).nullable(),
            right: () => one(Node, { foreignKey: "rightId", backPopulates: "left" }).nullable(),
          },
        ) {}
        return Node;
      },
    ],
    [
      "two sides of different keys",
      "follow different foreign keys",
      (table) => {
        class Address extends table(
          "address",
          { id },
          { orders: () => many(Order, { foreignKey: "shippingId", backPopulates: "billing" }) },
        ) {}
        class Order extends table(
          "order",
          {
            id,
            billingId: field(z.int(), { foreignKey: "address.id" }),
            shippingId: field(z.int(), { foreignKey: "address.id" }),
          },
          { billing: () => one(Address, { foreignKey: "billingId", backPopulates: "orders" }) },
        ) {}
        return Order;
      },
    ],
    [
      "a nullable key behind a relationship that is not",
      "Hero.team may be null, because teamId may. Add .nullable(): one(Team, {…}).nullable().",
      (table) => {
        class Team extends table("team", { id }) {}
        class Hero extends table(
          "hero",
          { id, teamId: field(z.int().nullable(), { foreignKey: "team.id" }) },
          { team: () => one(Team) },
        ) {}
        return Hero;
      },
    ],
    [
      "one to one without the key that is not nullable",
      "User.profile may be null: nothing makes sure that there is a Profile for each User.",
      (table) => {
        class User extends table("user", { id }, { profile: () => one(Profile) }) {}
        class Profile extends table("profile", { id, userId: field(z.int(), { foreignKey: "user.id" }) }) {}
        return User;
      },
    ],
    [
      "a link table with two keys to one side",
      "Person.friends could follow any of 2 foreign keys",
      (table) => {
        class Person extends table("person", { id }, { friends: () => many(Person, { through: Friendship }) }) {}
        class Friendship extends table("friendship", {
          a: field(z.int(), { primaryKey: true, foreignKey: "person.id" }),
          b: field(z.int(), { primaryKey: true, foreignKey: "person.id" }),
        }) {}
        return Person;
      },
    ],
    [
      "a link table without a key",
      "Hero.powers goes through 'link', which has no foreign key to 'power'",
      (table) => {
        class Power extends table("power", { id }) {}
        class Link extends table("link", { heroId: field(z.int(), { primaryKey: true, foreignKey: "hero.id" }) }) {}
        class Hero extends table("hero", { id }, { powers: () => many(Power, { through: Link }) }) {}
        return Hero;
      },
    ],
    [
      "an unknown cascade",
      "Team.heroes: Invalid cascade option(s): 'fake'.",
      (table) => {
        class Team extends table("team", { id }, { heroes: () => many(Hero, { cascade: ["fake" as "all"] }) }) {}
        class Hero extends table("hero", { id, teamId: field(z.int(), { foreignKey: "team.id" }) }) {}
        return Team;
      },
    ],
    [
      "delete-orphan alone",
      'Team.heroes: the cascade "delete-orphan" needs "delete".',
      (table) => {
        class Team extends table("team", { id }, { heroes: () => many(Hero, { cascade: ["delete-orphan"] }) }) {}
        class Hero extends table("hero", { id, teamId: field(z.int(), { foreignKey: "team.id" }) }) {}
        return Team;
      },
    ],
    [
      "delete-orphan on the many side",
      'Hero.team: "delete-orphan" needs an object that belongs to one parent only',
      (table) => {
        class Team extends table("team", { id }) {}
        class Hero extends table(
          "hero",
          { id, teamId: field(z.int(), { foreignKey: "team.id" }) },
          { team: () => one(Team, { cascade: "all, delete-orphan" }) },
        ) {}
        return Hero;
      },
    ],
    [
      'passiveDeletes: "all" with a delete cascade',
      "Leave one of them out.",
      (table) => {
        class Team extends table(
          "team",
          { id },
          { heroes: () => many(Hero, { cascade: "all", passiveDeletes: "all" }) },
        ) {}
        class Hero extends table("hero", { id, teamId: field(z.int(), { foreignKey: "team.id" }) }) {}
        return Team;
      },
    ],
    [
      "viewonly with a writing cascade",
      'Team.heroes is viewonly, so it cannot have the cascade "save-update", "merge", "delete".',
      (table) => {
        class Team extends table("team", { id }, { heroes: () => many(Hero, { cascade: "all", viewonly: true }) }) {}
        class Hero extends table("hero", { id, teamId: field(z.int(), { foreignKey: "team.id" }) }) {}
        return Team;
      },
    ],
    [
      "a target that is no model",
      "Expected a model, a class that extends table(…), not the function or class Date.",
      (table) => {
        class Hero extends table("hero", { id }, { team: () => one(Date) }) {}
        return Hero;
      },
    ],
    [
      "a function that returns no relationship",
      "Hero.team is no relationship. Write team: () => one(Target, {…})",
      (table) => {
        class Hero extends table("hero", { id }, { team: () => "Team" }) {}
        return Hero;
      },
    ],
  ];
  test.each(cases)("%s", (_, words, make) => {
    const model = make(tableFor(new MetaData()));
    expect(() => mapperOf(model)).toThrow(words);
    // Nothing of a failed attempt stays.
    expect(() => mapperOf(model)).toThrow(words);
  });

  test("a class that does not exist yet is named, and found once it does", () => {
    const table = tableFor(new MetaData());
    class Team extends table("team", { id }, { heroes: () => many(Hero) }) {}
    expect(() => new Team({})).toThrow("Team.heroes refers to a class that does not exist yet");
    class Hero extends table("hero", { id, teamId: field(z.int(), { foreignKey: "team.id" }) }) {}
    expect(new Team({}).heroes).toEqual([]);
    expect(new Hero({ teamId: 1 }).teamId).toBe(1);
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

describe("inheritance", () => {
  const table = tableFor(new MetaData());
  class Employee extends table(
    "employee",
    { id, type: discriminator(), name: z.string(), companyId: field(z.int().nullable(), { foreignKey: "company.id" }) },
    { company: () => one(Company, { backPopulates: "employees" }).nullable() },
  ) {
    get badge(): string {
      return `${this.name} (${this.type})`;
    }
    static hello(): string {
      return "hello";
    }
  }
  class Company extends table("company", { id }, { employees: () => many(Employee, { backPopulates: "company" }) }) {}
  class Manager extends inherit(
    Employee,
    "manager",
    { budget: z.int() },
    { reports: () => many(Engineer, { backPopulates: "manager" }) },
  ) {}
  class Engineer extends inherit(
    Employee,
    "engineer",
    { language: z.string(), managerId: field(z.int().nullable(), { foreignKey: "manager.id" }) },
    { manager: () => one(Manager, { backPopulates: "reports" }).nullable() },
  ) {}
  class LeadEngineer extends inherit(Engineer, { level: z.int() }) {
    static override readonly tableArgs = [polymorphicIdentity("lead")];
  }

  test("joined-table: a table of its own, whose key is that of its parent", () => {
    registerModels(LeadEngineer);
    expect(Manager.table.columns.map(({ name, identity }) => [name, identity])).toEqual([
      ["id", undefined],
      ["budget", undefined],
    ]);
    expect(Manager.table.foreignKeys).toMatchObject([
      { columns: ["id"], referredTable: "employee", referredColumns: ["id"], onDelete: "CASCADE" },
    ]);
    const mapper = mapperOf(Manager);
    expect(mapper.tables).toEqual([Employee.table, Manager.table]);
    expect(mapper.attributes.map(({ key }) => key)).toEqual(["id", "type", "name", "companyId", "budget"]);
    expect(mapper.attributeByKey.get("id")?.columns.map(({ node }) => node.from)).toEqual([
      Employee.table,
      Manager.table,
    ]);
    expect(mapper.primaryKey.map(({ key }) => key)).toEqual(["id"]);
  });

  test("single-table: its columns are its parent's, and may be NULL there", () => {
    expect(LeadEngineer.table).toBe(Engineer.table);
    expect(Engineer.table.column("level").nullable).toBe(true);
    expect(() => new LeadEngineer({ name: "x", language: "ts" } as never)).toThrow("LeadEngineer.level: is required");
  });

  test("the tree is known from every place", () => {
    const mapper = mapperOf(Employee);
    expect(mapper.selfAndDescendants.map(({ name }) => name).sort()).toEqual([
      "Employee",
      "Engineer",
      "LeadEngineer",
      "Manager",
    ]);
    expect(mapper.selfAndDescendants.map(({ polymorphicIdentity: identity }) => identity).sort()).toEqual([
      "employee",
      "engineer",
      "lead",
      "manager",
    ]);
    expect(mapperOf(Manager).root).toBe(mapper);
    expect(mapperOf(LeadEngineer).parent).toBe(mapperOf(Engineer));
  });

  test("objects have what their parents have", () => {
    const manager = new Manager({ name: "max", budget: 3, company: new Company({}) });
    expect(manager.badge).toBe("max (manager)");
    expect(manager).toBeInstanceOf(Employee);
    expect(Manager.hello()).toBe("hello");
    expect(Object.keys(Manager.c)).toEqual(["id", "type", "name", "companyId", "budget"]);
    expect(Object.keys(Manager.schema.shape)).toEqual(["id", "type", "name", "companyId", "budget"]);
    expect(Object.keys(Manager.createSchema.shape)).toEqual(["name", "companyId", "budget"]);
    expect(() => new Manager({ name: "x", budget: 1, type: "engineer" })).toThrow(
      'Manager.type: is "manager" for every Manager',
    );
    expect(relationship(Manager, "company")).toBe(relationship(Employee, "company"));
    expect(relationship(Manager, "reports").index).toBe(1);
    expect(pairs(relationship(Manager, "reports"))).toEqual(["id=managerId"]);
  });

  test("the column that tells classes apart may be one of the program's own", () => {
    const own = tableFor(new MetaData());
    class Shape extends own("shape", { id, kind: field(z.enum(["shape", "circle"]), { default: "shape" }) }) {
      static override readonly tableArgs = [polymorphicOn(Shape.c.kind)];
    }
    class Circle extends inherit(Shape, { radius: z.number() }) {}
    expect(new Circle({ radius: 1 }).kind).toBe("circle");
    expect(mapperOf(Shape).polymorphicOn?.key).toBe("kind");
  });

  test("mistakes", () => {
    const own = tableFor(new MetaData());
    class Plain extends own("plain", { id, name: z.string() }) {}
    class Below extends inherit(Plain, "below", { extra: z.int() }) {}
    expect(() => mapperOf(Below)).toThrow(
      "Plain has models below it, but no column that says of which of them a row is. Give it one: type: discriminator().",
    );
    expect(() => inherit(Plain, "twice", { name: z.string() })).toThrow("Plain has a property 'name' already");
    expect(() => inherit(Plain, "keyed", { other: primaryKey() })).toThrow("inherits that of Plain");

    const other = tableFor(new MetaData());
    class Base extends other("base", { id, type: discriminator() }) {}
    const unseen = inherit(Base, "unseen", {});
    expect(() => mapperOf(Base)).toThrow('The class that extends inherit(Base, "unseen", …) has not been used yet');
    class Seen extends unseen {}
    registerModels(Seen);
    expect(mapperOf(Base).selfAndDescendants).toHaveLength(2);
    class Same extends inherit(Base, "same", {}) {
      static override readonly tableArgs = [polymorphicIdentity("unseen")];
    }
    registerModels(Same);
    expect(() => mapperOf(Base)).toThrow('Seen and Same have the same polymorphic identity "unseen"');
    expect(() => inherit(Base, { late: z.int() })).toThrow("which has been used already");
  });
});
