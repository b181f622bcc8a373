/** Arrays, PostgreSQL's own and JSON elsewhere: the same results; what a database cannot is an error that names it. */
import { ArgumentError, field, primaryKey, select, table, update, type ColumnElement } from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type Step } from "../harness.ts";
import { rejects } from "../rejects.ts";
import type { SuiteSession } from "../suite-session.ts";

class Post extends table("array_post", {
  id: primaryKey(),
  name: z.string(),
  tags: z.array(z.string()).nullable(),
  scores: z.array(z.int()),
  sizes: z.array(z.number()),
  bigs: z.array(z.bigint()),
  flags: z.array(z.boolean()),
  days: field(z.array(z.iso.date())),
}) {}
const { tags, scores, sizes, bigs, flags, days } = Post.c;
const large = 9_007_199_254_740_993n;

function* seed(session: SuiteSession): Step<void> {
  const none = { scores: [], sizes: [], bigs: [], flags: [], days: [] };
  session.add(
    new Post({
      name: "full",
      tags: ["a", "b", "it's", "a"],
      scores: [1, 5, 9],
      sizes: [1, 2.5],
      bigs: [1n, large],
      flags: [true, false],
      days: ["2024-02-29"],
    }),
    new Post({ name: "empty", tags: [], ...none }),
    new Post({ name: "null", tags: null, ...none }),
  );
  yield* session.commit();
}
function* names(session: SuiteSession, condition: ColumnElement<boolean>): Step<string[]> {
  return (yield* session.exec(select(Post.c.name).where(condition).orderBy(Post.c.id))).all();
}
function* values<T>(session: SuiteSession, element: ColumnElement<T>): Step<T[]> {
  return (yield* session.exec(select(element).orderBy(Post.c.id))).all();
}

suite("Arrays", ({ test }) => {
  test("items by index, lengths and positions", function* ({ session }) {
    yield* seed(session);
    expect(yield* values(session, tags.at(0))).toEqual(["a", null, null]);
    expect(yield* values(session, tags.at(-2))).toEqual(["it's", null, null]);
    expect(yield* values(session, tags.at(9))).toEqual([null, null, null]);
    expect(yield* values(session, scores.at(1))).toEqual([5, null, null]);
    expect(yield* values(session, sizes.at(0))).toEqual([1, null, null]);
    expect(yield* values(session, bigs.at(1))).toEqual([large, null, null]);
    expect(yield* values(session, flags.at(0))).toEqual([true, null, null]);
    expect(yield* values(session, days.at(0))).toEqual(["2024-02-29", null, null]);
    expect(yield* values(session, tags.arrayLength())).toEqual([4, 0, null]);
    expect(yield* values(session, tags.arrayPosition("it's"))).toEqual([2, null, null]);
    expect(yield* values(session, bigs.arrayPosition(large))).toEqual([1, null, null]);
    expect(yield* values(session, scores.at(0).plus(1))).toEqual([2, null, null]);
  });

  test("containment and overlap", function* ({ session }) {
    yield* seed(session);
    expect(yield* names(session, tags.arrayContains(["it's", "a"]))).toEqual(["full"]);
    expect(yield* names(session, tags.arrayContains(["a", "z"]))).toEqual([]);
    expect(yield* names(session, tags.arrayContains([]))).toEqual(["full", "empty"]);
    expect(yield* names(session, tags.overlaps(["z", "b"]))).toEqual(["full"]);
    expect(yield* names(session, tags.overlaps([]))).toEqual([]);
    expect(yield* names(session, tags.containedBy(["a", "b", "it's", "z"]))).toEqual(["full", "empty"]);
    expect(yield* names(session, scores.arrayContains([9]))).toEqual(["full"]);
    expect(yield* names(session, bigs.arrayContains([large]))).toEqual(["full"]);
    expect(yield* names(session, bigs.arrayContains([large - 1n]))).toEqual([]);
    expect(yield* names(session, flags.overlaps([false]))).toEqual(["full"]);
    expect(yield* names(session, days.overlaps(["2024-02-29"]))).toEqual(["full"]);
    expect(yield* names(session, tags.overlaps(tags))).toEqual(["full"]);
  });

  test("any and all", function* ({ session, dialect }) {
    yield* seed(session);
    expect(yield* names(session, tags.any("b"))).toEqual(["full"]);
    expect(yield* names(session, scores.any(8, "lt"))).toEqual(["full"]);
    expect(yield* names(session, scores.any(9, "lt"))).toEqual([]);
    expect(yield* names(session, scores.all(0, "lt"))).toEqual(["full", "empty", "null"]);
    expect(yield* names(session, scores.all(2, "lt"))).toEqual(["empty", "null"]);
    expect(yield* names(session, tags.all("z", "ne"))).toEqual(["full", "empty"]);
    expect(yield* names(session, sizes.any(2.5))).toEqual(["full"]);
    expect(yield* names(session, bigs.any(large))).toEqual(["full"]);
    expect(yield* values(session, tags.any("b"))).toEqual([true, false, null]);
    if (dialect === "postgresql") expect(yield* names(session, bigs.any(large, "le"))).toEqual(["full"]);
    else yield* rejects(names(session, bigs.any(large, "le")), "the order of items of type 'bigint'");
  });

  test("arrays are changed in the database", function* ({ session, dialect }) {
    yield* seed(session);
    const isMysql = dialect === "mysql";
    const changed = function* (value: ColumnElement<string[] | null>): Step<(string[] | null)[]> {
      yield* session.exec(update(Post).where(Post.c.id.gt(0)).values({ tags: value }));
      const found = yield* values(session, tags);
      yield* session.rollback();
      return found;
    };
    expect(yield* changed(tags.arrayAppend("é"))).toEqual([["a", "b", "it's", "a", "é"], ["é"], null]);
    if (isMysql) {
      yield* rejects(changed(tags.arrayRemove("a")), "MariaDB");
      yield* rejects(changed(tags.slice(1, 3)), "slices of arrays");
    } else {
      expect(yield* changed(tags.arrayRemove("a"))).toEqual([["b", "it's"], [], null]);
      expect(yield* changed(tags.slice(1, 3))).toEqual([["b", "it's"], [], null]);
    }
    yield* session.exec(
      update(Post)
        .where(Post.c.id.gt(0))
        .values({ bigs: bigs.arrayAppend(large) }),
    );
    expect(yield* values(session, bigs)).toEqual([[1n, large, large], [large], [large]]);
  });

  test("mistakes are told", function* ({ session }) {
    expect(() => tags.any(null as never)).toThrow(ArgumentError);
    expect(() => tags.any("a", "like" as never)).toThrow(/eq, ne, lt/);
    expect(() => tags.arrayContains("a" as never)).toThrow(/takes an array/);
    expect(() => tags.at("0" as never)).toThrow(/index/);
    expect(() => tags.slice(-1, 2)).toThrow(ArgumentError);

    yield* session.rollback();
  });
});
