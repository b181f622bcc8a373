/** Order and number of the statements of a flush, and what the rows are afterwards. */
import { deleteFrom, func, select, StaleDataError } from "sqlmodel";
import { expect } from "vitest";
import { known, suite } from "./harness.ts";
import { Hero, HeroPower, Power, Team } from "./models/heroes.ts";

suite("flush order", ({ test }) => {
  test("a parent is inserted before its child, which gets its key", function* ({ session, expectSql }) {
    session.add(new Hero({ name: "Deadpond", team: new Team({ name: "Z-Force" }) }));
    yield* session.flush();
    expectSql({
      sqlite: [
        `INSERT INTO "team" ("name", "headquarters") VALUES (?, ?)`,
        `INSERT INTO "hero" ("name", "secret_name", "age", "team_id") VALUES (?, ?, ?, ?)`,
      ],
      postgresql: [expect.stringContaining(`INSERT INTO "team"`), expect.stringContaining(`INSERT INTO "hero"`)],
      mysql: [expect.stringContaining("INSERT INTO `team`"), expect.stringContaining("INSERT INTO `hero`")],
    });
    const hero = (yield* session.exec(select(Hero))).one();
    expect(hero.id).toBe(1);
    expect(hero.teamId).toBe(1);
  });

  test("rows that are tied by key values only are inserted parents first and deleted children first", function* ({
    session,
    statements,
    forget,
  }) {
    session.add(new Hero({ name: "a", teamId: 7 }), new Team({ id: 7, name: "x" }));
    yield* session.flush();
    expect(statements.map(tableOf)).toEqual(["team", "hero"]);
    forget();
    for (const hero of (yield* session.exec(select(Hero))).all()) session.delete(hero);
    session.delete((yield* session.get(Team, 7)) as Team);
    forget();
    yield* session.flush();
    expect(statements.filter((text) => text.startsWith("DELETE")).map(tableOf)).toEqual(["hero", "team"]);
  });

  test("a thousand new rows go in few statements where a statement is a round trip", function* ({
    session,
    engine,
    statements,
  }) {
    session.addAll(Array.from({ length: 1000 }, (_, index) => new Hero({ name: `hero ${String(index)}`, age: index })));
    yield* session.flush();
    if (engine.dialect.capabilities.batchesWrites) expect(statements.length).toBeLessThanOrEqual(2);
    const heroes = (yield* session.exec(select(Hero).orderBy(Hero.c.id))).all();
    expect(heroes).toHaveLength(1000);
    expect(heroes.every((hero, index) => hero.age === index && hero.name === `hero ${String(index)}`)).toBe(true);
    yield* session.commit();
    const fresh = (yield* session.exec(select(Hero.c.id, Hero.c.age).orderBy(Hero.c.id))).all();
    expect(fresh.every(([id, age]) => heroes.some((hero) => hero.id === id && hero.age === age))).toBe(true);
  });

  test("a thousand changed rows go in few statements where a statement is a round trip", function* ({
    session,
    engine,
    statements,
    forget,
  }) {
    session.addAll(Array.from({ length: 1000 }, (_, index) => new Hero({ name: `hero ${String(index)}`, age: index })));
    yield* session.commit();
    const heroes = (yield* session.exec(select(Hero).orderBy(Hero.c.id))).all();
    for (const hero of heroes) hero.age = (hero.age ?? 0) + 1;
    forget();
    yield* session.flush();
    if (engine.dialect.capabilities.batchesWrites) expect(statements.length).toBeLessThanOrEqual(2);
    yield* session.commit();
    expect((yield* session.exec(select(func.sum(Hero.c.age)))).one()).toBe(500_500);
  });

  test("only columns that changed are written, and a value set to itself is no change", function* ({
    session,
    statements,
    forget,
  }) {
    const hero = new Hero({ name: "a", age: 1 });
    session.add(hero);
    yield* session.commit();
    hero.name = "a";
    hero.age = 1;
    forget();
    yield* session.flush();
    expect(statements).toEqual([]);
    hero.age = 2;
    yield* session.flush();
    expect(statements).toHaveLength(1);
    expect(statements[0]).toContain("age");
    expect(statements[0]).not.toContain("secret_name");
  });

  test("an empty flush opens no transaction", function* ({ session, statements }) {
    yield* session.flush();
    expect(session.inTransaction).toBe(false);
    expect(statements).toEqual([]);
  });

  test("the plan can be read without being written", function* ({ session, statements }) {
    const team = new Team({ name: "x" });
    session.add(team, new Hero({ name: "a", team }), new Hero({ name: "b", team }));
    expect(yield* session.flushPlan()).toEqual(["insert team ×1", "insert hero ×2"]);
    expect(statements).toEqual([]);
  });

  test("a child that moves to another parent survives the deletion of the first", function* ({ session }) {
    const hero = new Hero({ name: "a" });
    const [one, two] = [new Team({ name: "1", heroes: [hero] }), new Team({ name: "2" })];
    session.add(one, two);
    yield* session.commit();
    two.heroes = [hero];
    session.delete(one);
    yield* session.commit();
    expect(hero.teamId).toBe(two.id);
    expect((yield* session.exec(select(Hero.c.teamId))).one()).toBe(two.id);
  });

  test("children of a deleted parent, loaded or not, lose their key to it", function* ({ session }) {
    session.add(new Team({ name: "x", heroes: [new Hero({ name: "a" }), new Hero({ name: "b" })] }));
    yield* session.commit();
    yield* session.close();
  });

  test("deleting a parent that was loaded without its children sets their keys to NULL", function* ({
    session,
    openSession,
  }) {
    session.add(new Team({ name: "x", heroes: [new Hero({ name: "a" }), new Hero({ name: "b" })] }));
    yield* session.commit();
    yield* session.close();
    const other = openSession();
    other.delete((yield* other.exec(select(Team))).one());
    yield* other.commit();
    expect((yield* other.exec(select(Hero.c.teamId))).all()).toEqual([null, null]);
    expect((yield* other.exec(select(Team))).all()).toEqual([]);
  });

  test("link rows follow their collections, from either side and only once", function* ({
    session,
    statements,
    forget,
  }) {
    const [fly, swim] = [new Power({ label: "fly" }), new Power({ label: "swim" })];
    const hero = new Hero({ name: "a", powers: [fly, swim] });
    session.add(hero);
    yield* session.flush();
    expect(fly.heroes).toEqual([hero]);
    expect((yield* session.exec(select(HeroPower))).all()).toHaveLength(2);
    known(fly.heroes).splice(0, 1);
    expect(hero.powers).toEqual([swim]);
    forget();
    yield* session.flush();
    expect(statements).toHaveLength(1);
    expect((yield* session.exec(select(HeroPower.c.powerId))).all()).toEqual([swim.id]);
  });

  test("deleting one end of a many-to-many deletes its link rows, not the other end", function* ({ session }) {
    const hero = new Hero({ name: "a", powers: [new Power({ label: "fly" })] });
    session.add(hero);
    yield* session.commit();
    session.delete(hero);
    yield* session.commit();
    expect((yield* session.exec(select(HeroPower))).all()).toEqual([]);
    expect((yield* session.exec(select(Power))).all()).toHaveLength(1);
  });
});

suite("link rows", ({ test }) => {
  test("one that is gone already is a StaleDataError", function* ({ session }) {
    const hero = new Hero({ name: "a", powers: [new Power({ label: "fly" })] });
    session.add(hero);
    yield* session.commit();
    yield* session.exec(deleteFrom(HeroPower).all());
    hero.powers = [];
    let error: unknown;
    try {
      yield* session.flush();
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(StaleDataError);
    expect((error as StaleDataError).table).toBe("hero_power");
  });
});

suite("unique values that change hands", ({ test }) => {
  test("two rows swap a unique value in one flush", function* ({ session }) {
    const [one, two] = [new Team({ name: "one" }), new Team({ name: "two" })];
    session.add(one, two);
    yield* session.commit();
    [one.name, two.name] = [two.name, one.name];
    yield* session.commit();
    const rows = (yield* session.exec(select(Team.c.id, Team.c.name).orderBy(Team.c.id))).all();
    expect(rows).toEqual([
      [one.id, "two"],
      [two.id, "one"],
    ]);
  });

  test("three rows rotate a unique value in one flush", function* ({ session }) {
    const teams = ["a", "b", "c"].map((name) => new Team({ name }));
    session.addAll(teams);
    yield* session.commit();
    const names = ["b", "c", "a"];
    for (const [index, team] of teams.entries()) team.name = names[index] ?? "";
    yield* session.commit();
    const rows = (yield* session.exec(select(Team.c.name).orderBy(Team.c.id))).all();
    expect(rows).toEqual(names);
  });

  test("a chain of rows hands a unique value on without a detour", function* ({ session, statements, forget }) {
    const teams = ["a", "b", "c"].map((name) => new Team({ name }));
    session.addAll(teams);
    yield* session.commit();
    for (const [index, team] of teams.entries()) team.name = ["b", "c", "d"][index] ?? "";
    forget();
    yield* session.flush();
    expect(statements).toHaveLength(3);
    expect((yield* session.exec(select(Team.c.name).orderBy(Team.c.id))).all()).toEqual(["b", "c", "d"]);
  });

  test("a row is deleted and another with its unique value inserted in one flush", function* ({ session }) {
    const old = new Team({ name: "same", headquarters: "old" });
    session.add(old);
    yield* session.commit();
    session.delete(old);
    session.add(new Team({ name: "same", headquarters: "new" }));
    yield* session.commit();
    expect((yield* session.exec(select(Team.c.headquarters))).all()).toEqual(["new"]);
  });

  test("the same while other rows move from the old one to the new", function* ({ session }) {
    const hero = new Hero({ name: "a" });
    const old = new Team({ name: "same", heroes: [hero] });
    session.add(old);
    yield* session.commit();
    const replacement = new Team({ name: "same", heroes: [hero] });
    session.add(replacement);
    session.delete(old);
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.teamId))).one()).toBe(replacement.id);
    expect((yield* session.exec(select(Team.c.id))).all()).toEqual([replacement.id]);
  });

  test("a row with the key of a deleted one takes over its row", function* ({ session, statements, forget }) {
    const old = new Team({ id: 5, name: "old" });
    session.add(old);
    yield* session.commit();
    session.delete(old);
    const replacement = new Team({ id: 5, name: "new" });
    session.add(replacement);
    forget();
    yield* session.commit();
    const writes = statements.filter((text) => !text.startsWith("SELECT"));
    expect(writes).toHaveLength(1);
    expect(writes[0]).toMatch(/^UPDATE/);
    expect(yield* session.get(Team, 5)).toBe(replacement);
    expect((yield* session.exec(select(Team.c.name))).all()).toEqual(["new"]);
  });
});

function tableOf(statement: string): string {
  return /(?:INTO|FROM|UPDATE)\s+["`](\w+)["`]/.exec(statement)?.[1] ?? statement;
}
