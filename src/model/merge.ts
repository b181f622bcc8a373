/** `merge`: a typed, immutable builder of MERGE. */
import type { Dialect } from "../dialect/dialect.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { ArgumentError } from "../sql/errors.ts";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import type { Expression, FromClause } from "../sql/expression/node.ts";
import { conjunction } from "../sql/expression/operators.ts";
import type { MergeAction, MergeClause, MergeNode } from "../sql/statement/node.ts";
import type { AnyModel } from "./any.ts";
import type { ConfiguredMapper } from "./configured-mapper.ts";
import type { InsertRow, UpdateValues } from "./insert.ts";
import { readRows } from "./insert-rows.ts";
import type { Mapper } from "./mapper.ts";
import { noSources, otherSources, type SourceItem } from "./other-sources.ts";
import type { RelationshipHandle } from "./relationship-handle.ts";
import { assignments, automaticAssignments, writableMapper } from "./write-values.ts";

interface MergeState {
  readonly model: AnyModel;
  readonly source: FromClause | undefined;
  readonly on: Expression | undefined;
  readonly clauses: readonly MergeClause[];
}

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
    return new WhenMatched(this.#mapper, (action) => this.#add(true, condition, action));
  }

  /** `WHEN NOT MATCHED`: what to do with a row of the source that has no partner, where all conditions hold. */
  whenNotMatched(...conditions: ColumnElement<boolean>[]): WhenNotMatched<M> {
    const condition = conjunction(undefined, conditions, "whenNotMatched");
    return new WhenNotMatched(this.#mapper, (action) => this.#add(false, condition, action));
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
    return { kind: "merge", table: this.mapper.table, source, on, clauses, returning: [] };
  }

  #add(isMatched: boolean, condition: Expression | undefined, action: MergeAction): Merge<M> {
    return this.#with({ clauses: [...this.#state.clauses, { isMatched, condition, action }] });
  }

  #with(change: Partial<MergeState>): Merge<M> {
    return new Merge<M>(this.#mapper, { ...this.#state, ...change });
  }
}

/** What can be done with a row that has a partner. */
export class WhenMatched<M extends AnyModel> {
  readonly #mapper: ConfiguredMapper;
  readonly #add: (action: MergeAction) => Merge<M>;

  constructor(mapper: ConfiguredMapper, add: (action: MergeAction) => Merge<M>) {
    this.#mapper = mapper;
    this.#add = add;
  }

  /** Set columns: values, or expressions over both rows. */
  update(values: UpdateValues<M>): Merge<M> {
    const set = assignments(this.#mapper, values, `merge(${this.#mapper.name}).whenMatched().update()`);
    const automatic = automaticAssignments(this.#mapper, this.#mapper.table, set);
    return this.#add({ kind: "update", set: [...set, ...automatic] });
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
  readonly #add: (action: MergeAction) => Merge<M>;

  constructor(mapper: ConfiguredMapper, add: (action: MergeAction) => Merge<M>) {
    this.#mapper = mapper;
    this.#add = add;
  }

  /** Insert a row: values, or expressions over the source; defaults are applied. */
  insert(row: InsertRow<M>): Merge<M> {
    const call = `merge(${this.#mapper.name}).whenNotMatched().insert()`;
    const { columns, rows } = readRows(this.#mapper, [row], call);
    return this.#add({ kind: "insert", columns, values: rows[0] ?? [] });
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
