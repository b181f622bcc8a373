/** Selects read page by page: `session.page` goes on from a place in the order, `session.paginate` counts. */
import type { Dialect } from "../../dialect/dialect.ts";
import type { CompiledCache } from "../../engine/compiled-cache.ts";
import type { ExecOptions } from "../../engine/exec-options.ts";
import type { DriverValue } from "../../io/driver.ts";
import type { Io } from "../../io/io.ts";
import { allOf } from "../../model/nodes.ts";
import type { Query, SelectQuery } from "../../model/query.ts";
import { rowCount } from "../../model/row-count.ts";
import { ArgumentError } from "../../sql/errors.ts";
import { aggregateNames } from "../../sql/expression/aggregate-names.ts";
import { describe } from "../../sql/expression/node-facts.ts";
import { nextSourceId, type Expression, type FunctionNode } from "../../sql/expression/node.ts";
import { isWithinStatement, syntaxIn } from "../../sql/expression/parts.ts";
import { emptySelect, type QueryNode, type SelectNode } from "../../sql/statement/node.ts";
import { PaginationError } from "../errors.ts";
import { isSelecting } from "../execute.ts";
import { planJoins } from "../loading/joined-loader.ts";
import { fetchRows, queryContext, readPlanned } from "../loading/run-query.ts";
import type { SessionCore } from "../session-core.ts";
import { digest, readCursor, writeCursor } from "./cursor.ts";
import { beyond, orderOf, pageKeys, selectedAt, stableOrder, type PageKey, type PagePosition } from "./page-order.ts";

/** Which page `session.page` reads: the first, the one after a cursor, or the one before it. */
export interface PageOptions extends ExecOptions {
  /** At most so many rows. */
  readonly limit: number;
  /** The `nextCursor` of the page before; null and undefined mean the beginning. */
  readonly after?: string | null | undefined;
  /** The `previousCursor` of the page after. */
  readonly before?: string | null | undefined;
}

/** Rows in the statement's order, and how to go on from them. */
export interface Page<Row> {
  readonly items: Row[];
  /** For `after`; null where no page follows. */
  readonly nextCursor: string | null;
  /** For `before`; null where no page precedes. */
  readonly previousCursor: string | null;
  /** True where rows follow. Of a page read with `before` it is not asked: there was a page after it. */
  readonly hasNext: boolean;
  /** True where rows precede. Of a page read with `after` it is not asked: there was a page before it. */
  readonly hasPrevious: boolean;
}

/** Which page `session.paginate` reads; the first is 1. */
export interface PaginateOptions extends ExecOptions {
  readonly page: number;
  readonly size: number;
}

/** A numbered page, and how many there are. */
export interface NumberedPage<Row> {
  readonly items: Row[];
  /** Rows of all pages. */
  readonly total: number;
  readonly page: number;
  readonly size: number;
  /** How many pages there are; 0 where there is no row. */
  readonly pages: number;
}

/** page(): the rows after or before a cursor. @throws PaginationError, InvalidCursorError, ArgumentError */
export function* readPage(session: SessionCore, statement: unknown, options: PageOptions): Io<Page<unknown>> {
  const query = pagedQuery(statement);
  const { limit, after, before } = checkedOptions(options);
  const keys = pageKeys(query, query.node);
  try {
    yield* session.autoflushNow();
    const connection = yield* session.connection(false);
    const { dialect } = session;
    const order = orderDigest(keys, connection.engine.compiled, dialect);
    const isBackward = before !== undefined;
    const cursor = after ?? before;
    const position = cursor === undefined ? undefined : readCursor(cursor, keys, order, dialect);
    const condition = position === undefined ? undefined : beyond(keys, position, isBackward, dialect.capabilities);
    const { paged, places } = withPosition(query, keys, condition, isBackward, limit);
    const plan = planJoins(paged);
    const fetched = yield* fetchRows(session, plan.node);
    const rows = fetched.slice(0, limit);
    if (isBackward) rows.reverse();
    const { values } = yield* readPlanned(queryContext(session, query.options), paged, plan, rows);
    const readers = keys.map(({ type }) => dialect.codec(type).result);
    const cursorAt = (row: readonly DriverValue[]): string => {
      const found = places.map((place, index) => {
        const raw = row[place] ?? null;
        return raw === null ? null : (readers[index]?.(raw) ?? raw);
      });
      return writeCursor({ values: found, isIncluded: false }, keys, order);
    };
    const isMore = fetched.length > limit;
    // Of an empty page, the way back leads over the place it was asked for.
    const turned: PagePosition | undefined = position && { ...position, isIncluded: !position.isIncluded };
    const end = (row: readonly DriverValue[] | undefined, isThere: boolean): string | null => {
      if (!isThere) return null;
      return row === undefined ? (turned === undefined ? null : writeCursor(turned, keys, order)) : cursorAt(row);
    };
    const hasNext = isBackward || isMore;
    const hasPrevious = isBackward ? isMore : position !== undefined;
    return {
      items: values,
      nextCursor: end(rows.at(-1), hasNext),
      previousCursor: end(rows[0], hasPrevious),
      hasNext,
      hasPrevious,
    };
  } catch (error) {
    session.fail(error);
    throw error;
  }
}

/** What an order is: the text of its expressions, and the values in them. */
function orderDigest(keys: readonly PageKey[], compiled: CompiledCache, dialect: Dialect): string {
  const columns = keys.map(({ operand }) => operand);
  const { cached, values } = compiled.lookUp({ ...emptySelect, columns, orderBy: orderOf(keys, false) }, dialect);
  const bound = values.flatMap((node) => {
    const codec = dialect.codec(node.type);
    return (node.kind === "list" ? node.values : [node.value]).map((value) =>
      value === null ? null : String(codec.bind(value)),
    );
  });
  return digest([cached.compiled.sql, bound]);
}

/** The select of one page, and one row more; `places` says where in a row the keys are. */
function withPosition(
  query: SelectQuery,
  keys: readonly PageKey[],
  condition: Expression | undefined,
  isBackward: boolean,
  limit: number,
): { readonly paged: SelectQuery; readonly places: readonly number[] } {
  const { node } = query;
  const columns = [...node.columns];
  const places = keys.map((key) => {
    const found = selectedAt(key, columns);
    return found >= 0 ? found : columns.push(key.operand) - 1;
  });
  const conditions = [node.where, condition].filter((part) => part !== undefined);
  const paged = {
    ...node,
    columns,
    where: conditions.length === 0 ? undefined : allOf(conditions),
    orderBy: orderOf(keys, isBackward),
    limit: rowCount("page", limit + 1),
  };
  return { paged: { ...query, node: paged }, places };
}

/** paginate(): a page by its number, and how many there are. @throws PaginationError, ArgumentError */
export function* readNumberedPage(
  session: SessionCore,
  statement: unknown,
  options: PaginateOptions,
): Io<NumberedPage<unknown>> {
  const query = selectingQuery(statement, "paginate");
  const page = wholeNumber("paginate", "page", options);
  const size = wholeNumber("paginate", "size", options);
  const { node } = query;
  if (node.limit !== undefined || node.offset !== undefined)
    throw new PaginationError("paginate() sets LIMIT and OFFSET itself.", "Leave them out of the statement.");
  const ordered = orderedNode(query);
  const paged = {
    ...query,
    node: { ...ordered, limit: rowCount("paginate", size), offset: rowCount("paginate", (page - 1) * size) },
  };
  try {
    yield* session.autoflushNow();
    const [[counted = 0] = []] = yield* fetchRows(session, countOf(node));
    const plan = planJoins(paged);
    const rows = yield* fetchRows(session, plan.node);
    const { values } = yield* readPlanned(queryContext(session, query.options), paged, plan, rows);
    const total = Number(counted);
    return { items: values, total, page, size, pages: Math.ceil(total / size) };
  } catch (error) {
    session.fail(error);
    throw error;
  }
}

/** The statement with an order in which equal rows keep their places, where it is one over tables. */
function orderedNode(query: Query): QueryNode {
  const { node } = query;
  const ordered =
    node.kind === "select" && refusalOf(node) === undefined ? { ...node, orderBy: stableOrder(query, node) } : node;
  if (ordered.orderBy.length > 0) return ordered;
  throw new PaginationError(
    "Without an order, rows may come on two pages or on none.",
    "Add orderBy(…) to the statement.",
  );
}

/** `SELECT count(*) FROM (…)`. Its order says nothing of how many there are. */
function countOf(node: QueryNode): SelectNode {
  const statement = node.kind === "select" ? unordered(node) : { ...node, orderBy: [] };
  const count: FunctionNode = {
    kind: "function",
    name: "count",
    arguments: [{ kind: "star" }],
    type: { kind: "bigint" },
  };
  return {
    ...emptySelect,
    columns: [count],
    from: [{ kind: "subquery", id: nextSourceId(), name: "counted", statement }],
  };
}

function unordered(node: SelectNode): SelectNode {
  const { forUpdate: _, ...rest } = node;
  // The columns of a table in FROM must differ in name.
  const columns = node.columns.map((column, index): Expression => ({
    kind: "label",
    operand: column.kind === "label" ? column.operand : column,
    name: `c${String(index + 1)}`,
  }));
  const renamed = (item: Expression): Expression => {
    const at = item.kind === "label" ? node.columns.indexOf(item) : -1;
    return columns[at] ?? item;
  };
  return { ...rest, columns, orderBy: [], groupBy: node.groupBy.map(renamed) };
}

function pagedQuery(statement: unknown): SelectQuery {
  const query = selectingQuery(statement, "page");
  const { node } = query;
  const problem = node.kind === "compound" ? "a set operation" : (refusalOf(node) ?? limitOf(node));
  if (node.kind === "compound" || problem !== undefined)
    throw new PaginationError(
      `page() cannot go on from a row of a select with ${problem ?? ""}.`,
      "Leave it out, or use paginate().",
    );
  return { ...query, node };
}

function selectingQuery(statement: unknown, call: string): Query {
  if (isSelecting(statement)) return statement.toQuery();
  throw new ArgumentError(`${call}() takes a select, not ${describe(statement)}.`);
}

/** What of `node` would mean something else if only a part of its rows were asked for; undefined where nothing. */
function refusalOf(node: SelectNode): string | undefined {
  if (node.distinctOn !== undefined) return "DISTINCT ON";
  if (node.distinct) return "DISTINCT";
  if (node.groupBy.length > 0) return "GROUP BY";
  if (node.having !== undefined) return "HAVING";
  const order = syntaxIn(node.orderBy, isWithinStatement);
  const functions = [...syntaxIn(node.columns, isWithinStatement), ...order].filter((part) => part.kind === "function");
  if (functions.some(({ over }) => over !== undefined)) return "window functions";
  if (functions.some(({ name }) => aggregateNames.has(name))) return "aggregates";
  if (order.some((part) => part.kind === "construct" && part.name === "number.random")) return "an order by chance";
  return undefined;
}

function limitOf(node: SelectNode): string | undefined {
  if (node.limit !== undefined) return "LIMIT";
  return node.offset === undefined ? undefined : "OFFSET";
}

function checkedOptions(options: PageOptions): {
  readonly limit: number;
  readonly after: string | undefined;
  readonly before: string | undefined;
} {
  const limit = wholeNumber("page", "limit", options);
  const { after, before } = options;
  if ((after ?? undefined) !== undefined && (before ?? undefined) !== undefined)
    throw new ArgumentError("page() goes after a cursor or before one: pass only one of the two.");
  return { limit, after: after ?? undefined, before: before ?? undefined };
}

function wholeNumber<K extends string>(call: string, name: K, options: { readonly [N in K]: number }): number {
  const value: unknown = (options as typeof options | undefined)?.[name];
  if (Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) < 2 ** 31 - 1) return value as number;
  throw new ArgumentError(
    `${call}() takes { ${name} }, a whole number of 1 or more, not ${typeof value === "number" ? String(value) : describe(value)}.`,
  );
}
