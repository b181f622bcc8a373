/** What compilers refuse. */
import { expect, test } from "vitest";
import { dialects } from "../../../test/support/dialects.ts";
import { c, hero, select, t, team } from "../../../test/support/sql-cases.ts";
import { ArgumentError, CompileError } from "../errors.ts";
import type { Expression, FromClause } from "../expression/node.ts";
import { func } from "../expression/functions.ts";
import { orderNode } from "../expression/order.ts";
import { window } from "../expression/window.ts";
import { emptySelect, type SelectNode, type Statement } from "../statement/node.ts";
import { boolean, jsonb } from "../type/types.ts";

test("a column of a table that cannot be read is named", () => {
  const statement: Statement = { kind: "delete", table: hero, where: t.id.eq(1).node, returning: [] };
  for (const dialect of dialects) {
    expect(() => dialect.compile(statement)).toThrow(
      "Column 'id' of 'team' is used where 'team' cannot be read. Join it, or add it to FROM. [E202]",
    );
  }
});

test.each<readonly [clause: string, rest: Partial<SelectNode>]>([
  ["GROUP BY", { groupBy: [t.name.node] }],
  ["GROUP BY of an expression", { groupBy: [t.name.concat("x").node] }],
  ["HAVING", { having: t.name.eq("a").node }],
  ["ORDER BY", { orderBy: [orderNode(t.name)] }],
  ["WINDOW", { windows: [window("w", { orderBy: t.name }).node] }],
])("FROM comes of columns and WHERE: a table that only %s names is refused before the database is asked", (_, rest) => {
  for (const dialect of dialects) {
    for (const statement of [select([c.id], rest), select([func.count()], rest)]) {
      expect(() => dialect.compile(statement)).toThrow(
        "Column 'name' of 'team' is used where 'team' cannot be read. Join it, or add it to FROM. [E202]",
      );
      expect(() => dialect.compile({ ...statement, from: [team] })).not.toThrow();
    }
  }
});

test.each(["", "a\0b", "a\ud800"])("V01 %j is no identifier", (name) => {
  for (const dialect of dialects) {
    expect(() => dialect.compile(select([c.id.label(name)]))).toThrow(name === "" ? ArgumentError : CompileError);
    expect(() => dialect.quoteIdentifier(name)).toThrow(CompileError);
  }
});

test("V04 what is not in the list of keywords is refused", () => {
  const forged = (node: object): Statement => ({
    ...emptySelect,
    columns: [node as Expression],
    from: [hero as FromClause],
  });
  for (const dialect of dialects) {
    for (const node of [
      { kind: "order", operand: c.id.node, direction: "asc, (select 1)", nulls: undefined },
      { kind: "order", operand: c.id.node, direction: "constructor", nulls: undefined },
      { kind: "binary", operator: "= 1 or 1", left: c.id.node, right: c.id.node, type: boolean() },
      { kind: "function", name: "f(); drop table hero; --", arguments: [], type: jsonb() },
    ]) {
      expect(() => dialect.compile(forged(node))).toThrow(/\[E20[12]\]$/);
    }
    expect(() =>
      dialect.compile(select([c.id], { joins: [{ kind: "natural" as never, target: team, on: c.id.eq(1).node }] })),
    ).toThrow(/\[E201\]$/);
  }
});
