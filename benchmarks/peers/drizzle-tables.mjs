/** The tables as Drizzle declares them, for each database. */
import { relations } from "drizzle-orm";
import * as pgCore from "drizzle-orm/pg-core";
import * as sqliteCore from "drizzle-orm/sqlite-core";
import { momentText, readMoment } from "../data.ts";

const sqliteMoment = sqliteCore.customType({ dataType: () => "text", fromDriver: readMoment, toDriver: momentText });

const sqlite = {
  table: sqliteCore.sqliteTable,
  key: () => sqliteCore.integer().primaryKey({ autoIncrement: true }),
  text: (name) => sqliteCore.text(name),
  integer: (name) => sqliteCore.integer(name),
  double: () => sqliteCore.real(),
  boolean: () => sqliteCore.integer({ mode: "boolean" }),
  json: () => sqliteCore.text({ mode: "json" }),
  moment: () => sqliteMoment(),
};

const postgresql = {
  table: pgCore.pgTable,
  key: () => pgCore.integer().primaryKey().generatedByDefaultAsIdentity(),
  text: (name) => pgCore.text(name),
  integer: (name) => pgCore.integer(name),
  double: () => pgCore.doublePrecision(),
  boolean: () => pgCore.boolean(),
  json: () => pgCore.jsonb(),
  moment: () => pgCore.timestamp({ withTimezone: true, mode: "date" }),
};

export function makeSchema(database) {
  const { table, key, text, integer, double, boolean, json, moment } = database === "sqlite" ? sqlite : postgresql;
  const itemTable = (name) =>
    table(name, {
      id: key(),
      name: text().notNull(),
      email: text().notNull(),
      note: text(),
      quantity: integer().notNull(),
      price: double().notNull(),
      score: double(),
      active: boolean().notNull(),
      attributes: json().notNull(),
      category: text().notNull(),
      created: moment().notNull(),
      updated: moment(),
    });
  const author = table("author", {
    id: key(),
    name: text().notNull(),
    email: text().notNull(),
    bio: text(),
    created: moment().notNull(),
  });
  const post = table("post", {
    id: key(),
    authorId: integer("author_id").notNull(),
    title: text().notNull(),
    body: text().notNull(),
    published: boolean().notNull(),
    created: moment().notNull(),
  });
  const comment = table("comment", {
    id: key(),
    postId: integer("post_id").notNull(),
    writer: text().notNull(),
    body: text().notNull(),
    likes: integer().notNull(),
    created: moment().notNull(),
  });
  return {
    item: itemTable("item"),
    stock: itemTable("stock"),
    entry: itemTable("entry"),
    author,
    post,
    comment,
    authorRelations: relations(author, ({ many }) => ({ posts: many(post) })),
    postRelations: relations(post, ({ one, many }) => ({
      author: one(author, { fields: [post.authorId], references: [author.id] }),
      comments: many(comment),
    })),
    commentRelations: relations(comment, ({ one }) => ({
      post: one(post, { fields: [comment.postId], references: [post.id] }),
    })),
  };
}
