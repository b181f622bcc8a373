/** What a careful program does by hand with pg: named statements, and one statement for many rows. */
import pg from "pg";
import type { Contender, ContenderOptions } from "../contender.ts";
import {
  changeOf,
  insertedItems,
  keyOfTurn,
  newItem,
  type AuthorData,
  type CommentData,
  type Item,
  type NewItem,
  type PostData,
} from "../data.ts";

const columns = "name, email, note, quantity, price, score, active, attributes, category, created, updated";

const texts = {
  one: `SELECT id, ${columns} FROM item WHERE id = $1`,
  all: `SELECT id, ${columns} FROM item`,
  authors: "SELECT id, name, email, bio, created FROM author",
  posts: `SELECT id, author_id AS "authorId", title, body, published, created FROM post WHERE author_id = ANY($1)`,
  comments: `SELECT id, post_id AS "postId", writer, body, likes, created FROM comment WHERE post_id = ANY($1)`,
  insertOne: `INSERT INTO entry (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
  insertMany: `INSERT INTO entry (${columns}) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::double precision[],
    $6::double precision[], $7::boolean[], $8::jsonb[], $9::text[], $10::timestamptz[], $11::timestamptz[]) RETURNING id`,
  stock: `SELECT id, ${columns} FROM stock`,
  update: `UPDATE stock SET name = v.name, quantity = v.quantity, price = v.price
    FROM unnest($1::integer[], $2::text[], $3::integer[], $4::double precision[]) AS v (id, name, quantity, price) WHERE stock.id = v.id`,
} as const;

function itemValues(item: NewItem): unknown[] {
  return [
    item.name,
    item.email,
    item.note,
    item.quantity,
    item.price,
    item.score,
    item.active,
    JSON.stringify(item.attributes),
    item.category,
    item.created,
    item.updated,
  ];
}

type AuthorWithPosts = AuthorData & { posts: PostData[] };
type PostWithComments = PostData & { comments: CommentData[] };
type AuthorWithAll = AuthorData & { posts: PostWithComments[] };

export async function open({ address, onStatement }: ContenderOptions): Promise<Contender> {
  const client = new pg.Client(address);
  await client.connect();
  const send = async <Row extends object>(name: keyof typeof texts, values: unknown[] = []): Promise<Row[]> => {
    onStatement?.(texts[name]);
    return (await client.query<Row>({ name, text: texts[name], values })).rows;
  };
  const inTransaction = async <T>(work: () => Promise<T>): Promise<T> => {
    onStatement?.("BEGIN");
    await client.query("BEGIN");
    const result = await work();
    onStatement?.("COMMIT");
    await client.query("COMMIT");
    return result;
  };

  return {
    workloads: {
      point_read: { run: async (turn) => (await send<Item>("one", [keyOfTurn(turn)]))[0] },
      list_10k: { run: () => send<Item>("all") },
      nested_2: {
        run: async () => {
          const found = await send<AuthorWithPosts>("authors");
          for (const author of found) author.posts = [];
          const byId = new Map(found.map((author) => [author.id, author]));
          for (const post of await send<PostData>("posts", [[...byId.keys()]]))
            byId.get(post.authorId)?.posts.push(post);
          return found;
        },
      },
      nested_3: {
        run: async () => {
          const found = await send<AuthorWithAll>("authors");
          for (const author of found) author.posts = [];
          const byId = new Map(found.map((author) => [author.id, author]));
          const postById = new Map<number, PostWithComments>();
          for (const post of await send<PostWithComments>("posts", [[...byId.keys()]])) {
            post.comments = [];
            postById.set(post.id, post);
            byId.get(post.authorId)?.posts.push(post);
          }
          for (const comment of await send<CommentData>("comments", [[...postById.keys()]]))
            postById.get(comment.postId)?.comments.push(comment);
          return found;
        },
      },
      insert_1: {
        run: (turn) =>
          inTransaction(async () =>
            (await send<{ id: number }>("insertOne", itemValues(newItem(turn)))).map(({ id }) => id),
          ),
      },
      insert_10k: {
        run: () =>
          inTransaction(async () => {
            const rows = insertedItems.map(itemValues);
            const byColumn = columns.split(", ").map((_, index) => rows.map((row) => row[index]));
            return (await send<{ id: number }>("insertMany", byColumn)).map(({ id }) => id);
          }),
      },
      update_1000: {
        prepare: () => send<Item>("stock"),
        run: async (turn, items) => {
          await inTransaction(async () => {
            const ids = (items as Item[]).map(({ id }) => id);
            const changes = ids.map((id) => changeOf(id, turn));
            await send("update", [
              ids,
              changes.map(({ name }) => name),
              changes.map(({ quantity }) => quantity),
              changes.map(({ price }) => price),
            ]);
          });
        },
      },
    },
    close: () => client.end(),
  };
}
