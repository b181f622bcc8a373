/** Operators and CASE: the same values on every database, and errors of ours where there are none. */
import {
  boolean,
  caseOf,
  caseWhen,
  cast,
  date,
  DatabaseError,
  decimal,
  field,
  func,
  identifier,
  integer,
  interval,
  literal,
  nullLiteral,
  operator,
  primaryKey,
  select,
  sql,
  SQLModelError,
  table,
  text,
  time,
  timestamp,
  typeCoerce,
  type ColumnElement,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite } from "../harness.ts";

class Word extends table("word", {
  id: primaryKey(),
  name: z.string().nullable(),
  part: z.string().nullable(),
  whole: z.int(),
  zero: z.int(),
  big: field(z.bigint()),
  ratio: z.number(),
  price: field(z.string(), { type: decimal(10, 2) }),
  isOn: z.boolean(),
  at: z.date(),
  day: z.iso.date(),
}) {}
const { c } = Word;
const row = {
  id: 1,
  name: "50% Of_Räume\\x",
  part: "% of_",
  whole: -13,
  zero: 0,
  big: 9223372036854775807n,
  ratio: 2.5,
  price: "10.50",
  isOn: true,
  at: new Date("2024-01-31T10:00:00.250Z"),
  day: "2024-01-31",
};

const cases: readonly (readonly [ColumnElement<unknown>, unknown])[] = [
  [c.name.like("50\\% %"), true],
  [c.name.like("50\\% of%"), false],
  [c.name.ilike("50\\% of%"), true],
  [c.name.notIlike("50\\% of%"), false],
  [c.name.contains("% Of_"), true],
  [c.name.contains("% of_"), false],
  [c.name.icontains("% OF_"), true],
  [c.name.icontains("%of"), false],
  [c.name.startsWith("50%"), true],
  [c.name.startsWith("5_"), false],
  [c.name.istartsWith("50% o"), true],
  [c.name.endsWith("\\x"), true],
  [c.name.iendsWith("\\X"), true],
  // Wildcards of an expression are as literal as those of a text.
  [c.name.contains(c.part), false],
  [c.name.icontains(c.part), true],
  [c.name.contains(literal("5_%")), false],
  [c.name.startsWith(literal("50%")), true],
  [c.name.startsWith(literal("5%")), false],
  [c.name.istartsWith(literal("50% O")), true],
  [c.name.endsWith(literal("\\x")), true],
  [c.name.endsWith(literal("")), true],
  [c.name.iendsWith(literal("\\X")), true],
  [c.name.contains(nullLiteral(text())), null],
  [c.name.regexpMatch("^[0-9]+% O"), true],
  [c.name.regexpMatch("^[0-9]+% o"), false],
  [c.name.regexpMatch("^[0-9]+% o", { ignoreCase: true }), true],
  [func.regexpReplace(c.name, "[0-9]", "#"), "##% Of_Räume\\x"],
  [c.name.concat("!").concat(c.part), "50% Of_Räume\\x!% of_"],
  [c.whole.between(0, -20), false],
  [c.whole.between(0, -20, { symmetric: true }), true],
  [c.whole.notBetween(0, -20), true],
  [c.whole.notBetween(-20, 0), false],
  [c.whole.negate(), 13],
  [c.whole.negate().negate().minus(1), -14],
  [c.whole.dividedBy(4), -3],
  [c.whole.modulo(4), -1],
  [c.ratio.dividedBy(2), 1.25],
  [c.price.negate(), "-10.50"],
  [c.whole.bitwiseAnd(6), 2],
  [c.whole.bitwiseOr(6), -9],
  [c.whole.bitwiseXor(6), -11],
  [c.whole.bitwiseNot(), 12],
  [c.whole.shiftLeft(3), -104],
  [c.whole.shiftRight(2), -4],
  [c.big.shiftRight(62), 1n],
  [c.at.plus(interval({ months: 1, hours: 1 })), new Date("2024-02-29T11:00:00.250Z")],
  [c.at.minus(interval({ days: c.whole })), new Date("2024-02-13T10:00:00.250Z")],
  [c.day.minus(interval({ months: 11 })), "2023-02-28"],
  [cast<string>(c.at, date()), "2024-01-31"],
  [cast<string>(c.at, time()), "10:00:00.25"],
  [cast<Date>(c.day, timestamp()), new Date("2024-01-31T00:00:00Z")],
  [cast<number>(literal(2.75), integer()), 3],
  [cast<number>(c.price, integer()), 11],
  [caseWhen(c.whole.lt(0), "minus").when(c.whole.gt(0), "plus").otherwise("zero"), "minus"],
  [caseWhen(c.whole.gt(0), c.name).otherwise(null), null],
  [caseWhen(c.whole.gt(0), "a"), null],
  [caseOf(c.whole).when(1, "one").when(-13, "unlucky").otherwise("many"), "unlucky"],
  [caseOf(c.zero).when(1, "one"), null],
  [caseOf(c.name, { a: 1, [row.name]: 2 }).otherwise(3), 2],
  [caseOf(nullLiteral(text()) as ColumnElement<string | null>, { a: 1 }).otherwise(3), 3],
  [typeCoerce<boolean>(c.zero, boolean()), false],
  [operator<number>("+", integer())(c.whole, 3), -10],
  [operator<boolean>(">=", boolean())(c.whole.times(2), c.whole), false],
  [sql`${c.whole} IN (${sql.join([1, c.whole, sql`2 + 1`])})`.as<boolean>(boolean()), true],
  [sql`${sql.join([c.isOn, c.whole.gt(0)], sql` OR `)}`.as<boolean>(boolean()), true],
];

suite("operators", ({ test }) => {
  test("values", function* ({ session }) {
    session.add(new Word(row));
    yield* session.flush();
    for (const [index, [expression, wanted]] of cases.entries())
      expect([index, (yield* session.exec(select(expression).from(Word))).one()]).toEqual([index, wanted]);
  });

  test("fragments of statements", function* ({ session }) {
    session.addAll([new Word(row), new Word({ ...row, id: 2, whole: 5 })]);
    yield* session.flush();
    const filter = sql.fragment`WHERE ${c.whole} > ${0}`;
    const ordered = sql.fragment`${filter} ORDER BY ${sql.join([identifier("id"), c.whole.desc()])}`;
    const statement = sql<{ id: number }>`SELECT ${identifier("id")} FROM ${Word} ${ordered}`;
    expect((yield* session.text(statement)).all().map(({ id }) => Number(id))).toEqual([2]);
    expect(() => sql.join([])).toThrow(/empty list/);
    expect(() => sql.join([1], sql`${1}`)).toThrow(/separator/);
    expect(() => sql.join([1], "; DROP" as never)).toThrow(/separator/);
  });

  test("collations", function* ({ session, dialect, statements }) {
    session.addAll(["b", "A", "a"].map((name, index) => new Word({ ...row, id: index + 1, name })));
    yield* session.flush();
    const name = { sqlite: "BINARY", postgresql: "C", mysql: "utf8mb4_bin" }[dialect];
    const ordered = select(c.name).orderBy(c.name.collate(name).asc());
    expect((yield* session.exec(ordered)).all()).toEqual(["A", "a", "b"]);
    expect(statements.at(-1)).toContain(`COLLATE ${dialect === "mysql" ? `\`${name}\`` : `"${name}"`}`);
  });

  test("division by zero and overflow are errors of ours, or NULL", function* ({ session, dialect }) {
    session.add(new Word(row));
    yield* session.flush();
    for (const expression of [c.whole.dividedBy(c.zero), c.whole.modulo(c.zero), c.big.plus(1n)]) {
      yield* session.commit();
      let outcome: unknown;
      try {
        outcome = (yield* session.exec(select(expression).from(Word))).one();
      } catch (error) {
        outcome = error;
        yield* session.rollback();
      }
      if (dialect === "postgresql") expect(outcome).toBeInstanceOf(DatabaseError);
      else if (outcome !== null) expect(outcome).toBeInstanceOf(SQLModelError);
    }
  });

  test("a wrong regular expression is an error of ours", function* ({ session }) {
    session.add(new Word(row));
    yield* session.flush();
    let outcome: unknown;
    try {
      outcome = (yield* session.exec(select(c.name.regexpMatch("(")).from(Word))).one();
    } catch (error) {
      outcome = error;
    }
    expect(outcome).toBeInstanceOf(SQLModelError);
  });

  test("what types forbid is refused at run time as well", function* () {
    yield* [];
    const js = (value: unknown): never => value as never;
    const wrong: readonly (() => unknown)[] = [
      () => (c.whole as unknown as typeof c.name).like("a"),
      () => (c.at as unknown as typeof c.name).contains("a"),
      () => (c.name as unknown as typeof c.whole).plus(1),
      () => (c.isOn as unknown as typeof c.whole).negate(),
      () => c.ratio.shiftLeft(1),
      () => c.whole.shiftLeft(64),
      () => c.name.contains(js(1)),
      () => c.name.collate(""),
      () => (c.whole as unknown as typeof c.at).plus(interval({ days: 1 })),
      () => c.day.plus(interval({ hours: 1 })),
      () => interval(js({ fortnights: 1 })),
      () => interval({ days: 1.5 }),
      () => interval({}),
      () => func.extract(js("year FROM now()); --"), c.at),
      () => func.extract("hour", c.day),
      () => func.dateTrunc(js("eon"), c.at),
      () => func.dateDiff("hour", c.day, c.at),
      () => func.atTimeZone(c.at, "UTC'; --"),
      () => func.trim(c.name, "ab"),
      () => func.lpad(c.name, 3, ""),
      () => func.round(c.ratio, js("1); --")),
      () => func.substring(c.name, 0),
      () => func.regexpReplace(c.name, "a", "$1"),
      () => func.concat(),
      () => func.log(c.ratio, js(3)),
      () => operator("--", text()),
      () => operator("/*", text()),
      () => operator("= 1 OR 1 =", text()),
      () => operator("';", text()),
      () => operator("similar to", text()),
      () => func.position(js(Word), "a"),
      () => func.power(js([]), 2),
      () => func.greatest(c.whole),
    ];
    for (const [index, call] of wrong.entries()) {
      let outcome: unknown = "no error";
      try {
        call();
      } catch (error) {
        outcome = error;
      }
      expect([index, outcome]).toEqual([index, expect.any(SQLModelError)]);
    }
  });
});
