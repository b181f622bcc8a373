/** What a session tells of its statements. */
import {
  createEngine,
  metadata,
  select,
  Session,
  sql,
  type AsyncRowStream,
  type ExecuteEvent,
  type RowStream,
} from "sqlmodel";
import { expect, test, vi } from "vitest";
import { suite, type Step } from "./harness.ts";
import { Hero, Team } from "./models/heroes.ts";
import { rejects } from "./rejects.ts";
import type { SuiteSession } from "./suite-session.ts";

const pause = new Int32Array(new SharedArrayBuffer(4));

/** A stream read to its end, or left after some rows. */
function* streamed(stream: AsyncRowStream<unknown> | RowStream<unknown>, count = Infinity): Step<number> {
  for (let rows = 0; ; rows += 1) {
    if (rows === count) {
      yield stream.return();
      return rows;
    }
    if (((yield stream.next()) as IteratorResult<unknown>).done === true) return rows;
  }
}

suite("what is told of streams", ({ test }) => {
  const names = select(Hero.c.name).orderBy(Hero.c.id);
  function* fill(session: SuiteSession): Step<void> {
    session.addAll(Array.from({ length: 5 }, (_, index) => new Hero({ name: `n${String(index)}` })));
    yield* session.commit();
  }

  test("statistics: one query, and the rows as they are read", function* ({ session, openSession }) {
    yield* fill(session);
    const reader = openSession({ timing: true });
    const stream = reader.stream(names, { batchSize: 2 });
    yield stream.next();
    expect(reader.raw.statistics).toMatchObject({ queries: 1, rows: 2 });
    yield* streamed(stream);
    expect(reader.raw.statistics).toMatchObject({ queries: 1, rows: 5 });
    expect(Number(reader.raw.statistics.milliseconds)).toBeGreaterThan(0);
    yield* rejects(streamed(reader.textStream(sql`SELECT * FROM no_such_table`)), "no_such_table");
    expect(reader.raw.statistics).toMatchObject({ queries: 2, rows: 5 });
    yield* reader.rollback();
  });

  test("listeners: once, when it is over, with its rows and the time that the database took", function* ({
    session,
    engine,
  }) {
    yield* fill(session);
    const heard: ExecuteEvent[] = [];
    const stop = engine.onExecute((event) => {
      if (/select/i.test(event.sql)) heard.push(event);
    });
    const stream = session.stream(names, { batchSize: 2 });
    yield stream.next();
    expect(heard).toEqual([]);
    const began = performance.now();
    // Not the database's time.
    yield new Promise((resolve) => void setTimeout(resolve, 60));
    yield* streamed(stream);
    const wall = performance.now() - began;
    yield* streamed(session.stream(names, { batchSize: 2 }), 3);
    yield* session.rollback();
    const open = session.stream(names, { batchSize: 2 });
    yield open.next();
    yield* session.rollback();
    yield* rejects(streamed(session.textStream(sql`SELECT * FROM no_such_table`)), "no_such_table");
    yield* session.rollback();
    stop();
    expect(heard.map(({ stream: how, rowCount, error }) => [how, rowCount, error === undefined])).toEqual([
      ["complete", 5, true],
      ["left", 4, true],
      ["left", 2, true],
      ["left", 0, false],
    ]);
    expect(heard[0]?.duration).toBeGreaterThan(0);
    expect(heard[0]?.duration).toBeLessThan(wall);
  });

  test("many of them from one place are N+1, and the same one twice is a duplicate", function* ({
    openSession,
    session,
  }) {
    yield* fill(session);
    const watched = openSession({ onNPlusOne: "error", onDuplicateQuery: "error", nPlusOneThreshold: 3 });
    yield* watched.begin({ readOnly: true });
    yield* rejects(
      (function* () {
        for (let turn = 0; turn < 20; turn += 1)
          yield* streamed(watched.stream(select(Hero).where(Hero.c.name.eq(`n${String(turn)}`))));
      })(),
      "N+1",
    );
    yield* watched.rollback();
    yield* watched.begin({ readOnly: true });
    yield* streamed(watched.stream(names));
    yield* rejects(streamed(watched.stream(names)), "ran for the second time");
    yield* watched.rollback();
    yield* watched.begin({ readOnly: true });
    yield* rejects(
      (function* () {
        for (let turn = 0; turn < 20; turn += 1)
          yield* streamed(watched.textStream(sql`SELECT id FROM hero WHERE name = ${`n${String(turn)}`}`));
      })(),
      "N+1",
    );
    yield* watched.rollback();
  });
});

test("echo says that a stream was one, and whether it was left; slowQuery takes no time of the loop's", () => {
  const lines: string[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((line) => lines.push(String(line)) > 0);
  const slow: string[] = [];
  try {
    using engine = createEngine("sqlite::memory:", {
      echo: true,
      slowQuery: { ms: 40, log: (event) => slow.push(event.sql) },
    });
    metadata.createAll(engine);
    using session = new Session(engine);
    session.addAll(["a", "b", "c"].map((name) => new Hero({ name })));
    session.commit();
    for (const _ of session.stream(select(Hero.c.name), { batchSize: 1 })) Atomics.wait(pause, 0, 0, 25);
    for (const _ of session.stream(select(Hero.c.age), { batchSize: 1 })) break;
  } finally {
    write.mockRestore();
  }
  expect(lines.filter((line) => line.includes('"name" FROM'))).toEqual([
    expect.stringContaining("  3 rows streamed  "),
  ]);
  expect(lines.filter((line) => line.includes('"age" FROM'))).toEqual([
    expect.stringContaining("  1 rows streamed, then left  "),
  ]);
  expect(slow).toEqual([]);
});

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
