/** `update`: a typed, immutable builder of UPDATE. */
import { ArgumentError } from "../sql/errors.ts";
import type { UpdateNode } from "../sql/statement/node.ts";
import type { AnyModel } from "./any.ts";
import { Change, emptyChange, type ChangeState } from "./change.ts";
import type { SourceItem } from "./other-sources.ts";
import type { UpdateValues } from "./insert.ts";
import { readReturning, type ReturningItems, type ReturningRow } from "./returning.ts";
import { assignments, automaticAssignments, writableMapper } from "./write-values.ts";

/** An UPDATE. Immutable: every method returns a new one. */
export class Update<M extends AnyModel, R = never> extends Change<R, UpdateNode> {
  /** The columns to set: values, checked by their Zod types, or expressions such as `Hero.c.age.plus(1)`. */
  values(values: UpdateValues<M>): Update<M, R> {
    const added = assignments(this.configured, values, `update(${this.mapper.name}).values()`);
    const names = new Set(added.map(({ column }) => column.name));
    return new Update(this.configured, {
      ...this.state,
      set: [...this.state.set.filter(({ column }) => !names.has(column.name)), ...added],
    });
  }

  /** `RETURNING`: values of the rows as they are now; of the model itself, entities, those of the session refreshed. */
  returning<const I extends ReturningItems>(...items: I): Update<M, ReturningRow<I>> {
    return new Update<M, ReturningRow<I>>(this.configured, {
      ...this.state,
      returning: readReturning(items, this.mapper, "update"),
    });
  }

  /**
   * `UPDATE … FROM`: read other tables too. A relationship brings its own condition (`Hero.r.team`); for a model, an alias or a
   * subquery give it in `where()`. A row that several others fit is set once, by which of them is not defined.
   */
  from(...sources: readonly SourceItem[]): this {
    return this.readAlso(sources, "from");
  }

  protected override makeStatement(): UpdateNode {
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
      ...(this.state.others.sources.length === 0 ? {} : { from: this.state.others.sources }),
      set: [...set, ...automaticAssignments(this.configured, table, set)],
      where: this.condition("update", table),
      returning: returning?.node.columns ?? [],
    };
  }

  protected override with(change: Partial<ChangeState>): this {
    return new Update<M, R>(this.configured, { ...this.state, ...change }) as this;
  }
}

/** Change rows without loading them: `update(Hero).where(…).values({ age: Hero.c.age.plus(1) })`. */
export function update<M extends AnyModel>(model: M): Update<M> {
  return new Update<M>(writableMapper(model, "update"), emptyChange(model));
}
