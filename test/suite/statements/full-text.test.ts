/** Full-text search behind one interface; any string is a query, and none is SQL or an error. */
import fc from "fast-check";
import {
  alias,
  ArgumentError,
  deleteFrom,
  fullText,
  func,
  insert,
  match,
  primaryKey,
  select,
  sql,
  table,
  text,
  update,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type Step } from "../harness.ts";
import { rejects } from "../rejects.ts";
import type { SuiteSession } from "../suite-session.ts";

class Article extends table("search_article", {
  id: primaryKey(),
  title: z.string(),
  body: z.string().nullable(),
}) {
  static override readonly tableArgs = [
    fullText([Article.c.title, Article.c.body], { language: "english", weights: ["A", "D"] }),
  ];
}
class Plain extends table("search_plain", { id: primaryKey(), text: z.string() }) {}

const texts = [
  ["Spiders", "A spider weaves webs in the garden behind the house"],
  ["Gardening", "Plant roses, water them, and keep spider mites away"],
  ["Houses", "How to build a wooden house with a garden"],
  ["Unrelated", null],
] as const;

function* seed(session: SuiteSession): Step<void> {
  for (const [title, body] of texts) session.add(new Article({ title, body }));
  yield* session.commit();
}
function* found(session: SuiteSession, query: string): Step<string[]> {
  const statement = select(Article.c.title).where(match(Article, query)).orderBy(Article.c.id);
  return (yield* session.exec(statement)).all();
}

suite("Full-text search", ({ test }) => {
  test("words, phrases, exclusion, alternatives and beginnings", function* ({ session }) {
    yield* seed(session);
    expect(yield* found(session, "garden")).toEqual(expect.arrayContaining(["Spiders", "Houses"]));
    expect(yield* found(session, "wooden garden")).toEqual(["Houses"]);
    expect(yield* found(session, "garden -wooden")).not.toContain("Houses");
    expect(yield* found(session, '"wooden house"')).toEqual(["Houses"]);
    expect(yield* found(session, '"house wooden"')).toEqual([]);
    expect(yield* found(session, "roses OR wooden")).toEqual(["Gardening", "Houses"]);
    expect(yield* found(session, "wood*")).toEqual(["Houses"]);
    expect(yield* found(session, "WOODEN")).toEqual(["Houses"]);
    expect(yield* found(session, "roses, water!")).toEqual(["Gardening"]);
    expect(yield* found(session, "-garden")).toEqual([]);
    expect(yield* found(session, "")).toEqual([]);
    expect(yield* found(session, "nothing")).toEqual([]);
  });

  test("rank counts a title for more than a text", function* ({ session }) {
    session.add(
      new Article({ title: "Other", body: "about zebras and more" }),
      new Article({ title: "Zebras", body: "and more" }),
    );
    yield* session.commit();
    const search = match(Article, "zebras");
    const statement = select(Article.c.title, search.rank()).where(search).orderBy(search.rank().desc());
    const rows = (yield* session.exec(statement)).all();
    expect(rows.map(([title]) => title).toSorted()).toEqual(["Other", "Zebras"]);
    for (const [, rank] of rows) expect(rank).toBeGreaterThan(0);
  });

  test("headlines mark what was found", function* ({ session, dialect }) {
    yield* seed(session);
    const search = match(Article, "wooden");
    const statement = select(search.headline(Article.c.body, { start: "[", stop: "]" })).where(search);
    if (dialect === "mysql") yield* rejects(session.exec(statement), "headlines of full-text searches");
    else expect((yield* session.exec(statement)).one()).toContain("a [wooden] house");
    expect(() => search.headline(Plain.c.text)).toThrow(/a column of the full-text index/);
    expect(() => search.headline(Article.c.body, { start: '"' })).toThrow(ArgumentError);
  });

  test("the index follows inserts, updates and deletes, also in bulk", function* ({ session }) {
    yield* seed(session);
    yield* session.exec(insert(Article).values([{ title: "Bulk", body: "elephants" }]));
    yield* session.commit();
    expect(yield* found(session, "elephants")).toEqual(["Bulk"]);
    yield* session.exec(update(Article).where(Article.c.title.eq("Bulk")).values({ body: "giraffes" }));
    yield* session.commit();
    expect(yield* found(session, "elephants")).toEqual([]);
    expect(yield* found(session, "giraffes")).toEqual(["Bulk"]);
    const hero = new Article({ title: "Unit", body: "of giraffes" });
    session.add(hero);
    yield* session.commit();
    expect(hero.id).toBeGreaterThan(0);
    yield* session.exec(deleteFrom(Article).where(Article.c.title.eq("Bulk")));
    yield* session.commit();
    expect(yield* found(session, "giraffes")).toEqual(["Unit"]);
  });

  test("an alias is searched as its model is", function* ({ session }) {
    yield* seed(session);
    const other = alias(Article, "other");
    const statement = select(other.c.title).where(match(other, "wooden"));
    expect((yield* session.exec(statement)).all()).toEqual(["Houses"]);
  });

  test("PostgreSQL answers by the index", function* ({ session, dialect }) {
    if (dialect !== "postgresql") return;
    yield* seed(session);
    yield* session.text(sql`SET LOCAL enable_seqscan = off`);
    const condition = match(Article, "wooden");
    const plan = yield* session.text(
      sql<string>`EXPLAIN SELECT 1 FROM search_article WHERE ${condition}`.as<string>(text()),
    );
    expect(JSON.stringify(plan.all())).toContain("ft_search_article");
  });

  test("any string is a query", function* ({ session }) {
    yield* seed(session);
    const special = [
      "'",
      '"',
      '""',
      "*",
      "-",
      "--",
      "- -",
      "OR",
      "OR OR",
      "a OR",
      "-OR",
      "(",
      ")",
      "+a",
      "~a",
      "a@b",
      "<->",
      "a:*",
      "a & !b",
      "NEAR(a b)",
      "title:a",
      "^a",
      "{a}",
      "\\",
      "'; DROP TABLE search_article; --",
      "\0",
      "\ud800",
      "%",
      "a*b",
      '"a',
      'a"b"c',
      "é́",
      "\u0301",
      "_",
      "日本",
      '-"a b"',
      "NOT a",
      "AND",
      "١",
      "x".repeat(500),
      "ﷺ",
      "½",
    ];
    const strings = fc.sample(
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.string({
          unit: fc.constantFrom(
            '"',
            "*",
            "-",
            "a",
            "b",
            " ",
            "OR ",
            "(",
            ")",
            "'",
            "+",
            "~",
            "<",
            ">",
            "@",
            "\\",
            "^",
            ":",
            "é",
          ),
        }),
      ),
      { numRuns: 150, seed: 9 },
    );
    for (const query of [...special, ...strings]) {
      const search = match(Article, query);
      const statement = select(func.count(Article.c.id)).where(search);
      expect((yield* session.exec(statement)).one(), JSON.stringify(query)).toBeLessThanOrEqual(4);
      yield* session.exec(select(search.rank()).where(search));
    }
    expect((yield* session.exec(select(func.count(Article.c.id)))).one()).toBe(4);
  });

  test("mistakes are told", function* ({ session }) {
    expect(() => match(Plain, "x")).toThrow(/no full-text index/);
    expect(() => match(Article, "x", { index: "ft_search_articl" })).toThrow(/ft_search_article/);
    expect(() => match(Article, {} as never)).toThrow(ArgumentError);
    expect(() => fullText([])).toThrow(ArgumentError);
    expect(() => fullText([Article.c.title], { language: "english'; --" })).toThrow(/text search configuration/);
    expect(() => fullText([Article.c.title], { weights: ["A", "B"] })).toThrow(/one weight/);
    yield* session.rollback();
  });
});
