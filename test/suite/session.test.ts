/** What a session knows of its objects: states, identity, autoflush, changes. */
import { DetachedInstanceError, NotLoadedError, select, SessionError, sql, ValidationError } from "sqlmodel";
import { expect } from "vitest";
import { suite } from "./harness.ts";
import { Hero, Power, Team } from "./models/heroes.ts";
import { rejects } from "./rejects.ts";

suite("states", ({ test }) => {
  test("an object goes from new to persistent to deleted", function* ({ session }) {
    const hero = new Hero({ name: "a" });
    expect(session.has(hero)).toBe(false);
    session.add(hero);
    expect(session.new).toEqual([hero]);
    expect(hero.id).toBeUndefined();
    yield* session.flush();
    expect(session.new).toEqual([]);
    expect(hero.id).toBe(1);
    session.delete(hero);
    expect(session.deleted).toEqual([hero]);
    yield* session.commit();
    expect(session.has(hero)).toBe(false);
    expect(yield* session.get(Hero, 1)).toBeNull();
  });

  test("what is reachable by relationships is added with an object", function* ({ session }) {
    const hero = new Hero({ name: "a", team: new Team({ name: "x" }), powers: [new Power({ label: "fly" })] });
    session.add(hero);
    expect(session.new).toHaveLength(3);
    yield* session.commit();
    expect(hero.teamId).toBe(1);
  });

  test("an object of another session is refused", function* ({ session, openSession }) {
    const hero = new Hero({ name: "a" });
    session.add(hero);
    const other = openSession();
    expect(() => other.add(hero)).toThrow(SessionError);
    yield* session.flush();
  });

  test("deleting what is not in the session is refused", function* ({ session }) {
    expect(() => session.delete(new Hero({ name: "a" }))).toThrow(DetachedInstanceError);
    yield* session.flush();
  });

  test("expunge forgets an object without touching its row", function* ({ session }) {
    const hero = new Hero({ name: "a" });
    session.add(hero);
    yield* session.commit();
    session.expunge(hero);
    hero.name = "changed";
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.name))).one()).toBe("a");
    session.add(hero);
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.name))).one()).toBe("changed");
  });

  test("values stay readable after commit and after close", function* ({ session }) {
    const hero = new Hero({ name: "a" });
    session.add(hero);
    yield* session.commit();
    expect(hero.name).toBe("a");
    yield* session.close();
    expect(hero.id).toBe(1);
    expect(JSON.parse(JSON.stringify(hero))).toEqual({ id: 1, name: "a", age: null, teamId: null });
  });
});

suite("identity", ({ test }) => {
  test("one row is one object", function* ({ session }) {
    session.add(new Hero({ name: "a" }));
    yield* session.commit();
    const first = (yield* session.exec(select(Hero))).one();
    const second = (yield* session.exec(select(Hero).where(Hero.c.name.eq("a")))).one();
    expect(second).toBe(first);
    expect(yield* session.get(Hero, first.id)).toBe(first);
  });

  test("get costs no statement for what this transaction has read", function* ({ session, statements, forget }) {
    session.add(new Hero({ name: "a" }));
    yield* session.commit();
    const hero = yield* session.get(Hero, 1);
    forget();
    expect(yield* session.get(Hero, 1)).toBe(hero);
    expect(statements).toEqual([]);
  });

  test("a query does not overwrite what is loaded, unless it is asked to", function* ({ session }) {
    session.add(new Hero({ name: "a" }));
    yield* session.commit();
    const hero = (yield* session.get(Hero, 1)) as Hero;
    yield* session.text(sql`UPDATE ${Hero} SET name = 'other' WHERE TRUE`);
    hero.age = 3;
    const again = yield* session.get(Hero, 1, { populateExisting: true });
    expect(again).toBe(hero);
    expect(hero.name).toBe("other");
  });

  test("the next transaction reads rows anew and keeps unflushed changes", function* ({
    session,
    openSession,
    dialect,
  }) {
    const hero = new Hero({ name: "a", age: 1 });
    session.add(hero);
    yield* session.commit();
    yield* session.text(sql`UPDATE ${Hero} SET name = 'other' WHERE TRUE`);
    yield* session.commit();
    expect(hero.name).toBe("a");
    void openSession;
    void dialect;
    yield* session.exec(select(Hero));
    expect(hero.name).toBe("other");
  });

  test("a changed primary key moves the object in the identity map", function* ({ session, statements, forget }) {
    const team = new Team({ id: 1, name: "x" });
    session.add(team);
    yield* session.commit();
    team.id = 2;
    yield* session.flush();
    forget();
    expect(yield* session.get(Team, 2)).toBe(team);
    expect(statements).toEqual([]);
    expect(yield* session.get(Team, 1)).toBeNull();
  });

  test("the key of a model is checked", function* ({ session }) {
    yield* rejects(session.get(Hero, undefined), "cannot be undefined");
    yield* rejects(session.get(Hero, [1, 2]), "1 columns");
    yield* rejects(session.get(Hero, { where: 1 }), "'where' is not part of the primary key");
  });
});

suite("autoflush", ({ test }) => {
  test("a query sees what was added before it", function* ({ session }) {
    const hero = new Hero({ name: "ed" });
    session.add(hero);
    expect((yield* session.exec(select(Hero).where(Hero.c.name.eq("ed")))).one()).toBe(hero);
  });

  test("switched off, a query sees only what was flushed", function* ({ session }) {
    session.setAutoflush(false);
    session.add(new Hero({ name: "ed" }));
    expect((yield* session.exec(select(Hero))).all()).toEqual([]);
    yield* session.flush();
    expect((yield* session.exec(select(Hero))).all()).toHaveLength(1);
  });
});

suite("changes in place", ({ test }) => {
  test("dirty lists what differs from its row", function* ({ session }) {
    const hero = new Hero({ name: "a" });
    session.add(hero);
    yield* session.commit();
    expect(session.dirty).toEqual([]);
    hero.age = 4;
    expect(session.dirty).toEqual([hero]);
    hero.age = null;
    expect(session.dirty).toEqual([]);
  });

  test("changes are validated when they are flushed, all problems at once", function* ({ session }) {
    const hero = new Hero({ name: "a" });
    session.add(hero);
    yield* session.commit();
    hero.name = "x".repeat(51);
    hero.age = 1.5;
    const error = yield* rejects(session.flush(), "Hero.name");
    expect(error).toBeInstanceOf(ValidationError);
    expect((error as ValidationError).problems.map((problem) => problem.field)).toEqual(["name", "age"]);
    hero.name = "fine";
    hero.age = 2;
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.age))).one()).toBe(2);
  });
});

suite("relationships that are not loaded", ({ test }) => {
  test("touching one is an error that says how to load it", function* ({ session, openSession, isSync }) {
    session.add(new Hero({ name: "a", team: new Team({ name: "x" }) }));
    yield* session.commit();
    yield* session.close();
    const other = openSession();
    const hero = (yield* other.exec(select(Hero))).one();
    const call = isSync ? `session.load(hero, "team")` : `await session.load(hero, "team")`;
    expect(() => hero.team).toThrow(NotLoadedError);
    expect(() => hero.team).toThrow(
      `<Hero id=1> was loaded without 'team'. Load it with include({ team: true }), or by ${call}.`,
    );
    expect(() => hero.powers).toThrow(NotLoadedError);
    expect((yield* other.load(hero, "team"))?.name).toBe("x");
  });
});
