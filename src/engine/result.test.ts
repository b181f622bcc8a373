/** Results keep the promises their callers ask of the number of rows. */
import { describe, expect, test } from "vitest";
import { MultipleResultsFound, NoResultFound } from "./errors.ts";
import { Result } from "./result.ts";

const result = (...rows: (string | null)[]) => new Result(rows, "select on hero");

describe("result", () => {
  test("all, first and iteration", () => {
    expect(result("a", "b").all()).toEqual(["a", "b"]);
    expect([...result("a", "b")]).toEqual(["a", "b"]);
    expect([result("a", "b").first(), result().first()]).toEqual(["a", null]);
  });

  test("all is the caller's own array", () => {
    const two = result("a", "b");
    two.all().pop();
    expect(two.all()).toHaveLength(2);
  });

  test("one wants exactly one", () => {
    expect(result("a").one()).toBe("a");
    expect(() => result().one()).toThrow(NoResultFound);
    expect(() => result().one()).toThrow(/^No row was found for a select on hero/);
    expect(() => result("a", "b").one()).toThrow(MultipleResultsFound);
    expect(() => result("a", "b").one()).toThrow(/^2 rows were found for a select on hero/);
  });

  test("a row that is null itself is a row", () => {
    expect(result(null).one()).toBeNull();
  });

  test("oneOrNone wants at most one", () => {
    expect([result("a").oneOrNone(), result().oneOrNone()]).toEqual(["a", null]);
    expect(() => result("a", "b").oneOrNone()).toThrow(MultipleResultsFound);
  });

  test("map changes rows and keeps what else is known", () => {
    const mapped = new Result(["a"], "update on hero", 7).map((row) => row.length);
    expect([mapped.one(), mapped.rowCount]).toEqual([1, 7]);
    expect(() => new Result<string>([], "update on hero", 7).map((row) => row).one()).toThrow("update on hero");
  });

  test("scalars and scalar are the first items", () => {
    const pairs = new Result<[string, number]>(
      [
        ["a", 1],
        ["b", 2],
      ],
      "select from hero",
    );
    expect(pairs.scalars().all()).toEqual(["a", "b"]);
    expect([pairs.scalar(), result("x").scalar(), result().scalar()]).toEqual(["a", "x", null]);
    expect(() => pairs.scalars().one()).toThrow(/^2 rows were found for a select from hero/);
  });

  test("mappings name the items", () => {
    const names = (): string[] => ["name", "age"];
    const rows = new Result([["a", 1]], "select from hero", 1, names);
    expect(rows.mappings().one()).toEqual({ name: "a", age: 1 });
    expect(new Result(["a"], "select from hero", 1, () => ["__proto__"]).mappings().one()["__proto__"]).toBe("a");
    expect(new Result([{ a: 1 }], "select from hero").mappings().one()).toEqual({ a: 1 });
    expect(() => new Result([[1, 2]], "s", 1, () => ["id", "id"]).mappings()).toThrow(/two items .* named 'id'/);
  });

  test("partitions cut, and the last may be shorter", () => {
    expect([...result("a", "b", "c").partitions(2)]).toEqual([["a", "b"], ["c"]]);
    expect([...result().partitions(2)]).toEqual([]);
    for (const wrong of [0, -1, 1.5, Number.NaN]) expect(() => [...result("a").partitions(wrong)]).toThrow(/1 or more/);
  });

  test("unique keeps the first of equal rows", () => {
    class Thing {}
    const [one, two] = [new Thing(), new Thing()];
    const rows: unknown[][] = [
      [one, "a", 1, null],
      [one, "a", 1, null],
      [two, "a", 1, null],
      [one, "a", 1n, null],
      [one, "a", "1", null],
      [one, "a1", "", null],
      [new Date(5), new Uint8Array([1, 2]), { a: 1, b: [2] }],
      [new Date(5), new Uint8Array([1, 2]), { b: [2], a: 1 }],
      [new Date(6), new Uint8Array([1, 2]), { b: [2], a: 1 }],
    ];
    expect(new Result(rows, "select").unique().all()).toEqual([0, 2, 3, 4, 5, 6, 8].map((index) => rows[index]));
    expect(result("a", null, "a", null).unique().rowCount).toBe(2);
  });
});
