/** What statements do and to which tables, read from their text. */
import { describe, expect, test } from "vitest";
import { summaryOf } from "./summary.ts";

describe("summaryOf", () => {
  test.each([
    [`SELECT "h"."id" FROM "hero" AS "h" WHERE "h"."id" = $1`, "SELECT", ["hero"]],
    ["SELECT 1", "SELECT", []],
    [`SELECT * FROM "app"."hero" LEFT OUTER JOIN "team" ON true`, "SELECT", ["app.hero", "team"]],
    ["(SELECT a FROM b) UNION (SELECT a FROM c)", "SELECT", ["b", "c"]],
    ["SELECT extract(year FROM x), a IS DISTINCT FROM b FROM t", "SELECT", ["t"]],
    [
      "SELECT * FROM (SELECT * FROM inside) AS x, json_each(?) WHERE EXISTS (SELECT 1 FROM other)",
      "SELECT",
      ["inside", "other"],
    ],
    ["SELECT id FROM hero FOR UPDATE", "SELECT", ["hero"]],
    ["INSERT INTO `hero` (`a`) VALUES (?) ON DUPLICATE KEY UPDATE `a` = 1", "INSERT", ["hero"]],
    ["INSERT INTO hero(a) VALUES (?) ON CONFLICT (a) DO UPDATE SET a = 1", "INSERT", ["hero"]],
    ["UPDATE ONLY hero SET a = 'FROM b' WHERE id IN (SELECT id FROM team)", "UPDATE", ["hero", "team"]],
    ["DELETE FROM hero", "DELETE", ["hero"]],
    [
      "WITH RECURSIVE x (a, b) AS (SELECT a FROM t UNION ALL SELECT a FROM x), y AS (SELECT 1) SELECT * FROM x JOIN y ON true",
      "SELECT",
      ["t"],
    ],
    ["WITH gone AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM gone", "INSERT", ["b"]],
    [`select * from "we""ird"`, "SELECT", ['we"ird']],
    ["/* FROM a */ -- FROM b\nBEGIN", "BEGIN", []],
    ["", "", []],
  ])("%s", (sql, operation, collections) => {
    expect(summaryOf(sql)).toEqual({ operation, collections });
  });
});
