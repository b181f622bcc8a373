/** The cache of compiled statements, and what is prepared on top of it. */
import { expect, test } from "vitest";
import { sqliteDialect } from "../dialect/sqlite/dialect.ts";
import { ColumnElement } from "../sql/expression/column-element.ts";
import { literal } from "../sql/expression/operators.ts";
import { param } from "../sql/expression/param.ts";
import { emptySelect, type Statement } from "../sql/statement/node.ts";
import { text } from "../sql/type/types.ts";
import { CompiledCache } from "./compiled-cache.ts";
import { filledStatement, placedValues, Prepared } from "./prepared.ts";

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
