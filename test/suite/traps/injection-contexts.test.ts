/** Every place of a statement that takes a text, with every hostile text: the structure of the SQL stays that of a harmless one. */
import {
  alias,
  and,
  caseOf,
  caseWhen,
  cast,
  deleteFrom,
  func,
  identifier,
  insert,
  integer,
  interval,
  jsonElement,
  jsonArray,
  jsonObject,
  literal,
  operator,
  positionIn,
  select,
  sql,
  SQLModelError,
  text,
  tuple,
  update,
  window,
} from "sqlmodel";
import { expect } from "vitest";
import { skeleton } from "../../support/sql-skeleton.ts";
import { suite, type Step } from "../harness.ts";
import { Account, Note, seed } from "./accounts.ts";

const payloads = [
  "'",
  "''",
  '"',
  '""',
  "`",
  "``",
  "\\",
  "\\'",
  "\\\\'",
  '\\"',
  "' OR '1'='1",
  "'; DROP TABLE account; -- ",
  '"; DROP TABLE account; -- ',
  "`; DROP TABLE account; -- ",
  "\\'; DROP TABLE account; -- ",
  '\\"; DROP TABLE account; -- ',
  '" = "" OR 1=1 -- ',
  "') OR 1=1 -- ",
  '$."a"\') OR 1=1 -- ',
  "$.*",
  "a.b[0]",
  "*/ DELETE FROM account /*",
  "/*",
  "--",
  "#",
  "$1",
  "?",
  ":name",
  "@p",
  "%' OR 1=1 -- ",
  "{x} [y]",
  "\r\n; DELETE FROM account",
  "\u2028",
  "\u02bc OR 1=1",
  "é😀",
  "id) UNION SELECT password FROM account -- ",
] as const;

/** The same length, and nothing that any database or pattern reads as something else. */
const harmless = (payload: string) => "x".repeat(Array.from(payload).length);

const { c } = Account;
const settings = jsonElement<Record<string, unknown>>(c.settings);
type Statement = { compile(dialect: never): { readonly sql: string } };

/** A place, and a statement with `payload` in it. */
const contexts: { readonly [place: string]: (payload: string) => unknown } = {
  "a value of =": (payload) => select(c.id).where(c.name.eq(payload)),
  "a value of IN": (payload) => select(c.id).where(c.name.in([payload, "a"])),
  "a value of NOT IN": (payload) => select(c.id).where(c.name.notIn([payload])),
  "a value of a tuple": (payload) => select(c.id).where(tuple(c.name, c.id).in([[payload, 1]])),
  "a bound of BETWEEN": (payload) => select(c.id).where(c.name.between(payload, "z")),
  "a pattern of LIKE": (payload) => select(c.id).where(c.name.like(`${payload.replaceAll("\\", "")}%`)),
  "a pattern of ILIKE": (payload) => select(c.id).where(c.name.ilike(`${payload.replaceAll("\\", "")}%`)),
  "startsWith()": (payload) => select(c.id).where(c.name.startsWith(payload)),
  "endsWith()": (payload) => select(c.id).where(c.name.endsWith(payload)),
  "contains()": (payload) => select(c.id).where(c.name.contains(payload)),
  "icontains()": (payload) => select(c.id).where(c.name.icontains(payload)),
  "a regular expression": (payload) => select(c.id).where(c.name.regexpMatch(payload)),
  "concat()": (payload) => select(c.name.concat(payload)),
  "literal()": (payload) => select(literal(payload)),
  "cast()": (payload) => select(cast<string>(literal(payload), text())),
  "a branch of CASE": (payload) => select(caseWhen<string>(c.name.eq(payload), payload).otherwise(payload)),
  "a value of a simple CASE": (payload) => select(caseOf(c.name).when(payload, payload).otherwise("")),
  "coalesce()": (payload) => select(func.coalesce(c.name, payload)),
  "replace()": (payload) => select(func.replace(c.name, payload, payload)),
  "concatWs()": (payload) => select(func.concatWs(payload, c.name, literal("a"))),
  "an argument of a function by name": (payload) => select(func.call("lower", text(), payload)),
  "a name of a function": (payload) => select(func.call(payload, integer())),
  "a separator of stringAgg()": (payload) => select(func.stringAgg(c.name, payload)),
  "an order by values": (payload) => select(c.id).orderBy(positionIn(c.name, [payload, "b"])),
  HAVING: (payload) => select(c.name).groupBy(c.name).having(func.max(c.name).eq(payload)),
  "a filter of an aggregate": (payload) => select(func.count().filter(c.name.eq(payload))),
  "a value in an sql template": (payload) => sql`SELECT ${payload}`,
  "a name in an sql template": (payload) => sql`SELECT 1 AS ${identifier(payload)}`,
  "a path of names": (payload) => sql`SELECT ${identifier("account", payload)} FROM account`,
  "a label": (payload) => select(c.id.label(payload)),
  "a label in ORDER BY": (payload) => select(c.id.label(payload)).orderBy(c.id.label(payload)),
  "a label of an aggregate": (payload) => {
    const many = func.count().label(payload);
    return select(c.name, many).groupBy(c.name).orderBy(many.desc().nullsFirst());
  },
  "an alias": (payload) => select(alias(Account, payload).c.id),
  "a named window": (payload) => {
    const named = window(payload, { orderBy: c.id });
    return select(func.rowNumber().over(named));
  },
  "a collation": (payload) => select(c.id).orderBy(c.name.collate(payload)),
  "a custom operator": (payload) => select(operator<boolean>(payload as never, {} as never)(c.name, "a" as never)),
  "a unit of time": (payload) => select(func.extract(payload as never, func.now())),
  "an interval": (payload) => select(func.now().plus(interval({ days: payload as never }))),
  "a key of a JSON path": (payload) => select(settings.at(payload)),
  "a key of a JSON path below another": (payload) =>
    select(settings.at("a", payload)).where(settings.at(payload).eq("a")),
  "a value beside a JSON path": (payload) => select(c.id).where(settings.at("a").eq(payload)),
  "hasKey()": (payload) => select(c.id).where(settings.hasKey(payload as never)),
  "a key of jsonObject()": (payload) => select(jsonObject({ [payload]: c.id })),
  "a value of jsonArray()": (payload) => select(jsonArray(payload, c.id)),
  "a path that is set": (payload) =>
    update(Account)
      .where(c.id.eq(99))
      .values({ settings: settings.set([payload], "b") }),
  "a value that is set": (payload) =>
    update(Account)
      .where(c.id.eq(99))
      .values({ settings: settings.set(["a"], payload) }),
  "a path that is removed": (payload) =>
    update(Account)
      .where(c.id.eq(99))
      .values({ settings: settings.remove([payload]) }),
  "an UPDATE": (payload) => update(Account).where(c.name.eq(payload)).values({ password: payload }),
  "a DELETE": (payload) => deleteFrom(Account).where(and(c.name.eq(payload), c.id.eq(99))),
  "an INSERT": (payload) => insert(Account).values({ id: 100, name: `${payload}!`, password: payload }),
  "the target of an upsert": (payload) =>
    insert(Account)
      .values({ id: 99, name: "x", password: "x" })
      .onConflictDoNothing({ target: payload as never }),
  "the values of an upsert": (payload) =>
    insert(Account)
      .values({ id: 1, name: "ada", password: "secret" })
      .onConflictDoUpdate({ target: c.id, set: { settings: { [payload]: payload } } }),
  "a join": (payload) => select(Note.c.id).join(Account, c.name.eq(payload)),
};

const everywhere: readonly string[] = ["sqlite", "postgresql", "mysql"];
/** Places that take no such text at all, or whose construct these databases do not have. */
const refusing: { readonly [place: string]: readonly string[] } = {
  "a name of a function": everywhere,
  "a custom operator": everywhere,
  "a unit of time": everywhere,
  "an interval": everywhere,
  "the target of an upsert": everywhere,
  "the values of an upsert": ["mysql"],
};

suite("every place a text can be in", ({ test }) => {
  for (const [place, statementWith] of Object.entries(contexts)) {
    test(place, function* ({ session, engine, dialect }) {
      yield* seed(session);
      const before = yield* accounts(session);
      let compiled = 0;
      for (const payload of payloads) {
        let statement: unknown;
        try {
          statement = statementWith(payload);
        } catch (error) {
          expect(error, payload).toBeInstanceOf(SQLModelError);
          continue;
        }
        const compile = (given: unknown) => structure(given, engine.dialect, dialect === "mysql");
        const found = compile(statement);
        if (found !== undefined) {
          expect(found, payload).toBe(compile(statementWith(harmless(payload))));
          compiled += 1;
        }
        try {
          yield* session.exec(statement as never);
        } catch (error) {
          expect(error, `${payload}: ${String(error)}`).toBeInstanceOf(SQLModelError);
        }
        yield* session.rollback();
      }
      expect(yield* accounts(session)).toEqual(before);
      expect(compiled).toBe(refusing[place]?.includes(dialect) === true ? 0 : payloads.length);
    });
  }

  test("a hole is found: text in the parts of a template", function* ({ session, engine, dialect }) {
    yield* seed(session);
    const hole = (payload: string) => {
      const parts = Object.assign([`SELECT id FROM account WHERE name = '${payload}'`], { raw: [""] });
      return sql(parts);
    };
    const found = payloads.filter((payload) => {
      const [is, shouldBe] = [payload, harmless(payload)].map((given) =>
        structure(hole(given), engine.dialect, dialect === "mysql"),
      );
      return is !== shouldBe;
    });
    expect(found).toContain("' OR '1'='1");
    expect(found).toContain("'; DROP TABLE account; -- ");
    const all = yield* session.exec(hole("' OR '1'='1") as never);
    expect(all.all()).toHaveLength(2);
  });
});

/** What is left of the text without what is quoted; undefined where the dialect refuses the construct by name. */
function structure(statement: unknown, dialect: unknown, escapes: boolean): string | undefined {
  try {
    const compiler = dialect as { compile(node: unknown): { readonly sql: string } };
    const isTemplate = typeof statement === "object" && statement !== null && "node" in statement;
    const { sql: text } = isTemplate
      ? compiler.compile({ kind: "text", template: statement.node })
      : (statement as Statement).compile(dialect as never);
    return skeleton(text, escapes);
  } catch (error) {
    expect(error).toBeInstanceOf(SQLModelError);
    return undefined;
  }
}

function* accounts(session: Parameters<typeof seed>[0] & { exec: (statement: never) => Step<unknown> }): Step<unknown> {
  const result = (yield* session.exec(select(c.id, c.name, c.password, c.balance).orderBy(c.id) as never)) as {
    all(): unknown[];
  };
  return result.all();
}
