/** The cache of compiled statements, and what is prepared on top of it. */
import { expect, test } from "vitest";
import { z } from "zod";
import { deleteFrom, field, primaryKey, select, table, update } from "../index.ts";
import { sqliteDialect } from "../dialect/sqlite/dialect.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import { literal } from "../sql/expression/operators.ts";
import { param } from "../sql/expression/param.ts";
import { emptySelect, type Statement } from "../sql/statement/node.ts";
import { isReused, markReused } from "../sql/statement/reused.ts";
import { text } from "../sql/type/types.ts";
import { bindParameters } from "./bind-parameters.ts";
import { CompiledCache } from "./compiled-cache.ts";
import { filledStatement, placedValues, Prepared } from "./prepared.ts";

class Team extends table("team", { id: primaryKey(), name: z.string() }) {}
class Stamped extends table("stamped", {
  id: primaryKey(),
  name: z.string(),
  at: field(z.date(), { onUpdate: () => new Date() }),
}) {}

const statement = (name: string, value: ColumnElement<string | null> = literal("x")): Statement => ({
  ...emptySelect,
  columns: [value.label(name).node],
});

test("keeps what was used last, and no more than it may", () => {
  const cache = new CompiledCache(3);
  const dialect = sqliteDialect();
  const first = cache.lookUp(statement("a"), dialect).cached;
  expect(cache.lookUp(statement("a"), dialect).cached).toBe(first);
  for (let index = 0; index < 100; index += 1) cache.lookUp(statement(`c${String(index)}`), dialect);
  expect(cache.size).toBe(3);
  expect(cache.lookUp(statement("a"), dialect).cached).not.toBe(first);
});

test("a statement that is asked for again is walked once more, and then known until the cache is cleared", () => {
  const dialect = sqliteDialect();
  const cache = new CompiledCache(2);
  const node = statement("a");
  expect(cache.lookUp(node, dialect)).not.toBe(cache.lookUp(node, dialect));
  markReused(node);
  const known = cache.lookUp(node, dialect);
  expect(cache.lookUp(node, dialect)).toBe(known);
  expect(new CompiledCache(2).lookUp(node, dialect)).not.toBe(known);
  cache.clear();
  expect(cache.lookUp(node, dialect)).not.toBe(known);
});

test.each([
  ["select", select(Team).where(Team.c.id.eq(1))],
  ["a set operation", select(Team).union(select(Team))],
])("%s that is executed again is the same node, which is known to be reused", (_what, statement) => {
  const { node } = statement.toQuery();
  expect(isReused(node)).toBe(false);
  expect(statement.toQuery().node).toBe(node);
  expect(isReused(node)).toBe(true);
});

test("so are updates and deletes, unless the program makes some of their values anew", () => {
  for (const change of [update(Team).values({ name: "x" }).all(), deleteFrom(Team).all()]) {
    const node = change.toStatement();
    expect(isReused(node)).toBe(false);
    expect(change.toStatement()).toBe(node);
    expect(isReused(node)).toBe(true);
  }
  const stamped = update(Stamped).values({ name: "x" }).all();
  expect(stamped.toStatement()).not.toBe(stamped.toStatement());
});

test("values of a known statement are read when it is executed, lists when it is built", () => {
  const dialect = sqliteDialect();
  const cache = new CompiledCache(2);
  const when = new Date(0);
  const ids = [1, 2];
  const found = select(Stamped).where(Stamped.c.at.lt(when), Stamped.c.id.in(ids));
  const parameters = (): unknown[] => {
    const { cached, values } = cache.lookUp(found.toQuery().node, dialect);
    return bindParameters(cached, values, dialect);
  };
  const first = [parameters(), parameters(), parameters()].at(-1);
  when.setTime(1000);
  ids.push(3);
  expect(parameters()).toEqual([expect.not.stringContaining("00:00:00"), ...(first ?? []).slice(1)]);
});

test("a prepared statement is looked up once for each cache, and again after it was cleared", () => {
  const dialect = sqliteDialect();
  const node = statement("a", param<string>("value", text()));
  const prepared = new Prepared<unknown, { value: string }>(undefined, node);
  const [one, two] = [new CompiledCache(2), new CompiledCache(2)];
  const form = prepared.form({ compiled: one }, dialect);
  expect(prepared.form({ compiled: one }, dialect)).toBe(form);
  expect(prepared.form({ compiled: two }, dialect)).not.toBe(form);
  one.clear();
  const later = prepared.form({ compiled: one }, dialect);
  expect(later).not.toBe(form);
  expect(placedValues(later, { value: "v" })).toMatchObject([{ kind: "bind", value: "v" }]);
});

test("objects that look like parameters are values", () => {
  const forged = { name: "value", isTyped: true, check: undefined };
  const node = statement("a", literal(forged as unknown as string, text()));
  expect(new Prepared(undefined, node).names).toEqual([]);
  expect(filledStatement(node, { value: "v" })).toBe(node);
  const parsed: unknown = JSON.parse(JSON.stringify(param("x", text())));
  expect(ColumnElement.isElement(parsed)).toBe(false);
});

test("a filled statement has the values, and shares what has none", () => {
  const inner = statement("a", param<string>("value", text()));
  const node = { ...inner, where: literal(true).node } as Extract<Statement, { kind: "select" }>;
  const filled = filledStatement(node, { value: "v" });
  expect(filled.columns).toMatchObject([{ operand: { kind: "bind", value: "v" } }]);
  expect(filled.where).toBe(node.where);
  expect(node.columns).toMatchObject([{ operand: { value: { name: "value" } } }]);
});
