/** Queries that are repeated where one would do: planted cases, and what must raise no alarm. */
import {
  AsyncSession,
  createAsyncEngine,
  createEngine,
  DuplicateQueryError,
  func,
  insert,
  metadata,
  NPlusOneError,
  select,
  Session,
  type SessionOptions,
  sql,
  update,
} from "sqlmodel";
import { describe, expect, test, vi } from "vitest";
import { targets } from "./databases.ts";
import { suite, type Step } from "./harness.ts";
import { Hero, Power, Team } from "./models/heroes.ts";
import { rejects } from "./rejects.ts";
import type { SuiteSession } from "./suite-session.ts";

const strict: SessionOptions = { onNPlusOne: "error", onDuplicateQuery: "error" };

function* fill(session: SuiteSession): Step<void> {
  for (let index = 0; index < 8; index += 1)
    session.add(
      new Team({
        name: `t${String(index)}`,
        heroes: [new Hero({ name: `h${String(index)}` }), new Hero({ name: "same" })],
      }),
    );
  yield* session.commit();
  session.raw.expungeAll();
}

/** The warnings while `work` runs. */
function* warnings(work: () => Step<void>): Step<string[]> {
  const spy = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  try {
    yield* work();
    return spy.mock.calls.map(([message]) => String(message));
  } finally {
    spy.mockRestore();
  }
}

/** Sessions of the suite are called from one place. */
const here = /^N\+1: at test\/suite\/suite-session\.ts:\d+:\d+ /;

suite("N+1", ({ test }) => {
  test("a query for each row of another", function* ({ openSession }) {
    const strictly = openSession(strict);
    yield* fill(strictly);
    let reached = 0;
    const error = yield* rejects(
      (function* () {
        for (const team of (yield* strictly.exec(select(Team))).all()) {
          reached += 1;
          yield* strictly.exec(select(Hero).where(Hero.c.teamId.eq(team.id)));
        }
      })(),
      "N+1",
    );
    expect(error).toBeInstanceOf(NPlusOneError);
    expect(reached).toBe(5);
    const { message, callSite } = error as NPlusOneError;
    expect(message).toMatch(here);
    expect(message).toContain("ran 5 times with other values");
    expect(message).toContain("select(Team).include({ heroes: true })");
    expect(callSite).toMatch(/^test\/suite\/suite-session\.ts:/);
  });

  test("get for each row, and text", function* ({ openSession }) {
    const strictly = openSession(strict);
    yield* fill(strictly);
    const heroes = (yield* strictly.exec(select(Hero).where(Hero.c.name.ne("same")))).all();
    const error = yield* rejects(
      (function* () {
        for (const hero of heroes) yield* strictly.get(Team, hero.teamId);
      })(),
      "session.get(Team, …). Load it with the query that the values come from: select(Hero).include({ team: true })",
    );
    expect((error as Error).message).toMatch(here);
    yield* rejects(
      (function* () {
        for (const { id } of heroes) yield* strictly.text(sql`SELECT name FROM hero WHERE id = ${id}`);
      })(),
      "Ask once for all values",
    );
  });

  test("load for entities that came one by one", function* ({ openSession }) {
    const strictly = openSession({ ...strict, nPlusOneThreshold: 4 });
    yield* fill(strictly);
    const loadAll = function* (): Step<void> {
      for (let id = 1; id <= 8; id += 1) {
        const team = (yield* strictly.exec(select(Team).where(Team.c.name.in([`t${String(id - 1)}`, "no"])))).one();
        yield* strictly.load(team, "heroes");
      }
    };
    yield* rejects(
      loadAll(),
      'session.load(team, "heroes"). Load it with the query that the values come from: select(Team).include({ heroes: true })',
    );
    // Those of one result are loaded together.
    yield* strictly.close();
    const other = openSession(strict);
    for (const team of (yield* other.exec(select(Team))).all()) yield* other.load(team, "heroes");
  });

  test("is warned of once for each place, by default at five", function* ({ openSession }) {
    const loop = function* (to: number): Step<void> {
      const watched = openSession({ onNPlusOne: "warn", onDuplicateQuery: "ignore" });
      for (let id = 1; id <= to; id += 1) yield* watched.exec(select(Power).where(Power.c.id.eq(id)));
      yield* watched.close();
    };
    expect(yield* warnings(() => loop(4))).toEqual([]);
    const told = yield* warnings(() => loop(8));
    const again = yield* warnings(() => loop(8));
    // Each database of the suite comes by this place; a statement's text is part of what was told.
    expect(told.length).toBeLessThanOrEqual(1);
    if (told[0] !== undefined) expect(told[0]).toMatch(here);
    expect(again).toEqual([]);
  });

  test("no alarm: other statements, pages, lists, several places, writes, another transaction", function* ({
    openSession,
  }) {
    const strictly = openSession(strict);
    yield* fill(strictly);
    const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
    // Different statements.
    yield* strictly.exec(select(Hero).where(Hero.c.id.eq(1)));
    yield* strictly.exec(select(Hero.c.id).where(Hero.c.id.eq(2)));
    yield* strictly.exec(select(Hero.c.name).where(Hero.c.id.eq(3)));
    yield* strictly.exec(select(Hero.c.age).where(Hero.c.id.eq(4)));
    yield* strictly.exec(select(func.count()).where(Hero.c.teamId.eq(5)));
    for (const page of numbers) {
      yield* strictly.exec(select(Hero).where(Hero.c.id.gt(page)).orderBy(Hero.c.id).limit(2));
      yield* strictly.exec(select(Hero).where(Hero.c.teamId.eq(1)).orderBy(Hero.c.id).limit(2).offset(page));
      yield* strictly.text(sql`SELECT id FROM hero WHERE id <> 0 LIMIT 2 OFFSET ${page}`);
      yield* strictly.exec(select(Hero).where(Hero.c.id.in([page, page + 1])));
      yield* strictly.exec(update(Hero).where(Hero.c.id.eq(page)).values({ age: page }));
      yield* strictly.exec(insert(Power).values([{ label: `p${String(page)}` }]));
      yield* strictly.exec(select(Hero.c.id).where(Hero.c.id.gt(page)));
    }
    yield* strictly.commit();
    // One a transaction: a worker's loop.
    for (const id of numbers) {
      yield* strictly.exec(select(Team).where(Team.c.id.eq(id)));
      yield* strictly.commit();
    }
    // A flush, a merge and an include do what they must.
    for (const id of numbers.slice(0, 6)) yield* strictly.merge(new Team({ id, name: `m${String(id)}` }));
    strictly.addAll(numbers.map((number) => new Hero({ name: `n${String(number)}`, teamId: 1 })));
    yield* strictly.commit();
    yield* strictly.exec(select(Team).include({ heroes: { powers: true } }));
  });
});

suite("duplicate queries", ({ test }) => {
  test("the same query twice, and nothing written in between", function* ({ openSession }) {
    const strictly = openSession(strict);
    yield* fill(strictly);
    const ask = select(Hero).where(Hero.c.name.eq("h1"));
    yield* strictly.exec(ask);
    const error = yield* rejects(strictly.exec(ask), "for the second time with the same values");
    expect(error).toBeInstanceOf(DuplicateQueryError);
    expect((error as DuplicateQueryError).callSite).toMatch(/^test\/suite\/suite-session\.ts:\d+:\d+$/);
    yield* strictly.close();
    const told = yield* warnings(function* () {
      const watched = openSession({ onDuplicateQuery: "warn", onNPlusOne: "ignore" });
      yield* watched.exec(select(Team.c.id).where(Team.c.name.eq("t1")));
      yield* watched.exec(select(Team.c.id).where(Team.c.name.eq("t1")));
    });
    expect(told.length).toBeLessThanOrEqual(1);
  });

  test("no alarm: after a write, a commit or expire, with other values, on purpose", function* ({ openSession }) {
    const strictly = openSession(strict);
    yield* fill(strictly);
    const ask = select(Hero).where(Hero.c.name.eq("h1"));
    const hero = (yield* strictly.exec(ask)).one();
    yield* strictly.exec(select(Hero).where(Hero.c.name.eq("h2")));
    yield* strictly.exec(update(Hero).where(Hero.c.id.eq(1)).values({ age: 5 }));
    yield* strictly.exec(ask);
    hero.age = 7;
    yield* strictly.exec(ask);
    strictly.expire(hero);
    yield* strictly.exec(ask);
    yield* strictly.exec(ask.populateExisting());
    yield* strictly.refresh(hero);
    yield* strictly.refresh(hero);
    yield* strictly.commit();
    yield* strictly.exec(ask);
    yield* strictly.close();
    const silent = openSession();
    for (let count = 0; count < 9; count += 1) yield* silent.exec(ask);
  });
});

describe("call sites", () => {
  const places = ["sqlite::memory:", "pglite:"].filter(
    (url) => url.startsWith("sqlite") || targets().some(({ name }) => name === "PGlite"),
  );
  const byId = (id: number) => select(Team).where(Team.c.id.eq(id));

  test.each(places)("the program's own line, through promises: %s", async (url) => {
    await using engine = createAsyncEngine(url);
    await metadata.createAll(engine);
    await using session = new AsyncSession(engine, strict);
    const find = async (id: number): Promise<void> => void (await session.exec(byId(id)));
    const loop = async (): Promise<void> => {
      for (let id = 1; id < 9; id += 1) await find(id);
    };
    const error: unknown = await loop().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NPlusOneError);
    expect((error as NPlusOneError).callSite).toMatch(/^test\/suite\/n-plus-one\.test\.ts:\d+:\d+$/);
    await session.rollback();
    for (let id = 1; id < 5; id += 1) await session.get(Team, id);
    const got: unknown = await session.get(Team, 5).catch((reason: unknown) => reason);
    // The last came from another line.
    expect(got).toBeNull();
  });

  test("several places are no loop", () => {
    using engine = createEngine("sqlite::memory:");
    metadata.createAll(engine);
    using session = new Session(engine, strict);
    session.exec(byId(1));
    session.exec(byId(2));
    session.exec(byId(3));
    session.exec(byId(4));
    session.exec(byId(5));
    session.exec(byId(6));
    const loop = (): void => {
      for (let id = 7; id < 20; id += 1) session.exec(byId(id));
    };
    expect(loop).toThrow(NPlusOneError);
  });
});
