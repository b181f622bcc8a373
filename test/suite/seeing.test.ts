/** What a session tells of its statements. */
import { select, sql } from "sqlmodel";
import { expect } from "vitest";
import { suite } from "./harness.ts";
import { Hero, Team } from "./models/heroes.ts";
import { rejects } from "./rejects.ts";

suite("session.statistics", ({ test }) => {
  test("counts statements and rows, not what begins and ends transactions", function* ({
    openSession,
    statements,
    forget,
  }) {
    const session = openSession();
    expect(session.raw.statistics).toEqual({ queries: 0, rows: 0, milliseconds: undefined });
    forget();
    session.add(new Team({ name: "x", heroes: [new Hero({ name: "a" }), new Hero({ name: "b" })] }));
    yield* session.commit();
    expect(session.raw.statistics).toEqual({ queries: statements.length, rows: 3, milliseconds: undefined });
    const before = session.raw.statistics.queries;
    yield* session.beginNested();
    yield* session.exec(select(Team).include({ heroes: true }));
    yield* session.rollback();
    yield* session.rollback();
    expect(session.raw.statistics).toEqual({ queries: before + 2, rows: 6, milliseconds: undefined });
    // What others send is theirs.
    const other = openSession();
    yield* other.exec(select(Hero.c.id));
    yield* other.close();
    expect(session.raw.statistics.queries).toBe(before + 2);
  });

  test("counts what failed, and measures with timing", function* ({ openSession }) {
    const session = openSession({ timing: true });
    yield* rejects(session.text(sql`SELECT * FROM no_such_table`), "no_such_table");
    const { queries, rows, milliseconds } = session.raw.statistics;
    expect([queries, rows, Number(milliseconds) > 0]).toEqual([1, 0, true]);
    yield* session.rollback();
    yield* session.close();
  });

  test("does not lose rows that are written one by one without a listener", function* ({ openSession, engine }) {
    const heroes = Array.from({ length: 20 }, (_, index) => new Hero({ name: `n${String(index)}` }));
    const session = openSession();
    session.addAll(heroes);
    yield* session.commit();
    expect(session.raw.statistics.rows).toBe(20);
    for (const hero of heroes) hero.age = hero.id;
    yield* session.commit();
    const { queries, rows } = session.raw.statistics;
    // A batch is one statement, or one for each row.
    expect([rows, queries <= 40 && queries >= 2]).toEqual([40, true]);
    expect(engine.poolStatus.inUse).toBe(0);
  });
});
