/** Column properties: their SQL on all dialects, and definitions that cannot work. `test/suite/column-property.test.ts` runs them for real. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { mysqlDialect } from "../dialect/mysql/dialect.ts";
import { postgresqlDialect } from "../dialect/postgresql/dialect.ts";
import { sqliteDialect } from "../dialect/sqlite/dialect.ts";
import { MetaData } from "../metadata/meta-data.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { func } from "../sql/expression/functions.ts";
import { sql } from "../sql/expression/operators.ts";
import type { AnyExpression } from "./any.ts";
import { columnProperty } from "./column-property.ts";
import { mapperOf } from "./configure.ts";
import { alias } from "./entity.ts";
import { ModelDefinitionError } from "./errors.ts";
import { discriminator, field, primaryKey } from "./field.ts";
import { insert } from "./insert.ts";
import { select } from "./select.ts";
import { inherit, tableFor } from "./table.ts";

const metadata = new MetaData();
const table = tableFor(metadata);
class Team extends table("team", {
  id: primaryKey(),
  name: z.string(),
  loud: columnProperty(z.string(), (c) => c.name.concat("!")),
  heroCount: columnProperty(z.int(), () => select(func.count()).from(Hero).where(Hero.c.teamId.eq(Team.c.id))),
}) {}
class Hero extends table("hero", {
  id: primaryKey(),
  teamId: field(z.int(), { foreignKey: "team.id" }),
  teamName: columnProperty(z.string().nullable(), () =>
    select(Team.c.name).where(Team.c.id.eq(Hero.c.teamId)).scalarSubquery(),
  ),
}) {}

const dialects = {
  sqlite: sqliteDialect(),
  postgresql: postgresqlDialect(),
  mariadb: mysqlDialect({ isMariaDb: true }),
};

interface Statement {
  compile(dialect: (typeof dialects)["sqlite"]): Compiled;
}

/** The SQL of each dialect, with `"` for quotes. */
function texts(statement: Statement): { [N in keyof typeof dialects]: string } {
  const text = (name: keyof typeof dialects): string =>
    statement.compile(dialects[name]).sql.replaceAll("`", '"').replaceAll(/\$\d/g, "?");
  return { sqlite: text("sqlite"), postgresql: text("postgresql"), mariadb: text("mariadb") };
}

const count = (team: string): string => `(SELECT count(*) FROM "hero" WHERE "hero"."team_id" = "${team}"."id")`;

describe("SQL", () => {
  test("after the columns of the entity", () => {
    const columns = `SELECT "team"."id", "team"."name",`;
    const plain = `${columns} "team"."name" || ?, ${count("team")} FROM "team"`;
    expect(texts(select(Team))).toEqual({
      sqlite: plain,
      postgresql: plain,
      mariadb: `${columns} CONCAT("team"."name", ?), ${count("team")} FROM "team"`,
    });
    expect(texts(select(Team).loadOnly("name", "heroCount")).sqlite).toBe(`${columns} ${count("team")} FROM "team"`);
  });

  test("over an alias, and alone", () => {
    const other = alias(Team, "other");
    const alone = `SELECT ${count("other")} AS "hero_count" FROM "team" AS "other" ORDER BY "hero_count"`;
    const found = texts(select(other.c.heroCount).orderBy(other.c.heroCount));
    expect(found).toEqual({ sqlite: alone, postgresql: alone, mariadb: alone });
  });

  test("what a subquery reads from does not depend on the statement around it", () => {
    const joined = texts(select(Hero.c.teamName).join(Team, Team.c.id.eq(Hero.c.teamId))).sqlite;
    expect(joined).toBe(
      `SELECT (SELECT "team"."name" FROM "team" WHERE "team"."id" = "hero"."team_id") AS "team_name" FROM "hero" JOIN "team" ON "team"."id" = "hero"."team_id"`,
    );
  });

  test("is no column of the table", () => {
    expect(metadata.createStatements(dialects.sqlite).join("\n")).not.toMatch(/loud|hero_count/);
    expect(insert(Team).values({ name: "a" }).returning(Team).compile(dialects.sqlite).sql).not.toContain("count");
  });
});

describe("definitions that cannot work", () => {
  const model = (schema: z.ZodType, expression: AnyExpression): { readonly c: { readonly x: unknown } } => {
    class Thing extends tableFor(new MetaData())("thing", {
      id: primaryKey(),
      name: z.string(),
      x: columnProperty(schema, expression),
    }) {}
    return Thing;
  };
  const refused = (schema: z.ZodType, expression: AnyExpression): string => {
    const thing = model(schema, expression);
    try {
      return String(thing.c.x);
    } catch (error) {
      expect(error).toBeInstanceOf(ModelDefinitionError);
      return (error as Error).message;
    }
  };

  test("expressions", () => {
    expect(refused(z.int(), () => 3)).toContain("Column property Thing.x gives a number and no SQL expression");
    expect(refused(z.int(), () => select(Team).where(Team.c.id.eq(1)).toQuery())).toContain("no SQL expression");
    expect(refused(z.int(), () => Team.c.id)).toContain("reads 'team', which is none of the model's own tables");
    expect(refused(z.int(), (c) => func.count(c.id))).toContain("has count() over rows of the statement");
    expect(refused(z.int(), (c) => func.rowNumber().over({ orderBy: c.id }))).toContain("has row_number() over rows");
    expect(refused(z.int(), (c) => c.name)).toContain("is a number by its Zod type, but its expression gives a string");
    expect(refused(z.string(), (c) => c.x)).toContain("needs its own value");
    expect(refused(z.string(), () => later)).toContain("refers to a class that does not exist yet");
    const later = sql`1`;
    expect(refused(z.int(), () => later)).toBe("[object Object]");
  });

  test("names", () => {
    const define = (columns: Parameters<typeof table>[1], relationships = {}): unknown =>
      tableFor(new MetaData())("thing", { id: primaryKey(), kind: discriminator(), ...columns }, relationships);
    const x = columnProperty(z.int(), () => sql`1`);
    expect(() => define({ theX: x, other: field(z.int(), { name: "the_x" }) })).toThrow(/property 'other'. Choose/);
    expect(() => define({ x }, { x: () => 1 })).toThrow(ModelDefinitionError);
    expect(() => define({ toJSON: x })).toThrow(/reserved/);
    expect(() => define({ x: columnProperty(z.int(), 3 as never) })).toThrow(/no function that makes its expression/);
    expect(() => define({ x: columnProperty(3 as never, () => sql`1`) })).toThrow(/as its Zod type/);
    expect(() => define({ x: columnProperty(z.undefined(), () => sql`1`) })).toThrow(ModelDefinitionError);
    class Parent extends tableFor(new MetaData())("parent", { id: primaryKey(), kind: discriminator(), x }) {}
    expect(() => inherit(Parent, { x: z.int() })).toThrow(/has a property 'x' already/);
    expect(() => inherit(Parent, { x })).toThrow(/has a property 'x' already/);
  });

  test("a getter of the class that would hide it", () => {
    class Thing extends tableFor(new MetaData())("thing", {
      id: primaryKey(),
      x: columnProperty(z.int(), () => sql`1`),
    }) {}
    Object.defineProperty(Thing.prototype, "x", { get: () => 3 });
    expect(() => mapperOf(Thing)).toThrow(/Thing has a getter or method 'x'/);
  });
});
