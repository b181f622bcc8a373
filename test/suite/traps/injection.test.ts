/** V04–V21: what comes from outside is a value or is refused; it is never SQL, never a name, never an operator. */
import {
  alias,
  and,
  caseWhen,
  check,
  type ColumnElement,
  deleteFrom,
  exists,
  func,
  IdentityError,
  index,
  insert,
  literal,
  not,
  or,
  select,
  SessionError,
  sql,
  SQLModelError,
  unique,
  update,
  ValidationError,
  type AsyncEngine,
} from "sqlmodel";
import { expect } from "vitest";
import { suite, type Step } from "../harness.ts";
import { rejects, thrown } from "./rejects.ts";
import { Account, Note, seed } from "./accounts.ts";

/** What attackers send as text. */
const payloads = [
  "'",
  "''",
  "\\'",
  "\\",
  "' OR '1'='1",
  "\\' OR 1=1; -- ",
  "'; DROP TABLE account; -- ",
  '"; DROP TABLE account; -- ',
  "`; DROP TABLE account; -- ",
  "1; DELETE FROM account",
  "$1",
  "$2$3",
  "?",
  "??",
  ":name",
  ":firstName or true; drop",
  "@p1",
  "{0}",
  "%s",
  "${7*7}",
  "/*",
  "*/ ; --",
  "--",
  "#",
  "\u02bc OR 1=1",
  "\uff07 OR 1=1",
  "-1",
  "- -1",
  "0x27",
  "CHAR(39)",
  "\r\n",
  "\u2028",
  "ASC, (SELECT 1)",
  "id) UNION SELECT 1,2,3 -- ",
  "pg_sleep(9)",
  "__proto__",
  "constructor",
  "toString",
] as const;

/** What a JSON body can hold in the place of a scalar. */
const hostile: readonly unknown[] = [
  {},
  [],
  [0],
  ["a"],
  [["a"]],
  { name: 1 },
  { toString: "x" },
  { password: { not: "" } },
  { $ne: "" },
  { gt: "" },
  { node: { kind: "bind", value: 1, type: { kind: "integer" } } },
  { kind: "template", parts: ["1=1"], expressions: [], type: { kind: "boolean" } },
  { toQuery: 1 },
  { toStatement: {} },
  { subqueryNode: { kind: "subquery" } },
  JSON.parse('{"__proto__":{"isAdmin":true}}'),
  { constructor: { name: "ColumnElement" } },
  { raw: ["1=1"], 0: "1=1", length: 1 },
];

suite("V20 V21 strings are values", ({ test }) => {
  test("V21 payloads come back unchanged from every place that takes a text", function* ({ session, openSession }) {
    session.addAll(
      payloads.map(
        (payload) => new Account({ name: `${payload}|`, password: payload, settings: { [payload]: [payload] } }),
      ),
    );
    yield* session.commit();
    yield* session.close();
    const fresh = openSession();
    const rows = (yield* fresh.exec(select(Account).orderBy(Account.c.id))).all();
    expect(rows.map(({ password }) => password)).toEqual(payloads);
    expect(rows.map(({ settings }) => settings)).toEqual(
      payloads.map((payload) => Object.fromEntries([[payload, [payload]]])),
    );
    for (const payload of payloads) {
      const { c } = Account;
      expect((yield* fresh.exec(select(c.password).where(c.name.eq(`${payload}|`)))).all()).toEqual([payload]);
      expect(
        (yield* fresh.exec(
          select(func.count())
            .from(Account)
            .where(c.password.in([payload])),
        )).one(),
      ).toBe(1);
      expect((yield* fresh.exec(select(literal(payload)))).one()).toBe(payload);
      expect(
        (yield* fresh.exec(
          select(caseWhen<string>(c.password.eq(payload), payload).otherwise("other")).where(c.name.eq(`${payload}|`)),
        )).one(),
      ).toBe(payload);
      expect((yield* fresh.exec(select(func.coalesce(c.password, payload)).where(c.password.eq(payload)))).one()).toBe(
        payload,
      );
      const [text] = (yield* fresh.text<{ a: string; b: string }>(
        sql`SELECT cast(${payload} AS char(200)) AS a, cast(${`${payload}:y $1 ?`} AS char(200)) AS b`,
      )).all();
      expect([text?.a.trimEnd(), text?.b.trimEnd()]).toEqual([payload.trimEnd(), `${payload}:y $1 ?`]);
    }
    expect((yield* fresh.exec(select(func.count()).from(Account))).one()).toBe(payloads.length);
  });

  test("V20 a text is never a column, a condition, an order, a table or a statement", function* ({
    session,
    statements,
    forget,
  }) {
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
        () =>
          insert(Account)
            .values({ name: "a", password: "b" })
            .onConflictDoUpdate({ target: given, set: { balance: 1 } }),
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

suite("V08 V09 V16 objects from outside", ({ test }) => {
  test("V08 a parsed or cloned object is never an expression, an operator, a column, a statement or an entity", function* ({
    session,
    engine,
    statements,
    forget,
  }) {
    yield* seed(session);
    const element = Account.c.name.eq("ada");
    const forged = [
      ...hostile,
      JSON.parse(JSON.stringify(element)),
      structuredClone({ node: element.node }),
      JSON.parse(JSON.stringify(select(Account))),
      structuredClone(Account.c.name.node),
      Object.assign(Object.create(null), element),
    ];
    forget();
    for (const given of forged as never[]) {
      for (const call of [
        () => select(Account).where(given),
        () => select(given),
        () => select(Account).orderBy(given),
        () => and(given),
        () => not(given),
        () => insert(given),
        () => select(Account).join(given),
        () => update(Account).where(given),
        () => exists(given),
      ])
        thrown(call, SQLModelError);
      for (const call of [
        () => Account.c.name.eq(given),
        () => Account.c.name.in([given]),
        () => Account.c.balance.plus(given),
        () => Account.c.name.like(given),
        () => sql`SELECT ${given}`,
      ]) {
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
    const text = {
      kind: "text",
      template: { kind: "template", parts: ["DELETE FROM account"], expressions: [], type: { kind: "unknown" } },
    };
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
    const evil = JSON.parse(
      '{"name":"eve","password":"x","__proto__":{"isAdmin":true,"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
    ) as never;
    thrown(() => new Account(evil), ValidationError);
    thrown(() => update(Account).values(evil), SQLModelError);
    thrown(() => insert(Account).values(evil).toStatement(), SQLModelError);
    thrown(() => select(Account).include(JSON.parse('{"__proto__":true}') as never), SQLModelError);
    expect(Object.entries(Account.createSchema.parse(evil))).toEqual([
      ["name", "eve"],
      ["password", "x"],
      ["isAdmin", false],
      ["balance", 0],
    ]);
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

  test("V16 an unknown key is an error that names it and suggests the nearest, at once even where it is huge", function* ({
    session,
  }) {
    for (const [key, suggestion] of [
      ["nmae", "name"],
      ["isadmin", "isAdmin"],
      ["1=1) or (1", undefined],
      ["password = ''", undefined],
      ["toString", undefined],
    ] as const) {
      for (const call of [
        () => new Account({ name: "a", password: "b", [key]: 1 } as never),
        () =>
          insert(Account)
            .values({ name: "a", password: "b", [key]: 1 } as never)
            .toStatement(),
        () => update(Account).values({ [key]: 1 } as never),
      ]) {
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
    for (const bad of [
      ...hostile.filter((value) => !Array.isArray(value)),
      [],
      ["a"],
      [["a"]],
      undefined,
      null,
      "1",
      "1 OR 1=1",
      true,
      1.5,
      Number.NaN,
      1n,
      Symbol("x"),
      () => 1,
      new Date(),
      { where: { id: 1 } },
      { id: { gt: 0 } },
      { id: 1, name: "x" },
      [1, 2],
      new Number(1),
      { id: [1] },
      { id: undefined },
    ]) {
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
