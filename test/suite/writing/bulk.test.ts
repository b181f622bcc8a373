/** `bulkInsert`, `bulkUpdate` and MERGE. */
import { ArgumentError, CompileError, func, insert, merge, select, StaleDataError, ValidationError } from "sqlmodel";
import { expect } from "vitest";
import { suite } from "../harness.ts";
import { City, Country, Shop } from "./models.ts";
import { rejects } from "./rejects.ts";

const shops = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ code: `s${String(index)}`, place: "x", isOpen: true }));

suite("bulk", ({ test }) => {
  test("inserts rows, with and without keys", function* ({ session }) {
    const rows = [
      { code: "aa", name: "A" },
      { id: 70, code: "bb", name: "B" },
      { code: "cc", name: "C", population: 3 },
    ];
    expect(yield* session.bulkInsert(Country, rows)).toBe(3);
    expect(yield* session.bulkInsert(Country, [])).toBe(0);
    expect((yield* session.exec(select(Country.c.name, Country.c.population).orderBy(Country.c.code))).all()).toEqual([
      ["A", null],
      ["B", null],
      ["C", 3],
    ]);
    expect((yield* session.exec(select(Country.c.id).where(Country.c.code.eq("bb")))).one()).toBe(70);
  });

  test("inserts 70,000 rows", function* ({ session }) {
    expect(yield* session.bulkInsert(Shop, shops(70_000))).toBe(70_000);
    expect((yield* session.exec(select(func.count(Shop.c.code)))).one()).toBe(70_000);
  });

  test("refuses wrong rows before anything is sent", function* ({ session, statements, forget }) {
    forget();
    yield* rejects(
      session.bulkInsert(Country, [
        { code: "de", name: "x" },
        { code: "deu", name: "x" },
      ]),
      ValidationError,
    );
    yield* rejects(session.bulkInsert(Country, [{ code: "de", name: func.now() as never }]), ArgumentError);
    yield* rejects(session.bulkUpdate(Shop, [{ visits: 1 } as never]), /\[0\]\.code: is part of the primary key/);
    yield* rejects(
      session.bulkUpdate(Shop, [
        { code: "a", visits: 1 },
        { code: "a", visits: 2 },
      ]),
      /two rows of one key/,
    );
    expect(statements).toEqual([]);
  });

  test("updates rows with values of their own, and entities follow", function* ({ session }) {
    yield* session.bulkInsert(Shop, shops(3));
    const shop = (yield* session.exec(select(Shop).where(Shop.c.code.eq("s1")))).one();
    const count = yield* session.bulkUpdate(Shop, [
      { code: "s0", visits: 10 },
      { code: "s1", visits: 11 },
      { code: "s2", place: "y" },
      { code: "none", visits: 1 },
    ]);
    expect(count).toBe(3);
    expect((yield* session.exec(select(Shop.c.visits, Shop.c.place).orderBy(Shop.c.code))).all()).toEqual([
      [10, "x"],
      [11, "x"],
      [0, "y"],
    ]);
    expect(shop.visits).toBe(11);
    expect(session.dirty).toEqual([]);
    yield* session.rollback();
  });

  test("counts versions, and notices one that has moved on", function* ({ session }) {
    const [city] = (yield* session.exec(
      insert(City)
        .values([{ name: "a" }])
        .returning(City),
    )).all();
    yield* rejects(
      session.bulkUpdate(City, [{ id: 1, note: "x" }]),
      /version: is the version that the row was read with/,
    );
    expect(yield* session.bulkUpdate(City, [{ id: 1, version: 1, note: "x" }])).toBe(1);
    expect([city?.note, city?.version]).toEqual(["x", 2]);
    yield* rejects(session.bulkUpdate(City, [{ id: 1, version: 1, note: "y" }]), StaleDataError);
  });
});

suite("merge", ({ test }) => {
  const statement = merge(City)
    .using(Country)
    .on(City.c.countryId.eq(Country.c.id))
    .whenMatched(Country.c.population.eq(0))
    .delete()
    .whenMatched()
    .update({ note: Country.c.name })
    .whenNotMatched(Country.c.code.eq("xx"))
    .doNothing()
    .whenNotMatched()
    .insert({ name: Country.c.name, countryId: Country.c.id });

  test("inserts, updates and deletes in one statement, where there is one", function* ({ session, dialect }) {
    yield* session.bulkInsert(Country, [
      { code: "aa", name: "A", population: 0 },
      { code: "bb", name: "B", population: 1 },
      { code: "cc", name: "C" },
      { code: "xx", name: "X" },
    ]);
    yield* session.bulkInsert(City, [
      { name: "a", countryId: 1 },
      { name: "b", countryId: 2 },
    ]);
    if (dialect !== "postgresql") {
      yield* rejects(session.exec(statement), CompileError);
      yield* rejects(session.exec(statement), /has no MERGE\. Use insert\(…\)\.fromSelect/);
      return;
    }
    expect((yield* session.exec(statement)).rowCount).toBe(3);
    expect((yield* session.exec(select(City.c.name, City.c.note, City.c.version).orderBy(City.c.id))).all()).toEqual([
      ["b", "B", 2],
      ["C", null, 1],
    ]);
  });

  test("is refused where a part is missing", function* ({ session }) {
    expect(() => merge(City).toStatement()).toThrow(/has no source/);
    expect(() => merge(City).using(Country).toStatement()).toThrow(/has no condition/);
    expect(() => merge(City).using(City)).toThrow(/in the statement already/);
    expect(() => merge(City).using(Country).on(City.c.id.eq(1)).toStatement()).toThrow(/does nothing/);
    yield* session.flush();
  });
});
