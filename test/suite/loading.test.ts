/** Eager and late loading: the rows, and how many queries they cost. */
import { alias, joined, select, selectin } from "sqlmodel";
import { expect } from "vitest";
import { suite, type CaseContext, type Step } from "./harness.ts";
import { Hero, Power, Team } from "./models/heroes.ts";

/** Ten teams of three heroes with two powers each; a session that has loaded none of it. */
function* world({ session, openSession, forget }: CaseContext): Step<ReturnType<CaseContext["openSession"]>> {
  const powers = ["fly", "swim", "run"].map((label) => new Power({ label }));
  for (let index = 0; index < 10; index += 1) {
    const heroes = Array.from({ length: 3 }, (_, number) => {
      const own = [powers[number % 3], powers[(number + 1) % 3]].filter((power) => power !== undefined);
      return new Hero({ name: `hero ${String(index)}.${String(number)}`, age: number * 10, powers: own });
    });
    session.add(new Team({ name: `team ${String(index)}`, heroes }));
  }
  yield* session.commit();
  yield* session.close();
  forget();
  return openSession();
}

suite("select-in loading", ({ test }) => {
  test("two levels cost two more queries, whatever the number of rows", function* (context) {
    const session = yield* world(context);
    const teams = (yield* session.exec(
      select(Team)
        .include({ heroes: { powers: true } })
        .orderBy(Team.c.id),
    )).all();
    expect(context.statements).toHaveLength(3);
    expect(teams).toHaveLength(10);
    for (const [index, team] of teams.entries()) {
      expect(team.heroes.map((hero) => hero.name).sort()).toEqual(
        [0, 1, 2].map((number) => `hero ${String(index)}.${String(number)}`),
      );
      for (const hero of team.heroes) expect(hero.powers).toHaveLength(2);
    }
  });

  test("the other side is known without another query", function* (context) {
    const session = yield* world(context);
    const team = (yield* session.exec(select(Team).include({ heroes: true }).where(Team.c.name.eq("team 3")))).one();
    const [hero] = team.heroes;
    expect((hero as unknown as { team: Team }).team).toBe(team);
    expect(context.statements).toHaveLength(2);
  });

  test("many to one asks only for what the session does not have", function* (context) {
    const session = yield* world(context);
    yield* session.exec(select(Team));
    context.forget();
    const heroes = (yield* session.exec(select(Hero).include({ team: true }))).all();
    expect(context.statements).toHaveLength(1);
    expect(heroes.every((hero) => hero.team?.id === hero.teamId)).toBe(true);
  });

  test("a load can be filtered, ordered and limited for each parent", function* (context) {
    const session = yield* world(context);
    const load = selectin(true, { where: Hero.c.age.gt(5), orderBy: Hero.c.age.desc(), limit: 1 });
    const teams = (yield* session.exec(select(Team).include({ heroes: load }))).all();
    expect(context.statements).toHaveLength(2);
    expect(teams.map((team) => team.heroes.map((hero) => hero.age))).toEqual(Array.from({ length: 10 }, () => [20]));
  });

  test("many to many can be limited for each parent", function* (context) {
    const session = yield* world(context);
    const load = selectin(true, { orderBy: Power.c.label, limit: 1 });
    const heroes = (yield* session.exec(select(Hero).include({ powers: load }).where(Hero.c.age.eq(0)))).all();
    expect(heroes.map((hero) => hero.powers.map((power) => power.label))).toEqual(
      Array.from({ length: 10 }, () => ["fly"]),
    );
  });

  test("a parent without children gets an empty collection", function* (context) {
    const { session } = context;
    session.add(new Team({ name: "empty" }));
    yield* session.commit();
    yield* session.close();
    const team = (yield* context.openSession().exec(select(Team).include({ heroes: true }))).one();
    expect(team.heroes).toEqual([]);
  });
});

suite("joined loading", ({ test }) => {
  test("one query brings both sides, each parent once", function* (context) {
    const session = yield* world(context);
    const teams = (yield* session.exec(select(Team).include({ heroes: joined() }).orderBy(Team.c.id))).all();
    expect(context.statements).toHaveLength(1);
    expect(teams).toHaveLength(10);
    expect(teams.every((team) => team.heroes.length === 3)).toBe(true);
  });

  test("to one, joined and nested", function* (context) {
    const session = yield* world(context);
    const heroes = (yield* session.exec(
      select(Hero).include({ team: joined(), powers: joined() }).orderBy(Hero.c.id),
    )).all();
    expect(context.statements).toHaveLength(1);
    expect(heroes).toHaveLength(30);
    expect(heroes.every((hero) => hero.team !== null && hero.powers.length === 2)).toBe(true);
  });

  test("a collection under LIMIT does not eat the parents", function* (context) {
    const session = yield* world(context);
    const teams = (yield* session.exec(select(Team).include({ heroes: joined() }).orderBy(Team.c.id).limit(4))).all();
    expect(teams).toHaveLength(4);
    expect(teams.every((team) => team.heroes.length === 3)).toBe(true);
    expect(context.statements).toHaveLength(2);
  });
});

suite("late loading", ({ test }) => {
  test("the first call of a loop loads for all that came with it", function* (context) {
    const session = yield* world(context);
    const heroes = (yield* session.exec(select(Hero))).all();
    context.forget();
    for (const hero of heroes) expect((yield* session.load(hero, "team"))?.id).toBe(hero.teamId);
    expect(context.statements).toHaveLength(1);
  });

  test("a list is loaded in one query", function* (context) {
    const session = yield* world(context);
    const teams = (yield* session.exec(select(Team))).all();
    context.forget();
    yield* session.loadAll(teams, "heroes");
    expect(context.statements).toHaveLength(1);
  });
});

suite("partial entities", ({ test }) => {
  test("columns that were left out cannot be read and are not overwritten", function* (context) {
    const session = yield* world(context);
    const hero = (yield* session.exec(select(Hero).loadOnly("name").where(Hero.c.name.eq("hero 0.0")))).one();
    expect(hero.name).toBe("hero 0.0");
    expect(() => hero.age).toThrow("not loaded");
    hero.name = "renamed";
    yield* session.flush();
    yield* session.refresh(hero);
    expect(hero.age).toBe(0);
    expect(hero.name).toBe("renamed");
  });

  test("only the columns that are wanted are read, with the key", function* (context) {
    const session = yield* world(context);
    const sent = (text: string): void => {
      context.expectSql({ sqlite: [text], postgresql: [text], mysql: [text.replaceAll('"', "`")] });
    };
    const heroes = (yield* session.exec(select(Hero).loadOnly("name").orderBy(Hero.c.id))).all();
    sent('SELECT "hero"."id", "hero"."name" FROM "hero" ORDER BY "hero"."id"');
    expect([heroes[0]?.name, heroes.length]).toEqual(["hero 0.0", 30]);

    const pairs = select(Hero, Team.c.name, Team).join(Hero.r.team).defer("name", "secretName", "age");
    const [hero, name, team] = (yield* session.exec(pairs.orderBy(Hero.c.id).limit(1))).all()[0] ?? [];
    expect(context.statements[0]).toMatch(
      /^SELECT .hero.\..id., .hero.\..team_id., .team.\..name., .team.\..id., .team.\..name., .team.\..headquarters. FROM /,
    );
    expect([hero?.teamId, hero?.name, name, team?.name]).toEqual([team?.id, "hero 0.0", "team 0", "team 0"]);
  });

  test("also beside other columns, in set operations and in subqueries", function* (context) {
    const session = yield* world(context);
    const records = select({ id: Hero.c.id, hero: Hero, age: Hero.c.age }).loadOnly("name").orderBy(Hero.c.id).limit(1);
    const { id, hero, age } = (yield* session.exec(records)).one();
    expect([id, hero.id, hero.name, age]).toEqual([hero.id, id, "hero 0.0", 0]);
    expect(() => hero.teamId).toThrow("not loaded");
    const low = select(Hero).loadOnly("name").where(Hero.c.name.eq("hero 1.1"));
    expect((yield* session.exec(low.union(low))).all().map((found) => found.name)).toEqual(["hero 1.1"]);
    const sub = low.subquery("sub");
    expect((yield* session.exec(select(sub.c.name))).all()).toEqual(["hero 1.1"]);
    expect(() => alias(Hero, sub)).toThrow("'sub' has no column 'secret_name' of 'hero'");
  });

  test("read-only entities are not tracked", function* (context) {
    const session = yield* world(context);
    const hero = (yield* session.exec(select(Hero).readOnly().where(Hero.c.name.eq("hero 0.0")))).one();
    hero.name = "changed";
    yield* session.flush();
    expect(session.has(hero)).toBe(false);
    expect((yield* session.exec(select(Hero.c.name).where(Hero.c.name.eq("changed")))).all()).toEqual([]);
  });
});
