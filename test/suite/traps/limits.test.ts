/** T10–T17: NULL and JSON null, empty and huge lists, NUL and half surrogates, tables of many columns and rows. */
import {
  and,
  field,
  func,
  insert,
  or,
  primaryKey,
  select,
  sql,
  SQLModelError,
  table,
  tuple,
  update,
  ValidationError,
  type ColumnElement,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite } from "../harness.ts";
import { rejects, thrown } from "./rejects.ts";

class Item extends table("item", {
  id: primaryKey(),
  word: z.string().nullable(),
  amount: z.int().nullable(),
  note: z.unknown(),
  code: z.bigint().nullable(),
  uid: z.uuid().nullable(),
  rate: z.number().nullable(),
  day: z.iso.date().nullable(),
}) {}

/** As many columns as a row of every database can have. */
const wideColumns = Object.fromEntries(
  Array.from({ length: 300 }, (_, position) => [`column${String(position)}`, z.int().nullable()]),
);
class Wide extends table("wide_item", { id: primaryKey(), ...wideColumns }) {}

class TextKey extends table("text_key", {
  key: primaryKey(z.string().max(40)),
  word: field(z.string().max(20), { default: "x" }),
}) {}

suite("NULL", ({ test }) => {
  test("T10 SQL's NULL and null inside JSON stay apart", function* ({ session }) {
    session.add(
      new Item({ word: "sql", note: null }),
      new Item({ word: "inside", note: { a: null } }),
      new Item({ word: "list", note: [null] }),
      new Item({ word: "left out" }),
    );
    yield* session.commit();
    const { c } = Item;
    expect((yield* session.exec(select(c.word).where(c.note.isNull()).orderBy(c.id))).all()).toEqual([
      "sql",
      "left out",
    ]);
    expect((yield* session.exec(select(c.word).where(c.note.isNotNull()).orderBy(c.id))).all()).toEqual([
      "inside",
      "list",
    ]);
    expect((yield* session.exec(select(c.note).orderBy(c.id))).all()).toEqual([null, { a: null }, [null], null]);
    const entity = (yield* session.exec(select(Item).where(c.word.eq("inside")))).one();
    entity.note = null;
    yield* session.commit();
    expect((yield* session.exec(select(func.count()).from(Item).where(c.note.isNull()))).one()).toBe(3);
  });

  test("T11 an empty list is no error: nothing is in it, everything is not", function* ({ session }) {
    session.add(new Item({ word: "a", amount: 1 }), new Item({ word: null, amount: null }));
    yield* session.flush();
    const { c } = Item;
    const count = (condition: ColumnElement<boolean>) => session.exec(select(func.count()).from(Item).where(condition));
    expect((yield* count(c.word.in([]))).one()).toBe(0);
    expect((yield* count(c.word.notIn([]))).one()).toBe(2);
    expect((yield* count(or(c.word.in([]), c.amount.eq(1)))).one()).toBe(1);
    expect((yield* count(and(c.word.notIn([]), c.amount.eq(1)))).one()).toBe(1);
    expect((yield* count(tuple(c.word, c.amount).in([]))).one()).toBe(0);
    expect((yield* count(and())).one()).toBe(2);
    expect((yield* count(or())).one()).toBe(0);
  });

  test("T12 NULL in a list, or beside =, is refused; isDistinctFrom compares it", function* ({ session }) {
    session.add(new Item({ word: "a" }), new Item({ word: null }));
    yield* session.flush();
    const { c } = Item;
    for (const call of [
      () => c.word.in([null as never]),
      () => c.word.notIn(["a", null as never]),
      () => c.word.eq(null as never),
      () => c.word.ne(null as never),
      () => c.word.lt(null as never),
      () => tuple(c.id, c.word).in([[1, null as never]]),
    ])
      thrown(call, SQLModelError);
    expect((yield* session.exec(select(c.id).where(c.word.isDistinctFrom("a")))).all()).toEqual([2]);
    expect((yield* session.exec(select(c.id).where(c.word.isNotDistinctFrom(null)))).all()).toEqual([2]);
    expect((yield* session.exec(select(c.id).where(c.word.isNotDistinctFrom("a")))).all()).toEqual([1]);
    expect((yield* session.exec(select(c.id).where(c.word.notIn(["b"])))).all()).toEqual([1]);
  });

  test("T12 a condition, its opposite and its being unknown share all rows between them (TLP)", function* ({
    session,
  }) {
    const words = ["a", "b", null, "", "%", null];
    session.addAll(words.map((word, position) => new Item({ word, amount: position % 2 === 0 ? position : null })));
    yield* session.flush();
    const { c } = Item;
    const conditions = [
      c.word.eq("a"),
      c.word.like("%a%"),
      c.amount.gt(1),
      c.word.in(["a", "b"]),
      and(c.word.ne("a"), c.amount.le(4)),
      or(c.word.startsWith("%"), c.amount.isNull()),
      c.word.between("a", "b"),
      c.amount.plus(1).eq(3),
    ];
    for (const condition of conditions) {
      const parts: number[] = [];
      for (const part of [condition, sql<boolean>`NOT (${condition})`, sql<boolean>`(${condition}) IS NULL`])
        parts.push((yield* session.exec(select(func.count()).from(Item).where(part))).one());
      expect(parts.reduce((sum, part) => sum + part)).toBe(words.length);
    }
  });
});

suite("texts that no database keeps", ({ test }) => {
  test("T13 T14 NUL and half surrogates are refused by constructor, flush, conditions and inside JSON", function* ({
    session,
    statements,
    forget,
  }) {
    const { c } = Item;
    forget();
    const entity = new Item({ word: "x" });
    session.add(entity);
    session.setAutoflush(false);
    for (const bad of ["\0", "a\0b", "\ud800", "x\udc00", "\udc00\ud800", "ok\udbff!"]) {
      const { message } = thrown(() => new Item({ word: bad }), ValidationError);
      expect(message).toMatch(/U\+0000|surrogate/);
      expect(message).not.toContain(bad);
      for (const note of [bad, [bad], { a: { b: [bad] } }, { [bad]: 1 }])
        thrown(() => new Item({ note }), ValidationError);
      thrown(() => insert(Item).values({ word: bad }).toStatement(), SQLModelError);
      entity.word = bad;
      yield* rejects(session.flush(), ValidationError);
      yield* rejects(session.exec(select(Item).where(c.word.eq(bad))), SQLModelError);
      yield* rejects(session.exec(select(Item).where(c.word.in(["a", bad]))), SQLModelError);
      yield* rejects(session.exec(select(Item).where(c.word.contains(bad))), SQLModelError);
      yield* rejects(session.text(sql`SELECT ${bad}`), SQLModelError);
    }
    expect(statements).toEqual([]);
    session.expunge(entity);
  });
});

suite("T17 sizes", ({ test }) => {
  test("T17 lists of any length in a condition", function* ({ session, dialect }) {
    session.addAll(
      Array.from(
        { length: 50 },
        (_, position) =>
          new Item({
            word: `w${String(position)}`,
            amount: position,
            code: BigInt(position),
            rate: position / 4,
            uid: `018f3f5e-6c2a-7b3d-9d6e-${String(position).padStart(12, "0")}`,
            day: "2024-02-29",
          }),
      ),
    );
    yield* session.commit();
    const { c } = Item;
    const count = (condition: ColumnElement<boolean>) => session.exec(select(func.count()).from(Item).where(condition));
    for (const size of [1, 2, 999, 1000, 32_766, 32_767, 65_535, 65_536, 100_000]) {
      const found = Math.min(size, 50);
      expect(
        (yield* count(c.amount.in(Array.from({ length: size }, (_, position) => position)))).one(),
        `in ${String(size)}`,
      ).toBe(found);
      expect(
        (yield* count(c.amount.notIn(Array.from({ length: size }, (_, position) => position)))).one(),
        `notIn ${String(size)}`,
      ).toBe(50 - found);
    }
    // MySQL has no lists in one parameter for these types; 65,535 parameters are the most, and more are refused.
    const size = dialect === "mysql" ? 60_000 : 100_000;
    const range = Array.from({ length: size }, (_, position) => position);
    expect((yield* count(c.word.in(range.map((number) => `w${String(number)}`)))).one()).toBe(50);
    expect((yield* count(c.code.in(range.map(BigInt)))).one()).toBe(50);
    expect((yield* count(c.rate.in(range.map((number) => number / 4)))).one()).toBe(50);
    expect(
      (yield* count(
        c.day.in(["2024-02-29", ...range.slice(0, 3000).map((number) => `${String(1000 + number)}-01-01`)]),
      )).one(),
    ).toBe(50);
    expect(
      (yield* count(
        c.uid.in(range.slice(0, 40_000).map((number) => `018f3f5e-6c2a-7b3d-9d6e-${String(number).padStart(12, "0")}`)),
      )).one(),
    ).toBe(50);
  });

  test("T17 rows of any number in one flush, with keys of the database and of the program", function* ({
    session,
    openSession,
    dialect,
  }) {
    const size = dialect === "postgresql" ? 33_000 : 12_000;
    session.addAll(
      Array.from({ length: size }, (_, position) => new Item({ word: `w${String(position)}`, amount: position })),
    );
    yield* session.commit();
    yield* session.close();
    const fresh = openSession();
    const rows = (yield* fresh.exec(select(Item.c.amount, Item.c.word).orderBy(Item.c.id))).all();
    expect(rows).toHaveLength(size);
    expect(rows.every(([amount, word], position) => amount === position && word === `w${String(position)}`)).toBe(true);
    const keys = Array.from({ length: 3000 }, (_, position) => new TextKey({ key: `k${String(position)}` }));
    fresh.addAll(keys);
    yield* fresh.commit();
    for (const key of keys) key.word = "y";
    yield* fresh.commit();
    expect((yield* fresh.exec(select(func.count()).from(TextKey).where(TextKey.c.word.eq("y")))).one()).toBe(3000);
    for (const key of keys) fresh.delete(key);
    yield* fresh.commit();
    expect((yield* fresh.exec(select(func.count()).from(TextKey))).one()).toBe(0);
  });

  test("T17 an insert statement of many rows and parameters", function* ({ session, dialect }) {
    // 9 rows of 301 columns in the smallest, 32,800 parameters in the others: more than SQLite's limit.
    const rows = Array.from({ length: 9 }, (_, position) =>
      Object.fromEntries(Object.keys(wideColumns).map((key) => [key, position])),
    );
    session.addAll(rows.map((row) => new Wide(row as never)));
    yield* session.commit();
    expect((yield* session.exec(select(func.count()).from(Wide))).one()).toBe(9);
    const wide = (yield* session.exec(select(Wide))).all();
    for (const row of wide) for (const key of Object.keys(wideColumns)) Object.assign(row, { [key]: 5 });
    yield* session.commit();
    const last = (Wide.c as unknown as Record<string, ColumnElement<number>>)["column299"]!;
    expect((yield* session.exec(select(func.sum(last)))).one()).toBe(45);
    const many = Array.from({ length: 33_000 }, (_, position) => ({ amount: position }));
    const error = yield* (function* () {
      try {
        yield* session.exec(insert(Item).values(many));
        return undefined;
      } catch (caught) {
        return caught;
      }
    })();
    // A statement is sent as it is written: what the database cannot take is said, not cut.
    if (error === undefined) expect((yield* session.exec(select(func.count()).from(Item))).one()).toBe(33_000);
    else expect(error, dialect).toBeInstanceOf(SQLModelError);
  });

  test("T17 conditions of a thousand parts and more are balanced", function* ({ session }) {
    session.add(new Item({ word: "a", amount: 1999 }), new Item({ word: "b", amount: 2 }));
    yield* session.flush();
    const { c } = Item;
    const parts = Array.from({ length: 2000 }, (_, position) => c.amount.eq(position + 3));
    expect((yield* session.exec(select(c.word).where(or(...parts)))).all()).toEqual(["a"]);
    const folded = parts.reduce((left, right) => or(left, right));
    expect((yield* session.exec(select(c.word).where(folded))).all()).toEqual(["a"]);
    expect(
      (yield* session.exec(
        select(func.count())
          .from(Item)
          .where(and(...parts.map(() => c.amount.gt(0)))),
      )).one(),
    ).toBe(2);
    let chained = select(c.word);
    for (let count = 0; count < 1500; count += 1) chained = chained.where(c.amount.gt(2));
    expect((yield* session.exec(chained)).all()).toEqual(["a"]);
    yield* session.exec(
      update(Item)
        .values({ amount: 0 })
        .where(or(...parts)),
    );
    expect((yield* session.exec(select(c.amount).orderBy(c.id))).all()).toEqual([0, 2]);
  });

  test("T17 a text of a million characters and bytes of a megabyte", function* ({ session }) {
    const text = "é🦸'\\".repeat(200_000);
    session.add(new Item({ word: text, note: { text } }));
    yield* session.commit();
    const found = (yield* session.exec(select(Item.c.word, Item.c.note))).one();
    expect(found[0] === text).toBe(true);
    expect((found[1] as { text: string }).text === text).toBe(true);
  });
});
