/** V05–V07, V18: a leg of a path is never SQL and never another leg; a cast takes types of the package only. */
import fc from "fast-check";
import {
  ArgumentError,
  cast,
  func,
  integer,
  jsonElement,
  jsonObject,
  literal,
  select,
  sql,
  type ColumnElement,
  type SqlType,
} from "sqlmodel";
import { expect } from "vitest";
import { suite } from "../harness.ts";
import { Place, stored } from "../statements/places.ts";
import { rejects } from "../rejects.ts";

/** What reads or writes elsewhere where a leg is text of the statement. */
const corpus = [
  "first' as x from people; drop table json_place; --",
  "a') or 1=1 -- ",
  "data.id')) AS DECIMAL) = 1 DELETE FROM json_place; -- ",
  "auth.login_count",
  'auth"."login_count',
  "$.*",
  "x::text) or 1=1 --",
];

const { free } = Place.c;

suite("JSON paths from outside", ({ test }) => {
  test("a name never counts items, and an index never names a member", function* ({ session }) {
    const member = jsonElement<unknown>(free);
    expect(yield* stored(session, ["zero"], member.at("0"))).toBe(null);
    expect(yield* stored(session, { 0: "zero" }, member.at(0))).toBe(null);
    expect(yield* stored(session, { a: 5 }, member.at("a", 0))).toBe(null);
    expect(yield* stored(session, 5, member.at(0))).toBe(null);
    expect(yield* stored(session, { 0: "zero" }, member.at("0"))).toBe("zero");
    expect(yield* stored(session, [1, 2], free.set(["0"], 9))).toEqual([1, 2]);
    expect(yield* stored(session, { 0: 1 }, free.set([0], 9))).toEqual({ 0: 1 });
    expect(yield* stored(session, { 0: 1 }, free.set(["0"], 9))).toEqual({ 0: 9 });
    expect(yield* stored(session, [1, 2], free.remove(["0"]))).toEqual([1, 2]);
    expect(yield* stored(session, { "-1": 1, "0": 1 }, free.remove([0]))).toEqual({ "-1": 1, "0": 1 });
  });

  test("V07: at(k) reads exactly the member named k, for every k", function* ({ session, dialect }) {
    const special = [
      "",
      "*",
      "**",
      "a.b",
      "tags[0]",
      "$",
      "$.a",
      '"',
      '"a"',
      "'",
      "`",
      "\\",
      "\\\\",
      "last",
      "0",
      "#",
      "?",
      "é",
      "😀",
      " ",
      "\n",
      "\u001f",
      "__proto__",
      "constructor",
      "@",
      "(1=1)",
    ];
    const names = fc.sample(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string({ unit: fc.constantFrom('"', "\\", "'", ".", "[", "]", "*", "$", "0", "-", "a", "\n", "ü") }),
      ),
      { numRuns: 150, seed: 4 },
    );
    for (const name of [...special, ...names]) {
      if (name.includes("\0")) {
        expect(() => free.at(name)).toThrow(ArgumentError);
        continue;
      }
      if (dialect === "mysql" && name.startsWith("-")) {
        yield* rejects(stored(session, {}, free.at(name)), "MariaDB finds no member whose name begins with '-'");
        yield* session.rollback();
        continue;
      }
      const others = { [`${name}x`]: 2, [`x${name}`]: 3, other: { [name]: 4 }, list: [5] };
      const document = Object.fromEntries([...Object.entries(others), [name, 1] as const]);
      expect(yield* stored(session, document, free.at(name)), JSON.stringify(name)).toBe(1);
      const without = Object.fromEntries(Object.entries(others).filter(([key]) => key !== name));
      const missing = Object.hasOwn(others, name) ? others[name] : null;
      if (missing === null) expect(yield* stored(session, without, free.at(name)), JSON.stringify(name)).toBe(null);
      expect(yield* stored(session, { in: document }, free.at("in", name))).toBe(1);
      expect(yield* stored(session, document, free.hasKey(name))).toBe(true);
      expect(yield* stored(session, document, free.set([name], "new").at(name))).toBe("new");
      expect(yield* stored(session, document, free.remove([name]).hasKey(name))).toBe(false);
      expect(yield* stored(session, {}, free.merge({ [name]: 7 }))).toEqual(Object.fromEntries([[name, 7]]));
      expect(yield* stored(session, {}, jsonObject(Object.fromEntries([[name, 8]])))).toEqual(
        Object.fromEntries([[name, 8]]),
      );
    }
  });

  test("V05, V06: no leg is SQL, however many backslashes stand before what could end it", function* ({ session }) {
    const mutants = corpus.flatMap((text) =>
      [0, 1, 2, 3, 4].map((count) => text.replace(/['"`;)(.*$[\]]/g, (mark) => "\\".repeat(count) + mark)),
    );
    for (const leg of mutants) {
      expect(yield* stored(session, { [leg]: 1, auth: { login_count: 2 } }, free.at(leg))).toBe(1);
      expect(yield* stored(session, { auth: { login_count: 2 } }, free.at(leg))).toBe(null);
      expect(yield* stored(session, { [leg]: leg }, free.at(leg).eq(leg))).toBe(true);
    }
    expect((yield* session.exec(select(func.count(Place.c.id)))).one()).toBe(0);
  });

  test("V05 planted: a path written into the statement is found by the same corpus", function* ({ session, dialect }) {
    const written = (leg: string): ColumnElement<unknown> => {
      const text = dialect === "postgresql" ? `free #> '{${leg}}'` : `json_extract(free, '$.${leg}')`;
      return sql<unknown>(Object.assign([text], { raw: [text] }));
    };
    const wrong: string[] = [];
    for (const leg of corpus) {
      try {
        if ((yield* stored(session, { [leg]: 1 }, written(leg))) === null) wrong.push(leg);
      } catch {
        wrong.push(leg);
        yield* session.rollback();
      }
    }
    expect(wrong.length).toBeGreaterThan(3);
  });

  test("V18: a cast takes types, and nothing parsed that looks like one", function* ({ session }) {
    const parsed = (text: string): SqlType => JSON.parse(text) as SqlType;
    const hostile = [
      parsed('{"kind":"custom","name":"x","impl":{"kind":"text"},"ddl":"text) or (1=1"}'),
      parsed('{"kind":"text","length":"9) or (1=1"}'),
      parsed('{"kind":"numeric","precision":"9) or (1=1","scale":1}'),
      parsed('{"kind":"array","item":{"kind":"text","length":"9) or (1=1"}}'),
      parsed('{"kind":"text) or (1=1"}'),
      parsed('{"kind":"toString"}'),
      "text) or (1=1" as never,
    ];
    for (const type of hostile) {
      expect(() => cast(free.at("a").asText(), type)).toThrow(ArgumentError);
      expect(() => literal("1", type)).toThrow(ArgumentError);
      expect(() => sql`1`.as(type)).toThrow(ArgumentError);
      expect(() => func.call("abs", type, 1)).toThrow(ArgumentError);
    }
    expect(yield* stored(session, { a: "12" }, cast<number>(free.at("a").asText(), integer()))).toBe(12);
  });
});
