/** What `update` and `deleteFrom` share: the model, the condition, the returned rows. */
import type { Dialect } from "../dialect/dialect.ts";
import { Prepared, type NamedValues } from "../engine/prepared.ts";
import { shownStatement, statementSql, type StatementSql } from "../engine/statement-sql.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { ArgumentError } from "../sql/errors.ts";
import { describe, type ColumnElement } from "../sql/expression/column-element.ts";
import { flattenJunction } from "../sql/expression/flatten-junction.ts";
import type { Expression, FromClause, TableSource } from "../sql/expression/node.ts";
import { conjunction } from "../sql/expression/operators.ts";
import { addSources, type ExpressionSources } from "../sql/expression/sources.ts";
import type { Assignment, DeleteNode, UpdateNode } from "../sql/statement/node.ts";
import { markReused } from "../sql/statement/reused.ts";
import { inspectMethod } from "../util/inspect-method.ts";
import type { AnyModel } from "./any.ts";
import type { ConfiguredMapper } from "./configured-mapper.ts";
import { writingCteOf, type Cte } from "./cte.ts";
import { entitySource } from "./entity-source.ts";
import type { Mapper } from "./mapper.ts";
import { allOf } from "./nodes.ts";
import { noSources, otherSources, type OtherSources } from "./other-sources.ts";
import type { SelectQuery } from "./query.ts";
import type { NamedReturning, ValueColumns } from "./source-types.ts";

/** How entities of the session follow what a statement changes: see `synchronize()`. */
export type Synchronization = "auto" | "evaluate" | "fetch" | false;

const synchronizations: readonly unknown[] = ["auto", "evaluate", "fetch", false];

/** All that such a statement says. */
export interface ChangeState {
  readonly model: AnyModel;
  readonly where: Expression | undefined;
  readonly isAll: boolean;
  /** What is read beside the model's own table. */
  readonly others: OtherSources;
  readonly synchronize: Synchronization;
  readonly set: readonly Assignment[];
  readonly returning: SelectQuery | undefined;
}

/** An UPDATE or a DELETE. */
export abstract class Change<R, N extends UpdateNode | DeleteNode = UpdateNode | DeleteNode> {
  /** The type of a returned row. There is no value. */
  declare readonly row: R;
  readonly mapper: Mapper;
  protected readonly configured: ConfiguredMapper;
  protected readonly state: ChangeState;
  #statement: N | undefined;

  constructor(mapper: ConfiguredMapper, state: ChangeState) {
    this.mapper = mapper;
    this.configured = mapper;
    this.state = state;
  }

  /** The model whose rows are changed. */
  get model(): AnyModel {
    return this.state.model;
  }

  /** `WHERE`: all conditions of all calls must hold. */
  where(...conditions: ColumnElement<boolean>[]): this {
    return this.with({ where: conjunction(this.state.where, conditions, "where") });
  }

  /** Say that every row is meant: without it, a statement without conditions is refused. */
  all(): this {
    return this.with({ isAll: true });
  }

  /**
   * How the session's entities follow. "evaluate": the condition is looked at in memory, and refused where it cannot be.
   * "fetch": the database tells which rows it was. "auto", the default: in memory where that is certain, else by the database.
   * false: not at all; the next query reads them.
   */
  synchronize(how: Synchronization): this {
    if (synchronizations.includes(how)) return this.with({ synchronize: how });
    throw new ArgumentError(`synchronize() takes "auto", "evaluate", "fetch" or false, not ${describe(how)}.`);
  }

  /** How the session's entities follow. */
  get synchronization(): Synchronization {
    return this.state.synchronize;
  }

  /** What it returns, as a common table expression of another statement. PostgreSQL only. */
  cte<const Name extends string>(name: Name & NamedReturning<R>): Cte<Name, ValueColumns<R, Name>> {
    const statement = this.toStatement();
    const call = statement.kind === "delete" ? "deleteFrom" : statement.kind;
    return writingCteOf(statement, this.toReturning(), name, call) as Cte<Name, ValueColumns<R, Name>>;
  }

  /** The statement for many executions with named values, as `prepare` of a select. @throws ParameterError */
  prepare<P extends object = NamedValues>(): Prepared<R, P> {
    return new Prepared<R, P>(this, this.toStatement(), this.#isRenewed);
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

  /** The form of the returned rows. */
  toReturning(): SelectQuery | undefined {
    return this.state.returning;
  }

  /** What the ORM runs. */
  toStatement(): N {
    if (this.#statement !== undefined) {
      markReused(this.#statement);
      return this.#statement;
    }
    const made = this.makeStatement();
    if (!this.#isRenewed) this.#statement = made;
    return made;
  }

  protected abstract makeStatement(): N;

  /** True where the program makes some of the values anew for each execution. */
  get #isRenewed(): boolean {
    const { set } = this.state;
    return set.length > 0 && this.mapper.attributes.some(({ makeOnUpdate }) => makeOnUpdate !== undefined);
  }

  /** Read from `sources` too. @throws ArgumentError */
  protected readAlso(sources: readonly unknown[], call: string): this {
    return this.with({ others: otherSources(this.configured, this.state.others, sources, call) });
  }

  protected abstract with(change: Partial<ChangeState>): this;

  /** The condition on rows of `table`, with that of a subclass without a table of its own. @throws ArgumentError */
  protected condition(call: string, table: TableSource): Expression | undefined {
    const { where, isAll } = this.state;
    if (!isAll && isNoCondition(where) && this.state.others.conditions.length === 0) {
      throw new ArgumentError(
        `${call}(${this.mapper.name}) has no where(): it would change every row. Say ${call}(${this.mapper.name}).all() where you mean that.`,
      );
    }
    const { sources, conditions: tied } = this.state.others;
    for (const condition of [where, ...tied])
      if (condition !== undefined) requireOnly([table, ...sources], condition, this.mapper);
    const { criterion } = entitySource(this.mapper);
    const conditions = [criterion, ...tied, where].filter((condition) => condition !== undefined);
    return conditions.length === 0 ? undefined : allOf(conditions);
  }
}

/** A statement that says nothing yet. */
export function emptyChange(model: AnyModel): ChangeState {
  return {
    model,
    where: undefined,
    isAll: false,
    others: noSources,
    synchronize: "auto",
    set: [],
    returning: undefined,
  };
}

/** True for no condition, and for an `and()` of none: both would change every row. */
function isNoCondition(where: Expression | undefined): boolean {
  if (where === undefined) return true;
  return where.kind === "junction" && where.operator === "and" && flattenJunction(where).length === 0;
}

/** Refuse a condition on another table of an entity of several: the statement changes one only. */
function requireOnly(sources: readonly FromClause[], where: Expression, mapper: Mapper): void {
  const tables: readonly FromClause[] = mapper.tables;
  const others = tables.filter((table) => !sources.includes(table));
  if (others.length === 0) return;
  const found: ExpressionSources = { needed: new Set(), named: new Set() };
  addSources(where, found);
  const other = others.find((table) => found.needed.has(table));
  if (other === undefined) return;
  throw new ArgumentError(
    `The condition reads from '${other.name}', but the statement changes '${sources[0]?.name ?? ""}' only. Write the condition as a subquery: ${mapper.name}.c.id.in(select(${mapper.name}.c.id).where(…)).`,
  );
}
