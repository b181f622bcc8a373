/** JSON paths: read, compared and written alike on every database. */
import { ArgumentError, func, jsonArray, jsonObject, select, update, type ColumnElement } from "sqlmodel";
import { expect } from "vitest";
import { suite, type Step } from "../harness.ts";
import { full, names, Place, seed, stored, values } from "./places.ts";

const { address, free } = Place.c;

suite("JSON paths", ({ test }) => {
  test("members are read as the values that were stored", function* ({ session }) {
    yield* seed(session);
    expect(yield* values(session, address.at("city"))).toEqual(["Görlitz", "10", null]);
    expect(yield* values(session, address.at("floor"))).toEqual([3, null, null]);
    expect(yield* values(session, address.at("lift"))).toEqual([true, false, null]);
    expect(yield* values(session, address.at("geo"))).toEqual([full.geo, null, null]);
    expect(yield* values(session, address.at("geo", "lat"))).toEqual([51.15, null, null]);
    expect(yield* values(session, address.at("rooms", 1, "size"))).toEqual([12.5, null, null]);
    expect(yield* values(session, address.at("rooms").at(0).at("name"))).toEqual(["kitchen", null, null]);
    expect(yield* values(session, address.at("tags", 0))).toEqual(["a", null, null]);
    expect(yield* values(session, address.at("tags", -1))).toEqual(["c", null, null]);
    expect(yield* values(session, address.at("tags", 9))).toEqual([null, null, null]);
  });

  test("every JSON value comes back as it went in, binary or text", function* ({ session }) {
    const samples = [
      "",
      "plain",
      `"'\\/\b\f\n\r\t\u0001\u001f\u007f\u2028é😀`,
      "null",
      "true",
      "1",
      '{"a":1}',
      0,
      -1,
      1.5,
      1e21,
      1e-7,
      5e-324,
      Number.MAX_SAFE_INTEGER,
      Number.MAX_VALUE,
      true,
      false,
      null,
      [],
      {},
      [1, [2, [null]], { a: [] }],
      { a: { "": { "b.c": [true, "x"] } } },
    ];
    for (const value of samples) {
      expect(yield* stored(session, { k: value }, free.at("k"))).toEqual(value);
      expect(yield* stored(session, [[value]], Place.c.plain.at(0, 0))).toEqual(value);
    }
  });

  test("numbers compare as numbers, strings as strings, and nothing as another type", function* ({ session }) {
    yield* seed(session);
    expect(yield* names(session, address.at("floor").eq(3))).toEqual(["full"]);
    expect(yield* names(session, address.at("floor").lt(20))).toEqual(["full"]);
    expect(yield* names(session, address.at("city").eq("10"))).toEqual(["bare"]);
    expect(yield* names(session, address.at("city").gt("9"))).toEqual(["full"]);
    expect(yield* names(session, address.at("city").in(["10", "x"]))).toEqual(["bare"]);
    expect(yield* names(session, address.at("city").notIn(["x"]))).toEqual(["full", "bare"]);
    expect(yield* names(session, address.at("lift").eq(false))).toEqual(["bare"]);
    expect(yield* names(session, address.at("lift").ne(false))).toEqual(["full"]);
    expect(yield* names(session, address.at("geo", "lon").between(14, 16))).toEqual(["full"]);
    expect(yield* names(session, address.at("city").startsWith("Gör"))).toEqual(["full"]);
    expect(yield* names(session, address.at("city").ilike("g%"))).toEqual(["full"]);
    expect(yield* names(session, address.at("floor").eq(Place.c.visits))).toEqual(["full"]);
    expect(yield* names(session, address.at("city").ne(Place.c.name))).toEqual(["full", "bare"]);
    expect(yield* names(session, address.at("floor").isNotDistinctFrom(null))).toEqual(["bare", "none"]);
    expect(yield* names(session, address.at("floor").isDistinctFrom(3))).toEqual(["bare", "none"]);
    const kinds = ["1", 1, true, [1], { a: 1 }, null];
    for (const value of kinds) {
      const found: (boolean | null)[] = [];
      for (const other of ["1", 1, true] as const) {
        found.push(yield* stored(session, { k: value }, free.at("k").eq(other) as ColumnElement<boolean | null>));
      }
      const expected = ["1", 1, true].map((other) => (typeof value === typeof other ? value === other : null));
      expect(found, JSON.stringify(value)).toEqual(expected);
    }
    expect(yield* stored(session, { k: "a " }, free.at("k").eq("a"))).toBe(false);
    expect(yield* stored(session, { k: "A" }, free.at("k").eq("a"))).toBe(false);
  });

  test("members sort by their values", function* ({ session }) {
    for (const value of [10, 9, 100])
      session.add(new Place({ name: String(value), address: null, free: { k: value } }));
    yield* session.commit();
    const found = yield* session.exec(select(Place.c.name).orderBy(free.at("k")));
    expect(found.all()).toEqual(["9", "10", "100"]);
    const descending = yield* session.exec(select(Place.c.name).orderBy(free.at("k").desc()));
    expect(descending.all()).toEqual(["100", "10", "9"]);
  });

  test("null and missing read alike, and jsonTypeof tells them apart", function* ({ session }) {
    yield* seed(session);
    expect(yield* names(session, address.at("floor").isNull())).toEqual(["bare", "none"]);
    expect(yield* names(session, address.at("zip").isNull())).toEqual(["bare", "none"]);
    expect(yield* names(session, address.at("zip").isNotNull())).toEqual(["full"]);
    expect(yield* names(session, address.isNull())).toEqual(["none"]);
    expect(yield* values(session, address.at("floor").jsonTypeof())).toEqual(["number", "null", null]);
    expect(yield* values(session, address.at("zip").jsonTypeof())).toEqual(["string", null, null]);
    expect(yield* values(session, address.at("tags").jsonTypeof())).toEqual(["array", "array", null]);
    expect(yield* values(session, address.jsonTypeof())).toEqual(["object", "object", null]);
    expect(yield* values(session, address.at("lift").jsonTypeof())).toEqual(["boolean", "boolean", null]);
    expect(yield* names(session, address.hasKey("floor"))).toEqual(["full", "bare"]);
    expect(yield* names(session, address.hasKey("zip"))).toEqual(["full"]);
    expect(yield* stored(session, ["k"], free.hasKey("k"))).toBe(false);
    expect(yield* stored(session, { a: ["k"] }, free.at("a").hasKey("k"))).toBe(false);
  });

  test("text, lengths and numbers of members", function* ({ session }) {
    yield* seed(session);
    expect(yield* values(session, address.at("city").asText())).toEqual(["Görlitz", "10", null]);
    expect(yield* values(session, address.at("floor").asText())).toEqual(["3", null, null]);
    expect(yield* values(session, address.at("lift").asText())).toEqual(["true", "false", null]);
    expect(yield* values(session, address.at("floor").asNumber())).toEqual([3, null, null]);
    expect(yield* values(session, address.at("city").asNumber())).toEqual([null, null, null]);
    expect(yield* values(session, address.at("lift").asBoolean())).toEqual([true, false, null]);
    expect(yield* values(session, address.at("tags").jsonArrayLength())).toEqual([3, 0, null]);
    expect(yield* values(session, address.at("city").jsonArrayLength())).toEqual([null, null, null]);
    const sum = yield* session.exec(select(func.sum(address.at("geo", "lat").asNumber())));
    expect(sum.one()).toBeCloseTo(51.15);
  });

  test("containment and equality of documents", function* ({ session }) {
    yield* seed(session);
    expect(yield* names(session, address.jsonContains({ city: "10" }))).toEqual(["bare"]);
    expect(yield* names(session, address.jsonContains({ tags: ["c", "a"] }))).toEqual(["full"]);
    expect(yield* names(session, address.jsonContains({ geo: { lon: 15 } }))).toEqual(["full"]);
    expect(yield* names(session, address.jsonContains({ rooms: [{ name: "hall" }] }))).toEqual(["full"]);
    expect(yield* names(session, address.jsonContains({ rooms: [{ name: "attic" }] }))).toEqual([]);
    expect(yield* names(session, address.at("tags").jsonContains(["b"]))).toEqual(["full"]);
    expect(yield* names(session, address.at("geo").eq({ lon: 15, lat: 51.15 }))).toEqual(["full"]);
    expect(yield* names(session, address.at("tags").eq([]))).toEqual(["bare"]);
    expect(yield* names(session, address.at("tags").ne([]))).toEqual(["full"]);
    expect(yield* names(session, address.at("tags").isDistinctFrom([]))).toEqual(["full", "none"]);
    expect(yield* names(session, address.at("tags", 0).eq(address.at("tags", -3)))).toEqual(["full"]);
  });

  test("documents are built of expressions", function* ({ session }) {
    yield* seed(session);
    const { name, visits, big, open } = Place.c;
    const built = jsonObject({
      name,
      visits,
      big,
      open,
      city: address.at("city"),
      "a.b": 1,
      none: null,
      deep: { x: [1] },
    });
    expect((yield* values(session, built))[0]).toEqual({
      name: "full",
      visits: 3,
      big: "9007199254740993",
      open: true,
      city: "Görlitz",
      "a.b": 1,
      none: null,
      deep: { x: [1] },
    });
    expect((yield* values(session, jsonObject({ city: address.at("city") })))[2]).toEqual({ city: null });
    expect(yield* values(session, jsonArray(visits, "x", open, address.at("geo"), null, false))).toEqual([
      [3, "x", true, full.geo, null, false],
      [0, "x", false, null, null, false],
      [0, "x", true, null, null, false],
    ]);
  });

  test("members are set, removed, merged and appended in the database", function* ({ session }) {
    yield* seed(session);
    const changed = function* (
      value: ColumnElement<typeof Place.c.address extends ColumnElement<infer T> ? T : never>,
    ): Step<unknown> {
      yield* session.exec(update(Place).where(Place.c.name.eq("full")).values({ address: value }));
      const found = (yield* session.exec(select(Place.c.address).where(Place.c.name.eq("full")))).one();
      yield* session.rollback();
      return found;
    };
    expect(yield* changed(address.set(["city"], "x"))).toEqual({ ...full, city: "x" });
    expect(yield* changed(address.set(["floor"], null))).toEqual({ ...full, floor: null });
    expect(yield* changed(address.set(["lift"], false))).toEqual({ ...full, lift: false });
    expect(yield* changed(address.set(["city"], Place.c.name))).toEqual({ ...full, city: "full" });
    expect(yield* changed(address.set(["lift"], Place.c.open))).toEqual(full);
    expect(yield* changed(address.set(["geo", "lat"], 1.5))).toEqual({ ...full, geo: { lat: 1.5, lon: 15 } });
    expect(yield* changed(address.set(["tags", 1], "q"))).toEqual({ ...full, tags: ["a", "q", "c"] });
    expect(yield* changed(address.set(["tags", -1], "q"))).toEqual({ ...full, tags: ["a", "b", "q"] });
    expect(yield* changed(address.set(["tags", 3], "q"))).toEqual({ ...full, tags: ["a", "b", "c", "q"] });
    expect(yield* changed(address.set(["tags", 4], "q"))).toEqual(full);
    expect(yield* changed(address.set(["tags"], ["z"]))).toEqual({ ...full, tags: ["z"] });
    expect(yield* changed(address.set(["rooms", 5, "name"], "z"))).toEqual(full);
    expect(yield* changed(address.remove(["zip"]))).toEqual({ ...full, zip: undefined });
    expect(yield* changed(address.remove(["tags", 0]))).toEqual({ ...full, tags: ["b", "c"] });
    expect(yield* changed(address.remove(["tags", 7]))).toEqual(full);
    expect(yield* changed(address.merge({ city: "y", floor: null, geo: { lat: 0, lon: 0 } }))).toEqual({
      ...full,
      city: "y",
      floor: null,
      geo: { lat: 0, lon: 0 },
    });
    expect(yield* changed(address.append(["tags"], "d"))).toEqual({ ...full, tags: ["a", "b", "c", "d"] });
    expect(yield* changed(address.insertAt(["tags", 0], "0"))).toEqual({ ...full, tags: ["0", "a", "b", "c"] });
    expect(yield* changed(address.insertAt(["tags", 2], Place.c.name))).toEqual({
      ...full,
      tags: ["a", "b", "full", "c"],
    });
    expect(yield* changed(address.insertAt(["tags", 3], "z"))).toEqual({ ...full, tags: ["a", "b", "c", "z"] });
    expect(yield* changed(address.insertAt(["tags", -1], "z"))).toEqual({ ...full, tags: ["a", "b", "z", "c"] });
    expect(yield* changed(address.insertAt(["tags", -3], "z"))).toEqual({ ...full, tags: ["z", "a", "b", "c"] });
    expect(yield* changed(address.insertAt(["tags", 4], "z"))).toEqual(full);
    expect(yield* changed(address.insertAt(["tags", -4], "z"))).toEqual(full);
    expect(yield* changed(address.set(["city"], "x").remove(["tags", 0]).append(["tags"], "e"))).toEqual({
      ...full,
      city: "x",
      tags: ["b", "c", "e"],
    });
    yield* session.exec(
      update(Place)
        .values({ address: address.set(["city"], "all") })
        .where(Place.c.id.gt(0)),
    );
    expect(yield* values(session, address.at("city"))).toEqual(["all", "all", null]);
  });

  test("mistakes of a program without types are told", function* ({ session }) {
    const at = free.at.bind(free) as (...legs: unknown[]) => unknown;
    expect(() => at({ toString: () => "x" })).toThrow(ArgumentError);
    expect(() => at(1.5)).toThrow(/whole number/);
    expect(() => at(null)).toThrow(ArgumentError);
    expect(() => at(undefined)).toThrow(ArgumentError);
    expect(() => at("\ud800")).toThrow(/surrogate/);
    expect(() => free.at("a").lt({} as never)).toThrow(/asNumber\(\) or asText\(\)/);
    expect(() => free.at("a").in([1, "a"])).toThrow(/strings only/);
    expect(() => free.at("a").eq(undefined as never)).toThrow(ArgumentError);
    expect(() => free.at("a").eq(null as never)).toThrow(/isNull/);
    expect(() => free.set([], 1)).toThrow(/at least one/);
    expect(() => free.merge({})).toThrow(/no members/);
    expect(() => free.set("a" as never, 1 as never)).toThrow(/path as an array/);
    yield* session.rollback();
  });
});
