/** Every refusal is an error of its own class, with a code, the names of what is meant, and what to do. */
import {
  AmbiguousForeignKeysError,
  ArgumentError,
  type AsyncSession,
  check,
  CheckViolation,
  ColumnNotLoadedError,
  ConcurrentSessionUse,
  DataError,
  deleteFrom,
  DetachedInstanceError,
  field,
  ForeignKeyViolation,
  IdentityError,
  insert,
  IntegrityError,
  many,
  MultipleResultsFound,
  NoForeignKeysError,
  NoResultFound,
  NotLoadedError,
  NotNullViolation,
  one,
  PendingRollbackError,
  primaryKey,
  ProgrammingError,
  PromiseInTransactionError,
  ReadOnlyError,
  RelationshipValueError,
  select,
  type Session,
  SessionError,
  sql,
  SQLModelError,
  StaleDataError,
  table,
  unique,
  UniqueViolation,
  update,
  ValidationError,
  version,
} from "sqlmodel";
import { expect } from "vitest";
import { z } from "zod";
import { suite, type Step } from "../harness.ts";
import { rejects, thrown } from "./rejects.ts";
import { told } from "./told.ts";

class Company extends table(
  "company",
  {
    id: primaryKey(),
    code: field(z.string().max(20), { unique: true }),
    rank: z.int(),
    lock: version(),
  },
  {
    staff: () => many(Person, { backPopulates: "company" }),
  },
) {
  static override readonly tableArgs = [check("rank_is_positive", Company.c.rank.gt(0))];
}

class Person extends table(
  "person",
  {
    id: primaryKey(),
    name: z.string().max(20),
    nick: field(z.string().max(20), { name: "nick_name" }),
    companyId: field(z.int(), { foreignKey: "company.id" }),
  },
  {
    company: () => one(Company, { backPopulates: "staff" }),
  },
) {
  static override readonly tableArgs = [unique(Person.c.name, Person.c.nick)];
}

class Pair extends table("pair", {
  left: field(z.int(), { primaryKey: true }),
  right: field(z.int(), { primaryKey: true }),
  word: z.string(),
}) {}

/** Two accounts, both of the same kind, on one order. */
class Transfer extends table("transfer", {
  id: primaryKey(),
  fromId: field(z.int(), { foreignKey: "company.id" }),
  toId: field(z.int(), { foreignKey: "company.id" }),
}) {}

function* company(session: { add(...entities: Company[]): void; commit(): Step<void> }): Step<Company> {
  const made = new Company({ code: "acme", rank: 1, staff: [new Person({ name: "ada", nick: "a" } as never)] });
  session.add(made);
  yield* session.commit();
  return made;
}

suite("violations of constraints", ({ test }) => {
  test("UniqueViolation: table, columns and constraint, by the flush and by a statement", function* ({ session }) {
    yield* company(session);
    session.add(new Company({ code: "acme", rank: 2 }));
    const flushed = yield* rejects(session.flush(), UniqueViolation);
    yield* session.rollback();
    const stated = yield* rejects(session.exec(insert(Company).values({ code: "acme", rank: 2 })), UniqueViolation);
    yield* session.rollback();
    for (const error of [flushed, stated]) {
      expect([error.table, error.columns, error.constraint]).toEqual(["company", ["code"], "uq_company_code"]);
      told(error, "E601", "company", "code");
      expect(error).toBeInstanceOf(IntegrityError);
      expect(error.cause).toBeInstanceOf(Error);
      expect(error.isRetryable).toBe(false);
      expect(JSON.stringify(error.message)).not.toContain("acme");
    }
    session.add(new Company({ id: 1, code: "other", rank: 2 } as never));
    yield* rejects(session.flush(), SQLModelError);
    yield* session.rollback();
    const key = yield* rejects(
      session.exec(
        insert(Pair).values([
          { left: 1, right: 2, word: "x" },
          { left: 1, right: 2, word: "y" },
        ]),
      ),
      UniqueViolation,
    );
    expect([key.table, key.columns]).toEqual(["pair", ["left", "right"]]);
    yield* session.rollback();
    const several = yield* rejects(
      session.exec(insert(Person).values({ name: "ada", nick: "a", companyId: 1 })),
      UniqueViolation,
    );
    expect([several.columns, several.constraint]).toEqual([["name", "nick_name"], "uq_person_name_nick_name"]);
  });

  test("ForeignKeyViolation: a row that does not exist, and one that is still referred to", function* ({
    session,
    dialect,
  }) {
    yield* company(session);
    session.add(new Person({ name: "bob", nick: "b", companyId: 999 } as never));
    const missing = yield* rejects(session.flush(), ForeignKeyViolation);
    yield* session.rollback();
    told(missing, "E602", "person");
    expect(missing.table).toBe("person");
    expect([missing.columns, missing.constraint]).toEqual([["company_id"], "fk_person_company_id_company"]);
    const referred = yield* rejects(session.exec(deleteFrom(Company).where(Company.c.id.eq(1))), ForeignKeyViolation);
    told(referred, "E602");
    expect(referred.message).not.toContain("does not exist (");
    // SQLite says of a foreign key only that there is one.
    if (dialect !== "sqlite") {
      expect(referred.message).toContain("still referred to");
      expect([referred.table, referred.constraint]).toEqual(["person", "fk_person_company_id_company"]);
    }
  });

  test("NotNullViolation and CheckViolation: table, column, constraint", function* ({ session, dialect }) {
    yield* company(session);
    const empty = yield* rejects(
      session.text(sql`INSERT INTO person (name, nick_name, company_id) VALUES (${"x"}, NULL, ${1})`),
      NotNullViolation,
    );
    yield* session.rollback();
    told(empty, "E603", "person", "nick_name");
    expect([empty.table, empty.columns]).toEqual(["person", ["nick_name"]]);
    session.add(new Company({ code: "bad", rank: -1 }));
    const flushed = yield* rejects(session.flush(), CheckViolation);
    yield* session.rollback();
    const stated = yield* rejects(
      session.exec(update(Company).values({ rank: 0 }).where(Company.c.id.eq(1))),
      CheckViolation,
    );
    for (const error of [flushed, stated]) {
      told(error, "E604", "company", "rank_is_positive");
      expect([error.table, error.constraint]).toEqual(["company", "ck_company_rank_is_positive"]);
    }
    expect(dialect.length).toBeGreaterThan(0);
  });

  test("DataError and ProgrammingError: what only the database can know", function* ({ session, dialect }) {
    const error = yield* rejects(session.text(sql`SELECT missing FROM nowhere`), ProgrammingError);
    told(error, "E606", "nowhere");
    expect(error.sql).toContain("nowhere");
    yield* session.rollback();
    told(yield* rejects(session.text(sql`SELEC 1`), ProgrammingError), "E606");
    yield* session.rollback();
    if (dialect !== "sqlite")
      told(
        yield* rejects(
          session.text(sql`INSERT INTO company (code, rank, lock) VALUES (${"x".repeat(50)}, 1, 1)`),
          dialect === "mysql" ? SQLModelError : DataError,
        ),
        dialect === "mysql" ? "E606" : "E605",
      );
  });
});

suite("sessions", ({ test }) => {
  test("ValidationError names every field; nothing is sent and all can be mended", function* ({
    session,
    statements,
    forget,
  }) {
    const error = thrown(() => new Company({ code: 5, rnak: 1, lock: "x", staff: {} } as never), ValidationError);
    told(error, "E112", "Company", "code", "rnak", "Did you mean 'rank'?", "staff");
    expect(error.problems.map(({ field: name }) => name).sort()).toEqual(["code", "lock", "rank", "rnak", "staff"]);
    const made = new Company({ code: "ok", rank: 1 });
    session.add(made);
    made.code = "x".repeat(21);
    forget();
    told(yield* rejects(session.flush(), ValidationError), "E112", "Company.code");
    expect(statements).toEqual([]);
    made.code = "fine";
    yield* session.commit();
  });

  test("rows that changed behind the session", function* ({ session }) {
    const made = yield* company(session);
    yield* session.exec(select(Company));
    yield* session.exec(update(Company).values({ rank: 9 }).where(Company.c.id.eq(made.id)).synchronize(false));
    made.rank = 7;
    const error = yield* rejects(session.flush(), StaleDataError);
    told(error, "E310", "UPDATE", "company", "1 row", "matched 0", "Roll back");
    expect([error.table, error.expected, error.matched]).toEqual(["company", 1, 0]);
    told(yield* rejects(session.exec(select(Company)), PendingRollbackError), "E305", "rollback()");
    yield* session.rollback();
    const again = (yield* session.exec(select(Company))).one();
    again.rank = 7;
    yield* session.commit();
  });

  test("objects in the wrong state, place or session", function* ({ session, openSession }) {
    const made = yield* company(session);
    const other = openSession();
    told(
      thrown(() => other.add(made), SessionError),
      "E303",
      "another session",
      "merge()",
    );
    told(
      thrown(() => session.delete(new Company({ code: "b", rank: 1 })), DetachedInstanceError),
      "E306",
      "transient",
    );
    told(
      thrown(() => session.add({} as never), SessionError),
      "E303",
      "new Model({…})",
    );
    told(yield* rejects(session.refresh(new Company({ code: "b", rank: 1 })), SQLModelError), "E306");
    told(yield* rejects(session.load(made, "stuff" as never), SessionError), "E303", "stuff", "Did you mean 'staff'?");
    told(yield* rejects(session.get(Company, {}), IdentityError), "E311", "id");
    made.rank = 3;
    yield* session.flush();
    told(yield* rejects(session.begin(), SessionError), "E303", "already running");
    yield* session.close();
    told(yield* rejects(session.exec(select(Company)), SessionError), "E303", "closed");
    told(
      thrown(() => session.add(new Company({ code: "b", rank: 1 })), SessionError),
      "E303",
      "closed",
    );
    const person = (yield* other.exec(select(Person))).one();
    told(
      thrown(() => person.company, NotLoadedError),
      "E301",
      "<Person id=1>",
      "include({ company: true })",
    );
    other.expire(person);
    told(
      thrown(() => person.name, ColumnNotLoadedError),
      "E309",
      "name",
      "refresh",
    );
    told(
      thrown(() => Object.assign(person, { company: { code: "x" } }), RelationshipValueError),
      "E302",
      "Person.company",
      "new Company({…})",
    );
    told(
      thrown(() => Object.assign(made, { staff: "ada" }), RelationshipValueError),
      "E302",
      "Company.staff",
      "array",
    );
  });

  test("results with too few or too many rows", function* ({ session }) {
    yield* company(session);
    const none = yield* session.exec(select(Company).where(Company.c.rank.eq(99)));
    told(
      thrown(() => none.one(), NoResultFound),
      "E510",
      "select from company",
      "oneOrNone()",
    );
    expect(none.oneOrNone()).toBeNull();
    session.add(new Company({ code: "b", rank: 1 }));
    const two = yield* session.exec(select(Company));
    told(
      thrown(() => two.one(), MultipleResultsFound),
      "E511",
      "2 rows",
      "company",
    );
    told(
      thrown(() => two.oneOrNone(), MultipleResultsFound),
      "E511",
    );
  });

  test("ambiguous and impossible joins, unknown relationships and columns", function* ({ session }) {
    yield* session.exec(select(Company));
    told(
      thrown(() => select(Company).join(Transfer).toQuery(), AmbiguousForeignKeysError),
      "E204",
      "transfer",
      "condition",
    );
    told(
      thrown(() => select(Company).join(Pair).toQuery(), NoForeignKeysError),
      "E205",
      "pair",
      "condition",
    );
    told(
      thrown(() => select(Company).include({ stuff: true } as never), ArgumentError),
      "E201",
      "stuff",
      "Did you mean 'staff'?",
    );
    told(
      thrown(() => select(Company).include({ staff: { compny: true } } as never), ArgumentError),
      "E201",
      "Did you mean 'company'?",
    );
    told(
      thrown(() => select(Company).loadOnly("rnk" as never), ArgumentError),
      "E201",
      "Did you mean 'rank'?",
    );
    told(
      thrown(() => Company.c.id.eq(null as never), ArgumentError),
      "E201",
      "isNull()",
    );
  });

  test("two asynchronous calls at once, and a promise in a synchronous transaction", function* ({
    session,
    isSync,
    dialect,
  }) {
    yield* company(session);
    // Embedded SQLite has answered before the second call is made.
    if (!isSync && dialect === "sqlite") return;
    if (!isSync) {
      const raw = session.raw as AsyncSession;
      const first = raw.exec(select(Company));
      told(
        yield* rejects(
          (function* (): Step<void> {
            yield raw.exec(select(Person));
          })(),
          ConcurrentSessionUse,
        ),
        "E304",
        "exec()",
        "await each call",
      );
      told(
        thrown(() => raw.add(new Company({ code: "x", rank: 1 })), ConcurrentSessionUse),
        "E304",
        "add()",
      );
      expect(((yield first) as { all(): unknown[] }).all()).toHaveLength(1);
      return;
    }
    const raw = session.raw as Session;
    raw.commit();
    told(
      thrown(
        () =>
          raw.begin(async () => {
            raw.add(new Company({ code: "lost", rank: 1 }));
          }),
        PromiseInTransactionError,
      ),
      "E312",
      "AsyncSession",
    );
    expect(raw.inTransaction).toBe(false);
    expect(raw.exec(select(Company)).all()).toHaveLength(1);
  });

  test("a read-only session takes no writes", function* ({ session, openSession }) {
    yield* company(session);
    yield* session.close();
    const reader = openSession({ readOnly: true });
    const made = (yield* reader.exec(select(Company))).one();
    made.rank = 5;
    told(yield* rejects(reader.flush(), SQLModelError), "E611");
    yield* reader.rollback();
    told(yield* rejects(reader.exec(deleteFrom(Person).all()), ReadOnlyError), "E611");
    yield* reader.rollback();
    yield* reader.close();
    expect((yield* openSession().exec(select(Person))).all()).toHaveLength(1);
  });
});
