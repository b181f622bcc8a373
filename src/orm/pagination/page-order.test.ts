/** The conditions of pages as each dialect writes them, and cursors there and back. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { dialects } from "../../../test/support/dialects.ts";
import { MetaData } from "../../metadata/meta-data.ts";
import { field, primaryKey } from "../../model/field.ts";
import { select } from "../../model/select.ts";
import { tableFor } from "../../model/table.ts";
import type { ColumnElement } from "../../sql/expression/column-element.ts";
import { emptySelect } from "../../sql/statement/node.ts";
import { bigint, bytea, decimal, double, time, timestamp, uuid } from "../../sql/type/types.ts";
import { InvalidCursorError, PaginationError } from "../errors.ts";
import { digest, readCursor, writeCursor } from "./cursor.ts";
import { beyond, orderOf, pageKeys, type PageKey } from "./page-order.ts";

const table = tableFor(new MetaData());

class Item extends table("item", {
  id: primaryKey(),
  age: z.int().nullable(),
  kind: z.enum(["small", "big"]),
  price: field(z.string(), { type: decimal(10, 2) }),
  serial: field(z.bigint(), { type: bigint() }),
  ratio: field(z.number(), { type: double() }),
  isPaid: z.boolean(),
  sentAt: field(z.date(), { type: timestamp() }),
  opens: field(z.string(), { type: time() }),
  code: field(z.string(), { type: uuid() }),
  digits: field(z.instanceof(Uint8Array), { type: bytea() }),
}) {}

function keysOf(...order: ColumnElement<unknown>[]): PageKey[] {
  const query = select(Item)
    .orderBy(...order)
    .toQuery();
  return pageKeys(query, query.node);
}

/** What follows WHERE, on SQLite, PostgreSQL and MySQL. */
function texts(order: readonly ColumnElement<unknown>[], values: readonly unknown[], isBackward = false): string[] {
  const keys = keysOf(...order);
  return dialects.map((dialect) => {
    const where = beyond(keys, { values, isIncluded: false }, isBackward, dialect.capabilities);
    const node = { ...emptySelect, columns: [Item.c.id.node], where, orderBy: orderOf(keys, isBackward) };
    return dialect
      .compile(node)
      .sql.replace(/^.* WHERE /, "")
      .replaceAll(/["`]item["`]\.|["`]/g, "");
  });
}

describe("conditions", () => {
  test("by the key alone", () => {
    expect(texts([], [5])).toEqual(["id > ? ORDER BY id", "id > $1 ORDER BY id", "id > ? ORDER BY id"]);
    expect(texts([Item.c.id.desc()], [5])[1]).toBe("id < $1 ORDER BY id DESC");
    expect(texts([Item.c.id.desc()], [5], true)[1]).toBe("id > $1 ORDER BY id");
  });

  test("NULLs come where the database has them", () => {
    const up = ["age >= ? AND (age > ? OR id > ?)", "age >= $1 AND (age > $2 OR id > $3)"];
    expect(texts([Item.c.age], [7, 5])).toEqual([
      `${up[0]} ORDER BY age, id`,
      `(${up[1]}) OR age IS NULL ORDER BY age, id`,
      `${up[0]} ORDER BY age, id`,
    ]);
    const down = ["age <= ? AND (age < ? OR id < ?)", "age <= $1 AND (age < $2 OR id < $3)"];
    expect(texts([Item.c.age.desc()], [7, 5])).toEqual([
      `(${down[0]}) OR age IS NULL ORDER BY age DESC, id DESC`,
      `${down[1]} ORDER BY age DESC, id DESC`,
      `(${down[0]}) OR age IS NULL ORDER BY age DESC, id DESC`,
    ]);
    expect(texts([Item.c.age], [null, 5])).toEqual([
      "age IS NOT NULL OR (age IS NULL AND id > ?) ORDER BY age, id",
      "age IS NULL AND id > $1 ORDER BY age, id",
      "age IS NOT NULL OR (age IS NULL AND id > ?) ORDER BY age, id",
    ]);
  });

  test("NULLs come where the order says, and backwards at the other end", () => {
    const order = [Item.c.age.asc().nullsLast()];
    expect(texts(order, [7, 5])[0]).toBe(
      "(age >= ? AND (age > ? OR id > ?)) OR age IS NULL ORDER BY age NULLS LAST, id",
    );
    expect(texts(order, [7, 5], true)).toEqual([
      "age <= ? AND (age < ? OR id < ?) ORDER BY age DESC NULLS FIRST, id DESC",
      "age <= $1 AND (age < $2 OR id < $3) ORDER BY age DESC NULLS FIRST, id DESC",
      "age <= ? AND (age < ? OR id < ?) ORDER BY age IS NULL DESC, age DESC, id DESC",
    ]);
  });

  test("directions that differ", () => {
    expect(texts([Item.c.price.desc(), Item.c.serial], ["1.00", 2n, 5])[1]).toBe(
      "price <= $1 AND (price < $2 OR (serial >= $3 AND (serial > $4 OR id > $5))) ORDER BY price DESC, serial, id",
    );
  });

  test("enums that are sorted by their places and compared as texts", () => {
    const place = "CASE WHEN kind = ? THEN 0 WHEN kind = ? THEN 1 END";
    expect(texts([Item.c.kind.desc()], ["big", 5])).toEqual([
      "kind <= ? AND (kind < ? OR id < ?) ORDER BY kind DESC, id DESC",
      "kind <= $1 AND (kind < $2 OR id < $3) ORDER BY kind DESC, id DESC",
      `${place} <= ? AND (${place} < ? OR id < ?) ORDER BY kind DESC, id DESC`,
    ]);
  });
});

describe("cursors", () => {
  const keys = keysOf(
    Item.c.age,
    Item.c.kind,
    Item.c.price,
    Item.c.serial,
    Item.c.ratio,
    Item.c.isPaid,
    Item.c.sentAt,
    Item.c.opens,
    Item.c.code,
    Item.c.digits,
  );
  const values = [
    null,
    "big",
    "12.30",
    9_007_199_254_740_993n,
    0.1,
    false,
    "2024-02-29T12:00:00.000001Z",
    "13:37:00.000001",
    "0190163d-8694-739b-aea5-966c26f8ad91",
    new Uint8Array([0, 255]),
    1,
  ];

  test.each(dialects.map((dialect) => [dialect.name, dialect] as const))("there and back on %s", (_, dialect) => {
    for (const isIncluded of [true, false]) {
      const cursor = writeCursor({ values, isIncluded }, keys, "order");
      expect(cursor).toMatch(/^[\w-]+$/);
      expect(readCursor(cursor, keys, "order", dialect)).toEqual({ values, isIncluded });
    }
    const endless = values.with(4, Number.POSITIVE_INFINITY);
    expect(() => writeCursor({ values: endless, isIncluded: false }, keys, "order")).toThrow(PaginationError);
  });

  test.each(dialects.map((dialect) => [dialect.name, dialect] as const))(
    "values of other types on %s",
    (_, dialect) => {
      const others: unknown[] = ["7", 5, 12.3, "1e3", "0.1", "false", "yesterday", "25:99", "not a uuid", 7, "1"];
      others.forEach((other, index) => {
        const body = [1, "order", 0, writtenValues().with(index, other)];
        const cursor = Buffer.from(JSON.stringify([...body, digest(["sqlmodel cursor", ...body])])).toString(
          "base64url",
        );
        expect(() => readCursor(cursor, keys, "order", dialect), String(index)).toThrow(InvalidCursorError);
        expect(() => readCursor(cursor, keys, "order", dialect)).toThrow(`Value ${String(index + 1)} `);
      });
      const short = [1, "order", 0, writtenValues().slice(1)];
      const cut = Buffer.from(JSON.stringify([...short, digest(["sqlmodel cursor", ...short])])).toString("base64url");
      expect(() => readCursor(cut, keys, "order", dialect)).toThrow("another order");
    },
  );

  function writtenValues(): unknown[] {
    const cursor = writeCursor({ values, isIncluded: false }, keys, "order");
    return (JSON.parse(Buffer.from(cursor, "base64url").toString()) as [unknown, unknown, unknown, unknown[]])[3];
  }

  test("any character that is altered, and any that is missing", () => {
    const [dialect] = dialects;
    if (dialect === undefined) throw new Error("no dialect");
    const cursor = writeCursor({ values, isIncluded: false }, keys, "order");
    for (let at = 0; at < cursor.length; at += 1) {
      const cut = cursor.slice(0, at) + cursor.slice(at + 1);
      const altered = `${cursor.slice(0, at)}${cursor[at] === "A" ? "Q" : "A"}${cursor.slice(at + 1)}`;
      for (const text of [cut, altered])
        expect(() => readCursor(text, keys, "order", dialect), text).toThrow(InvalidCursorError);
    }
  });
});
