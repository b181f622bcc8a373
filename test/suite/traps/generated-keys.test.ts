/** Tables that somebody else made: the key that a new object gets is the one in the table, or there is an error. */
import { identifier, primaryKey, select, sql, table, type SqlTemplate } from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type CaseContext, type Step } from "../harness.ts";
import { rejects } from "../rejects.ts";

/** The name is a `string`, so that one type fits all. */
const counted = (name: string) => table(name, { id: primaryKey(), name: z.string() });

class Alias extends counted("key_alias") {}
class TableLevel extends counted("key_table_level") {}
class Counted extends counted("key_counted") {}
class Watched extends counted("key_watched") {}
class Int extends counted("key_int") {}
class Descending extends counted("key_descending") {}
class IntDefault extends counted("key_int_default") {}
class NoRowid extends counted("key_no_rowid") {}
class NoRowidDefault extends counted("key_no_rowid_default") {}
class OtherKey extends counted("key_other") {}
class View extends counted("key_view") {}
class Ignored extends counted("key_ignored") {}
class Large extends table("key_large", { id: primaryKey(z.bigint()), name: z.string() }) {}
class TooLarge extends counted("key_too_large") {}

type Model = typeof Alias;

/** Put a table made by hand in the place of a model's, for the rest of the transaction. */
function* replace({ session }: CaseContext, model: Model | typeof Large, ...made: SqlTemplate<unknown>[]): Step<void> {
  yield* session.text(sql`DROP TABLE ${identifier(model.table.name)}`);
  for (const statement of made) yield* session.text(statement);
}

/** Insert objects in flushes of two and of one: their keys must be those in the table. */
function* insertSome({ session }: CaseContext, model: Model): Step<readonly unknown[]> {
  const rows = ["a", "b", "c"].map((name) => new model({ name }));
  session.add(...rows.slice(0, 2));
  yield* session.flush();
  session.add(...rows.slice(2));
  yield* session.flush();
  const keys = rows.map(({ id }) => id);
  expect((yield* session.exec(select(model.c.id).orderBy(model.c.name))).all()).toEqual(keys);
  for (const row of rows) expect(yield* session.get(model, row.id)).toBe(row);
  return keys;
}

suite("generated keys", ({ test }) => {
  test.on("sqlite")("a key that is the rowid needs no RETURNING", function* (context) {
    yield* replace(context, Alias, sql`CREATE TABLE key_alias (id INTEGER PRIMARY KEY, name TEXT)`);
    context.forget();
    expect(yield* insertSome(context, Alias)).toEqual([1, 2, 3]);
    expect(context.statements[0]).toBe(`INSERT INTO "key_alias" ("name") VALUES (?)`);
    yield* replace(
      context,
      TableLevel,
      sql`CREATE TABLE KEY_TABLE_LEVEL (ID integer, name TEXT, other UNIQUE, PRIMARY KEY (id DESC))`,
    );
    context.forget();
    expect(yield* insertSome(context, TableLevel)).toEqual([1, 2, 3]);
    expect(context.statements[0]).not.toContain("RETURNING");
    yield* replace(context, Counted, sql`CREATE TABLE key_counted (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT)`);
    yield* context.session.text(sql`INSERT INTO key_counted (id, name) VALUES (41, 'x')`);
    yield* context.session.text(sql`DELETE FROM key_counted WHERE TRUE`);
    expect(yield* insertSome(context, Counted)).toEqual([42, 43, 44]);
  });

  test.on("sqlite")("a trigger's own rows do not change the key", function* (context) {
    yield* replace(
      context,
      Watched,
      sql`CREATE TABLE key_watched (id INTEGER PRIMARY KEY, name TEXT)`,
      sql`CREATE TABLE key_watched_log (id INTEGER PRIMARY KEY, name TEXT)`,
      sql`INSERT INTO key_watched_log (id) VALUES (100)`,
      sql`CREATE TRIGGER key_watcher AFTER INSERT ON key_watched BEGIN INSERT INTO key_watched_log (name) VALUES (new.name); END`,
    );
    expect(yield* insertSome(context, Watched)).toEqual([1, 2, 3]);
  });

  test.on("sqlite")("a key that is not the rowid and has no default is an error", function* (context) {
    const { session } = context;
    for (const [model, made] of [
      [Int, sql`CREATE TABLE key_int (id INT PRIMARY KEY, name TEXT)`],
      [Descending, sql`CREATE TABLE key_descending (id INTEGER PRIMARY KEY DESC, name TEXT)`],
      [OtherKey, sql`CREATE TABLE key_other (id INTEGER, name TEXT PRIMARY KEY)`],
    ] as const) {
      yield* replace(context, model, made);
      const added = new model({ name: "a" });
      session.add(added);
      yield* rejects(session.flush(), `generated no value for '${model.table.name}.id'`);
      yield* session.rollback();
      expect(session.has(added)).toBe(false);
      yield* replace(context, model, made);
      session.add(new model({ id: 7, name: "a" }));
      yield* session.flush();
      expect((yield* session.exec(select(model.c.id))).all()).toEqual([7]);
    }
    yield* replace(context, NoRowid, sql`CREATE TABLE key_no_rowid (id INTEGER PRIMARY KEY, name TEXT) WITHOUT ROWID`);
    session.add(new NoRowid({ name: "a" }));
    yield* rejects(session.flush(), "must not be null");
  });

  test.on("sqlite")("a key that is not the rowid and has a default is read back", function* (context) {
    yield* replace(
      context,
      IntDefault,
      sql`CREATE TABLE key_int_default (id BIGINT PRIMARY KEY DEFAULT (abs(random()) % 1000000000 + 10), name TEXT)`,
    );
    const keys = yield* insertSome(context, IntDefault);
    expect(keys.every((key) => Number(key) >= 10)).toBe(true);
    yield* replace(
      context,
      NoRowidDefault,
      sql`CREATE TABLE key_no_rowid_default (id INTEGER PRIMARY KEY DEFAULT (abs(random()) % 1000000000 + 10), name TEXT) WITHOUT ROWID`,
    );
    yield* insertSome(context, NoRowidDefault);
  });

  test.on("sqlite")("a view that takes rows generates no key", function* (context) {
    const { session } = context;
    yield* replace(
      context,
      View,
      sql`CREATE TABLE key_viewed (id INTEGER PRIMARY KEY, name TEXT)`,
      sql`INSERT INTO key_viewed (id, name) VALUES (5, 'x')`,
      sql`CREATE VIEW key_view AS SELECT id, name FROM key_viewed`,
      sql`CREATE TRIGGER key_view_insert INSTEAD OF INSERT ON key_view BEGIN INSERT INTO key_viewed (name) VALUES (new.name); END`,
    );
    session.add(new View({ name: "a" }));
    yield* rejects(session.flush(), "generated no value for 'key_view.id'");
  });

  test.on("sqlite")("a row that a trigger refuses quietly is an error", function* (context) {
    const { session } = context;
    yield* replace(
      context,
      Ignored,
      sql`CREATE TABLE key_ignored (id INTEGER PRIMARY KEY, name TEXT)`,
      sql`INSERT INTO key_ignored (id, name) VALUES (5, 'x')`,
      sql`CREATE TRIGGER key_ignorer BEFORE INSERT ON key_ignored BEGIN SELECT RAISE(IGNORE); END`,
    );
    session.add(new Ignored({ name: "a" }));
    yield* rejects(session.flush(), "1 row");
  });

  test.on("sqlite")("keys beyond 2^53 keep their digits, or are an error", function* (context) {
    const { session } = context;
    const beyond = sql`9007199254740992`;
    for (const model of [Large, TooLarge]) {
      const name = identifier(model.table.name);
      yield* replace(context, model, sql`CREATE TABLE ${name} (id INTEGER PRIMARY KEY, name TEXT)`);
      yield* session.text(sql`INSERT INTO ${name} (id, name) VALUES (${beyond}, 'x')`);
    }
    const large = new Large({ name: "a" });
    session.add(large);
    yield* session.flush();
    expect(large.id).toBe(9007199254740993n);
    session.add(new TooLarge({ name: "a" }));
    yield* rejects(session.flush(), "hold exactly");
  });

  test.on("postgresql")("a key that no identity counts is an error", function* ({ session }) {
    yield* session.text(sql`ALTER TABLE key_int ALTER id DROP IDENTITY`);
    session.add(new Int({ name: "a" }));
    yield* rejects(session.flush(), "must not be null");
  });

  test.on("mysql")("a key that no AUTO_INCREMENT counts is an error", function* ({ session }) {
    yield* session.text(sql`ALTER TABLE key_int MODIFY id INT NOT NULL`);
    try {
      session.add(new Int({ name: "a" }));
      yield* rejects(session.flush(), "id");
    } finally {
      yield* session.rollback();
      yield* session.text(sql`ALTER TABLE key_int MODIFY id INT NOT NULL AUTO_INCREMENT`);
    }
  });
});
