/** Each change of a column on a real MariaDB: what it leaves in the catalog is what the operation says, and the rows are still there. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { databases } from "../../../test/support/dialects.ts";
import { catalogWith, literal, name, nasty, OperationTester, tableOf } from "../../../test/support/operation-tester.ts";
import type { Operation } from "../../metadata/operation.ts";

const [server] = databases.filter((candidate) => candidate.name === "MariaDB");
const hero = { name: "hero" };

describe.runIf(server !== undefined)("columns on MariaDB", () => {
  let tester: OperationTester;

  beforeAll(async () => {
    if (server !== undefined) tester = new OperationTester(await server.open());
  });
  afterAll(() => tester.database.close());
  beforeEach(() => tester.clear());

  it("alters columns and loses nothing of their definitions and rows", async () => {
    await tester.setUp(
      `CREATE TABLE hero (id int AUTO_INCREMENT PRIMARY KEY, name varchar(20) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL DEFAULT ${literal.replace("\u2028", "").replace("it", "i").slice(0, 12)}' COMMENT ${literal},
        at datetime(6) DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6) INVISIBLE, n int, e enum('a','b') NOT NULL, KEY (name), CHECK (n > 0))`,
      "INSERT INTO hero (name, n, e, at) VALUES ('x', 1, 'b', '2020-01-01'), ('y', 2, 'a', '2020-01-01 10:00:00.123')",
    );
    await tester.become([
      { kind: "alterColumn", table: hero, column: "name", changes: { type: "varchar(40)" } },
      { kind: "alterColumn", table: hero, column: "name", changes: { nullable: true } },
      { kind: "alterColumn", table: hero, column: "name", changes: { comment: `${nasty}!` } },
      { kind: "alterColumn", table: hero, column: "name", changes: { default: undefined } },
      { kind: "alterColumn", table: hero, column: "name", changes: { default: "'it''s'" } },
      {
        kind: "alterColumn",
        table: hero,
        column: "name",
        changes: {
          type: "char(36) character set ascii collate ascii_bin",
          collation: undefined,
          options: undefined,
        },
      },
      {
        kind: "alterColumn",
        table: hero,
        column: "at",
        changes: { type: "datetime(3)", options: { invisible: "true" }, default: undefined },
      },
      { kind: "alterColumn", table: hero, column: "id", changes: { type: "bigint(20)" } },
      { kind: "alterColumn", table: hero, column: "n", changes: { nullable: false, default: "7" } },
      { kind: "alterColumn", table: hero, column: "e", changes: { type: "enum('b','a','c')", default: "'c'" } },
    ]);
    expect(await tester.rows("SELECT id, name, n, e FROM hero ORDER BY id")).toEqual([
      ["1", "x", 1, "b"],
      ["2", "y", 2, "a"],
    ]);
    await tester.become([
      { kind: "alterColumn", table: hero, column: "n", changes: { type: "varchar(5)", default: "'7'" } },
      { kind: "alterColumn", table: hero, column: "id", changes: { identity: undefined } },
      { kind: "alterColumn", table: hero, column: "id", changes: { identity: { always: false } } },
      { kind: "renameColumn", table: hero, column: "n", newName: name },
      { kind: "alterColumn", table: hero, column: name, changes: { type: "int(11)", default: undefined } },
    ]);
    expect(await tester.rows("SELECT * FROM hero ORDER BY id")).toEqual([
      ["1", "x", 1, "b"],
      ["2", "y", 2, "a"],
    ]);
  });

  it("finds a counter that a smaller type cannot hold, although its rows are gone", async () => {
    await tester.setUp(
      "CREATE TABLE hero (id int AUTO_INCREMENT PRIMARY KEY, n int)",
      "INSERT INTO hero VALUES (32767, 1)",
      "DELETE FROM hero",
    );
    const found = (type: string) =>
      tester.findings([{ kind: "alterColumn", table: hero, column: "id", changes: { type } }]);
    expect(await found("smallint(6)")).toEqual([["32768"]]);
    expect(await found("smallint(5) unsigned")).toEqual([]);
    expect(await found("bigint(20)")).toEqual([]);
    await tester.setUp("TRUNCATE TABLE hero");
    expect(await found("smallint(6)")).toEqual([]);
  });

  it("finds the rows that a change would hurt before it changes anything", async () => {
    await tester.setUp(
      "CREATE TABLE hero (id int PRIMARY KEY, n int, t varchar(30), d decimal(10,2), f double, dt datetime(6), e enum('a','b'), j longtext)",
      "INSERT INTO hero VALUES (1, NULL, 'abc', 1.5, 0.1, '2020-01-01 10:00:00.5', 'b', '{')",
      "INSERT INTO hero VALUES (2, 70000, '12', 2, 2, '2020-01-01', 'a', '{}')",
    );
    const found = (column: string, changes: object) =>
      tester.findings([{ kind: "alterColumn", table: hero, column, changes }]);
    expect(await found("n", { nullable: false })).toEqual([[1, null]]);
    expect(await found("n", { type: "smallint(6)" })).toEqual([[2, 70000]]);
    expect(await found("n", { type: "bigint(20)" })).toEqual([]);
    expect(await found("n", { type: "varchar(3)" })).toEqual([[2, 70000]]);
    expect(await found("n", { type: "decimal(6,2)" })).toEqual([[2, 70000]]);
    expect(await found("n", { type: "float" })).toEqual([]);
    expect(await found("t", { type: "int(11)" })).toEqual([[1, "abc"]]);
    expect(await found("t", { type: "decimal(10,2)" })).toEqual([[1, "abc"]]);
    expect(await found("t", { type: "double" })).toEqual([[1, "abc"]]);
    expect(await found("t", { type: "varchar(2)" })).toEqual([[1, "abc"]]);
    expect(await found("t", { type: "varbinary(2)" })).toEqual([[1, "abc"]]);
    expect(await found("t", { type: "tinytext" })).toEqual([]);
    expect(await found("t", { type: "datetime" })).toHaveLength(2);
    expect(await found("t", { type: "date" })).toHaveLength(2);
    expect(await found("t", { type: "enum('abc','x')" })).toEqual([[2, "12"]]);
    expect(await found("d", { type: "int(11)" })).toEqual([[1, "1.50"]]);
    expect(await found("d", { type: "decimal(10,1)" })).toEqual([]);
    expect(await found("d", { type: "decimal(10,0)" })).toEqual([[1, "1.50"]]);
    expect(await found("f", { type: "int(11)" })).toEqual([[1, 0.1]]);
    expect(await found("f", { type: "decimal(10,1)" })).toEqual([]);
    expect(await found("f", { type: "float" })).toEqual([[1, 0.1]]);
    expect(await found("dt", { type: "datetime" })).toHaveLength(1);
    expect(await found("dt", { type: "date" })).toHaveLength(1);
    expect(await found("dt", { type: "time" })).toHaveLength(2);
    expect(await found("dt", { type: "bigint(20)" })).toHaveLength(2);
    expect(await found("e", { type: "enum('a')" })).toEqual([[1, "b"]]);
    expect(await found("e", { type: "enum('b','a','c')" })).toEqual([]);
    expect(await found("e", { type: "int(11)" })).toHaveLength(2);
    expect(await found("e", { type: "varchar(1)" })).toEqual([]);
    expect(await found("j", { type: "json" })).toEqual([[1, "{"]]);
    expect(
      await tester.findings([{ kind: "addColumn", table: hero, column: { name: "x", type: "int", nullable: false } }]),
    ).toHaveLength(1);
    expect(await tester.rows("SELECT count(*) FROM hero")).toEqual([[2]].map((row) => row.map(String)));
  });

  it("converts values by an expression of the program's own, in place", async () => {
    await tester.setUp(
      "CREATE TABLE hero (id int PRIMARY KEY, yes varchar(3) COMMENT 'c', n int, KEY i (yes), UNIQUE u (yes, n), CONSTRAINT ck CHECK (yes <> '7'), v int AS (n + 1) VIRTUAL)",
      "INSERT INTO hero (id, yes, n) VALUES (1, 'yes', 1), (2, 'no', 2), (3, NULL, 3)",
    );
    await tester.become([
      {
        kind: "alterColumn",
        table: hero,
        column: "yes",
        changes: { type: "tinyint(1)" },
        using: "CASE yes WHEN 'yes' THEN 1 WHEN 'no' THEN 0 END",
      },
      { kind: "alterColumn", table: hero, column: "v", changes: { computed: undefined } },
    ]);
    expect(await tester.rows("SELECT * FROM hero ORDER BY id")).toEqual([
      [1, 1, 1, 2],
      [2, 0, 2, 3],
      [3, null, 3, 4],
    ]);
    const computed = { expression: "`n` + 1", stored: true };
    await tester.become([
      { kind: "alterColumn", table: hero, column: "v", changes: { computed } },
      { kind: "alterColumn", table: hero, column: "v", changes: { computed: { ...computed, expression: "`n` + 2" } } },
      { kind: "alterColumn", table: hero, column: "v", changes: { computed: { ...computed, stored: false } } },
    ]);
    const wrong = {
      kind: "alterColumn",
      table: hero,
      column: "n",
      changes: { computed: { expression: "`id` + 1", stored: false } },
    };
    expect(await tester.findings([wrong as Operation])).toHaveLength(3);
    expect(() =>
      tester.steps([{ kind: "alterColumn", table: hero, column: "id", changes: {}, using: "1" }], catalogWith(hero)),
    ).toThrow();
  });

  it("adds, fills, places, renames and drops columns with all that names them", async () => {
    await tester.setUp(
      "CREATE TABLE hero (id int PRIMARY KEY, a int, b int, KEY ab (a, b), UNIQUE ba (b, a), CONSTRAINT cab CHECK (a < b))",
      "INSERT INTO hero VALUES (1, 1, 2)",
    );
    await tester.become([
      {
        kind: "addColumn",
        table: hero,
        column: { name: "c", type: "int(11)", nullable: false },
        position: { first: true },
        fill: "a + b",
      },
      {
        kind: "addColumn",
        table: hero,
        column: { name: "d", type: "varchar(5)", nullable: true, default: "'x'" },
        position: { after: "a" },
      },
      { kind: "addColumn", table: hero, column: { name: "e", type: "json", nullable: true, comment: nasty } },
      { kind: "renameColumn", table: hero, column: "a", newName: name },
    ]);
    expect(await tester.rows("SELECT * FROM hero")).toEqual([[3, 1, 1, "x", 2, null]]);
    const after = await tester.become([{ kind: "dropColumn", table: hero, column: name }]);
    expect(tableOf(after, "hero").indexes).toEqual([]);
    expect(await tester.rows("SELECT * FROM hero")).toEqual([[3, 1, "x", 2, null]]);
  });

  it("gives an identity and its key together, in either direction", async () => {
    await tester.setUp(
      "CREATE TABLE hero (code int PRIMARY KEY, n int)",
      "CREATE TABLE team (id int PRIMARY KEY)",
      "INSERT INTO hero VALUES (7, 1), (8, 2)",
    );
    const id = { name: "id", type: "bigint(20)", nullable: false, identity: { always: false } };
    const key = { kind: "primaryKey" as const, name: "pk_hero", columns: ["id"] };
    const operations: Operation[] = [
      { kind: "dropConstraint", table: hero, constraintKind: "primaryKey", name: undefined },
      { kind: "addColumn", table: hero, column: id, position: { first: true } },
      { kind: "setTableComment", table: { name: "team" }, comment: "between" },
      { kind: "addConstraint", table: hero, constraint: { ...key, name: undefined } },
    ];
    await tester.become(operations);
    expect(await tester.rows("SELECT id, code FROM hero ORDER BY id")).toEqual([
      ["1", 7],
      ["2", 8],
    ]);
    await tester.become([
      { kind: "dropConstraint", table: hero, constraintKind: "primaryKey", name: undefined },
      { kind: "addConstraint", table: hero, constraint: { ...key, name: undefined, columns: ["id", "code"] } },
    ]);
    await tester.become([
      { kind: "dropConstraint", table: hero, constraintKind: "primaryKey", name: undefined },
      { kind: "dropColumn", table: hero, column: "id" },
    ]);
    expect(() =>
      tester.steps([{ kind: "addColumn", table: hero, column: { ...id, name: "no" } }], catalogWith(hero)),
    ).toThrow("Column 'no' of table 'hero' is AUTO_INCREMENT");
  });
});
