/** Plans that the suite's databases do not make: MySQL's own, older lines of SQLite's, rarer nodes. */
import { describe, expect, test } from "vitest";
import { CompileError } from "../sql/errors.ts";
import type { PlanNode } from "./explain.ts";
import { mysqlDialect } from "./mysql/dialect.ts";
import { postgresqlDialect } from "./postgresql/dialect.ts";
import { sqliteDialect } from "./sqlite/dialect.ts";

const mysql = mysqlDialect({ isMariaDb: false }).explain;
const mariadb = mysqlDialect({ isMariaDb: true }).explain;
const { explain: sqlite } = sqliteDialect();
const { explain: postgresql } = postgresqlDialect();

type Brief = readonly [string, string, string | undefined, string | undefined, ...Brief[]];
const brief = (node: PlanNode): Brief => [
  node.kind,
  node.operation,
  node.relation,
  node.index,
  ...node.children.map(brief),
];

describe("MySQL", () => {
  test("what is asked, by server and kind of statement", () => {
    const options = { analyze: true, writes: false };
    expect(mysql.statement("SELECT 1", options)).toBe("EXPLAIN ANALYZE SELECT 1");
    expect(mariadb.statement("SELECT 1", options)).toBe("ANALYZE FORMAT=JSON SELECT 1");
    expect(() => mysql.statement("DELETE FROM a", { analyze: true, writes: true })).toThrow(CompileError);
    expect(mysql.statement("DELETE FROM a", { analyze: false, writes: true })).toBe(
      "EXPLAIN FORMAT=JSON DELETE FROM a",
    );
  });

  test("EXPLAIN ANALYZE is a tree of lines", () => {
    const text = [
      "-> Sort: t.`name`  (actual time=1.5..1.6 rows=286 loops=1)",
      "    -> Nested loop inner join  (cost=712 rows=667) (actual time=0.1..1.4 rows=286 loops=1)",
      "        -> Filter: (h.team_id is not null)  (cost=202 rows=2000) (actual time=0.05..0.6 rows=2000 loops=1)",
      "            -> Table scan on h  (cost=202 rows=2000) (actual time=0.05..0.5 rows=2000 loops=1)",
      "        -> Single-row index lookup on t using PRIMARY (id=h.team_id)  (cost=0.15 rows=1) (actual time=0.001..0.001 rows=0.143 loops=2000)",
      "        -> Index lookup on u using ix (id=1)  (cost=0.15 rows=1) (never executed)",
      "",
    ].join("\n");
    const { root, raw } = mysql.read([[text]], { analyze: true });
    expect(raw).toBe(text);
    expect(brief(root)).toEqual([
      "sort",
      "Sort: t.`name`",
      undefined,
      undefined,
      [
        "join",
        "Nested loop inner join",
        undefined,
        undefined,
        [
          "other",
          "Filter: (h.team_id is not null)",
          undefined,
          undefined,
          ["sequentialScan", "Table scan on h", "h", undefined],
        ],
        ["indexScan", "Single-row index lookup on t using PRIMARY (id=h.team_id)", "t", "PRIMARY"],
        ["indexScan", "Index lookup on u using ix (id=1)", "u", "ix"],
      ],
    ]);
    const lookup = root.children[0]?.children[1];
    expect([lookup?.loops, lookup?.milliseconds, lookup?.estimatedRows, lookup?.cost]).toEqual([2000, 2, 1, 0.15]);
    expect(root.children[0]?.children[2]?.loops).toBe(0);
  });

  test("FORMAT=JSON of MySQL: costs as text, sorts by their own name", () => {
    const answer = {
      query_block: {
        select_id: 1,
        cost_info: { query_cost: "712.5" },
        ordering_operation: {
          using_filesort: true,
          table: {
            table_name: "h",
            access_type: "ALL",
            rows_examined_per_scan: 2000,
            filtered: "10.00",
            cost_info: { prefix_cost: "202.25" },
            attached_condition: "(`h`.`team_id` = 3)",
          },
        },
      },
    };
    const { root } = mysql.read([[JSON.stringify(answer)]], { analyze: false });
    expect(root).toMatchObject({ operation: "query_block", cost: 712.5 });
    expect(root.children[0]).toMatchObject({ operation: "ordering_operation", kind: "sort" });
    expect(root.children[0]?.children[0]).toMatchObject({
      kind: "sequentialScan",
      relation: "h",
      estimatedRows: 200,
      cost: 202.25,
      condition: "(`h`.`team_id` = 3)",
    });
  });

  test("MariaDB's sorts that were merged on disk, and its JSON that is none", () => {
    const text = String.raw`{"query_block": {"filesort": {"r_sort_passes": 3, "table": {"table_name": "h", "access_type": "index", "key": "PRIMARY", "attached_condition": "h.a = 'it\'s \"\\x'"}}}}`;
    const { root } = mariadb.read([[text]], { analyze: true });
    expect([root.children[0]?.spilled, root.children[0]?.children[0]?.kind]).toEqual([true, "sequentialScan"]);
    expect(root.children[0]?.children[0]?.condition).toBe(String.raw`h.a = 'it\'s "\x'`);
  });
});

describe("SQLite", () => {
  test("lines with their parents, of older and newer versions", () => {
    const rows = [
      [3, 0, 0, "MATERIALIZE x"],
      [5, 3, 0, "SCAN TABLE hero AS h"],
      [9, 0, 0, "SEARCH team USING INTEGER PRIMARY KEY (rowid=?)"],
      [11, 0, 0, "SEARCH h USING AUTOMATIC COVERING INDEX (team_id=?)"],
      [12, 0, 0, "SCAN p USING COVERING INDEX ix_p"],
      [13, 0, 0, "SCAN 2 VIRTUAL TABLE INDEX 0:"],
      [14, 0, 0, "SCAN CONSTANT ROW"],
      [15, 0, 0, "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"],
      [16, 0, 0, "USE TEMP B-TREE FOR GROUP BY"],
    ] as const;
    const { root } = sqlite.read(rows, { analyze: false });
    expect(root.children.map(brief)).toEqual([
      ["other", "MATERIALIZE x", undefined, undefined, ["sequentialScan", "SCAN", "h", undefined]],
      ["indexScan", "SEARCH", "team", "INTEGER PRIMARY KEY"],
      ["sequentialScan", "SEARCH", "h", undefined],
      ["indexScan", "SCAN", "p", "ix_p"],
      ["other", "SCAN", "2", undefined],
      ["other", "SCAN", undefined, undefined],
      ["sort", "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY", undefined, undefined],
      ["aggregate", "USE TEMP B-TREE FOR GROUP BY", undefined, undefined],
    ]);
  });
});

describe("PostgreSQL", () => {
  test("hashes and incremental sorts that went to disk, steps that never ran", () => {
    const plan = {
      "Node Type": "Incremental Sort",
      "Pre-sorted Groups": { "Sort Space Disk": { "Peak Sort Space Used": 9 } },
      Plans: [
        { "Node Type": "Hash", "Hash Batches": 4 },
        { "Node Type": "Seq Scan", "Relation Name": "a", "Actual Rows": 0, "Actual Loops": 0 },
        { "Node Type": "ModifyTable", Operation: "Update", "Relation Name": "b" },
      ],
    };
    const { root } = postgresql.read([[JSON.stringify([{ Plan: plan, "Planning Time": 1 }])]], { analyze: true });
    expect([root.spilled, root.children[0]?.spilled, root.children[1]?.actualRows]).toEqual([true, true, undefined]);
    expect(brief(root.children[2] as PlanNode)).toEqual(["write", "Update", "b", undefined]);
  });
});
