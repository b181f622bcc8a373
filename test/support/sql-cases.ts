/** Statements over two tables with the SQL that each dialect makes of them; `sqlCases` compares it, and runs it for real. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAllIo } from "../../src/metadata/ddl/create-all.ts";
import { MetaData } from "../../src/metadata/meta-data.ts";
import { CompileError } from "../../src/sql/errors.ts";
import { type ColumnElement, ScalarSelect, type ScalarSelectable } from "../../src/sql/expression/column-element.ts";
import type { Expression, SubqueryNode } from "../../src/sql/expression/node.ts";
import { emptySelect, type SelectNode, type Statement } from "../../src/sql/statement/node.ts";
import { boolean, decimal, double, integer, timestamp, varchar } from "../../src/sql/type/types.ts";
import { databases, dialects, type TestDatabase } from "./dialects.ts";
import { column, defineTable, element, id } from "./tables.ts";

const metadata = new MetaData();
export const { table: team } = defineTable({ name: "team", columns: [id, column("name", varchar(50))] }, metadata);
export const { table: hero } = defineTable(
  {
    name: "hero",
    columns: [
      id,
      column("name", varchar(50)),
      column("age", integer()),
      column("team_id", integer()),
      column("price", decimal(10, 2)),
      column("height", double()),
      column("active", boolean()),
      column("seen", timestamp()),
    ],
    uniques: [{ kind: "unique", name: undefined, columns: ["name"] }],
  },
  metadata,
);
/** The columns of `hero`. */
export const c = {
  id: element<number>(hero, "id"),
  name: element<string | null>(hero, "name"),
  age: element<number | null>(hero, "age"),
  teamId: element<number | null>(hero, "team_id"),
  price: element<string | null>(hero, "price"),
  height: element<number | null>(hero, "height"),
  active: element<boolean>(hero, "active"),
};
/** The columns of `team`. */
export const t = { id: element<number>(team, "id"), name: element<string | null>(team, "name") };

/** SELECT of `columns`. */
export const select = (
  columns: readonly ColumnElement<never>[] | readonly ColumnElement<unknown>[],
  rest: Partial<SelectNode> = {},
): SelectNode => ({ ...emptySelect, columns: columns.map(({ node }) => node), ...rest });
/** SELECT of the ids of heroes. */
export const where = (condition: ColumnElement<boolean>): SelectNode => select([c.id], { where: condition.node });
/** A value for LIMIT or OFFSET. */
export const limit = (value: number): Expression => ({ kind: "bind", value, type: integer() });
/** A select of one column as a value. */
export function scalar<T>(statement: SelectNode): ScalarSelectable<T> {
  const [only] = statement.columns;
  return new TestSelect({ kind: "subquery", statement, type: only?.kind === "column" ? only.type : integer() });
}

class TestSelect extends ScalarSelect {
  readonly subqueryNode: SubqueryNode;
  constructor(node: SubqueryNode) {
    super();
    this.subqueryNode = node;
  }
}

/** Backquotes for quotes: what MySQL's identifiers look like. */
const backquoted = (text: string): string => text.replaceAll('"', "`");

class CompileFailure {
  readonly message: RegExp;
  constructor(message: RegExp) {
    this.message = message;
  }
}

/** The dialect refuses the statement with this message. */
export const fails = (message: RegExp): CompileFailure => new CompileFailure(message);

/** A text that is the same on all dialects but for placeholders (`?`) and quotes; or one text each. */
export type Expected =
  | string
  | {
      readonly sqlite: string | CompileFailure;
      readonly postgresql: string | CompileFailure;
      readonly mysql: string | CompileFailure;
    };

const placeholders = (text: string): string => {
  let position = 0;
  return text.replaceAll("?", () => `$${String((position += 1))}`);
};

function expectedFor(dialect: string, expected: Expected): string | CompileFailure {
  if (typeof expected !== "string") return expected[dialect as "sqlite" | "postgresql" | "mysql"];
  if (dialect === "postgresql") return placeholders(expected);
  return dialect === "mysql" ? backquoted(expected) : expected;
}

/** Compare and run `cases`. */
export function sqlCases(cases: readonly (readonly [name: string, statement: Statement, expected: Expected])[]): void {
  describe.each(dialects)("$name", (dialect) => {
    test.each(cases)("%s", (_name, statement, expectedText) => {
      const expected = expectedFor(dialect.name, expectedText);
      if (expected instanceof CompileFailure) {
        expect(() => dialect.compile(statement)).toThrow(CompileError);
        expect(() => dialect.compile(statement)).toThrow(expected.message);
      } else {
        expect(dialect.compile(statement).sql).toBe(expected);
      }
    });
  });

  describe.each(databases)("$name", ({ open }) => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await open();
      await database.run((core) => createAllIo(metadata, core));
    });
    afterAll(() => database.close());

    test.each(cases)("runs: %s", async (_name, statement, expectedText) => {
      if (expectedFor(database.dialect.name, expectedText) instanceof CompileFailure) return;
      await database.command(database.dialect.name === "mysql" ? "START TRANSACTION" : "BEGIN");
      try {
        await expect(database.rows(statement)).resolves.toBeInstanceOf(Array);
      } finally {
        await database.command("ROLLBACK");
      }
    });
  });
}
