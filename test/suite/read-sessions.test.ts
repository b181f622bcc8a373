/** Sessions that only read: where each statement has a snapshot of its own, they send no BEGIN and nothing at their end. */
import {
  type AsyncEngine,
  DatabaseError,
  type Engine,
  exists,
  func,
  PendingRollbackError,
  select,
  sql,
  update,
} from "sqlmodel";
import { expect } from "vitest";
import { suite, type Step } from "./harness.ts";
import { Hero, Power, Team } from "./models/heroes.ts";
import { rejects } from "./rejects.ts";

/** All statements that `work` sends, each as its first word. */
function* verbs(engine: Engine | AsyncEngine, work: () => Step<unknown>): Step<string[]> {
  const sent: string[] = [];
  const stop = engine.onExecute(({ sql: text }) => sent.push(text.split(" ")[0] ?? ""));
  try {
    yield* work();
  } finally {
    stop();
  }
  return sent;
}

suite("sessions that only read", ({ test }) => {
  test("send a transaction only where its reads share a snapshot", function* ({ openSession, engine, dialect }) {
    const session = openSession();
    session.add(new Hero({ name: "a", team: new Team({ name: "x" }), powers: [new Power({ label: "fly" })] }));
    yield* session.commit();
    yield* session.close();
    const reader = openSession();
    const sent = yield* verbs(engine, function* () {
      expect((yield* reader.get(Hero, 1))?.name).toBe("a");
      expect(reader.inTransaction).toBe(true);
      yield* reader.exec(
        select(Team)
          .include({ heroes: { powers: true } })
          .where(Team.c.name.startsWith("x")),
      );
      const rows = yield* reader.exec(
        select(Hero.c.teamId, func.count())
          .where(exists(select(Team).where(Team.c.id.eq(Hero.c.teamId))))
          .groupBy(Hero.c.teamId)
          .limit(5),
      );
      expect(rows.all()).toEqual([[1, 1]]);
      yield* reader.commit();
      expect(reader.inTransaction).toBe(false);
      yield* reader.exec(select(Hero.c.name));
      yield* reader.rollback();
      yield* reader.exec(select(Hero.c.name));
      yield* reader.close();
    });
    const others = sent.filter((verb) => verb !== "SELECT");
    if (dialect === "postgresql") expect(others).toEqual([]);
    else expect(others).toHaveLength(6);
    expect(engine.poolStatus.inUse).toBe(0);
  });

  test("begin one for what may depend on it", function* ({ openSession, engine }) {
    const begun = function* (statement: unknown): Step<void> {
      const session = openSession();
      const sent = yield* verbs(engine, function* () {
        yield* session.exec(select(Hero.c.id));
        yield* session.exec(statement as Parameters<typeof session.exec>[0]);
        yield* session.close();
      });
      expect(sent.filter((verb) => verb !== "SELECT" && verb !== "UPDATE")).toHaveLength(2);
    };
    yield* begun(select(func.now()));
    yield* begun(select(func.call<number>("abs", { kind: "integer" }, func.call("sign", { kind: "integer" }, 2))));
    yield* begun(select(Hero).where(sql<boolean>`1 = 1`));
    yield* begun(select(Hero).where(Hero.c.id.in(select(Team.c.id).where(sql<boolean>`1 = 1`))));
    yield* begun(update(Hero).all().values({ age: 1 }));
  });

  test.requires("rowLocks")("begin one for row locks", function* ({ session, engine }) {
    const sent = yield* verbs(engine, function* () {
      yield* session.exec(select(Hero).forUpdate());
      yield* session.close();
    });
    expect(sent).toHaveLength(3);
  });

  test("begin one for an isolation level, for read-only transactions, and for begin()", function* ({
    openSession,
    engine,
  }) {
    for (const options of [{ isolationLevel: "SERIALIZABLE" }, { readOnly: true }] as const) {
      const session = openSession(options);
      const sent = yield* verbs(engine, function* () {
        yield* session.exec(select(Hero.c.id));
        yield* session.close();
      });
      expect(sent.filter((verb) => /^(BEGIN|START|COMMIT|ROLLBACK)$/.test(verb))).toHaveLength(2);
    }
    const session = openSession();
    yield* session.exec(select(Hero.c.id));
    const sent = yield* verbs(engine, function* () {
      yield* session.begin();
      yield* session.exec(select(Hero.c.id));
      yield* session.rollback();
    });
    expect(sent).toContain("ROLLBACK");
  });

  test("write in one transaction after their reads, and roll it back", function* ({ session }) {
    session.add(new Hero({ name: "a" }));
    yield* session.commit();
    const hero = (yield* session.get(Hero, 1)) as Hero;
    hero.name = "b";
    yield* session.flush();
    expect((yield* session.exec(select(Hero.c.name))).one()).toBe("b");
    yield* session.rollback();
    expect(hero.name).toBe("a");
    expect((yield* session.exec(select(Hero.c.name))).one()).toBe("a");
    yield* session.beginNested();
    session.add(new Hero({ name: "c" }));
    yield* session.flush();
    yield* session.rollback();
    session.add(new Hero({ name: "d" }));
    yield* session.commit();
    expect((yield* session.exec(select(Hero.c.name).orderBy(Hero.c.name))).all()).toEqual(["a", "d"]);
  });

  test.on("postgresql")("want a rollback after a read that failed", function* ({ session, engine }) {
    session.add(new Hero({ name: "a", age: 1 }));
    yield* session.commit();
    const failing = select(Hero.c.age.dividedBy(0));
    expect(yield* rejects(session.exec(failing), "division by zero")).toBeInstanceOf(DatabaseError);
    expect(yield* rejects(session.exec(select(Hero)), "rollback()")).toBeInstanceOf(PendingRollbackError);
    expect(yield* rejects(session.commit(), "rollback()")).toBeInstanceOf(PendingRollbackError);
    const sent = yield* verbs(engine, () => session.rollback());
    expect(sent).toEqual([]);
    expect((yield* session.exec(select(Hero.c.name))).one()).toBe("a");
  });

  test.concurrent(
    "see what others committed, unless their transaction keeps a snapshot",
    function* ({ openSession, dialect }) {
      const [writer, plain, repeatable] = [
        openSession(),
        openSession(),
        openSession({ isolationLevel: "REPEATABLE READ" }),
      ];
      const count = select(func.count()).from(Hero);
      expect((yield* plain.exec(count)).one()).toBe(0);
      expect((yield* repeatable.exec(count)).one()).toBe(0);
      writer.add(new Hero({ name: "a" }));
      yield* writer.commit();
      expect((yield* plain.exec(count)).one()).toBe(dialect === "postgresql" ? 1 : 0);
      expect((yield* repeatable.exec(count)).one()).toBe(0);
    },
  );
});
