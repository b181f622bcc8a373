/** SQL that is shown: clauses on lines of their own, every token as it was. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { prettySql } from "./pretty.ts";
import { tokensOf } from "./tokens.ts";

const texts = (sql: string): string[] => Array.from(tokensOf(sql), ({ text }) => text);

describe("tokens", () => {
  test("quotes, dollar quotes and comments are one token each", () => {
    expect(texts(`SELECT 'it''s', "a ""b""", \`c\`, $x$ ' $x$ -- to the end '\n, /* ' */ $1`)).toEqual([
      "SELECT",
      "'it''s'",
      ",",
      '"a ""b"""',
      ",",
      "`c`",
      ",",
      "$x$ ' $x$",
      "-- to the end '",
      ",",
      "/* ' */",
      "$1",
    ]);
  });

  test("text that ends inside a quote is read to its end", () => {
    expect(texts("a 'b c")).toEqual(["a", "'b c"]);
    expect(texts("a /* b")).toEqual(["a", "/* b"]);
  });
});

describe("prettySql", () => {
  test("a select: joins, conditions, BETWEEN and functions", () => {
    expect(
      prettySql(
        `SELECT "h"."id", count(*) FROM "hero" AS "h" LEFT OUTER JOIN "team" ON "team"."id" = "h"."team_id" WHERE "h"."age" BETWEEN $1 AND $2 AND ("team"."name" LIKE $3 OR left("h"."name", 1) IS DISTINCT FROM 'a FROM b') GROUP BY "h"."id" ORDER BY "h"."id" LIMIT 5 FOR UPDATE`,
      ),
    ).toBe(
      `
SELECT "h"."id", count(*)
FROM "hero" AS "h"
LEFT OUTER JOIN "team" ON "team"."id" = "h"."team_id"
WHERE "h"."age" BETWEEN $1 AND $2
  AND ("team"."name" LIKE $3 OR left("h"."name", 1) IS DISTINCT FROM 'a FROM b')
GROUP BY "h"."id"
ORDER BY "h"."id"
LIMIT 5
FOR UPDATE`.trim(),
    );
  });

  test("subqueries are indented", () => {
    expect(prettySql(`SELECT a FROM (SELECT b FROM c WHERE d = ?) AS e WHERE EXISTS (SELECT 1 FROM f)`)).toBe(
      `
SELECT a
FROM (
    SELECT b
    FROM c
    WHERE d = ?
  ) AS e
WHERE EXISTS (
    SELECT 1
    FROM f
  )`.trim(),
    );
  });

  test("writes", () => {
    expect(
      prettySql(
        `INSERT INTO hero (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = excluded.name RETURNING id`,
      ),
    ).toBe("INSERT INTO hero (name)\nVALUES (?)\nON CONFLICT (name) DO UPDATE SET name = excluded.name\nRETURNING id");
    expect(prettySql("UPDATE hero SET a = CASE WHEN b AND c THEN 1 END WHERE d")).toBe(
      "UPDATE hero\nSET a = CASE WHEN b AND c THEN 1 END\nWHERE d",
    );
    expect(prettySql("DELETE FROM hero WHERE id = ?")).toBe("DELETE FROM hero\nWHERE id = ?");
  });

  test("long lists are wrapped", () => {
    const columns = Array.from({ length: 40 }, (_, index) => `"column_${String(index)}"`);
    const lines = prettySql(`SELECT ${columns.join(", ")} FROM t`).split("\n");
    expect(lines.length).toBeGreaterThan(4);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(105);
  });

  test("what follows a comment to the end of its line stays outside of it", () => {
    expect(prettySql("SELECT 1 -- one\n, 2")).toBe("SELECT 1 -- one\n, 2");
  });

  test("no token is lost or changed, whatever the text", () => {
    const word = fc.constantFrom(
      "SELECT",
      "FROM",
      "(",
      ")",
      "'",
      '"',
      "AND",
      "x",
      ",",
      "--",
      "\n",
      "/*",
      "*/",
      "$$",
      " ",
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 30 }), (words) => {
        const sql = words.join(" ");
        expect(texts(prettySql(sql))).toEqual(texts(sql));
      }),
      { numRuns: 2000 },
    );
  });
});
