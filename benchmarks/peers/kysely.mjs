/** Kysely: typed SQL, objects put together by the database's JSON functions; what SQLite cannot hold is converted by hand. */
import BetterSqlite3 from "better-sqlite3";
import { Kysely, PostgresDialect, SqliteDialect } from "kysely";
import { jsonArrayFrom as postgresqlArray } from "kysely/helpers/postgres";
import { jsonArrayFrom as sqliteArray } from "kysely/helpers/sqlite";
import pg from "pg";
import { changeOf, insertedItems, keyOfTurn, momentText, newItem, readMoment } from "../data.ts";

/** Rows of one INSERT: as many as SQLite's parameters allow; the same on PostgreSQL. */
const chunkSize = 1000;

const sqlite = {
  array: sqliteArray,
  readItem: (row) => ({
    ...row,
    active: row.active === 1,
    attributes: JSON.parse(row.attributes),
    created: readMoment(row.created),
    updated: row.updated === null ? null : readMoment(row.updated),
  }),
  writeItem: (item) => ({
    ...item,
    active: item.active ? 1 : 0,
    attributes: JSON.stringify(item.attributes),
    created: momentText(item.created),
    updated: item.updated === null ? null : momentText(item.updated),
  }),
  readMoment,
  readBoolean: (value) => value === 1,
  // The helper's arrays are text.
  readArray: (value) => JSON.parse(value),
};

const postgresql = {
  array: postgresqlArray,
  readItem: (row) => row,
  writeItem: (item) => ({ ...item, attributes: JSON.stringify(item.attributes) }),
  readMoment: (value) => (value instanceof Date ? value : new Date(value)),
  readBoolean: (value) => value,
  readArray: (value) => value,
};

export async function open({ database, address, onStatement }) {
  const {
    array,
    readItem,
    writeItem,
    readMoment: toMoment,
    readBoolean,
    readArray,
  } = database === "sqlite" ? sqlite : postgresql;
  const log = onStatement === undefined ? undefined : ({ query }) => onStatement(query.sql);
  const dialect =
    database === "sqlite"
      ? new SqliteDialect({ database: new BetterSqlite3(address) })
      : new PostgresDialect({ pool: new pg.Pool({ connectionString: address }) });
  const db = new Kysely({ dialect, ...(log === undefined ? {} : { log }) });

  const inTransaction = (work) => db.transaction().execute(work);
  const insertAll = (items) =>
    inTransaction(async (transaction) => {
      const ids = [];
      for (let start = 0; start < items.length; start += chunkSize) {
        const values = items.slice(start, start + chunkSize).map(writeItem);
        const rows = await transaction.insertInto("entry").values(values).returning("id").execute();
        for (const { id } of rows) ids.push(id);
      }
      return ids;
    });
  const postColumns = [
    "post.id",
    "post.author_id as authorId",
    "post.title",
    "post.body",
    "post.published",
    "post.created",
  ];
  const commentColumns = [
    "comment.id",
    "comment.post_id as postId",
    "comment.writer",
    "comment.body",
    "comment.likes",
    "comment.created",
  ];
  const readPost = (post) => ({ ...post, published: readBoolean(post.published), created: toMoment(post.created) });
  const readComment = (comment) => ({ ...comment, created: toMoment(comment.created) });

  return {
    workloads: {
      point_read: {
        run: async (turn) => {
          const row = await db.selectFrom("item").selectAll().where("id", "=", keyOfTurn(turn)).executeTakeFirst();
          return readItem(row);
        },
      },
      list_10k: { run: async () => (await db.selectFrom("item").selectAll().execute()).map(readItem) },
      nested_2: {
        run: async () => {
          const rows = await db
            .selectFrom("author")
            .selectAll()
            .select((author) =>
              array(author.selectFrom("post").select(postColumns).whereRef("post.author_id", "=", "author.id")).as(
                "posts",
              ),
            )
            .execute();
          return rows.map((row) => ({
            ...row,
            created: toMoment(row.created),
            posts: readArray(row.posts).map(readPost),
          }));
        },
      },
      nested_3: {
        run: async () => {
          const rows = await db
            .selectFrom("author")
            .selectAll()
            .select((author) =>
              array(
                author
                  .selectFrom("post")
                  .select(postColumns)
                  .select((post) =>
                    array(
                      post.selectFrom("comment").select(commentColumns).whereRef("comment.post_id", "=", "post.id"),
                    ).as("comments"),
                  )
                  .whereRef("post.author_id", "=", "author.id"),
              ).as("posts"),
            )
            .execute();
          // SQLite has forgotten that the inner array is JSON when it puts it into the outer one.
          return rows.map((row) => ({
            ...row,
            created: toMoment(row.created),
            posts: readArray(row.posts).map((post) => ({
              ...readPost(post),
              comments: readArray(post.comments).map(readComment),
            })),
          }));
        },
      },
      insert_1: { run: (turn) => insertAll([newItem(turn)]) },
      insert_10k: { run: () => insertAll(insertedItems) },
      update_1000: {
        prepare: async () => (await db.selectFrom("stock").selectAll().execute()).map(readItem),
        run: (turn, items) =>
          inTransaction(async (transaction) => {
            for (const { id } of items)
              await transaction.updateTable("stock").set(changeOf(id, turn)).where("id", "=", id).execute();
          }),
      },
    },
    close: () => db.destroy(),
  };
}
