/** Sequences that are wrong. */
import { insert, nextValue, primaryKey, Sequence, table } from "sqlmodel";
import type { Operations } from "sqlmodel/migration";
import { z } from "zod";

const numbers = new Sequence("order_number");
class Order extends table("order", { id: primaryKey(), name: z.string(), number: z.int() }) {}

// @expect-error: Argument of type '{ name: string; }' is not assignable to parameter of type 'string'.
new Sequence({ name: "order_number" });
// @expect-error: Type 'string' is not assignable to type 'number | bigint | undefined'.
new Sequence("order_number", { start: "1000" });
// @expect-error: 'step' does not exist in type 'SequenceOptions'
new Sequence("order_number", { step: 2 });
// @expect-error: Argument of type 'string' is not assignable to parameter of type 'Sequence'.
nextValue("order_number");
// @expect-error: ColumnElement<number, never>
insert(Order).values({ name: nextValue(numbers), number: 1 });
// @expect-error: Cannot assign to 'increment' because it is a read-only property.
numbers.increment = 2n;

export function upgrade(op: Operations): void {
  // @expect-error: Expected 2 arguments, but got 1.
  op.renameSequence("order_number");
  // @expect-error: Type 'null' is not assignable to type 'string | undefined'.
  op.createSequence("order_number", { comment: null });
}
