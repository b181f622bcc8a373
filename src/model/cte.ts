/** Common table expressions: queries, and on some databases writes, with a name in the WITH of a statement. */
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe } from "../sql/expression/column-element.ts";
import {
  nextSourceId,
  type CteRecursion,
  type CteReference,
  type CteSource,
  type FromClause,
} from "../sql/expression/node.ts";
import { fromClause } from "../sql/expression/operators.ts";
import type { CompoundNode, DeleteNode, InsertNode, UpdateNode } from "../sql/statement/node.ts";
import { didYouMean } from "../util/closest-name.ts";
import {
  checkedName,
  labelled,
  namedQuery,
  NamedSource,
  outputColumns,
  sourceColumns,
  withNames,
} from "./named-source.ts";
import type { Query } from "./query.ts";
import type { Renamed } from "./source-types.ts";

/** What `cte` takes. */
export interface CteOptions {
  /**
   * True: calculate it once and keep the rows. False: let the database mix it with the statement. A hint for PostgreSQL and SQLite;
   * MySQL and MariaDB decide for themselves.
   */
  materialized?: boolean;
}

/** What `recursiveCte` takes. `SEARCH` and `CYCLE` are PostgreSQL's, from 14. */
export interface RecursiveOptions<C> extends CteOptions {
  /** UNION ALL: equal rows are kept. Without it a row that was found before is not followed again. */
  all?: boolean;
  /** Order the rows by the way they were found, in a column of this name. */
  search?: { order: "depth" | "breadth"; by: readonly (keyof C & string)[]; as: string };
  /** Follow no row whose columns are those of one before it on its path. `mark` is true on the row that closes a circle. */
  cycle?: { columns: readonly (keyof C & string)[]; mark: string; path: string };
}

type Extra<T, Names, Name extends string> = { readonly [K in Names & string]: ColumnElement<T, Name> };
/** The columns that SEARCH and CYCLE add. */
export type RecursiveColumns<O, Name extends string> = (O extends { search: { as: infer As } }
  ? Extra<unknown, As, Name>
  : unknown) &
  (O extends { cycle: { mark: infer Mark; path: infer Path } }
    ? Extra<boolean, Mark, Name> & Extra<unknown, Path, Name>
    : unknown);

/** A common table expression, for FROM and joins. */
export class Cte<Name extends string, C> extends NamedSource<Name, C> {
  /** The same rows under another name, to read them twice in one statement. */
  alias<const Other extends string>(name: Other): NamedSource<Other, Renamed<C, Other>> {
    const cte = this[fromClause] as CteSource;
    const source: CteReference = {
      kind: "cteReference",
      id: nextSourceId(),
      name: checkedName(name, "alias"),
      cteName: cte.name,
      of: cte,
    };
    return new NamedSource(source, renamed(this.c as Columns, source) as Renamed<C, Other>);
  }
}

interface Columns {
  readonly [key: string]: ColumnElement<unknown> | Columns;
}

function renamed(columns: Columns, from: FromClause): Columns {
  const made = Object.create(null) as { [key: string]: ColumnElement<unknown> | Columns };
  for (const [key, column] of Object.entries(columns)) {
    if (!ColumnElement.isElement(column)) made[key] = renamed(column, from);
    else if (column.node.kind === "column") made[key] = new ColumnElement({ ...column.node, from });
  }
  return Object.freeze(made);
}

function hint({ materialized }: CteOptions): Pick<CteSource, "materialized"> {
  if (materialized === undefined) return {};
  if (typeof materialized === "boolean") return { materialized };
  throw new ArgumentError(`cte(): materialized is true or false, not ${describe(materialized)}.`);
}

/** A query as a common table expression. */
export function cteOf(query: Query, name: string, options: CteOptions): Cte<string, unknown> {
  const { node, columns } = namedQuery(query, checkedName(name, "cte"));
  const source: CteSource = { kind: "cte", id: nextSourceId(), name, statement: node, ...hint(options) };
  return new Cte(source, sourceColumns(source, columns));
}

/** What a statement that changes rows returns, as a common table expression. */
export function writingCteOf(
  statement: InsertNode | UpdateNode | DeleteNode,
  returning: Query | undefined,
  name: string,
  call: string,
): Cte<string, unknown> {
  checkedName(name, "cte");
  if (returning === undefined) {
    throw new ArgumentError(
      `cte("${name}") of ${call}() needs the columns that it returns: ${call}(…).returning({ id: … }).cte("${name}").`,
    );
  }
  const columns = outputColumns(returning, statement.returning, name);
  const named = {
    ...statement,
    returning: statement.returning.map((item, index) => labelled(item, columns[index]?.name ?? "")),
  };
  const source: CteSource = { kind: "cte", id: nextSourceId(), name, statement: named };
  return new Cte(source, sourceColumns(source, columns));
}

/** A query that starts, and one that goes on from what was found. */
export function recursiveCteOf(
  start: Query,
  name: string,
  step: (self: unknown) => unknown,
  options: RecursiveOptions<object>,
  unite: (first: Query, next: unknown, all: boolean) => Query & { readonly node: CompoundNode },
): Cte<string, unknown> {
  const { node, columns } = namedQuery(start, checkedName(name, "recursiveCte"));
  const reference: CteReference = { kind: "cteReference", id: nextSourceId(), name, cteName: name, of: undefined };
  const self = new NamedSource(reference, sourceColumns(reference, columns));
  const united = unite({ ...start, node }, step(self), options.all === true);
  const own = self.c as Columns;
  const recursion = readRecursion(options, own, name);
  const source: CteSource = {
    kind: "cte",
    id: nextSourceId(),
    name,
    statement: withNames(united.node, columns),
    ...hint(options),
    recursion,
  };
  const made = sourceColumns(source, columns) as Columns;
  return new Cte(source, Object.freeze({ ...made, ...addedColumns(recursion, source) }));
}

function readRecursion(options: RecursiveOptions<object>, columns: Columns, name: string): CteRecursion {
  const { search, cycle } = options;
  const columnName = (key: string): string => {
    const column = columns[key];
    if (ColumnElement.isElement(column) && column.node.kind === "column") return column.node.name;
    throw new ArgumentError(`'${name}' has no column '${key}'.${didYouMean(key, Object.keys(columns))}`);
  };
  const added = (key: string): string => {
    if (!(checkedName(key, "recursiveCte") in columns)) return key;
    throw new ArgumentError(`'${name}' has a column '${key}' already. SEARCH and CYCLE add columns of other names.`);
  };
  return {
    search: search && { order: search.order, by: search.by.map(columnName), as: added(search.as) },
    cycle: cycle && { columns: cycle.columns.map(columnName), mark: added(cycle.mark), path: added(cycle.path) },
  };
}

function addedColumns({ search, cycle }: CteRecursion, from: CteSource): Columns {
  const column = (name: string, kind: "unknown" | "boolean"): ColumnElement<unknown> =>
    new ColumnElement({ kind: "column", from, name, type: { kind } });
  return {
    ...(search === undefined ? {} : { [search.as]: column(search.as, "unknown") }),
    ...(cycle === undefined
      ? {}
      : { [cycle.mark]: column(cycle.mark, "boolean"), [cycle.path]: column(cycle.path, "unknown") }),
  };
}
