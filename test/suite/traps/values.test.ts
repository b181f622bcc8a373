/** T03 T08 V19: numbers keep their kind, moments that are none are told, lists in lists and texts in them are values. */
import {
  array,
  double,
  field,
  identifier,
  func,
  json,
  literal,
  primaryKey,
  real,
  select,
  sql,
  table,
  text,
  timestamp,
  ValueError,
  type SqlTemplate,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import type { DialectName } from "../databases.ts";
import { suite } from "../harness.ts";
import { rejects } from "./rejects.ts";

class Measure extends table("measure", {
  id: primaryKey(),
  weight: z.number().nullable(),
  ratio: field(z.number().nullable(), { type: real() }),
  pieces: z.int().nullable(),
}) {}

class Moment extends table("moment", {
  id: primaryKey(),
  name: field(z.string().max(20).default("")),
  at: z.date().nullable(),
  exact: field(z.iso.datetime().nullable(), { type: timestamp({ as: "string" }) }),
  local: field(z.string().nullable(), { type: timestamp({ timeZone: false, as: "string" }) }),
  day: z.iso.date().nullable(),
  clock: z.iso.time().nullable(),
}) {}

class Nest extends table("nest", {
  id: primaryKey(),
  flat: field(z.array(z.string()), { type: array(text()) }),
  grid: field(z.array(z.array(z.string())), { type: array(array(text())) }),
  documents: field(z.array(z.unknown()), { type: array(json()) }),
  document: field(z.unknown(), { type: json() }),
}) {}

/** Texts that end a literal, an item, a list or a document of some database. */
const payloads: readonly string[] = [
  "a' or 1=1 --",
  "'); DROP TABLE nest; --",
  "\\'; DROP TABLE nest; -- ",
  '"},{"',
  '","',
  "}",
  "{}",
  "{{a},{b}}",
  "]",
  '"]; DROP TABLE nest; --',
  "\\",
  '\\"',
  "\\\\",
  "NULL",
  "null",
  "",
  " ",
  ",",
  "\n",
  "$1",
  "?",
  ":x",
  "::text[]",
  "$.a[*]",
  "🦸",
];

suite("T03 numbers", ({ test }) => {
  test("T03 a whole number that is a double is calculated with as a double", function* ({ session }) {
    session.add(new Measure({ weight: 7, ratio: 7, pieces: 7 }));
    yield* session.flush();
    const c = Measure.c;
    const seven = literal(7, double());
    expect(
      (yield* session.exec(
        select(
          seven.dividedBy(2),
          literal(7, real()).dividedBy(2),
          c.weight.dividedBy(2),
          c.ratio.dividedBy(2),
          c.weight.dividedBy(literal(2, double())),
          func.coalesce(literal<number | null>(null, double()), seven).dividedBy(2),
        ),
      )).one(),
    ).toEqual([3.5, 3.5, 3.5, 3.5, 3.5, 3.5]);
    expect((yield* session.exec(select(c.id).where(c.weight.dividedBy(2).eq(3.5)))).all()).toEqual([1]);
    const half = (yield* session.text<{ half: number }>(sql`SELECT ${seven} / ${literal(2, double())} AS half`)).one();
    expect(Number(half.half)).toBe(3.5);
  });

  test("T03 a whole number is an integer where its column is one", function* ({ session, dialect }) {
    session.add(new Measure({ weight: 7, pieces: 7 }));
    yield* session.flush();
    expect((yield* session.exec(select(Measure.c.pieces.dividedBy(2), literal(7).dividedBy(2)))).one()).toEqual([3, 3]);
    if (dialect !== "sqlite") return;
    const kinds = yield* session.text(
      sql`SELECT typeof(weight) AS weight, typeof(pieces) AS pieces, typeof(${7}) AS bound, typeof(${literal(7, double())}) AS cast FROM measure`,
    );
    expect(kinds.one()).toEqual({ weight: "real", pieces: "integer", bound: "integer", cast: "real" });
  });
});

/** Values that are stored past this package, each in one column. */
const strange: { readonly [D in DialectName]: readonly (readonly [column: keyof Moment & string, stored: string])[] } =
  {
    postgresql: [
      ["at", "infinity"],
      ["at", "-infinity"],
      ["at", "0044-03-15 12:00:00+00 BC"],
      ["at", "12024-01-01 00:00:00+00"],
      ["exact", "infinity"],
      ["exact", "0044-03-15 12:00:00+00 BC"],
      ["local", "-infinity"],
      ["local", "12024-01-01 00:00:00"],
      ["day", "infinity"],
      ["day", "0044-03-15 BC"],
      ["day", "12024-01-01"],
    ],
    mysql: [
      ["at", "0000-00-00 00:00:00"],
      ["at", "2024-00-00 00:00:00"],
      ["at", "2024-02-00 00:00:00"],
      ["exact", "0000-00-00 00:00:00"],
      ["exact", "2024-00-01 00:00:00"],
      ["local", "2024-01-00 00:00:00"],
      ["day", "0000-00-00"],
      ["day", "2024-00-00"],
      ["day", "2024-02-00"],
      ["clock", "-01:00:00"],
      ["clock", "838:59:59"],
      ["clock", "25:00:00"],
    ],
    sqlite: [
      ["at", "infinity"],
      ["at", "2024-02-30 00:00:00.000000"],
      ["at", "2024-13-01 00:00:00.000000"],
      ["at", "2024-01-00 00:00:00.000000"],
      ["at", "2024-01-01 25:00:00.000000"],
      ["at", "2024-01-01 00:61:00.000000"],
      ["at", "2024-01-01x00:00:00.000000"],
      ["at", "yesterday"],
      ["exact", "2023-02-29 00:00:00.000000"],
      ["exact", "2024-01-01 24:00:00.000000"],
      ["exact", ""],
      ["local", "2024-00-01 00:00:00.000000"],
      ["day", "2024-02-30"],
      ["day", "12024-01-01"],
      ["clock", "yesterda"],
      ["clock", "12:61:00"],
    ],
  };

/** A value as another program would store it. */
function store(dialect: DialectName, column: string, stored: string): SqlTemplate<unknown> {
  const name = identifier(column);
  switch (dialect) {
    case "mysql":
      return sql`SET STATEMENT sql_mode = '' FOR INSERT INTO moment (name, ${name}) VALUES ('x', ${stored})`;
    case "postgresql":
      return sql`INSERT INTO moment (name, ${name}) SELECT 'x', r.${name} FROM jsonb_populate_record(NULL::moment, jsonb_build_object(${column}::text, ${stored}::text)) AS r`;
    default:
      return sql`INSERT INTO moment (name, ${name}) VALUES ('x', ${stored})`;
  }
}

suite("T08 moments that are none", ({ test }) => {
  test("T08 what is no moment is an error that says so, by entity and by column; never another moment", function* ({
    session,
    dialect,
  }) {
    for (const [column, stored] of strange[dialect]) {
      yield* session.text(store(dialect, column, stored));
      for (const query of [select(Moment), select(Moment.c[column as "at"])]) {
        const error = yield* rejects(session.exec(query), ValueError);
        expect(error.message, stored).toMatch(
          /not a (date|timestamp|time of day)[\s\S]*(Correct the row|read the column as text)/,
        );
      }
      yield* session.rollback();
    }
  });

  test("T08 what is a moment beyond JavaScript's clock loses nothing", function* ({ session, dialect, openSession }) {
    const micros = "2024-02-29 13:37:00.123456";
    yield* session.text(store(dialect, "at", dialect === "postgresql" ? `${micros}+00` : micros));
    yield* session.text(sql`UPDATE moment SET exact = at, name = 'before' WHERE TRUE`);
    if (dialect === "postgresql") yield* session.text(sql`UPDATE moment SET clock = '24:00:00' WHERE TRUE`);
    yield* session.commit();
    const moment = (yield* session.exec(select(Moment))).one();
    expect([moment.at, moment.exact]).toEqual([new Date("2024-02-29T13:37:00.123Z"), "2024-02-29T13:37:00.123456Z"]);
    if (dialect === "postgresql") expect(moment.clock).toBe("24:00:00");
    expect(session.dirty).toEqual([]);
    moment.name = "after";
    yield* session.commit();
    const kept = yield* session.text<{ n: number | bigint | string }>(
      sql`SELECT count(*) AS n FROM moment WHERE at = exact AND name = 'after'`,
    );
    expect(Number(kept.one().n)).toBe(1);
    yield* session.close();
    expect((yield* openSession().exec(select(Moment.c.exact))).one()).toBe("2024-02-29T13:37:00.123456Z");
  });
});

suite("V19 lists in lists", ({ test }) => {
  test("V19 texts inside arrays, arrays of arrays and JSON in arrays are values, stored, read and compared", function* ({
    session,
    openSession,
  }) {
    const grid = payloads.map((payload) => [payload, `${payload}${payload}`]);
    const documents = payloads.map((payload) => ({ [payload]: payload, list: [payload, [payload], null] }));
    const nest = new Nest({ flat: [...payloads], grid, documents, document: { documents, grid } });
    session.add(nest, new Nest({ flat: [], grid: [], documents: [], document: [] }));
    for (const payload of payloads) {
      session.add(new Nest({ flat: [payload], grid: [[payload]], documents: [payload, [payload]], document: payload }));
    }
    yield* session.commit();
    yield* session.close();
    const reader = openSession();
    const all = (yield* reader.exec(select(Nest).orderBy(Nest.c.id))).all();
    expect(all).toHaveLength(payloads.length + 2);
    const [first, empty, ...single] = all;
    expect([first?.flat, first?.grid, first?.documents]).toEqual([payloads, grid, documents]);
    expect(first?.document).toEqual({ documents, grid });
    expect([empty?.flat, empty?.grid, empty?.documents, empty?.document]).toEqual([[], [], [], []]);
    for (const [index, payload] of payloads.entries()) {
      const one = single[index];
      expect([one?.flat, one?.grid, one?.documents, one?.document]).toEqual([
        [payload],
        [[payload]],
        [payload, [payload]],
        payload,
      ]);
      const found = yield* reader.exec(
        select(Nest.c.id)
          .where(Nest.c.flat.eq([payload]))
          .where(Nest.c.grid.eq([[payload]])),
      );
      expect(found.all(), payload).toEqual([one?.id]);
      expect(
        (yield* reader.exec(select(Nest.c.id).where(Nest.c.flat.in([[payload], [payload, payload]])))).all(),
      ).toEqual([one?.id]);
    }
    expect((yield* reader.exec(select(Nest.c.id).where(Nest.c.grid.eq(grid)))).all()).toEqual([first?.id]);
  });
});
