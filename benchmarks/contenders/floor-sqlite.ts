/** What a careful program does by hand with better-sqlite3: prepared statements, conversions written out. */
import BetterSqlite3 from "better-sqlite3";
import type { Contender, ContenderOptions } from "../contender.ts";
import {
  changeOf,
  insertedItems,
  keyOfTurn,
  momentText,
  newItem,
  readMoment,
  type Attributes,
  type Item,
  type NewItem,
} from "../data.ts";

interface ItemRow {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly note: string | null;
  readonly quantity: number;
  readonly price: number;
  readonly score: number | null;
  readonly active: number;
  readonly attributes: string;
  readonly category: string;
  readonly created: string;
  readonly updated: string | null;
}

interface AuthorRow {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly bio: string | null;
  readonly created: string;
}

interface PostRow {
  readonly id: number;
  readonly authorId: number;
  readonly title: string;
  readonly body: string;
  readonly published: number;
  readonly created: string;
}

interface CommentRow {
  readonly id: number;
  readonly postId: number;
  readonly writer: string;
  readonly body: string;
  readonly likes: number;
  readonly created: string;
}

const columns = "name, email, note, quantity, price, score, active, attributes, category, created, updated";

function readItem(row: ItemRow): Item {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    note: row.note,
    quantity: row.quantity,
    price: row.price,
    score: row.score,
    active: row.active === 1,
    attributes: JSON.parse(row.attributes) as Attributes,
    category: row.category,
    created: readMoment(row.created),
    updated: row.updated === null ? null : readMoment(row.updated),
  };
}

function itemValues(item: NewItem): unknown[] {
  return [
    item.name,
    item.email,
    item.note,
    item.quantity,
    item.price,
    item.score,
    item.active ? 1 : 0,
    JSON.stringify(item.attributes),
    item.category,
    momentText(item.created),
    item.updated === null ? null : momentText(item.updated),
  ];
}

function readAuthor(row: AuthorRow) {
  return { id: row.id, name: row.name, email: row.email, bio: row.bio, created: readMoment(row.created) };
}

function readPost(row: PostRow) {
  return {
    id: row.id,
    authorId: row.authorId,
    title: row.title,
    body: row.body,
    published: row.published === 1,
    created: readMoment(row.created),
  };
}

function readComment(row: CommentRow) {
  return {
    id: row.id,
    postId: row.postId,
    writer: row.writer,
    body: row.body,
    likes: row.likes,
    created: readMoment(row.created),
  };
}

export function open({ address, onStatement }: ContenderOptions): Contender {
  const database = new BetterSqlite3(
    address,
    onStatement === undefined ? {} : { verbose: (sql) => onStatement(String(sql)) },
  );
  const begin = database.prepare("BEGIN");
  const commit = database.prepare("COMMIT");
  const one = database.prepare<unknown[], ItemRow>(`SELECT id, ${columns} FROM item WHERE id = ?`);
  const all = database.prepare<unknown[], ItemRow>(`SELECT id, ${columns} FROM item`);
  const authors = database.prepare<unknown[], AuthorRow>("SELECT id, name, email, bio, created FROM author");
  const posts = database.prepare<unknown[], PostRow>(
    "SELECT id, author_id AS authorId, title, body, published, created FROM post WHERE author_id IN (SELECT value FROM json_each(?))",
  );
  const comments = database.prepare<unknown[], CommentRow>(
    "SELECT id, post_id AS postId, writer, body, likes, created FROM comment WHERE post_id IN (SELECT value FROM json_each(?))",
  );
  const insert = database.prepare(`INSERT INTO entry (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const stock = database.prepare<unknown[], ItemRow>(`SELECT id, ${columns} FROM stock`);
  const update = database.prepare("UPDATE stock SET name = ?, quantity = ?, price = ? WHERE id = ?");

  const insertAll = (items: readonly NewItem[]): number[] => {
    begin.run();
    const ids = items.map((item) => Number(insert.run(itemValues(item)).lastInsertRowid));
    commit.run();
    return ids;
  };
  const readAuthors = () =>
    authors.all().map((row) => ({ ...readAuthor(row), posts: [] as ReturnType<typeof readPost>[] }));

  return {
    workloads: {
      point_read: { run: (turn) => readItem(one.get(keyOfTurn(turn)) as ItemRow) },
      list_10k: { run: () => all.all().map(readItem) },
      nested_2: {
        run: () => {
          const found = readAuthors();
          const byId = new Map(found.map((author) => [author.id, author]));
          for (const row of posts.all(JSON.stringify([...byId.keys()])))
            byId.get(row.authorId)?.posts.push(readPost(row));
          return found;
        },
      },
      nested_3: {
        run: () => {
          const found = authors.all().map((row) => ({ ...readAuthor(row), posts: [] as PostWithComments[] }));
          const byId = new Map(found.map((author) => [author.id, author]));
          const postById = new Map<number, PostWithComments>();
          for (const row of posts.all(JSON.stringify([...byId.keys()]))) {
            const post = { ...readPost(row), comments: [] };
            postById.set(post.id, post);
            byId.get(row.authorId)?.posts.push(post);
          }
          for (const row of comments.all(JSON.stringify([...postById.keys()])))
            postById.get(row.postId)?.comments.push(readComment(row));
          return found;
        },
      },
      insert_1: { run: (turn) => insertAll([newItem(turn)]) },
      insert_10k: { run: () => insertAll(insertedItems) },
      update_1000: {
        prepare: () => stock.all().map(readItem),
        run: (turn, items) => {
          begin.run();
          for (const { id } of items as Item[]) {
            const { name, quantity, price } = changeOf(id, turn);
            update.run(name, quantity, price, id);
          }
          commit.run();
        },
      },
    },
    close: () => void database.close(),
  };
}

type PostWithComments = ReturnType<typeof readPost> & { comments: ReturnType<typeof readComment>[] };
