/** Models of most suite files: teams, heroes, powers, and the link between the last two. */
import { field, many, one, primaryKey, table } from "sqlmodel";
import { z } from "zod";

export class Team extends table(
  "team",
  {
    id: primaryKey(),
    name: field(z.string().max(50), { unique: true }),
    headquarters: z.string().default("unknown"),
  },
  {
    heroes: () => many(Hero, { backPopulates: "team" }),
  },
) {}

export class Hero extends table(
  "hero",
  {
    id: primaryKey(),
    name: field(z.string().max(50), { index: true }),
    secretName: field(z.string().default("nobody"), { hidden: true }),
    age: z.int().nullable(),
    teamId: field(z.int().nullable(), { foreignKey: "team.id", index: true }),
  },
  {
    team: () => one(Team, { backPopulates: "heroes" }).nullable(),
    powers: () => many(Power, { through: HeroPower, backPopulates: "heroes" }),
  },
) {
  get isAdult() {
    return (this.age ?? 0) >= 18;
  }
}

export class HeroPower extends table("hero_power", {
  heroId: field(z.int(), { primaryKey: true, foreignKey: "hero.id" }),
  powerId: field(z.int(), { primaryKey: true, foreignKey: "power.id" }),
}) {}

export class Power extends table(
  "power",
  {
    id: primaryKey(),
    label: field(z.string().max(50), { unique: true }),
  },
  {
    heroes: () => many(Hero, { through: HeroPower, backPopulates: "powers" }),
  },
) {}
