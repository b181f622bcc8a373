/** INSERT: from a select, of nothing, of more rows than a statement takes, upserts, and what RETURNING brings back. */
import { ForeignKeyViolation, func, insert, literal, select, sql, UniqueViolation } from "sqlmodel";
import { expect } from "vitest";
import { rejects } from "./rejects.ts";
import { suite } from "../harness.ts";
import { City, Country, Shop } from "./models.ts";

suite("insert", ({ test }) => {
  test("of an empty list sends nothing", function* ({ session, statements, forget }) {
    forget();
    const result = yield* session.exec(insert(Country).values([]).returning(Country.c.id));
    expect(result.all()).toEqual([]);
    expect(result.rowCount).toBe(0);
    expect(statements).toEqual([]);
  });

  test("from a select, with constants for what has a default", function* ({ session }) {
    yield* session.exec(
      insert(Country).values([
        { code: "de", name: "Germany" },
        { code: "fr", name: "France" },
      ]),
    );
    const capitals = select(func.upper(Country.c.name), Country.c.id).where(Country.c.code.eq("de"));
    const inserted = yield* session.exec(insert(City).fromSelect(["name", "countryId"], capitals));
    expect(inserted.rowCount).toBe(1);
    expect((yield* session.exec(select(City.c.name, City.c.state, City.c.version, City.c.countryId))).all()).toEqual([
      ["GERMANY", "-", 1, 1],
    ]);
  });

  test("from a select of the same table, in conflict with it", function* ({ session }) {
    yield* session.exec(
      insert(City).values([
        { name: "a", population: 1 },
        { name: "b", population: 2 },
      ]),
    );
    const same = select(City.c.name, City.c.population.plus(10));
    yield* session.exec(
      insert(City)
        .fromSelect(["name", "population"], same)
        .onConflictDoUpdate({ target: "uq_city", set: (excluded) => ({ population: excluded.population }) }),
    );
    expect((yield* session.exec(select(City.c.name, City.c.population).orderBy(City.c.name))).all()).toEqual([
      ["a", 11],
      ["b", 12],
    ]);
  });

  test("of rows with and without keys, in order", function* ({ session }) {
    const rows = [
      { code: "aa", name: "A" },
      { id: 70, code: "bb", name: "B" },
      { code: "cc", name: "C" },
    ];
    const result = yield* session.exec(insert(Country).values(rows).returning(Country.c.name));
    expect(result.rowCount).toBe(3);
    expect(result.all()).toEqual(["A", "B", "C"]);
  });

  test("of more rows than one statement takes is one", function* ({ session, statements, forget }) {
    const rows = Array.from({ length: 35_000 }, (_, index) => ({
      code: `s${String(index)}`,
      place: "x",
      isOpen: true,
    }));
    forget();
    expect((yield* session.exec(insert(Shop).values(rows))).rowCount).toBe(35_000);
    expect(statements.length).toBe(35);
    expect((yield* session.exec(select(func.count(Shop.c.code)))).one()).toBe(35_000);
    const again = [
      ...rows.slice(0, 34_999).map((row) => ({ ...row, code: `t${row.code}` })),
      rows[0] as (typeof rows)[0],
    ];
    yield* rejects(session.exec(insert(Shop).values(again)), UniqueViolation);
    yield* session.rollback();
    expect((yield* session.exec(select(func.count(Shop.c.code)))).one()).toBe(0);
  });

  test.on("sqlite", "mysql")("whose last part fails has done nothing", function* ({ session }) {
    const rows = Array.from({ length: 30_000 }, (_, index) => ({
      code: `s${String(index)}`,
      place: "x",
      isOpen: true,
    }));
    yield* session.exec(insert(Shop).values({ code: "s29999", place: "x", isOpen: true }));
    yield* rejects(session.exec(insert(Shop).values(rows)), UniqueViolation);
    expect((yield* session.exec(select(func.count(Shop.c.code)))).one()).toBe(1);
  });
});

suite("upsert", ({ test }) => {
  test("does nothing where the key is taken", function* ({ session }) {
    yield* session.exec(insert(Country).values({ code: "de", name: "Germany" }));
    yield* session.exec(
      insert(Country)
        .values([
          { code: "de", name: "?" },
          { code: "fr", name: "France" },
        ])
        .onConflictDoNothing({ target: Country.c.code }),
    );
    expect((yield* session.exec(select(Country.c.name).orderBy(Country.c.code))).all()).toEqual(["Germany", "France"]);
  });

  test("that does nothing hides no other error", function* ({ session }) {
    yield* rejects(
      session.exec(insert(City).values({ name: "a", countryId: 99 }).onConflictDoNothing()),
      ForeignKeyViolation,
    );
    yield* session.rollback();
    expect((yield* session.exec(select(City.c.id))).all()).toEqual([]);
  });

  test("updates by columns, by name, with the version counted", function* ({ session }) {
    const base = insert(City).values([
      { name: "a", population: 1 },
      { name: "b", population: 2 },
    ]);
    yield* session.exec(base);
    for (const target of ["uq_city", [City.c.name, City.c.state]] as const) {
      const result = yield* session.exec(
        base.onConflictDoUpdate({
          target,
          set: (excluded) => ({ population: City.c.population.plus(excluded.population), note: "seen" }),
        }),
      );
      expect(result.rowCount).toBe(2);
    }
    expect(
      (yield* session.exec(select(City.c.population, City.c.note, City.c.version).orderBy(City.c.name))).all(),
    ).toEqual([
      [3, "seen", 3],
      [6, "seen", 3],
    ]);
  });

  test("updates only where a condition on the old values holds", function* ({ session }) {
    yield* session.exec(insert(Shop).values([{ code: "a", place: "x", isOpen: true, visits: 5 }]));
    const more = (visits: number, place: string) =>
      insert(Shop)
        .values({ code: "a", place, isOpen: true, visits })
        .onConflictDoUpdate({
          target: Shop.c.code,
          set: (excluded) => ({ visits: excluded.visits, place: excluded.place }),
          where: (excluded) => excluded.visits.gt(Shop.c.visits),
        });
    yield* session.exec(more(3, "less"));
    expect((yield* session.exec(select(Shop.c.visits, Shop.c.place))).one()).toEqual([5, "x"]);
    yield* session.exec(more(8, "more"));
    expect((yield* session.exec(select(Shop.c.visits, Shop.c.place))).one()).toEqual([8, "more"]);
  });

  test("reads old values in all that it sets", function* ({ session }) {
    yield* session.exec(insert(City).values({ name: "a", population: 1, area: 7 }));
    yield* session.exec(
      insert(City)
        .values({ name: "a", population: 2 })
        .onConflictDoUpdate({
          target: "uq_city",
          set: (excluded) => ({
            population: excluded.population,
            note: func.call("concat", { kind: "text" }, "was ", City.c.population) as never,
          }),
        }),
    );
    expect((yield* session.exec(select(City.c.population, City.c.note))).one()).toEqual([2, "was 1"]);
  });

  test("of a key beside another one is refused where all keys count", function* ({ session, dialect }) {
    yield* session.exec(insert(Country).values({ id: 1, code: "de", name: "Germany" }));
    const both = insert(Country)
      .values({ id: 2, code: "de", name: "Deutschland" })
      .onConflictDoUpdate({ target: Country.c.code, set: (excluded) => ({ name: excluded.name }) });
    const noKey = insert(Country).values({ code: "de", name: "x" }).onConflictDoNothing({ target: Country.c.name });
    if (dialect === "mysql") {
      yield* rejects(session.exec(both), /another unique key as well, 'pk_country' \(id\)/);
      yield* rejects(session.exec(noKey), /'name', which is no unique key of 'country'/);
    } else {
      yield* session.exec(both);
      expect((yield* session.exec(select(Country.c.id, Country.c.name))).one()).toEqual([1, "Deutschland"]);
      yield* rejects(session.exec(noKey), /unique/i);
    }
  });

  test("returns what was inserted or updated, in the order of the rows", function* ({ session }) {
    yield* session.exec(insert(City).values([{ name: "b", population: 1 }]));
    const rows = ["c", "b", "a"].map((name) => ({ name, population: 5 }));
    const update = insert(City)
      .values(rows)
      .onConflictDoUpdate({ target: "uq_city", set: (excluded) => ({ population: excluded.population }) });
    expect((yield* session.exec(update.returning(City.c.name, City.c.version))).all()).toEqual([
      ["c", 1],
      ["b", 2],
      ["a", 1],
    ]);
  });

  test("that does nothing returns what was inserted, where that can be told", function* ({ session, dialect }) {
    yield* session.exec(insert(City).values([{ name: "b" }]));
    const statement = insert(City)
      .values(["c", "b", "a"].map((name) => ({ name })))
      .onConflictDoNothing()
      .returning(City.c.name);
    if (dialect === "mysql") yield* rejects(session.exec(statement), /RETURNING beside DO NOTHING/);
    else expect((yield* session.exec(statement)).all()).toEqual(["c", "a"]);
  });
});

suite("entities from an INSERT", ({ test }) => {
  test("are the session's, in the order of the rows, with what the database made", function* ({
    session,
    forget,
    statements,
  }) {
    const names = ["z", "a", "m", "b"];
    const cities = (yield* session.exec(
      insert(City)
        .values(names.map((name) => ({ name })))
        .returning(City),
    )).all();
    expect(cities.map((city) => [city.id, city.name, city.state, city.version])).toEqual(
      names.map((name, index) => [index + 1, name, "-", 1]),
    );
    expect(session.has(cities[0] as City)).toBe(true);
    forget();
    expect(yield* session.get(City, 2)).toBe(cities[1]);
    expect(statements).toEqual([]);
    (cities[2] as City).population = 9;
    yield* session.commit();
    expect((yield* session.exec(select(City.c.population).where(City.c.name.eq("m")))).one()).toBe(9);
  });

  test("with keys of the program's own are found by them", function* ({ session }) {
    const codes = ["z", "a", "m"];
    const rows = codes.map((code) => ({ code, place: "x", isOpen: true }));
    const shops = (yield* session.exec(insert(Shop).values(rows).returning(Shop))).all();
    expect(shops.map(({ code }) => code)).toEqual(codes);
  });

  test("are new again after a rollback", function* ({ session }) {
    const city = (yield* session.exec(insert(City).values({ name: "a" }).returning(City))).one();
    yield* session.rollback();
    expect(session.has(city)).toBe(false);
    expect((yield* session.exec(select(City))).all()).toEqual([]);
  });
});

suite("statements that change every row", ({ test }) => {
  test("of text want a WHERE", function* ({ session }) {
    yield* rejects(session.text(sql`DELETE FROM ${City}`), /has no WHERE: it would change every row/);
    yield* rejects(session.text(sql`/* all */ UPDATE ${City} SET note = ${"x"}`), /Write WHERE TRUE/);
    yield* session.text(sql`UPDATE ${City} SET note = 'x' WHERE ${City.c.id} = ${literal(1)}`);
    expect((yield* session.text(sql`DELETE FROM ${City} WHERE TRUE`)).rowCount).toBe(0);
  });
});
