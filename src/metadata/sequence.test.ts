/** Sequences as DDL and in statements, side by side; what is refused. */
import { describe, expect, test } from "vitest";
import { dialects } from "../../test/support/dialects.ts";
import { column, id } from "../../test/support/tables.ts";
import { mysqlDialect } from "../dialect/mysql/dialect.ts";
import { CompileError } from "../sql/errors.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import { sql } from "../sql/expression/operators.ts";
import { emptySelect } from "../sql/statement/node.ts";
import { integer, varchar } from "../sql/type/types.ts";
import { SchemaDefinitionError } from "./errors.ts";
import { MetaData } from "./meta-data.ts";
import { nextValue, Sequence } from "./sequence.ts";
import { Table } from "./table.ts";

const options = { start: 1000, increment: 5, minValue: 10, maxValue: 2n ** 60n, cache: 20, cycle: true } as const;

function shop(): MetaData {
  const metadata = new MetaData();
  const order = new Sequence("order number", { schema: "it's", ...options });
  const plain = new Sequence("plain");
  new Sequence("unused", { metadata });
  metadata.add(
    new Table({
      name: "order",
      columns: [
        id,
        column("number", integer(), { serverDefault: nextValue(order).node }),
        column("code", varchar(20), { serverDefault: sql`concat('A', ${nextValue(plain)})`.node }),
      ],
    }),
  );
  return metadata;
}

const [sqlite, postgresql, mariaDb] = dialects;
const mysql = mysqlDialect({ isMariaDb: false });

describe("DDL", () => {
  test("PostgreSQL", () => {
    expect(shop().createStatements(postgresql!)).toEqual([
      `CREATE SCHEMA IF NOT EXISTS "it's"`,
      `CREATE SEQUENCE "unused"`,
      `CREATE SEQUENCE "it's"."order number" INCREMENT BY 5 MINVALUE 10 MAXVALUE 1152921504606846976 START WITH 1000 CACHE 20 CYCLE`,
      `CREATE SEQUENCE "plain"`,
      expect.stringMatching(
        /"number" integer DEFAULT nextval\('"it''s"\."order number"'::regclass\),\n.*"code".*concat\('A', nextval\('"plain"'::regclass\)\)/s,
      ),
    ]);
    expect(shop().dropStatements(postgresql!)).toEqual([
      `DROP TABLE "order"`,
      `DROP SEQUENCE "unused"`,
      `DROP SEQUENCE "it's"."order number"`,
      `DROP SEQUENCE "plain"`,
    ]);
  });

  test("MariaDB", () => {
    expect(shop().createStatements(mariaDb!)).toEqual([
      "CREATE SCHEMA IF NOT EXISTS `it's`",
      "CREATE SEQUENCE `unused` ENGINE=InnoDB",
      "CREATE SEQUENCE `it's`.`order number` INCREMENT BY 5 MINVALUE 10 MAXVALUE 1152921504606846976 START WITH 1000 CACHE 20 CYCLE ENGINE=InnoDB",
      "CREATE SEQUENCE `plain` ENGINE=InnoDB",
      expect.stringMatching(
        /`number` INT DEFAULT \(nextval\(`it's`\.`order number`\)\),\n.*`code`.*concat\('A', nextval\(`plain`\)\)/s,
      ),
    ]);
  });

  test.each([
    ["SQLite", sqlite!],
    ["MySQL", mysql],
  ])("%s has none", (name, dialect) => {
    const metadata = new MetaData();
    new Sequence("s", { metadata });
    expect(() => metadata.createStatements(dialect)).toThrow(CompileError);
    expect(() => metadata.createStatements(dialect)).toThrow(`${name} has no sequences`);
  });
});

test("the next value in a statement", () => {
  const statement = { ...emptySelect, columns: [nextValue(new Sequence('a"`b', { schema: "s" })).node] };
  expect(postgresql!.compile(statement).sql).toBe(`SELECT nextval('"s"."a""\`b"'::regclass)`);
  expect(mariaDb!.compile(statement).sql).toBe('SELECT nextval(`s`.`a"``b`)');
  expect(() => sqlite!.compile(statement)).toThrow("SQLite has no sequences");
  expect(() => mysql.compile(statement)).toThrow("MySQL has no sequences");
});

test("statements that draw from different sequences do not share a text", () => {
  const text = (sequence: Sequence): string =>
    postgresql!.compile({ ...emptySelect, columns: [nextValue(sequence).node] }).sql;
  expect(text(new Sequence("b", { schema: "a" }))).not.toBe(text(new Sequence("a.b")));
});

describe("what no sequence can be", () => {
  test.each([
    [() => new Sequence(""), "takes a name"],
    [() => new Sequence("s", { increment: 0 }), "`increment` of the sequence 's' must not be 0"],
    [() => new Sequence("s", { cache: 0 }), "must be at least 1"],
    [() => new Sequence("s", { start: 0.5 }), "must be a whole number"],
    [() => new Sequence("s", { start: "1; DROP TABLE hero" as never }), "must be a whole number"],
    [() => new Sequence("s", { minValue: 2, maxValue: 1 }), "is greater than maxValue"],
    [() => new Sequence("s", { minValue: 2, start: 1 }), "is not between minValue and maxValue"],
    [() => new Sequence("s", { cycle: "yes" as never }), "must be true or false"],
  ])("%s", (make, message) => {
    expect(make).toThrow(SchemaDefinitionError);
    expect(make).toThrow(message);
  });

  test("what only looks like one", () => {
    expect(() => nextValue(JSON.parse('{"name":"s"}') as Sequence)).toThrow("nextValue() takes a sequence");
  });

  test("two of one name", () => {
    const metadata = new MetaData();
    new Sequence("s", { metadata });
    new Sequence("s", { metadata });
    expect(() => metadata.sequences).toThrow("Two sequences are named 's'");
  });
});

test("a sequence is found once, wherever a default names it", () => {
  const metadata = new MetaData();
  const sequence = new Sequence("s", { metadata });
  const value = new ColumnElement({ kind: "cast", operand: nextValue(sequence).node, type: varchar(9) });
  metadata.add(new Table({ name: "t", columns: [id, column("c", varchar(9), { serverDefault: value.node })] }));
  expect(metadata.sequences).toEqual([sequence]);
});
