/** Definitions, URLs and options that cannot work are refused by name, with what to do. */
import {
  AmbiguousForeignKeysError,
  ArgumentError,
  AsyncEngine,
  AsyncSession,
  ConnectionError,
  createAsyncEngine,
  createEngine,
  EngineDisposedError,
  EngineOptionError,
  field,
  foreignKey,
  InvalidUrlError,
  many,
  mapperOf,
  MetaData,
  ModelDefinitionError,
  NoForeignKeysError,
  one,
  PoolExhaustedError,
  primaryKey,
  type ProgrammingError,
  RelationshipDefinitionError,
  SchemaDefinitionError,
  select,
  Session,
  SQLModelError,
  tableFor,
  UnknownReferenceError,
} from "sqlmodel";
import { describe, expect, test as plainTest } from "vitest";
import { z } from "zod";
import { targets } from "../databases.ts";
import { thrown } from "./rejects.ts";
import { told } from "./told.ts";

const nowhere = new MetaData();
class Missing extends tableFor(nowhere)("never_made", { id: primaryKey() }) {}

/** Models of a set of tables that nobody creates. */
function defined(make: (define: ReturnType<typeof tableFor>, metadata: MetaData) => unknown): () => unknown {
  return () => {
    const metadata = new MetaData();
    const model = make(tableFor(metadata), metadata);
    return mapperOf(model as never);
  };
}

describe("definitions", () => {
  const id = primaryKey();
  const cases: readonly [string, () => unknown, abstract new (...args: never) => SQLModelError, string, ...string[]][] =
    [
      [
        "no primary key",
        defined((t) => t("a", { name: z.string() })),
        ModelDefinitionError,
        "E110",
        "'a'",
        "id: primaryKey()",
      ],
      [
        "a type that no column has",
        defined((t) => t("a", { id, when: z.map(z.string(), z.string()) })),
        ModelDefinitionError,
        "E110",
        "'when'",
        "z.record",
      ],
      [
        "a one-way transform",
        defined((t) => t("a", { id, size: z.string().transform((text) => text.length) })),
        ModelDefinitionError,
        "E110",
        "'size'",
        "z.codec",
      ],
      [
        "optional without null",
        defined((t) => t("a", { id, name: z.string().optional() })),
        ModelDefinitionError,
        "E110",
        "'name'",
        ".nullable()",
      ],
      [
        "a decimal as a number",
        defined((t) =>
          t("a", { id, price: field(z.number(), { type: { kind: "numeric", precision: 10, scale: 2 } }) }),
        ),
        ModelDefinitionError,
        "E110",
        "'price'",
        "z.string()",
      ],
      [
        "an unknown option",
        defined((t) => t("a", { id, name: field(z.string(), { uniqe: true } as never) })),
        ModelDefinitionError,
        "E110",
        "uniqe",
        "Did you mean 'unique'?",
      ],
      [
        "a bad foreign key",
        defined((t) => t("a", { id, b: field(z.int(), { foreignKey: "b" }) })),
        ModelDefinitionError,
        "E110",
        "'b'",
        "table.column",
      ],
      [
        "a bad action",
        defined((t) => t("a", { id, b: field(z.int(), { foreignKey: "b.id", onDelete: "CASCDE" as never }) })),
        ModelDefinitionError,
        "E110",
        "CASCADE",
      ],
      [
        "SET NULL without null",
        defined((t) => t("a", { id, b: field(z.int(), { foreignKey: "b.id", onDelete: "SET NULL" }) })),
        ModelDefinitionError,
        "E110",
        ".nullable()",
      ],
      [
        "a default that is refused",
        defined((t) => t("a", { id, name: field(z.string().max(2), { default: "long" }) })),
        ModelDefinitionError,
        "E110",
        "'name'",
      ],
      [
        "a reserved name",
        defined((t) => t("a", { id, constructor: z.string() } as never)),
        ModelDefinitionError,
        "E110",
        "constructor",
        "name:",
      ],
      ["a name that is none", defined((t) => t("a", { id, "a b": z.string() })), ModelDefinitionError, "E110", "a b"],
      [
        "neither type nor field",
        defined((t) => t("a", { id, name: "text" as never })),
        ModelDefinitionError,
        "E110",
        "'name'",
      ],
      [
        "two columns of one name",
        defined((t) => t("a", { id, fooBar: z.string(), foo: field(z.string(), { name: "foo_bar" }) })),
        SchemaDefinitionError,
        "E101",
        "foo_bar",
      ],
      ["no table name", defined((t) => t("" as never, { id })), ArgumentError, "E201", "name"],
    ];
  plainTest.each(cases)("%s", (_, make, expected, code, ...words) => {
    told(thrown(make, expected), code, ...words);
  });

  plainTest("two tables of one name", () => {
    const metadata = new MetaData();
    const define = tableFor(metadata);
    class First extends define("twice", { id: primaryKey() }) {}
    class Second extends define("twice", { id: primaryKey() }) {}
    told(
      thrown(() => [new First({}), new Second({}), metadata.tables], SchemaDefinitionError),
      "E101",
      "twice",
    );
  });

  plainTest("a foreign key to a table or column that does not exist", () => {
    for (const [target, ...words] of [
      ["compny.id", "compny", "company"],
      ["company.idd", "idd", "id"],
    ] as const) {
      const metadata = new MetaData();
      const define = tableFor(metadata);
      class Company2 extends define("company", { id: primaryKey() }) {}
      class Worker extends define(
        "worker",
        { id: primaryKey(), companyId: field(z.int(), { foreignKey: target }) },
        { company: () => one(Company2) },
      ) {}
      told(
        thrown(() => mapperOf(Worker), UnknownReferenceError),
        "E102",
        "worker",
        ...words,
      );
    }
  });

  plainTest("relationships that cannot be", () => {
    const define = tableFor(new MetaData());
    class Target extends define(
      "target",
      { id: primaryKey(), word: z.string() },
      { owners: () => many(Owner, { backPopulates: "first" }) },
    ) {}
    class Owner extends define(
      "owner",
      {
        id: primaryKey(),
        firstId: field(z.int(), { foreignKey: "target.id" }),
        secondId: field(z.int().nullable(), { foreignKey: "target.id" }),
      },
      { first: () => one(Target, { foreignKey: "firstId", backPopulates: "owners" }) },
    ) {}
    expect(mapperOf(Owner).relationships).toHaveLength(1);
    expect(mapperOf(Target).relationships).toHaveLength(1);
    const bad =
      (relation: () => unknown): (() => unknown) =>
      () => {
        const own = tableFor(new MetaData());
        class Goal extends own(
          "goal",
          { id: primaryKey(), word: z.string() },
          { others: () => many(Bad as never, { foreignKey: "firstId" } as never) },
        ) {}
        class Bad extends own(
          "bad",
          {
            id: primaryKey(),
            firstId: field(z.int(), { foreignKey: "goal.id" }),
            secondId: field(z.int().nullable(), { foreignKey: "goal.id" }),
            free: z.int(),
          },
          { goal: () => (relation as unknown as (goal: typeof Goal) => never)(Goal) },
        ) {}
        return mapperOf(Bad);
      };
    const goal = relation as <T>(make: (target: never) => T) => () => T;
    told(
      thrown(bad(goal((to) => one(to))), AmbiguousForeignKeysError),
      "E204",
      "Bad.goal",
      "firstId",
      "secondId",
      "foreignKey",
    );
    told(
      thrown(bad(goal((to) => one(to, { foreignKey: "fristId" } as never))), SQLModelError),
      "E111",
      "fristId",
      "Did you mean 'firstId'?",
    );
    told(
      thrown(bad(goal((to) => one(to, { foreignKey: "free" } as never))), RelationshipDefinitionError),
      "E111",
      "free",
    );
    told(
      thrown(bad(goal((to) => one(to, { foreignKey: "secondId" } as never))), RelationshipDefinitionError),
      "E111",
      ".nullable()",
    );
    told(
      thrown(
        bad(goal((to) => one(to, { foreignKey: "firstId", backPopulates: "ohters" } as never))),
        RelationshipDefinitionError,
      ),
      "E111",
      "ohters",
      "Did you mean 'others'?",
    );
    told(
      thrown(
        bad(goal((to) => one(to, { foreignKey: "firstId", backPopulates: "word" } as never))),
        RelationshipDefinitionError,
      ),
      "E111",
      "word",
    );
    told(thrown(bad(goal(() => "goal")), RelationshipDefinitionError), "E111", "Bad.goal");
    class Alone extends define("alone", { id: primaryKey() }, { targets: () => many(Target) }) {}
    told(
      thrown(() => mapperOf(Alone), NoForeignKeysError),
      "E205",
      "Alone.targets",
      "foreignKey:",
    );
    class Link extends define("link", { id: primaryKey(), targetId: field(z.int(), { foreignKey: "target.id" }) }) {}
    class Through extends define("through", { id: primaryKey() }, { targets: () => many(Target, { through: Link }) }) {}
    told(
      thrown(() => mapperOf(Through), NoForeignKeysError),
      "E205",
      "link",
      "through.id",
    );
    thrown(() => foreignKey([Owner.c.firstId], "target", ["id", "word"]), ArgumentError);
  });
});

/** What `relation` stands for: a relationship, made once its target is there. */
function relation<T>(make: (target: never) => T): () => T {
  return ((target: never) => make(target)) as () => T;
}

describe("engines", () => {
  plainTest("URLs and options", () => {
    for (const [url, ...words] of [
      ["heroes.db", "scheme"],
      ["oracle://x", "oracle"],
      ["postgres+asyncpg://x", "postgres:"],
      ["postgresql:x", "//"],
      ["postgresql://h:99999/d", "port"],
      ["postgresql://h/d?sslmod=require", "Did you mean 'sslmode'"],
      ["mysql://u:p%zz@h/d", "percent"],
      ["sqlite:", "file"],
      ["sqlite://host/x", "no host"],
    ] as const) {
      told(
        thrown(() => createAsyncEngine(url), InvalidUrlError),
        "E505",
        ...words,
      );
    }
    told(
      thrown(() => createEngine("postgresql://localhost/x"), EngineOptionError),
      "E506",
      "createAsyncEngine",
    );
    told(
      thrown(() => createEngine("sqlite::memory:", { poolsize: 3 } as never), EngineOptionError),
      "E506",
      "Did you mean 'poolSize'?",
    );
    for (const bad of [{ poolSize: 0 }, { poolSize: "5" }, { echo: 1 }, { busyTimeout: -1 }, { driver: "sql.js" }])
      told(
        thrown(() => createEngine("sqlite::memory:", bad as never), EngineOptionError),
        "E506",
      );
    told(
      thrown(() => createEngine("sqlite:/no/such/folder/x.db").connect(), ConnectionError),
      "E610",
      "/no/such/folder/x.db",
    );
  });

  plainTest("servers that do not answer or refuse the user", async () => {
    for (const kind of ["postgresql", "mysql"] as const) {
      await using engine = createAsyncEngine(`${kind}://ada:s3cret@127.0.0.1:1/app`);
      const error = await engine.connect().then(
        () => undefined,
        (caught: unknown) => caught,
      );
      expect(error).toBeInstanceOf(ConnectionError);
      told(error as ConnectionError, "E610", "127.0.0.1:1", "app");
      expect(String((error as Error).stack)).not.toContain("s3cret");
    }
  });

  plainTest("an engine that is disposed, and one whose only connection is taken", () => {
    const engine = createEngine("sqlite::memory:");
    const held = engine.connect();
    told(
      thrown(() => engine.connect(), PoolExhaustedError),
      "E502",
      "only connection",
      "Commit, roll back or close",
    );
    held.close();
    engine.dispose();
    told(
      thrown(() => engine.connect(), EngineDisposedError),
      "E503",
    );
  });

  plainTest("tables that were not created", async () => {
    for (const target of targets()) {
      if (target.name === "PGlite") continue;
      const { engine, remove } = await target.open();
      try {
        const session = engine instanceof AsyncEngine ? new AsyncSession(engine) : new Session(engine);
        const error: unknown = await (async (): Promise<unknown> => (session as Session).exec(select(Missing)))().then(
          () => undefined,
          (caught: unknown) => caught,
        );
        told(error as ProgrammingError, "E606", "never_made");
        await session.close();
      } finally {
        await remove();
      }
    }
  });
});
