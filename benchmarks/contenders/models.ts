/** The models of the sqlmodel contenders, over the tables that database.ts makes. */
import { field, many, one, primaryKey, table } from "sqlmodel";
import { z } from "zod";

const itemColumns = () => ({
  id: primaryKey(),
  name: z.string(),
  email: z.string(),
  note: z.string().nullable(),
  quantity: z.int(),
  price: z.number(),
  score: z.number().nullable(),
  active: z.boolean(),
  attributes: z.object({ color: z.string(), size: z.number(), tags: z.array(z.string()).readonly() }),
  category: z.string(),
  created: z.date(),
  updated: z.date().nullable(),
});

export class Item extends table("item", itemColumns()) {}

export class Stock extends table("stock", itemColumns()) {}

export class Entry extends table("entry", itemColumns()) {}

export class Author extends table(
  "author",
  {
    id: primaryKey(),
    name: z.string(),
    email: z.string(),
    bio: z.string().nullable(),
    created: z.date(),
  },
  {
    posts: () => many(Post, { backPopulates: "author" }),
  },
) {}

export class Post extends table(
  "post",
  {
    id: primaryKey(),
    authorId: field(z.int(), { foreignKey: "author.id" }),
    title: z.string(),
    body: z.string(),
    published: z.boolean(),
    created: z.date(),
  },
  {
    author: () => one(Author, { backPopulates: "posts" }),
    comments: () => many(Comment, { backPopulates: "post" }),
  },
) {}

export class Comment extends table(
  "comment",
  {
    id: primaryKey(),
    postId: field(z.int(), { foreignKey: "post.id" }),
    writer: z.string(),
    body: z.string(),
    likes: z.int(),
    created: z.date(),
  },
  {
    post: () => one(Post, { backPopulates: "comments" }),
  },
) {}

/** An entity's columns as a plain object: its own properties. */
export function plainEntity(entity: object): Record<string, unknown> {
  return { ...entity };
}

export function plainAuthor(author: Author & { readonly posts: readonly Post[] }): Record<string, unknown> {
  return { ...plainEntity(author), posts: Array.from(author.posts, plainEntity) };
}

export function plainDeepAuthor(
  author: Author & { readonly posts: readonly (Post & { readonly comments: readonly Comment[] })[] },
): Record<string, unknown> {
  return {
    ...plainEntity(author),
    posts: Array.from(author.posts, (post) => ({
      ...plainEntity(post),
      comments: Array.from(post.comments, plainEntity),
    })),
  };
}
