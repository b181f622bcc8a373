/** `RETURNING` of typed inserts, updates and deletes. */
import { ArgumentError } from "../sql/errors.ts";
import { ColumnElement, describe } from "../sql/expression/column-element.ts";
import { emptySelect } from "../sql/statement/node.ts";
import type { Query } from "./query.ts";
import type { Row } from "./row.ts";

/** Expressions to return: one gives its value, several give tuples, an object gives objects. */
export type ReturningItems =
  readonly [ColumnElement<unknown>, ...ColumnElement<unknown>[]] | readonly [Record<string, ColumnElement<unknown>>];

/** A returned row. */
export type ReturningRow<I> = I extends readonly [infer Only] ? Row<Only, never, true> : Row<I, never, true>;

/** The rows that `returning(…)` asks for, in the form of a select's. @throws ArgumentError */
export function readReturning(given: readonly unknown[]): Query {
  const [only] = given;
  const isRecord = given.length === 1 && typeof only === "object" && only !== null && !ColumnElement.isElement(only);
  const members: readonly unknown[] = isRecord ? Object.values(only) : given;
  if (members.length === 0) throw new ArgumentError("returning() takes at least one column.");
  const items = members.map((member) => {
    if (ColumnElement.isElement(member)) return { kind: "column", expression: member.node } as const;
    throw new ArgumentError(`returning() takes columns and expressions, not ${describe(member)}.`);
  });
  const shape: Query["shape"] = isRecord
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
