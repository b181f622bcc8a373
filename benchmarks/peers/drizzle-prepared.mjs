/** Drizzle with `.prepare()` wherever a statement's text does not change. */
import { eq, sql } from "drizzle-orm";
import { changeOf, keyOfTurn } from "../data.ts";
import { connect, inserts } from "./drizzle.mjs";

export function open(options) {
  const connected = connect(options);
  const { db, schema, isSync, close } = connected;
  const { item, stock } = schema;
  const one = db
    .select()
    .from(item)
    .where(eq(item.id, sql.placeholder("id")))
    .prepare("one");
  const all = db.select().from(item).prepare("all");
  const nested2 = db.query.author.findMany({ with: { posts: true } }).prepare("nested_2");
  const nested3 = db.query.author.findMany({ with: { posts: { with: { comments: true } } } }).prepare("nested_3");
  const stocked = db.select().from(stock).prepare("stocked");
  const values = {
    name: sql.placeholder("name"),
    quantity: sql.placeholder("quantity"),
    price: sql.placeholder("price"),
  };
  const prepareUpdate = (transaction) =>
    transaction
      .update(stock)
      .set(values)
      .where(eq(stock.id, sql.placeholder("id")))
      .prepare("update");
  const rows = (prepared) => (isSync ? prepared.all() : prepared.execute());

  return {
    workloads: {
      point_read: {
        run: (turn) =>
          isSync ? one.get({ id: keyOfTurn(turn) }) : one.execute({ id: keyOfTurn(turn) }).then(([row]) => row),
      },
      list_10k: { run: () => rows(all) },
      nested_2: { run: () => rows(nested2) },
      nested_3: { run: () => rows(nested3) },
      ...inserts(connected),
      update_1000: {
        prepare: () => rows(stocked),
        run: (turn, items) => {
          if (isSync) {
            return db.transaction((transaction) => {
              const update = prepareUpdate(transaction);
              for (const { id } of items) update.run({ id, ...changeOf(id, turn) });
            });
          }
          return db.transaction(async (transaction) => {
            const update = prepareUpdate(transaction);
            for (const { id } of items) await update.execute({ id, ...changeOf(id, turn) });
          });
        },
      },
    },
    close,
  };
}
