/** Sequences: in models, in statements, in revisions. */
import {
  bigint,
  type ColumnElement,
  field,
  insert,
  MetaData,
  nextValue,
  primaryKey,
  select,
  Sequence,
  table,
  tableFor,
} from "sqlmodel";
import type { Operations } from "sqlmodel/migration";
import { z } from "zod";

const metadata = new MetaData();
const numbers = new Sequence("order_number", { schema: "shop", start: 1000n, increment: -1, cycle: true, metadata });

export class Order extends table("order", {
  id: primaryKey(),
  number: field(z.int(), { serverDefault: nextValue(numbers) }),
  serial: field(z.bigint(), { serverDefault: nextValue(numbers, bigint()) }),
}) {}
export class Other extends tableFor(metadata)("other", { id: primaryKey() }) {}

const drawn: ColumnElement<number, never> = nextValue(numbers);
drawn.gt(3);
const big: ColumnElement<bigint, never> = nextValue(numbers, bigint());
// What a default fills need not be given.
new Order({});
insert(Order).values({ number: nextValue(numbers), serial: big });
export const row: { number: number } = {} as (typeof statement)["row"];
const statement = select({ number: nextValue(numbers) });

export function upgrade(op: Operations): void {
  op.createSequence("order_number", { start: 1, maxValue: 10n ** 12n });
  op.renameSequence({ schema: "shop", name: "order_number" }, "order_no");
  op.alterSequence("order_number", { comment: null, existing: { comment: "old" } });
  op.dropSequence("order_number");
}
