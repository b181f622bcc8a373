/** Prepared templates and merges, and prepared statements that are streamed and explained. */
import {
  deleteFrom,
  field,
  func,
  insert,
  integer,
  merge,
  param,
  type Plan,
  type Prepared,
  primaryKey,
  type Result,
  select,
  type Session,
  sql,
  table,
  text,
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

suite("prepare of what is not a select, insert, update or delete", ({ test }) => {
  test("an sql template, with rows by name, flushed before and guarded", function* ({ session, dialect }) {
    yield* fill(session);
    const older = sql<{
      name: string;
    }>`SELECT ${Hero.c.name} AS name FROM ${Hero} WHERE ${Hero.c.age} > ${param("age", integer())} ORDER BY 1`;
    const prepared: Prepared<{ name: string }, { age: number }> = older.prepare<{ age: number }>();
    expect((yield* session.prepared(prepared, { age: 40 })).all().map(({ name }) => name)).toEqual(["Rusty-Man"]);
    session.add(new Hero({ name: "Zed", age: 50 }));
    expect((yield* session.prepared(prepared, { age: 40 })).all().map(({ name }) => name)).toEqual([
      "Rusty-Man",
      "Zed",
    ]);
    const write = sql`UPDATE ${Hero} SET age = ${param("age", integer())} WHERE name = ${param("name", text())}`;
    expect(
      (yield* session.prepared(write.prepare<{ age: number; name: string }>(), { age: 7, name: "Zed" })).rowCount,
    ).toBe(1);
    expect((yield* session.exec(select(Hero).where(Hero.c.name.eq("Zed")))).one().age).toBe(7);
    expect(() => sql`SELECT ${param("n")}`.prepare()).toThrow(/Nothing beside param\("n"\).*\[E206\]/);
    yield* rejects(session.prepared(sql`DELETE FROM ${Hero}`.prepare(), {}), "no WHERE");
    yield* rejects(session.prepared(prepared, { age: "1" as never }), "[E203]");
    // SQLite and MariaDB keep the transaction, PostgreSQL has sent nothing either.
    expect((yield* session.exec(select(func.count()).from(Hero))).one(), dialect).toBe(4);
  });

  test("a merge, whose defaults are made for each execution", function* ({ session, dialect }) {
    yield* fill(session);
    const statement = merge(Stamped)
      .using(Team)
      .on(Stamped.c.name.eq(param("name")))
      .whenMatched()
      .update({ name: param("renamed") })
      .whenNotMatched(Team.c.name.eq("Preventers"))
      .insert({ name: param("name") })
      .prepare<{ name: string; renamed: string }>();
    expect(statement.names.toSorted()).toEqual(["name", "renamed"]);
    if (dialect !== "postgresql") {
      yield* rejects(session.prepared(statement, { name: "a", renamed: "b" }), "has no MERGE");
      return;
    }
    for (const name of ["a", "b"])
      expect((yield* session.prepared(statement, { name, renamed: "x" })).rowCount).toBe(1);
    const serials = (yield* session.exec(select(Stamped.c.serial))).all();
    expect(new Set(serials).size).toBe(2);
    yield* session.prepared(statement, { name: "b", renamed: "c" });
    expect((yield* session.exec(select(Stamped.c.name).orderBy(Stamped.c.name))).all()).toEqual(["a", "c"]);
    expect((yield* session.exec(select(Stamped.c.serial).where(Stamped.c.name.eq("c")))).all()).not.toEqual([
      serials[1],
    ]);
    yield* rejects(session.prepared(statement, { name: "x".repeat(51), renamed: 1 as never }), "stamped.name");
    const plain = merge(Team)
      .using(Hero)
      .on(Team.c.name.eq(param("name")))
      .whenMatched()
      .update({ headquarters: param("place") })
      .prepare<{ name: string; place: string }>();
    yield* session.exec(deleteFrom(Hero).where(Hero.c.name.ne("Deadpond")));
    const team = (yield* session.exec(select(Team))).one();
    yield* session.prepared(plain, { name: "Preventers", place: "Base" });
    yield* session.exec(select(Team));
    expect(team.headquarters).toBe("Base");
  });

  test("a stream, and what explains it, take values by name", function* ({ session }) {
    yield* fill(session);
    const byAge = select(Hero)
      .where(Hero.c.age.gt(param("age")))
      .orderBy(Hero.c.age)
      .include({ team: true })
      .prepare<{ age: number }>();
    for (const [age, expected] of [
      [0, ["Tarantula", "Rusty-Man"]],
      [40, ["Rusty-Man"]],
    ] as const) {
      const found: Hero[] = [];
      const stream = (session.raw as Session).stream(byAge, { age }, { batchSize: 1 });
      for (;;) {
        const step = (yield stream.next()) as IteratorResult<Hero, undefined>;
        if (step.done === true) break;
        expect(known(step.value.team)?.name).toBe("Preventers");
        found.push(step.value);
      }
      expect(found.map(({ name }) => name)).toEqual(expected);
    }
    const template = sql<{ name: string }>`SELECT name FROM hero WHERE age > ${param("age", integer())}`.prepare<{
      age: number;
    }>();
    const first = (yield (session.raw as Session).stream(template, { age: 40 }).next()) as IteratorResult<{
      name: string;
    }>;
    expect({ ...first.value }).toEqual({ name: "Rusty-Man" });
    yield* session.rollback();
    const plan = (yield (session.raw as Session).explain(byAge, { age: 40 })) as Plan;
    expect(plan.sql).toContain("ORDER BY");
    const ofWrite = deleteFrom(Hero)
      .where(Hero.c.name.eq(param("name")))
      .prepare<{ name: string }>();
    expect(((yield (session.raw as Session).explain(ofWrite, { name: "x" })) as Plan).sql).toMatch(/^DELETE/);
    expect(() => (session.raw as Session).stream(byAge, {} as never)).toThrow("no 'age'");
    const added = insert(Team)
      .values({ name: param("name") })
      .prepare<{ name: string }>();
    expect(() => (session.raw as Session).stream(added, { name: "x" })).toThrow("stream() takes a select");
    expect((yield (session.raw as Session).scalar(byAge, { age: 40 })) as Hero).toMatchObject({ name: "Rusty-Man" });
    const names = (yield (session.raw as Session).scalars(byAge, { age: 0 })) as Result<Hero>;
    expect(names.all()).toHaveLength(2);
  });
});
