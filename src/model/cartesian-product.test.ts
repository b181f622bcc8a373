/** Which statements combine rows that nothing connects. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { mysqlDialect } from "../dialect/mysql/dialect.ts";
import { postgresqlDialect } from "../dialect/postgresql/dialect.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { func } from "../sql/expression/functions.ts";
import { and, exists, literal, not, or, sql } from "../sql/expression/operators.ts";
import { integer, json, text } from "../sql/type/types.ts";
import { deleteFrom } from "./delete.ts";
import { alias } from "./entity.ts";
import { field, primaryKey } from "./field.ts";
import { merge } from "./merge.ts";
import { many } from "./relationship.ts";
import { select } from "./select.ts";
import { union } from "./select-base.ts";
import { generateSeries, jsonEach, unnest } from "./table-function.ts";
import { tableFor } from "./table.ts";
import { update } from "./update.ts";
import { values } from "./values.ts";

const table = tableFor(new MetaData());
class Team extends table("team", { id: primaryKey(), name: z.string() }, { heroes: () => many(Hero) }) {}
class Hero extends table("hero", {
  id: primaryKey(),
  name: z.string(),
  age: z.int().nullable(),
  data: z.record(z.string(), z.number()),
  teamId: field(z.int().nullable(), { foreignKey: "team.id" }),
}) {}
class Power extends table("power", { id: primaryKey(), heroId: z.int(), teamId: z.int() }) {}

const { c } = Hero;
const t = Team.c;
const p = Power.c;
const dialects = [postgresqlDialect(), mysqlDialect({ version: "8.4.0" })];

type Compilable = { compile: (dialect: (typeof dialects)[number]) => { readonly products: readonly unknown[] } };
const productsOf = (statement: Compilable): readonly unknown[] => statement.compile(dialects[0]!).products;

const other = alias(Hero, "other");
const perTeam = select({ teamId: c.teamId, size: func.count() }).groupBy(c.teamId).subquery("per_team");
const totals = select({ size: func.count(), oldest: func.max(c.age) })
  .from(Hero)
  .subquery("totals");
const grown = select({ id: c.id, teamId: c.teamId }).where(c.age.ge(18)).cte("grown");
const top = select({ name: c.name }).from(Hero).where(c.teamId.eq(t.id)).limit(2).lateral("top");
const free = select({ name: c.name }).from(Hero).limit(2).lateral("free");
const one = select({ floor: literal(18) }).cte("settings");
const oneRow = values({ low: integer() }, [{ low: 1 }]).as("bounds");
const rows = values({ low: integer() }, [{ low: 1 }, { low: 2 }]).as("bounds");

describe("what is told", () => {
  test.each<[string, Compilable, readonly (readonly string[])[]]>([
    ["two models and no condition", select(Hero, Team), [["hero"], ["team"]]],
    ["only one of them has a condition", select(Hero, Team).where(c.age.gt(3)), [["hero"], ["team"]]],
    ["each has its own", select(Hero.c.id, t.id).where(c.age.gt(3), t.name.eq("x")), [["hero"], ["team"]]],
    ["a model that stands in the condition only", select(Hero).where(t.name.eq("x")), [["hero"], ["team"]]],
    [
      "an OR of conditions on one each",
      select(Hero, Team).where(or(c.age.gt(3), t.name.eq("x"))),
      [["hero"], ["team"]],
    ],
    ["the wrong alias", select(other.c.id).where(c.age.gt(3)), [["other"], ["hero"]]],
    ["two of three are connected", select(Hero, Team, Power).where(c.teamId.eq(t.id)), [["hero", "team"], ["power"]]],
    [
      "a join beside another table",
      select(Hero.c.id, p.id).from(Power, Hero).join(Team),
      [["power"], ["hero", "team"]],
    ],
    ["from()", select(func.count()).from(Hero, Team), [["hero"], ["team"]]],
    ["a subquery", select(c.id, perTeam.c.size), [["hero"], ["per_team"]]],
    ["a common table expression", select(c.id, grown.c.id), [["hero"], ["grown"]]],
    ["a list of rows", select(c.id, rows.c.low), [["hero"], ["bounds"]]],
    ["LATERAL that reads nothing beside it", select(t.id, free.c.name), [["team"], ["free"]]],
    [
      "a function that reads nothing beside it",
      select(c.id, generateSeries(1, 3).as("days").c.value),
      [["hero"], ["days"]],
    ],
    [
      "a condition on the same table elsewhere",
      select(Hero.c.id, t.id).where(t.id.in(select(p.teamId)), c.id.in(select(p.heroId))),
      [["hero"], ["team"]],
    ],
    [
      "inside of a subquery",
      select(func.count()).from(select({ id: c.id, name: t.name }).subquery("both")),
      [["hero"], ["team"]],
    ],
    ["inside of EXISTS", select(p.id).where(exists(select(c.id, t.id).where(c.id.eq(p.heroId)))), [["hero"], ["team"]]],
    ["a query of a set operation", union(select(c.id).where(t.name.eq("x")), select(p.id)), [["hero"], ["team"]]],
  ])("%s", (_, statement, parts) => {
    for (const dialect of dialects) expect(statement.compile(dialect).products).toEqual([{ verb: "SELECT", parts }]);
  });

  test("update from and delete using", () => {
    expect(productsOf(update(Hero).values({ name: t.name }).from(Team).where(c.age.gt(3)))).toEqual([
      { verb: "UPDATE", parts: [["hero"], ["team"]] },
    ]);
    expect(productsOf(deleteFrom(Hero).using(Team).where(c.age.gt(3)))).toEqual([
      { verb: "DELETE", parts: [["hero"], ["team"]] },
    ]);
  });
});

describe("what is not", () => {
  test.each<[string, Compilable]>([
    ["a condition", select(Hero, Team).where(c.teamId.eq(t.id))],
    ["a condition that is no equality", select(Hero, Team).where(not(c.age.between(t.id, 90)))],
    ["one within OR", select(Hero, Team).where(or(c.teamId.eq(t.id), c.teamId.isNull()))],
    ["one in a chain", select(Hero, Team, Power).where(and(c.teamId.eq(t.id), p.heroId.eq(c.id)))],
    ["one with all of them", select(Hero, Team, Power).where(c.id.plus(t.id).eq(p.id))],
    ["a CASE", select(Hero, Team).where(func.coalesce(c.teamId, 0).eq(t.id))],
    ["a join", select(Hero, Team).join(Team)],
    ["a join on a condition on one side", select(Hero).outerJoin(other, other.c.id.eq(1))],
    ["crossJoin", select(Hero, Team).crossJoin(Team)],
    ["crossJoin of a subquery", select(c.id, perTeam.c.size).crossJoin(perTeam)],
    ["LATERAL that reads what is beside it", select(t.name, top.c.name)],
    ["LATERAL that is joined", select(t.name, top.c.name).outerJoin(top)],
    ["a function that reads what is beside it", select(c.id, jsonEach(c.data).as("d").c.key)],
    ["a list that reads what is beside it", select(c.id, unnest(c.data as never).as("d").c.value)],
    ["a correlated subquery", select(Hero).where(exists(select(t.id).where(t.id.eq(c.teamId))))],
    ["a relationship", select(Team).where(Team.r.heroes.any(c.age.gt(3)))],
    [
      "a subquery that reads both",
      select(Hero, Team).where(exists(select(p.id).where(p.heroId.eq(c.id), p.teamId.eq(t.id)))),
    ],
    [
      "tables of a subquery that are connected with what is around it",
      select(p.id).where(exists(select(c.id, t.id).where(c.id.eq(p.heroId), t.id.eq(p.teamId)))),
    ],
    ["a scalar subquery", select(c.id, select(func.count()).from(Team).scalarSubquery())],
    ["IN", select(Hero).where(c.teamId.in(select(t.id)))],
    ["IN over both", select(Hero, Team).where(c.teamId.in(select(p.id).where(p.teamId.eq(t.id))))],
    ["a common table expression with a condition", select(Team, grown.c.id).where(grown.c.teamId.eq(t.id))],
    ["aggregates of everything are one row", select(c.id, totals.c.size)],
    ["values without a table are one row", select(c.id).where(c.age.gt(one.c.floor))],
    ["a list of one row", select(c.id, oneRow.c.low)],
    ["text, which may say anything", select(Hero, Team).where(sql<boolean>`hero.team_id = team.id`)],
    ["text in an operand", select(Hero, Team).where(c.teamId.eq(sql<number>`team.id`))],
    ["text between columns", select(Hero, Team).where(sql<boolean>`${c.teamId} = ${t.id}`)],
    ["text within EXISTS", select(Hero, Team).where(exists(select(p.id).where(sql<boolean>`hero.id = team.id`)))],
    ["one table", select(Hero).where(c.age.gt(3))],
    ["no table", select(literal("x", text()), literal({}, json()))],
    ["update from", update(Hero).values({ name: t.name }).from(Team).where(c.teamId.eq(t.id))],
    ["update from one row", update(Hero).values({ age: totals.c.oldest }).from(totals).where(c.id.eq(1))],
    [
      "update from the row that a condition picks",
      update(Hero).values({ name: t.name }).from(Team).where(t.name.eq("x")),
    ],
    ["delete using", deleteFrom(Hero).using(Team).where(c.teamId.eq(t.id))],
    ["delete where", deleteFrom(Hero).where(exists(select(t.id).where(t.id.eq(c.teamId))))],
    ["merge", merge(Hero).using(Team).on(literal(true)).whenMatched().delete()],
  ])("%s", (_, statement) => {
    expect(productsOf(statement)).toEqual([]);
  });

  test("conditions by the thousand", () => {
    let condition = c.age.gt(0);
    for (let index = 0; index < 3000; index += 1) condition = or(condition, c.age.eq(index));
    expect(productsOf(select(Hero, Team).where(condition))).toHaveLength(1);
    expect(productsOf(select(Hero, Team).where(or(condition, c.id.eq(t.id))))).toEqual([]);
  });
});

test("the parts are those of the graph that conditions draw, wherever they stand", () => {
  const names = ["a", "b", "d", "e", "f"];
  const edge = fc.record({ from: fc.nat(4), to: fc.nat(4), place: fc.constantFrom("and", "or", "not", "exists") });
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 6 }), (edges) => {
      const aliases = names.map((name) => alias(Hero, name));
      let statement = select({ a: aliases[0]!.c.id }).from(...(aliases as never[]));
      for (const { from, to, place } of edges) {
        const [left, right] = [aliases[from]!.c, aliases[to]!.c];
        const equal = left.age.eq(right.id);
        statement = statement.where(
          place === "and"
            ? equal
            : place === "or"
              ? or(left.id.eq(1), equal)
              : place === "not"
                ? not(equal)
                : exists(select(p.id).where(p.heroId.eq(left.id), p.teamId.eq(right.id))),
        );
      }
      // Reference: names reach each other along edges.
      const reach = names.map((_, index) => new Set([index]));
      for (let round = 0; round < names.length; round += 1)
        for (const { from, to } of edges)
          for (const [x, y] of [
            [from, to],
            [to, from],
          ] as const)
            for (const member of reach[y]!) reach[x]!.add(member);
      const parts = [
        ...new Set(
          reach.map((set) =>
            [...set]
              .toSorted((x, y) => x - y)
              .map((index) => names[index]!)
              .join(),
          ),
        ),
      ];
      const found = productsOf(statement) as readonly { readonly parts: readonly (readonly string[])[] }[];
      expect(found.map((product) => product.parts.map((part) => [...part].toSorted().join()))).toEqual(
        parts.length === 1 ? [] : [parts],
      );
    }),
  );
});
