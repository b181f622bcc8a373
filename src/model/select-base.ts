/** What selects and set operations have in common: as subqueries, common table expressions and parts of set operations. */
import type { Dialect } from "../dialect/dialect.ts";
import { Prepared, type NamedValues } from "../engine/prepared.ts";
import { shownStatement, statementSql, type StatementSql } from "../engine/statement-sql.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { ArgumentError } from "../sql/errors.ts";
import {
  ColumnElement,
  describe,
  ScalarSelect,
  typeOf,
  type ScalarSelectable,
  type valueType,
} from "../sql/expression/column-element.ts";
import { orderNode } from "../sql/expression/order.ts";
import { nextSourceId, type Expression, type SubqueryNode, type SubquerySource } from "../sql/expression/node.ts";
import type { CompoundNode, PositionOrder, QueryNode, SetOperator } from "../sql/statement/node.ts";
import { markReused } from "../sql/statement/reused.ts";
import { resultItems } from "../sql/statement/result-items.ts";
import { inspectMethod } from "../util/inspect-method.ts";
import {
  cteOf,
  recursiveCteOf,
  type Cte,
  type CteOptions,
  type RecursiveColumns,
  type RecursiveOptions,
} from "./cte.ts";
import { readInclude } from "./include-tree.ts";
import { checkedName, namedQuery, NamedSource, sourceColumns } from "./named-source.ts";
import type { Query } from "./query.ts";
import type { IncludeFor, Row } from "./row.ts";
import { rowCount } from "./row-count.ts";
import type { NamedColumns, SameColumns, SourceColumns } from "./source-types.ts";

/** The value of a select of one column, or the row of several. */
export type ScalarOf<Items> =
  Items extends ColumnElement<infer T>
    ? T
    : Items extends readonly ColumnElement<unknown>[]
      ? { -readonly [K in keyof Items]: Items[K] extends ColumnElement<infer T> ? T : never }
      : unknown;

declare const selectedItems: unique symbol;

/** A select or a set operation, by the type of its rows. */
export interface QueryOf<R> {
  readonly row: R;
  readonly [selectedItems]?: unknown;
  toQuery(): Query;
}
type ItemsOf<Q> = Q extends { readonly [selectedItems]?: infer Items } ? Items : unknown;

/** Queries whose columns are like those of the first. */
type Alike<R, O extends readonly QueryOf<unknown>[]> = { [K in keyof O]: O[K] & SameColumns<R, O[K]["row"]> };

/** A query that returns rows. Immutable: every method returns a new one. */
export abstract class SelectBase<Items, R>
  extends ScalarSelect
  implements ScalarSelectable<ScalarOf<Items>>, QueryOf<R>
{
  /** The type of a row. There is no value: `typeof statement.row`. */
  declare readonly row: R;
  declare readonly [valueType]?: ScalarOf<Items>;
  declare readonly [selectedItems]?: Items;

  /** What the ORM runs. */
  abstract toQuery(): Query;

  /** The query as a value, NULL where it finds no row: `select(func.max(Hero.c.age)).scalarSubquery()`. */
  scalarSubquery(): ColumnElement<ScalarOf<Items> | null, never> {
    return new ColumnElement(this.subqueryNode);
  }

  /** The query as part of another statement. */
  get subqueryNode(): SubqueryNode {
    const { node } = this.toQuery();
    const [first, second] = resultItems(node);
    return {
      kind: "subquery",
      statement: node,
      type: first === undefined || second !== undefined ? { kind: "unknown" } : typeOf(first),
    };
  }

  /**
   * The query as a source of another one: `select(s.c.name).join(s, …)`. Its columns are in `c`, by the keys of the selected
   * object, the attributes of the selected model, or labels.
   * @throws ArgumentError for a column without a name
   */
  subquery<const Name extends string>(
    name: Name & NamedColumns<Items>,
  ): NamedSource<Name, SourceColumns<Items, R, Name>> {
    return derived(this.toQuery(), checkedName(name, "subquery"), false);
  }

  /** A subquery that may read the sources before it: the three largest cities of each country. PostgreSQL and MySQL. */
  lateral<const Name extends string>(
    name: Name & NamedColumns<Items>,
  ): NamedSource<Name, SourceColumns<Items, R, Name>> {
    return derived(this.toQuery(), checkedName(name, "lateral"), true);
  }

  /** A common table expression: written once in the WITH of the statement, however often it is used. */
  cte<const Name extends string>(
    name: Name & NamedColumns<Items>,
    options: CteOptions = {},
  ): Cte<Name, SourceColumns<Items, R, Name>> {
    return cteOf(this.toQuery(), name, options) as Cte<Name, SourceColumns<Items, R, Name>>;
  }

  /**
   * A recursive common table expression: this query is its start, and `step` is repeated on the rows that were found last, until
   * there are no new ones. `all` keeps equal rows, which never ends on data that goes in a circle.
   */
  recursiveCte<const Name extends string, Step, const O extends RecursiveOptions<SourceColumns<Items, R, Name>>>(
    name: Name & NamedColumns<Items>,
    step: (self: NamedSource<Name, SourceColumns<Items, R, Name>>) => QueryOf<Step> & SameColumns<R, Step>,
    options?: O,
  ): Cte<Name, SourceColumns<Items, R, Name> & RecursiveColumns<O, Name>> {
    const made = recursiveCteOf(
      this.toQuery(),
      name,
      step as (self: unknown) => unknown,
      (options ?? {}) as RecursiveOptions<object>,
      (first, next, all) => setOperation(all ? "unionAll" : "union", [new NamedStart(first), next], "recursiveCte"),
    );
    return made as Cte<Name, SourceColumns<Items, R, Name> & RecursiveColumns<O, Name>>;
  }

  /** `UNION`: the rows of this query and the others, each once. */
  union<O extends readonly QueryOf<unknown>[]>(...others: Alike<R, O>): CompoundSelect<Items, R | O[number]["row"]> {
    return this.#with("union", others);
  }
  /** `UNION ALL`: the rows of this query and the others. */
  unionAll<O extends readonly QueryOf<unknown>[]>(...others: Alike<R, O>): CompoundSelect<Items, R | O[number]["row"]> {
    return this.#with("unionAll", others);
  }
  /** `INTERSECT`: the rows that all queries have, each once. */
  intersect<O extends readonly QueryOf<unknown>[]>(
    ...others: Alike<R, O>
  ): CompoundSelect<Items, R | O[number]["row"]> {
    return this.#with("intersect", others);
  }
  /** `INTERSECT ALL`: a row as often as the query has it that has it least often. */
  intersectAll<O extends readonly QueryOf<unknown>[]>(
    ...others: Alike<R, O>
  ): CompoundSelect<Items, R | O[number]["row"]> {
    return this.#with("intersectAll", others);
  }
  /** `EXCEPT`: the rows of this query that none of the others has, each once. */
  except<O extends readonly QueryOf<unknown>[]>(...others: Alike<R, O>): CompoundSelect<Items, R> {
    return this.#with("except", others);
  }
  /** `EXCEPT ALL`: the rows of this query; each row of the others takes one equal row away. */
  exceptAll<O extends readonly QueryOf<unknown>[]>(...others: Alike<R, O>): CompoundSelect<Items, R> {
    return this.#with("exceptAll", others);
  }

  /**
   * The query for many executions with named values: `param("name")` in it, `session.exec(prepared, { name: "x" })`. Compiled once.
   * Say the values' types where they shall be checked: `prepare<{ name: string }>()`.
   * @throws ParameterError where nothing says of what type a parameter is
   */
  prepare<P extends object = NamedValues>(): Prepared<R, P> {
    return new Prepared<R, P>(this, this.toQuery().node);
  }

  /** The SQL of a dialect, for reading. */
  compile(dialect: Dialect): Compiled {
    return dialect.compile(this.toQuery().node);
  }

  /**
   * The SQL of a dialect with its parameters: `{ sql, parameters }`. Printed, it masks the values of hidden columns.
   * @param dialect - Default: PostgreSQL's.
   */
  toSQL(dialect?: Dialect): StatementSql {
    return statementSql(this.toQuery().node, dialect);
  }

  [inspectMethod](): string {
    return shownStatement(this.constructor.name, () => this.toSQL());
  }

  #with<Rows>(operator: SetOperator, others: readonly unknown[]): CompoundSelect<Items, Rows> {
    return new CompoundSelect(setOperation(operator, [this, ...others], operator));
  }
}

/** Set operations of queries: `union(a, b).orderBy(…)`. Immutable: every method returns a new one. */
export class CompoundSelect<Items, R> extends SelectBase<Items, R> {
  readonly #query: Query & { readonly node: CompoundNode };
  #isAsked = false;

  constructor(query: Query & { readonly node: CompoundNode }) {
    super();
    this.#query = query;
  }

  override toQuery(): Query {
    if (this.#isAsked) markReused(this.#query.node);
    this.#isAsked = true;
    return this.#query;
  }

  /** `ORDER BY` of the whole, by columns of the first query. @throws ArgumentError for any other column */
  orderBy(...columns: ColumnElement<unknown>[]): this {
    const items = resultItems(this.#query.node);
    const added = columns.map((column) => positionOf(column, items));
    return this.#change({ orderBy: [...this.#query.node.orderBy, ...added] });
  }

  /** `LIMIT` of the whole. */
  limit(count: number | ColumnElement<number>): this {
    return this.#change({ limit: rowCount("limit", count) });
  }

  /** `OFFSET` of the whole. */
  offset(count: number | ColumnElement<number>): this {
    return this.#change({ offset: rowCount("offset", count) });
  }

  /** Relationships to load with the first selected entity. */
  include<const W extends IncludeFor<Items>>(include: W): CompoundSelect<Items, Row<Items, never, W>> {
    const main = this.#query.items.find((item) => item.kind === "entity");
    if (main?.kind !== "entity") {
      throw new ArgumentError("include() is about a selected entity, but this set operation has only expressions.");
    }
    const loads = readInclude(main.source.mapper, include);
    return new CompoundSelect({ ...this.#query, options: { ...this.#query.options, loads } });
  }

  #change(change: Partial<CompoundNode>): this {
    return new CompoundSelect<Items, R>({ ...this.#query, node: { ...this.#query.node, ...change } }) as this;
  }
}

function derived<Name extends string, C>(query: Query, name: string, lateral: boolean): NamedSource<Name, C> {
  const { node, columns } = namedQuery(query, name);
  const source: SubquerySource = {
    kind: "subquery",
    id: nextSourceId(),
    name,
    statement: node,
    ...(lateral ? { lateral } : {}),
  };
  return new NamedSource(source, sourceColumns(source, columns) as C);
}

function positionOf(column: unknown, items: readonly Expression[]): PositionOrder {
  if (!ColumnElement.isElement(column)) throw new ArgumentError(`orderBy() takes columns, not ${describe(column)}.`);
  const { operand, direction, nulls } = orderNode(column);
  const position = items.findIndex((item) => isSame(item, operand));
  if (position >= 0) return { position, direction, nulls };
  throw new ArgumentError(
    "A set operation is ordered by columns that its first query selects. Select this one too, or order a subquery of the whole.",
  );
}

function isSame(left: Expression, right: Expression): boolean {
  if (left.kind === "label") return isSame(left.operand, right.kind === "label" ? right.operand : right);
  if (right.kind === "label") return isSame(left, right.operand);
  if (left.kind === "column" && right.kind === "column") return left.from === right.from && left.name === right.name;
  return left === right;
}

/** A query whose columns have been named, as the start of a recursive one. */
class NamedStart {
  readonly query: Query;

  constructor(query: Query) {
    this.query = query;
  }
}

/** The queries as one. @throws ArgumentError where their columns differ in number */
function setOperation(
  operator: SetOperator,
  queries: readonly unknown[],
  call: string,
): Query & { readonly node: CompoundNode } {
  const read = queries.map((query) => {
    if (query instanceof SelectBase) return (query as SelectBase<unknown, unknown>).toQuery();
    if (query instanceof NamedStart) return query.query;
    throw new ArgumentError(`${call}() takes selects and set operations, not ${describe(query)}.`);
  });
  const [first] = read;
  if (first === undefined) throw new ArgumentError(`${call}() takes at least one select.`);
  const width = resultItems(first.node).length;
  read.forEach((query, index) => {
    const found = resultItems(query.node).length;
    if (found !== width) {
      throw new ArgumentError(
        `${call}(): query ${String(index + 1)} selects ${String(found)} columns, the first ${String(width)}. All must select the same number.`,
      );
    }
    if (query.options.loads.length > 0) {
      throw new ArgumentError(`${call}(): include() belongs to the whole: ${call}(…).include({ … }).`);
    }
  });
  const nodes = read.map(({ node }) => node);
  const operands = nodes.flatMap((node, index) => (index === 0 ? sameOperands(node, operator) : [node]));
  const node: CompoundNode = { kind: "compound", operator, operands, orderBy: [], limit: undefined, offset: undefined };
  return { ...first, node };
}

/** `a UNION b` with one more is one UNION of three: operators are read from the left. */
function sameOperands(node: QueryNode, operator: SetOperator): readonly QueryNode[] {
  const isSameOperator =
    node.kind === "compound" &&
    node.operator === operator &&
    node.orderBy.length === 0 &&
    node.limit === undefined &&
    node.offset === undefined;
  return isSameOperator ? node.operands : [node];
}

/** `UNION`: the rows of all queries, each once. `union(a, b)` is `a.union(b)`. */
export function union<F extends QueryOf<unknown>, O extends readonly QueryOf<unknown>[]>(
  first: F,
  ...others: Alike<F["row"], O>
): CompoundSelect<ItemsOf<F>, F["row"] | O[number]["row"]> {
  return new CompoundSelect(setOperation("union", [first, ...others], "union"));
}

/** `UNION ALL`: the rows of all queries. */
export function unionAll<F extends QueryOf<unknown>, O extends readonly QueryOf<unknown>[]>(
  first: F,
  ...others: Alike<F["row"], O>
): CompoundSelect<ItemsOf<F>, F["row"] | O[number]["row"]> {
  return new CompoundSelect(setOperation("unionAll", [first, ...others], "unionAll"));
}

/** `INTERSECT`: the rows that all queries have, each once. */
export function intersect<F extends QueryOf<unknown>, O extends readonly QueryOf<unknown>[]>(
  first: F,
  ...others: Alike<F["row"], O>
): CompoundSelect<ItemsOf<F>, F["row"] | O[number]["row"]> {
  return new CompoundSelect(setOperation("intersect", [first, ...others], "intersect"));
}

/** `INTERSECT ALL`: a row as often as the query has it that has it least often. */
export function intersectAll<F extends QueryOf<unknown>, O extends readonly QueryOf<unknown>[]>(
  first: F,
  ...others: Alike<F["row"], O>
): CompoundSelect<ItemsOf<F>, F["row"] | O[number]["row"]> {
  return new CompoundSelect(setOperation("intersectAll", [first, ...others], "intersectAll"));
}

/** `EXCEPT`: the rows of the first query that none of the others has, each once. */
export function except<F extends QueryOf<unknown>, O extends readonly QueryOf<unknown>[]>(
  first: F,
  ...others: Alike<F["row"], O>
): CompoundSelect<ItemsOf<F>, F["row"]> {
  return new CompoundSelect(setOperation("except", [first, ...others], "except"));
}

/** `EXCEPT ALL`: the rows of the first query; each row of the others takes one equal row away. */
export function exceptAll<F extends QueryOf<unknown>, O extends readonly QueryOf<unknown>[]>(
  first: F,
  ...others: Alike<F["row"], O>
): CompoundSelect<ItemsOf<F>, F["row"]> {
  return new CompoundSelect(setOperation("exceptAll", [first, ...others], "exceptAll"));
}
