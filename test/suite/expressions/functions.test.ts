/** `func.*`: the same values of the same TypeScript types on every database. */
import {
  and,
  bigint,
  CompileError,
  DataError,
  decimal,
  double,
  field,
  func,
  integer,
  interval,
  literal,
  primaryKey,
  select,
  smallint,
  table,
  timestamp,
  tryCast,
  type ColumnElement,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite } from "../harness.ts";
import { rejects } from "../rejects.ts";

class Sample extends table("sample", {
  id: primaryKey(),
  name: z.string().nullable(),
  other: z.string(),
  whole: z.int(),
  big: field(z.bigint()),
  ratio: z.number().nullable(),
  price: field(z.string().nullable(), { type: decimal(12, 3) }),
  at: z.date().nullable(),
  exact: field(z.iso.datetime(), { type: timestamp({ as: "string" }) }),
  day: z.iso.date(),
  clock: z.iso.time(),
}) {}
const { c } = Sample;

const first = {
  id: 1,
  name: "  Ärger 𝒳yz  ",
  other: "xxabcxx",
  whole: -7,
  big: 9007199254740993n,
  ratio: -2.5,
  price: "-12.345",
  at: new Date("2024-02-29T23:59:58.750Z"),
  exact: "2023-12-31T23:59:59.999999Z",
  day: "2024-01-31",
  clock: "13:37:59.5",
};
const second = { ...first, id: 2, name: null, whole: 3, ratio: null, price: null, at: null };

const texts: readonly (readonly [ColumnElement<unknown>, unknown, unknown?])[] = [
  [func.trim(c.name), "Ärger 𝒳yz", null],
  [func.ltrim(c.name), "Ärger 𝒳yz  ", null],
  [func.rtrim(c.name), "  Ärger 𝒳yz", null],
  [func.trim(c.other, "x"), "abc"],
  [func.ltrim(c.other, "x"), "abcxx"],
  [func.rtrim(c.other, "x"), "xxabc"],
  [func.substring(c.name, 3, 5), "Ärger", null],
  [func.substring(c.other, 6), "xx"],
  [func.substring(c.other, literal(3), func.length(c.other).minus(4)), "abc"],
  [func.replace(c.other, "x", "%"), "%%abc%%"],
  [func.replace(c.other, "X", "%"), "xxabcxx"],
  [func.left(c.other, 3), "xxa"],
  [func.left(c.other, 0), ""],
  [func.right(c.other, 3), "cxx"],
  [func.right(c.other, 0), ""],
  [func.right(c.other, 99), "xxabcxx"],
  [func.lpad(c.other, 10, "-+"), "-+-xxabcxx"],
  [func.rpad(c.other, 10, "-+"), "xxabcxx-+-"],
  [func.lpad(c.other, 9), "  xxabcxx"],
  [func.lpad(c.other, 2), "xx"],
  [func.rpad(c.name, 4, "ü"), "  Är", null],
  [func.position(c.other, "abc"), 3],
  [func.position(c.other, "ABC"), 0],
  [func.position(c.name, "𝒳"), 9, null],
  [func.repeat(c.other, 2), "xxabcxxxxabcxx"],
  [func.repeat(c.name, 0), "", null],
  [func.reverse(c.name), "  zy𝒳 regrÄ  ", null],
  [func.concat(c.other, "-", c.name), "xxabcxx-  Ärger 𝒳yz  ", null],
  [func.concatWs("/", c.other, c.name, "end"), "xxabcxx/  Ärger 𝒳yz  /end", "xxabcxx/end"],
  [func.ascii(c.other), 120],
  [func.ascii(func.trim(c.name)), 196, null],
  [func.ascii(func.substring(c.name, 9)), 0x1d4b3, null],
  [func.ascii(func.left(c.other, 0)), 0],
  [func.chr(literal(0x1d4b3)), "𝒳"],
  [func.upper(func.trim(c.other, "x")), "ABC"],
];

const numbers: readonly (readonly [ColumnElement<unknown>, unknown, unknown?])[] = [
  [func.abs(c.whole), 7, 3],
  [func.round(c.ratio), -3, null],
  [func.round(literal(2.5)), 3],
  [func.round(literal(1.25), 1), 1.3],
  [func.round(literal(0.5)), 1],
  [func.round(literal(1e300), 2), 1e300],
  [func.round(c.price, 2), "-12.35", null],
  [func.round(c.price), "-12", null],
  [func.round(c.whole, 2), -7, 3],
  [func.round(c.big), 9007199254740993n],
  [func.trunc(c.ratio), -2, null],
  [func.trunc(literal(2.789), 2), 2.78],
  [func.trunc(c.price, 1), "-12.3", null],
  [func.ceil(c.ratio), -2, null],
  [func.floor(c.ratio), -3, null],
  [func.ceil(c.price), "-12", null],
  [func.floor(c.price), "-13", null],
  [func.floor(c.big), 9007199254740993n],
  [func.sign(c.ratio), -1, null],
  [func.sign(c.price), -1, null],
  [func.sign(c.whole), -1, 1],
  [func.power(c.whole, 2), 49, 9],
  [func.power(2, literal(0.5)), Math.SQRT2],
  [func.sqrt(literal("6.25", decimal(5, 2))), 2.5],
  [func.exp(literal(0)), 1],
  [func.ln(literal(1)), 0],
  [func.log(literal(1000)), 3],
  [func.log(literal(8), 2), 3],
  [func.mod(c.whole, 4), -3, 3],
  [func.greatest(c.whole, 1, 2), 2, 3],
  [func.least(c.whole, 1, 2), -7, 1],
  [func.greatest(c.ratio, 1), 1, null],
  [func.greatest(c.price, "-100.5", "-9.5"), "-9.500", null],
  [func.least(c.price, "-100.5", "-9.5"), "-100.500", null],
  [func.greatest(c.other, "zz"), "zz"],
  [func.greatest(c.exact, "2023-12-31T23:59:59.999998Z"), "2023-12-31T23:59:59.999999Z"],
  [func.coalesce(c.name, c.name, "none"), "  Ärger 𝒳yz  ", "none"],
  [func.coalesce(c.ratio, c.ratio), -2.5, null],
  [func.nullif(c.whole, 3), -7, null],
];

const moment = (text: string): Date => new Date(text);
const dates: readonly (readonly [ColumnElement<unknown>, unknown, unknown?])[] = [
  ...(
    [
      ["year", 2024, 2023, 2024],
      ["quarter", 1, 4, 1],
      ["month", 2, 12, 1],
      ["week", 9, 52, 5],
      ["day", 29, 31, 31],
      ["dow", 4, 0, 3],
      ["isodow", 4, 7, 3],
      ["doy", 60, 365, 31],
      ["epoch", 1709251198.75, 1704067199.999999, 1706659200],
    ] as const
  ).flatMap(([unit, at, exact, day]) => [
    [func.extract(unit, c.at), at, null] as const,
    [func.extract(unit, c.exact), exact] as const,
    [func.extract(unit, c.day), day] as const,
  ]),
  [func.extract("hour", c.exact), 23],
  [func.extract("minute", c.exact), 59],
  [func.extract("second", c.exact), 59],
  [func.extract("hour", c.clock), 13],
  [func.extract("minute", c.clock), 37],
  [func.extract("second", c.clock), 59],
  ...(
    [
      ["year", "2024-01-01", "2023-01-01T00:00:00.000000Z", "2024-01-01"],
      ["quarter", "2024-01-01", "2023-10-01T00:00:00.000000Z", "2024-01-01"],
      ["month", "2024-02-01", "2023-12-01T00:00:00.000000Z", "2024-01-01"],
      ["week", "2024-02-26", "2023-12-25T00:00:00.000000Z", "2024-01-29"],
      ["day", "2024-02-29", "2023-12-31T00:00:00.000000Z", "2024-01-31"],
    ] as const
  ).flatMap(([unit, at, exact, day]) => [
    [func.dateTrunc(unit, c.at), moment(at), null] as const,
    [func.dateTrunc(unit, c.exact), exact] as const,
    [func.dateTrunc(unit, c.day), day] as const,
  ]),
  [func.dateTrunc("hour", c.exact), "2023-12-31T23:00:00.000000Z"],
  [func.dateTrunc("minute", c.exact), "2023-12-31T23:59:00.000000Z"],
  [func.dateTrunc("second", c.exact), "2023-12-31T23:59:59.000000Z"],
  [func.dateFormat(c.at, "YYYY-MM-DD [at] HH:mm:ss.SSSSSS"), "2024-02-29 at 23:59:58.750000", null],
  [func.dateFormat(c.at, "dddd, D MMMM YY, h:mm A"), "Thursday, 29 February 24, 11:59 PM", null],
  [func.dateFormat(c.at, "DDDD ddd MMM M hh H"), "060 Thu Feb 2 11 23", null],
  [func.dateFormat(c.exact, "YYYY/M/D ddd DDDD"), "2023/12/31 Sun 365"],
  [func.dateFormat(c.day, "D.M.YYYY HH:mm h A"), "31.1.2024 00:00 12 AM"],
  [func.dateFormat(c.day, `YYYY[%Y"'\\ 100%]%:`), `2024%Y"'\\ 100%%:`],
  ...(
    [
      ["12", 12],
      ["-0012", -12],
      ["+7", null],
      ["2147483647", 2147483647],
      ["-2147483648", -2147483648],
      ["2147483648", null],
      ["99999999999999999999", null],
      ["1.0", null],
      ["1e3", null],
      ["", null],
      [" 1", null],
      ["1\n", null],
      ["abc", null],
      ["½", null],
    ] as const
  ).map(([given, expected]) => [tryCast(literal(given), integer()), expected] as const),
  [tryCast(literal("32768"), smallint()), null],
  [tryCast(literal("-32768"), smallint()), -32768],
  [tryCast(literal("9223372036854775807"), bigint()), 9223372036854775807n],
  [tryCast(literal("-9223372036854775807"), bigint()), -9223372036854775807n],
  [tryCast(literal("9223372036854775808"), bigint()), null],
  [tryCast(literal("9300000000000000000"), bigint()), null],
  [tryCast(literal("1e-2"), double()), 0.01],
  [tryCast(literal(".5"), double()), null],
  [tryCast(literal("1e400"), double()), null],
  [tryCast(literal("."), double()), null],
  [tryCast(literal("12.345"), decimal(4, 2)), "12.35"],
  [tryCast(literal("-0.5"), decimal(4, 2)), "-0.50"],
  [tryCast(literal("+1.5"), decimal(4, 2)), null],
  [tryCast(literal("1."), decimal(4, 2)), null],
  [tryCast(literal("00099.99"), decimal(4, 2)), "99.99"],
  [tryCast(literal("100"), decimal(4, 2)), null],
  [tryCast(literal("99.995"), decimal(4, 2)), null],
  [tryCast(literal("."), decimal(4, 2)), null],
  [tryCast(c.name, integer()), null, null],
  [func.dateAdd(c.at, interval({ days: 1 })), moment("2024-03-01T23:59:58.750Z"), null],
  [func.dateAdd(c.at, interval({ years: 1, months: 1 })), moment("2025-03-29T23:59:58.750Z"), null],
  [func.dateAdd(c.at, interval({ months: -12, seconds: 3 })), moment("2023-03-01T00:00:01.750Z"), null],
  [func.dateAdd(c.exact, interval({ months: 2, hours: 1 })), "2024-03-01T00:59:59.999999Z"],
  [func.dateAdd(c.day, interval({ months: 1 })), "2024-02-29"],
  [func.dateAdd(c.day, interval({ weeks: -1, days: 2 })), "2024-01-26"],
  [func.dateAdd(c.day, interval({ days: c.whole })), "2024-01-24", "2024-02-03"],
  [func.dateAdd(c.day, interval({ years: 1, months: c.whole, days: 1 })), "2024-07-01", "2025-05-01"],
  [func.dateDiff("day", c.day, c.at), 29, null],
  [func.dateDiff("day", c.at, c.day), -29, null],
  [func.dateDiff("week", c.day, c.at), 4, null],
  [func.dateDiff("hour", c.exact, c.at), 1439, null],
  [func.dateDiff("second", c.exact, moment("2024-01-01T00:00:00.000Z")), 0],
  [func.dateDiff("second", c.exact, moment("2024-01-01T00:00:01.000Z")), 1],
  [
    func.dateDiff("second", c.exact, moment("9000-01-01T00:00:00.000Z")),
    (Date.UTC(9000, 0, 1) - Date.UTC(2024, 0, 1)) / 1000,
  ],
  [func.dateDiff("year", c.day, "2025-01-30"), 0],
  [func.dateDiff("year", c.day, "2025-01-31"), 1],
  [func.dateDiff("quarter", c.day, "2024-12-31"), 3],
  [func.atTimeZone(c.at, "+02:00"), moment("2024-03-01T01:59:58.750Z"), null],
  [func.atTimeZone(func.atTimeZone(c.exact, "-05:30"), "-05:30"), "2023-12-31T23:59:59.999999Z"],
  [func.atTimeZone(c.exact, "-05:30"), "2023-12-31T18:29:59.999999"],
];

suite("functions", ({ test }) => {
  for (const [name, cases] of Object.entries({ texts, numbers, dates })) {
    test(name, function* ({ session }) {
      session.add(new Sample(first), new Sample(second));
      yield* session.flush();
      for (const [index, [expression, one, two = one]] of cases.entries()) {
        const found = (yield* session.exec(select(expression).from(Sample).orderBy(c.id))).all();
        expect([index, ...found]).toEqual([index, one, two]);
        // What a function returns is comparable with what is bound: byte for byte on SQLite.
        if (one !== null && one !== "" && typeof one !== "number") {
          const matching = select(func.count()).where(c.id.eq(1), expression.eq(one ?? ""));
          expect([index, (yield* session.exec(matching)).one()]).toEqual([index, 1]);
        }
      }
    });
  }

  test("months between, for many days", function* ({ session }) {
    const days = [
      "2023-12-31",
      "2024-01-01",
      "2024-01-30",
      "2024-02-28",
      "2024-02-29",
      "2024-03-01",
      "2024-03-31",
      "2025-02-28",
    ];
    session.addAll(
      days.map((day, index) => new Sample({ ...first, id: index + 1, day, at: moment(`${day}T12:00:00Z`) })),
    );
    yield* session.flush();
    for (const from of days) {
      const months = func.dateDiff("month", literal(moment(`${from}T13:00:00Z`)), c.at);
      const found = (yield* session.exec(select(months).from(Sample).orderBy(c.id))).all();
      expect([from, ...found]).toEqual([from, ...days.map((to) => monthsBetween(`${from}T13`, `${to}T12`))]);
    }
  });

  test("md5, where there is one", function* ({ session, dialect }) {
    session.add(new Sample(first));
    yield* session.flush();
    const sum = session.exec(select(func.md5(c.other)).from(Sample));
    if (dialect === "sqlite") expect(yield* rejects(sum, "md5()")).toBeInstanceOf(CompileError);
    else expect((yield* sum).one()).toBe("2e31e3869da1637fa92e4bc63fdfa0a4");
  });

  test("the present and chance", function* ({ session }) {
    session.add(new Sample(first));
    yield* session.flush();
    const before = new Date().toISOString().slice(0, 10);
    const row = (yield* session.exec(select(func.currentDate(), func.now(), func.random()).from(Sample))).one();
    expect([before, new Date().toISOString().slice(0, 10)]).toContain(row[0]);
    expect(Math.abs(row[1].getTime() - Date.now())).toBeLessThan(60_000);
    expect(row[2]).toBeGreaterThanOrEqual(0);
    expect(row[2]).toBeLessThan(1);
    const recent = select(func.count()).where(and(c.at.lt(func.dateAdd(func.now(), interval({ days: -1 })))));
    expect((yield* session.exec(recent)).one()).toBe(1);
  });

  test("outside of a function's domain", function* ({ session, dialect }) {
    session.add(new Sample(first));
    yield* session.flush();
    const roots = session.exec(select(func.sqrt(c.whole)).from(Sample));
    if (dialect === "postgresql") expect(yield* rejects(roots, "square root")).toBeInstanceOf(DataError);
    else expect((yield* roots).one()).toBeNull();
  });
});

/** Whole months, by the calendar. */
function monthsBetween(from: string, to: string): number {
  const number = (text: string): number => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7));
  const full = number(to) - number(from);
  const [a, b] = [from.slice(8), to.slice(8)];
  if (to >= from && b < a) return full - 1;
  return to < from && b > a ? full + 1 : full;
}
