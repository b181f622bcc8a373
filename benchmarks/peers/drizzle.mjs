/** Drizzle, its statements built each time. */
import BetterSqlite3 from "better-sqlite3";
import { eq } from "drizzle-orm";
import { drizzle as onSqlite } from "drizzle-orm/better-sqlite3";
import { drizzle as onPostgresql } from "drizzle-orm/node-postgres";
import pg from "pg";
import { changeOf, insertedItems, keyOfTurn, newItem } from "../data.ts";
import { makeSchema } from "./drizzle-tables.mjs";

/** Rows of one INSERT: as many as SQLite's parameters allow; the same on PostgreSQL. */
const chunkSize = 1000;

/** The database as Drizzle opens it, with its tables. */
export function connect({ database, address, onStatement }) {
  const schema = makeSchema(database);
  if (database === "sqlite") {
    // BEGIN and COMMIT pass by Drizzle's logger.
    const client = new BetterSqlite3(address, onStatement === undefined ? {} : { verbose: onStatement });
    return { db: onSqlite({ client, schema }), schema, isSync: true, close: () => void client.close() };
  }
  const logger = onStatement === undefined ? undefined : { logQuery: onStatement };
  const client = new pg.Pool({ connectionString: address });
  return { db: onPostgresql({ client, schema, logger }), schema, isSync: false, close: () => client.end() };
}

/** INSERT and UPDATE are the same with and without .prepare(): their number of rows varies. */
export function inserts({ db, schema, isSync }) {
  const { entry } = schema;
  const chunksOf = (items) =>
    Array.from({ length: Math.ceil(items.length / chunkSize) }, (_, index) =>
      items.slice(index * chunkSize, (index + 1) * chunkSize),
    );
  const insertAll = (items) => {
    if (isSync) {
      return db.transaction((transaction) =>
        chunksOf(items).flatMap((chunk) =>
          transaction
            .insert(entry)
            .values(chunk)
            .returning({ id: entry.id })
            .all()
            .map(({ id }) => id),
        ),
      );
    }
    return db.transaction(async (transaction) => {
      const ids = [];
      for (const chunk of chunksOf(items)) {
        for (const { id } of await transaction.insert(entry).values(chunk).returning({ id: entry.id })) ids.push(id);
      }
      return ids;
    });
  };
  return {
    insert_1: { run: (turn) => insertAll([newItem(turn)]) },
    insert_10k: { run: () => insertAll(insertedItems) },
  };
}

export function open(options) {
  const connected = connect(options);
  const { db, schema, isSync, close } = connected;
  const { item, stock } = schema;
  return {
    workloads: {
      point_read: {
        run: (turn) => {
          const query = db
            .select()
            .from(item)
            .where(eq(item.id, keyOfTurn(turn)));
          return isSync ? query.get() : query.then(([row]) => row);
        },
      },
      list_10k: { run: () => (isSync ? db.select().from(item).all() : db.select().from(item).execute()) },
      nested_2: { run: () => result(db.query.author.findMany({ with: { posts: true } }), isSync) },
      nested_3: {
        run: () => result(db.query.author.findMany({ with: { posts: { with: { comments: true } } } }), isSync),
      },
      ...inserts(connected),
      update_1000: {
        prepare: () => (isSync ? db.select().from(stock).all() : db.select().from(stock).execute()),
        run: (turn, items) => {
          const update = (transaction, id) => transaction.update(stock).set(changeOf(id, turn)).where(eq(stock.id, id));
          if (isSync) {
            return db.transaction((transaction) => {
              for (const { id } of items) update(transaction, id).run();
            });
          }
          return db.transaction(async (transaction) => {
            for (const { id } of items) await update(transaction, id);
          });
        },
      },
    },
    close,
  };
}

function result(query, isSync) {
  return isSync ? query.sync() : query.execute();
}
