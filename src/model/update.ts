/** `update` and `deleteFrom`: typed, immutable builders of UPDATE and DELETE. */
import type { Dialect } from "../dialect/dialect.ts";
import type { Compiled } from "../sql/compiler/compiled.ts";
import { ArgumentError } from "../sql/errors.ts";
import type { ColumnElement } from "../sql/expression/column-element.ts";
import type { Expression, FromClause, TableSource } from "../sql/expression/node.ts";
import { conjunction } from "../sql/expression/operators.ts";
import { addSources, type ExpressionSources } from "../sql/expression/sources.ts";
import type { Assignment, DeleteNode, UpdateNode } from "../sql/statement/node.ts";
import type { AnyModel } from "./any.ts";
import type { ConfiguredMapper } from "./configured-mapper.ts";
import { entitySource } from "./entity-source.ts";
import { ValidationError } from "./errors.ts";
import type { UpdateValues } from "./insert.ts";
import type { FieldProblem, Mapper } from "./mapper.ts";
import { allOf } from "./nodes.ts";
import type { Query } from "./query.ts";
import { readReturning, type ReturningItems, type ReturningRow } from "./returning.ts";
import { assignments, columnOf, valueNode, writableMapper } from "./write-values.ts";

interface ChangeState {
  readonly model: AnyModel;
  readonly where: Expression | undefined;
  readonly isAll: boolean;
  readonly set: readonly Assignment[];
  readonly returning: Query | undefined;
}

/** What UPDATE and DELETE share. */
abstract class Change<R> {
  /** The type of a returned row. There is no value. */
  declare readonly row: R;
  readonly mapper: Mapper;
  protected readonly configured: ConfiguredMapper;
  protected readonly state: ChangeState;

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

  /** The SQL of a dialect, for reading. */
  compile(dialect: Dialect): Compiled {
    return dialect.compile(this.toStatement());
  }

  /** The form of the returned rows. */
  toReturning(): Query | undefined {
    return this.state.returning;
  }

  /** What the ORM runs. */
  abstract toStatement(): UpdateNode | DeleteNode;

  protected abstract with(change: Partial<ChangeState>): this;

  /** The condition on rows of `table`, with that of a subclass without a table of its own. @throws ArgumentError */
  protected condition(call: string, table: TableSource): Expression | undefined {
    const { where, isAll } = this.state;
    if (where === undefined && !isAll) {
      throw new ArgumentError(
        `${call}(${this.mapper.name}) has no where(): it would change every row. Say ${call}(${this.mapper.name}).all() where you mean that.`,
      );
    }
    if (where !== undefined) requireOnly(table, where, this.mapper);
    const { criterion } = entitySource(this.mapper);
    const conditions = [criterion, where].filter((condition) => condition !== undefined);
    return conditions.length === 0 ? undefined : allOf(conditions);
  }
}

/** An UPDATE. Immutable: every method returns a new one. */
export class Update<M extends AnyModel, R = never> extends Change<R> {
  /** The columns to set: values, checked by their Zod types, or expressions such as `Hero.c.age.plus(1)`. */
  values(values: UpdateValues<M>): Update<M, R> {
    const added = assignments(this.configured, values, `update(${this.mapper.name}).values()`);
    const names = new Set(added.map(({ column }) => column.name));
    return new Update(this.configured, {
      ...this.state,
      set: [...this.state.set.filter(({ column }) => !names.has(column.name)), ...added],
    });
  }

  /** `RETURNING`: values of the rows as they are now. */
  returning<const I extends ReturningItems>(...items: I): Update<M, ReturningRow<I>> {
    return new Update<M, ReturningRow<I>>(this.configured, { ...this.state, returning: readReturning(items) });
  }

  toStatement(): UpdateNode {
    const { set, returning } = this.state;
    const [first] = set;
    if (first === undefined) throw new ArgumentError(`update(${this.mapper.name}) sets nothing. Call values({…}).`);
    const table = first.column.from;
    if (table.kind !== "table" || set.some(({ column }) => column.from !== table)) {
      throw new ArgumentError(
        `update(${this.mapper.name}) sets columns of several tables, which one UPDATE cannot. Use one update for each table, or change the objects in a session.`,
      );
    }
    return {
      kind: "update",
      table,
      set: [...set, ...this.#automatic(table)],
      where: this.condition("update", table),
      returning: returning?.node.columns ?? [],
    };
  }

  protected override with(change: Partial<ChangeState>): this {
    return new Update<M, R>(this.configured, { ...this.state, ...change }) as this;
  }

  /** What every UPDATE sets: `onUpdate` of fields, and one more for the version, so that no session overwrites it unseen. */
  #automatic(table: TableSource): Assignment[] {
    const { set } = this.state;
    const problems: FieldProblem[] = [];
    const added = this.configured.attributes.flatMap((attribute): Assignment[] => {
      const column = columnOf(attribute);
      if (column.from !== table || set.some((assignment) => assignment.column.name === column.name)) return [];
      if (attribute.makeOnUpdate !== undefined)
        return [{ column, value: valueNode(attribute, attribute.makeOnUpdate(), problems) }];
      if (attribute !== this.mapper.version) return [];
      const one: Expression = { kind: "bind", value: 1, type: column.type };
      return [{ column, value: { kind: "binary", operator: "plus", left: column, right: one, type: column.type } }];
    });
    if (problems.length > 0) throw new ValidationError(this.mapper.name, problems);
    return added;
  }
}

/** A DELETE. Immutable: every method returns a new one. */
export class Delete<R = never> extends Change<R> {
  /** `RETURNING`: values of the rows that were deleted. */
  returning<const I extends ReturningItems>(...items: I): Delete<ReturningRow<I>> {
    return new Delete<ReturningRow<I>>(this.configured, { ...this.state, returning: readReturning(items) });
  }

  toStatement(): DeleteNode {
    const { table } = this.mapper;
    return {
      kind: "delete",
      table,
      where: this.condition("deleteFrom", table),
      returning: this.state.returning?.node.columns ?? [],
    };
  }

  protected override with(change: Partial<ChangeState>): this {
    return new Delete<R>(this.configured, { ...this.state, ...change }) as this;
  }
}

/** Change rows without loading them: `update(Hero).where(…).values({ age: Hero.c.age.plus(1) })`. */
export function update<M extends AnyModel>(model: M): Update<M> {
  return new Update<M>(writableMapper(model, "update"), start(model));
}

/** Delete rows without loading them. Cascades are the database's only: `onDelete`. */
export function deleteFrom<M extends AnyModel>(model: M): Delete {
  const mapper = writableMapper(model, "deleteFrom");
  if (mapper.tables.length > 1) {
    throw new ArgumentError(
      `Rows of ${mapper.name} lie in several tables, which one DELETE cannot empty. Load the objects and use session.delete, or delete from ${mapper.root.name}.`,
    );
  }
  return new Delete(mapper, start(model));
}

function start(model: AnyModel): ChangeState {
  return { model, where: undefined, isAll: false, set: [], returning: undefined };
}

/** Refuse a condition on another table of an entity of several: the statement reads from one only. */
function requireOnly(table: TableSource, where: Expression, mapper: Mapper): void {
  const found: ExpressionSources = { needed: new Set(), named: new Set() };
  addSources(where, found);
  const tables: readonly FromClause[] = mapper.tables;
  const other = tables.find((candidate) => candidate !== table && found.needed.has(candidate));
  if (other === undefined) return;
  throw new ArgumentError(
    `The condition reads from '${other.name}', but the statement changes '${table.name}' only. Write the condition as a subquery: ${mapper.name}.c.id.in(select(${mapper.name}.c.id).where(…)).`,
  );
}
