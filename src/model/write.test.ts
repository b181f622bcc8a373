import { describe, expect, test } from "vitest";
import { z } from "zod";
import { postgresqlDialect } from "../dialect/postgresql/dialect.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { func } from "../sql/expression/functions.ts";
import { and } from "../sql/expression/operators.ts";
import { ValidationError } from "./errors.ts";
import { alias } from "./entity.ts";
import { discriminator, field, generated, now, primaryKey, version } from "./field.ts";
import { insert } from "./insert.ts";
import { one } from "./relationship.ts";
import { select } from "./select.ts";
import { inherit, tableFor } from "./table.ts";
import { deleteFrom } from "./delete.ts";
import { update } from "./update.ts";

const dialect = postgresqlDialect();
const table = tableFor(new MetaData());

class Team extends table("team", { id: primaryKey(), name: z.string() }) {}
class Hero extends table(
  "hero",
  {
    id: primaryKey(),
    name: z.string().max(9).trim(),
    age: z.int().nullable(),
    kind: z.enum(["good", "bad"]).default("good"),
    token: field(z.string(), { default: () => "made" }),
    createdAt: field(z.date(), { serverDefault: now() }),
    changedAt: field(z.date().nullable(), { onUpdate: () => new Date(0) }),
    upper: generated(z.string(), (c) => func.upper(c["name"] as never)),
    version: version(),
    teamId: field(z.int().nullable(), { foreignKey: "team.id" }),
  },
  { team: () => one(Team).nullable() },
) {}

class Shape extends table("shape", { id: primaryKey(), kind: discriminator() }) {}
class Circle extends inherit(Shape, { radius: z.number() }) {}
class Framed extends inherit(Shape, "framed", { frame: z.string() }) {}

function sqlOf(statement: { compile(d: typeof dialect): { readonly sql: string } }): string {
  return statement.compile(dialect).sql.replaceAll('"', "").replaceAll(/\s+/g, " ");
}

/** The values of an INSERT, row by row: bound values, "DEFAULT", or the kind of an expression. */
function rowsOf(statement: { toStatement(): ReturnType<ReturnType<typeof insert>["toStatement"]> }): unknown[] {
  const { columns, rows } = statement.toStatement();
  return rows.map((row) =>
    Object.fromEntries(
      row.map((value, index) => [columns[index]?.name, value.kind === "bind" ? value.value : value.kind]),
    ),
  );
}

describe("insert", () => {
  test("checks values, applies defaults, leaves what the database makes", () => {
    expect(rowsOf(insert(Hero).values({ name: " x " }))).toEqual([
      { name: "x", kind: "good", token: "made", version: 1 },
    ]);
    expect(sqlOf(insert(Hero).values({ name: "x" }))).toBe(
      "INSERT INTO hero (name, kind, token, version) VALUES ($1, $2, $3, $4)",
    );
  });

  test("many rows have the columns of all of them", () => {
    const rows = rowsOf(
      insert(Hero)
        .values([
          { name: "a", age: 3 },
          { name: "b", id: 7 },
        ])
        .values({ name: "c" }),
    );
    expect(rows).toMatchObject([
      { id: "default", name: "a", age: 3 },
      { id: 7, name: "b", age: null },
      { id: "default", name: "c", age: null },
    ]);
  });

  test("takes expressions and selects as values", () => {
    const statement = insert(Hero).values({
      name: func.lower(Team.c.name),
      age: select(func.max(Hero.c.age)).scalarSubquery() as never,
    });
    expect(rowsOf(statement)).toMatchObject([{ name: "function", age: "subquery" }]);
  });

  test("conflicts", () => {
    const base = insert(Team).values({ name: "x" });
    expect(sqlOf(base.onConflictDoNothing())).toContain("ON CONFLICT DO NOTHING");
    expect(sqlOf(base.onConflictDoNothing({ target: Team.c.name }))).toContain("ON CONFLICT (name) DO NOTHING");
    expect(sqlOf(base.onConflictDoUpdate({ target: Team.c.name, set: { name: "y" } }))).toContain(
      "ON CONFLICT (name) DO UPDATE SET name = $2",
    );
    expect(
      sqlOf(base.onConflictDoUpdate({ target: [Team.c.name], set: (excluded) => ({ name: excluded.name }) })),
    ).toContain("DO UPDATE SET name = excluded.name");
  });

  test("returning", () => {
    const base = insert(Team).values({ name: "x" });
    expect(base.toReturning()).toBeUndefined();
    expect(sqlOf(base.returning(Team.c.id))).toMatch(/RETURNING (team\.)?id/);
    expect(base.returning(Team.c.id).toReturning()?.shape).toEqual({ kind: "single" });
    expect(base.returning(Team.c.id, Team.c.name).toReturning()?.shape).toEqual({ kind: "tuple" });
    expect(base.returning({ key: Team.c.id }).toReturning()?.shape).toEqual({ kind: "record", keys: ["key"] });
  });

  test("names every wrong value and its row", () => {
    const make = () =>
      insert(Hero)
        .values([{ name: "x" }, { name: "too long for it" }, { age: "x" } as never])
        .toStatement();
    expect(make).toThrow(ValidationError);
    expect(make).toThrow(
      /Hero\.\[1\]\.name: Too big.*\n.*Hero\.\[2\]\.name: is required\n.*Hero\.\[2\]\.age: Invalid input/,
    );
  });

  test("knows the class of a row", () => {
    expect(rowsOf(insert(Circle).values({ radius: 1 }))).toEqual([{ kind: "circle", radius: 1 }]);
  });

  test.each([
    ["no rows", () => insert(Team).toStatement(), "insert(Team) has no rows"],
    [
      "an unknown column",
      () =>
        insert(Team)
          .values({ nam: "x" } as never)
          .toStatement(),
      "'nam', which is no column of Team. Did you mean 'name'?",
    ],
    [
      "a relationship",
      () =>
        insert(Hero)
          .values({ team: null } as never)
          .toStatement(),
      "'team' is a relationship: give its foreign key.",
    ],
    [
      "undefined",
      () =>
        insert(Hero)
          .values({ name: "x", age: undefined } as never)
          .toStatement(),
      "was given age: undefined",
    ],
    [
      "a computed column",
      () =>
        insert(Hero)
          .values({ name: "x", upper: "X" } as never)
          .toStatement(),
      "which the database computes",
    ],
    [
      "a row that is no object",
      () =>
        insert(Team)
          .values("x" as never)
          .toStatement(),
      "takes an object of Team's columns, not a string",
    ],
    ["rows of several tables", () => insert(Framed), "Use session.add(new Framed({…}))."],
    ["no model", () => insert("team" as never), "insert() takes a model, not a string."],
    ["an alias", () => insert(alias(Team, "t") as never), "insert() takes a model"],
    [
      "a conflict on no column",
      () => insert(Team).onConflictDoNothing({ target: func.lower(Team.c.name) }),
      "is a column or an array of columns",
    ],
    [
      "nothing to return",
      () => (insert(Team) as unknown as { returning(): unknown }).returning(),
      "returning() takes at least one column",
    ],
  ])("refuses %s", (_, make, words) => {
    expect(make).toThrow(words);
  });
});

describe("update", () => {
  test("sets values and expressions, and what every UPDATE sets", () => {
    expect(
      sqlOf(
        update(Hero)
          .where(Hero.c.id.eq(1))
          .values({ name: "x", age: Hero.c.age.plus(1) }),
      ),
    ).toBe(
      "UPDATE hero SET name = $1, age = hero.age + $2, changed_at = $3, version = hero.version + $4 WHERE hero.id = $5",
    );
  });

  test("later values replace earlier ones; what is given is not made", () => {
    const { set } = update(Hero).all().values({ name: "x", changedAt: null }).values({ name: "y" }).toStatement();
    expect(set.map(({ column, value }) => [column.name, value.kind === "bind" ? value.value : value.kind])).toEqual([
      ["changed_at", null],
      ["name", "y"],
      ["version", "binary"],
    ]);
  });

  test("is limited to the rows of its class", () => {
    expect(sqlOf(update(Circle).all().values({ radius: 2 }))).toMatch(
      /^UPDATE shape SET radius = \$1 WHERE shape\.kind (= ANY|IN)/,
    );
    expect(sqlOf(update(Framed).where(Framed.c.frame.eq("a")).values({ frame: "b" }))).toBe(
      "UPDATE framed SET frame = $1 WHERE framed.frame = $2",
    );
  });

  test.each([
    [
      "no condition",
      () => update(Hero).values({ age: 1 }).toStatement(),
      "update(Hero) has no where(): it would change every row. Say update(Hero).all()",
    ],
    ["no values", () => update(Hero).all().toStatement(), "sets nothing"],
    ["an empty object", () => update(Hero).values({}), "was given no values"],
    ["undefined", () => update(Hero).values({ age: undefined } as never), "age: undefined"],
    ["a wrong value", () => update(Hero).values({ age: "x" } as never), "Hero.age: Invalid input"],
    ["an unknown column", () => update(Hero).values({ agee: 1 } as never), "Did you mean 'age'?"],
    ["an undefined condition", () => update(Hero).where(undefined as never), "where() takes SQL conditions"],
    [
      "columns of several tables",
      () => update(Framed).all().values({ frame: "x", kind: "y" }).toStatement(),
      "sets columns of several tables",
    ],
    [
      "a condition on another table",
      () => update(Framed).where(Framed.c.kind.eq("x")).values({ frame: "b" }).toStatement(),
      "reads from 'shape', but the statement changes 'framed' only",
    ],
  ])("refuses %s", (_, make, words) => {
    expect(make).toThrow(words);
  });
});

describe("deleteFrom", () => {
  test("deletes what is meant", () => {
    expect(sqlOf(deleteFrom(Hero).where(Hero.c.age.gt(3)))).toBe("DELETE FROM hero WHERE hero.age > $1");
    expect(sqlOf(deleteFrom(Hero).all())).toBe("DELETE FROM hero");
    expect(sqlOf(deleteFrom(Circle).all())).toMatch(/^DELETE FROM shape WHERE shape\.kind (= ANY|IN)/);
    expect(deleteFrom(Hero).all().returning(Hero.c.id).toReturning()?.shape).toEqual({ kind: "single" });
  });

  test("refuses to delete everything by mistake, or half of an object", () => {
    expect(() => deleteFrom(Hero).toStatement()).toThrow("deleteFrom(Hero) has no where()");
    expect(() => deleteFrom(Hero).where(and(), and(and())).toStatement()).toThrow("deleteFrom(Hero) has no where()");
    expect(() => deleteFrom(Framed)).toThrow("lie in several tables");
  });
});
