/** The total order of a paged select, and the condition for what comes after a position in it. */
import type { Capabilities } from "../../dialect/capabilities.ts";
import { Table } from "../../metadata/table.ts";
import type { EntitySource } from "../../model/entity-source.ts";
import { allOf } from "../../model/nodes.ts";
import type { Query } from "../../model/query.ts";
import { planFrom } from "../../sql/compiler/scope.ts";
import { isSecret, typeOf } from "../../sql/expression/node-facts.ts";
import type { BinaryOperator, ColumnNode, Expression, FromClause, OrderNode } from "../../sql/expression/node.ts";
import { positionNode } from "../../sql/expression/order.ts";
import type { JoinClause, SelectNode } from "../../sql/statement/node.ts";
import type { SqlType } from "../../sql/type/sql-type.ts";
import { storedType } from "../../sql/type/stored-type.ts";
import { customType } from "../../sql/type/types.ts";
import { PaginationError } from "../errors.ts";

type Direction = OrderNode["direction"];
type Nulls = OrderNode["nulls"];

/** One expression of the order. */
export interface PageKey {
  readonly operand: Expression;
  readonly direction: Direction;
  readonly nulls: Nulls;
  /** False where it is known never to be NULL. */
  readonly isNullable: boolean;
  /** The type by which its values are read for cursors and bound again, no digit less. */
  readonly type: SqlType;
}

/**
 * The order of `query`, made total by the primary keys of what it reads.
 * @throws PaginationError where pages of it cannot be told from each other
 */
export function pageKeys(query: Query, node: SelectNode): PageKey[] {
  const given = node.orderBy.map(orderItem);
  const identity = identityColumns(query, node);
  if (identity instanceof PaginationError) throw identity;
  const items = [...given];
  for (const column of identity) {
    if (items.some(({ operand }) => isSameColumn(operand, column))) continue;
    items.push({ kind: "order", operand: column, direction: lastDirection(given), nulls: undefined });
  }
  return items.map((item, index) => pageKey(item, index, node));
}

/** ORDER BY of a select whose equal rows must not change places, as far as that can be said. */
export function stableOrder(query: Query, node: SelectNode): readonly Expression[] {
  const identity = identityColumns(query, node);
  if (identity instanceof PaginationError) return node.orderBy;
  const given = node.orderBy.map(orderItem);
  const added = identity.filter((column) => !given.some(({ operand }) => isSameColumn(operand, column)));
  return [
    ...node.orderBy,
    ...added.map((operand): OrderNode => ({
      kind: "order",
      operand,
      direction: lastDirection(given),
      nulls: undefined,
    })),
  ];
}

/** One direction for all of an order lets an index give it. */
function lastDirection(given: readonly OrderNode[]): Direction {
  return given.at(-1)?.direction ?? "asc";
}

function orderItem(item: Expression): OrderNode {
  const order: OrderNode =
    item.kind === "order" ? item : { kind: "order", operand: item, direction: "asc", nulls: undefined };
  // A label is no expression of a condition.
  return order.operand.kind === "label" ? { ...order, operand: order.operand.operand } : order;
}

function pageKey({ operand, direction, nulls }: OrderNode, index: number, node: SelectNode): PageKey {
  const place = `Item ${String(index + 1)} of the order`;
  if (isSecret(operand))
    throw new PaginationError(
      `${place} reads a hidden column, and a cursor would carry its values out.`,
      "Order by another one.",
    );
  const type = typeOf(operand);
  const { kind } = storedType(type);
  if (kind === "unknown")
    throw new PaginationError(`${place} has no known type.`, "Give it one, with cast(expression, type).");
  if (kind === "json" || kind === "array")
    throw new PaginationError(
      `${place} is of type ${kind}, which databases do not order alike.`,
      "Order by a value in it.",
    );
  return { operand, direction, nulls, isNullable: !isNeverNull(operand, node), type: exactType(type) };
}

const exactCustom = new WeakMap<SqlType, SqlType>();

/** A type of the same values that loses nothing: a Date has no microseconds, and a program's own type may drop anything. */
function exactType(type: SqlType): SqlType {
  if (type.kind === "timestamp") return { ...type, as: "string" };
  if (type.kind !== "custom") return type;
  let exact = exactCustom.get(type);
  if (exact === undefined) {
    const { name, impl, ddl, only } = type;
    exact = customType<unknown>(name, {
      impl: exactType(impl),
      bind: (value) => value,
      result: (value) => value,
      ...(ddl === undefined ? {} : { ddl }),
      ...(only === undefined ? {} : { only }),
    });
    exactCustom.set(type, exact);
  }
  return exact;
}

/** The columns by which two rows of `node` always differ, those of the main entity first; or why there are none. */
function identityColumns(query: Query, node: SelectNode): ColumnNode[] | PaginationError {
  const entities = query.items.flatMap((item) => (item.kind === "entity" ? [item.source] : []));
  const joins = new Map<FromClause, JoinClause>(node.joins.map((join) => [join.target, join]));
  const read = new Set<FromClause>([
    ...entities.slice(0, 1).map((entity) => entity.from),
    ...planFrom(node, undefined).from,
    ...joins.keys(),
  ]);
  const found: ColumnNode[] = [];
  for (const source of read) {
    const key = keyOf(source, entities);
    if (key === undefined)
      return new PaginationError(
        `The rows of '${source.name}' have no primary key by which they could be told apart.`,
        "Select from models, and put what else is asked for into where(…); or use paginate().",
      );
    const join = joins.get(source);
    if (join === undefined || !isDetermined(join, key)) found.push(...key);
  }
  return found;
}

function keyOf(source: FromClause, entities: readonly EntitySource[]): ColumnNode[] | undefined {
  const entity = entities.find((item) => item.isDerived && item.from === source);
  if (entity !== undefined) return entity.mapper.primaryKey.map((attribute) => entity.column(attribute));
  const table = tableOf(source);
  if (table === undefined || table.primaryKey.columns.length === 0) return undefined;
  return table.primaryKey.columns.map((name) => ({ ...table.column(name).node, from: source }));
}

function tableOf(source: FromClause): Table | undefined {
  const table = source.kind === "alias" || source.kind === "sample" ? source.of : source;
  return table instanceof Table ? table : undefined;
}

/** True where a join finds at most one row, by the whole primary key. */
function isDetermined({ kind, target, on }: JoinClause, key: readonly ColumnNode[]): boolean {
  if ((kind !== "inner" && kind !== "left") || on === undefined) return false;
  const conditions = conjuncts(on);
  const equals = (side: Expression, other: Expression, column: ColumnNode): boolean =>
    isSameColumn(side, column) && other.kind === "column" && other.from !== target;
  return key.every((column) =>
    conditions.some(
      (condition) =>
        condition.kind === "binary" &&
        condition.operator === "eq" &&
        (equals(condition.left, condition.right, column) || equals(condition.right, condition.left, column)),
    ),
  );
}

function conjuncts(condition: Expression): readonly Expression[] {
  return condition.kind === "junction" && condition.operator === "and"
    ? condition.operands.flatMap(conjuncts)
    : [condition];
}

function isSameColumn(expression: Expression, column: ColumnNode): boolean {
  return expression.kind === "column" && expression.from === column.from && expression.name === column.name;
}

/** True for a column that is NOT NULL, of a table that no outer join makes up rows of. */
function isNeverNull(expression: Expression, { joins }: SelectNode): boolean {
  if (expression.kind !== "column") return false;
  const isOuter = joins.some(
    ({ kind, target }) => kind === "right" || kind === "full" || (kind === "left" && target === expression.from),
  );
  return !isOuter && tableOf(expression.from)?.column(expression.name).nullable === false;
}

/** Where in the select list `key` is, or -1. */
export function selectedAt(key: PageKey, columns: readonly Expression[]): number {
  const { operand } = key;
  return columns.findIndex(
    (column) => column === operand || (operand.kind === "column" && isSameColumn(column, operand)),
  );
}

/** ORDER BY of `keys`; backwards the same rows from the other end. */
export function orderOf(keys: readonly PageKey[], isBackward: boolean): OrderNode[] {
  return keys.map((key) => {
    const { operand, direction, nulls } = isBackward ? reversed(key) : key;
    return { kind: "order", operand, direction, nulls };
  });
}

function reversed(key: PageKey): PageKey {
  return {
    ...key,
    direction: key.direction === "asc" ? "desc" : "asc",
    nulls: key.nulls === undefined ? undefined : key.nulls === "first" ? "last" : "first",
  };
}

/** A place in the order: the values of its keys in one row. */
export interface PagePosition {
  readonly values: readonly unknown[];
  /** True where that row itself is wanted too. */
  readonly isIncluded: boolean;
}

/** The condition for the rows after `position`, or backwards before it. */
export function beyond(
  keys: readonly PageKey[],
  position: PagePosition,
  isBackward: boolean,
  capabilities: Capabilities,
): Expression {
  const none: Expression = { kind: "junction", operator: "or", operands: [] };
  const all: Expression = { kind: "junction", operator: "and", operands: [] };
  let condition: Expression = position.isIncluded ? all : none;
  for (let at = keys.length - 1; at >= 0; at -= 1) {
    const key = keys[at];
    if (key !== undefined)
      condition = beyondKey(isBackward ? reversed(key) : key, position.values[at], condition, capabilities);
  }
  return condition;
}

/** Beyond `value` by this key, or equal by it and then `rest`. */
function beyondKey(key: PageKey, value: unknown, rest: Expression, capabilities: Capabilities): Expression {
  const { operand, direction, nulls, isNullable } = key;
  const areNullsLast =
    nulls === undefined ? (capabilities.nullsSort === "largest") === (direction === "asc") : nulls === "last";
  if (value === null) {
    const tied = allOf([isNull(operand, false), rest]);
    return areNullsLast ? tied : anyOf([isNull(operand, true), tied]);
  }
  const compare = (operator: BinaryOperator): Expression => comparison(key, operator, value, capabilities);
  const [strict, orEqual] = direction === "asc" ? (["gt", "ge"] as const) : (["lt", "le"] as const);
  // The first comparison is what an index can begin at.
  const found = isEmpty(rest) ? compare(strict) : allOf([compare(orEqual), anyOf([compare(strict), rest])]);
  return isNullable && areNullsLast ? anyOf([found, isNull(operand, false)]) : found;
}

function isEmpty(node: Expression): boolean {
  return node.kind === "junction" && node.operator === "or" && node.operands.length === 0;
}

function anyOf(operands: readonly Expression[]): Expression {
  return { kind: "junction", operator: "or", operands };
}

function isNull(operand: Expression, negated: boolean): Expression {
  return { kind: "isNull", operand, negated };
}

function comparison(
  { operand, type }: PageKey,
  operator: BinaryOperator,
  value: unknown,
  capabilities: Capabilities,
): Expression {
  const boolean: SqlType = { kind: "boolean" };
  const stored = storedType(type);
  if (stored.kind === "enum" && operand.kind === "column" && !capabilities.enumsCompareInOrder) {
    const bound = stored.values.map((item): Expression => ({ kind: "bind", value: item, type }));
    const position: Expression = {
      kind: "bind",
      value: stored.values.indexOf(String(value)),
      type: { kind: "integer" },
    };
    // Of NULL this is NULL, as of the column itself.
    const left: Expression = { ...positionNode(operand, bound), otherwise: undefined };
    return { kind: "binary", operator, left, right: position, type: boolean };
  }
  return { kind: "binary", operator, left: operand, right: { kind: "bind", value, type }, type: boolean };
}
