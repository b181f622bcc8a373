/** `update`: a typed, immutable builder of UPDATE. */
import { ArgumentError } from "../sql/errors.ts";
import type { Expression, TableSource } from "../sql/expression/node.ts";
import type { Assignment, UpdateNode } from "../sql/statement/node.ts";
import type { AnyModel } from "./any.ts";
import { Change, emptyChange, type ChangeState } from "./change.ts";
import { ValidationError } from "./errors.ts";
import type { UpdateValues } from "./insert.ts";
import type { FieldProblem } from "./mapper.ts";
import { readReturning, type ReturningItems, type ReturningRow } from "./returning.ts";
import { assignments, columnOf, valueNode, writableMapper } from "./write-values.ts";

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

/** Change rows without loading them: `update(Hero).where(…).values({ age: Hero.c.age.plus(1) })`. */
export function update<M extends AnyModel>(model: M): Update<M> {
  return new Update<M>(writableMapper(model, "update"), emptyChange(model));
}
