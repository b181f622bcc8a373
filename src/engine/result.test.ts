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
});
