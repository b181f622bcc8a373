/** V01 V02 T18 T19: identifiers of every nasty kind reach the database and come back as they are, in every position. */
import {
  alias,
  AsyncEngine,
  check,
  CheckViolation,
  enumType,
  field,
  func,
  identifier,
  index,
  insert,
  many,
  MetaData,
  one,
  primaryKey,
  SchemaDefinitionError,
  select,
  sql,
  table,
  tableFor,
  unique,
  UniqueViolation,
  update,
  type ColumnElement,
  type Engine,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type Step } from "../harness.ts";
import { rejects } from "./rejects.ts";

/** Names that break what is not quoted, or quoted without doubling. */
const nasty = [
  'double"quote',
  "back`tick",
  "it's",
  "[bracket]",
  "back\\slash",
  "two words",
  "semi;colon",
  "dash--dash",
  "sl/*ash*/",
  "per%cent%s",
  "$1",
  "${x}",
  "?",
  ":name",
  "@p1",
  "select",
  "UPPER",
  "ünï",
  "new\nline",
  'x"; DROP TABLE canary; --',
  "x`; DROP TABLE canary; --",
  "__proto__",
  "constructor",
  "a,b",
  "(a)",
  "0",
] as const;

class Canary extends table("canary", { id: primaryKey(), word: z.string() }) {}

/** A table with every nasty column. */
const columns = Object.fromEntries(
  nasty.map((name, position) => [`c${String(position)}`, field(z.string().max(40).nullable(), { name })]),
);
class Wide extends table('wi"de`', { id: primaryKey(), ...columns }) {}
const wide = (key: string): ColumnElement<string> =>
  (Wide.c as unknown as { readonly [key: string]: ColumnElement<string> })[key]!;

const few = ['double"quote', "back`tick", "it's; --", "back\\slash", "per%cent", "select", "ünï $1 ?"] as const;
/** A pair of tables, each name, column, constraint and index of which is nasty. */
const pairs = few.map((name) => {
  class Parent extends table(
    `t ${name}`,
    {
      id: primaryKey(z.int(), { name: `id ${name}` }),
      code: field(z.string().max(20), { name: `code ${name}`, unique: `uq ${name}` }),
      rank: field(z.int(), { name: `rank ${name}`, index: `ix ${name}` }),
      kind: field(z.enum([name, "other"]), {
        name: `kind ${name}`,
        type: enumType([name, "other"], { name: `enum ${name}` }),
      }),
    },
    {
      children: (): ReturnType<typeof many<typeof Child>> => many(Child, { backPopulates: "parent" }),
    },
  ) {
    static override readonly tableArgs = [
      check(`positive ${name}`, Parent.c.rank.gt(0)),
      index(Parent.c.rank.desc(), Parent.c.code).name(`ix2 ${name}`),
    ];
  }
  class Child extends table(
    `child ${name}`,
    {
      id: primaryKey(),
      parentId: field(z.int(), { name: `parent ${name}`, foreignKey: `t ${name}.id ${name}` }),
      code: field(z.string().max(20), { name: `code ${name}` }),
    },
    {
      parent: () => one(Parent, { backPopulates: "children" }),
    },
  ) {
    static override readonly tableArgs = [unique(Child.c.parentId, Child.c.code).name(`uq child ${name}`)];
  }
  return { name, Parent, Child };
});

suite("V01 identifiers", ({ test }) => {
  test("V01 columns of every nasty name are written, read, changed and compared", function* ({ session, openSession }) {
    const values = Object.fromEntries(
      nasty.map((name, position) => [`c${String(position)}`, `value of ${name}`.slice(0, 40)]),
    );
    const row = new Wide(values as never);
    session.add(row, new Canary({ word: "alive" }));
    yield* session.commit();
    yield* session.close();
    const fresh = openSession();
    const loaded = (yield* fresh.exec(select(Wide))).one() as unknown as Record<string, unknown>;
    for (const [key, value] of Object.entries(values)) {
      expect(loaded[key]).toBe(value);
      const column = wide(key);
      expect(
        (yield* fresh.exec(select(column).where(column.eq(value)).orderBy(column.desc()).groupBy(column))).one(),
      ).toBe(value);
      loaded[key] = "changed";
    }
    yield* fresh.commit();
    yield* fresh.exec(
      update(Wide)
        .values(values as never)
        .where(wide("c0").eq("changed")),
    );
    yield* fresh.exec(insert(Wide).values(values as never));
    expect((yield* fresh.exec(select(func.count(wide("c3"))))).one()).toBe(2);
    expect((yield* fresh.exec(select(Canary.c.word))).one()).toBe("alive");
  });

  test("V01 labels, aliases and keys of rows of every nasty name", function* ({ session }) {
    session.add(new Canary({ word: "alive" }));
    yield* session.flush();
    for (const name of nasty) {
      const Other = alias(Canary, name);
      expect((yield* session.exec(select(Other.c.word).where(Other.c.word.eq("alive")))).one()).toBe("alive");
      expect((yield* session.exec(select(Canary.c.word.label(name)))).one()).toBe("alive");
      const row = (yield* session.exec(select({ [name]: Canary.c.word, plain: Canary.c.id }))).one();
      expect(Object.entries(row)).toEqual([
        [name, "alive"],
        ["plain", 1],
      ]);
      const text = (yield* session.text<Record<string, unknown>>(
        sql`SELECT word AS ${identifier(name)} FROM canary`,
      )).one();
      expect(Object.entries(text)).toEqual([[name, "alive"]]);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)["word"]).toBeUndefined();
  });

  for (const { name, Parent, Child } of pairs) {
    test(`V01 table, columns, keys, enum, indexes and constraints named with ${name}`, function* ({
      session,
      engine,
      dialect,
      openSession,
    }) {
      const parent = new Parent({ code: "a", rank: 1, kind: name });
      session.add(new Child({ parent, code: "x" } as never));
      yield* session.commit();
      yield* session.close();
      const fresh = openSession();
      const loaded = (yield* fresh.exec(
        select(Parent).include({ children: true }).where(Parent.c.kind.eq(name)),
      )).one();
      expect((loaded.children as unknown[]).length).toBe(1);
      const joined = (yield* fresh.exec(select(Parent.c.code, Child.c.code).join(Child))).one();
      expect(joined).toEqual(["a", "x"]);
      const twice = yield* rejects(
        fresh.exec(insert(Parent).values({ code: "a", rank: 1, kind: name })),
        UniqueViolation,
      );
      expect([twice.table, twice.columns, dialect === "sqlite" ? undefined : twice.constraint]).toEqual([
        `t ${name}`,
        [`code ${name}`],
        dialect === "sqlite" ? undefined : `uq ${name}`,
      ]);
      yield* fresh.rollback();
      const broken = yield* rejects(
        fresh.exec(insert(Parent).values({ code: "b", rank: -1, kind: "other" })),
        CheckViolation,
      );
      // SQLite quotes no name in its message: one that is no plain word cannot be told from a check's text.
      if (dialect !== "sqlite") expect(broken.constraint).toContain(`positive ${name}`);
      yield* fresh.rollback();
      const count = (yield* fresh.text<{ n: unknown }>(
        sql`SELECT count(*) AS n FROM ${identifier(`child ${name}`)}`,
      )).one();
      expect(Number(count.n)).toBe(1);
      expect(engine.dialect.name.length).toBeGreaterThan(0);
    });
  }

  test("V01 savepoints of every nasty name", function* ({ engine }) {
    for (const name of nasty) {
      const work = engine.run(function* (connection) {
        yield* connection.begin({ write: true });
        yield* connection.savepoint(name);
        yield* connection.rollbackTo(name);
        yield* connection.releaseSavepoint(name);
        yield* connection.rollback();
        return "done";
      });
      expect((yield work) as string).toBe("done");
    }
  });

  test("V01 empty names, NUL and half surrogates are refused before anything is sent", function* ({
    session,
    statements,
    forget,
  }) {
    forget();
    for (const name of ["a\0b", "\ud800", "x\udc00y"]) {
      yield* rejects(session.exec(select(Canary.c.word.label("ok")).where(alias(Canary, name).c.word.eq("x"))), Error);
      yield* rejects(session.text(sql`SELECT 1 AS ${identifier(name)}`), Error);
    }
    expect(() => identifier("")).toThrow("not empty");
    expect(() => alias(Canary, "")).toThrow();
    expect(() => identifier({ toString: () => "x" } as never)).toThrow();
    expect(statements).toEqual([]);
  });
});

function* create(engine: Engine | AsyncEngine, metadata: MetaData, remove = false): Step<void> {
  if (engine instanceof AsyncEngine) yield remove ? metadata.dropAll(engine) : metadata.createAll(engine);
  else if (remove) metadata.dropAll(engine);
  else metadata.createAll(engine);
}

suite("T18 the length of identifiers", ({ test }) => {
  test.on("postgresql", "mysql")(
    "T18 a name that the database would cut is refused, measured in bytes",
    function* ({ engine, dialect, statements, forget }) {
      const limit = dialect === "postgresql" ? 63 : 64;
      for (const long of ["x".repeat(limit + 1), "é".repeat(33)]) {
        for (const define of [
          (metadata: MetaData) => tableFor(metadata)(long, { id: primaryKey() }),
          (metadata: MetaData) =>
            tableFor(metadata)("long_name", { id: primaryKey(), a: field(z.int(), { name: long }) }),
          (metadata: MetaData) =>
            tableFor(metadata)("long_name", { id: primaryKey(), a: field(z.int(), { index: long }) }),
          (metadata: MetaData) =>
            tableFor(metadata)("long_name", { id: primaryKey(), a: field(z.int(), { unique: long }) }),
        ]) {
          const metadata = new MetaData();
          define(metadata);
          forget();
          // MySQL counts characters: thirty-three é are fine for it.
          if (dialect === "mysql" && long.length < limit) continue;
          const error = yield* rejects(create(engine, metadata), SchemaDefinitionError);
          expect(error.message).toContain(String(limit));
          expect(statements.filter((text) => text.startsWith("CREATE"))).toEqual([]);
        }
      }
    },
  );

  test("T18 names that are made are shortened without a clash", function* ({ engine, openSession }) {
    const metadata = new MetaData();
    const name = `long_${"t".repeat(50)}`;
    class Long extends tableFor(metadata)(name, {
      id: primaryKey(),
      [`${"a".repeat(50)}1`]: field(z.int(), { index: true }),
      [`${"a".repeat(50)}2`]: field(z.int(), { unique: true }),
      [`${"a".repeat(50)}3`]: field(z.int(), { unique: true }),
    }) {}
    yield* create(engine, metadata);
    const session = openSession();
    session.add(new Long({ [`${"a".repeat(50)}1`]: 1, [`${"a".repeat(50)}2`]: 2, [`${"a".repeat(50)}3`]: 3 } as never));
    yield* session.commit();
    session.add(new Long({ [`${"a".repeat(50)}1`]: 1, [`${"a".repeat(50)}2`]: 4, [`${"a".repeat(50)}3`]: 3 } as never));
    const error = yield* rejects(session.flush(), UniqueViolation);
    expect(error.columns).toEqual([`${"a".repeat(50)}3`]);
    yield* session.rollback();
    yield* session.close();
    yield* create(engine, metadata, true);
  });
});

suite("T19 columns of one name", ({ test }) => {
  test("T19 two tables' columns of one name stay apart in tuples, records and joins", function* ({ session }) {
    const { Parent, Child } = pairs[0]!;
    session.add(
      new Child({ parent: new Parent({ code: "parent's", rank: 1, kind: "other" }), code: "child's" } as never),
    );
    yield* session.flush();
    expect((yield* session.exec(select(Parent.c.code, Child.c.code, Parent.c.code).join(Child))).one()).toEqual([
      "parent's",
      "child's",
      "parent's",
    ]);
    const Again = alias(Child, "again");
    const row = (yield* session.exec(
      select(Parent, Child, Again).join(Child).join(Again, Again.c.id.eq(Child.c.id)),
    )).one();
    expect(row.map((entity) => (entity as { code: string }).code)).toEqual(["parent's", "child's", "child's"]);
    expect(row[2]).toBe(row[1]);
  });

  test("T19 a template with two columns of one name is refused, not cut", function* ({ session }) {
    const error = yield* rejects(session.text(sql`SELECT 1 AS a, 2 AS a`), Error);
    expect(error.message).toContain("'a'");
  });
});
