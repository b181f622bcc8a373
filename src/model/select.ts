/** `select`: a typed, immutable builder of SELECT, and what the ORM is to do with its rows. */
import type { MetaData } from "../metadata/meta-data.ts";
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe } from "../sql/expression/column-element.ts";
import { groupNode, type GroupingElement, type GroupingSource } from "../sql/expression/grouping.ts";
import { orderNode, positionIn } from "../sql/expression/order.ts";
import type { FromClause } from "../sql/expression/node.ts";
import { addSources, type ExpressionSources } from "../sql/expression/sources.ts";
import { conditionNode, conjunction, fromClause } from "../sql/expression/operators.ts";
import { window, type OverOptions } from "../sql/expression/window.ts";
import { markReused } from "../sql/statement/reused.ts";
import { didYouMean } from "../util/closest-name.ts";
import type { AnyModel } from "./any.ts";
import { mappers } from "./configure.ts";
import { lockClause, type LockOptions } from "./lock-options.ts";
import { entityOf, findEntity } from "./entity.ts";
import type { EntitySource } from "./entity-source.ts";
import {
  conditionJoins,
  crossJoins,
  relationshipJoins,
  sourceJoin,
  type PresentSources,
  type RowJoinKind,
} from "./join.ts";
import { readInclude } from "./include-tree.ts";
import { NamedSource, tablesIn } from "./named-source.ts";
import type { RowShape, SelectItem, SelectQuery } from "./query.ts";
import { RelationshipHandle } from "./relationship-handle.ts";
import type { IncludeFor, Joinable, JoinedName, MainColumns, Row, Selectable, SourcesOf } from "./row.ts";
import { rowCount } from "./row-count.ts";
import { SelectBase } from "./select-base.ts";
import { buildQuery } from "./select-query.ts";
import type { SelectState } from "./select-state.ts";

/** A SELECT. Immutable: every method returns a new one. */
export class Select<Items, Nullable extends string = never, Loads = true> extends SelectBase<
  Items,
  Row<Items, Nullable, Loads>
> {
  readonly #state: SelectState;
  #query: SelectQuery | undefined;

  constructor(state: SelectState) {
    super();
    this.#state = state;
  }

  /** `WHERE`: all conditions of all calls must hold. */
  where(...conditions: ColumnElement<boolean>[]): this {
    return this.#next({ ...this.#state, where: conjunction(this.#state.where, conditions, "where") });
  }

  /** `FROM`, where the items do not say it: `select(func.count()).from(Hero)`. */
  from(...sources: (AnyModel | NamedSource<string, unknown>)[]): this {
    const added = sources.map((source) =>
      NamedSource.isSource(source) ? source[fromClause] : entityOf(source, "from"),
    );
    return this.#next({ ...this.#state, from: [...this.#state.from, ...added] });
  }

  /** `INNER JOIN` on a condition, along a relationship (`Hero.r.team`), or on the only foreign key there is. */
  join(target: Joinable, on?: ColumnElement<boolean>): this {
    return this.#join("inner", target, on);
  }

  /** `LEFT OUTER JOIN`: what is selected from `target` becomes nullable in the row's type. */
  outerJoin<J extends Joinable>(
    target: J,
    on?: ColumnElement<boolean>,
  ): Select<Items, Nullable | JoinedName<J>, Loads> {
    return this.#join<Select<Items, Nullable | JoinedName<J>, Loads>>("left", target, on);
  }

  /** `RIGHT OUTER JOIN`: what is selected from elsewhere becomes nullable in the row's type. */
  rightJoin<J extends Joinable>(
    target: J,
    on?: ColumnElement<boolean>,
  ): Select<Items, Nullable | Exclude<SourcesOf<Items>, JoinedName<J>>, Loads> {
    return this.#join<Select<Items, Nullable | Exclude<SourcesOf<Items>, JoinedName<J>>, Loads>>("right", target, on);
  }

  /** `FULL OUTER JOIN`: everything selected becomes nullable in the row's type. */
  fullJoin<J extends Joinable>(
    target: J,
    on?: ColumnElement<boolean>,
  ): Select<Items, Nullable | SourcesOf<Items> | JoinedName<J>, Loads> {
    return this.#join<Select<Items, Nullable | SourcesOf<Items> | JoinedName<J>, Loads>>("full", target, on);
  }

  /** `CROSS JOIN`: every row with every row of `target`. */
  crossJoin(target: AnyModel | NamedSource<string, unknown>): this {
    const { joins, joined } = this.#state;
    if (NamedSource.isSource(target))
      return this.#next({
        ...this.#state,
        joins: [...joins, { kind: "cross", target: target[fromClause], on: undefined }],
      });
    const entity = entityOf(target, "crossJoin");
    const added = crossJoins(entity, this.#presentSources(entity.from, entity));
    return this.#next({ ...this.#state, joins: [...joins, ...added], joined: [...joined, entity] });
  }

  /** `ORDER BY`, after what earlier calls said. */
  orderBy(...columns: ColumnElement<unknown>[]): this {
    for (const column of columns) conditionNode(column, "orderBy");
    return this.#next({ ...this.#state, orderBy: [...this.#state.orderBy, ...columns.map(orderNode)] });
  }

  /** `ORDER BY` the place of the column's value in `values`; rows with other values come last. */
  orderByValues<T>(column: ColumnElement<T>, values: readonly T[]): this {
    return this.orderBy(positionIn(column, values));
  }

  /**
   * `GROUP BY` columns, or several groupings: `rollup(…)`, `cube(…)`, `groupingSets(…)`. What is selected from a model whose columns
   * these name becomes nullable in the row's type.
   */
  groupBy<const G extends readonly (ColumnElement<unknown> | GroupingElement)[]>(
    ...items: G
  ): Select<Items, Nullable | GroupingSource<G[number]>, Loads> {
    return this.#next<Select<Items, Nullable | GroupingSource<G[number]>, Loads>>({
      ...this.#state,
      groupBy: [...this.#state.groupBy, ...items.map(groupNode)],
    });
  }

  /** `HAVING`: all conditions of all calls must hold. */
  having(...conditions: ColumnElement<boolean>[]): this {
    return this.#next({ ...this.#state, having: conjunction(this.#state.having, conditions, "having") });
  }

  /**
   * `WINDOW name AS (…)`: a window that `over(name)` of several functions can name. One made by the function `window` needs no
   * definition here.
   */
  window(name: string, options: OverOptions): this {
    return this.#next({ ...this.#state, windows: [...(this.#state.windows ?? []), window(name, options).node] });
  }

  /** `LIMIT`: a number, or an expression where the database takes one (not MySQL and MariaDB). */
  limit(count: number | ColumnElement<number>): this {
    return this.#next({ ...this.#state, limit: rowCount("limit", count), withTies: false });
  }

  /** `FETCH FIRST count ROWS`: as `limit`, and `withTies` adds the rows that equal the last in the order. */
  fetch(count: number | ColumnElement<number>, options: { readonly withTies?: boolean } = {}): this {
    return this.#next({ ...this.#state, limit: rowCount("fetch", count), withTies: options.withTies === true });
  }

  /** `OFFSET`, as `limit`. */
  offset(count: number | ColumnElement<number>): this {
    return this.#next({ ...this.#state, offset: rowCount("offset", count) });
  }

  /** `DISTINCT`. */
  distinct(): this {
    return this.#next({ ...this.#state, distinct: true });
  }

  /**
   * `DISTINCT ON (…)`: of the rows with equal values of these columns the first in the order, which must begin with them. Only
   * PostgreSQL.
   */
  distinctOn(...columns: ColumnElement<unknown>[]): this {
    if (columns.length === 0) throw new ArgumentError("distinctOn() takes one or more columns.");
    return this.#next({ ...this.#state, distinctOn: columns.map((column) => conditionNode(column, "distinctOn")) });
  }

  /** `FOR UPDATE`: lock the rows until the transaction ends. */
  forUpdate(options: LockOptions = {}): this {
    return this.#next({ ...this.#state, forUpdate: lockClause("update", options, "forUpdate") });
  }

  /** `FOR NO KEY UPDATE`: the same, but others may refer to the rows. Only PostgreSQL. */
  forNoKeyUpdate(options: LockOptions = {}): this {
    return this.#next({ ...this.#state, forUpdate: lockClause("no key update", options, "forNoKeyUpdate") });
  }

  /** `FOR SHARE`: keep others from changing the rows until the transaction ends. */
  forShare(options: LockOptions = {}): this {
    return this.#next({ ...this.#state, forUpdate: lockClause("share", options, "forShare") });
  }

  /** `FOR KEY SHARE`: keep others from deleting the rows or changing their keys. Only PostgreSQL. */
  forKeyShare(options: LockOptions = {}): this {
    return this.#next({ ...this.#state, forUpdate: lockClause("key share", options, "forKeyShare") });
  }

  /** Relationships to load with the first selected entity: `include({ heroes: { powers: true } })`. */
  include<const W extends IncludeFor<Items>>(include: W): Select<Items, Nullable, W> {
    const { mapper } = this.#mainEntity("include");
    return this.#next<Select<Items, Nullable, W>>({
      ...this.#state,
      options: { ...this.#state.options, loads: readInclude(mapper, include) },
    });
  }

  /** Load only these columns of the first selected entity, and its key. Touching another is an error. */
  loadOnly(...names: MainColumns<Items>[]): this {
    return this.#withColumns(new Set(this.#columnNames("loadOnly", names)));
  }

  /** Load all columns of the first selected entity but these. */
  defer(...names: MainColumns<Items>[]): this {
    const left = new Set(this.#columnNames("defer", names));
    const { mapper } = this.#mainEntity("defer");
    const all = this.#state.options.columns ?? [...mapper.attributeByKey.keys(), ...mapper.expressionByKey.keys()];
    return this.#withColumns(new Set([...all].filter((key) => !left.has(key))));
  }

  /** Entities that the session does not track: quicker, and changes to them are never written. */
  readOnly(): this {
    return this.#next({ ...this.#state, options: { ...this.#state.options, readOnly: true } });
  }

  /** Overwrite what entities in the session hold, changes that are not flushed included. */
  populateExisting(): this {
    return this.#next({ ...this.#state, options: { ...this.#state.options, populateExisting: true } });
  }

  /** What the ORM runs. */
  override toQuery(): SelectQuery {
    if (this.#query === undefined) this.#query = buildQuery(this.#state);
    else markReused(this.#query.node);
    return this.#query;
  }

  #next<Result = this>(state: SelectState): Result {
    return new Select(state) as Result;
  }

  #join<Result = this>(kind: RowJoinKind, target: Joinable, on: ColumnElement<boolean> | undefined): Result {
    const { joins, joined } = this.#state;
    if (RelationshipHandle.isHandle(target)) {
      if (on !== undefined)
        throw new ArgumentError(
          "join() along a relationship takes no condition. Put it into where(…), or join the model on a condition of your own.",
        );
      const along = relationshipJoins(kind, target, (entity) => this.#presentSources(entity.from, entity));
      return this.#next({ ...this.#state, joins: [...joins, ...along.joins], joined: [...joined, along.target] });
    }
    if (NamedSource.isSource(target)) {
      const own = this.#presentSources(target[fromClause]);
      const condition = on === undefined ? undefined : conditionNode(on, "join");
      return this.#next({
        ...this.#state,
        joins: [...joins, sourceJoin(kind, target, condition, own, this.#metadata(own))],
      });
    }
    const entity = entityOf(target, "join");
    const condition = on === undefined ? undefined : conditionNode(on, "join");
    const added = conditionJoins(kind, entity, condition, this.#presentSources(entity.from, entity));
    return this.#next({ ...this.#state, joins: [...joins, ...added], joined: [...joined, entity] });
  }

  /** What the statement reads from before `target` is joined: of the items, the first that is not the target itself. */
  #presentSources(target: FromClause, entity?: EntitySource): PresentSources {
    const { items, from, joins } = this.#state;
    const explicit = from.flatMap((source) => ("mapper" in source ? entityTables(source) : [source]));
    const sources = new Set(explicit.length > 0 ? explicit : selectedSources(items, target));
    for (const join of joins) sources.add(join.target);
    const isSelected = items.some((item) => item.kind === "entity" && item.source === entity);
    return { sources: [...sources], isSelected };
  }

  /** Where the foreign keys of the sources are known. */
  #metadata({ sources }: PresentSources): MetaData | undefined {
    const tables = new Set(sources.flatMap(tablesIn));
    return mappers().find((mapper) => tables.has(mapper.table))?.metadata;
  }

  #mainEntity(call: string): EntitySource {
    const main = this.#state.items.find((item) => item.kind === "entity");
    if (main !== undefined) return main.source;
    throw new ArgumentError(
      `${call}() is about a selected entity, but this select has only expressions. Select the model: select(Hero).`,
    );
  }

  #columnNames(call: string, names: readonly string[]): string[] {
    const { mapper } = this.#mainEntity(call);
    return names.map((name) => {
      const known = [...mapper.attributeByKey.keys(), ...mapper.expressionByKey.keys()];
      if (known.includes(name)) return name;
      throw new ArgumentError(`${call}(): ${mapper.name} has no column '${name}'.${didYouMean(name, known)}`);
    });
  }

  #withColumns(columns: ReadonlySet<string>): this {
    const { mapper } = this.#mainEntity("loadOnly");
    const always = [...mapper.primaryKey, mapper.version, mapper.polymorphicOn].flatMap((attribute) =>
      attribute === undefined ? [] : [attribute.key],
    );
    return this.#next({
      ...this.#state,
      options: { ...this.#state.options, columns: new Set([...columns, ...always]) },
    });
  }
}

/** Select entities and expressions: one gives rows of its own type, several give tuples, an object gives objects. */
export function select<I extends Selectable>(item: I): Select<I>;
export function select<const I extends readonly [Selectable, Selectable, ...Selectable[]]>(...items: I): Select<I>;
export function select<I extends Record<string, Selectable>>(items: I): Select<I>;
export function select(...given: readonly unknown[]): Select<unknown> {
  const [only] = given;
  if (given.length === 0) throw new ArgumentError("select() takes at least one model, column or expression.");
  if (given.length > 1) return new Select({ ...empty, items: given.map(selectItem), shape: tuple });
  if (isRecord(only)) {
    const keys = Object.keys(only);
    return new Select({ ...empty, items: Object.values(only).map(selectItem), shape: { kind: "record", keys } });
  }
  return new Select({ ...empty, items: [selectItem(only)] });
}

const single: RowShape = Object.freeze({ kind: "single" });
const tuple: RowShape = Object.freeze({ kind: "tuple" });

/** With every property: a copy that gets one more takes fifty times as long. */
const empty: SelectState = {
  items: [],
  shape: single,
  from: [],
  joins: [],
  joined: [],
  where: undefined,
  groupBy: [],
  having: undefined,
  windows: undefined,
  orderBy: [],
  limit: undefined,
  offset: undefined,
  distinct: false,
  distinctOn: undefined,
  withTies: false,
  forUpdate: undefined,
  options: { loads: [], columns: undefined, readOnly: false, populateExisting: false },
};

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || ColumnElement.isElement(value) || findEntity(value) !== undefined)
    return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.keys(value).length > 0;
}

function selectItem(item: unknown): SelectItem {
  if (ColumnElement.isElement(item)) return { kind: "column", expression: item.node };
  const source = findEntity(item);
  if (source !== undefined) return { kind: "entity", source };
  throw new ArgumentError(`select() takes models, columns and expressions, not ${describe(item)}.`);
}

function entityTables(source: EntitySource): FromClause[] {
  return source.isDerived ? [source.from] : source.mapper.tables.map((table) => source.sourceOf(table));
}

/** What the first item reads that does not read `target`; where all do, the first. */
function selectedSources(items: readonly SelectItem[], target: FromClause): FromClause[] {
  let first: FromClause[] | undefined;
  for (const item of items) {
    const sources = itemSources(item);
    if (sources.length > 0 && !sources.includes(target)) return sources;
    if (sources.length > 0) first ??= sources;
  }
  return first ?? [];
}

function itemSources(item: SelectItem): FromClause[] {
  if (item.kind === "entity") return entityTables(item.source);
  const found: ExpressionSources = { needed: new Set(), named: new Set() };
  addSources(item.expression, found);
  return [...found.needed];
}
