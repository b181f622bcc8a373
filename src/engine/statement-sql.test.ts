/** A statement as text and parameters: what a driver gets, and what may be printed of it. */
import { inspect } from "node:util";
import { expect, test } from "vitest";
import { c, select } from "../../test/support/sql-cases.ts";
import { dialects } from "../../test/support/dialects.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import { and } from "../sql/expression/operators.ts";
import { statementSql } from "./statement-sql.ts";

test.each(dialects)("$name", (dialect) => {
  const { node } = c.name;
  if (node.kind !== "column") throw new Error("no column");
  const secret = new ColumnElement<string>({ ...node, secret: true });
  const statement = select([c.id], {
    where: and(secret.eq("hunter2"), c.price.gt("1.50"), c.active.eq(true), c.id.in([1, 2])).node,
  });
  const made = statementSql(statement, dialect);
  const expected = {
    sqlite: ["hunter2", "1.50", 1, "[1,2]"],
    postgresql: ["hunter2", "1.50", "true", "{1,2}"],
    mysql: ["hunter2", "1.50", 1, "[1,2]"],
  }[dialect.name as "sqlite"];
  expect(made.sql).toBe(dialect.compile(statement).sql);
  expect(made.parameters[0]).toBe("hunter2");
  expect(made.parameters.map(String)).toEqual(expect.arrayContaining(expected.slice(0, 3).map(String)));
  expect(made.toString()).toContain(`${made.sql} -- [***, "1.50"`);
  for (const shown of [String(made), inspect(made), `${made.toString()}`]) expect(shown).not.toContain("hunter2");
  expect(String(statementSql(select([c.id]), dialect))).toBe(dialect.compile(select([c.id])).sql);
});
