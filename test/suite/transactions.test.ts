/** Transactions, savepoints, refresh, expire, merge, and the rest of the interface of a session. */
import {
  PendingRollbackError,
  select,
  type Session,
  StaleDataError,
  sql,
  type Result,
  UniqueViolation,
  update,
} from "sqlmodel";
import { expect } from "vitest";
import { known, suite } from "./harness.ts";
import { Hero, Power, Team } from "./models/heroes.ts";
import { rejects } from "./rejects.ts";

suite("transactions", ({ test }) => {
  test("rollback undoes rows and objects", function* ({ session }) {
    const kept = new Hero({ name: "kept", age: 1 });
    const gone = new Hero({ name: "gone" });
    session.add(kept, gone);
    yield* session.commit();
    kept.age = 2;
    session.delete(gone);
    const added = new Hero({ name: "added" });
    session.add(added);
    yield* session.flush();
    expect(added.id).toBeDefined();
    yield* session.rollback();
    expect(kept.age).toBe(1);
    expect(session.has(gone)).toBe(true);
    expect(session.has(added)).toBe(false);
    expect(added.id).toBeUndefined();
    session.add(added);
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.name).orderBy(Hero.c.name))).all()).toEqual(["added", "gone", "kept"]);
  });

  test("members that a rollback forgot are still known to a delete", function* ({ session }) {
    const team = new Team({ name: "team" });
    session.add(team, new Hero({ name: "old", team }));
    yield* session.commit();
    session.add(new Hero({ name: "forgotten", team }));
    yield* session.rollback();
    session.add(new Hero({ name: "new", team }));
    session.delete(team);
    yield* session.flush();
    const teams = yield* session.exec(select(Hero.c.name, Hero.c.teamId).orderBy(Hero.c.name));
    expect(teams.all()).toEqual([
      ["new", null],
      ["old", null],
    ]);
    yield* session.rollback();
    session.add(new Hero({ name: "new", team }));
    yield* session.flush();
    const members = yield* session.load(team, "heroes");
    expect(members.map(({ name }) => name).sort()).toEqual(["new", "old"]);
  });

  test("begin ends a transaction that a query began, but none with changes in it", function* ({ session }) {
    yield* session.exec(select(Hero));
    yield* session.begin();
    yield* session.commit();
    session.add(new Hero({ name: "a" }));
    yield* session.flush();
    yield* rejects(session.begin(), "already running");
    yield* session.rollback();
  });

  test("a savepoint rolls back what was done inside it", function* ({ session }) {
    const one = new Hero({ name: "one" });
    session.add(one);
    yield* session.beginNested();
    one.name = "changed";
    session.add(new Hero({ name: "two" }));
    yield* session.flush();
    yield* session.rollback();
    expect(one.name).toBe("one");
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.name))).all()).toEqual(["one"]);
  });

  test("a released savepoint is part of its transaction", function* ({ session }) {
    yield* session.begin();
    yield* session.beginNested();
    const hero = new Hero({ name: "one" });
    session.add(hero);
    yield* session.commit();
    expect(session.inTransaction).toBe(true);
    yield* session.rollback();
    expect(session.has(hero)).toBe(false);
    expect((yield* session.exec(select(Hero))).all()).toEqual([]);
  });

  test("after a failed flush the session wants a rollback", function* ({ session }) {
    session.add(new Team({ name: "same" }));
    yield* session.commit();
    session.add(new Team({ name: "same" }));
    const error = yield* rejects(session.flush(), "has the same 'name'");
    expect(error).toBeInstanceOf(UniqueViolation);
    expect((error as UniqueViolation).table).toBe("team");
    expect((error as UniqueViolation).columns).toEqual(["name"]);
    expect(yield* rejects(session.exec(select(Team)), "rollback()")).toBeInstanceOf(PendingRollbackError);
    yield* session.rollback();
    expect((yield* session.exec(select(Team))).all()).toHaveLength(1);
  });

  test("a failed flush inside a savepoint leaves the rest of the transaction", function* ({ session }) {
    session.add(new Team({ name: "same" }));
    yield* session.beginNested();
    session.add(new Team({ name: "same" }));
    yield* rejects(session.flush(), "has the same 'name'");
    yield* session.rollback();
    yield* session.commit();
    expect((yield* session.exec(select(Team))).all()).toHaveLength(1);
  });

  test("a row that changed behind the session is a StaleDataError", function* ({ session }) {
    const hero = new Hero({ name: "a" });
    session.add(hero);
    yield* session.commit();
    yield* session.exec(select(Hero));
    yield* session.text(sql`DELETE FROM ${Hero} WHERE TRUE`);
    hero.age = 5;
    const error = yield* rejects(session.flush(), "matched 0");
    expect(error).toBeInstanceOf(StaleDataError);
  });
});

suite("refresh, expire, merge", ({ test }) => {
  test("refresh reads the row again and drops changes", function* ({ session }) {
    const hero = new Hero({ name: "a", age: 1 });
    session.add(hero);
    yield* session.commit();
    hero.name = "unflushed";
    session.setAutoflush(false);
    yield* session.refresh(hero);
    expect(hero.name).toBe("a");
  });

  test("an expired column cannot be read, can be written, and comes back by refresh", function* ({ session }) {
    const hero = new Hero({ name: "a", age: 1 });
    session.add(hero);
    yield* session.commit();
    session.expire(hero);
    expect(() => hero.name).toThrow("'name' of <Hero id=1> is not loaded");
    hero.age = 7;
    session.setAutoflush(false);
    yield* session.exec(select(Hero));
    expect(hero.name).toBe("a");
    expect(hero.age).toBe(7);
    yield* session.flush();
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.age))).one()).toBe(7);
  });

  test("merge copies an object onto the one of the session", function* ({ session }) {
    const hero = new Hero({ name: "a", age: 1 });
    session.add(hero);
    yield* session.commit();
    const merged = yield* session.merge(new Hero({ id: 1, name: "b" }));
    expect(merged).toBe(hero);
    expect(hero.name).toBe("b");
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.name))).all()).toEqual(["b"]);
  });

  test("merge of an object without a row makes a new one", function* ({ session }) {
    const given = new Hero({ name: "b" });
    const merged = yield* session.merge(given);
    expect(merged).not.toBe(given);
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.name))).all()).toEqual(["b"]);
  });

  test("merge of a graph makes the collection what is given", function* ({ session }) {
    const team = new Team({ name: "x", heroes: [new Hero({ name: "a" }), new Hero({ name: "b" })] });
    session.add(team);
    yield* session.commit();
    const given = new Team({ id: team.id, name: "y", heroes: [new Hero({ name: "c" })] });
    const merged = yield* session.merge(given);
    expect(merged).toBe(team);
    yield* session.commit();
    const rows = (yield* session.exec(select(Hero.c.name, Hero.c.teamId).orderBy(Hero.c.name))).all();
    expect(rows).toEqual([
      ["a", null],
      ["b", null],
      ["c", team.id],
    ]);
  });

  test("a bulk update is seen by the next query", function* ({ session }) {
    const hero = new Hero({ name: "a", age: 1 });
    session.add(hero);
    yield* session.commit();
    yield* session.exec(update(Hero).where(Hero.c.name.eq("a")).values({ age: 10 }));
    yield* session.exec(select(Hero));
    expect(hero.age).toBe(10);
  });
});

suite("statements that are texts", ({ test }) => {
  test("T20 one text is one statement", function* ({ session }) {
    session.add(new Hero({ name: "a" }));
    yield* session.commit();
    yield* rejects(session.text(sql`SELECT 1; DELETE FROM ${Hero}`), "");
    yield* session.rollback();
    expect((yield* session.exec(select(Hero))).all()).toHaveLength(1);
  });

  test.concurrent("T21 a transaction stays on its connection", function* ({ session, openSession, dialect }) {
    yield* session.begin();
    const other = openSession();
    const ids = sql<{
      id: unknown;
    }>`SELECT ${dialect === "mysql" ? sql`connection_id()` : sql`pg_backend_pid()`} AS id`;
    const [first] = (yield* session.text(ids)).all();
    const [second] = (yield* other.text(ids)).all();
    const [again] = (yield* session.text(ids)).all();
    expect(again).toEqual(first);
    expect(second).not.toEqual(first);
    yield* other.close();
  });
});

suite("the rest of the interface", ({ test }) => {
  test("isModified tells changes of columns and of relationships", function* ({ session }) {
    const hero = new Hero({ name: "a" });
    expect(session.raw.isModified(hero)).toBe(false);
    session.add(hero);
    expect(session.raw.isModified(hero)).toBe(true);
    yield* session.commit();
    hero.name = "a";
    expect(session.raw.isModified(hero)).toBe(false);
    known(hero.powers).push(new Power({ label: "fly" }));
    expect(session.raw.isModified(hero)).toBe(true);
  });

  test("getOne wants a row; scalars takes the first item of each", function* ({ session }) {
    session.add(new Hero({ name: "a", age: 1 }), new Hero({ name: "b", age: 2 }));
    yield* session.commit();
    const hero = (yield session.raw.getOne(Hero, 2)) as Hero;
    expect(hero.name).toBe("b");
    const missing = (function* () {
      yield session.raw.getOne(Hero, 3);
    })();
    yield* rejects(missing, "no row was found for a get of Hero");
    const names = (yield (session.raw as Session).scalars(
      select(Hero.c.name, Hero.c.age).orderBy(Hero.c.id),
    )) as Result<string>;
    expect(names.all()).toEqual(["a", "b"]);
  });

  test("expungeAll forgets everything", function* ({ session }) {
    const hero = new Hero({ name: "a" });
    session.add(hero);
    yield* session.commit();
    session.raw.expungeAll();
    expect(session.has(hero)).toBe(false);
    expect(yield* session.get(Hero, 1)).not.toBe(hero);
  });

  test("events come in order, with the entities they are about", function* ({ session }) {
    const calls: string[] = [];
    for (const event of ["beforeInsert", "afterInsert", "beforeUpdate", "afterDelete"] as const) {
      session.on(event, (entity) => calls.push(`${event} ${(entity as Hero).name}`));
    }
    const stop = session.on("beforeFlush", () => calls.push("beforeFlush"));
    const hero = new Hero({ name: "a" });
    session.add(hero);
    yield* session.flush();
    stop();
    hero.name = "b";
    yield* session.flush();
    session.delete(hero);
    yield* session.flush();
    expect(calls).toEqual(["beforeFlush", "beforeInsert a", "afterInsert a", "beforeUpdate b", "afterDelete b"]);
  });

  test("an event may change what is flushed", function* ({ session }) {
    session.on("beforeFlush", () => {
      for (const hero of session.new) (hero as Hero).age = 5;
    });
    session.add(new Hero({ name: "a" }));
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.age))).one()).toBe(5);
  });

  test("a read-only session cannot write", function* ({ openSession, engine }) {
    const session = openSession({ readOnly: true });
    expect((yield* session.exec(select(Hero))).all()).toEqual([]);
    session.add(new Hero({ name: "a" }));
    const error = yield* rejects(session.flush(), "");
    expect(error).toBeInstanceOf(Error);
    void engine;
    yield* session.rollback();
  });
});
