/** explain: a plan as a tree and as text, with what could be mended. */
import {
  AsyncEngine,
  type ExplainOptions,
  field,
  insert,
  many,
  one,
  type Plan,
  type PlanNode,
  primaryKey,
  select,
  type Session,
  sql,
  table,
  update,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type Step } from "./harness.ts";
import { rejects } from "./rejects.ts";
import type { SuiteSession } from "./suite-session.ts";

class Shelf extends table("shelf", { id: primaryKey(), label: z.string().max(20) }, { books: () => many(Book, {}) }) {}
class Book extends table(
  "book",
  {
    id: primaryKey(),
    title: field(z.string().max(40), { index: true }),
    // No index: where the database makes none by itself, the plan shows it.
    shelfId: field(z.int().nullable(), { foreignKey: "shelf.id" }),
    note: field(z.string().max(20).default(""), { hidden: true }),
  },
  { shelf: () => one(Shelf, {}).nullable() },
) {}

function* fill(session: SuiteSession): Step<void> {
  yield* session.exec(insert(Shelf).values(Array.from({ length: 3 }, (_, index) => ({ label: `s${String(index)}` }))));
  const books = Array.from({ length: 3000 }, (_, index) => ({ title: `t${String(index)}`, shelfId: (index % 3) + 1 }));
  for (let start = 0; start < books.length; start += 1000)
    yield* session.exec(insert(Book).values(books.slice(start, start + 1000)));
  yield* session.commit();
}

const explain = function* (
  session: SuiteSession,
  statement: Parameters<Session["explain"]>[0],
  options?: ExplainOptions,
): Step<Plan> {
  return (yield (session.raw as Session).explain(statement, options)) as Plan;
};
const scans = (plan: Plan): PlanNode[] => [...plan.nodes()].filter(({ relation }) => relation !== undefined);

suite("explain", ({ test }) => {
  test("a key, an index and a whole table are told apart", function* ({ session, statements, forget, dialect }) {
    yield* fill(session);
    forget();
    const byTitle = yield* explain(session, select(Book).where(Book.c.title.eq("t7")));
    expect(statements[0]).toMatch(
      {
        sqlite: /^EXPLAIN QUERY PLAN SELECT/,
        postgresql: /^EXPLAIN \(FORMAT JSON\) SELECT/,
        mysql: /^EXPLAIN FORMAT=JSON SELECT/,
      }[dialect],
    );
    expect(scans(byTitle).map(({ kind, relation }) => [kind, relation])).toContainEqual(["indexScan", "book"]);
    expect([...byTitle.nodes()].map(({ index }) => index)).toContain("ix_book_title");
    expect(byTitle.findings).toEqual([]);
    expect(byTitle.isAnalyzed).toBe(false);
    expect(byTitle.sql).toMatch(/^SELECT/);
    const whole = yield* explain(session, select(Book).where(Book.c.note.eq("canary4242")));
    expect(scans(whole).map(({ kind }) => kind)).toEqual(["sequentialScan"]);
    expect(whole.text).toContain("book");
    // Databases write values into conditions: not those of hidden fields.
    expect(JSON.stringify([whole, whole.text])).not.toContain("canary4242");
    const sorted = yield* explain(session, select(Book).orderBy(Book.c.note));
    expect([...sorted.nodes()].map(({ kind }) => kind)).toContain("sort");
  });

  test("joined tables are leaves of one tree", function* ({ session }) {
    yield* fill(session);
    const plan = yield* explain(session, select(Book).join(Book.r.shelf).where(Shelf.c.label.eq("s1")));
    expect(new Set(scans(plan).map(({ relation }) => relation))).toEqual(new Set(["book", "shelf"]));
    expect(String(plan).split("\n").length).toBeGreaterThanOrEqual(2);
  });

  test("a foreign key without an index is found, and what to add", function* ({ session, dialect }) {
    yield* fill(session);
    for (const statement of [
      select(Book).where(Book.c.shelfId.eq(2)),
      select(Book).where(Book.c.shelfId.in([1, 2])),
      ...(dialect === "sqlite" ? [] : [sql`SELECT * FROM book WHERE shelf_id = 2`]),
    ]) {
      const { findings, text } = yield* explain(session, statement as never);
      // MySQL makes an index for each foreign key by itself; the plan may use it or not, and the model does not have it.
      if (dialect === "mysql" && findings.length === 0) continue;
      expect(findings.map(({ code, node }) => [code, node.relation])).toEqual([["foreign-key-without-index", "book"]]);
      expect(findings[0]?.remedy).toBe(
        "Add index(Book.c.shelfId) to the tableArgs of Book, or { index: true } to its field shelfId.",
      );
      expect(text).toContain("! foreign-key-without-index: 'book' is read from its first row to its last");
    }
    const other = yield* explain(session, select(Book).where(Book.c.note.eq("x")));
    expect(other.findings).toEqual([]);
  });

  test("analyze measures, and takes back what is written", function* ({ session, dialect, engine }) {
    yield* fill(session);
    const write = update(Book).where(Book.c.shelfId.eq(1)).values({ title: "gone" });
    if (dialect === "sqlite") {
      const error = yield* rejects(explain(session, select(Book), { analyze: true }), "sqlite has no EXPLAIN ANALYZE");
      expect((error as { code: string }).code).toBe("E202");
      return;
    }
    const read = yield* explain(session, select(Book).where(Book.c.shelfId.eq(1)), { analyze: true });
    const [scan] = scans(read);
    expect(Math.round((scan?.actualRows ?? 0) * (scan?.loops ?? 1))).toBe(1000);
    expect([read.isAnalyzed, Number(scan?.milliseconds) > 0]).toEqual([true, true]);
    expect(Number(read.executionMilliseconds)).toBeGreaterThan(0);
    // In a transaction of the session, and by itself.
    yield* explain(session, write, { analyze: true });
    yield* session.commit();
    if (engine instanceof AsyncEngine) {
      const connection = (yield engine.connect()) as Awaited<ReturnType<AsyncEngine["connect"]>>;
      const plan = (yield connection.explain(write, { analyze: true })) as Plan;
      expect(plan.isAnalyzed).toBe(true);
      expect(connection.transaction).toBe("none");
      yield connection.close();
    }
    expect((yield* session.exec(select(Book.c.id).where(Book.c.title.eq("gone")))).all()).toEqual([]);
    // A failure leaves the transaction as it was.
    yield* rejects(explain(session, sql`UPDATE book SET id = no_such_column`, { analyze: true }), "no_such_column");
    expect((yield* session.exec(select(Book.c.id).limit(1))).all()).toHaveLength(1);
  });

  test("estimates that are far off are found", function* ({ session, dialect }) {
    if (dialect !== "postgresql") return;
    yield* fill(session);
    yield* session.text(sql`ANALYZE book`);
    // The planner knows nothing of this function, and takes it to be true for a few rows.
    const guessed = sql<boolean>`length(note || ${"x"}) = ${1}`;
    const plan = yield* explain(session, select(Book).where(guessed), { analyze: true });
    expect(plan.findings.map(({ code }) => code)).toContain("estimate-far-off");
    const limited = yield* explain(session, select(Book).limit(5), { analyze: true });
    expect(limited.findings).toEqual([]);
  });

  test("sorts on disk are found", function* ({ session, dialect }) {
    if (dialect === "sqlite") return;
    yield* fill(session);
    yield* session.text(
      dialect === "postgresql" ? sql`SET LOCAL work_mem = '64kB'` : sql`SET SESSION sort_buffer_size = 65536`,
    );
    const plan = yield* explain(session, select(Book.c.title, Book.c.note).orderBy(Book.c.note, Book.c.title.desc()), {
      analyze: true,
    });
    expect(plan.findings.map(({ code }) => code)).toEqual(["sort-on-disk"]);
    expect(plan.text).toContain("on disk");
    yield* session.rollback();
    if (dialect === "mysql") yield* session.text(sql`SET SESSION sort_buffer_size = DEFAULT`);
  });

  test("connections explain without a session", function* ({ session, engine }) {
    yield* fill(session);
    yield* session.close();
    const connection = (yield engine.connect()) as Awaited<ReturnType<typeof engine.connect>>;
    const plan = (yield connection.explain(select(Book).where(Book.c.shelfId.eq(2)))) as Plan;
    expect(scans(plan).map(({ relation }) => relation)).toContain("book");
    // What models there are is not known here: tables have their own names.
    for (const { remedy } of plan.findings)
      expect(remedy).toContain("Add index(book.c.shelfId) to the tableArgs of 'book'");
    yield connection.close();
  });

  test("values are bound, and options are checked", function* ({ session }) {
    yield* fill(session);
    const plan = yield* explain(session, select(Book).where(Book.c.title.eq("'; DROP TABLE book; --")));
    expect(plan.sql).not.toContain("DROP");
    yield* rejects(
      explain(session, select(Book), { analyse: true } as never),
      "no option 'analyse'. Did you mean 'analyze'?",
    );
    yield* rejects(explain(session, "SELECT 1" as never), "explain() takes a statement");
    yield* rejects(explain(session, select(Book), { analyze: "yes" } as never), "analyze takes true or false");
  });
});
