/** Every type's values come back as they went in, by every way in and out, and compare and sort as they do in JavaScript. */
import fc from "fast-check";
import { cast, func, insert, integer, select, update, type Result } from "sqlmodel";
import { expect } from "vitest";
import { suite, type Step } from "../harness.ts";
import type { SuiteSession } from "../suite-session.ts";
import { columnCases, expected, type ColumnCase } from "./column-cases.ts";
import { columnOf, Everything, holding } from "./everything.ts";

const seed = Number(process.env["SEED"] ?? Math.floor(Math.random() * 2 ** 31));

/** As many values as the database is quick. */
function samples({ arbitrary }: ColumnCase, dialect: string): unknown[] {
  return fc.sample(arbitrary, { numRuns: dialect === "mysql" ? 80 : 220, seed });
}

/** What differs, with the seed that repeats it. */
function same(found: unknown, wanted: unknown, of: string): void {
  const shown = ({ read, value }: { read: unknown; value: unknown }) => ({ read, value });
  expect(shown({ read: found, value: of }), `SEED=${String(seed)}`).toEqual({ read: wanted, value: of });
}

function* store(session: SuiteSession, columnCase: ColumnCase, values: readonly unknown[]): Step<number[]> {
  const rows = values.map((value) => holding(columnCase.key, value));
  session.addAll(rows);
  yield* session.commit();
  return rows.map((row) => row.id);
}

suite("values that come back as they are", ({ test }) => {
  for (const columnCase of columnCases) {
    const { key, values } = columnCase;

    test(`${key}: entities, columns, get, equality, no change by loading`, function* ({ session, openSession }) {
      const ids = yield* store(session, columnCase, [...values, null]);
      const wanted = [...values.map((value) => expected(columnCase, value)), null];
      yield* session.close();
      const fresh = openSession();
      const entities = (yield* fresh.exec(select(Everything).orderBy(Everything.c.id))).all();
      same(
        entities.map((entity) => read(columnCase, entity[key])),
        wanted,
        "entities",
      );
      expect(fresh.dirty, "loading changed something").toEqual([]);
      yield* fresh.commit();
      same(
        (yield* fresh.exec(select(columnOf(key)).orderBy(Everything.c.id)))
          .all()
          .map((value) => read(columnCase, value)),
        wanted,
        "columns",
      );
      const one = yield* fresh.get(Everything, ids[0], { populateExisting: true });
      same(read(columnCase, one?.[key]), wanted[0], "get");
      if (columnCase.hasEquality === false) return;
      for (const [index, value] of values.entries()) {
        const found = (yield* fresh.exec(select(Everything.c.id).where(columnOf(key).eq(value as object)))).all();
        expect(found, `eq(${String(value).slice(0, 60)})`).toContain(ids[index]);
        expect(found.length, `eq(${String(value).slice(0, 60)})`).toBe(
          values.filter((other) => String(other).toLowerCase() === String(value).toLowerCase()).length,
        );
      }
      const all = (yield* fresh.exec(
        select(Everything.c.id)
          .where(columnOf(key).in([...values] as object[]))
          .orderBy(Everything.c.id),
      )).all();
      expect(all).toEqual(ids.slice(0, -1));
      const none = (yield* fresh.exec(
        select(Everything.c.id).where(columnOf(key).notIn([...values] as object[])),
      )).all();
      expect(none).toEqual([]);
    });

    test(`${key}: updates of one row and of many, insert and update statements, RETURNING`, function* ({
      session,
      openSession,
      engine,
    }) {
      const ids = yield* store(
        session,
        columnCase,
        values.map(() => null),
      );
      const rows = (yield* session.exec(select(Everything).orderBy(Everything.c.id))).all();
      for (const [index, row] of rows.entries()) Object.assign(row, { [key]: values[index] });
      yield* session.commit();
      yield* session.close();
      const fresh = openSession();
      const wanted = values.map((value) => expected(columnCase, value));
      const many = (yield* fresh.exec(select(columnOf(key)).orderBy(Everything.c.id))).all();
      same(
        many.map((value) => read(columnCase, value)),
        wanted,
        "updates",
      );
      const [first] = values;
      yield* fresh.exec(
        update(Everything)
          .values({ [key]: first } as never)
          .where(Everything.c.id.eq(ids[0] ?? 0)),
      );
      yield* fresh.exec(insert(Everything).values({ [key]: first } as never));
      const twice = (yield* fresh.exec(select(columnOf(key)).orderBy(Everything.c.id))).all();
      same(
        [twice[0], twice.at(-1)].map((value) => read(columnCase, value)),
        [wanted[0], wanted[0]],
        "statements",
      );
      if (!engine.dialect.capabilities.insertReturning) return;
      const statement = insert(Everything)
        .values({ [key]: first } as never)
        .returning(columnOf(key));
      const returned = (yield* fresh.exec(statement as never)) as Result<unknown>;
      same(read(columnCase, returned.one()), wanted[0], "returning");
    });

    test(`${key}: any value`, function* ({ session, openSession, dialect }) {
      const made = samples(columnCase, dialect);
      const ids = yield* store(session, columnCase, made);
      yield* session.close();
      const fresh = openSession();
      const found = (yield* fresh.exec(select(Everything).orderBy(Everything.c.id))).all();
      for (const [index, entity] of found.entries())
        same(read(columnCase, entity[key]), expected(columnCase, made[index]), `sample ${String(index)}`);
      expect(fresh.dirty.length, "loading changed something").toBe(0);
      if (columnCase.compare !== undefined) {
        const compare = columnCase.compare as (left: unknown, right: unknown) => number;
        const sorted = (yield* fresh.exec(select(columnOf(key)).orderBy(columnOf(key))))
          .all()
          .map((value) => read(columnCase, value));
        const wrong = sorted.findIndex((value, index) => index > 0 && compare(sorted[index - 1], value) > 0);
        same(wrong < 0 ? "sorted" : sorted.slice(wrong - 1, wrong + 1), "sorted", "order");
        const falling = (yield* fresh.exec(select(columnOf(key)).orderBy(columnOf(key).desc()).limit(1))).one();
        same(compare(read(columnCase, falling), sorted.at(-1)), 0, "descending order");
      }
      if (columnCase.hasEquality === false) return;
      for (let index = 0; index < 10; index += 1) {
        const ofValue = (yield* fresh.exec(
          select(Everything.c.id).where(columnOf(key).eq(made[index] as object)),
        )).all();
        expect(ofValue, `SEED=${String(seed)} eq(sample ${String(index)})`).toContain(ids[index]);
      }
    });
  }
});

/** Single precision comes back with more or fewer digits of the same number. */
function read({ key }: ColumnCase, value: unknown): unknown {
  return key === "real" && typeof value === "number" ? Math.fround(value) : value;
}

suite("changes inside a value", ({ test }) => {
  const changes: readonly [ColumnCase["key"], unknown, (value: never) => void, unknown][] = [
    ["json", { list: [1] }, (value: { list: number[] }) => value.list.push(2), { list: [1, 2] }],
    ["plainJson", [{ a: 1 }], (value: { a: number }[]) => Object.assign(value[0] ?? {}, { a: 2 }), [{ a: 2 }]],
    ["texts", ["a"], (value: string[]) => value.push("b"), ["a", "b"]],
    ["matrix", [["a"]], (value: string[][]) => value.push(["b"]), [["a"], ["b"]]],
    ["moment", new Date(0), (value: Date) => value.setTime(1), new Date(1)],
    ["moments", [new Date(0)], (value: Date[]) => value[0]?.setTime(1), [new Date(1)]],
    ["bytes", Uint8Array.of(1), (value: Uint8Array) => value.set([2]), Uint8Array.of(2)],
    ["tags", new Set(["a"]), (value: Set<string>) => value.add("b"), new Set(["a", "b"])],
  ];
  for (const [key, before, change, after] of changes) {
    test(`${key}: are noticed in new and in loaded objects`, function* ({ session, openSession }) {
      const given = structuredClone(before);
      const entity = holding(key, given);
      session.add(entity);
      yield* session.commit();
      expect(session.dirty).toEqual([]);
      change(entity[key] as never);
      expect(session.dirty).toEqual([entity]);
      yield* session.commit();
      yield* session.close();
      const fresh = openSession();
      const loaded = (yield* fresh.exec(select(Everything))).one();
      expect(loaded[key]).toEqual(after);
      Object.assign(loaded, { [key]: structuredClone(before) });
      yield* fresh.commit();
      expect((yield* fresh.exec(select(columnOf(key)))).one()).toEqual(before);
    });
  }

  test("an object given to a constructor is not shared with the row it was written to", function* ({ session }) {
    const given = { list: [1] };
    session.add(holding("json", given));
    yield* session.flush();
    given.list.push(2);
    yield* session.commit();
    const stored = (yield* session.exec(select(Everything.c.json))).one() as { list: number[] };
    const entity = (yield* session.exec(select(Everything))).one();
    expect(entity.json).toEqual(stored);
  });
});

suite("numbers that are counted", ({ test }) => {
  test("T02 count is a number, sums are exact and of their column's type, a mean is a number", function* ({ session }) {
    session.addAll([
      new Everything({
        int: 2_147_483_647,
        big: 2n ** 62n,
        decimal: "12345678901234567890.1234567891",
        money: "0.10",
        double: 0.5,
      }),
      new Everything({ int: 2_147_483_647, big: 2n ** 61n, decimal: "0.0000000009", money: "0.20", double: 0.25 }),
      new Everything({}),
    ]);
    yield* session.flush();
    const c = Everything.c;
    const [rows, ints, bigs, decimals, monies, doubles, mean, least, most] = (yield* session.exec(
      select(
        func.count(),
        func.sum(c.int),
        func.sum(c.big),
        func.sum(c.decimal),
        func.sum(c.money),
        func.sum(c.double),
        func.avg(c.int),
        func.min(c.money),
        func.max(c.decimal),
      ),
    )).one();
    expect({ rows, ints, bigs, decimals, monies, doubles, mean, least, most }).toEqual({
      rows: 3,
      ints: 4_294_967_294,
      bigs: 2n ** 62n + 2n ** 61n,
      decimals: "12345678901234567890.1234567900",
      monies: "0.30",
      doubles: 0.75,
      mean: 2_147_483_647,
      least: "0.10",
      most: "12345678901234567890.1234567891",
    });
  });

  test("T02 aggregates of no rows are NULL, and their count is 0", function* ({ session }) {
    const row = (yield* session.exec(
      select(func.count(), func.sum(Everything.c.int), func.avg(Everything.c.double), func.max(Everything.c.moment)),
    )).one();
    expect(row).toEqual([0, null, null, null]);
  });

  test("T02 a sum beyond 2^53 is refused as a number and exact as a bigint", function* ({ session }) {
    session.addAll([
      new Everything({ safe: Number.MAX_SAFE_INTEGER }),
      new Everything({ safe: Number.MAX_SAFE_INTEGER }),
    ]);
    yield* session.flush();
    yield* session.commit();
    let error: unknown;
    try {
      yield* session.exec(select(func.sum(Everything.c.safe)));
    } catch (caught) {
      error = caught;
    }
    expect(String(error)).toMatch(/beyond|exactly/);
  });

  test("T44 arithmetic happens in the column's type", function* ({ session }) {
    session.add(new Everything({ int: 7, big: 2n ** 60n, money: "10.10", double: 0.1 }));
    yield* session.flush();
    const c = Everything.c;
    const [plus, minus, money, modulo] = (yield* session.exec(
      select(c.int.plus(1), c.big.minus(1n), c.money.plus("0.05"), c.int.modulo(4)),
    )).one();
    expect([plus, minus, money, modulo]).toEqual([8, 2n ** 60n - 1n, "10.15", 3]);
    expect((yield* session.exec(select(cast<number>(c.money, integer())))).one()).toBe(10);
    expect((yield* session.exec(select(Everything).where(c.double.eq(0.1)))).all()).toHaveLength(1);
    expect((yield* session.exec(select(Everything).where(c.money.between("9", "10.2")))).all()).toHaveLength(1);
  });

  test("T05 NaN and Infinity are refused everywhere, never stored as NULL", function* ({ session }) {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const key of ["double", "real", "int", "small"] as const) {
        expect(() => holding(key, value), `${key} ${String(value)}`).toThrow();
        const entity = holding(key, null);
        session.add(entity);
        Object.assign(entity, { [key]: value });
        let error: unknown;
        try {
          yield* session.flush();
        } catch (caught) {
          error = caught;
        }
        expect(error, `${key} ${String(value)}`).toBeInstanceOf(Error);
        session.expunge(entity);
        try {
          error = undefined;
          yield* session.exec(select(Everything).where(columnOf(key).eq(value)));
        } catch (caught) {
          error = caught;
        }
        expect(error, `where ${key} ${String(value)}`).toBeInstanceOf(Error);
        yield* session.rollback();
      }
    }
  });
});
