/** T26 T27 T32 T43 V27: statements that end transactions, servers that stop taking writes, what is too large to send. */
import {
  AsyncEngine,
  AsyncSession,
  ConnectionError,
  DatabaseError,
  field,
  func,
  ImplicitCommitError,
  OtherDatabaseError,
  PendingRollbackError,
  primaryKey,
  ProgrammingError,
  ReadOnlyError,
  select,
  sql,
  table,
  TransactionStateError,
  ValueError,
  type SqlTemplate,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import type { DialectName } from "../databases.ts";
import { suite, type Step } from "../harness.ts";
import type { SuiteSession } from "../suite-session.ts";
import { rejects } from "./rejects.ts";

type DatabaseErrorClass = abstract new (...args: never) => DatabaseError;
/** Errors that the server itself raises on request, their classes, and whether they are about the whole server. */
const failovers: Readonly<
  Record<DialectName, readonly (readonly [SqlTemplate<unknown>, DatabaseErrorClass, boolean])[]>
> = {
  sqlite: [],
  postgresql: [
    [sql`DO $$ BEGIN RAISE EXCEPTION 'terminating' USING ERRCODE = '57P01'; END $$`, ConnectionError, true],
    [sql`DO $$ BEGIN RAISE EXCEPTION 'starting up' USING ERRCODE = '57P03'; END $$`, ConnectionError, true],
    [sql`DO $$ BEGIN RAISE EXCEPTION 'idle' USING ERRCODE = '57P05'; END $$`, ConnectionError, false],
    [sql`DO $$ BEGIN RAISE EXCEPTION 'read-only' USING ERRCODE = '25006'; END $$`, ReadOnlyError, true],
  ],
  mysql: [
    [
      sql`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1290, MESSAGE_TEXT = 'The server is running with the --read-only option'`,
      ReadOnlyError,
      true,
    ],
    [
      sql`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1290, MESSAGE_TEXT = 'The server is running with the --secure-file-priv option'`,
      OtherDatabaseError,
      false,
    ],
    [
      sql`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1836, MESSAGE_TEXT = 'Running in read-only mode'`,
      ReadOnlyError,
      true,
    ],
    [
      sql`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1792, MESSAGE_TEXT = 'Cannot execute statement in a READ ONLY transaction'`,
      ReadOnlyError,
      false,
    ],
    [
      sql`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1053, MESSAGE_TEXT = 'Server shutdown in progress'`,
      ConnectionError,
      true,
    ],
    [
      sql`SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = 1927, MESSAGE_TEXT = 'Connection was killed'`,
      ConnectionError,
      false,
    ],
  ],
};

class Parcel extends table("parcel", { id: primaryKey(), name: z.string().max(50) }) {}
class Blob extends table("blob_parcel", { id: primaryKey(), bytes: field(z.instanceof(Uint8Array)) }) {}

function* names(session: SuiteSession): Step<string[]> {
  return (yield* session.exec(select(Parcel.c.name).orderBy(Parcel.c.id))).all();
}

suite("T26 statements that end a transaction", ({ test }) => {
  test("T26 DDL beside changes is rolled back with them, or refused before it could commit them", function* ({
    session,
    openSession,
    dialect,
  }) {
    for (const ddl of [
      sql`CREATE TABLE extra (id integer)`,
      sql`create /* temporary */ table extra (id integer)`,
      sql`-- a word
        CREATE TABLE extra (id integer)`,
    ]) {
      session.add(new Parcel({ name: "open" }));
      yield* session.flush();
      if (dialect === "mysql") {
        const error = yield* rejects(session.text(ddl), ImplicitCommitError);
        expect(error.message).toMatch(/not sent.*commit\(\) or rollback\(\)/);
      } else {
        yield* session.text(ddl);
      }
      yield* session.rollback();
      expect(yield* names(session)).toEqual([]);
      yield* rejects(session.text(sql`SELECT * FROM extra`), DatabaseError);
      yield* session.rollback();
    }
    yield* session.close();
    expect(yield* names(openSession())).toEqual([]);
  });

  test("T26 after a refused statement the transaction goes on and can be committed", function* ({
    session,
    openSession,
    dialect,
  }) {
    if (dialect !== "mysql") return;
    session.add(new Parcel({ name: "first" }));
    yield* session.flush();
    for (const ddl of [
      sql`ALTER TABLE parcel ADD COLUMN more integer`,
      sql`TRUNCATE TABLE parcel`,
      sql`DROP TABLE parcel`,
      sql`RENAME TABLE parcel TO other`,
      sql`CREATE INDEX some ON parcel (name)`,
      sql`START TRANSACTION`,
      sql`LOCK TABLES parcel WRITE`,
    ])
      yield* rejects(session.text(ddl), ImplicitCommitError);
    yield* session.text(sql`CREATE TEMPORARY TABLE scratch (id integer)`);
    yield* session.text(sql`DROP TEMPORARY TABLE scratch`);
    session.add(new Parcel({ name: "second" }));
    yield* session.commit();
    yield* session.close();
    expect(yield* names(openSession())).toEqual(["first", "second"]);
  });

  test("T26 after DDL that had nothing to commit, what follows is a transaction again", function* ({
    session,
    openSession,
    dialect,
  }) {
    expect(yield* names(session)).toEqual([]);
    yield* session.text(sql`CREATE TABLE extra (id integer)`);
    session.add(new Parcel({ name: "undone" }));
    yield* session.flush();
    yield* session.text(sql`INSERT INTO parcel (name) VALUES ('undone too')`);
    yield* session.rollback();
    expect(yield* names(session)).toEqual([]);
    session.add(new Parcel({ name: "done" }));
    yield* session.commit();
    if (dialect === "mysql") yield* session.text(sql`DROP TABLE extra`);
    yield* session.close();
    expect(yield* names(openSession())).toEqual(["done"]);
  });

  test("T26 savepoints are something to lose", function* ({ session, dialect }) {
    if (dialect !== "mysql") return;
    yield* session.beginNested();
    yield* rejects(session.text(sql`CREATE TABLE extra (id integer)`), ImplicitCommitError);
    yield* session.rollback();
    yield* session.commit();
  });

  test("T26 COMMIT and ROLLBACK as text are told where they end something, and harmless where not", function* ({
    session,
    openSession,
  }) {
    for (const text of [sql`ROLLBACK`, sql`COMMIT`]) {
      yield* names(session);
      yield* session.text(text);
      session.add(new Parcel({ name: "undone" }));
      yield* session.flush();
      yield* session.rollback();
      expect(yield* names(session)).toEqual([]);
    }
    session.add(new Parcel({ name: "by hand" }));
    yield* session.flush();
    yield* rejects(session.text(sql`ROLLBACK`), ImplicitCommitError);
    yield* rejects(session.commit(), PendingRollbackError);
    yield* session.rollback();
    session.add(new Parcel({ name: "after" }));
    yield* session.commit();
    yield* session.close();
    expect(yield* names(openSession())).toEqual(["after"]);
  });
});

suite("T27 T32 T43 servers", ({ test }) => {
  test("T27 what PostgreSQL runs outside of transactions only says how", function* ({ session, engine, dialect }) {
    if (dialect !== "postgresql" || !(engine instanceof AsyncEngine)) return;
    const concurrently = sql`CREATE INDEX CONCURRENTLY parcel_name ON parcel (name)`;
    const error = yield* rejects(session.text(concurrently), ProgrammingError);
    expect(error.message).toMatch(/engine\.connect\(\)/);
    yield* session.rollback();
    yield* session.close();
    const connection = yield engine.connect();
    yield (connection as { execute(statement: unknown): Promise<unknown> }).execute(concurrently);
    yield (connection as { close(): Promise<void> }).close();
  });

  test("T27 a value that was added to an enum can be used in the next transaction", function* ({ session, dialect }) {
    if (dialect !== "postgresql") return;
    yield* session.text(sql`CREATE TYPE size AS ENUM ('small')`);
    yield* session.commit();
    yield* session.text(sql`ALTER TYPE size ADD VALUE 'large'`);
    const error = yield* rejects(session.text(sql`SELECT 'large'::size`), ProgrammingError);
    expect(error.message).toMatch(/Commit the transaction that adds the value/);
    yield* session.rollback();
    yield* session.text(sql`ALTER TYPE size ADD VALUE 'large'`);
    yield* session.commit();
    expect((yield* session.text<{ a: string }>(sql`SELECT 'large'::size::text AS a`)).one().a).toBe("large");
    yield* session.text(sql`DROP TYPE size`);
    yield* session.commit();
  });

  test("T32 SET LOCAL holds until the end of the session's transaction, also as its first statement, and no longer", function* ({
    session,
    openSession,
    dialect,
  }) {
    if (dialect !== "postgresql") return;
    const tenant = sql<{ tenant: string | null }>`SELECT current_setting('app.tenant', true) AS tenant`;
    for (const setting of [sql`SET LOCAL app.tenant = '7'`, sql<unknown>`SELECT set_config('app.tenant', '7', true)`]) {
      yield* session.text(setting);
      expect((yield* session.text(tenant)).one().tenant).toBe("7");
      yield* names(session);
      expect((yield* session.text(tenant)).one().tenant).toBe("7");
      yield* session.commit();
      expect((yield* session.text(tenant)).one().tenant ?? "").toBe("");
      yield* session.commit();
      // A read before it has opened no transaction that it would not be in.
      yield* names(session);
      yield* session.text(setting);
      expect((yield* session.text(tenant)).one().tenant).toBe("7");
      yield* session.rollback();
      expect((yield* session.text(tenant)).one().tenant ?? "").toBe("");
      yield* session.rollback();
    }
    yield* session.close();
    expect((yield* openSession().text(tenant)).one().tenant ?? "").toBe("");
  });

  test("T32 SET LOCAL on a connection without a transaction is refused, because it would have no effect", function* ({
    engine,
    dialect,
  }) {
    if (dialect !== "postgresql" || !(engine instanceof AsyncEngine)) return;
    yield engine.connect().then(async (connection) => {
      for (const statement of [
        sql`SET LOCAL app.tenant = '7'`,
        sql`set transaction read only`,
        sql`SET CONSTRAINTS ALL DEFERRED`,
      ])
        await expect(connection.execute(statement)).rejects.toThrow(TransactionStateError);
      await connection.begin();
      await connection.execute(sql`SET LOCAL app.tenant = '7'`);
      const [row] = (await connection.execute(sql`SELECT current_setting('app.tenant') AS tenant`)).all();
      expect(row?.["tenant"]).toBe("7");
      await connection.close();
    });
  });

  test.concurrent(
    "T43 a server that has become a standby is left, with all connections to it",
    function* ({ engine, dialect }) {
      if (dialect !== "postgresql" || !(engine instanceof AsyncEngine)) return;
      const pid = sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`;
      const [one, two] = [new AsyncSession(engine), new AsyncSession(engine)];
      const before = yield Promise.all([one.exec(pid), two.exec(pid)].map(async (result) => (await result).one().pid));
      yield two.exec(sql`SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY`);
      yield two.commit();
      yield one.exec(sql`SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY`);
      yield one.commit();
      one.add(new Parcel({ name: "to a standby" }));
      const error = yield one.commit().then(
        () => undefined,
        (caught: unknown) => caught,
      );
      expect(error).toBeInstanceOf(ReadOnlyError);
      expect((error as ReadOnlyError).serverIsReadOnly).toBe(true);
      yield one.rollback();
      yield two.close();
      // Both connections are gone: what follows reaches the new primary.
      yield one.commit();
      const after = new AsyncSession(engine);
      after.add(new Parcel({ name: "to the primary" }));
      yield after.commit();
      expect(before).not.toContain(((yield after.exec(pid)) as { one(): { pid: number } }).one().pid);
      yield after.close();
      yield one.close();
      expect(engine.poolStatus.inUse).toBe(0);
    },
  );

  test("T43 a transaction that was asked to read only is not taken for a standby", function* ({
    engine,
    dialect,
    openSession,
  }) {
    if (dialect === "sqlite" || !(engine instanceof AsyncEngine)) return;
    const ask =
      dialect === "mysql"
        ? sql<{ id: number }>`SELECT connection_id() AS id`
        : sql<{ id: number }>`SELECT pg_backend_pid() AS id`;
    const reader = openSession({ readOnly: true });
    const { id } = (yield* reader.text(ask)).one();
    yield* rejects(reader.text(sql`INSERT INTO parcel (name) VALUES ('x')`), ReadOnlyError);
    yield* reader.rollback();
    expect((yield* reader.text(ask)).one().id).toBe(id);
  });

  test("T43 errors of servers that stop, start or take no writes are of their classes", function* ({
    session,
    dialect,
  }) {
    for (const [statement, expected, isServer] of failovers[dialect]) {
      const error = yield* rejects(session.text(statement), expected);
      expect(error.constructor).toBe(expected);
      if (error instanceof ReadOnlyError) expect(error.serverIsReadOnly).toBe(isServer);
      if (error instanceof ConnectionError) expect(error.serverIsGone).toBe(isServer);
      yield* session.rollback();
    }
  });

  test("a statement that cannot open another file does not cost a database in memory its tables", function* ({
    session,
    dialect,
  }) {
    if (dialect !== "sqlite") return;
    session.add(new Parcel({ name: "kept" }));
    yield* session.commit();
    yield* rejects(session.text(sql`ATTACH '/no such directory/x.db' AS other`), OtherDatabaseError);
    yield* session.rollback();
    expect(yield* names(session)).toEqual(["kept"]);
  });
});

suite("V27 sizes", ({ test }) => {
  test("V27 a gibibyte of values is refused before it is sent", function* ({
    session,
    openSession,
    statements,
    forget,
  }) {
    const bytes = new Uint8Array(64 * 2 ** 20);
    const blobs = Array.from({ length: 16 }, () => sql`${bytes}`);
    forget();
    const [first = sql``, ...others] = blobs;
    const list = others.reduce((sum, part) => sql`${sum}, ${part}`, first);
    const error = yield* rejects(session.text(sql`SELECT ${list}`), ValueError);
    expect(error.message).toContain("1024 MiB");
    expect(statements).toEqual([]);
    yield* session.rollback();
    session.add(new Blob({ bytes: new Uint8Array(2 ** 20).fill(7) }));
    yield* session.commit();
    yield* session.close();
    expect((yield* openSession().exec(select(func.count()).from(Blob))).one()).toBe(1);
  });
});
