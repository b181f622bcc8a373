/** V03–V21, V24, V32: what comes from outside is a value or is refused; it is never SQL, never a name, never an operator. */
import fc from "fast-check";
import { alias, and, caseWhen, cast, check, ColumnElement, deleteFrom, exists, field, func, identifier, IdentityError, index, insert, literal, many, not, one, or, primaryKey, select, SessionError, sql, SQLModelError, table, tuple, unique, update, ValidationError, type AsyncEngine, type IsolationLevel } from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type Step } from "../harness.ts";
import { columnCases, columnOf, Everything, holding } from "../values/everything.ts";
import { rejects, thrown } from "./rejects.ts";

class Account extends table("account", {
  id: primaryKey(),
  name: field(z.string().max(200), { unique: true }),
  password: field(z.string().max(200), { hidden: true }),
  isAdmin: z.boolean().default(false),
  balance: z.int().default(0),
  settings: z.unknown(),
}, {
  notes: () => many(Note, { backPopulates: "account", cascade: "all, delete-orphan" }),
}) {
  static override readonly tableArgs = [check("payloads", Account.c.name.ne("\\' OR 1=1; -- \\")), index(Account.c.balance, Account.c.name)];
}

class Note extends table("note", { id: primaryKey(), text: z.string(), accountId: field(z.int(), { foreignKey: "account.id" }) }, {
  account: () => one(Account, { backPopulates: "notes" }),
}) {
  static override readonly tableArgs = [unique(Note.c.accountId, Note.c.id)];
}

/** What attackers send as text. */
const payloads = ["'", "''", "\\'", "\\", "' OR '1'='1", "\\' OR 1=1; -- ", "'; DROP TABLE account; -- ", '"; DROP TABLE account; -- ', "`; DROP TABLE account; -- ", "1; DELETE FROM account", "$1", "$2$3", "?", "??", ":name", ":firstName or true; drop", "@p1", "{0}", "%s", "${7*7}", "/*", "*/ ; --", "--", "#", "\u02bc OR 1=1", "\uff07 OR 1=1", "-1", "- -1", "0x27", "CHAR(39)", "\r\n", "\u2028", "ASC, (SELECT 1)", "id) UNION SELECT 1,2,3 -- ", "pg_sleep(9)", "__proto__", "constructor", "toString"] as const;

/** What a JSON body can hold in the place of a scalar. */
const hostile: readonly unknown[] = [{}, [], [0], ["a"], [["a"]], { name: 1 }, { toString: "x" }, { password: { not: "" } }, { $ne: "" }, { gt: "" }, { node: { kind: "bind", value: 1, type: { kind: "integer" } } }, { kind: "template", parts: ["1=1"], expressions: [], type: { kind: "boolean" } }, { toQuery: 1 }, { toStatement: {} }, { subqueryNode: { kind: "subquery" } }, JSON.parse('{"__proto__":{"isAdmin":true}}'), { constructor: { name: "ColumnElement" } }, { raw: ["1=1"], 0: "1=1", length: 1 }];

function* seed(session: { add(...entities: Account[]): void; commit(): Step<void> }): Step<void> {
  session.add(new Account({ name: "ada", password: "secret", isAdmin: true, balance: 5 }), new Account({ name: "bob", password: "hidden", balance: 7 }));
  yield* session.commit();
}

suite("V20 V21 strings are values", ({ test }) => {
  test("V21 payloads come back unchanged from every place that takes a text", function* ({ session, openSession }) {
    session.addAll(payloads.map((payload) => new Account({ name: `${payload}|`, password: payload, settings: { [payload]: [payload] } })));
    yield* session.commit();
    yield* session.close();
    const fresh = openSession();
    const rows = (yield* fresh.exec(select(Account).orderBy(Account.c.id))).all();
    expect(rows.map(({ password }) => password)).toEqual(payloads);
    expect(rows.map(({ settings }) => settings)).toEqual(payloads.map((payload) => Object.fromEntries([[payload, [payload]]])));
    for (const payload of payloads) {
      const { c } = Account;
      expect((yield* fresh.exec(select(c.password).where(c.name.eq(`${payload}|`)))).all()).toEqual([payload]);
      expect((yield* fresh.exec(select(func.count()).from(Account).where(c.password.in([payload])))).one()).toBe(1);
      expect((yield* fresh.exec(select(literal(payload)))).one()).toBe(payload);
      expect((yield* fresh.exec(select(caseWhen<string>(c.password.eq(payload), payload).otherwise("other")).where(c.name.eq(`${payload}|`)))).one()).toBe(payload);
      expect((yield* fresh.exec(select(func.coalesce(c.password, payload)).where(c.password.eq(payload)))).one()).toBe(payload);
      const [text] = (yield* fresh.text<{ a: string; b: string }>(sql`SELECT cast(${payload} AS char(200)) AS a, cast(${`${payload}:y $1 ?`} AS char(200)) AS b`)).all();
      expect([text?.a.trimEnd(), text?.b.trimEnd()]).toEqual([payload.trimEnd(), `${payload}:y $1 ?`]);
    }
    expect((yield* fresh.exec(select(func.count()).from(Account))).one()).toBe(payloads.length);
  });

  test("V20 a text is never a column, a condition, an order, a table or a statement", function* ({ session, statements, forget }) {
    forget();
    for (const payload of ["id", "1=1", "name", ...payloads]) {
      const given = payload as never;
      for (const call of [
        () => select(given),
        () => select({ a: given }),
        () => select(Account).where(given),
        () => select(Account).having(given),
        () => select(Account).orderBy(given),
        () => select(Account).groupBy(given),
        () => select(Account).join(given),
        () => select(Account).join(Note, given),
        () => select(Account).from(given),
        () => select(Account).include(given),
        () => select(Account).include({ [payload]: true } as never),
        () => select(Account).loadOnly(`${payload} ` as never),
        () => select(Account).defer(`${payload} ` as never),
        () => select(Account).limit(given),
        () => select(Account).offset(given),
        () => and(given),
        () => or(Account.c.id.eq(1), given),
        () => not(given),
        () => exists(given),
        () => insert(given),
        () => update(given),
        () => deleteFrom(given),
        () => alias(given, "a"),
        () => update(Account).where(given),
        () => update(Account).values(given),
        () => update(Account).values({ [`${payload}.`]: 1 } as never),
        () => insert(Account).values(given).toStatement(),
        () => insert(Account).values({ name: "a", password: "b" }).onConflictDoUpdate({ target: given, set: { balance: 1 } }),
        () => insert(Account).values({ name: "a", password: "b" }).returning(given),
        () => sql(given),
        () => sql([payload] as never),
        () => func.call(`${payload} `, { kind: "integer" }),
        () => index(given),
        () => unique(given),
        () => check("x", given),
        () => Account.c.id.in(given),
        () => Account.c.id.notIn(given),
      ]) {
        const error = thrown(call, SQLModelError);
        expect(error.message.length, String(call)).toBeGreaterThan(10);
      }
      yield* rejects(session.exec(given), SessionError);
    }
    expect(statements).toEqual([]);
  });
});

suite("V04 V10 enumerated options", ({ test }) => {
  test("V04 isolation levels, lock modes and directions go through frozen maps, whatever names an object has", function* ({ session, engine, openSession, statements, forget }) {
    forget();
    for (const word of ["serializable; DROP TABLE account", "constructor", "__proto__", "toString", "SERIALIZABLE READ ONLY", "read committed", ""]) {
      yield* rejects(openSession({ isolationLevel: word as IsolationLevel }).exec(select(Account)), SQLModelError);
      yield* rejects(openSession().begin({ isolationLevel: word as IsolationLevel }), SQLModelError);
      const forged = (node: object) => new ColumnElement(node as never);
      const condition = (node: object) => new ColumnElement<boolean>(node as never);
      const column = Account.c.id.node;
      yield* rejects(session.exec(select(Account).orderBy(forged({ kind: "order", operand: column, direction: word === "" ? "up" : word, nulls: undefined }))), SQLModelError);
      yield* rejects(session.exec(select(Account).orderBy(forged({ kind: "order", operand: column, direction: "asc", nulls: word === "" ? "x" : word }))), SQLModelError);
      yield* rejects(session.exec(select(Account).where(condition({ kind: "binary", operator: word === "" ? "x" : word, left: column, right: column, type: { kind: "boolean" } }))), SQLModelError);
      yield* rejects(session.exec(select(Account).where(condition({ kind: "junction", operator: word === "" ? "x" : word, operands: [Account.c.id.eq(1).node, Account.c.id.eq(2).node] }))), SQLModelError);
      if (engine.dialect.capabilities.rowLocks) yield* rejects(session.exec(select(Account).forUpdate((word === "" ? "x" : word) as never)), SQLModelError);
      yield* session.rollback();
    }
    expect(statements).toEqual([]);
  });

  test("V10 limit and offset take whole numbers only", function* ({ session }) {
    yield* seed(session);
    for (const bad of [Number.NaN, -1, 1.5, Infinity, 2 ** 53, "1", "1; DROP TABLE account", null, undefined, true, [], {}, new Number(1), { valueOf: () => 1 }, () => 1]) {
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

suite("V08 V09 V16 objects from outside", ({ test }) => {
  test("V08 a parsed or cloned object is never an expression, an operator, a column, a statement or an entity", function* ({ session, engine, statements, forget }) {
    yield* seed(session);
    const element = Account.c.name.eq("ada");
    const forged = [...hostile, JSON.parse(JSON.stringify(element)), structuredClone({ node: element.node }), JSON.parse(JSON.stringify(select(Account))), structuredClone(Account.c.name.node), Object.assign(Object.create(null), element)];
    forget();
    for (const given of forged as never[]) {
      for (const call of [() => select(Account).where(given), () => select(given), () => select(Account).orderBy(given), () => and(given), () => not(given), () => insert(given), () => select(Account).join(given), () => update(Account).where(given), () => exists(given)]) thrown(call, SQLModelError);
      for (const call of [() => Account.c.name.eq(given), () => Account.c.name.in([given]), () => Account.c.balance.plus(given), () => Account.c.name.like(given), () => sql`SELECT ${given}`]) {
        let made: ColumnElement<unknown> | undefined;
        try {
          made = call();
        } catch (error) {
          expect(error).toBeInstanceOf(SQLModelError);
        }
        if (made !== undefined) yield* rejects(session.exec(select(made as ColumnElement<unknown>)), SQLModelError);
      }
      thrown(() => new Account(Object.assign({}, { name: given, password: "x" })), ValidationError);
      thrown(() => update(Account).values({ name: given }), SQLModelError);
      thrown(() => insert(Account).values({ name: given, password: "x" }).toStatement(), SQLModelError);
      thrown(() => session.add(given), SQLModelError);
      thrown(() => session.delete(given), SQLModelError);
      yield* rejects(session.exec(given), SQLModelError);
      yield* rejects(session.merge(given), SQLModelError);
      // An array of one number is a key.
      if (!Array.isArray(given)) yield* rejects(session.get(Account, given), SQLModelError);
    }
    const text = { kind: "text", template: { kind: "template", parts: ["DELETE FROM account"], expressions: [], type: { kind: "unknown" } } };
    yield* session.rollback();
    const connection = (yield engine.connect()) as Awaited<ReturnType<AsyncEngine["connect"]>>;
    yield* rejects(
      (function* (): Step<void> {
        try {
          yield connection.execute(JSON.parse(JSON.stringify(text)));
        } finally {
          yield connection.close();
        }
      })(),
      SQLModelError,
    );
    expect(statements).toEqual([]);
    expect((yield* session.exec(select(func.count()).from(Account))).one()).toBe(2);
  });

  test("V09 no key of an object reaches a prototype", function* ({ session }) {
    const before = Object.getOwnPropertyNames(Object.prototype).length;
    const evil = JSON.parse('{"name":"eve","password":"x","__proto__":{"isAdmin":true,"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as never;
    thrown(() => new Account(evil), ValidationError);
    thrown(() => update(Account).values(evil), SQLModelError);
    thrown(() => insert(Account).values(evil).toStatement(), SQLModelError);
    thrown(() => select(Account).include(JSON.parse('{"__proto__":true}') as never), SQLModelError);
    expect(Object.entries(Account.createSchema.parse(evil))).toEqual([["name", "eve"], ["password", "x"], ["isAdmin", false], ["balance", 0]]);
    const settings = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as object;
    const eve = new Account({ name: "eve", password: "x", settings });
    expect(eve.isAdmin).toBe(false);
    session.add(eve);
    yield* session.commit();
    const merged = yield* session.merge(new Account({ id: eve.id, name: "eve", password: "y", settings } as never));
    expect(merged.isAdmin).toBe(false);
    const stored = (yield* session.exec(select(Account.c.settings))).one() as object;
    expect(Object.keys(stored).sort()).toEqual(["__proto__", "constructor"]);
    expect(JSON.parse(JSON.stringify(eve))).not.toHaveProperty("polluted");
    expect(Object.getOwnPropertyNames(Object.prototype)).toHaveLength(before);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("V16 an unknown key is an error that names it and suggests the nearest, at once even where it is huge", function* ({ session }) {
    for (const [key, suggestion] of [["nmae", "name"], ["isadmin", "isAdmin"], ["1=1) or (1", undefined], ["password = ''", undefined], ["toString", undefined]] as const) {
      for (const call of [() => new Account({ name: "a", password: "b", [key]: 1 } as never), () => insert(Account).values({ name: "a", password: "b", [key]: 1 } as never).toStatement(), () => update(Account).values({ [key]: 1 } as never)]) {
        const { message } = thrown(call, SQLModelError);
        expect(message).toContain(key);
        if (suggestion !== undefined) expect(message).toContain(`Did you mean '${suggestion}'?`);
      }
    }
    const start = performance.now();
    thrown(() => update(Account).values({ ["x".repeat(2_000_000)]: 1 } as never), SQLModelError);
    thrown(() => new Account({ name: "a", password: "b", ["y".repeat(2_000_000)]: 1 } as never), SQLModelError);
    expect(performance.now() - start).toBeLessThan(500);
    yield* session.rollback();
  });

  test("V15 get takes a key and nothing else", function* ({ session, statements, forget }) {
    yield* seed(session);
    forget();
    for (const bad of [...hostile.filter((value) => !Array.isArray(value)), [], ["a"], [["a"]], undefined, null, "1", "1 OR 1=1", true, 1.5, Number.NaN, 1n, Symbol("x"), () => 1, new Date(), { where: { id: 1 } }, { id: { gt: 0 } }, { id: 1, name: "x" }, [1, 2], new Number(1), { id: [1] }, { id: undefined }]) {
      yield* rejects(session.get(Account, bad), SQLModelError);
    }
    expect(statements).toEqual([]);
    yield* rejects(session.get(Account, undefined), IdentityError);
    expect((yield* session.get(Account, 1))?.name).toBe("ada");
    expect((yield* session.get(Account, { id: 2 }))?.name).toBe("bob");
    expect((yield* session.get(Account, [2]))?.name).toBe("bob");
    expect(yield* session.get(Account, 99)).toBeNull();
  });
});

/** A value for each kind of thing that JavaScript has; those that a column takes are left out by its own check. */
const kinds: readonly unknown[] = [true, 0, 1.5, 1n, "x", "", {}, [], [1], ["x"], new Map([["a", 1]]), new Set([1]), new Date(), new Date(Number.NaN), Buffer.from("x"), Uint8Array.of(1), new ArrayBuffer(1), () => "x", Symbol("x"), new String("x"), new Number(1), new Boolean(false), Object(1n), /x/, Promise.resolve("x"), new Error("x"), { toString: () => "x" }, { valueOf: () => 1 }, { toJSON: () => "x" }, { [Symbol.toPrimitive]: () => 1 }, { x: "a", y: 1 }, Number.NaN];

suite("V13 V14 values of another type", ({ test }) => {
  for (const { key, values } of columnCases) {
    if (key === "json" || key === "plainJson" || key === "place") continue;
    test(`V13 ${key}: refused by the constructor, by the flush, by statements and by where`, function* ({ session, statements, forget }) {
      const schema = Everything.schema.shape[key];
      const isTaken = (value: unknown): boolean => {
        const [sample] = values;
        if (key === "huge") return typeof value === "bigint";
        if (typeof sample !== typeof value || typeof value !== "object") return schema.safeParse(value).success;
        return Object.getPrototypeOf(sample) === Object.getPrototypeOf(value) || (sample instanceof Uint8Array && value instanceof Uint8Array);
      };
      forget();
      const entity = holding(key, null);
      session.add(entity);
      for (const value of kinds) {
        if (isTaken(value)) continue;
        const shown = `${key} ${Object.prototype.toString.call(value)}`;
        expect(() => holding(key, value), shown).toThrow(ValidationError);
        expect(() => insert(Everything).values({ [key]: value } as never).toStatement(), shown).toThrow(SQLModelError);
        expect(() => update(Everything).values({ [key]: value } as never), shown).toThrow(SQLModelError);
        Object.assign(entity, { [key]: value });
        yield* rejects(session.flush(), ValidationError);
        // A comparison takes what is exact in the column's type: a whole number beside a decimal, any number beside an enum of numbers.
        const isExact = (key === "decimal" || key === "money") && (Number.isSafeInteger(value) || typeof value === "bigint");
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

  test("V13 a promise, a function or an undefined member inside JSON is refused, never dropped", function* ({ session }) {
    for (const bad of [() => 1, Symbol("x"), 1n, Number.NaN, new Date(), new Map(), Buffer.from("x"), Promise.resolve(1), { deep: [1n] }, [undefined], { a: () => 1 }, { toJSON: () => "x" }, "nul \0", ["half \ud800"], { "half \udc00": 1 }]) {
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
    for (const call of [() => select(Account).where(u), () => select(Account).where(c.id.eq(1), u), () => select(u), () => select({ a: u }), () => select(Account).orderBy(u), () => select(Account).limit(u), () => select(Account).join(u), () => c.id.eq(u), () => c.id.ne(u), () => c.id.gt(u), () => c.id.between(1, u), () => c.id.between(u, 1), () => c.id.in(u), () => c.id.in([1, u]), () => c.id.notIn([u]), () => c.name.like(u), () => c.name.startsWith(u), () => c.name.contains(u), () => c.id.isDistinctFrom(u), () => c.id.plus(u), () => and(u), () => or(c.id.eq(1), u), () => not(u), () => literal(u), () => func.coalesce(c.name, u), () => sql`SELECT ${u}`, () => tuple(c.id, c.name).in([[1, u]]), () => caseWhen(c.id.eq(1), u), () => update(Account).values(u), () => update(Account).values({ name: u }), () => update(Account).values({}), () => update(Account).where(u), () => insert(Account).values(u).toStatement(), () => insert(Account).values({ name: u, password: "x" }).toStatement(), () => insert(Account).values([]).toStatement(), () => deleteFrom(Account).where(u), () => new Account({ name: u, password: "x" }), () => new Account({ name: "a", password: "x", balance: u }), () => new Account(u), () => select(Account).include(u), () => select(Account).include({ notes: u }), () => identifier(u)]) {
      expect(call, String(call)).toThrow(SQLModelError);
    }
    for (const statement of [update(Account).values({ balance: 0 }), deleteFrom(Account)]) yield* rejects(session.exec(statement), SQLModelError);
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
        const row = (yield* session.exec(select({ [label]: Account.c.id, [other]: Account.c.name }).where(Account.c.id.eq(1)))).one();
        expect(row).toEqual({ [label]: 1, [other]: "ada" });
      }
    }
    for (const size of [1, 2, 3, 1, 2]) {
      const ids = Array.from({ length: size }, (_, position) => position + 1);
      expect((yield* session.exec(select(Account.c.id).where(Account.c.id.in(ids)).orderBy(Account.c.id))).all()).toEqual(ids.filter((id) => id < 3));
    }
    expect((yield* session.exec(select(cast<string>(Account.c.id, { kind: "text" })).where(Account.c.id.eq(1)))).one()).toBe("1");
    expect((yield* session.exec(select(cast<number>(Account.c.id, { kind: "integer" })).where(Account.c.id.eq(1)))).one()).toBe(1);
  });
});

suite("V32 LIKE", ({ test }) => {
  test("V32 startsWith, endsWith and contains mean what they mean in JavaScript", function* ({ session, dialect }) {
    const letters = fc.constantFrom("a", "b", "A", "%", "_", "\\", "'", "é", "🦸", "[", "]", "^", " ");
    const words = fc.sample(fc.string({ unit: letters, maxLength: 6 }), dialect === "mysql" ? 60 : 120);
    session.add(new Account({ name: "a", password: "x", notes: words.map((text) => new Note({ text } as never)) }));
    yield* session.commit();
    const parts = [...new Set(["%", "_", "\\", "\\\\", "\\%", "", "a", "a%", "%a", "'", ...fc.sample(fc.string({ unit: letters, maxLength: 3 }), dialect === "mysql" ? 20 : 60)])];
    const { text, id } = Note.c;
    for (const part of parts) {
      const found = {
        starts: (yield* session.exec(select(text).where(text.startsWith(part)).orderBy(id))).all(),
        ends: (yield* session.exec(select(text).where(text.endsWith(part)).orderBy(id))).all(),
        contains: (yield* session.exec(select(text).where(text.contains(part)).orderBy(id))).all(),
      };
      const wanted = { starts: words.filter((word) => word.startsWith(part)), ends: words.filter((word) => word.endsWith(part)), contains: words.filter((word) => word.includes(part)) };
      expect({ part, ...found }).toEqual({ part, ...wanted });
    }
  });
});
