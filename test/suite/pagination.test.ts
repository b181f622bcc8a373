/** `page()` and `paginate()`: pages joined are the whole ordered result, on every database and in both directions. */
import fc from "fast-check";
import { expect } from "vitest";
import {
  alias,
  ArgumentError,
  bigint,
  cast,
  customType,
  decimal,
  double,
  field,
  func,
  insert,
  integer,
  InvalidCursorError,
  joined,
  json,
  PaginationError,
  primaryKey,
  select,
  selectin,
  sql,
  table,
  timestamp,
  union,
  type ColumnElement,
  type CreateInput,
  type ColumnsOf,
  type OrderElement,
  type QueryOf,
} from "sqlmodel";
import { z } from "zod";
import { Hero, Power, Team } from "./models/heroes.ts";
import { suite } from "./harness.ts";
import type { Step, SuiteSession } from "./suite-session.ts";
import { rejects } from "./traps/rejects.ts";

const cents = customType<{ readonly cents: number }>("cents", {
  impl: integer(),
  bind: (value) => value.cents,
  result: (value) => ({ cents: Number(value) }),
});

class Parcel extends table("paged_parcel", {
  id: primaryKey(),
  code: z.string().max(20),
  size: z.int().nullable(),
  label: z.string().max(20).nullable(),
  state: z.enum(["sent", "lost", "back"]).nullable(),
  weight: field(z.string().nullable(), { type: decimal(12, 3) }),
  serial: field(z.bigint().nullable(), { type: bigint() }),
  ratio: field(z.number().nullable(), { type: double() }),
  isPaid: z.boolean().nullable(),
  sentAt: field(z.date().nullable(), { type: timestamp() }),
  price: field(z.custom<{ readonly cents: number }>().nullable(), { type: cents }),
  notes: field(z.unknown(), { type: json() }),
  pin: field(z.string(), { hidden: true }),
}) {}

class Stop extends table("paged_stop", {
  route: field(z.string().max(10), { primaryKey: true }),
  place: field(z.int(), { primaryKey: true }),
  name: z.string().max(20).nullable(),
}) {}

type ParcelInput = CreateInput<ColumnsOf<typeof Parcel>>;

const parcels = fc.array(
  fc.record({
    code: fc.constantFrom("a", "b", "B", "é"),
    size: fc.option(fc.integer({ min: -1, max: 1 })),
    label: fc.option(fc.constantFrom("", "x", "X", "y'--", "%")),
    state: fc.option(fc.constantFrom("sent" as const, "lost" as const, "back" as const)),
    weight: fc.option(fc.constantFrom("10.000", "9.500", "-9.500", "123456789.001", "123456789.002")),
    serial: fc.option(fc.constantFrom(9_007_199_254_740_993n, 9_007_199_254_740_992n, -1n)),
    ratio: fc.option(fc.constantFrom(0.1, 0.30000000000000004, 0.3, 1e300, -2.5)),
    isPaid: fc.option(fc.boolean()),
    sentAt: fc.option(fc.constantFrom(new Date(0), new Date("2024-02-29T12:00:00.001Z"))),
    price: fc.option(fc.constantFrom({ cents: 100 }, { cents: 20 })),
    notes: fc.constant({}),
    pin: fc.constant("0000"),
  }),
  { maxLength: 14 },
);

const orderable = [
  Parcel.c.code,
  Parcel.c.size,
  Parcel.c.label,
  Parcel.c.state,
  Parcel.c.weight,
  Parcel.c.serial,
  Parcel.c.ratio,
  Parcel.c.isPaid,
  Parcel.c.sentAt,
  Parcel.c.price,
  Parcel.c.size.plus(1),
  func.coalesce(Parcel.c.label, "k"),
] as ColumnElement<unknown>[];

const orders = fc.array(
  fc.record({
    at: fc.nat({ max: orderable.length - 1 }),
    isDown: fc.boolean(),
    nulls: fc.constantFrom("first", "last", undefined),
  }),
  { maxLength: 3 },
);
type Order = typeof orders extends fc.Arbitrary<infer T> ? T : never;

function orderElements(order: Order): OrderElement<unknown>[] {
  return order.map(({ at, isDown, nulls }) => {
    const column = orderable[at] as ColumnElement<unknown>;
    const element = isDown ? column.desc() : column.asc();
    return nulls === undefined ? element : nulls === "first" ? element.nullsFirst() : element.nullsLast();
  });
}

/** All pages from the first to the last, and from there back. */
function* walk<Q extends QueryOf<unknown>>(
  session: SuiteSession,
  statement: Q,
  limit: number,
): Step<{ readonly forwards: Q["row"][][]; readonly backwards: Q["row"][][] }> {
  const forwards: Q["row"][][] = [];
  const backwards: Q["row"][][] = [];
  let page = yield* session.page(statement, { limit });
  expect([page.hasPrevious, page.previousCursor]).toEqual([false, null]);
  for (;;) {
    forwards.push(page.items);
    expect(page.hasNext).toBe(page.nextCursor !== null);
    if (page.nextCursor === null) break;
    page = yield* session.page(statement, { limit, after: page.nextCursor });
    expect(page.hasPrevious).toBe(true);
  }
  while (page.previousCursor !== null) {
    page = yield* session.page(statement, { limit, before: page.previousCursor });
    backwards.unshift(page.items);
    expect([page.hasNext, page.hasPrevious]).toEqual([true, page.previousCursor !== null]);
  }
  return { forwards, backwards };
}

suite("pages", ({ test }) => {
  test("pages joined are the whole result, whatever the rows, the order and the limit", function* ({ session }) {
    const cases = fc.sample(fc.tuple(parcels, orders, fc.integer({ min: 1, max: 6 })), { numRuns: 60, seed: 20_241 });
    for (const [rows, order, limit] of cases) {
      if (rows.length > 0) yield* session.bulkInsert(Parcel, rows as ParcelInput[]);
      const statement = select({ id: Parcel.c.id, code: Parcel.c.code }).orderBy(...orderElements(order));
      const last = order.at(-1)?.isDown === true ? Parcel.c.id.desc() : Parcel.c.id;
      const whole = (yield* session.exec(statement.orderBy(last))).all();
      const { forwards, backwards } = yield* walk(session, statement, limit);
      const shown = JSON.stringify({ order, limit });
      expect(forwards.flat(), shown).toEqual(whole);
      expect(backwards.flat(), shown).toEqual(whole.slice(0, forwards.slice(0, -1).flat().length));
      expect(forwards.slice(0, -1).every((items) => items.length === limit)).toBe(true);
      yield* session.rollback();
    }
  });

  test("moments of more digits than a Date has", function* ({ session, dialect }) {
    const moments = [1, 2, 3, 4, 5].map((digit) => `2024-02-29 12:00:00.00100${String(digit)}`);
    for (const at of moments)
      yield* session.text(
        dialect === "postgresql"
          ? sql`INSERT INTO paged_parcel (code, pin, sent_at, notes) VALUES ('a', '0', ${`${at}+00`}::timestamptz, 'null')`
          : sql`INSERT INTO paged_parcel (code, pin, sent_at, notes) VALUES ('a', '0', ${at}, 'null')`,
      );
    const { forwards, backwards } = yield* walk(session, select(Parcel.c.id).orderBy(Parcel.c.sentAt.desc()), 1);
    expect(forwards.flat()).toEqual([5, 4, 3, 2, 1]);
    expect(backwards.flat()).toEqual([5, 4, 3, 2]);
  });

  test("entities with what they include, and composite keys", function* ({ session }) {
    const team = new Team({ name: "A" });
    const powers = ["fly", "see"].map((label) => new Power({ label }));
    for (let at = 0; at < 5; at += 1)
      session.add(new Hero({ name: `h${String(at % 2)}`, age: at < 2 ? null : at % 2, team, powers }));
    for (const route of ["r", "s"])
      for (const place of [1, 2, 3]) session.add(new Stop({ route, place, name: place === 2 ? null : "stop" }));
    yield* session.commit();
    session.raw.expungeAll();
    for (const load of [selectin, joined]) {
      const statement = select(Hero).orderBy(Hero.c.age.desc(), Hero.c.name).include({ team: load(), powers: load() });
      const whole = (yield* session.exec(statement.orderBy(Hero.c.id))).all();
      const { forwards } = yield* walk(session, statement, 2);
      expect(forwards.map((items) => items.length)).toEqual([2, 2, 1]);
      expect(forwards.flat().map((hero) => [hero.id, hero.team?.name, hero.powers.length])).toEqual(
        whole.map((hero) => [hero.id, "A", 2]),
      );
      expect(forwards.flat()[0]).toBe(whole[0]);
    }
    const stops = yield* walk(session, select(Stop).orderBy(Stop.c.name), 2);
    expect(stops.forwards.flat().length).toBe(6);
    expect(new Set(stops.forwards.flat()).size).toBe(6);
  });

  test("joins: rows of several entities, and none twice", function* ({ session }) {
    const teams = ["A", "B", "C"].map((name) => new Team({ name }));
    session.addAll(teams);
    for (let at = 0; at < 6; at += 1)
      session.add(new Hero({ name: "x", age: at % 2, ...(at < 4 ? { team: teams[at % 2] as Team } : {}) }));
    yield* session.commit();
    const other = alias(Hero, "other");
    const statements = [
      select(Hero.c.id, Team.c.id).outerJoin(Hero.r.team).orderBy(Hero.c.age),
      select(Team.c.name, Hero.c.id).outerJoin(Team.r.heroes).orderBy(Team.c.name.desc()),
      select(Team.c.name, Hero.c.id).rightJoin(Hero.r.team).orderBy(Team.c.name),
      select(Team, Hero).outerJoin(Team.r.heroes).orderBy(Hero.c.age.asc().nullsLast()),
      select(Hero.c.id, other.c.id).join(other, Hero.c.teamId.eq(other.c.teamId)).orderBy(Hero.c.age.desc()),
      select(Hero.c.id, Team.c.id).where(Hero.c.teamId.isNotNull()).where(Team.c.id.gt(0)).orderBy(Hero.c.age),
    ] as unknown as QueryOf<readonly unknown[]>[];
    for (const [index, statement] of statements.entries()) {
      const rowText = (row: readonly unknown[]): string =>
        JSON.stringify(row.map((item) => (item instanceof Hero || item instanceof Team ? item.id : item)));
      const whole = (yield* session.exec(statement)).all().map(rowText);
      const { forwards, backwards } = yield* walk(session, statement, 2);
      const found = forwards.flat().map(rowText);
      expect(found.toSorted(), String(index)).toEqual(whole.toSorted());
      expect(backwards.flat().map(rowText)).toEqual(found.slice(0, backwards.flat().length));
    }
  });

  test("a joined parent needs no key of its own in the order", function* ({ session, forget, expectSql }) {
    yield* session.commit();
    forget();
    const statement = select(Hero.c.id).join(Hero.r.team).orderBy(Team.c.name);
    yield* session.page(statement, { limit: 1 });
    expectSql({
      sqlite: [
        'SELECT "hero"."id", "team"."name" FROM "hero" JOIN "team" ON "hero"."team_id" = "team"."id" ORDER BY "team"."name", "hero"."id" LIMIT ?',
      ],
      postgresql: [
        'SELECT "hero"."id", "team"."name" FROM "hero" JOIN "team" ON "hero"."team_id" = "team"."id" ORDER BY "team"."name", "hero"."id" LIMIT $1',
      ],
      mysql: [
        "SELECT `hero`.`id`, `team`.`name` FROM `hero` JOIN `team` ON `hero`.`team_id` = `team`.`id` ORDER BY `team`.`name`, `hero`.`id` LIMIT ?",
      ],
    });
  });

  test("an empty page leads back over its cursor", function* ({ session }) {
    session.add(new Hero({ name: "a", age: 1 }), new Hero({ name: "b", age: 2 }), new Hero({ name: "c", age: 3 }));
    yield* session.commit();
    const statement = select(Hero.c.name).orderBy(Hero.c.age);
    const first = yield* session.page(statement, { limit: 2 });
    yield* session.text(sql`DELETE FROM hero WHERE age > ${2}`);
    const gone = yield* session.page(statement, { limit: 2, after: first.nextCursor });
    expect(gone).toMatchObject({ items: [], hasNext: false, nextCursor: null, hasPrevious: true });
    const back = yield* session.page(statement, { limit: 2, before: gone.previousCursor });
    expect([back.items, back.hasPrevious]).toEqual([["a", "b"], false]);
    yield* session.text(sql`DELETE FROM hero WHERE TRUE`);
    const none = yield* session.page(statement, { limit: 2, before: gone.previousCursor });
    expect(none).toMatchObject({ items: [], hasPrevious: false, hasNext: true });
    session.add(new Hero({ name: "z", age: 3 }));
    const next = yield* session.page(statement, { limit: 2, after: none.nextCursor });
    expect(next.items).toEqual(["z"]);
    yield* session.rollback();
  });

  test("cursors that are none of this order", function* ({ session }) {
    session.addAll([1, 2, 3].map((age) => new Hero({ name: `n${String(age)}`, age })));
    yield* session.commit();
    const statement = select(Hero).orderBy(Hero.c.age);
    const { nextCursor } = yield* session.page(statement, { limit: 1 });
    const cursor = nextCursor ?? "";
    expect(cursor).toMatch(/^[\w-]+$/);
    const parts = JSON.parse(Buffer.from(cursor, "base64url").toString()) as unknown[];
    const forged = (change: (parts: unknown[]) => unknown): string => {
      const copy = structuredClone(parts);
      return Buffer.from(JSON.stringify(change(copy) ?? copy)).toString("base64url");
    };
    const bad: unknown[] = [
      "",
      "x",
      "null",
      "%00",
      `${cursor}.`,
      cursor.slice(0, -5),
      cursor.slice(5),
      cursor.toLowerCase(),
      forged((copy) => void (copy[0] = 2)),
      forged((copy) => void (copy[0] = "1")),
      forged((copy) => void ((copy[3] as unknown[])[0] = 2)),
      forged((copy) => void ((copy[3] as unknown[])[0] = "1 OR 1=1")),
      forged((copy) => void copy.pop()),
      forged(() => ({ __proto__: null })),
      Buffer.from("null").toString("base64url"),
      5,
      {},
      ["a"],
      "a".repeat(70_000),
    ];
    for (const after of bad)
      yield* rejects(session.page(statement, { limit: 1, after: after as string }), InvalidCursorError);
    for (const other of [
      select(Hero).orderBy(Hero.c.age.desc()),
      select(Hero).orderBy(Hero.c.age.asc().nullsLast()),
      select(Hero).orderBy(Hero.c.age.plus(1)),
      select(Hero).orderBy(Hero.c.name),
      select(Hero).orderBy(Hero.c.age, Hero.c.name),
      select(Hero),
      select(Team).orderBy(Team.c.id),
    ]) {
      const error = yield* rejects(session.page(other, { limit: 1, after: cursor }), InvalidCursorError);
      expect(error.message).toContain("another order");
    }
    // Conditions, items and what is included may differ: the place is the same.
    const filtered = select(Hero.c.name).where(Hero.c.age.ne(2)).orderBy(Hero.c.age);
    expect((yield* session.page(filtered, { limit: 1, after: cursor })).items).toEqual(["n3"]);
    const shifted = select(Hero).orderBy(Hero.c.age.plus(1));
    const second = yield* session.page(shifted, { limit: 1 });
    const otherValue = select(Hero).orderBy(Hero.c.age.plus(2));
    yield* rejects(session.page(otherValue, { limit: 1, after: second.nextCursor }), InvalidCursorError);
  });

  test("what has no pages, by name", function* ({ session }) {
    const refused: readonly (readonly [QueryOf<unknown>, string])[] = [
      [select(Hero).limit(3), "LIMIT"],
      [select(Hero).offset(3), "OFFSET"],
      [select(Hero).distinct(), "DISTINCT"],
      [select(Hero).distinctOn(Hero.c.age), "DISTINCT ON"],
      [select(Hero.c.age).groupBy(Hero.c.age), "GROUP BY"],
      [select(func.max(Hero.c.age)), "aggregates"],
      [select(Hero.c.id, func.rowNumber().over({ orderBy: [Hero.c.id] })), "window functions"],
      [union(select(Hero), select(Hero)), "a set operation"],
      [select(Hero).orderBy(func.random()), "by chance"],
      [select(Hero).orderBy(Hero.c.secretName), "hidden"],
      [select(Parcel).orderBy(Parcel.c.notes as ColumnElement<unknown>), "of type json"],
      [select(Hero).orderBy(sql`lower(name)` as unknown as ColumnElement<unknown>), "no known type"],
    ];
    for (const [statement, text] of refused) {
      const error = yield* rejects(session.page(statement, { limit: 1 }), PaginationError);
      expect(error.message).toContain(text);
    }
    const heroes = select({ name: Hero.c.name }).subquery("h");
    const unkeyed = yield* rejects(session.page(select(heroes.c.name), { limit: 1 }), PaginationError);
    expect(unkeyed.message).toContain("'h' have no primary key");
    for (const limit of [0, -1, 1.5, "2", undefined, 2 ** 31])
      yield* rejects(session.page(select(Hero), { limit: limit as number }), ArgumentError);
    yield* rejects(session.page(select(Hero), { limit: 1, after: "a", before: "b" }), ArgumentError);
    yield* rejects(session.page(insert(Hero) as never, { limit: 1 }), ArgumentError);
    yield* rejects(session.page(JSON.parse('{"kind":"select"}') as never, { limit: 1 }), ArgumentError);
  });

  test("collations, casts and labels in the order", function* ({ session, dialect }) {
    const collation = { sqlite: "NOCASE", postgresql: "C", mysql: "utf8mb4_general_ci" }[dialect];
    const codes = ["b", "B", "a", "A", "c", "a"];
    yield* session.bulkInsert(
      Parcel,
      codes.map((code, size) => ({ code, size, notes: {}, pin: "0" })) as unknown as ParcelInput[],
    );
    const label = Parcel.c.size.times(-1).label("rank");
    for (const order of [Parcel.c.code.collate(collation).desc(), cast(Parcel.c.size, decimal(5, 1)), label.desc()]) {
      const statement = select({ id: Parcel.c.id, rank: label }).orderBy(order);
      const { forwards, backwards } = yield* walk(session, statement, 2);
      expect(forwards.flat().map(({ id }) => id)).toHaveLength(6);
      expect(new Set(forwards.flat().map(({ id }) => id)).size).toBe(6);
      expect(backwards.flat()).toEqual(forwards.flat().slice(0, 4));
    }
  });
});

suite("numbered pages", ({ test }) => {
  test("items, total and pages", function* ({ session }) {
    const team = new Team({ name: "A" });
    session.addAll([1, 1, 2, 2, 3].map((age, at) => new Hero({ name: `n${String(at)}`, age, team })));
    yield* session.commit();
    const statement = select(Hero).where(Hero.c.age.gt(0)).orderBy(Hero.c.age.desc()).include({ team: true });
    const second = yield* session.paginate(statement, { page: 2, size: 2 });
    expect(second).toMatchObject({ total: 5, page: 2, size: 2, pages: 3 });
    expect(second.items.map((hero) => [hero.name, hero.team?.name])).toEqual([
      ["n2", "A"],
      ["n1", "A"],
    ]);
    const beyond = yield* session.paginate(statement, { page: 9, size: 2 });
    expect([beyond.items, beyond.total]).toEqual([[], 5]);
    const none = yield* session.paginate(select(Hero).where(Hero.c.age.gt(9)), { page: 1, size: 2 });
    expect(none).toEqual({ items: [], total: 0, page: 1, size: 2, pages: 0 });
    const grouped = select(Hero.c.age, func.count().label("many")).groupBy(Hero.c.age).orderBy(Hero.c.age);
    const groups = yield* session.paginate(grouped, { page: 1, size: 2 });
    expect([groups.items.map(([age]) => age), groups.total]).toEqual([[1, 2], 3]);
    const labelled = Hero.c.age.plus(1).label("next");
    const byLabel = select(labelled).groupBy(labelled).having(func.count().gt(1)).orderBy(labelled);
    expect(yield* session.paginate(byLabel, { page: 1, size: 9 })).toMatchObject({ items: [2, 3], total: 2 });
    const distinct = select(Hero.c.age).distinct().orderBy(Hero.c.age);
    expect(yield* session.paginate(distinct, { page: 2, size: 2 })).toMatchObject({ items: [3], total: 3, pages: 2 });
    const both = union(select(Hero.c.age), select(Hero.c.id)).orderBy(Hero.c.age);
    expect(yield* session.paginate(both, { page: 1, size: 3 })).toMatchObject({ items: [1, 2, 3], total: 5 });
    const pairs = select(Hero, Team).join(Hero.r.team).orderBy(Hero.c.id);
    expect((yield* session.paginate(pairs, { page: 1, size: 3 })).total).toBe(5);
    const locked = select(Hero.c.id).orderBy(Hero.c.id);
    expect((yield* session.paginate(locked, { page: 3, size: 2 })).items).toEqual([5]);
  });

  test("what cannot be numbered, by name", function* ({ session }) {
    yield* rejects(session.paginate(select(Hero).limit(1), { page: 1, size: 1 }), PaginationError);
    const unordered = select(Hero.c.age).distinct();
    const error = yield* rejects(session.paginate(unordered, { page: 1, size: 1 }), PaginationError);
    expect(error.message).toContain("orderBy");
    for (const page of [0, -1, 0.5, Number.NaN])
      yield* rejects(session.paginate(select(Hero), { page, size: 1 }), ArgumentError);
    yield* rejects(session.paginate(select(Hero), { page: 1, size: 0 }), ArgumentError);
    yield* rejects(session.paginate(undefined as never, { page: 1, size: 1 }), ArgumentError);
  });
});
