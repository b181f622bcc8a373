/** Every part of every kind of syntax is met, by the walks of `parts.ts` and by those that go their own ways. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dialects } from "../../../test/support/dialects.ts";
import { statements } from "../../../test/support/statement-samples.ts";
import { column, defineTable, id } from "../../../test/support/tables.ts";
import { collectShape } from "../compiler/collect-shape.ts";
import { emptySelect, type SelectNode, type Statement } from "../statement/node.ts";
import { boolean, integer } from "../type/types.ts";
import { constructNode } from "./construct.ts";
import {
  nextSourceId,
  type BinaryNode,
  type BindNode,
  type Expression,
  type FromClause,
  type OrderNode,
  type WindowNode,
} from "./node.ts";
import { mapParts, partsOf, partsOfKind, syntaxIn, type PartsOf, type Syntax } from "./parts.ts";
import { isFromClause } from "./template-part.ts";

// @ts-expect-error A part that is left out does not compile.
const incomplete: PartsOf<BinaryNode> = { left: true };
void incomplete;

const { table } = defineTable({ name: "hero", columns: [id, column("age", integer())] });
const age = table.column("age").node;
const type = integer();

/** A value of its own for each place. */
const bind = (): BindNode => ({ kind: "bind", value: 0, type });
const order = (): OrderNode => ({ kind: "order", operand: bind(), direction: "asc", nulls: undefined });
const query = (): SelectNode => ({ ...emptySelect, columns: [bind()], from: [table] });
const window = (): WindowNode => ({
  partitionBy: [bind()],
  orderBy: [order()],
  frame: {
    unit: "rows",
    start: { bound: "preceding", offset: bind() },
    end: { bound: "following", offset: bind() },
    exclude: undefined,
  },
});
const named = <K extends FromClause["kind"]>(kind: K): { kind: K; id: number; name: string } => ({
  kind,
  id: nextSourceId(),
  name: kind,
});
const subquery: Extract<FromClause, { kind: "subquery" }> = { ...named("subquery"), statement: query() };
const cte: Extract<FromClause, { kind: "cte" }> = { ...named("cte"), statement: query() };
const set = (): { column: typeof age; value: Expression }[] => [{ column: age, value: bind() }];

/** One of each kind. */
const samples: { readonly [K in Syntax["kind"]]: Extract<Syntax, { readonly kind: K }> } = {
  column: { kind: "column", from: subquery, name: "age", type },
  bind: bind(),
  binary: { kind: "binary", operator: "eq", left: bind(), right: bind(), type },
  junction: { kind: "junction", operator: "and", operands: [bind(), bind()] },
  not: { kind: "not", operand: bind() },
  negative: { kind: "negative", operand: bind() },
  isNull: { kind: "isNull", operand: bind(), negated: false },
  in: { kind: "in", operand: bind(), values: { kind: "list", values: [1], type }, negated: false },
  list: { kind: "list", values: [1], type },
  tupleList: { kind: "tupleList", rows: [[bind(), bind()]] },
  tuple: { kind: "tuple", items: [bind(), bind()] },
  between: { kind: "between", operand: bind(), low: bind(), high: bind(), negated: false },
  function: {
    kind: "function",
    name: "sum",
    arguments: [bind()],
    type,
    orderBy: [order()],
    filter: bind(),
    over: { name: "w", window: window() },
  },
  cast: { kind: "cast", operand: bind(), type },
  case: { kind: "case", operand: bind(), branches: [{ when: bind(), then: bind() }], otherwise: bind(), type },
  exists: { kind: "exists", statement: query(), negated: false },
  label: { kind: "label", operand: bind(), name: "x", owner: subquery },
  collate: { kind: "collate", operand: bind(), collation: "C" },
  grouping: { kind: "grouping", mode: "rollup", sets: [[bind()], [bind()]] },
  star: { kind: "star" },
  nextValue: { kind: "nextValue", sequence: { name: "s", schema: undefined }, type },
  template: { kind: "template", parts: ["", "", "", ""], expressions: [bind(), subquery, order()], type },
  identifier: { kind: "identifier", path: ["x"] },
  construct: constructNode("text.left", type, [bind(), bind()]),
  order: order(),
  default: { kind: "default" },
  table,
  alias: { ...named("alias"), of: table },
  sample: { ...named("sample"), of: table, method: "system", percent: bind(), repeatable: bind() },
  subquery,
  cte,
  cteReference: { ...named("cteReference"), cteName: "cte", of: cte },
  values: { ...named("values"), columns: [], rows: [[bind()], [bind()]] },
  tableFunction: {
    ...named("tableFunction"),
    operation: "call",
    function: "f",
    arguments: [bind()],
    columns: [],
    ordinality: undefined,
  },
  select: {
    kind: "select",
    distinctOn: [bind()],
    columns: [bind()],
    from: [subquery],
    joins: [{ kind: "inner", target: cte, on: bind() }],
    where: bind(),
    groupBy: [bind()],
    having: bind(),
    windows: [{ name: "v", window: window() }],
    orderBy: [order()],
    limit: bind(),
    offset: bind(),
    distinct: false,
    forUpdate: { strength: "update", wait: "wait", of: [table] },
  },
  compound: {
    kind: "compound",
    operator: "union",
    operands: [query(), query()],
    orderBy: [],
    limit: bind(),
    offset: bind(),
  },
  insert: {
    kind: "insert",
    table,
    columns: [age],
    rows: [],
    select: query(),
    onConflict: { target: [age], targetWhere: bind(), set: set(), where: bind() },
    returning: [bind()],
  },
  update: { kind: "update", table, from: [subquery], set: set(), where: bind(), returning: [bind()] },
  delete: { kind: "delete", table, using: [subquery], where: bind(), returning: [bind()] },
  merge: {
    kind: "merge",
    table,
    source: subquery,
    on: bind(),
    clauses: [
      { isMatched: true, condition: bind(), action: { kind: "update", set: set() } },
      { isMatched: false, condition: bind(), action: { kind: "insert", columns: [age], values: [bind()] } },
    ],
    returning: [],
  },
  text: { kind: "text", template: { kind: "template", parts: ["", ""], expressions: [bind()], type } },
};
/** More of some kinds, for what one of them cannot hold at once. */
const others: readonly Syntax[] = [
  { kind: "in", operand: samples.tuple, values: samples.tupleList, negated: false },
  { kind: "in", operand: bind(), values: { kind: "subquery", statement: query(), type }, negated: false },
  { ...samples.function, over: window() },
  { ...samples.insert, rows: [[bind()], [bind()]], select: undefined } as unknown as Statement, // Rows and no query.
];

/** A statement around whatever it is. */
function statementOf(node: Syntax): Statement | undefined {
  if (isFromClause(node)) return { ...query(), from: [node] };
  switch (node.kind) {
    case "select":
    case "compound":
    case "insert":
    case "update":
    case "delete":
    case "merge":
    case "text":
      return node;
    case "grouping":
      return { ...query(), groupBy: [node] };
    case "list":
    case "tupleList":
    case "identifier":
    case "default":
      // Only within others.
      return undefined;
    default:
      return { ...query(), columns: [node] };
  }
}

const bindsIn = (root: Syntax): Syntax[] => syntaxIn([root]).filter(({ kind }) => kind === "bind" || kind === "list");

/** `statement` with another value in the place of `bind`. */
function changed(statement: Statement, found: Syntax): Statement {
  const change = (part: Syntax): Syntax =>
    part === found ? { ...bind(), value: 1 } : part.kind === "table" ? part : mapParts(part, change);
  return mapParts(statement, change);
}

/** Values are collected, or they are part of the shape. */
function expectCollected(statement: Statement): void {
  for (const dialect of dialects) {
    const { key, values } = collectShape(statement, dialect);
    const binds = bindsIn(statement);
    for (const value of values) expect(binds).toContain(value);
    for (const found of binds)
      if (!(values as readonly Syntax[]).includes(found))
        expect(collectShape(changed(statement, found), dialect).key).not.toBe(key);
  }
}

/** Expect something in one of `records` in each property that can hold parts. */
function expectFilled(records: readonly unknown[], parts: object, path: string): void {
  for (const [key, inner] of Object.entries(parts) as [string, true | object][]) {
    const held = records.map((record) => (record as { readonly [key: string]: unknown })[key]);
    const found = held.flat().filter((item) => item !== undefined);
    expect(found, `${path}.${key}`).not.toEqual([]);
    if (inner !== true) expectFilled(found, inner, `${path}.${key}`);
  }
}

describe.each(Object.entries(samples) as [Syntax["kind"], Syntax][])("%s", (kind, node) => {
  test("its samples have something in every place", () => {
    expectFilled([node, ...others.filter((other) => other.kind === kind)], partsOfKind[kind], kind);
  });

  test("the walk of shapes collects every value in it", () => {
    const statement = statementOf(node);
    if (statement !== undefined) expectCollected(statement);
  });

  test("nothing is copied where nothing changes, and every part where all do", () => {
    expect(mapParts(node, (part) => part)).toBe(node);
    const copies = new Map<Syntax, Syntax>(partsOf(node).map((part) => [part, { ...part }]));
    const copied = partsOf(mapParts(node, (part) => copies.get(part) ?? part));
    expect(copied).toHaveLength(partsOf(node).length);
    for (const [index, part] of partsOf(node).entries()) expect(copied[index]).toBe(copies.get(part));
  });
});

test.each(others.map((node) => [node.kind, node] as const))("another %s", (_kind, node) => {
  const statement = statementOf(node);
  if (statement !== undefined) expectCollected(statement);
});

test("the walk of shapes collects every value in random statements", () => {
  fc.assert(fc.property(statements, expectCollected), { numRuns: 300 });
});

test("a source is looked into once, however many columns name it", () => {
  const inner = { ...subquery, statement: { ...query(), where: age } };
  const read: Expression = { kind: "column", from: inner, name: "a", type };
  expect(bindsIn({ kind: "junction", operator: "and", operands: [read, { ...read }] })).toHaveLength(1);
});

test("conditions nest thousands deep", () => {
  let nested: Expression = bind();
  for (let depth = 0; depth < 20_000; depth += 1)
    nested = { kind: "binary", operator: "eq", left: nested, right: bind(), type: boolean() };
  expect(bindsIn(nested)).toHaveLength(20_001);
});
