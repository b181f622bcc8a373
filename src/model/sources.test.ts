/** The SQL of sources on all dialects, side by side; `test/suite/sources.test.ts` runs such statements for real. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { mysqlDialect } from "../dialect/mysql/dialect.ts";
import { postgresqlDialect } from "../dialect/postgresql/dialect.ts";
import { sqliteDialect } from "../dialect/sqlite/dialect.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { collectShape } from "../sql/compiler/collect-shape.ts";
import { MetaData } from "../metadata/meta-data.ts";
import { func } from "../sql/expression/functions.ts";
import { literal } from "../sql/expression/operators.ts";
import { integer, json, text } from "../sql/type/types.ts";
import { alias } from "./entity.ts";
import { field, primaryKey } from "./field.ts";
import { insert } from "./insert.ts";
import { many } from "./relationship.ts";
import { select } from "./select.ts";
import { except, intersectAll, union } from "./select-base.ts";
import { generateSeries, jsonEach, tableFunction, tableSample, unnest } from "./table-function.ts";
import { tableFor } from "./table.ts";
import { update } from "./update.ts";
import { values } from "./values.ts";

const table = tableFor(new MetaData());
class Team extends table("team", { id: primaryKey(), name: z.string() }, { heroes: () => many(Hero) }) {}
class Hero extends table("hero", {
  id: primaryKey(),
  name: z.string(),
  age: z.int().nullable(),
  teamId: field(z.int().nullable(), { foreignKey: "team.id" }),
}) {}

const dialects = {
  sqlite: sqliteDialect(),
  postgresql: postgresqlDialect(),
  mysql: mysqlDialect({ isMariaDb: false }),
  mariadb: mysqlDialect({ isMariaDb: true }),
};
type Name = keyof typeof dialects;

interface Statement {
  compile(dialect: (typeof dialects)["sqlite"]): Compiled;
}

/** The SQL of each dialect, with `"` for quotes; what is refused as its message. */
function texts(statement: Statement): { [N in Name]: string } {
  const text = (name: Name): string => {
    try {
      return statement.compile(dialects[name]).sql.replaceAll("`", '"');
    } catch (error) {
      return (error as Error).message;
    }
  };
  return { sqlite: text("sqlite"), postgresql: text("postgresql"), mysql: text("mysql"), mariadb: text("mariadb") };
}

const names = select({ name: Hero.c.name });

describe("subqueries", () => {
  test("joined by the only foreign key", () => {
    const teams = select(Team).where(Team.c.name.eq("a")).subquery("teams");
    expect(texts(select(Hero.c.id, teams.c.name).join(teams))).toMatchInlineSnapshot(`
      {
        "mariadb": "SELECT "hero"."id", "teams"."name" FROM "hero" JOIN (SELECT "team"."id", "team"."name" FROM "team" WHERE "team"."name" = ?) AS "teams" ON "hero"."team_id" = "teams"."id"",
        "mysql": "SELECT "hero"."id", "teams"."name" FROM "hero" JOIN (SELECT "team"."id", "team"."name" FROM "team" WHERE "team"."name" = ?) AS "teams" ON "hero"."team_id" = "teams"."id"",
        "postgresql": "SELECT "hero"."id", "teams"."name" FROM "hero" JOIN (SELECT "team"."id", "team"."name" FROM "team" WHERE "team"."name" = $1) AS "teams" ON "hero"."team_id" = "teams"."id"",
        "sqlite": "SELECT "hero"."id", "teams"."name" FROM "hero" JOIN (SELECT "team"."id", "team"."name" FROM "team" WHERE "team"."name" = ?) AS "teams" ON "hero"."team_id" = "teams"."id"",
      }
    `);
  });
  test("LATERAL", () => {
    const top = names.from(Hero).where(Hero.c.teamId.eq(Team.c.id)).limit(2).lateral("top");
    expect(texts(select(Team.c.id, top.c.name).outerJoin(top))).toMatchInlineSnapshot(`
      {
        "mariadb": "MariaDB has no LATERAL. Select the value by scalarSubquery(), or number rows by a window function. [E202]",
        "mysql": "SELECT "team"."id", "top"."name" FROM "team" LEFT JOIN LATERAL (SELECT "hero"."name" FROM "hero" WHERE "hero"."team_id" = "team"."id" LIMIT ?) AS "top" ON TRUE",
        "postgresql": "SELECT "team"."id", "top"."name" FROM "team" LEFT JOIN LATERAL (SELECT "hero"."name" FROM "hero" WHERE "hero"."team_id" = "team"."id" LIMIT $1) AS "top" ON TRUE",
        "sqlite": "SQLite has no LATERAL. Select the value by scalarSubquery(), or number rows by a window function. [E202]",
      }
    `);
  });
  test("a column without a name is refused, and a model that is not selected", () => {
    expect(() => select(func.count()).subquery("s" as never)).toThrow(/Column 1 of 's' has no name/);
    expect(() => select(Hero, Team).subquery("s")).toThrow(/Two columns of 's' are named 'id'/);
    expect(() => alias(Hero, select(Team).subquery("s"))).toThrow(/'s' has no column 'id' of 'hero'/);
    expect(() => alias(Hero, "" as never)).toThrow(/alias\(\) takes a model/);
    expect(() => names.subquery("")).toThrow(/subquery\(\) takes a name/);
    const s = names.subquery("s");
    expect(() => select(Hero).join(s)).toThrow(/There is no foreign key between 's' and 'hero'/);
    expect(() => select(s.c.name).join(s, s.c.name.eq("a"))).toThrow(/'s' is in the statement already/);
  });
});

describe("set operations", () => {
  test("each with its own order and limit", () => {
    const first = names.orderBy(Hero.c.age).limit(1);
    expect(texts(union(first, names).orderBy(Hero.c.name.desc()).limit(3))).toMatchInlineSnapshot(`
      {
        "mariadb": "(SELECT "hero"."name" FROM "hero" ORDER BY "hero"."age" LIMIT ?) UNION SELECT "hero"."name" FROM "hero" ORDER BY 1 DESC LIMIT ?",
        "mysql": "(SELECT "hero"."name" FROM "hero" ORDER BY "hero"."age" LIMIT ?) UNION SELECT "hero"."name" FROM "hero" ORDER BY 1 DESC LIMIT ?",
        "postgresql": "(SELECT "hero"."name" FROM "hero" ORDER BY "hero"."age" LIMIT $1) UNION SELECT "hero"."name" FROM "hero" ORDER BY 1 DESC LIMIT $2",
        "sqlite": "SELECT * FROM (SELECT "hero"."name" FROM "hero" ORDER BY "hero"."age" LIMIT ?) UNION SELECT "hero"."name" FROM "hero" ORDER BY 1 DESC LIMIT ?",
      }
    `);
  });
  test("nested", () => {
    expect(texts(except(names, union(names, names)).union(names))).toMatchInlineSnapshot(`
      {
        "mariadb": "(SELECT "hero"."name" FROM "hero" EXCEPT (SELECT "hero"."name" FROM "hero" UNION SELECT "hero"."name" FROM "hero")) UNION SELECT "hero"."name" FROM "hero"",
        "mysql": "(SELECT "hero"."name" FROM "hero" EXCEPT (SELECT "hero"."name" FROM "hero" UNION SELECT "hero"."name" FROM "hero")) UNION SELECT "hero"."name" FROM "hero"",
        "postgresql": "(SELECT "hero"."name" FROM "hero" EXCEPT (SELECT "hero"."name" FROM "hero" UNION SELECT "hero"."name" FROM "hero")) UNION SELECT "hero"."name" FROM "hero"",
        "sqlite": "SELECT * FROM (SELECT "hero"."name" FROM "hero" EXCEPT SELECT * FROM (SELECT "hero"."name" FROM "hero" UNION SELECT "hero"."name" FROM "hero")) UNION SELECT "hero"."name" FROM "hero"",
      }
    `);
  });
  test("of the same kind in a row are one", () => {
    expect(names.union(names).union(names).compile(dialects.sqlite).sql.match(/UNION/g)).toHaveLength(2);
    expect(texts(intersectAll(names, names))).toMatchInlineSnapshot(`
      {
        "mariadb": "SELECT "hero"."name" FROM "hero" INTERSECT ALL SELECT "hero"."name" FROM "hero"",
        "mysql": "SELECT "hero"."name" FROM "hero" INTERSECT ALL SELECT "hero"."name" FROM "hero"",
        "postgresql": "SELECT "hero"."name" FROM "hero" INTERSECT ALL SELECT "hero"."name" FROM "hero"",
        "sqlite": "SQLite has no INTERSECT ALL. Number the rows by func.rowNumber().over(…) and compare the numbers too. [E202]",
      }
    `);
  });
  test("NULLs in order", () => {
    expect(texts(union(names, names).orderBy(Hero.c.name.asc().nullsLast()))).toMatchInlineSnapshot(`
      {
        "mariadb": "SELECT * FROM (SELECT "hero"."name" FROM "hero" UNION SELECT "hero"."name" FROM "hero") AS "compound" ORDER BY "name" IS NULL, "name"",
        "mysql": "SELECT * FROM (SELECT "hero"."name" FROM "hero" UNION SELECT "hero"."name" FROM "hero") AS "compound" ORDER BY "name" IS NULL, "name"",
        "postgresql": "SELECT "hero"."name" FROM "hero" UNION SELECT "hero"."name" FROM "hero" ORDER BY 1 NULLS LAST",
        "sqlite": "SELECT "hero"."name" FROM "hero" UNION SELECT "hero"."name" FROM "hero" ORDER BY 1 NULLS LAST",
      }
    `);
  });
  test("must have the same number of columns, and are ordered by one of them", () => {
    expect(() => union(names, select(Hero) as never)).toThrow(/query 2 selects 4 columns, the first 1/);
    expect(() => union(names, "x" as never)).toThrow(/union\(\) takes selects and set operations, not a string/);
    expect(() => union(names, names).orderBy(Hero.c.age)).toThrow(/ordered by columns that its first query selects/);
    expect(() => union(select(Team).include({ heroes: true }) as never, select(Team) as never)).toThrow(
      /include\(\) belongs to the whole/,
    );
  });
});

describe("common table expressions", () => {
  test("nested, used twice, in the order they need", () => {
    const a = select({ id: Hero.c.id }).where(Hero.c.age.gt(1)).cte("a");
    const b = select({ id: a.c.id }).where(a.c.id.gt(2)).cte("b", { materialized: false });
    const statement = select(b.c.id).where(b.c.id.gt(3), b.c.id.in(select(a.c.id).where(a.c.id.lt(4))));
    expect(texts(statement)).toMatchInlineSnapshot(`
      {
        "mariadb": "WITH "a" AS (SELECT "hero"."id" FROM "hero" WHERE "hero"."age" > ?), "b" AS (SELECT "a"."id" FROM "a" WHERE "a"."id" > ?) SELECT "b"."id" FROM "b" WHERE "b"."id" > ? AND "b"."id" IN (SELECT "a"."id" FROM "a" WHERE "a"."id" < ?)",
        "mysql": "WITH "a" AS (SELECT "hero"."id" FROM "hero" WHERE "hero"."age" > ?), "b" AS (SELECT "a"."id" FROM "a" WHERE "a"."id" > ?) SELECT "b"."id" FROM "b" WHERE "b"."id" > ? AND "b"."id" IN (SELECT "a"."id" FROM "a" WHERE "a"."id" < ?)",
        "postgresql": "WITH "a" AS (SELECT "hero"."id" FROM "hero" WHERE "hero"."age" > $1), "b" AS NOT MATERIALIZED (SELECT "a"."id" FROM "a" WHERE "a"."id" > $2) SELECT "b"."id" FROM "b" WHERE "b"."id" > $3 AND "b"."id" IN (SELECT "a"."id" FROM "a" WHERE "a"."id" < $4)",
        "sqlite": "WITH "a" AS (SELECT "hero"."id" FROM "hero" WHERE "hero"."age" > ?), "b" AS NOT MATERIALIZED (SELECT "a"."id" FROM "a" WHERE "a"."id" > ?) SELECT "b"."id" FROM "b" WHERE "b"."id" > ? AND "b"."id" IN (SELECT "a"."id" FROM "a" WHERE "a"."id" < ?)",
      }
    `);
    const { values: found } = collectShape(statement.toQuery().node, dialects.sqlite);
    const { slots } = statement.compile(dialects.sqlite);
    const bound = slots.map(({ bind }) => found[bind]).map((node) => (node?.kind === "bind" ? node.value : undefined));
    expect(bound).toEqual([1, 2, 3, 4]);
  });
  test("recursive", () => {
    const tree = select({ n: literal(1) }).recursiveCte(
      "tree",
      (self) => select({ n: self.c.n.plus(1) }).where(self.c.n.lt(9)),
      {
        all: true,
        cycle: { columns: ["n"], mark: "closed", path: "path" },
      },
    );
    expect(texts(select(tree.c.n, tree.c.closed))).toMatchInlineSnapshot(`
      {
        "mariadb": "MariaDB has no SEARCH and CYCLE. Carry the path in a column of the query, and compare with it. [E202]",
        "mysql": "MySQL has no SEARCH and CYCLE. Carry the path in a column of the query, and compare with it. [E202]",
        "postgresql": "WITH RECURSIVE "tree" AS (SELECT $1::integer AS "n" UNION ALL SELECT "tree"."n" + $2 FROM "tree" WHERE "tree"."n" < $3) CYCLE "n" SET "closed" USING "path" SELECT "tree"."n", "tree"."closed" FROM "tree"",
        "sqlite": "SQLite has no SEARCH and CYCLE. Carry the path in a column of the query, and compare with it. [E202]",
      }
    `);
    expect(() =>
      select({ n: literal(1) }).recursiveCte("t", (self) => select({ n: self.c.n }), {
        search: { order: "depth", by: ["m" as never], as: "o" },
      }),
    ).toThrow(/'t' has no column 'm'/);
  });
  test("that write", () => {
    const moved = update(Hero).all().values({ age: 1 }).returning({ id: Hero.c.id }).cte("moved");
    expect(texts(select(moved.c.id))).toMatchInlineSnapshot(`
      {
        "mariadb": "MariaDB has no INSERT, UPDATE or DELETE in WITH. Send the statements one after the other in a transaction. [E202]",
        "mysql": "MySQL has no INSERT, UPDATE or DELETE in WITH. Send the statements one after the other in a transaction. [E202]",
        "postgresql": "WITH "moved" AS (UPDATE "hero" SET "age" = $1 RETURNING "id") SELECT "moved"."id" FROM "moved"",
        "sqlite": "SQLite has no INSERT, UPDATE or DELETE in WITH. Send the statements one after the other in a transaction. [E202]",
      }
    `);
    expect(select(moved.c.id).compile(dialects.postgresql)).toMatchObject({ writes: true, isPlainRead: false });
    expect(() =>
      insert(Team)
        .values({ name: "a" })
        .cte("made" as never),
    ).toThrow(/needs the columns that it returns/);
  });
  test("before UPDATE, or inside its subqueries", () => {
    const a = select({ id: Hero.c.id }).cte("a");
    expect(
      texts(
        update(Team)
          .where(Team.c.id.in(select(a.c.id)))
          .values({ name: "x" }),
      ),
    ).toMatchInlineSnapshot(`
      {
        "mariadb": "UPDATE "team" SET "name" = ? WHERE "team"."id" IN (WITH "a" AS (SELECT "hero"."id" FROM "hero") SELECT "a"."id" FROM "a")",
        "mysql": "WITH "a" AS (SELECT "hero"."id" FROM "hero") UPDATE "team" SET "name" = ? WHERE "team"."id" IN (SELECT "a"."id" FROM "a")",
        "postgresql": "WITH "a" AS (SELECT "hero"."id" FROM "hero") UPDATE "team" SET "name" = $1 WHERE "team"."id" IN (SELECT "a"."id" FROM "a")",
        "sqlite": "WITH "a" AS (SELECT "hero"."id" FROM "hero") UPDATE "team" SET "name" = ? WHERE "team"."id" IN (SELECT "a"."id" FROM "a")",
      }
    `);
  });
  test("two of one name are refused", () => {
    const [one, other] = [names.cte("c"), select({ id: Hero.c.id }).cte("c")];
    expect(() => select(one.c.name, other.c.id).compile(dialects.sqlite)).toThrow(/are named 'c'/);
  });
});

describe("values and table functions", () => {
  test("values", () => {
    const list = values({ id: integer(), name: text() }, [
      { id: 1, name: "a" },
      { id: 2, name: "b" },
    ]).as("v");
    expect(texts(select(list.c.name))).toMatchInlineSnapshot(`
      {
        "mariadb": "SELECT "v"."name" FROM (SELECT ? AS "id", ? AS "name" UNION ALL SELECT ?, ?) AS "v"",
        "mysql": "SELECT "v"."name" FROM (VALUES ROW(?, ?), ROW(?, ?)) AS "v" ("id", "name")",
        "postgresql": "SELECT "v"."name" FROM (VALUES ($1::integer, $2::text), ($3::integer, $4::text)) AS "v" ("id", "name")",
        "sqlite": "SELECT "v"."name" FROM (SELECT column1 AS "id", column2 AS "name" FROM (VALUES (?, ?), (?, ?))) AS "v"",
      }
    `);
    expect(() => values({ id: integer() }, [{ id: 1, nam: 2 } as never])).toThrow(
      /row 1 has 'nam', which is no column/,
    );
    expect(() => values({ id: integer() }, [{} as never])).toThrow(/row 1 has no 'id'/);
    expect(() => values({ id: integer() }, [{ id: Hero.c.id } as never])).toThrow(/row 1 has an expression as 'id'/);
  });
  test("functions", () => {
    const [series, list] = [
      generateSeries(1, 3).as("s"),
      unnest(literal([1], json()))
        .withOrdinality()
        .as("u"),
    ];
    expect(texts(select(series.c.value))).toMatchInlineSnapshot(`
      {
        "mariadb": "SELECT CAST(? + ("s"."position" - 1) * ? AS SIGNED) FROM JSON_TABLE(CASE WHEN FLOOR((? - ?) / ?) >= 0 THEN CONCAT('[0', REPEAT(',0', FLOOR((? - ?) / ?)), ']') ELSE '[]' END, '$[*]' COLUMNS ("position" FOR ORDINALITY)) AS "s"",
        "mysql": "SELECT CAST(? + ("s"."position" - 1) * ? AS SIGNED) FROM JSON_TABLE(CASE WHEN FLOOR((? - ?) / ?) >= 0 THEN CONCAT('[0', REPEAT(',0', FLOOR((? - ?) / ?)), ']') ELSE '[]' END, '$[*]' COLUMNS ("position" FOR ORDINALITY)) AS "s"",
        "postgresql": "SELECT "s"."value" FROM generate_series($1::integer, $2::integer, $3::integer) AS "s" ("value")",
        "sqlite": "SELECT "s"."value" FROM (WITH RECURSIVE series (value) AS (SELECT ? WHERE (? > 0 AND ? <= ?) OR (? < 0 AND ? >= ?) UNION ALL SELECT value + ? FROM series WHERE (? > 0 AND value + ? <= ?) OR (? < 0 AND value + ? >= ?)) SELECT value FROM series) AS "s"",
      }
    `);
    expect(texts(select(list.c.value, list.c.ordinality))).toMatchInlineSnapshot(`
      {
        "mariadb": "SELECT "u"."value", "u"."ordinality" FROM JSON_TABLE(?, '$[*]' COLUMNS ("value" JSON PATH '$', "ordinality" FOR ORDINALITY)) AS "u"",
        "mysql": "SELECT "u"."value", "u"."ordinality" FROM JSON_TABLE(?, '$[*]' COLUMNS ("value" JSON PATH '$', "ordinality" FOR ORDINALITY)) AS "u"",
        "postgresql": "SELECT "u"."value", "u"."ordinality" FROM json_array_elements($1::json) WITH ORDINALITY AS "u" ("value", "ordinality")",
        "sqlite": "SELECT CASE "u".type WHEN 'object' THEN "u".value WHEN 'array' THEN "u".value WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE json_quote("u".value) END, ("u".key + 1) FROM json_each(?) AS "u"",
      }
    `);
    expect(texts(select(jsonEach(literal({ a: 1 }, json())).as("j").c.value))).toMatchInlineSnapshot(`
      {
        "mariadb": "SELECT JSON_EXTRACT(?, CONCAT('$.', JSON_QUOTE("j"."key"))) FROM JSON_TABLE(JSON_KEYS(?), '$[*]' COLUMNS ("key" LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin PATH '$')) AS "j"",
        "mysql": "SELECT JSON_EXTRACT(?, CONCAT('$.', JSON_QUOTE("j"."key"))) FROM JSON_TABLE(JSON_KEYS(?), '$[*]' COLUMNS ("key" LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin PATH '$')) AS "j"",
        "postgresql": "SELECT "j"."value" FROM json_each($1::json) AS "j" ("key", "value")",
        "sqlite": "SELECT CASE "j".type WHEN 'object' THEN "j".value WHEN 'array' THEN "j".value WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE json_quote("j".value) END FROM json_each(?) AS "j"",
      }
    `);
    const any = tableFunction<{ word: string }>("words", ["a b"], { word: text() }).withOrdinality("n").as("w");
    expect(texts(select(any.c.word, any.c.n))).toMatchInlineSnapshot(`
      {
        "mariadb": "MariaDB has no functions that return rows. Use unnest(…) or jsonEach(…) of a JSON value, or an sql template with JSON_TABLE. [E202]",
        "mysql": "MySQL has no functions that return rows. Use unnest(…) or jsonEach(…) of a JSON value, or an sql template with JSON_TABLE. [E202]",
        "postgresql": "SELECT "w"."word", "w"."n" FROM words($1::text) WITH ORDINALITY AS "w" ("word", "n")",
        "sqlite": "SQLite has no WITH ORDINALITY. Number the rows by func.rowNumber().over(…). [E202]",
      }
    `);
    expect(() => tableFunction("f(); --", [], { a: text() })).toThrow(/is not the name of a SQL function/);
    expect(() => generateSeries(1, 2, 0)).toThrow(/a step that is not 0/);
  });
  test("samples", () => {
    expect(texts(select(tableSample(Hero, "system", 5, { repeatable: 2 }).c.id))).toMatchInlineSnapshot(`
      {
        "mariadb": "MariaDB has no TABLESAMPLE. Order by a random number and limit the rows. [E202]",
        "mysql": "MySQL has no TABLESAMPLE. Order by a random number and limit the rows. [E202]",
        "postgresql": "SELECT "hero_sample"."id" FROM "hero" AS "hero_sample" TABLESAMPLE SYSTEM ($1::float8) REPEATABLE ($2::float8)",
        "sqlite": "SQLite has no TABLESAMPLE. Order by a random number and limit the rows. [E202]",
      }
    `);
    expect(() => tableSample(Hero, "x" as never, 5)).toThrow(/"bernoulli" or "system"/);
  });
});
