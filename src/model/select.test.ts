import { describe, expect, test } from "vitest";
import { z } from "zod";
import { postgresqlDialect } from "../dialect/postgresql/dialect.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { func } from "../sql/expression/functions.ts";
import { and, exists, or } from "../sql/expression/operators.ts";
import { registerModels } from "./definition.ts";
import { alias } from "./entity.ts";
import { discriminator, field, primaryKey } from "./field.ts";
import { joined, selectin } from "./loader-option.ts";
import { many, one } from "./relationship.ts";
import { select, type Select } from "./select.ts";
import { inherit, tableFor } from "./table.ts";

const dialect = postgresqlDialect();
const table = tableFor(new MetaData());

class Team extends table(
  "team",
  { id: primaryKey(), name: z.string() },
  { heroes: () => many(Hero, { backPopulates: "team" }) },
) {}
class Hero extends table(
  "hero",
  {
    id: primaryKey(),
    name: z.string(),
    age: z.int().nullable(),
    teamId: field(z.int().nullable(), { foreignKey: "team.id" }),
    bossId: field(z.int().nullable(), { foreignKey: "hero.id" }),
  },
  {
    team: () => one(Team, { backPopulates: "heroes" }).nullable(),
    boss: () => one(Hero, { backPopulates: "minions" }).nullable(),
    minions: () => many(Hero, { backPopulates: "boss" }),
    powers: () => many(Power, { through: HeroPower, backPopulates: "heroes" }),
  },
) {}
class Power extends table(
  "power",
  { id: primaryKey(), label: z.string() },
  { heroes: () => many(Hero, { through: HeroPower, backPopulates: "powers" }) },
) {}
class HeroPower extends table("hero_power", {
  heroId: field(z.int(), { primaryKey: true, foreignKey: "hero.id" }),
  powerId: field(z.int(), { primaryKey: true, foreignKey: "power.id" }),
}) {}
class Flight extends table("flight", {
  id: primaryKey(),
  fromId: field(z.int(), { foreignKey: "team.id" }),
  toId: field(z.int(), { foreignKey: "team.id" }),
}) {}

/** The SQL on one line, without quotes where they only disturb. */
function sqlOf(statement: { compile(d: typeof dialect): { readonly sql: string } }): string {
  return statement.compile(dialect).sql.replaceAll('"', "").replaceAll(/\s+/g, " ");
}

const columns = "hero.id, hero.name, hero.age, hero.team_id, hero.boss_id";

describe("select", () => {
  test("an entity, an expression, several, an object", () => {
    expect(sqlOf(select(Hero))).toBe(`SELECT ${columns} FROM hero`);
    expect(sqlOf(select(Hero.c.name))).toBe("SELECT hero.name FROM hero");
    expect(select(Hero).toQuery().shape).toEqual({ kind: "single" });
    expect(select(Hero, Team.c.name).toQuery().shape).toEqual({ kind: "tuple" });
    expect(select({ hero: Hero.c.name, team: Team }).toQuery()).toMatchObject({
      shape: { kind: "record", keys: ["hero", "team"] },
      items: [{ kind: "column" }, { kind: "entity" }],
    });
  });

  test("every clause", () => {
    const statement = select(Team.c.name, func.count(Hero.c.id))
      .join(Hero)
      .where(Hero.c.age.gt(3))
      .where(or(Team.c.name.eq("x"), Team.c.name.isNull()))
      .groupBy(Team.c.name)
      .having(func.count(Hero.c.id).gt(1))
      .orderBy(Team.c.name.desc())
      .orderBy(func.count(Hero.c.id))
      .limit(10)
      .offset(5)
      .distinct();
    expect(sqlOf(statement)).toBe(
      "SELECT DISTINCT team.name, count(hero.id) FROM team JOIN hero ON hero.team_id = team.id WHERE hero.age > $1 AND (team.name = $2 OR team.name IS NULL) " +
        "GROUP BY team.name HAVING count(hero.id) > $3 ORDER BY team.name DESC, count(hero.id) LIMIT $4 OFFSET $5",
    );
  });

  test("is immutable", () => {
    const base = select(Hero);
    base.where(Hero.c.age.gt(3)).limit(1);
    expect(sqlOf(base)).toBe(`SELECT ${columns} FROM hero`);
    expect(base.toQuery()).toBe(base.toQuery());
  });

  test("row locks", () => {
    expect(sqlOf(select(Hero.c.id).forUpdate({ skipLocked: true }))).toBe(
      "SELECT hero.id FROM hero FOR UPDATE SKIP LOCKED",
    );
    expect(sqlOf(select(Hero.c.id).forShare({ nowait: true }))).toBe("SELECT hero.id FROM hero FOR SHARE NOWAIT");
  });

  test("of no table, or of one that the items do not name", () => {
    expect(sqlOf(select(func.count()).from(Hero))).toBe("SELECT count(*) FROM hero");
    expect(sqlOf(select(func.count()).from(Hero).join(Team))).toBe(
      "SELECT count(*) FROM hero JOIN team ON hero.team_id = team.id",
    );
  });

  test("as a value and as a condition", () => {
    const oldest = select(func.max(Hero.c.age)).scalarSubquery();
    expect(sqlOf(select(Hero.c.name).where(Hero.c.age.eq(oldest as never)))).toContain(
      "WHERE hero.age = (SELECT max(hero.age) FROM hero)",
    );
    expect(sqlOf(select(Team.c.name).where(Team.c.id.in(select(Hero.c.id))))).toContain(
      "WHERE team.id IN (SELECT hero.id FROM hero)",
    );
    expect(sqlOf(select(Team.c.name).where(exists(select(Hero.c.id).where(Hero.c.teamId.eq(Team.c.id)))))).toContain(
      "WHERE EXISTS (SELECT hero.id FROM hero WHERE hero.team_id = team.id)",
    );
  });

  test.each([
    ["nothing", () => (select as (...items: unknown[]) => unknown)(), "select() takes at least one"],
    ["a string", () => select("hero" as never), "select() takes models, columns and expressions, not a string."],
    ["parsed JSON", () => select(JSON.parse('{"node":{"kind":"template","parts":["1"]}}') as never), "not a Object"],
    ["undefined in where", () => select(Hero).where(undefined as never), "where() takes SQL conditions"],
    ["a value that is undefined", () => select(Hero).where(Hero.c.age.eq(undefined as never)), "was given undefined"],
    [
      "an object as a value",
      () =>
        select(Hero)
          .where(Hero.c.name.eq({ not: "" } as never))
          .compile(dialect),
      "",
    ],
    ["a negative limit", () => select(Hero).limit(-1), "limit() takes a whole number of 0 or more, not -1."],
    ["an undefined limit", () => select(Hero).limit(undefined as never), "limit() takes a whole number"],
    ["a string as order", () => select(Hero).orderBy("name" as never), "orderBy() takes"],
    [
      "an unknown relationship",
      () => select(Hero).include({ teem: true } as never),
      "Hero has no relationship 'teem'. Did you mean 'team'?",
    ],
    [
      "an unknown nested relationship",
      () => select(Hero).include({ team: { heros: true } } as never),
      "Team has no relationship 'heros'. Did you mean 'heroes'?",
    ],
    [
      "a column to include",
      () => select(Hero).include({ name: true } as never),
      "'name' is a column of Hero and always loaded.",
    ],
    ["undefined to include", () => select(Hero).include({ team: undefined } as never), "'team' takes true"],
    [
      "include without an entity",
      () => (select(Hero.c.name) as unknown as Select<typeof Hero>).include({ team: true }),
      "include() is about a selected entity",
    ],
    [
      "an unknown column to load",
      () => select(Hero).loadOnly("nam" as "name"),
      "loadOnly(): Hero has no column 'nam'. Did you mean 'name'?",
    ],
    ["an unknown setting", () => selectin(true, { were: 1 } as never), "Did you mean 'where'?"],
    ["an undefined setting", () => selectin(true, { where: undefined } as never), "was given where: undefined"],
    ["a limit of none", () => selectin(true, { limit: 0 }), "a limit of 1 or more"],
  ])("refuses %s", (what, make, words) => {
    // A value of a wrong type is refused where it is bound, by the codec of its column.
    if (what === "an object as a value") expect(make).not.toThrow();
    else expect(make).toThrow(words);
  });
});

describe("joins", () => {
  test("on the only foreign key, of either side", () => {
    expect(sqlOf(select(Hero.c.name, Team.c.name).outerJoin(Team))).toBe(
      "SELECT hero.name, team.name FROM hero LEFT JOIN team ON hero.team_id = team.id",
    );
    expect(sqlOf(select(Team.c.name, Hero.c.name).join(Hero))).toBe(
      "SELECT team.name, hero.name FROM team JOIN hero ON hero.team_id = team.id",
    );
    expect(sqlOf(select(Team.c.name, Hero.c.name).outerJoin(Team))).toBe(
      "SELECT team.name, hero.name FROM hero LEFT JOIN team ON hero.team_id = team.id",
    );
  });

  test("on a condition, of every kind", () => {
    const on = Hero.c.name.eq(Team.c.name);
    expect(sqlOf(select(Hero.c.id).rightJoin(Team, on))).toContain("RIGHT JOIN team ON hero.name = team.name");
    expect(sqlOf(select(Hero.c.id).fullJoin(Team, and(on, Hero.c.age.gt(1))))).toContain(
      "FULL JOIN team ON hero.name = team.name AND hero.age > $1",
    );
  });

  test("along relationships", () => {
    expect(sqlOf(select(Hero.c.id).join(Hero.r.team))).toBe(
      "SELECT hero.id FROM hero JOIN team ON hero.team_id = team.id",
    );
    expect(sqlOf(select(Team.c.id).outerJoin(Team.r.heroes))).toBe(
      "SELECT team.id FROM team LEFT JOIN hero ON team.id = hero.team_id",
    );
    expect(sqlOf(select(Hero.c.id).join(Hero.r.powers))).toBe(
      "SELECT hero.id FROM hero JOIN hero_power ON hero.id = hero_power.hero_id JOIN power ON hero_power.power_id = power.id",
    );
  });

  test("to an alias", () => {
    const Boss = alias(Hero, "boss");
    expect(sqlOf(select(Hero.c.name, Boss.c.name).outerJoin(Boss, Hero.c.bossId.eq(Boss.c.id)))).toBe(
      "SELECT hero.name, boss.name FROM hero LEFT JOIN hero AS boss ON hero.boss_id = boss.id",
    );
    expect(sqlOf(select(Hero.c.name).join(Hero.r.boss.of(Boss)).join(Boss.r.team))).toBe(
      "SELECT hero.name FROM hero JOIN hero AS boss ON hero.boss_id = boss.id JOIN team ON boss.team_id = team.id",
    );
    expect(sqlOf(select(Boss).where(Boss.c.age.gt(1)))).toBe(
      "SELECT boss.id, boss.name, boss.age, boss.team_id, boss.boss_id FROM hero AS boss WHERE boss.age > $1",
    );
  });

  test("through one link table twice", () => {
    const Other = alias(Power, "other");
    expect(sqlOf(select(Hero.c.id).join(Hero.r.powers).join(Hero.r.powers.of(Other)))).toContain(
      "JOIN hero_power AS hero_power_3 ON hero.id = hero_power_3.hero_id JOIN power AS other ON hero_power_3.power_id = other.id",
    );
  });

  test.each([
    ["no foreign key", () => select(Hero).join(Flight), "There is no foreign key between 'flight' and 'hero'."],
    [
      "several foreign keys",
      () => select(Flight).join(Team),
      "any of 2 foreign keys: flight(from_id) and flight(to_id)",
    ],
    [
      "the same table twice",
      () => select(Hero).join(Hero),
      'Join it under another name: join(alias(Hero, "other"), …)',
    ],
    [
      "the same table twice, by a relationship",
      () => select(Hero).join(Hero.r.boss),
      'join(Hero.r.boss.of(…)) with alias(Hero, "other")',
    ],
    ["a relationship with a condition", () => select(Hero).join(Hero.r.team, Team.c.id.eq(1)), "takes no condition"],
    ["no model", () => select(Hero).join("team" as never), "join() takes a model or an alias of one, not a string."],
    ["an alias of another model", () => Hero.r.boss.of(alias(Team, "t")), 'takes an alias of Hero: alias(Hero, "…")'],
  ])("refuses %s", (_, make, words) => {
    expect(make).toThrow(words);
  });
});

describe("conditions on relationships", () => {
  test("ask for related rows", () => {
    expect(sqlOf(select(Team.c.id).where(Team.r.heroes.any(Hero.c.age.gt(3))))).toBe(
      "SELECT team.id FROM team WHERE EXISTS (SELECT 1 FROM hero WHERE team.id = hero.team_id AND hero.age > $1)",
    );
    expect(sqlOf(select(Hero.c.id).where(Hero.r.team.has()))).toBe(
      "SELECT hero.id FROM hero WHERE EXISTS (SELECT 1 FROM team WHERE hero.team_id = team.id)",
    );
  });

  test("through a link table", () => {
    expect(sqlOf(select(Hero.c.id).where(Hero.r.powers.any(Power.c.label.eq("fly"))))).toBe(
      "SELECT hero.id FROM hero WHERE EXISTS (SELECT 1 FROM power JOIN hero_power ON hero_power.power_id = power.id WHERE hero.id = hero_power.hero_id AND power.label = $1)",
    );
  });

  test("of a table with itself speak of the related row", () => {
    expect(sqlOf(select(Hero.c.id).where(Hero.r.minions.any(Hero.c.age.lt(18))))).toBe(
      "SELECT hero.id FROM hero WHERE EXISTS (SELECT 1 FROM hero AS minions_1 WHERE hero.id = minions_1.boss_id AND minions_1.age < $1)",
    );
  });
});

describe("what the ORM is to do", () => {
  test("loads, with their strategies", () => {
    const { options } = select(Team)
      .include({
        heroes: selectin(
          { powers: joined(), boss: { team: true } },
          { where: Hero.c.age.gt(1), orderBy: Hero.c.name, limit: 2 },
        ),
      })
      .toQuery();
    expect(options.loads).toMatchObject([
      {
        relationship: { key: "heroes" },
        strategy: "selectin",
        where: { kind: "binary" },
        orderBy: [{ kind: "order" }],
        limit: 2,
        children: [
          { relationship: { key: "powers" }, strategy: "joined", children: [] },
          { relationship: { key: "boss" }, strategy: "selectin", children: [{ relationship: { key: "team" } }] },
        ],
      },
    ]);
  });

  test("columns, reading only, overwriting", () => {
    expect(select(Hero).loadOnly("name").toQuery().options.columns).toEqual(new Set(["name", "id"]));
    expect(select(Hero).defer("age", "bossId").toQuery().options.columns).toEqual(new Set(["id", "name", "teamId"]));
    expect(select(Hero).readOnly().populateExisting().toQuery().options).toMatchObject({
      readOnly: true,
      populateExisting: true,
    });
  });
});

describe("inheritance", () => {
  const own = tableFor(new MetaData());
  class Company extends own(
    "company",
    { id: primaryKey() },
    { employees: () => many(Employee, { backPopulates: "company" }) },
  ) {}
  class Employee extends own(
    "employee",
    {
      id: primaryKey(),
      type: discriminator(),
      name: z.string(),
      companyId: field(z.int().nullable(), { foreignKey: "company.id" }),
    },
    { company: () => one(Company, { backPopulates: "employees" }).nullable() },
  ) {}
  class Manager extends inherit(
    Employee,
    "manager",
    { level: z.int() },
    { reports: () => many(Engineer, { backPopulates: "manager" }) },
  ) {}
  class Engineer extends inherit(
    Employee,
    "engineer",
    { level: z.string(), managerId: field(z.int().nullable(), { foreignKey: "manager.id" }) },
    { manager: () => one(Manager, { backPopulates: "reports" }).nullable() },
  ) {}
  class Trainee extends inherit(Engineer, { until: z.iso.date() }) {}
  registerModels(Manager, Trainee);

  test("all classes come in one query, each with its own columns", () => {
    expect(sqlOf(select(Employee))).toBe(
      "SELECT employee.id, employee.type, employee.name, employee.company_id, manager.level, engineer.level, engineer.manager_id, engineer.until FROM employee " +
        "LEFT JOIN manager ON employee.id = manager.id LEFT JOIN engineer ON employee.id = engineer.id",
    );
  });

  test("a subclass brings its parent's table", () => {
    expect(sqlOf(select(Manager).where(Manager.c.name.eq("x")))).toBe(
      "SELECT employee.id, employee.type, employee.name, employee.company_id, manager.level FROM employee JOIN manager ON employee.id = manager.id WHERE employee.name = $1",
    );
  });

  test("a subclass without a table is told by its identity", () => {
    expect(sqlOf(select(Trainee.c.until))).toMatch(/WHERE employee\.type (= ANY|IN) ?\(.*\)$/);
    expect(sqlOf(select(Trainee))).toMatch(
      /JOIN engineer ON employee\.id = engineer\.id WHERE employee\.type (= ANY|IN)/,
    );
  });

  test("columns of a subclass are of its rows only, also without the subclass", () => {
    expect(sqlOf(select(Manager.c.name))).toBe(
      "SELECT employee.name FROM employee JOIN manager ON employee.id = manager.id",
    );
    expect(sqlOf(select(func.count()).where(Manager.c.level.gt(1)))).toBe(
      "SELECT count(*) FROM employee JOIN manager ON employee.id = manager.id WHERE manager.level > $1",
    );
    const Boss = alias(Manager, "boss");
    expect(sqlOf(select(Boss.c.name))).toBe(
      "SELECT boss.name FROM employee AS boss JOIN manager AS boss_manager ON boss.id = boss_manager.id",
    );
    expect(sqlOf(select(Engineer.c.level, Trainee.c.until))).toMatch(
      /FROM employee JOIN engineer ON employee\.id = engineer\.id WHERE employee\.type/,
    );
    expect(sqlOf(select(Employee).where(Manager.c.level.gt(1)))).toContain(
      "LEFT JOIN engineer ON employee.id = engineer.id WHERE manager.level > $1",
    );
  });

  test("a subclass is joined by the table that the condition speaks of", () => {
    expect(sqlOf(select(Company.c.id).join(Manager))).toBe(
      "SELECT company.id FROM company JOIN employee ON employee.company_id = company.id JOIN manager ON employee.id = manager.id",
    );
    expect(sqlOf(select(Company.c.id).outerJoin(Manager))).toBe(
      "SELECT company.id FROM company LEFT JOIN employee ON employee.company_id = company.id AND EXISTS (SELECT 1 FROM manager AS manager_member WHERE employee.id = manager_member.id) " +
        "LEFT JOIN manager ON employee.id = manager.id",
    );
    const Report = alias(Engineer, "report");
    expect(sqlOf(select(Manager.c.level).outerJoin(Manager.r.reports.of(Report)))).toContain(
      "LEFT JOIN engineer AS report_engineer ON employee.id = report_engineer.manager_id LEFT JOIN employee AS report ON report_engineer.id = report.id",
    );
  });

  test("a joined entity that is selected brings the tables below it", () => {
    expect(sqlOf(select(Company, Employee).join(Employee))).toContain(
      "JOIN employee ON employee.company_id = company.id LEFT JOIN manager ON employee.id = manager.id LEFT JOIN engineer ON employee.id = engineer.id",
    );
  });
});
