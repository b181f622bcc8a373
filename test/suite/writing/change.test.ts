/** UPDATE and DELETE in bulk: other tables, RETURNING on every database, and entities of the session that follow. */
import {
  alias,
  ColumnNotLoadedError,
  deleteFrom,
  func,
  insert,
  not,
  or,
  select,
  SynchronizationError,
  sql,
  update,
} from "sqlmodel";
import { expect } from "vitest";
import { suite } from "../harness.ts";
import { known, type Step, type SuiteSession } from "../suite-session.ts";
import { City, Country, Shop } from "./models.ts";
import { rejects } from "./rejects.ts";

function* cities(session: SuiteSession, ...populations: (number | null)[]): Step<City[]> {
  const rows = populations.map((population, index) => ({ name: `c${String(index)}`, population }));
  return (yield* session.exec(insert(City).values(rows).returning(City))).all();
}

const populations = (found: readonly City[]): unknown[] => found.map(({ population }) => population);

suite("other tables", ({ test }) => {
  test("update from along a relationship", function* ({ session }) {
    yield* session.exec(
      insert(Country).values([
        { code: "de", name: "Germany", population: 80 },
        { code: "fr", name: "France", population: 60 },
      ]),
    );
    yield* session.exec(insert(City).values([{ name: "b", countryId: 1 }, { name: "p", countryId: 2 }, { name: "x" }]));
    const changed = yield* session.exec(
      update(City)
        .from(City.r.country)
        .where(Country.c.code.eq("de"))
        .values({ note: Country.c.name, population: Country.c.population }),
    );
    expect(changed.rowCount).toBe(1);
    expect((yield* session.exec(select(City.c.note, City.c.population).orderBy(City.c.name))).all()).toEqual([
      ["Germany", 80],
      [null, null],
      [null, null],
    ]);
  });

  test("update from another row of the same table", function* ({ session }) {
    const other = alias(City, "other");
    yield* cities(session, 1, 2);
    yield* session.exec(
      update(City)
        .from(other)
        .where(City.c.name.eq("c0"), other.c.name.eq("c1"))
        .values({ population: other.c.population.plus(5) }),
    );
    expect((yield* session.exec(select(City.c.population).orderBy(City.c.name))).all()).toEqual([7, 2]);
  });

  test("delete using", function* ({ session }) {
    yield* session.exec(
      insert(Country).values([
        { code: "de", name: "Germany" },
        { code: "fr", name: "France" },
      ]),
    );
    yield* session.exec(insert(City).values([{ name: "b", countryId: 1 }, { name: "p", countryId: 2 }, { name: "x" }]));
    const gone = yield* session.exec(
      deleteFrom(City)
        .using(Country)
        .where(City.c.countryId.eq(Country.c.id), Country.c.code.eq("fr"))
        .returning(City.c.name),
    );
    expect(gone.all()).toEqual(["p"]);
    expect((yield* session.exec(select(City.c.name).orderBy(City.c.name))).all()).toEqual(["b", "x"]);
  });

  test("the same table twice is refused", function* ({ session }) {
    expect(() => update(City).from(City)).toThrow(/in the statement already/);
    expect(() => update(Country).from(City.r.country)).toThrow(/starts from 'city', which the statement does not read/);
    yield* session.flush();
  });
});

suite("RETURNING", ({ test }) => {
  test("of an update gives rows as they are now", function* ({ session }) {
    yield* cities(session, 1, 2, 3);
    const changed = yield* session.exec(
      update(City)
        .where(City.c.population.ge(2))
        .values({ population: City.c.population.times(10) })
        .returning(City.c.name, City.c.population, City.c.version),
    );
    expect(changed.rowCount).toBe(2);
    expect(changed.all().toSorted((left, right) => left[0].localeCompare(right[0]))).toEqual([
      ["c1", 20, 2],
      ["c2", 30, 2],
    ]);
  });

  test("of an update of the condition's own column", function* ({ session }) {
    yield* cities(session, 1, 2);
    const changed = yield* session.exec(
      update(City).where(City.c.population.eq(1)).values({ population: 2 }).returning(City.c.name),
    );
    expect(changed.all()).toEqual(["c0"]);
  });

  test("of an update gives entities, those of the session refreshed", function* ({ session }) {
    const [first, second] = yield* cities(session, 1, 2);
    const changed = (yield* session.exec(
      update(City)
        .where(City.c.name.eq("c1"))
        .values({ note: func.upper(City.c.name) })
        .returning(City),
    )).all();
    expect(changed).toEqual([second]);
    expect(changed[0]).toBe(second);
    expect(second?.note).toBe("C1");
    expect(first?.note).toBeNull();
  });

  test("of a delete gives rows as they were", function* ({ session }) {
    yield* cities(session, 1, 2, 3);
    const gone = yield* session.exec(
      deleteFrom(City).where(City.c.population.lt(3)).returning({ name: City.c.name, version: City.c.version }),
    );
    expect(gone.all().toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: "c0", version: 1 },
      { name: "c1", version: 1 },
    ]);
  });

  test("of an update of many rows", function* ({ session }) {
    const rows = Array.from({ length: 12_000 }, (_, index) => ({
      code: `s${String(index)}`,
      place: "x",
      isOpen: true,
    }));
    yield* session.exec(insert(Shop).values(rows));
    const changed = yield* session.exec(
      update(Shop).where(Shop.c.isOpen.eq(true)).values({ visits: 3 }).returning(Shop.c.visits),
    );
    expect(changed.rowCount).toBe(12_000);
    expect(new Set(changed.all())).toEqual(new Set([3]));
  });
});

suite("entities follow a bulk update", ({ test }) => {
  test("whose condition can be evaluated, with one statement", function* ({ session, statements, forget }) {
    const found = yield* cities(session, 25, 47, 29, null);
    forget();
    yield* session.exec(
      update(City)
        .where(City.c.population.gt(29))
        .values({ population: City.c.population.minus(10) }),
    );
    expect(statements).toHaveLength(1);
    expect(populations(found)).toEqual([25, 37, 29, null]);
    expect(found.map((city) => city.version)).toEqual([1, 2, 1, 1]);
    (found[1] as City).note = "x";
    yield* session.commit();
    expect((yield* session.exec(select(City.c.version).where(City.c.note.eq("x")))).one()).toBe(3);
  });

  test("with NULL as SQL has it", function* ({ session }) {
    const found = yield* cities(session, 1, null, 3);
    const changed = yield* session.exec(
      update(City)
        .where(not(or(City.c.population.eq(1), City.c.area.gt(5))))
        .values({ note: "hit" })
        .synchronize("evaluate"),
    );
    expect(changed.rowCount).toBe(0);
    expect(found.map(({ note }) => note)).toEqual([null, null, null]);
    yield* session.exec(
      update(City).where(City.c.population.isDistinctFrom(1)).values({ note: "hit" }).synchronize("evaluate"),
    );
    expect(found.map(({ note }) => note)).toEqual([null, "hit", "hit"]);
    yield* session.exec(
      update(City)
        .where(City.c.population.notIn([3]))
        .values({ note: "not in" })
        .synchronize("evaluate"),
    );
    expect(found.map(({ note }) => note)).toEqual(["not in", "hit", "hit"]);
  });

  test("whose condition cannot, by what the database says", function* ({ session }) {
    const found = yield* cities(session, 1, 2, 3);
    const odd = update(City).where(func.abs(City.c.population).eq(2)).values({ population: 20 });
    yield* rejects(session.exec(odd.synchronize("evaluate")), SynchronizationError);
    yield* session.exec(odd);
    expect(populations(found)).toEqual([1, 20, 3]);
    yield* session.exec(
      update(City)
        .where(City.c.population.lt(10))
        .values({ note: func.upper(City.c.name) })
        .synchronize("fetch"),
    );
    expect(found.map(({ note }) => note)).toEqual(["C0", null, "C2"]);
  });

  test("not where that is not wanted; the next query reads them", function* ({ session }) {
    const found = yield* cities(session, 1);
    yield* session.exec(update(City).all().values({ population: 5 }).synchronize(false));
    expect(populations(found)).toEqual([1]);
    yield* session.exec(select(City));
    expect(populations(found)).toEqual([5]);
  });

  test("and a rollback takes it back", function* ({ session }) {
    const found = yield* cities(session, 1);
    yield* session.commit();
    yield* session.exec(select(City));
    yield* session.exec(update(City).where(City.c.name.eq("c0")).values({ population: 5 }));
    expect(populations(found)).toEqual([5]);
    yield* session.rollback();
    expect(populations(found)).toEqual([1]);
  });

  test("and changes that were not flushed are expired with the attribute, others are kept", function* ({ session }) {
    const [city] = yield* cities(session, 1);
    if (city === undefined) expect.fail("no city");
    session.setAutoflush(false);
    city.population = 7;
    city.note = "mine";
    yield* session.exec(update(City).where(City.c.name.eq("c0")).values({ population: 5 }));
    expect(() => city.population).toThrow(ColumnNotLoadedError);
    expect(city.note).toBe("mine");
    session.setAutoflush(true);
    yield* session.flush();
    expect((yield* session.exec(select(City.c.population, City.c.note))).one()).toEqual([5, "mine"]);
  });

  test("and an entity that another transaction may have changed is asked for", function* ({
    session,
    statements,
    forget,
  }) {
    const found = yield* cities(session, 1, 2);
    yield* session.commit();
    yield* session.text(sql`UPDATE ${City} SET population = 50 WHERE ${City.c.name} = 'c0'`);
    forget();
    yield* session.exec(update(City).where(City.c.population.gt(1)).values({ note: "hit" }));
    expect(found.map(({ note }) => note)).toEqual(["hit", "hit"]);
    expect(statements.length).toBeGreaterThanOrEqual(1);
  });

  test("and a loaded relationship whose key was set is loaded anew", function* ({ session }) {
    yield* session.exec(
      insert(Country).values([
        { code: "de", name: "Germany" },
        { code: "fr", name: "France" },
      ]),
    );
    session.add(new City({ name: "a", countryId: 1 }));
    yield* session.flush();
    const city: City = (yield* session.exec(select(City))).one();
    expect(known(yield* session.load(city, "country"))?.name).toBe("Germany");
    yield* session.exec(update(City).where(City.c.name.eq("a")).values({ countryId: 2 }));
    expect(known(yield* session.load(city, "country"))?.name).toBe("France");
  });
});

suite("entities follow a bulk delete", ({ test }) => {
  test("they leave the session", function* ({ session, statements, forget }) {
    const [first, second] = yield* cities(session, 1, 2);
    forget();
    yield* session.exec(deleteFrom(City).where(City.c.population.eq(1)));
    expect(statements).toHaveLength(1);
    expect(session.has(second as City)).toBe(true);
    expect(yield* session.get(City, 1)).toBeNull();
    yield* session.commit();
    expect(session.has(first as City)).toBe(false);
  });

  test("by what the database says, and come back with a rollback", function* ({ session }) {
    const [first] = yield* cities(session, -1, 2);
    yield* session.commit();
    yield* session.exec(select(City));
    yield* session.exec(deleteFrom(City).where(func.abs(City.c.population).eq(1)));
    expect(yield* session.get(City, 1)).toBeNull();
    yield* session.rollback();
    expect(yield* session.get(City, 1)).toBe(first);
  });

  test("and rows that went with them are gone at the next query", function* ({ session }) {
    yield* session.exec(insert(Country).values({ code: "de", name: "Germany" }));
    yield* session.exec(insert(City).values({ name: "a", countryId: 1 }));
    const city = (yield* session.exec(select(City))).one();
    yield* session.exec(deleteFrom(Country).where(Country.c.code.eq("de")));
    expect(yield* session.get(City, city.id)).toBeNull();
  });
});
