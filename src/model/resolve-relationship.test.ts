import { describe, expect, test } from "vitest";
import { z } from "zod";
import { MetaData } from "../metadata/meta-data.ts";
import type { AnyModel } from "./any.ts";
import { mapperOf } from "./configure.ts";
import { field, primaryKey } from "./field.ts";
import { many, one } from "./relationship.ts";
import { tableFor } from "./table.ts";

const id = primaryKey();

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
