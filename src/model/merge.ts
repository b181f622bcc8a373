/** `merge`: a typed, immutable builder of MERGE. */
import type { Dialect } from "../dialect/dialect.ts";
import { Prepared, type NamedValues } from "../engine/prepared.ts";
import { shownStatement, statementSql, type StatementSql } from "../engine/statement-sql.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { ArgumentError } from "../sql/errors.ts";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import type { Expression, FromClause } from "../sql/expression/node.ts";
import { conjunction } from "../sql/expression/operators.ts";
import type { MergeAction, MergeClause, MergeNode } from "../sql/statement/node.ts";
import { inspectMethod } from "../util/inspect-method.ts";
import type { AnyModel } from "./any.ts";
import type { ConfiguredMapper } from "./configured-mapper.ts";
import type { InsertRow, UpdateValues } from "./insert.ts";
import { makesValues, readRows } from "./insert-rows.ts";
import type { Mapper } from "./mapper.ts";
import { noSources, otherSources, type SourceItem } from "./other-sources.ts";
import type { RelationshipHandle } from "./relationship-handle.ts";
import { assignments, automaticAssignments, writableMapper } from "./write-values.ts";

interface MergeState {
  readonly model: AnyModel;
  readonly source: FromClause | undefined;
  readonly on: Expression | undefined;
  readonly clauses: readonly Clause[];
}

interface Clause extends MergeClause {
  /** Makes the action anew, where the program makes some of its values for each execution. */
  readonly renew: Renew | undefined;
}

type Renew = () => MergeAction;

/** A MERGE. Immutable: every method returns a new one. */
export class Merge<M extends AnyModel> {
  /** A MERGE returns no rows. */
  declare readonly row: never;
  readonly mapper: Mapper;
  readonly #mapper: ConfiguredMapper;
  readonly #state: MergeState;

  constructor(mapper: ConfiguredMapper, state: MergeState) {
    this.mapper = mapper;
    this.#mapper = mapper;
    this.#state = state;
  }

  /** The model whose rows are changed. */
  get model(): AnyModel {
    return this.#state.model;
  }

  /** `USING`: what the rows are compared with: a model, an alias or a subquery. */
  using(source: Exclude<SourceItem, RelationshipHandle<unknown>>): Merge<M> {
    const { sources, conditions } = otherSources(this.#mapper, noSources, [source], "using");
    const [only, another] = sources;
    if (only === undefined || another !== undefined || conditions.length > 0)
      throw new ArgumentError(
        `merge(${this.mapper.name}).using() takes one table or subquery, and the rows of that model lie in several or are only some. Use a subquery.`,
      );
    return this.#with({ source: only });
  }

  /** `ON`: when a row of the source and a row of the model belong together. */
  on(...conditions: ColumnElement<boolean>[]): Merge<M> {
    return this.#with({ on: conjunction(this.#state.on, conditions, "on") });
  }

  /** `WHEN MATCHED`: what to do with a row that has a partner, where all conditions hold. The first clause that fits counts. */
  whenMatched(...conditions: ColumnElement<boolean>[]): WhenMatched<M> {
    const condition = conjunction(undefined, conditions, "whenMatched");
    return new WhenMatched(this.#mapper, (action, renew) => this.#add(true, condition, action, renew));
  }

  /** `WHEN NOT MATCHED`: what to do with a row of the source that has no partner, where all conditions hold. */
  whenNotMatched(...conditions: ColumnElement<boolean>[]): WhenNotMatched<M> {
    const condition = conjunction(undefined, conditions, "whenNotMatched");
    return new WhenNotMatched(this.#mapper, (action, renew) => this.#add(false, condition, action, renew));
  }

  /** The statement for many executions with named values, as `prepare` of a select. @throws ParameterError, ArgumentError */
  prepare<P extends object = NamedValues>(): Prepared<never, P> {
    const isRenewed = this.#state.clauses.some(({ renew }) => renew !== undefined);
    return new Prepared<never, P>(this, this.toStatement(), isRenewed);
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

  /** The SQL of a dialect, for reading. */
  compile(dialect: Dialect): Compiled {
    return dialect.compile(this.toStatement());
  }

  /** The form of the returned rows: there are none. */
  toReturning(): undefined {
    return undefined;
  }

  /** What the ORM runs. @throws ArgumentError */
  toStatement(): MergeNode {
    const { source, on, clauses } = this.#state;
    const call = `merge(${this.mapper.name})`;
    if (source === undefined) throw new ArgumentError(`${call} has no source. Call using(…).`);
    if (on === undefined) throw new ArgumentError(`${call} has no condition. Call on(…).`);
    if (clauses.length === 0)
      throw new ArgumentError(`${call} does nothing. Call whenMatched().update({…}) or whenNotMatched().insert({…}).`);
    const made = clauses.map(({ isMatched, condition, action, renew }) => ({
      isMatched,
      condition,
      action: renew?.() ?? action,
    }));
    return { kind: "merge", table: this.mapper.table, source, on, clauses: made, returning: [] };
  }

  #add(isMatched: boolean, condition: Expression | undefined, action: MergeAction, renew?: Renew): Merge<M> {
    return this.#with({ clauses: [...this.#state.clauses, { isMatched, condition, action, renew }] });
  }

  #with(change: Partial<MergeState>): Merge<M> {
    return new Merge<M>(this.#mapper, { ...this.#state, ...change });
  }
}

type Add<M extends AnyModel> = (action: MergeAction, renew?: Renew) => Merge<M>;

/** What can be done with a row that has a partner. */
export class WhenMatched<M extends AnyModel> {
  readonly #mapper: ConfiguredMapper;
  readonly #add: Add<M>;

  constructor(mapper: ConfiguredMapper, add: Add<M>) {
    this.#mapper = mapper;
    this.#add = add;
  }

  /** Set columns: values, or expressions over both rows. */
  update(values: UpdateValues<M>): Merge<M> {
    const set = assignments(this.#mapper, values, `merge(${this.#mapper.name}).whenMatched().update()`);
    const make = (): MergeAction => {
      const automatic = automaticAssignments(this.#mapper, this.#mapper.table, set);
      return { kind: "update", set: [...set, ...automatic] };
    };
    const isRenewed = this.#mapper.attributes.some(({ makeOnUpdate }) => makeOnUpdate !== undefined);
    return this.#add(make(), isRenewed ? make : undefined);
  }

  /** Delete the row. */
  delete(): Merge<M> {
    return this.#add({ kind: "delete" });
  }

  /** Leave the row as it is: later clauses do not see it. */
  doNothing(): Merge<M> {
    return this.#add({ kind: "nothing" });
  }
}

/** What can be done with a row of the source that has no partner. */
export class WhenNotMatched<M extends AnyModel> {
  readonly #mapper: ConfiguredMapper;
  readonly #add: Add<M>;

  constructor(mapper: ConfiguredMapper, add: Add<M>) {
    this.#mapper = mapper;
    this.#add = add;
  }

  /** Insert a row: values, or expressions over the source; defaults are applied. */
  insert(row: InsertRow<M>): Merge<M> {
    const call = `merge(${this.#mapper.name}).whenNotMatched().insert()`;
    const make = (): MergeAction => {
      const { columns, rows } = readRows(this.#mapper, [row], call);
      return { kind: "insert", columns, values: rows[0] ?? [] };
    };
    const inserted = make();
    return this.#add(inserted, makesValues(this.#mapper, [row]) ? make : undefined);
  }

  /** Insert nothing: later clauses do not see the row. */
  doNothing(): Merge<M> {
    return this.#add({ kind: "nothing" });
  }
}

/** Insert, update and delete by comparison with other rows, in one statement; only where the database has MERGE. */
export function merge<M extends AnyModel>(model: M): Merge<M> {
  const mapper = writableMapper(model, "merge");
  if (mapper.tables.length > 1 || mapper.parent !== undefined) {
    throw new ArgumentError(
      `merge(${mapper.name}): rows of ${mapper.name} lie in a table of several models. Use session.merge, or merge into ${mapper.root.name}.`,
    );
  }
  return new Merge(mapper, { model, source: undefined, on: undefined, clauses: [] });
}
