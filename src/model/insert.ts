/** `insert`: a typed, immutable builder of INSERT. */
import type { Dialect } from "../dialect/dialect.ts";
import { Prepared, type NamedValues } from "../engine/prepared.ts";
import { shownStatement, statementSql, type StatementSql } from "../engine/statement-sql.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { ArgumentError } from "../sql/errors.ts";
import { describe, isScalarSelectable, type ColumnElement } from "../sql/expression/column-element.ts";
import type { Expression } from "../sql/expression/node.ts";
import { typedElement } from "../sql/expression/typed-element.ts";
import { conditionNode } from "../sql/expression/operators.ts";
import type { Assignment, InsertNode, OnConflictClause } from "../sql/statement/node.ts";
import { inspectMethod } from "../util/inspect-method.ts";
import type { AnyModel } from "./any.ts";
import type { ConfiguredMapper } from "./configured-mapper.ts";
import { conflictKeys, readTarget, type ConflictKey, type ConflictTarget } from "./conflict.ts";
import { writingCteOf, type Cte } from "./cte.ts";
import { makesValues, readRows, readSelected, type InsertSource } from "./insert-rows.ts";
import type { Mapper } from "./mapper.ts";
import type { ColumnsOf } from "./model-class.ts";
import type { SelectQuery } from "./query.ts";
import { readReturning, type ReturningItems, type ReturningRow } from "./returning.ts";
import type { ColumnElements, CreateInput, Output, StoredKeys } from "./shape.ts";
import type { NamedReturning, ValueColumns } from "./source-types.ts";
import { assignments, automaticAssignments, writableMapper } from "./write-values.ts";

type OrExpression<T> = { [K in keyof T]: T[K] | ColumnElement<T[K]> };
/** A row of an INSERT: what the constructor takes, or expressions. */
export type InsertRow<M> = OrExpression<CreateInput<ColumnsOf<M>>>;
/** What an UPDATE sets: values of columns, or expressions. */
export type UpdateValues<M> = {
  -readonly [K in StoredKeys<ColumnsOf<M>>]?: Output<ColumnsOf<M>[K]> | ColumnElement<Output<ColumnsOf<M>[K]>>;
};
/** The names of a model's columns. */
type ColumnName<M> = StoredKeys<ColumnsOf<M>> & string;
/** A row of a select that fills these columns: a value for one, a tuple for several. */
type SelectedRow<M, Names extends readonly ColumnName<M>[]> = Names extends readonly [infer Only extends ColumnName<M>]
  ? Output<ColumnsOf<M>[Only]>
  : { readonly [I in keyof Names]: Output<ColumnsOf<M>[Names[I]]> };
/** The row that was to be inserted, as the columns of an upsert. */
type Excluded<M> = ColumnElements<ColumnsOf<M>, never>;

/** What `onConflictDoUpdate` takes. */
export interface ConflictUpdate<M> {
  /** The unique key; where it is left out the database looks at all of them, which PostgreSQL refuses. */
  readonly target?: ConflictTarget;
  /** What to set in the row that has the key. */
  readonly set: UpdateValues<M> | ((excluded: Excluded<M>) => UpdateValues<M>);
  /** Only where this holds; other rows in conflict are left as they are. */
  readonly where?: ColumnElement<boolean> | ((excluded: Excluded<M>) => ColumnElement<boolean>);
}

interface Conflict {
  readonly key: ConflictKey;
  readonly set: readonly Assignment[] | undefined;
  readonly where: Expression | undefined;
}

interface InsertState {
  readonly model: AnyModel;
  /** Undefined until `values()` was called. */
  readonly rows: readonly unknown[] | undefined;
  readonly selected: InsertSource | undefined;
  readonly onConflict: Conflict | undefined;
  readonly returning: SelectQuery | undefined;
}

/** An INSERT. Immutable: every method returns a new one. */
export class Insert<M extends AnyModel, R = never> {
  /** The type of a returned row. There is no value. */
  declare readonly row: R;
  readonly mapper: Mapper;
  readonly #mapper: ConfiguredMapper;
  readonly #state: InsertState;

  constructor(mapper: ConfiguredMapper, state: InsertState) {
    this.mapper = mapper;
    this.#mapper = mapper;
    this.#state = state;
  }

  /** The model whose rows are inserted. */
  get model(): AnyModel {
    return this.#state.model;
  }

  /** True where `values([])` was all that was given: a session sends nothing then. */
  get isEmpty(): boolean {
    return this.#state.rows?.length === 0;
  }

  /** True for one row of values and nothing else: a session only sends it. */
  get isPlain(): boolean {
    const { rows, onConflict, returning } = this.#state;
    return rows?.length === 1 && onConflict === undefined && returning === undefined;
  }

  /**
   * One row or many, after those of earlier calls. Values are checked, defaults applied. An empty list is no error: nothing
   * is inserted.
   */
  values(rows: InsertRow<M> | readonly InsertRow<M>[]): Insert<M, R> {
    if (this.#state.selected !== undefined) throw this.#twoSources();
    const added: readonly unknown[] = Array.isArray(rows) ? rows : [rows];
    return this.#with({ rows: [...(this.#state.rows ?? []), ...added] });
  }

  /**
   * `INSERT … SELECT`: the select's items go into these columns, in order; columns with a constant default get that.
   * @throws ArgumentError, ValidationError
   */
  fromSelect<const Names extends readonly [ColumnName<M>, ...ColumnName<M>[]]>(
    columns: Names,
    select: { readonly row: SelectedRow<M, Names> },
  ): Insert<M, R> {
    if (this.#state.rows !== undefined) throw this.#twoSources();
    if (!Array.isArray(columns) || !isScalarSelectable(select))
      throw new ArgumentError(
        `fromSelect() takes an array of column names and a select, not ${describe(Array.isArray(columns) ? select : columns)}.`,
      );
    return this.#with({ selected: readSelected(this.#mapper, columns, select.subqueryNode.statement) });
  }

  /** `ON CONFLICT DO NOTHING`: leave rows as they are where a unique key is taken. Other errors stay errors. */
  onConflictDoNothing(options: { readonly target?: ConflictTarget } = {}): Insert<M, R> {
    const key = readTarget(this.#mapper, options.target);
    return this.#with({ onConflict: { key, set: undefined, where: undefined } });
  }

  /**
   * `ON CONFLICT DO UPDATE`: change the row that has the unique key. `excluded` is the row that was to be inserted. What
   * every UPDATE sets (`onUpdate`, the version) is set here too.
   */
  onConflictDoUpdate(options: ConflictUpdate<M>): Insert<M, R> {
    const { target, set, where } = options;
    const excluded = excludedColumns(this.#mapper) as Excluded<M>;
    const values = assignments(this.#mapper, typeof set === "function" ? set(excluded) : set, "onConflictDoUpdate()");
    const condition = typeof where === "function" ? where(excluded) : where;
    return this.#with({
      onConflict: {
        key: readTarget(this.#mapper, target),
        set: values,
        where: condition === undefined ? undefined : conditionNode(condition, "onConflictDoUpdate"),
      },
    });
  }

  /**
   * `RETURNING`: values of the rows as they are now; of the model itself, entities of the session. With `values()`, in the
   * order of the rows.
   */
  returning<const I extends ReturningItems>(...items: I): Insert<M, ReturningRow<I>> {
    return this.#with<ReturningRow<I>>({ returning: readReturning(items, this.mapper, "insert") });
  }

  /** What it returns, as a common table expression of another statement. PostgreSQL only. */
  cte<const Name extends string>(name: Name & NamedReturning<R>): Cte<Name, ValueColumns<R, Name>> {
    return writingCteOf(this.toStatement(), this.toReturning(), name, "insert") as Cte<Name, ValueColumns<R, Name>>;
  }

  /**
   * The statement for many executions with named values, as `prepare` of a select. Give every column that has a default: values that
   * the program makes anew are a longer way.
   * @throws ParameterError, ArgumentError, ValidationError
   */
  prepare<P extends object = NamedValues>(): Prepared<R, P> {
    const { rows = [], onConflict } = this.#state;
    const isRenewed =
      makesValues(this.#mapper, rows) ||
      (onConflict?.set !== undefined && this.#mapper.attributes.some(({ makeOnUpdate }) => makeOnUpdate !== undefined));
    return new Prepared<R, P>(this, this.toStatement(), isRenewed);
  }

  /** The SQL of a dialect, for reading. */
  compile(dialect: Dialect): Compiled {
    return dialect.compile(this.toStatement());
  }

  /**
   * The SQL of a dialect with its parameters: `{ sql, parameters }`. Printed, it masks the values of hidden columns.
   * @param dialect - Default: PostgreSQL's.
   */
  toSQL(dialect?: Dialect): StatementSql {
    return statementSql(this.toStatement(), dialect);
  }

  [inspectMethod](): string {
    return shownStatement(this.constructor.name, () => this.toSQL());
  }

  /** What the ORM runs. @throws ValidationError, ArgumentError */
  toStatement(): InsertNode {
    const { rows, selected, onConflict, returning } = this.#state;
    if (selected === undefined && (rows === undefined || rows.length === 0))
      throw new ArgumentError(
        `insert(${this.mapper.name}) has no rows. Call values({…}) or values([{…}, …]), or fromSelect().`,
      );
    const source = selected ?? readRows(this.#mapper, rows ?? [], `insert(${this.mapper.name}).values()`);
    return {
      kind: "insert",
      table: this.mapper.table,
      ...source,
      ...(onConflict === undefined ? {} : { onConflict: this.#conflictClause(onConflict, source) }),
      returning: returning?.node.columns ?? [],
    };
  }

  /** The form of the returned rows. */
  toReturning(): SelectQuery | undefined {
    return this.#state.returning;
  }

  #conflictClause({ key, set, where }: Conflict, source: InsertSource): OnConflictClause {
    const keys = key.target.length === 0 ? undefined : conflictKeys(this.#mapper, key.target, source.columns);
    const all = set && [...set, ...automaticAssignments(this.#mapper, this.#mapper.table, set)];
    return { ...key, ...(keys && { keys }), set: all, ...(where && { where }) };
  }

  #twoSources(): ArgumentError {
    return new ArgumentError(
      `insert(${this.mapper.name}) has rows by values() and by fromSelect(). Use one of them, or two statements.`,
    );
  }

  #with<Result = R>(change: Partial<InsertState>): Insert<M, Result> {
    return new Insert<M, Result>(this.#mapper, { ...this.#state, ...change });
  }
}

/** Insert rows without making objects: `insert(Hero).values([{…}, {…}])`. */
export function insert<M extends AnyModel>(model: M): Insert<M> {
  const mapper = writableMapper(model, "insert");
  if (mapper.tables.length > 1) {
    throw new ArgumentError(
      `Rows of ${mapper.name} lie in several tables, which one INSERT cannot fill. Use session.add(new ${mapper.name}({…})).`,
    );
  }
  return new Insert(mapper, {
    model,
    rows: undefined,
    selected: undefined,
    onConflict: undefined,
    returning: undefined,
  });
}

/** The row that was to be inserted, as SQL knows it. */
function excludedColumns(mapper: ConfiguredMapper): { readonly [key: string]: ColumnElement<unknown> } {
  return Object.fromEntries(
    mapper.attributes.map(({ key, column }) => {
      const path = { kind: "identifier", path: ["excluded", column.name] } as const;
      return [key, typedElement({ kind: "template", parts: ["", ""], expressions: [path], type: column.type })];
    }),
  );
}
