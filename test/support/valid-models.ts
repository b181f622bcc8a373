/** Models with a column of most kinds, and what is wrong with an object; for the unit tests of src/model/. */
import { z } from "zod";
import { MetaData } from "../../src/metadata/meta-data.ts";
import { ValidationError } from "../../src/model/errors.ts";
import { field, generated, now, primaryKey } from "../../src/model/field.ts";
import { many, one } from "../../src/model/relationship.ts";
import { tableFor } from "../../src/model/table.ts";
import { sql } from "../../src/sql/expression/operators.ts";

const table = tableFor(new MetaData());

export class Team extends table(
  "team",
  { id: primaryKey(), name: field(z.string().max(50), { unique: true }) },
  { heroes: () => many(Hero, { backPopulates: "team" }) },
) {}

export class Hero extends table(
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

/** What a Hero needs. */
export const valid = { name: "Deadpond", secretName: "Dive" };

/** The problems that `make` is refused with, by field. */
export function problemsOf(make: () => unknown): Record<string, string> {
  try {
    make();
  } catch (error) {
    if (error instanceof ValidationError)
      return Object.fromEntries(error.problems.map((problem) => [problem.field, problem.message]));
    throw error;
  }
  return {};
}
