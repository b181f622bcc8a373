/** V04 V10 V13 V14 V24 V32 R4: options, values of another type, undefined, cache keys, and LIKE as JavaScript understands it. */
import fc from "fast-check";
import {
  and,
  caseWhen,
  cast,
  deleteFrom,
  func,
  identifier,
  insert,
  literal,
  not,
  or,
  select,
  sql,
  SQLModelError,
  tuple,
  update,
  ValidationError,
  ColumnElement,
  type IsolationLevel,
} from "sqlmodel";
import { expect } from "vitest";
import { suite, type Step } from "../harness.ts";
import { columnCases } from "../values/column-cases.ts";
import { columnOf, Everything, holding } from "../values/everything.ts";
import { rejects, thrown } from "./rejects.ts";
import { Account, Note, seed } from "./accounts.ts";

suite("V04 V10 enumerated options", ({ test }) => {
  test("V04 isolation levels, lock modes and directions go through frozen maps, whatever names an object has", function* ({
    session,
    openSession,
    statements,
    forget,
  }) {
    forget();
    for (const word of [
      "serializable; DROP TABLE account",
      "constructor",
      "__proto__",
      "toString",
      "SERIALIZABLE READ ONLY",
      "read committed",
      "",
    ]) {
      yield* rejects(openSession({ isolationLevel: word as IsolationLevel }).exec(select(Account)), SQLModelError);
      yield* rejects(openSession().begin({ isolationLevel: word as IsolationLevel }), SQLModelError);
      const forged = (node: object) => new ColumnElement(node as never);
      const condition = (node: object) => new ColumnElement<boolean>(node as never);
      const column = Account.c.id.node;
      yield* rejects(
        session.exec(
          select(Account).orderBy(
            forged({ kind: "order", operand: column, direction: word === "" ? "up" : word, nulls: undefined }),
          ),
        ),
        SQLModelError,
      );
      yield* rejects(
        session.exec(
          select(Account).orderBy(
            forged({ kind: "order", operand: column, direction: "asc", nulls: word === "" ? "x" : word }),
          ),
        ),
        SQLModelError,
      );
      yield* rejects(
        session.exec(
          select(Account).where(
            condition({
              kind: "binary",
              operator: word === "" ? "x" : word,
              left: column,
              right: column,
              type: { kind: "boolean" },
            }),
          ),
        ),
        SQLModelError,
      );
      yield* rejects(
        session.exec(
          select(Account).where(
            condition({
              kind: "junction",
              operator: word === "" ? "x" : word,
              operands: [Account.c.id.eq(1).node, Account.c.id.eq(2).node],
            }),
          ),
        ),
        SQLModelError,
      );
      expect(() => select(Account).forUpdate(word as never)).toThrow(SQLModelError);
      expect(() => select(Account).forUpdate({ [word]: true })).toThrow(SQLModelError);
      yield* session.rollback();
    }
    expect(statements).toEqual([]);
  });

  test("V10 limit and offset take whole numbers only", function* ({ session }) {
    yield* seed(session);
    for (const bad of [
      Number.NaN,
      -1,
      1.5,
      Infinity,
      2 ** 53,
      "1",
      "1; DROP TABLE account",
      null,
      undefined,
      true,
      [],
      {},
      new Number(1),
      { valueOf: () => 1 },
      () => 1,
    ]) {
      thrown(() => select(Account).limit(bad as never), SQLModelError);
      thrown(() => select(Account).offset(bad as never), SQLModelError);
    }
    const names = select(Account.c.name).orderBy(Account.c.id);
    expect((yield* session.exec(names.limit(1))).all()).toEqual(["ada"]);
    expect((yield* session.exec(names.limit(0))).all()).toEqual([]);
    expect((yield* session.exec(names.offset(1))).all()).toEqual(["bob"]);
    expect((yield* session.exec(names.limit(Number.MAX_SAFE_INTEGER).offset(1))).all()).toEqual(["bob"]);
  });
});

/** A value for each kind of thing that JavaScript has; those that a column takes are left out by its own check. */
const kinds: readonly unknown[] = [
  true,
  0,
  1.5,
  1n,
  "x",
  "",
  {},
  [],
  [1],
  ["x"],
  new Map([["a", 1]]),
  new Set([1]),
  new Date(),
  new Date(Number.NaN),
  Buffer.from("x"),
  Uint8Array.of(1),
  new ArrayBuffer(1),
  () => "x",
  Symbol("x"),
  new String("x"),
  new Number(1),
  new Boolean(false),
  Object(1n),
  /x/,
  Promise.resolve("x"),
  new Error("x"),
  { toString: () => "x" },
  { valueOf: () => 1 },
  { toJSON: () => "x" },
  { [Symbol.toPrimitive]: () => 1 },
  { x: "a", y: 1 },
  Number.NaN,
];

suite("V13 V14 values of another type", ({ test }) => {
  for (const { key, values } of columnCases) {
    if (key === "json" || key === "plainJson" || key === "place") continue;
    test(`V13 ${key}: refused by the constructor, by the flush, by statements and by where`, function* ({
      session,
      statements,
      forget,
    }) {
      const schema = Everything.schema.shape[key];
      const isTaken = (value: unknown): boolean => {
        const [sample] = values;
        if (key === "huge") return typeof value === "bigint";
        if (typeof sample !== typeof value || typeof value !== "object") return schema.safeParse(value).success;
        return (
          Object.getPrototypeOf(sample) === Object.getPrototypeOf(value) ||
          (sample instanceof Uint8Array && value instanceof Uint8Array)
        );
      };
      forget();
      const entity = holding(key, null);
      session.add(entity);
      for (const value of kinds) {
        if (isTaken(value)) continue;
        const shown = `${key} ${Object.prototype.toString.call(value)}`;
        expect(() => holding(key, value), shown).toThrow(ValidationError);
        expect(
          () =>
            insert(Everything)
              .values({ [key]: value } as never)
              .toStatement(),
          shown,
        ).toThrow(SQLModelError);
        expect(() => update(Everything).values({ [key]: value } as never), shown).toThrow(SQLModelError);
        Object.assign(entity, { [key]: value });
        yield* rejects(session.flush(), ValidationError);
        // A comparison takes what is exact in the column's type: a whole number beside a decimal, any number beside an enum of numbers.
        const isExact =
          (key === "decimal" || key === "money") && (Number.isSafeInteger(value) || typeof value === "bigint");
        if (isExact || (key === "level" && Number.isSafeInteger(value))) continue;
        yield* rejects(
          (function* (): Step<void> {
            session.setAutoflush(false);
            yield* session.exec(select(Everything).where(columnOf(key).eq(value as object)));
          })(),
          SQLModelError,
        );
      }
      expect(statements).toEqual([]);
      session.expunge(entity);
    });
  }

  test("V13 a promise, a function or an undefined member inside JSON is refused, never dropped", function* ({
    session,
  }) {
    for (const bad of [
      () => 1,
      Symbol("x"),
      1n,
      Number.NaN,
      new Date(),
      new Map(),
      Buffer.from("x"),
      Promise.resolve(1),
      { deep: [1n] },
      [undefined],
      { a: () => 1 },
      { toJSON: () => "x" },
      "nul \0",
      ["half \ud800"],
      { "half \udc00": 1 },
    ]) {
      let error: unknown;
      try {
        session.add(holding("json", bad));
        yield* session.flush();
      } catch (caught) {
        error = caught;
      }
      expect(error, `json ${Object.prototype.toString.call(bad)}`).toBeInstanceOf(SQLModelError);
      yield* session.rollback();
    }
    const circle: unknown[] = [];
    circle.push(circle);
    thrown(() => holding("json", circle), SQLModelError);
  });
});

suite("R4 undefined", ({ test }) => {
  test("R4 is refused in every place that takes a value or a condition", function* ({ session, statements, forget }) {
    yield* seed(session);
    forget();
    const u = undefined as never;
    const c = Account.c;
    for (const call of [
      () => select(Account).where(u),
      () => select(Account).where(c.id.eq(1), u),
      () => select(u),
      () => select({ a: u }),
      () => select(Account).orderBy(u),
      () => select(Account).limit(u),
      () => select(Account).join(u),
      () => c.id.eq(u),
      () => c.id.ne(u),
      () => c.id.gt(u),
      () => c.id.between(1, u),
      () => c.id.between(u, 1),
      () => c.id.in(u),
      () => c.id.in([1, u]),
      () => c.id.notIn([u]),
      () => c.name.like(u),
      () => c.name.startsWith(u),
      () => c.name.contains(u),
      () => c.id.isDistinctFrom(u),
      () => c.id.plus(u),
      () => and(u),
      () => or(c.id.eq(1), u),
      () => not(u),
      () => literal(u),
      () => func.coalesce(c.name, u),
      () => sql`SELECT ${u}`,
      () => tuple(c.id, c.name).in([[1, u]]),
      () => caseWhen(c.id.eq(1), u),
      () => update(Account).values(u),
      () => update(Account).values({ name: u }),
      () => update(Account).values({}),
      () => update(Account).where(u),
      () => insert(Account).values(u).toStatement(),
      () => insert(Account).values({ name: u, password: "x" }).toStatement(),
      () => insert(Account).values([]).toStatement(),
      () => deleteFrom(Account).where(u),
      () => new Account({ name: u, password: "x" }),
      () => new Account({ name: "a", password: "x", balance: u }),
      () => new Account(u),
      () => select(Account).include(u),
      () => select(Account).include({ notes: u }),
      () => identifier(u),
    ]) {
      expect(call, String(call)).toThrow(SQLModelError);
    }
    for (const statement of [update(Account).values({ balance: 0 }), deleteFrom(Account)])
      yield* rejects(session.exec(statement), SQLModelError);
    yield* rejects(session.get(Account, u), SQLModelError);
    yield* rejects(session.exec(u), SQLModelError);
    expect(statements).toEqual([]);
    const ada = (yield* session.exec(select(Account).where(c.name.eq("ada")))).one();
    Object.assign(ada, { balance: undefined });
    yield* rejects(session.flush(), ValidationError);
    yield* session.rollback();
    expect((yield* session.exec(select(c.balance).orderBy(c.id))).all()).toEqual([5, 7]);
    yield* session.exec(update(Account).values({ balance: 1 }).all());
    expect((yield* session.exec(select(c.balance).orderBy(c.id))).all()).toEqual([1, 1]);
  });
});

suite("V24 cache keys", ({ test }) => {
  test("V24 statements that differ only in a name or a shape do not share their SQL", function* ({ session }) {
    yield* seed(session);
    const labels = ["a", "a:b", "a;", "1:a", "a.1", "", "b1:"].filter((label) => label !== "");
    for (const label of labels) {
      for (const other of labels.filter((candidate) => candidate !== label)) {
        const row = (yield* session.exec(
          select({ [label]: Account.c.id, [other]: Account.c.name }).where(Account.c.id.eq(1)),
        )).one();
        expect(row).toEqual({ [label]: 1, [other]: "ada" });
      }
    }
    for (const size of [1, 2, 3, 1, 2]) {
      const ids = Array.from({ length: size }, (_, position) => position + 1);
      expect(
        (yield* session.exec(select(Account.c.id).where(Account.c.id.in(ids)).orderBy(Account.c.id))).all(),
      ).toEqual(ids.filter((id) => id < 3));
    }
    expect(
      (yield* session.exec(select(cast<string>(Account.c.id, { kind: "text" })).where(Account.c.id.eq(1)))).one(),
    ).toBe("1");
    expect(
      (yield* session.exec(select(cast<number>(Account.c.id, { kind: "integer" })).where(Account.c.id.eq(1)))).one(),
    ).toBe(1);
  });
});

suite("V32 LIKE", ({ test }) => {
  test("V32 startsWith, endsWith and contains mean what they mean in JavaScript", function* ({ session, dialect }) {
    const letters = fc.constantFrom("a", "b", "A", "%", "_", "\\", "'", "é", "🦸", "[", "]", "^", " ");
    const words = fc.sample(fc.string({ unit: letters, maxLength: 6 }), dialect === "mysql" ? 60 : 120);
    session.add(new Account({ name: "a", password: "x", notes: words.map((text) => new Note({ text } as never)) }));
    yield* session.commit();
    const parts = [
      ...new Set([
        "%",
        "_",
        "\\",
        "\\\\",
        "\\%",
        "",
        "a",
        "a%",
        "%a",
        "'",
        ...fc.sample(fc.string({ unit: letters, maxLength: 3 }), dialect === "mysql" ? 20 : 60),
      ]),
    ];
    const { text, id } = Note.c;
    for (const part of parts) {
      const found = {
        starts: (yield* session.exec(select(text).where(text.startsWith(part)).orderBy(id))).all(),
        ends: (yield* session.exec(select(text).where(text.endsWith(part)).orderBy(id))).all(),
        contains: (yield* session.exec(select(text).where(text.contains(part)).orderBy(id))).all(),
      };
      const wanted = {
        starts: words.filter((word) => word.startsWith(part)),
        ends: words.filter((word) => word.endsWith(part)),
        contains: words.filter((word) => word.includes(part)),
      };
      expect({ part, ...found }).toEqual({ part, ...wanted });
    }
  });
});
