/** Aggregates and window functions: what they are, NULLs and no rows included, on every database. */
import {
  cast,
  currentRow,
  decimal,
  field,
  func,
  integer,
  preceding,
  primaryKey,
  select,
  table,
  unbounded,
  window,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type CaseContext, type Step } from "./harness.ts";
import { rejects } from "./rejects.ts";

class Sale extends table("sale", {
  id: primaryKey(),
  shop: z.string().max(20),
  item: z.string().max(50).nullable(),
  amount: z.int().nullable(),
  price: field(z.string(), { type: decimal(12, 4) }),
  weight: z.number(),
  paid: z.boolean().nullable(),
  day: z.iso.date(),
  at: z.date(),
  big: z.bigint(),
  bytes: z.instanceof(Uint8Array),
  tags: z.array(z.string()),
}) {}

const rows: readonly (readonly [string, string | null, number | null, string, number, boolean | null])[] = [
  ["north", "pen", 1, "0.1000", 0.1, true],
  ["north", null, 2, "10.2000", 0.2, null],
  ["north", 'ink "b,lue"\n', 4, "3.3000", 0.30000000000000004, false],
  ["south", "pen", null, "-5.0000", 1.5, true],
  ["south", "ink", 4, "0.0001", 2, true],
];

function* fill({ session }: CaseContext): Step<void> {
  for (const [index, [shop, item, amount, price, weight, paid]] of rows.entries()) {
    session.add(
      new Sale({
        shop,
        item,
        amount,
        price,
        weight,
        paid,
        day: `2024-01-0${String(index + 1)}`,
        at: new Date(Date.UTC(2024, 0, index + 1, 12, 0, 0, 123)),
        big: 9_007_199_254_740_993n + BigInt(index),
        bytes: new Uint8Array([index, 255]),
        tags: [`t${String(index)}`, "x"],
      }),
    );
  }
  yield* session.commit();
}

const { c } = Sale;
const inOrder = { orderBy: c.id } as const;

suite("aggregates", ({ test }) => {
  test("texts with a separator, in an order", function* (context) {
    yield* fill(context);
    const { session } = context;
    const list = func.stringAgg(c.item, "; ").orderBy(c.item.desc(), c.id);
    const statement = select(c.shop, list, func.stringAgg(c.item, "").filter(c.id.gt(100)))
      .groupBy(c.shop)
      .orderBy(c.shop);
    expect((yield* session.exec(statement)).all()).toEqual([
      ["north", 'pen; ink "b,lue"\n', null],
      ["south", "pen; ink", null],
    ]);
    const filtered = func.stringAgg(c.item, "'\\").filter(c.paid.eq(true)).orderBy(c.id);
    expect((yield* session.exec(select(filtered))).one()).toBe("pen'\\pen'\\ink");
  });

  test("long lists are not cut off", function* ({ session }) {
    const shop = "s".repeat(20);
    for (let index = 0; index < 200; index += 1)
      session.add(
        new Sale({
          shop,
          item: "x".repeat(50),
          price: "1",
          weight: 1,
          day: "2024-01-01",
          at: new Date(0),
          big: 1n,
          bytes: new Uint8Array(),
          tags: [],
        }),
      );
    yield* session.commit();
    expect((yield* session.exec(select(func.stringAgg(c.item, "")))).one()).toHaveLength(10_000);
  });

  test("arrays of every type", function* (context) {
    yield* fill(context);
    const { session } = context;
    const statement = select({
      item: func.arrayAgg(c.item).orderBy(c.id),
      amount: func.arrayAgg(c.amount).orderBy(c.id.desc()),
      price: func.arrayAgg(c.price).orderBy(c.id),
      weight: func.arrayAgg(c.weight).orderBy(c.id),
      paid: func.arrayAgg(c.paid).orderBy(c.id),
      day: func.arrayAgg(c.day).orderBy(c.id),
      at: func.arrayAgg(c.at).orderBy(c.id),
      big: func.arrayAgg(c.big).orderBy(c.id),
      bytes: func.arrayAgg(c.bytes).orderBy(c.id),
      some: func.arrayAgg(c.item).filter(c.paid.isNull()).orderBy(c.id),
      none: func.arrayAgg(c.item).filter(c.id.gt(100)).orderBy(c.id),
    });
    expect((yield* session.exec(statement)).one()).toEqual({
      item: rows.map((row) => row[1]),
      amount: rows.map((row) => row[2]).reverse(),
      price: rows.map((row) => row[3]),
      weight: rows.map((row) => row[4]),
      paid: rows.map((row) => row[5]),
      day: rows.map((_, index) => `2024-01-0${String(index + 1)}`),
      at: rows.map((_, index) => new Date(Date.UTC(2024, 0, index + 1, 12, 0, 0, 123))),
      big: rows.map((_, index) => 9_007_199_254_740_993n + BigInt(index)),
      bytes: rows.map((_, index) => new Uint8Array([index, 255])),
      some: [null],
      none: null,
    });
  });

  test("JSON", function* (context) {
    yield* fill(context);
    const { session } = context;
    const statement = select({
      item: func.jsonAgg(c.item).orderBy(c.id),
      amount: func.jsonAgg(c.amount).orderBy(c.id),
      paid: func.jsonAgg(c.paid).orderBy(c.id),
      late: func.jsonAgg(c.id.gt(3)).orderBy(c.id),
      none: func.jsonAgg(c.item).filter(c.id.gt(100)),
      days: func.jsonObjectAgg(c.day, c.paid).filter(c.id.le(2)),
      noDays: func.jsonObjectAgg(c.day, c.paid).filter(c.id.gt(100)),
    });
    expect((yield* session.exec(statement)).one()).toEqual({
      item: rows.map((row) => row[1]),
      amount: rows.map((row) => row[2]),
      paid: rows.map((row) => row[5]),
      late: [false, false, false, true, true],
      none: null,
      days: { "2024-01-01": true, "2024-01-02": null },
      noDays: null,
    });
    expect(() => func.jsonAgg(c.big as never)).toThrow(/bigint would change on its way through JSON/);
  });

  test("conditions of all rows, and of one", function* (context) {
    yield* fill(context);
    const all = func.boolAnd(c.paid);
    const statement = select(c.shop, all, func.boolOr(c.amount.gt(3)), func.boolAnd(c.paid).filter(c.id.gt(100)))
      .groupBy(c.shop)
      .orderBy(c.shop);
    expect((yield* context.session.exec(statement)).all()).toEqual([
      ["north", false, true, null],
      ["south", true, true, null],
    ]);
  });

  test("how values are spread", function* (context) {
    yield* fill(context);
    const { session } = context;
    const measures = select(
      func.variance(c.amount),
      func.variancePop(c.price),
      func.stddev(c.weight),
      func.stddevPop(c.amount),
    );
    const found = (yield* session.exec(measures)).one();
    const expected = [2.25, 25.0295312, 0.8700575, 1.2990381];
    for (const [index, value] of found.entries()) expect(value).toBeCloseTo(expected[index] ?? 0, 4);
    const none = select(func.variance(c.amount), func.stddevPop(c.amount)).where(c.id.eq(4));
    expect((yield* session.exec(none)).one()).toEqual([null, null]);
    const single = select(func.stddev(c.amount), func.stddevPop(c.amount)).where(c.id.eq(1));
    expect((yield* session.exec(single)).one()).toEqual([null, 0]);
  });

  test("FILTER: count(*), and arguments that are NULL", function* (context) {
    yield* fill(context);
    const paid = c.paid.eq(true);
    const statement = select(
      func.count().filter(paid),
      func.count(c.amount).filter(paid),
      func.sum(c.amount).filter(paid),
      func.count(c.item).distinct().filter(paid),
      func.sum(c.price).filter(paid),
    );
    expect((yield* context.session.exec(statement)).one()).toEqual([3, 2, 5, 2, "-4.8999"]);
  });

  test("WITHIN GROUP", function* (context) {
    yield* fill(context);
    const { session, dialect } = context;
    const aggregate = select(
      func.percentileCont(0.5).withinGroup(c.amount),
      func.percentileDisc(0.5).withinGroup(c.amount),
      func.mode().withinGroup(c.item),
    );
    const windowed = select(func.percentileCont(0.5).withinGroup(c.amount).over({ partitionBy: c.shop })).orderBy(c.id);
    if (dialect === "postgresql") {
      expect((yield* session.exec(aggregate)).one()).toEqual([3, 2, "pen"]);
      yield* rejects(session.exec(windowed), "PostgreSQL has no percentile_cont() as a window function");
    } else {
      yield* rejects(session.exec(aggregate), "has no percentile_cont()");
    }
    if (dialect === "mysql") expect((yield* session.exec(windowed)).all()).toEqual([2, 2, 2, 4, 4]);
  });
});

suite("groups of expressions with parameters", ({ test }) => {
  test("are selected and ordered by the same expression, written once or anew", function* (context) {
    yield* fill(context);
    const { session } = context;
    const { c } = Sale;
    const item = func.coalesce(c.item, "none");
    const counts = select(item, func.count()).groupBy(item).orderBy(item.desc());
    expect((yield* session.exec(counts)).all()).toEqual([
      ["pen", 2],
      ["none", 1],
      ['ink "b,lue"\n', 1],
      ["ink", 1],
    ]);
    const anew = (): typeof item => func.coalesce(c.item, "none");
    const again = select(anew(), func.count()).groupBy(anew()).orderBy(anew().desc());
    expect((yield* session.exec(again)).all()).toEqual((yield* session.exec(counts)).all());
    const sums = select(c.amount.plus(1).label("next"), func.sum(c.amount))
      .groupBy(c.amount.plus(1))
      .orderBy(c.amount.plus(1).desc().nullsLast());
    expect((yield* session.exec(sums)).all()).toEqual([
      [5, 8],
      [3, 2],
      [2, 1],
      [null, null],
    ]);
  });
  // MySQL and MariaDB know columns in HAVING only if they are selected themselves.
  test.on("sqlite", "postgresql")("also in HAVING", function* (context) {
    yield* fill(context);
    const item = func.coalesce(Sale.c.item, "none");
    const statement = select(item).groupBy(item).having(item.lt("o"), func.count().eq(1)).orderBy(item);
    expect((yield* context.session.exec(statement)).all()).toEqual(["ink", 'ink "b,lue"\n', "none"]);
  });
});

suite("window functions", ({ test }) => {
  test("ranks and neighbours", function* (context) {
    yield* fill(context);
    const statement = select(
      c.id,
      func.rowNumber().over({ partitionBy: c.shop, orderBy: c.id }),
      func.rank().over({ orderBy: func.coalesce(c.amount, 0) }),
      func.denseRank().over({ orderBy: func.coalesce(c.amount, 0) }),
      func.ntile(2).over(inOrder),
      func.lag(c.amount).over(inOrder),
      func.lead(c.amount, 2).over(inOrder),
      func.lag(c.amount, 1, -1).over(inOrder),
    ).orderBy(c.id);
    expect((yield* context.session.exec(statement)).all()).toEqual([
      [1, 1, 2, 2, 1, null, 4, -1],
      [2, 2, 3, 3, 1, 1, null, 1],
      [3, 3, 4, 4, 1, 2, 4, 2],
      [4, 1, 1, 1, 2, 4, null, 4],
      [5, 2, 4, 4, 2, null, null, null],
    ]);
  });

  test("shares and the values of a frame", function* (context) {
    yield* fill(context);
    const all = window("all_rows", { orderBy: c.id, rows: [unbounded, unbounded] });
    const statement = select(
      func.percentRank().over(inOrder),
      func.cumeDist().over(inOrder),
      func.firstValue(c.weight).over(all),
      func.lastValue(c.weight).over(all),
      func.nthValue(c.weight, 4).over(all),
      func.nthValue(c.weight, 9).over(all),
    ).orderBy(c.id);
    expect((yield* context.session.exec(statement)).all()).toEqual(
      [1, 2, 3, 4, 5].map((n) => [(n - 1) / 4, n / 5, 0.1, 2, 1.5, null]),
    );
  });

  test("aggregates over frames, exact decimals too", function* (context) {
    yield* fill(context);
    const frame = { orderBy: c.id, rows: [preceding(1), currentRow] } as const;
    const statement = select(
      func.sum(c.price).over(frame),
      func.count(c.amount).filter(c.paid.eq(true)).over(frame),
      func.sum(cast<number>(c.amount, integer())).over({ orderBy: c.id, range: [preceding(1), currentRow] }),
    ).orderBy(c.id);
    expect((yield* context.session.exec(statement)).all()).toEqual([
      ["0.1000", 1, 1],
      ["10.3000", 1, 3],
      ["13.5000", 0, 6],
      ["-1.7000", 0, 4],
      ["-4.9999", 1, 4],
    ]);
    const spread = select(func.stddevPop(c.amount).over(frame)).orderBy(c.id);
    expect((yield* context.session.exec(spread)).all()).toEqual([0, 0.5, 1, 0, 0]);
  });

  test("windows based on another", function* (context) {
    yield* fill(context);
    const shop = window("shop", { partitionBy: c.shop });
    const running = window("running", { base: shop, orderBy: c.id });
    const near = { base: running, rows: [preceding(1), currentRow] } as const;
    const statement = select(
      func.count().over(shop),
      func.sum(c.amount).over(running),
      func.rank().over({ base: shop, orderBy: c.weight.desc() }),
      func.count().over(near),
    ).orderBy(c.id);
    expect((yield* context.session.exec(statement)).all()).toEqual([
      [3, 1, 3, 1],
      [3, 3, 2, 2],
      [3, 7, 1, 2],
      [2, null, 2, 1],
      [2, 4, 1, 2],
    ]);
  });

  test("windows with names, in the select and in a subquery of it", function* (context) {
    yield* fill(context);
    const statement = select(c.id, func.count().over("shop"), func.sum(c.amount).over("shop"))
      .window("shop", { partitionBy: c.shop })
      .orderBy(c.id);
    expect((yield* context.session.exec(statement)).all()).toEqual([
      [1, 3, 7],
      [2, 3, 7],
      [3, 3, 7],
      [4, 2, 4],
      [5, 2, 4],
    ]);
  });
});
