/** Lists, tuples and NULL: which rows a condition and its negation keep, on every database. */
import { and, decimal, field, func, not, or, primaryKey, select, table, tuple, type ColumnElement } from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type CaseContext, type Step } from "./harness.ts";

class Point extends table("point", {
  id: primaryKey(),
  x: z.int(),
  y: z.int().nullable(),
  price: field(z.string(), { type: decimal(12, 2) }),
}) {}

const { c } = Point;
const none: readonly number[] = [];

function* fill({ session }: CaseContext): Step<void> {
  session.add(
    new Point({ x: 1, y: 1, price: "9.00" }),
    new Point({ x: 1, y: 2, price: "10.00" }),
    new Point({ x: 2, y: null, price: "-3.50" }),
    new Point({ x: 3, y: 0, price: "10.00" }),
  );
  yield* session.commit();
}

const ids = ({ session }: CaseContext, ...conditions: ColumnElement<boolean>[]): Step<number[]> =>
  (function* (): Step<number[]> {
    return (yield* session.exec(
      select(c.id)
        .where(...conditions)
        .orderBy(c.id),
    )).all();
  })();

suite("lists and NULL", ({ test }) => {
  test("nothing is in an empty list, and everything outside of it, NULL too", function* (context) {
    yield* fill(context);
    expect(yield* ids(context, c.y.in(none))).toEqual([]);
    expect(yield* ids(context, c.y.notIn(none))).toEqual([1, 2, 3, 4]);
    expect(yield* ids(context, not(c.y.in(none)))).toEqual([1, 2, 3, 4]);
    expect(yield* ids(context, tuple(c.x, c.y).in([]))).toEqual([]);
    expect(yield* ids(context, tuple(c.x, c.y).notIn([]))).toEqual([1, 2, 3, 4]);
    const empty = select(c.x).where(c.x.gt(100));
    expect(yield* ids(context, c.y.in(empty))).toEqual([]);
    expect(yield* ids(context, c.y.notIn(empty))).toEqual([1, 2, 3, 4]);
  });

  test("NULL is neither in a list nor outside of it", function* (context) {
    yield* fill(context);
    expect(yield* ids(context, c.y.in([1, 0]))).toEqual([1, 4]);
    expect(yield* ids(context, c.y.notIn([1, 0]))).toEqual([2]);
    expect(yield* ids(context, not(c.y.in([1, 0])))).toEqual([2]);
    expect(yield* ids(context, or(c.y.notIn([1, 0]), c.y.isNull()))).toEqual([2, 3]);
    // A list that has a NULL itself says of no other value that it is outside.
    expect(yield* ids(context, c.x.notIn(select(c.y) as never))).toEqual([]);
    expect(yield* ids(context, c.x.in(select(c.y) as never))).toEqual([1, 2, 3]);
  });

  test("a condition, its negation and its NULL are all rows", function* (context) {
    yield* fill(context);
    for (const condition of [
      c.y.gt(0),
      c.y.in([1]),
      c.y.between(1, 2),
      tuple(c.x, c.y).lt([2, 1]),
      c.y.isDistinctFrom(1),
    ]) {
      const parts = [condition, not(condition), condition.isNull()];
      const found: number[] = [];
      for (const part of parts) found.push(...(yield* ids(context, part)));
      expect(found.toSorted((left, right) => left - right)).toEqual([1, 2, 3, 4]);
    }
  });

  test("distinct from, which NULL can be", function* (context) {
    yield* fill(context);
    expect(yield* ids(context, c.y.isDistinctFrom(1))).toEqual([2, 3, 4]);
    expect(yield* ids(context, c.y.isDistinctFrom(null))).toEqual([1, 2, 4]);
    expect(yield* ids(context, c.y.isNotDistinctFrom(null))).toEqual([3]);
    expect(yield* ids(context, c.x.isNotDistinctFrom(c.y as never))).toEqual([1]);
    expect(yield* ids(context, tuple(c.x, c.y).isNotDistinctFrom([2, null]))).toEqual([3]);
  });
});

suite("tuples", ({ test }) => {
  test("are equal, and in lists", function* (context) {
    yield* fill(context);
    const pair = tuple(c.x, c.y);
    expect(yield* ids(context, pair.eq([1, 2]))).toEqual([2]);
    expect(yield* ids(context, pair.ne([1, 2]))).toEqual([1, 3, 4]);
    expect(yield* ids(context, pair.eq(tuple(c.y, c.x) as never))).toEqual([1]);
    expect(
      yield* ids(
        context,
        pair.in([
          [1, 2],
          [3, 0],
        ]),
      ),
    ).toEqual([2, 4]);
    expect(
      yield* ids(
        context,
        pair.notIn([
          [1, 2],
          [3, 0],
        ]),
      ),
    ).toEqual([1, 3]);
    const last = select(c.x, func.max(c.y)).groupBy(c.x);
    expect(yield* ids(context, pair.in(last as never))).toEqual([2, 4]);
  });

  test("compare item by item, as keyset pages need it", function* (context) {
    yield* fill(context);
    expect(yield* ids(context, tuple(c.x, c.id).gt([1, 1]))).toEqual([2, 3, 4]);
    expect(yield* ids(context, tuple(c.x, c.id).ge([2, 3]))).toEqual([3, 4]);
    expect(yield* ids(context, tuple(c.x, c.id).le([1, 2]))).toEqual([1, 2]);
    expect(yield* ids(context, tuple(c.price, c.id).lt(["10.00", 4]))).toEqual([1, 2, 3]);
    expect(yield* ids(context, tuple(c.price, c.id).gt(["9", 1]), and())).toEqual([2, 4]);
    expect(yield* ids(context, tuple(c.price, c.id).eq(["10", 2]))).toEqual([2]);
  });

  test("what is no tuple is refused", function* (context) {
    yield* fill(context);
    const pair = tuple(c.x, c.y);
    expect(() => pair.eq([1] as never)).toThrow("takes an array of 2 values or another tuple, not an array of 1");
    expect(() => pair.eq(1 as never)).toThrow("not a number");
    expect(() => pair.lt([1, null])).toThrow(/lt\(null\) is never true/);
    expect(() => pair.lt([1, undefined] as never)).toThrow(/undefined/);
    expect(() => pair.in(select(c.x) as never)).toThrow("a select of 1 columns to compare 2 with");
    expect(() => c.x.in(select(c.x, c.y) as never)).toThrow("a select of 2 columns to compare 1 with");
    expect(yield* ids(context, c.x.eq(5))).toEqual([]);
  });
});
