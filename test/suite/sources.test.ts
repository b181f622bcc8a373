/** What a select reads from: subqueries, set operations, common table expressions, lists of values, functions. */
import { expect } from "vitest";
import {
  alias,
  except,
  exists,
  func,
  generateSeries,
  insert,
  integer,
  intersect,
  json,
  jsonEach,
  literal,
  select,
  tableFunction,
  tableSample,
  text,
  union,
  unionAll,
  unnest,
  update,
  values,
} from "sqlmodel";
import { suite } from "./harness.ts";
import { Hero, Team } from "./models/heroes.ts";
import type { SuiteSession } from "./suite-session.ts";
import type { Step } from "./suite-session.ts";

function* seed(session: SuiteSession): Step<void> {
  const preventers = new Team({ name: "Preventers" });
  const force = new Team({ name: "Z-Force" });
  session.addAll([
    preventers,
    force,
    new Team({ name: "Empty" }),
    new Hero({ name: "Rusty-Man", age: 48, team: preventers }),
    new Hero({ name: "Tarantula", age: 32, team: preventers }),
    new Hero({ name: "Dr. Weird", age: 36, team: preventers }),
    new Hero({ name: "Deadpond", age: 30, team: force }),
    new Hero({ name: "Spider-Boy", age: null }),
  ]);
  yield* session.commit();
}

suite("subqueries and joins", ({ test }) => {
  test("a subquery is joined on a condition, and its columns are nullable after an outer join", function* ({
    session,
  }) {
    yield* seed(session);
    const sizes = select({ teamId: Hero.c.teamId, size: func.count() })
      .where(Hero.c.age.gt(31), Hero.c.teamId.isNotNull())
      .groupBy(Hero.c.teamId)
      .subquery("sizes");
    const statement = select({ team: Team.c.name, size: sizes.c.size })
      .outerJoin(sizes, sizes.c.teamId.eq(Team.c.id))
      .orderBy(Team.c.name);
    expect((yield* session.exec(statement)).all()).toEqual([
      { team: "Empty", size: null },
      { team: "Preventers", size: 3 },
      { team: "Z-Force", size: null },
    ]);
    expect((yield* session.exec(select(sizes.c.size))).all()).toEqual([3]);
    expect((yield* session.exec(select({ n: func.count() }).from(sizes).crossJoin(Team))).one()).toEqual({ n: 3 });
  });

  test("the only foreign key joins a subquery too", function* ({ session }) {
    yield* seed(session);
    const teams = select(Team).where(Team.c.name.startsWith("Z")).subquery("teams");
    const found = yield* session.exec(select(Hero.c.name, teams.c.name).join(teams));
    expect(found.all()).toEqual([["Deadpond", "Z-Force"]]);
    const heroes = select({ hero: Hero }).where(Hero.c.age.gt(40)).subquery("heroes");
    const back = yield* session.exec(select({ hero: heroes.c.hero.name, team: Team.c.name }).from(heroes).join(Team));
    expect(back.all()).toEqual([{ hero: "Rusty-Man", team: "Preventers" }]);
  });

  test("entities are read from a subquery, tracked and with what they include", function* ({ session }) {
    yield* seed(session);
    const Oldest = alias(
      Hero,
      select(Hero).where(Hero.c.age.isNotNull()).orderBy(Hero.c.age.desc()).limit(2).subquery("oldest"),
    );
    const heroes = (yield* session.exec(select(Oldest).include({ team: true }).orderBy(Oldest.c.name))).all();
    expect(heroes.map(({ name, team }) => [name, team?.name])).toEqual([
      ["Dr. Weird", "Preventers"],
      ["Rusty-Man", "Preventers"],
    ]);
    expect(heroes[0]).toBe((yield* session.exec(select(Hero).where(Hero.c.name.eq("Dr. Weird")))).one());
    const joined = yield* session.exec(select(Oldest, Team.c.name).join(Oldest.r.team).where(Oldest.c.age.lt(40)));
    expect(joined.all().map(([hero, team]) => [hero.name, team])).toEqual([["Dr. Weird", "Preventers"]]);
    const toTeam = alias(Team, select(Team).where(Team.c.name.eq("Z-Force")).subquery("z"));
    const along = yield* session.exec(select(Hero.c.name).join(Hero.r.team.of(toTeam)));
    expect(along.all()).toEqual(["Deadpond"]);
  });

  test.requires("lateral")("LATERAL: the oldest two of each team", function* ({ session }) {
    yield* seed(session);
    const top = select({ name: Hero.c.name })
      .from(Hero)
      .where(Hero.c.teamId.eq(Team.c.id))
      .orderBy(Hero.c.age.desc())
      .limit(2)
      .lateral("top");
    const found = yield* session.exec(
      select({ team: Team.c.name, hero: top.c.name }).outerJoin(top).orderBy(Team.c.name, top.c.name),
    );
    expect(found.all()).toEqual([
      { team: "Empty", hero: null },
      { team: "Preventers", hero: "Dr. Weird" },
      { team: "Preventers", hero: "Rusty-Man" },
      { team: "Z-Force", hero: "Deadpond" },
    ]);
  });
});

suite("set operations", ({ test }) => {
  test("each query and the whole have their own order and limit", function* ({ session }) {
    yield* seed(session);
    const old = select({ name: Hero.c.name, age: Hero.c.age })
      .where(Hero.c.age.isNotNull())
      .orderBy(Hero.c.age.desc())
      .limit(2);
    const young = select({ name: Hero.c.name, age: Hero.c.age })
      .where(Hero.c.age.isNotNull())
      .orderBy(Hero.c.age)
      .limit(1);
    expect((yield* session.exec(union(old, young).orderBy(Hero.c.age.desc()))).all()).toEqual([
      { name: "Rusty-Man", age: 48 },
      { name: "Dr. Weird", age: 36 },
      { name: "Deadpond", age: 30 },
    ]);
    expect((yield* session.exec(old.unionAll(young).orderBy(Hero.c.name).limit(1).offset(1))).all()).toEqual([
      { name: "Dr. Weird", age: 36 },
    ]);
  });

  test("nested to any depth, and NULLs in order", function* ({ session }) {
    yield* seed(session);
    const ages = (low: number) => select(Hero.c.age).where(Hero.c.age.ge(low));
    const all = select(Hero.c.age);
    const nested = except(unionAll(all, intersect(ages(30), ages(36))), union(ages(48), ages(100)));
    expect((yield* session.exec(nested.orderBy(Hero.c.age.asc().nullsFirst()))).all()).toEqual([null, 30, 32, 36]);
    expect((yield* session.exec(all.except(ages(32)).orderBy(Hero.c.age.desc().nullsLast()))).all()).toEqual([
      30,
      null,
    ]);
  });

  test.requires("intersectAll")("ALL counts equal rows", function* ({ session }) {
    yield* seed(session);
    const ids = select(Hero.c.teamId).where(Hero.c.teamId.isNotNull());
    const once = select(Team.c.id);
    expect((yield* session.exec(ids.exceptAll(once).orderBy(Hero.c.teamId))).all()).toEqual([1, 1]);
    expect((yield* session.exec(ids.intersectAll(ids, once).orderBy(Hero.c.teamId))).all()).toEqual([1, 2]);
  });

  test("entities of several queries", function* ({ session }) {
    yield* seed(session);
    const statement = union(select(Hero).where(Hero.c.age.gt(40)), select(Hero).where(Hero.c.name.startsWith("Dead")))
      .orderBy(Hero.c.name)
      .include({ team: true });
    const heroes = (yield* session.exec(statement)).all();
    expect(heroes.map(({ name, team }) => `${name} ${team?.name ?? ""}`)).toEqual([
      "Deadpond Z-Force",
      "Rusty-Man Preventers",
    ]);
    const Some = alias(Hero, statement.subquery("some"));
    expect((yield* session.exec(select(Some).where(Some.c.age.gt(40)))).one()).toBe(heroes[1]);
  });

  test("as a source, a list, a value and in EXISTS", function* ({ session }) {
    yield* seed(session);
    const names = union(select({ name: Hero.c.name }), select({ name: Team.c.name })).subquery("names");
    expect((yield* session.exec(select(func.count(names.c.name)))).one()).toBe(8);
    const ids = union(select(Hero.c.id).where(Hero.c.age.gt(40)), select(Hero.c.id).where(Hero.c.age.lt(31)));
    expect((yield* session.exec(select(Hero.c.name).where(Hero.c.id.in(ids)).orderBy(Hero.c.name))).all()).toEqual([
      "Deadpond",
      "Rusty-Man",
    ]);
    const first = ids.orderBy(Hero.c.id).limit(1);
    expect((yield* session.exec(select(Hero.c.name).where(Hero.c.id.eq(first.scalarSubquery())))).all()).toEqual([
      "Rusty-Man",
    ]);
    expect((yield* session.exec(select(Hero.c.name).where(Hero.c.id.in(first)))).all()).toEqual(["Rusty-Man"]);
    expect((yield* session.exec(select(func.count()).from(Team).where(exists(ids)))).one()).toBe(3);
  });
});

suite("common table expressions", ({ test }) => {
  test("used twice and within one another, written once", function* ({ session, statements, forget }) {
    yield* seed(session);
    const adults = select({ id: Hero.c.id, teamId: Hero.c.teamId, age: Hero.c.age })
      .where(Hero.c.age.ge(31))
      .cte("adults");
    const sizes = select({ teamId: adults.c.teamId, size: func.count() })
      .groupBy(adults.c.teamId)
      .cte("sizes", { materialized: true });
    const others = adults.alias("others");
    forget();
    const found = yield* session.exec(
      select({ id: adults.c.id, size: sizes.c.size, older: others.c.age })
        .join(sizes, sizes.c.teamId.eq(adults.c.teamId))
        .join(others, others.c.age.gt(adults.c.age))
        .where(adults.c.id.in(select(adults.c.id).where(adults.c.age.lt(34))))
        .orderBy(others.c.age),
    );
    expect(found.all()).toEqual([
      { id: 2, size: 3, older: 36 },
      { id: 2, size: 3, older: 48 },
    ]);
    expect(statements[0]?.match(/WITH/g)).toHaveLength(1);
    expect(statements[0]?.match(/adults. AS (NOT |)?(MATERIALIZED )?\(/g)).toHaveLength(1);
  });

  test("recursive, with and without equal rows", function* ({ session }) {
    const numbers = select({ n: literal(1) }).recursiveCte(
      "numbers",
      (self) => select({ n: self.c.n.plus(1) }).where(self.c.n.lt(5)),
      { all: true },
    );
    expect((yield* session.exec(select(numbers.c.n).orderBy(numbers.c.n))).all()).toEqual([1, 2, 3, 4, 5]);
    // 0, 1, 2, 0, …: UNION ends where nothing new is found.
    const circle = select({ n: literal(0) }).recursiveCte("circle", (self) =>
      select({ n: self.c.n.plus(1).modulo(3) }),
    );
    expect((yield* session.exec(select(circle.c.n).orderBy(circle.c.n))).all()).toEqual([0, 1, 2]);
  });

  test.requires("searchAndCycle")("SEARCH orders, CYCLE ends", function* ({ session }) {
    const edges = values({ from: integer(), to: integer() }, [
      { from: 1, to: 2 },
      { from: 1, to: 3 },
      { from: 2, to: 4 },
      { from: 4, to: 1 },
    ]).as("edges");
    const walk = select({ id: literal(1) }).recursiveCte(
      "walk",
      (self) => select({ id: edges.c.to }).from(self).join(edges, edges.c.from.eq(self.c.id)),
      {
        all: true,
        search: { order: "depth", by: ["id"], as: "position" },
        cycle: { columns: ["id"], mark: "closed", path: "path" },
      },
    );
    const found = yield* session.exec(select(walk.c.id, walk.c.closed).orderBy(walk.c.position));
    expect(found.all()).toEqual([
      [1, false],
      [2, false],
      [4, false],
      [1, true],
      [3, false],
    ]);
  });

  test.requires("writingCtes")("what an UPDATE returns is read by the same statement", function* ({ session }) {
    yield* seed(session);
    const moved = update(Hero)
      .where(Hero.c.teamId.eq(1))
      .values({ teamId: 2 })
      .returning({ id: Hero.c.id, name: Hero.c.name })
      .cte("moved");
    const found = yield* session.exec(select(moved.c.name).where(moved.c.id.gt(1)).orderBy(moved.c.name));
    expect(found.all()).toEqual(["Dr. Weird", "Tarantula"]);
    expect((yield* session.exec(select(func.count()).from(Hero).where(Hero.c.teamId.eq(2)))).one()).toBe(4);
    const made = insert(Team).values({ name: "New" }).returning({ id: Team.c.id }).cte("made");
    expect((yield* session.exec(select(func.count(made.c.id)))).one()).toBe(1);
  });

  test("in the conditions of an UPDATE", function* ({ session }) {
    yield* seed(session);
    const old = select({ id: Hero.c.id }).where(Hero.c.age.gt(35)).cte("old");
    const changed = yield* session.exec(
      update(Team)
        .where(Team.c.id.in(select(values({ id: integer() }, [{ id: 3 }]).as("v").c.id)))
        .values({ headquarters: "here" }),
    );
    expect(changed.rowCount).toBe(1);
    const renamed = yield* session.exec(
      update(Team)
        .where(exists(select(old.c.id).where(old.c.id.eq(Team.c.id))))
        .values({ headquarters: "there" }),
    );
    expect(renamed.rowCount).toBe(2);
  });
});

suite("values and table functions", ({ test }) => {
  test("a list of values", function* ({ session }) {
    yield* seed(session);
    const ranks = values({ name: text(), rank: integer() }, [
      { name: "Deadpond", rank: 1 },
      { name: "Tarantula", rank: 2 },
      { name: "Nobody", rank: null },
    ]).as("ranks");
    const found = yield* session.exec(
      select({ rank: ranks.c.rank, age: Hero.c.age })
        .from(ranks)
        .outerJoin(Hero, Hero.c.name.eq(ranks.c.name))
        .orderBy(ranks.c.name),
    );
    expect(found.all()).toEqual([
      { rank: 1, age: 30 },
      { rank: null, age: null },
      { rank: 2, age: 32 },
    ]);
    const none = values({ name: text() }, []).as("none");
    expect((yield* session.exec(select(none.c.name))).all()).toEqual([]);
  });

  test("a series of numbers", function* ({ session }) {
    const up = generateSeries(1, 7, 3).as("s");
    expect((yield* session.exec(select(up.c.value).orderBy(up.c.value))).all()).toEqual([1, 4, 7]);
    const down = generateSeries(3, 1, -1).as("s");
    expect((yield* session.exec(select(down.c.value).orderBy(down.c.value.desc()))).all()).toEqual([3, 2, 1]);
    const none = generateSeries(3, 1).as("s");
    expect((yield* session.exec(select(none.c.value))).all()).toEqual([]);
    const many = generateSeries(1, 5000).as("s");
    expect((yield* session.exec(select(func.count(many.c.value), func.max(many.c.value)))).one()).toEqual([5000, 5000]);
  });

  test("members of JSON objects and arrays", function* ({ session }) {
    const object = jsonEach(
      literal<{ readonly [key: string]: unknown }>({ a: 1, b: "x", c: null, d: [true], e: false }, json()),
    ).as("e");
    expect((yield* session.exec(select(object.c.key, object.c.value).orderBy(object.c.key))).all()).toEqual([
      ["a", 1],
      ["b", "x"],
      ["c", null],
      ["d", [true]],
      ["e", false],
    ]);
    const list = unnest(literal(["x", { y: 1 }, 2], json()))
      .withOrdinality("place")
      .as("m");
    expect(
      (yield* session.exec(select({ place: list.c.place, value: list.c.value }).orderBy(list.c.place))).all(),
    ).toEqual([
      { place: 1, value: "x" },
      { place: 2, value: { y: 1 } },
      { place: 3, value: 2 },
    ]);
  });

  test("any function of the database", function* ({ session, dialect, engine }) {
    const words =
      dialect === "sqlite"
        ? tableFunction<{ value: string }>("json_each", ["[1,2]"], { value: text() }).as("f")
        : tableFunction<{ value: string }>("regexp_split_to_table", ["1 2", " "], { value: text() }).as("f");
    const statement = select(func.count(words.c.value));
    if (dialect === "mysql")
      expect(() => statement.compile(engine.dialect)).toThrow(/MariaDB has no functions that return rows/);
    else expect((yield* session.exec(statement)).one()).toBe(2);
  });

  test.requires("tableSample")("a sample of a table gives entities", function* ({ session }) {
    yield* seed(session);
    const Sample = tableSample(Hero, "bernoulli", 100, { repeatable: 1 });
    const heroes = (yield* session.exec(select(Sample).where(Sample.c.age.gt(40)))).all();
    expect(heroes.map(({ name }) => name)).toEqual(["Rusty-Man"]);
    const none = tableSample(Hero, "system", 0);
    expect((yield* session.exec(select(none))).all()).toEqual([]);
  });
});
