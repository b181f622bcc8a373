/** `RETURNING` of typed inserts, updates and deletes. */
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe } from "../sql/expression/column-element.ts";
import { emptySelect } from "../sql/statement/node.ts";
import type { AnyModel } from "./any.ts";
import { findDefinition } from "./definition.ts";
import { entitySource } from "./entity-source.ts";
import type { Mapper } from "./mapper.ts";
import { entityQuery, type SelectQuery } from "./query.ts";
import type { Row } from "./row.ts";

/** Expressions to return: one gives its value, several give tuples, an object gives objects. */
export type ReturningColumns =
  readonly [ColumnElement<unknown>, ...ColumnElement<unknown>[]] | readonly [Record<string, ColumnElement<unknown>>];
/** What can be returned: expressions, or the statement's own model, which gives entities. */
export type ReturningItems = ReturningColumns | readonly [AnyModel];

/** A returned row. */
export type ReturningRow<I> = I extends readonly [infer Only] ? Row<Only, never, true> : Row<I, never, true>;

/** The rows that `returning(…)` asks for, in the form of a select's. @throws ArgumentError */
export function readReturning(given: readonly unknown[], mapper: Mapper, call: string): SelectQuery {
  const [only] = given;
  if (given.length === 1 && findDefinition(only) !== undefined) return readEntity(only as AnyModel, mapper, call);
  const isRecord = given.length === 1 && typeof only === "object" && only !== null && !ColumnElement.isElement(only);
  const members: readonly unknown[] = isRecord ? Object.values(only) : given;
  if (members.length === 0) throw new ArgumentError("returning() takes at least one column.");
  const items = members.map((member) => {
    if (ColumnElement.isElement(member)) return { kind: "column", expression: member.node } as const;
    throw new ArgumentError(`returning() takes columns and expressions, or the model alone, not ${describe(member)}.`);
  });
  const shape: SelectQuery["shape"] = isRecord
    ? { kind: "record", keys: Object.keys(only) }
    : { kind: given.length === 1 ? "single" : "tuple" };
  const columns = items.map((item) => item.expression);
  return {
    node: { ...emptySelect, columns },
    items,
    shape,
    options: { loads: [], columns: undefined, readOnly: false, populateExisting: false },
  };
}

function readEntity(model: AnyModel, mapper: Mapper, call: string): SelectQuery {
  const statement = `${call}(${mapper.name})`;
  if (model !== mapper.model)
    throw new ArgumentError(
      `${statement}.returning(${model.name}): a statement returns entities of its own model. Say returning(${mapper.name}), or name columns.`,
    );
  const source = entitySource(mapper);
  if (call === "deleteFrom")
    throw new ArgumentError(
      `${statement}.returning(${model.name}): the rows are gone. Name columns of ${mapper.name}.c.`,
    );
  if (source.joins.length > 0)
    throw new ArgumentError(
      `${statement}.returning(${model.name}): rows of ${mapper.name} lie in several tables, and a statement returns those of one. Name columns, and select the entities afterwards.`,
    );
  return entityQuery(source, { ...emptySelect, columns: source.columns });
}
