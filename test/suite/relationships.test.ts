/** Every kind of relationship: what it loads, what it writes, what a delete does to it. */
import { field, foreignKey, many, one, primaryKey, RelationshipValueError, select, table } from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { known, suite } from "./harness.ts";

class Node extends table(
  "node",
  {
    id: primaryKey(),
    data: z.string(),
    parentId: field(z.int().nullable(), { foreignKey: "node.id" }),
  },
  {
    parent: () => one(Node, { backPopulates: "children" }).nullable(),
    children: () => many(Node, { backPopulates: "parent", cascade: "all, delete-orphan" }),
  },
) {}

class Person extends table(
  "person",
  { id: primaryKey(), name: z.string() },
  {
    friends: () =>
      many(Person, {
        through: Friendship,
        foreignKey: "personId",
        otherForeignKey: "friendId",
        backPopulates: "friendOf",
      }),
    friendOf: () =>
      many(Person, {
        through: Friendship,
        foreignKey: "friendId",
        otherForeignKey: "personId",
        backPopulates: "friends",
      }),
    passport: () => one(Passport, { backPopulates: "person", cascade: "all, delete-orphan" }).nullable(),
  },
) {}

class Friendship extends table("friendship", {
  personId: field(z.int(), { primaryKey: true, foreignKey: "person.id" }),
  friendId: field(z.int(), { primaryKey: true, foreignKey: "person.id" }),
}) {}

class Passport extends table(
  "passport",
  {
    id: primaryKey(),
    number: field(z.string().max(20), { unique: true }),
    personId: field(z.int(), { foreignKey: "person.id", unique: true }),
  },
  {
    person: () => one(Person, { backPopulates: "passport" }),
  },
) {}

class Order extends table(
  "customer_order",
  {
    id: primaryKey(),
    billingId: field(z.int(), { foreignKey: "address.id" }),
    shippingId: field(z.int().nullable(), { foreignKey: "address.id" }),
  },
  {
    billing: () => one(Address, { foreignKey: "billingId", backPopulates: "billed" }),
    shipping: () => one(Address, { foreignKey: "shippingId" }).nullable(),
    lines: () => many(Line, { backPopulates: "order", cascade: "all, delete-orphan", orderBy: Line.c.number }),
  },
) {}

class Address extends table(
  "address",
  { id: primaryKey(), street: z.string() },
  {
    billed: () => many(Order, { foreignKey: "billingId", backPopulates: "billing" }),
  },
) {}

class Line extends table(
  "order_line",
  {
    orderId: field(z.int(), { primaryKey: true, foreignKey: "customer_order.id" }),
    number: field(z.int(), { primaryKey: true }),
    article: z.string(),
  },
  {
    order: () => one(Order, { backPopulates: "lines" }),
    notes: () => many(Note, { backPopulates: "line", cascade: "all, delete-orphan" }),
  },
) {}

class Note extends table(
  "line_note",
  {
    id: primaryKey(),
    orderId: field(z.int(), { foreignKey: true }),
    number: field(z.int(), { foreignKey: true }),
    text: z.string(),
  },
  {
    line: () => one(Line, { backPopulates: "notes" }),
  },
) {
  static override readonly tableArgs = [
    foreignKey([Note.c.orderId, Note.c.number], "order_line", ["order_id", "number"]),
  ];
}

class Author extends table(
  "author",
  {
    id: primaryKey(),
    name: z.string(),
    favouriteId: field(z.int().nullable(), { foreignKey: "book.id" }),
  },
  {
    books: () => many(Book, { foreignKey: "authorId", backPopulates: "author" }),
    favourite: () => one(Book, { foreignKey: "favouriteId" }).nullable(),
  },
) {}

class Book extends table(
  "book",
  {
    id: primaryKey(),
    title: z.string(),
    authorId: field(z.int(), { foreignKey: "author.id" }),
  },
  {
    author: () => one(Author, { foreignKey: "authorId", backPopulates: "books" }),
  },
) {}

suite("self-reference", ({ test }) => {
  test("a tree is written parents first, one statement a level where that pays", function* ({
    session,
    engine,
    statements,
  }) {
    const leaves = Array.from({ length: 5 }, (_, index) => new Node({ data: `leaf ${String(index)}` }));
    const root = new Node({ data: "root", children: [new Node({ data: "branch", children: leaves })] });
    session.add(root);
    yield* session.flush();
    if (engine.dialect.capabilities.batchesWrites) expect(statements).toHaveLength(3);
    const rows = (yield* session.exec(select(Node.c.data, Node.c.parentId).orderBy(Node.c.id))).all();
    expect(rows[0]).toEqual(["root", null]);
    expect(rows[1]).toEqual(["branch", root.id]);
    expect(rows.slice(2).every(([, parent]) => parent === known(root.children)[0]?.id)).toBe(true);
  });

  test("taking a branch out deletes all that hangs on it", function* ({ session }) {
    const branch = new Node({ data: "branch", children: [new Node({ data: "leaf" })] });
    const root = new Node({ data: "root", children: [branch, new Node({ data: "other" })] });
    session.add(root);
    yield* session.commit();
    known(root.children).splice(0, 1);
    yield* session.commit();
    expect((yield* session.exec(select(Node.c.data).orderBy(Node.c.data))).all()).toEqual(["other", "root"]);
  });

  test("deleting a root that was loaded alone deletes the tree", function* ({ session, openSession }) {
    session.add(
      new Node({ data: "root", children: [new Node({ data: "branch", children: [new Node({ data: "leaf" })] })] }),
    );
    yield* session.commit();
    yield* session.close();
    const other = openSession();
    other.delete((yield* other.exec(select(Node).where(Node.c.data.eq("root")))).one());
    yield* other.commit();
    expect((yield* other.exec(select(Node))).all()).toEqual([]);
  });

  test("a row may come under a new one", function* ({ session }) {
    const leaf = new Node({ data: "leaf" });
    session.add(leaf);
    yield* session.commit();
    leaf.parent = new Node({ data: "new parent" });
    session.add(leaf.parent);
    yield* session.commit();
    const loaded = (yield* session.exec(
      select(Node)
        .include({ children: { children: true } })
        .where(Node.c.parentId.isNull()),
    )).one();
    expect(loaded.children.map((child) => child.data)).toEqual(["leaf"]);
  });
});

suite("many to many with itself", ({ test }) => {
  test("both directions are kept and loaded", function* ({ session, openSession }) {
    const [ann, bob, cat] = ["ann", "bob", "cat"].map((name) => new Person({ name })) as [Person, Person, Person];
    ann.friends = [bob, cat];
    known(bob.friends).push(cat);
    expect(cat.friendOf).toEqual([ann, bob]);
    session.add(ann);
    yield* session.commit();
    yield* session.close();
    const other = openSession();
    const people = (yield* other.exec(
      select(Person).include({ friends: true, friendOf: true }).orderBy(Person.c.name),
    )).all();
    expect(people.map((person) => [person.friends.length, person.friendOf.length])).toEqual([
      [2, 0],
      [1, 1],
      [0, 2],
    ]);
  });
});

suite("one to one", ({ test }) => {
  test("both sides hold one another; the old one goes when it is replaced", function* ({ session }) {
    const person = new Person({ name: "ann", passport: new Passport({ number: "1" }) });
    expect(person.passport).toMatchObject({ number: "1" });
    session.add(person);
    yield* session.commit();
    person.passport = new Passport({ number: "2" });
    yield* session.commit();
    expect((yield* session.exec(select(Passport.c.number))).all()).toEqual(["2"]);
    session.delete(person);
    yield* session.commit();
    expect((yield* session.exec(select(Passport))).all()).toEqual([]);
  });
});

suite("several foreign keys, composite keys", ({ test }) => {
  test("each path goes its own way", function* ({ session, openSession }) {
    const [home, work] = [new Address({ street: "home" }), new Address({ street: "work" })];
    session.add(new Order({ billing: home, shipping: work }), new Order({ billing: home }));
    yield* session.commit();
    yield* session.close();
    const other = openSession();
    const orders = (yield* other.exec(
      select(Order).include({ billing: true, shipping: true }).orderBy(Order.c.id),
    )).all();
    expect(orders.map((order) => [order.billing.street, order.shipping?.street ?? null])).toEqual([
      ["home", "work"],
      ["home", null],
    ]);
    const address = (yield* other.exec(
      select(Address).include({ billed: true }).where(Address.c.street.eq("home")),
    )).one();
    expect(address.billed).toHaveLength(2);
  });

  test("composite keys are filled in, loaded by all their columns, and ordered", function* ({ session, openSession }) {
    const order = new Order({ billing: new Address({ street: "home" }) });
    order.lines = [
      new Line({ number: 2, article: "two", notes: [new Note({ text: "n2" })] }),
      new Line({ number: 1, article: "one", notes: [new Note({ text: "n1a" }), new Note({ text: "n1b" })] }),
    ];
    session.add(
      order,
      new Order({ billing: new Address({ street: "other" }), lines: [new Line({ number: 1, article: "x" })] }),
    );
    yield* session.commit();
    yield* session.close();
    const other = openSession();
    const loaded = (yield* other.exec(
      select(Order)
        .include({ lines: { notes: true } })
        .orderBy(Order.c.id),
    )).first();
    expect(loaded?.lines.map((line) => [line.number, line.notes.map((note) => note.text).sort()])).toEqual([
      [1, ["n1a", "n1b"]],
      [2, ["n2"]],
    ]);
    const line = yield* other.get(Line, { orderId: order.id, number: 2 });
    expect(line?.article).toBe("two");
    expect(yield* other.get(Line, [order.id, 1])).toMatchObject({ article: "one" });
  });

  test("a child without its parent is deleted where its key cannot be empty", function* ({ session }) {
    const order = new Order({
      billing: new Address({ street: "home" }),
      lines: [new Line({ number: 1, article: "one" })],
    });
    session.add(order);
    yield* session.commit();
    order.lines = [];
    yield* session.commit();
    expect((yield* session.exec(select(Line))).all()).toEqual([]);
  });
});

suite("tables that refer to each other", ({ test }) => {
  test("rows in a circle are inserted, changed and deleted", function* ({ session }) {
    const author = new Author({ name: "ann" });
    const book = new Book({ title: "first", author });
    author.favourite = book;
    session.add(author);
    yield* session.commit();
    expect((yield* session.exec(select(Author.c.favouriteId))).one()).toBe(book.id);
    expect((yield* session.exec(select(Book.c.authorId))).one()).toBe(author.id);
    session.delete(author);
    session.delete(book);
    yield* session.commit();
    expect((yield* session.exec(select(Author))).all()).toEqual([]);
  });
});

suite("both sides in memory", ({ test }) => {
  test("assigning one side changes the other at once", function* ({ session }) {
    const [left, right] = [new Node({ data: "left" }), new Node({ data: "right" })];
    const child = new Node({ data: "child", parent: left });
    expect(left.children).toEqual([child]);
    child.parent = right;
    expect([left.children, right.children]).toEqual([[], [child]]);
    right.children = [];
    expect(child.parent).toBeNull();
    known(left.children).push(child);
    expect(child.parent).toBe(left);
    expect(session.new).toEqual([]);
    yield* session.flush();
  });

  test("a wrong object is refused where it is given", function* ({ session }) {
    const node = new Node({ data: "x" });
    expect(() => {
      (node as { parent: unknown }).parent = new Person({ name: "x" });
    }).toThrow(RelationshipValueError);
    expect(() => known(node.children).push({} as never)).toThrow("Node.children takes Node objects");
    yield* session.flush();
  });
});
