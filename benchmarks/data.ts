/** The data of all workloads: made from numbers, so that every process has the same without being told. */

export interface Attributes {
  readonly color: string;
  readonly size: number;
  readonly tags: readonly string[];
}

/** The eleven columns of an item beside its key; three may be null. */
export interface NewItem {
  readonly name: string;
  readonly email: string;
  readonly note: string | null;
  readonly quantity: number;
  readonly price: number;
  readonly score: number | null;
  readonly active: boolean;
  readonly attributes: Attributes;
  readonly category: string;
  readonly created: Date;
  readonly updated: Date | null;
}

export interface Item extends NewItem {
  readonly id: number;
}

export const sizes = {
  items: 10_000,
  authors: 100,
  postsPerAuthor: 10,
  commentsPerPost: 5,
  inserted: 10_000,
  stock: 1000,
} as const;

const colors = ["red", "green", "blue", "white"] as const;
const categories = ["book", "film", "record", "game", "map"] as const;
const start = Date.UTC(2024, 0, 1);

function moment(number: number): Date {
  return new Date(start + number * 86_461_337);
}

/** The item of this number. */
export function newItem(number: number): NewItem {
  return {
    name: `Item ${String(number)}`,
    email: `item${String(number)}@example.org`,
    note: number % 3 === 0 ? null : `A note of some length on item ${String(number)}`,
    quantity: (number * 31) % 1000,
    price: ((number * 7) % 10_000) / 4,
    score: number % 4 === 0 ? null : (number % 100) / 8,
    active: number % 2 === 0,
    attributes: {
      color: colors[number % 4] ?? "red",
      size: number % 50,
      tags: [`t${String(number % 7)}`, `t${String(number % 11)}`],
    },
    category: categories[number % 5] ?? "book",
    created: moment(number % 700),
    updated: number % 5 === 0 ? null : moment((number % 700) + 1),
  };
}

/** What insert_10k inserts; the same objects each time. */
export const insertedItems: readonly NewItem[] = Array.from({ length: sizes.inserted }, (_, index) => newItem(index));

/** The key that run `turn` of point_read reads. */
export function keyOfTurn(turn: number): number {
  return ((turn * 7919) % sizes.items) + 1;
}

/** What run `turn` of update_1000 writes into the row of this id. */
export function changeOf(
  id: number,
  turn: number,
): { readonly name: string; readonly quantity: number; readonly price: number } {
  return { name: `Changed ${String(id)} ${String(turn)}`, quantity: (id + turn) % 100_000, price: id + turn / 4 };
}

export interface AuthorData {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly bio: string | null;
  readonly created: Date;
}

export interface PostData {
  readonly id: number;
  readonly authorId: number;
  readonly title: string;
  readonly body: string;
  readonly published: boolean;
  readonly created: Date;
}

export interface CommentData {
  readonly id: number;
  readonly postId: number;
  readonly writer: string;
  readonly body: string;
  readonly likes: number;
  readonly created: Date;
}

function ids(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

export function authors(): AuthorData[] {
  return ids(sizes.authors).map((id) => ({
    id,
    name: `Author ${String(id)}`,
    email: `author${String(id)}@example.org`,
    bio: id % 3 === 0 ? null : `Born in ${String(1900 + id)}`,
    created: moment(id),
  }));
}

export function posts(): PostData[] {
  return ids(sizes.authors * sizes.postsPerAuthor).map((id) => ({
    id,
    authorId: ((id - 1) % sizes.authors) + 1,
    title: `Post ${String(id)}`,
    body: `The text of post ${String(id)}, which is not long.`,
    published: id % 4 !== 0,
    created: moment(id % 700),
  }));
}

export function comments(): CommentData[] {
  const count = sizes.authors * sizes.postsPerAuthor;
  return ids(count * sizes.commentsPerPost).map((id) => ({
    id,
    postId: ((id - 1) % count) + 1,
    writer: `Reader ${String(id % 97)}`,
    body: `What reader ${String(id % 97)} thinks of it`,
    likes: id % 23,
    created: moment(id % 700),
  }));
}

/** A moment as the SQLite tables hold it: "2024-02-29 13:37:00.123000", in UTC. */
export function momentText(value: Date): string {
  const iso = value.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}000`;
}

/** A moment that a SQLite table holds. */
export function readMoment(text: string): Date {
  return new Date(`${text}Z`);
}
