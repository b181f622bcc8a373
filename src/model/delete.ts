/** `deleteFrom`: a typed, immutable builder of DELETE. */
import { ArgumentError } from "../sql/errors.ts";
import type { DeleteNode } from "../sql/statement/node.ts";
import type { AnyModel } from "./any.ts";
import { Change, emptyChange, type ChangeState } from "./change.ts";
import type { SourceItem } from "./other-sources.ts";
import { readReturning, type ReturningColumns, type ReturningRow } from "./returning.ts";
import { writableMapper } from "./write-values.ts";

/** A DELETE. Immutable: every method returns a new one. */
export class Delete<M extends AnyModel, R = never> extends Change<R, DeleteNode> {
  /** `RETURNING`: values of the rows that were deleted. */
  returning<const I extends ReturningColumns>(...items: I): Delete<M, ReturningRow<I>> {
    const returning = readReturning(items, this.mapper, "deleteFrom");
    return new Delete<M, ReturningRow<I>>(this.configured, { ...this.state, returning });
  }

  /**
   * `DELETE … USING`: read other tables too. A relationship brings its own condition (`Hero.r.team`); for a model, an alias or
   * a subquery give it in `where()`.
   */
  using(...sources: readonly SourceItem[]): this {
    return this.readAlso(sources, "using");
  }

  protected override makeStatement(): DeleteNode {
    const { table } = this.mapper;
    return {
      kind: "delete",
      table,
      ...(this.state.others.sources.length === 0 ? {} : { using: this.state.others.sources }),
      where: this.condition("deleteFrom", table),
      returning: this.state.returning?.node.columns ?? [],
    };
  }

  protected override with(change: Partial<ChangeState>): this {
    return new Delete<M, R>(this.configured, { ...this.state, ...change }) as this;
  }
}

/** Delete rows without loading them. Cascades are the database's only: `onDelete`. */
export function deleteFrom<M extends AnyModel>(model: M): Delete<M> {
  const mapper = writableMapper(model, "deleteFrom");
  if (mapper.tables.length > 1) {
    throw new ArgumentError(
      `Rows of ${mapper.name} lie in several tables, which one DELETE cannot empty. Load the objects and use session.delete, or delete from ${mapper.root.name}.`,
    );
  }
  return new Delete(mapper, emptyChange(model));
}
