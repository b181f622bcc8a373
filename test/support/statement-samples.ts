/** Random statements over two tables, an alias and a subquery, for properties of compilers. */
import fc from "fast-check";
import { flattenJunction } from "../../src/sql/expression/flatten-junction.ts";
import {
  nextSourceId,
  type AliasSource,
  type BinaryOperator,
  type BindNode,
  type ColumnNode,
  type Expression,
  type FromClause,
  type SubquerySource,
} from "../../src/sql/expression/node.ts";
import { emptySelect, type SelectNode, type Statement } from "../../src/sql/statement/node.ts";
import { boolean, integer, text } from "../../src/sql/type/types.ts";
import { defineTable, id, column } from "./tables.ts";

const columns = [id, column("a", integer()), column("2eq;", integer()), column(":", text())];
const first = defineTable({ name: "first", columns }).table;
const second = defineTable({ name: "second", columns }).table;

const names = fc.constantFrom("a", "b", "1:", ":", ";", "$i", "2eq;", "a1:a");
const numberOperators = fc.constantFrom<BinaryOperator>("eq", "lt", "isDistinctFrom", "plus", "minus", "times");
const bind = (secret: boolean): BindNode => ({
  kind: "bind",
  value: 0,
  type: integer(),
  ...(secret ? { secret: true } : {}),
});

/** FROM clauses of one statement: fresh aliases and subqueries each time, as a program makes them. */
const sources = fc.tuple(names, names).map(([aliasName, subqueryName]): FromClause[] => {
  const alias: AliasSource = { kind: "alias", id: nextSourceId(), name: aliasName, of: first };
  const inner: SelectNode = {
    ...emptySelect,
    columns: second.columns.map(({ node }) => node),
    where: { kind: "binary", operator: "lt", left: second.column("a").node, right: bind(false), type: boolean() },
  };
  const subquery: SubquerySource = { kind: "subquery", id: nextSourceId(), name: subqueryName, statement: inner };
  return [first, second, alias, subquery];
});

function columnsOf(from: readonly FromClause[]): fc.Arbitrary<ColumnNode> {
  return fc
    .tuple(fc.constantFrom(...from), fc.constantFrom("id", "a", "2eq;"))
    .map(([source, name]) => ({ kind: "column", from: source, name, type: integer() }));
}

function expressions(from: readonly FromClause[], depth: number): fc.Arbitrary<Expression> {
  const leaf = fc.oneof(columnsOf(from), fc.boolean().map(bind));
  if (depth === 0) return leaf;
  const inner = expressions(from, depth - 1);
  const order = fc
    .tuple(
      inner,
      fc.constantFrom("asc" as const, "desc" as const),
      fc.constantFrom(undefined, "first" as const, "last" as const),
    )
    .map(([operand, direction, nulls]): Extract<Expression, { kind: "order" }> => ({
      kind: "order",
      operand,
      direction,
      nulls,
    }));
  return fc.oneof(
    leaf,
    fc
      .tuple(numberOperators, inner, inner)
      .map(([operator, left, right]): Expression => ({ kind: "binary", operator, left, right, type: integer() })),
    fc
      .tuple(fc.constantFrom("and" as const, "or" as const), fc.array(inner, { maxLength: 3 }))
      .map(([operator, operands]): Expression => ({ kind: "junction", operator, operands })),
    inner.map((operand): Expression => ({ kind: "not", operand })),
    inner.map((operand): Expression => ({ kind: "negative", operand })),
    fc.tuple(inner, fc.boolean()).map(([operand, negated]): Expression => ({ kind: "isNull", operand, negated })),
    fc
      .tuple(inner, inner, inner, fc.boolean())
      .map(([operand, low, high, negated]): Expression => ({ kind: "between", operand, low, high, negated })),
    fc.tuple(inner, fc.nat(3), fc.boolean()).map(([operand, length, negated]): Expression => ({
      kind: "in",
      operand,
      values: { kind: "list", values: new Array<number>(length).fill(0), type: integer() },
      negated,
    })),
    fc
      .tuple(
        fc.constantFrom("f", "g"),
        fc.array(inner, { maxLength: 2 }),
        fc.boolean(),
        fc.option(inner, { nil: undefined }),
        fc.option(fc.array(order, { maxLength: 2 }), { nil: undefined }),
      )
      .map(([name, list, distinct, filter, orderBy]): Expression => ({
        kind: "function",
        name,
        arguments: filter === undefined ? list : list.slice(0, 1).concat(list.length === 0 ? [{ kind: "star" }] : []),
        type: integer(),
        ...(distinct ? { distinct } : {}),
        ...(filter === undefined ? {} : { filter }),
        ...(orderBy === undefined ? {} : { orderBy }),
      })),
    fc
      .tuple(inner, fc.array(inner, { maxLength: 2 }), fc.array(order, { maxLength: 2 }))
      .map(([argument, partitionBy, orderBy]): Expression => ({
        kind: "function",
        name: "f",
        arguments: [argument],
        type: integer(),
        over: { partitionBy, orderBy },
      })),
    fc
      .tuple(fc.array(fc.tuple(inner, inner), { minLength: 1, maxLength: 2 }), fc.option(inner, { nil: undefined }))
      .map(([branches, otherwise]): Expression => ({
        kind: "case",
        branches: branches.map(([when, then]) => ({ when, then })),
        otherwise,
        type: integer(),
      })),
    inner.map((operand): Expression => ({ kind: "cast", operand, type: integer() })),
    fc.tuple(names, names, inner).map(([before, after, expression]): Expression => ({
      kind: "template",
      parts: [`${before} `, ` ${after}`],
      expressions: [expression],
      type: integer(),
    })),
    selects(from, depth - 1).map((statement): Expression => ({
      kind: "subquery",
      statement: { ...statement, columns: statement.columns.slice(0, 1) },
      type: integer(),
    })),
    fc
      .tuple(selects(from, depth - 1), fc.boolean())
      .map(([statement, negated]): Expression => ({ kind: "exists", statement, negated })),
  );
}

function selects(from: readonly FromClause[], depth: number): fc.Arbitrary<SelectNode> {
  const inner = expressions(from, depth);
  const labelled = fc.oneof(
    inner,
    fc.tuple(inner, names).map(([operand, name]): Expression => ({ kind: "label", operand, name })),
  );
  const option = fc.option(inner, { nil: undefined });
  const count = fc.option(fc.constant<Expression>(bind(false)), { nil: undefined });
  return fc
    .tuple(
      fc.array(labelled, { minLength: 1, maxLength: 3 }),
      fc.array(columnsOf(from), { maxLength: 1 }),
      option,
      option,
      fc.array(inner, { maxLength: 2 }),
      count,
      count,
      fc.boolean(),
      fc.boolean(),
    )
    .map(([items, groupBy, where, having, orderBy, limit, offset, distinct, grouped]): SelectNode => ({
      ...emptySelect,
      columns: items,
      from: [...from],
      where,
      groupBy,
      having,
      // What is selected under a label is ordered by it.
      orderBy: grouped ? items : orderBy,
      limit,
      offset,
      distinct,
    }));
}

/** Any statement; every bind in it has a value of its own. */
export const statements: fc.Arbitrary<Statement> = sources.chain((from) =>
  fc.oneof(
    selects(from, 2),
    fc
      .tuple(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 3 }),
        fc.option(expressions([first], 1), { nil: undefined }),
      )
      .chain(([width, height, conflict]) =>
        fc
          .array(
            fc.array(fc.oneof(fc.boolean().map(bind), fc.constant({ kind: "default" as const })), {
              minLength: width,
              maxLength: width,
            }),
            { minLength: height, maxLength: height },
          )
          .map((rows): Statement => ({
            kind: "insert",
            table: first,
            columns: first.columns.slice(0, width).map(({ node }) => node),
            rows,
            ...(conflict === undefined
              ? {}
              : {
                  onConflict: {
                    target: [first.column("id").node],
                    set: [{ column: first.column("a").node, value: conflict }],
                  },
                }),
            returning: [],
          })),
      ),
    fc
      .tuple(expressions([first], 2), fc.option(expressions([first], 1), { nil: undefined }))
      .map(([value, where]): Statement => ({
        kind: "update",
        table: first,
        set: [{ column: first.column("a").node, value }],
        where,
        returning: [],
      })),
    fc
      .option(expressions([first], 2), { nil: undefined })
      .map((where): Statement => ({ kind: "delete", table: first, where, returning: [] })),
  ),
);

/** A copy of `statement` in which every value is what `make` gives for its number. */
export function mapValues(
  statement: Statement,
  make: (node: Expression & { kind: "bind" }, number: number) => Expression,
  makeList: (length: number, number: number) => readonly unknown[],
): Statement {
  const copies = new Map<object, unknown>();
  let count = 0;
  const copy = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null || value === first || value === second) return value;
    if (Array.isArray(value)) return value.map(copy);
    const node = value as { readonly kind?: string; readonly name?: string };
    if (node.kind === "bind") return make(value as BindNode, (count += 1));
    if (node.kind === "list")
      return { ...value, values: makeList((value as { values: unknown[] }).values.length, (count += 1)) };
    // Aliases, subqueries in FROM and labels keep their identity.
    const isSource = node.kind === "alias" || node.kind === "label" || (node.kind === "subquery" && "name" in node);
    if (isSource && copies.has(value)) return copies.get(value);
    const made: Record<string, unknown> = {};
    if (isSource) copies.set(value, made);
    for (const [key, member] of Object.entries(value)) made[key] = copy(member);
    return made;
  };
  return copy(statement) as Statement;
}

/** A statement's structure in a slow and plain form, to compare with its cache key. */
export function structureOf(statement: Statement, listShape: (length: number) => unknown): string {
  const met: object[] = [];
  const plain = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (value === first || value === second) return value === first ? "first" : "second";
    if (Array.isArray(value)) return value.map(plain);
    const node = value as Expression;
    if (node.kind === "bind") return { kind: "bind", type: node.type, secret: node.secret };
    if (node.kind === "in" && node.values.kind === "list")
      return { ...node, operand: plain(node.operand), values: listShape(node.values.values.length) };
    if (node.kind === "junction")
      return { kind: "junction", operator: node.operator, operands: flattenJunction(node).map(plain) };
    if (
      node.kind === "label" ||
      (value as FromClause).kind === "alias" ||
      ((value as FromClause).kind === "subquery" && "name" in value)
    ) {
      if (met.includes(value)) return met.indexOf(value);
      met.push(value);
    }
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => !(key === "id" && "name" in value))
        .map(([key, member]) => [key, plain(member)]),
    );
  };
  return JSON.stringify(plain(statement));
}
