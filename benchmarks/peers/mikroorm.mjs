/** MikroORM: a fork of the entity manager for each operation, relations by select-in. */
import { Collection, EntitySchema, LoadStrategy, MikroORM, Type } from "@mikro-orm/core";
import { BetterSqliteDriver } from "@mikro-orm/better-sqlite";
import { PostgreSqlDriver } from "@mikro-orm/postgresql";
import { changeOf, insertedItems, keyOfTurn, momentText, newItem, readMoment } from "../data.ts";

class MomentType extends Type {
  convertToDatabaseValue(value) {
    return value instanceof Date ? momentText(value) : value;
  }
  convertToJSValue(value) {
    return typeof value === "string" ? readMoment(value) : value;
  }
  compareAsType() {
    return "string";
  }
  ensureComparable() {
    return false;
  }
}

class Item {}
class Stock {}
class Entry {}
class Author {
  posts = new Collection(this);
}
class Post {
  comments = new Collection(this);
}
class Comment {}

function entities(database) {
  const moment = database === "sqlite" ? { type: MomentType } : { type: "Date", columnType: "timestamptz" };
  const key = { type: "number", primary: true, autoincrement: true };
  const item = (type, tableName) =>
    new EntitySchema({
      class: type,
      tableName,
      properties: {
        id: key,
        name: { type: "string" },
        email: { type: "string" },
        note: { type: "string", nullable: true },
        quantity: { type: "number" },
        price: { type: "double" },
        score: { type: "double", nullable: true },
        active: { type: "boolean" },
        attributes: { type: "json" },
        category: { type: "string" },
        created: moment,
        updated: { ...moment, nullable: true },
      },
    });
  return [
    item(Item, "item"),
    item(Stock, "stock"),
    item(Entry, "entry"),
    new EntitySchema({
      class: Author,
      tableName: "author",
      properties: {
        id: key,
        name: { type: "string" },
        email: { type: "string" },
        bio: { type: "string", nullable: true },
        created: moment,
        posts: { kind: "1:m", entity: () => Post, mappedBy: "author" },
      },
    }),
    new EntitySchema({
      class: Post,
      tableName: "post",
      properties: {
        id: key,
        author: { kind: "m:1", entity: () => Author, fieldName: "author_id" },
        title: { type: "string" },
        body: { type: "string" },
        published: { type: "boolean" },
        created: moment,
        comments: { kind: "1:m", entity: () => Comment, mappedBy: "post" },
      },
    }),
    new EntitySchema({
      class: Comment,
      tableName: "comment",
      properties: {
        id: key,
        post: { kind: "m:1", entity: () => Post, fieldName: "post_id" },
        writer: { type: "string" },
        body: { type: "string" },
        likes: { type: "number" },
        created: moment,
      },
    }),
  ];
}

const plainPost = ({ author, comments: _, ...post }) => ({ ...post, authorId: author.id });
const plainComment = ({ post, ...comment }) => ({ ...comment, postId: post.id });

export async function open({ database, address, onStatement }) {
  const orm = await MikroORM.init({
    ...(database === "sqlite"
      ? { driver: BetterSqliteDriver, dbName: address }
      : { driver: PostgreSqlDriver, clientUrl: address }),
    entities: entities(database),
    loadStrategy: LoadStrategy.SELECT_IN,
    ...(onStatement === undefined ? {} : { debug: ["query"], logger: onStatement, colors: false }),
  });

  const insertAll = async (items) => {
    const em = orm.em.fork();
    const created = items.map((item) => em.create(Entry, item));
    em.persist(created);
    await em.flush();
    return created.map(({ id }) => id);
  };

  return {
    workloads: {
      point_read: { run: (turn) => orm.em.fork().findOne(Item, keyOfTurn(turn)), plain: (item) => ({ ...item }) },
      list_10k: { run: () => orm.em.fork().find(Item, {}), plain: (items) => items.map((item) => ({ ...item })) },
      nested_2: {
        run: () => orm.em.fork().find(Author, {}, { populate: ["posts"] }),
        plain: (found) => found.map((author) => ({ ...author, posts: author.posts.getItems().map(plainPost) })),
      },
      nested_3: {
        run: () => orm.em.fork().find(Author, {}, { populate: ["posts.comments"] }),
        plain: (found) =>
          found.map((author) => ({
            ...author,
            posts: author.posts
              .getItems()
              .map((post) => ({ ...plainPost(post), comments: post.comments.getItems().map(plainComment) })),
          })),
      },
      insert_1: { run: (turn) => insertAll([newItem(turn)]) },
      insert_10k: { run: () => insertAll(insertedItems) },
      update_1000: {
        prepare: async () => {
          const em = orm.em.fork();
          return { em, items: await em.find(Stock, {}) };
        },
        run: async (turn, { em, items }) => {
          for (const item of items) Object.assign(item, changeOf(item.id, turn));
          await em.flush();
        },
      },
    },
    close: () => orm.close(true),
  };
}
