/** Prepared statements with named values. */
import {
  deleteFrom,
  field,
  type Connection,
  func,
  insert,
  integer,
  type NamedValues,
  param,
  type Plan,
  type Prepared,
  primaryKey,
  select,
  sql,
  table,
  text,
  update,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { known, suite, type Step } from "./harness.ts";
import { Hero, Team } from "./models/heroes.ts";
import { rejects } from "./rejects.ts";
import type { SuiteSession } from "./suite-session.ts";

let made = 0;

class Stamped extends table("stamped", {
  id: primaryKey(),
  name: z.string(),
  serial: field(z.int(), { default: () => (made += 1), onUpdate: () => (made += 1) }),
}) {}

function* fill(session: SuiteSession): Step<void> {
  session.add(
    new Team({
      name: "Preventers",
      heroes: [new Hero({ name: "Rusty-Man", age: 48 }), new Hero({ name: "Tarantula", age: 32 })],
    }),
  );
  session.add(new Hero({ name: "Deadpond", age: null }));
  yield* session.commit();
  session.raw.expungeAll();
}

const names = (heroes: readonly Hero[]): string[] => heroes.map(({ name }) => name).sort();

suite("prepare of a select", ({ test }) => {
  const byName = select(Hero)
    .where(Hero.c.name.eq(param("name")))
    .prepare<{ name: string }>();

  test("finds entities of the session, and flushes before it", function* ({ session, statements, forget }) {
    yield* fill(session);
    const hero = (yield* session.prepared(byName, { name: "Deadpond" })).one();
    expect(hero).toBeInstanceOf(Hero);
    expect((yield* session.prepared(byName, { name: "Deadpond" })).one()).toBe(hero);
    forget();
    hero.name = "Wade";
    expect((yield* session.prepared(byName, { name: "Deadpond" })).all()).toEqual([]);
    expect(statements.map((sql) => sql.split(" ")[0])).toEqual(["UPDATE", "SELECT"]);
    expect((yield* session.prepared(byName, { name: "Wade" })).one()).toBe(hero);
    expect(() => byName.check({ name: "x", constructor: 1 })).toThrow(/no param\("constructor"\)/);
  });

  test("sends the same text as the statement with its values", function* ({ session, statements, forget }) {
    yield* fill(session);
    forget();
    yield* session.prepared(byName, { name: "Tarantula" });
    yield* session.exec(select(Hero).where(Hero.c.name.eq("x")));
    expect(statements[0]).toBe(statements[1]);
  });

  test("several values, one of them in two places, limits, texts and what stands alone", function* ({ session }) {
    yield* fill(session);
    const statement = select({ name: Hero.c.name, given: param<string>("label", text()) })
      .where(
        Hero.c.age.between(param("low"), param("high")),
        Hero.c.age.ge(param("low")),
        Hero.c.name.contains(param("part")),
      )
      .orderBy(Hero.c.name)
      .limit(param("count"))
      .offset(param("skipped"))
      .prepare<{ low: number; high: number; part: string; label: string; count: number; skipped: number }>();
    expect(statement.names.toSorted()).toEqual(["count", "high", "label", "low", "part", "skipped"]);
    const values = { low: 30, high: 50, part: "u", label: "l", count: 1, skipped: 1 };
    expect((yield* session.prepared(statement, values)).all()).toEqual([{ name: "Tarantula", given: "l" }]);
    expect((yield* session.prepared(statement, { ...values, low: 40, skipped: 0, part: "%" })).all()).toEqual([]);
    const wrong = { ...values, count: 1.5 };
    expect(String(yield* rejects(session.prepared(statement, wrong), "whole number"))).toContain("[E201]");
  });

  test("NULL is refused where it is never true, and taken where it is a value", function* ({ session }) {
    yield* fill(session);
    const loose: Prepared<Hero, NamedValues> = select(Hero)
      .where(Hero.c.name.eq(param("name")))
      .prepare();
    expect(String(yield* rejects(session.prepared(loose, { name: null }), "eq(null) is never true"))).toContain("E201");
    const same = select(Hero)
      .where(Hero.c.age.isNotDistinctFrom(param("age")))
      .prepare<{ age: number | null }>();
    expect(names((yield* session.prepared(same, { age: null })).all())).toEqual(["Deadpond"]);
    expect(names((yield* session.prepared(same, { age: 48 })).all())).toEqual(["Rusty-Man"]);
  });

  test("values go through codecs, and are named where they do not fit", function* ({ session }) {
    const loose = select(Hero)
      .where(Hero.c.age.eq(param("age")))
      .prepare();
    const error = yield* rejects(session.prepared(loose, { age: "48" }), "parameter");
    expect(String(error)).toContain("[E203]");
  });

  test("includes run as usual", function* ({ openSession, statements, forget }) {
    const session = openSession();
    yield* fill(session);
    const team = select(Team)
      .where(Team.c.name.eq(param("name")))
      .include({ heroes: true })
      .prepare<{ name: string }>();
    const hero = select(Hero)
      .where(Hero.c.age.gt(param("age")))
      .include({ team: true })
      .prepare<{ age: number }>();
    for (const turn of [1, 2]) {
      forget();
      const found = (yield* session.prepared(team, { name: "Preventers" })).one();
      expect(names([...known(found.heroes)])).toEqual(["Rusty-Man", "Tarantula"]);
      expect(statements.length, String(turn)).toBeGreaterThan(1);
      expect(known((yield* session.prepared(hero, { age: 40 })).one().team)).toBe(found);
      session.raw.expungeAll();
    }
  });

  test("lists, where they are one parameter", function* ({ session, dialect }) {
    yield* fill(session);
    const listed = select(Hero)
      .where(Hero.c.name.in(param("names")))
      .prepare<{ names: readonly string[] }>();
    if (dialect === "mysql") {
      const error = yield* rejects(session.prepared(listed, { names: ["a"] }), 'in(param("names"))');
      expect(String(error)).toContain("[E202]");
      return;
    }
    expect(names((yield* session.prepared(listed, { names: ["Deadpond", "Tarantula"] })).all())).toEqual([
      "Deadpond",
      "Tarantula",
    ]);
    expect((yield* session.prepared(listed, { names: [] })).all()).toEqual([]);
    const withNull = { names: ["a", null] } as unknown as { names: string[] };
    yield* rejects(session.prepared(listed, withNull), "in() was given null at position 1");
    yield* rejects(session.exec(select(Hero).where(Hero.c.name.in(param("names")))), "[E206]");
  });

  test("subqueries and set operations", function* ({ session }) {
    yield* fill(session);
    const inTeam = select(Team.c.id).where(Team.c.name.eq(param("team")));
    const statement = select(Hero.c.name)
      .where(Hero.c.teamId.in(inTeam))
      .union(select(Hero.c.name).where(Hero.c.age.lt(param("age"))))
      .prepare<{ team: string; age: number }>();
    expect((yield* session.prepared(statement, { team: "Preventers", age: 1 })).all().sort()).toEqual([
      "Rusty-Man",
      "Tarantula",
    ]);
    expect((yield* session.prepared(statement, { team: "none", age: 40 })).all()).toEqual(["Tarantula"]);
  });

  test("secret values stay secret", function* ({ session, engine }) {
    const seen: unknown[] = [];
    const stop = engine.onExecute(({ parameters }) => seen.push(...parameters));
    const bySecret = select(Hero)
      .where(Hero.c.secretName.eq(param("secret")))
      .prepare<{ secret: string }>();
    yield* session.prepared(bySecret, { secret: "swordfish" });
    stop();
    expect(seen.length).toBeGreaterThan(0);
    expect(JSON.stringify(seen)).not.toContain("swordfish");
  });

  test("counts as a statement, and repeated in a loop as N+1", function* ({ openSession }) {
    const session = openSession({ onNPlusOne: "error", nPlusOneThreshold: 3 });
    const before = session.raw.statistics.queries;
    yield* session.prepared(byName, { name: "a" });
    expect(session.raw.statistics.queries).toBe(before + 1);
    yield* rejects(
      (function* () {
        for (let turn = 0; turn < 20; turn += 1) yield* session.prepared(byName, { name: `n${String(turn)}` });
      })(),
      "N+1",
    );
  });

  test("names are checked", function* ({ session }) {
    const call = (values: unknown): Step<unknown> => session.prepared(byName, values as { name: string });
    expect(String(yield* rejects(call({}), "no 'name'"))).toContain("[E206]");
    yield* rejects(call(undefined), "{ name }, not undefined");
    yield* rejects(call({ name: undefined }), "no 'name'");
    yield* rejects(call({ name: "x", nmae: "y" }), "did you mean");
    yield* rejects(call(["x"]), "not an array");
    yield* rejects(session.exec(select(Hero).where(Hero.c.name.eq(param("name")))), 'param("name") has no value');
    yield* rejects(
      session.exec(insert(Hero).values({ name: param("name"), age: 1, teamId: null })),
      'param("name") has no value',
    );
    expect(() => select(param("alone")).prepare()).toThrow(/Nothing beside param\("alone"\).*\[E206\]/);
    expect(() => param("a b")).toThrow(/\[E201\]/);
  });
});

suite("prepare of a write", ({ test }) => {
  const added = insert(Hero)
    .values({ name: param("name"), age: param("age"), secretName: param("secret"), teamId: null })
    .prepare<{ name: string; age: number | null; secret: string }>();

  test("insert", function* ({ session, statements, forget }) {
    forget();
    expect((yield* session.prepared(added, { name: "a", age: 1, secret: "s" })).rowCount).toBe(1);
    expect((yield* session.prepared(added, { name: "b", age: null, secret: "s" })).rowCount).toBe(1);
    expect(new Set(statements).size).toBe(1);
    expect((yield* session.exec(select(Hero.c.name, Hero.c.age).orderBy(Hero.c.name))).all()).toEqual([
      ["a", 1],
      ["b", null],
    ]);
    // The column's Zod type holds as for plain values.
    yield* rejects(session.prepared(added, { name: "x".repeat(51), age: 1, secret: "s" }), "name");
    yield* rejects(session.prepared(added, { name: null as unknown as string, age: 1, secret: "s" }), "name");
  });

  test("insert with returned entities", function* ({ session }) {
    const returned = insert(Team)
      .values({ name: param("name"), headquarters: param("place") })
      .returning(Team)
      .prepare<{ name: string; place: string }>();
    const team = (yield* session.prepared(returned, { name: "t", place: "p" })).one();
    expect([team.name, team.headquarters, yield* session.get(Team, team.id)]).toEqual(["t", "p", team]);
  });

  test("defaults are made for each execution", function* ({ session }) {
    const stamped = insert(Stamped)
      .values({ name: param("name") })
      .prepare<{ name: string }>();
    yield* session.prepared(stamped, { name: "a" });
    yield* session.prepared(stamped, { name: "b" });
    const changed = update(Stamped)
      .values({ name: param("name") })
      .where(Stamped.c.name.eq(param("old")))
      .prepare<{ name: string; old: string }>();
    const serials = (yield* session.exec(select(Stamped.c.serial))).all();
    expect(new Set(serials).size).toBe(2);
    yield* session.prepared(changed, { name: "c", old: "a" });
    const [serial] = (yield* session.exec(select(Stamped.c.serial).where(Stamped.c.name.eq("c")))).all();
    expect(serials).not.toContain(serial);
  });

  test("an upsert, whose onUpdate is made for each execution", function* ({ session }) {
    const upsert = insert(Stamped)
      .values({ id: param("id"), name: param("name") })
      .onConflictDoUpdate({ target: Stamped.c.id, set: (excluded) => ({ name: excluded.name }) })
      .prepare<{ id: number; name: string }>();
    const serials: number[] = [];
    for (const name of ["a", "b", "c"]) {
      yield* session.prepared(upsert, { id: 5, name });
      const [row] = (yield* session.exec(select(Stamped.c.name, Stamped.c.serial))).all();
      expect(row?.[0]).toBe(name);
      serials.push(row?.[1] ?? 0);
    }
    expect(new Set(serials).size).toBe(3);
  });

  test("update and delete, with entities that follow", function* ({ session }) {
    yield* fill(session);
    const older = update(Hero)
      .values({ age: Hero.c.age.plus(param("years")) })
      .where(Hero.c.name.eq(param("name")))
      .prepare<{ years: number; name: string }>();
    expect((yield* session.prepared(older, { years: 2, name: "Tarantula" })).rowCount).toBe(1);
    const hero = (yield* session.exec(select(Hero).where(Hero.c.name.eq("Tarantula")))).one();
    expect(hero.age).toBe(34);
    yield* session.prepared(older, { years: 3, name: "Tarantula" });
    expect(hero.age).toBe(37);
    const removed = deleteFrom(Hero)
      .where(Hero.c.name.eq(param("name")))
      .prepare<{ name: string }>();
    yield* session.prepared(removed, { name: "Tarantula" });
    expect(yield* session.get(Hero, hero.id)).toBeNull();
    expect((yield* session.prepared(removed, { name: "Tarantula" })).rowCount).toBe(0);
    expect((yield* session.exec(select(func.count()).from(Hero))).one()).toBe(2);
  });
});

suite("prepare on a connection", ({ test }) => {
  test("rows, writes and errors", function* ({ engine, session }) {
    yield* fill(session);
    yield* session.close();
    const connection = (yield engine.connect()) as { execute: (...given: unknown[]) => unknown; close: () => unknown };
    const byAge = select({ name: Hero.c.name })
      .where(Hero.c.age.gt(param("age", integer())))
      .prepare<{ age: number }>();
    const raw = connection as unknown as Connection;
    const template = sql<{ name: string }>`SELECT name FROM hero WHERE age > ${param("age", integer())}`;
    const stamped = insert(Stamped)
      .values({ name: param("name") })
      .prepare();
    try {
      const run = function* (...given: unknown[]): Step<unknown[]> {
        return ((yield connection.execute(...given)) as { all: () => unknown[] }).all();
      };
      expect(yield* run(byAge, { age: 40 })).toEqual([{ name: "Rusty-Man" }]);
      yield* rejects(run(byAge, {}), "no 'age'");
      expect(yield* run(template.prepare(), { age: 40 })).toEqual([{ name: "Rusty-Man" }]);
      const stream = raw.stream(byAge, { age: 40 });
      expect(((yield stream.next()) as IteratorResult<object>).value).toEqual({ name: "Rusty-Man" });
      yield stream.close();
      expect(((yield raw.explain(byAge, { age: 40 })) as Plan).sql).toMatch(/^SELECT/);
      yield* run(stamped, { name: "direct" });
      yield* run(stamped, { name: "again" });
      const serials = yield* run(select(Stamped.c.serial));
      expect(new Set(serials.map((row) => JSON.stringify(row))).size).toBe(2);
      yield* rejects(run(select(Hero).where(Hero.c.name.eq(param("name")))), "[E206]");
    } finally {
      yield connection.close();
    }
  });
});
