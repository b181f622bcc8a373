/** `stream()`: rows read in batches, on every database and in both session modes. */
import { expect } from "vitest";
import {
  ArgumentError,
  CannotCancelError,
  insert,
  select,
  SessionError,
  sql,
  StatementTimeout,
  StreamEndedError,
  StreamOpenError,
  type AsyncConnection,
  type AsyncRowStream,
  type Connection,
  type RowStream,
} from "sqlmodel";
import { Hero, Power, Team } from "./models/heroes.ts";
import { suite } from "./harness.ts";
import type { Step } from "./suite-session.ts";
import { rejects } from "./traps/rejects.ts";

type Stream<Row> = RowStream<Row> | AsyncRowStream<Row>;

/** The next row; undefined after the last. */
function* next<Row>(stream: Stream<Row>): Step<Row | undefined> {
  return ((yield stream.next()) as IteratorResult<Row, undefined>).value;
}

function* all<Row>(stream: Stream<Row>): Step<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const step = (yield stream.next()) as IteratorResult<Row, undefined>;
    if (step.done === true) return rows;
    rows.push(step.value);
  }
}

function* allPartitions<Row>(stream: Stream<Row>, size?: number): Step<Row[][]> {
  const found: Row[][] = [];
  const partitions = stream.partitions(size);
  for (;;) {
    const step = (yield partitions.next()) as IteratorResult<Row[], void>;
    if (step.done === true) return found;
    found.push(step.value);
  }
}

function heroes(count: number): Hero[] {
  return Array.from({ length: count }, (_, index) => new Hero({ name: `hero ${String(index)}`, age: index }));
}

const byAge = select(Hero).orderBy(Hero.c.age);

suite("streaming", ({ test }) => {
  test("rows come in order, whatever the size of a batch", function* ({ session }) {
    session.addAll(heroes(25));
    yield* session.commit();
    for (const batchSize of [1, 5, 7, 25, 26, 1000]) {
      const ages = yield* all(session.stream(select(Hero.c.age).orderBy(Hero.c.age), { batchSize }));
      expect(ages).toEqual(Array.from({ length: 25 }, (_, index) => index));
      const rows = yield* all(session.stream(byAge, { batchSize }));
      expect(rows.map((hero) => hero.name)).toEqual(Array.from({ length: 25 }, (_, index) => `hero ${String(index)}`));
    }
    expect(yield* all(session.stream(byAge.where(Hero.c.age.gt(100))))).toEqual([]);
  });

  test("tuples, objects, templates and parameters", function* ({ session }) {
    session.addAll(heroes(4));
    yield* session.commit();
    const tuples = select(Hero, Hero.c.age.plus(1))
      .where(Hero.c.name.in(["hero 1", "hero 2"]))
      .orderBy(Hero.c.age);
    expect((yield* all(session.stream(tuples, { batchSize: 1 }))).map(([hero, age]) => [hero.age, age])).toEqual([
      [1, 2],
      [2, 3],
    ]);
    const records = select({ name: Hero.c.name, next: Hero.c.age.plus(1) }).where(Hero.c.age.ge(3));
    expect(yield* all(session.stream(records))).toEqual([{ name: "hero 3", next: 4 }]);
    const template = sql<{ name: string }>`select name from hero where age < ${2} order by age`;
    expect((yield* all(session.textStream(template, { batchSize: 1 }))).map((row) => ({ ...row }))).toEqual([
      { name: "hero 0" },
      { name: "hero 1" },
    ]);
  });

  test("partitions(n) are read as they are asked for", function* ({ session }) {
    session.addAll(heroes(10));
    yield* session.commit();
    const ages = select(Hero.c.age).orderBy(Hero.c.age);
    expect(yield* allPartitions(session.stream(ages), 4)).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
    expect(yield* allPartitions(session.stream(ages, { batchSize: 5 }))).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
    ]);
    const stream = session.stream(ages, { batchSize: 3 });
    expect(yield* next(stream)).toBe(0);
    expect(yield* allPartitions(stream, 6)).toEqual([[1, 2], [3, 4, 5, 6, 7, 8], [9]]);
  });

  test("select-in and joined relationships", function* ({ session, openSession, forget, statements }) {
    const teams = [new Team({ name: "A" }), new Team({ name: "B" })];
    const fire = new Power({ label: "fire" });
    for (const [index, hero] of heroes(6).entries()) {
      hero.team = teams[index % 2] as Team;
      hero.powers = index < 3 ? [fire] : [];
      session.add(hero);
    }
    yield* session.commit();
    const reader = openSession();
    forget();
    const rows = yield* all(reader.stream(byAge.include({ team: true, powers: true }), { batchSize: 2 }));
    expect(rows.map((hero) => [hero.team?.name, hero.powers.map((power) => power.label)])).toEqual([
      ["A", ["fire"]],
      ["B", ["fire"]],
      ["A", ["fire"]],
      ["B", []],
      ["A", []],
      ["B", []],
    ]);
    expect(statements.length).toBeGreaterThanOrEqual(1 + 3 + 1);
  });

  test("entities leave the session with the next batch, unless they were changed or there before", function* ({
    session,
    openSession,
  }) {
    session.addAll(heroes(6));
    yield* session.commit();
    const reader = openSession();
    const known = (yield* reader.exec(byAge.where(Hero.c.age.eq(1)))).one();
    const stream = reader.stream(byAge, { batchSize: 2 });
    const seen: Hero[] = [];
    for (let hero = yield* next(stream); hero !== undefined; hero = yield* next(stream)) {
      expect(reader.has(hero)).toBe(true);
      if (hero.age === 2) hero.name = "changed";
      seen.push(hero);
    }
    expect(seen[1]).toBe(known);
    expect(seen.map((hero) => reader.has(hero))).toEqual([false, true, true, false, true, true]);
    yield* reader.commit();
    expect((yield* reader.exec(select(Hero.c.name).where(Hero.c.age.eq(2)))).one()).toBe("changed");
  });

  test("readOnly() entities never enter it", function* ({ session, openSession }) {
    session.addAll(heroes(3));
    yield* session.commit();
    const reader = openSession();
    for (const hero of yield* all(reader.stream(byAge.readOnly(), { batchSize: 2 }))) {
      expect(reader.has(hero)).toBe(false);
    }
  });

  test("a loop that is left, and a stream read to its end, end the transaction they have begun", function* ({
    session,
    openSession,
    engine,
  }) {
    session.addAll(heroes(10));
    yield* session.commit();
    const reader = openSession();
    for (const leave of [true, false]) {
      const stream = reader.stream(byAge, { batchSize: 2 });
      expect((yield* next(stream))?.age).toBe(0);
      expect(engine.poolStatus.inUse).toBe(1);
      if (leave) yield stream.return();
      else yield* all(stream);
      expect(engine.poolStatus.inUse).toBe(0);
      expect(reader.inTransaction).toBe(false);
      expect(yield* next(stream)).toBeUndefined();
    }
    yield* reader.begin({ readOnly: true });
    yield* all(reader.stream(byAge, { batchSize: 2 }));
    expect(reader.inTransaction).toBe(true);
    const never = reader.stream(byAge);
    yield never.close();
    expect(yield* all(never)).toEqual([]);
  });

  test("what was written in the loop is not committed by its end", function* ({ session, dialect }) {
    session.addAll(heroes(3));
    yield* session.commit();
    if (dialect === "sqlite") return;
    for (let hero; (hero = yield* next(session.stream(byAge, { batchSize: 1 }))) !== undefined;) {
      hero.name = "written";
      yield* session.flush();
      break;
    }
    yield* session.rollback();
    expect((yield* session.exec(select(Hero.c.id).where(Hero.c.name.eq("written")))).all()).toEqual([]);
  });

  test("other statements run in between; SQLite refuses those that write", function* ({ session, dialect }) {
    session.addAll(heroes(6));
    yield* session.commit();
    const stream = session.stream(byAge, { batchSize: 2 });
    const same = session.stream(byAge, { batchSize: 3 });
    expect((yield* next(stream))?.age).toBe(0);
    expect((yield* next(same))?.age).toBe(0);
    expect((yield* session.exec(byAge)).all()).toHaveLength(6);
    session.add(new Hero({ name: "new", age: 100 }));
    if (dialect === "sqlite") {
      expect((yield* rejects(session.flush(), StreamOpenError)).message).toMatch(/INSERT INTO … was not sent/);
      yield stream.close();
      yield same.close();
      yield* session.rollback();
      session.add(new Hero({ name: "new", age: 100 }));
      yield* session.commit();
      return;
    }
    yield* session.flush();
    expect((yield* all(stream)).map((hero) => hero.age)).toEqual([1, 2, 3, 4, 5]);
    expect(yield* all(same)).toHaveLength(5);
    yield* session.commit();
  });

  test("commit, rollback and close end a stream, and it says so", function* ({ session, openSession }) {
    session.addAll(heroes(5));
    yield* session.commit();
    for (const call of ["commit", "rollback", "close"] as const) {
      const reader = openSession();
      const stream = reader.stream(byAge, { batchSize: 2 });
      yield* next(stream);
      yield* reader[call]();
      expect((yield* next(stream))?.age).toBe(1);
      expect((yield* rejects(next(stream), StreamEndedError)).message).toMatch(
        new RegExp(`because ${call}\\(\\) was called`),
      );
      expect(yield* next(stream)).toBeUndefined();
    }
  });

  test("a savepoint ends the streams within it, and no others", function* ({ session, dialect }) {
    session.addAll(heroes(5));
    yield* session.commit();
    const outer = session.stream(byAge, { batchSize: 2 });
    if (dialect !== "sqlite") yield* next(outer);
    yield* session.beginNested();
    const inner = session.stream(byAge, { batchSize: 2 });
    yield* next(inner);
    yield* session.rollback();
    yield* next(inner);
    expect((yield* rejects(next(inner), StreamEndedError)).message).toMatch(/rollback\(\)/);
    expect(yield* all(outer)).toHaveLength(dialect === "sqlite" ? 5 : 4);
  });

  test("an error in the middle is told once, and ends the stream", function* ({ session, dialect, openSession }) {
    session.addAll(heroes(10));
    yield* session.commit();
    const failing = {
      postgresql: sql<{ n: unknown }>`select 10 / (5 - age) as n from hero`,
      sqlite: sql<{ n: unknown }>`select case when age = 5 then json('{') else age end as n from hero order by id`,
      mysql: undefined,
    }[dialect];
    if (failing === undefined) return;
    const reader = openSession();
    const stream = reader.textStream(failing, { batchSize: 2 });
    yield* next(stream);
    expect((yield* rejects(all(stream), Error)).message).toMatch(
      dialect === "sqlite" ? /malformed JSON/ : /division by zero/,
    );
    expect(yield* next(stream)).toBeUndefined();
    yield* reader.rollback();
    expect((yield* reader.exec(byAge)).all()).toHaveLength(10);
  });

  test("a signal ends a stream between its batches", function* ({ session, openSession, isSync, engine }) {
    session.addAll(heroes(30));
    yield* session.commit();
    const reader = openSession();
    const controller = new AbortController();
    const options = { batchSize: 10, signal: controller.signal };
    if (isSync) {
      expect(() => reader.stream(byAge, options)).toThrow(CannotCancelError);
      return;
    }
    const stream = reader.stream(byAge, options);
    for (let count = 0; count < 10; count += 1) yield* next(stream);
    controller.abort(new Error("enough"));
    expect((yield* rejects(next(stream), Error)).message).toBe("enough");
    expect(yield* next(stream)).toBeUndefined();
    expect(engine.poolStatus.inUse).toBe(0);
  });

  test("a signal and a timeout stop a batch in the server", function* ({ openSession, dialect, engine }) {
    const slow = {
      postgresql: sql<{ n: unknown }>`select pg_sleep(0.01), n from generate_series(1, 100000) as n`,
      mysql: sql<{ n: unknown }>`select sleep(0.01) as s, seq as n from seq_1_to_100000`,
      sqlite: undefined,
    }[dialect];
    if (slow === undefined || engine.core.address.includes("pglite")) return;
    const reader = openSession();
    const late = reader.textStream(slow, { batchSize: 10_000, timeout: 0.3 });
    expect((yield* rejects(next(late), StatementTimeout)).message).toContain("timeout of 0.3 s");
    expect(yield* next(late)).toBeUndefined();
    yield* reader.rollback();
    const signal = AbortSignal.timeout(300);
    expect((yield* rejects(all(reader.textStream(slow, { signal })), Error)).name).toBe("TimeoutError");
    yield* reader.rollback();
    expect((yield* reader.exec(byAge)).all()).toEqual([]);
  });

  test("what cannot be streamed, and sizes that are none", function* ({ session }) {
    const call = (statement: unknown, options?: object) => () => session.stream(statement as typeof byAge, options);
    expect(call(insert(Hero).values({ name: "x" }))).toThrow(SessionError);
    expect(call({ kind: "select" })).toThrow("stream() takes a select or an sql template that selects");
    for (const batchSize of [0, -1, 1.5, "2", 2 ** 31]) expect(call(byAge, { batchSize })).toThrow(ArgumentError);
    expect((yield* rejects(allPartitions(session.stream(byAge), 0), ArgumentError)).message).toMatch(
      /partitions\(\) takes/,
    );
  });

  test("a connection streams without a session", function* ({ session, engine }) {
    session.addAll(heroes(5));
    yield* session.commit();
    const connection = (yield engine.connect()) as Connection | AsyncConnection;
    const stream = connection.stream(select(Hero.c.age).orderBy(Hero.c.age), { batchSize: 2 });
    expect({ ...(yield* next(stream)) }).toEqual({ age: 0 });
    expect(connection.transaction).toBe("active");
    expect((yield* all(stream)).map((row) => row["age"])).toEqual([1, 2, 3, 4]);
    expect(connection.transaction).toBe("none");
    yield connection.begin();
    const left = connection.stream(sql`select name from hero order by age`, { batchSize: 2 });
    expect({ ...(yield* next(left)) }).toEqual({ name: "hero 0" });
    yield left.return();
    expect(connection.transaction).toBe("active");
    yield connection.close();
  });
});
