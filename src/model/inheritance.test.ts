import { describe, expect, test } from "vitest";
import { z } from "zod";
import { entitySource } from "./entity-source.ts";
import { MetaData } from "../metadata/meta-data.ts";
import type { AnyModel } from "./any.ts";
import { mapperOf } from "./configure.ts";
import { registerModels } from "./definition.ts";
import { discriminator, field, primaryKey } from "./field.ts";
import type { Relationship } from "./mapper.ts";
import { many, one } from "./relationship.ts";
import { polymorphicIdentity, polymorphicOn } from "./table-args.ts";
import { inherit, tableFor } from "./table.ts";

const id = primaryKey();

function relationship(model: AnyModel, key: string): Relationship {
  const found = mapperOf(model).relationshipByKey.get(key);
  if (found === undefined) throw new Error(`no ${key}`);
  return found;
}

const pairs = (found: Relationship): string[] => found.pairs.map(({ local, remote }) => `${local.key}=${remote.key}`);

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
    expect(mapper.selfAndDescendants.map(({ polymorphicIdentity: identity }) => String(identity)).sort()).toEqual([
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

  test("models below a relationship's target are known when its rows are read", () => {
    const own = tableFor(new MetaData());
    class Owner extends own("owner", { id }, { pets: () => many(Pet) }) {}
    class Pet extends own("pet", {
      id,
      type: discriminator(),
      ownerId: field(z.int(), { foreignKey: "owner.id" }),
    }) {}
    expect(new Owner({}).pets).toEqual([]);
    class Dog extends inherit(Pet, "dog", { barks: z.boolean() }) {}
    const { target } = relationship(Owner, "pets");
    expect(() => entitySource(target)).toThrow('The class that extends inherit(Pet, "dog", …) has not been used yet');
    registerModels(Dog);
    expect(entitySource(target).columns.map(({ name }) => name)).toEqual(["id", "type", "owner_id", "barks"]);
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
