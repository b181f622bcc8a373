/** `suite`: behaviour written once, run on every database in every session mode. */
import { afterAll, beforeAll, beforeEach, describe, expect, test as vitestTest } from "vitest";
import {
  AsyncEngine,
  AsyncSession,
  identifier,
  metadata,
  Session,
  sql,
  type Capabilities,
  type Engine,
  type SessionOptions,
} from "sqlmodel";
import { targets, type DialectName, type Target } from "./databases.ts";
import { runSteps, SuiteSession, type Step } from "./suite-session.ts";

export { known, type Step } from "./suite-session.ts";

/** What a case gets. */
export interface CaseContext {
  /** A session of its own, closed after the case. */
  readonly session: SuiteSession;
  /** Another session on the same engine; not in SQLite's memory while the first is in a transaction. */
  readonly openSession: (options?: SessionOptions) => SuiteSession;
  readonly engine: Engine | AsyncEngine;
  readonly dialect: DialectName;
  readonly isSync: boolean;
  /** Statements sent since the last `forget()`, without BEGIN, COMMIT and the like. */
  readonly statements: string[];
  readonly forget: () => void;
  /** Compare the statements sent since `forget()`; a dialect that is left out fails the case. */
  readonly expectSql: (expected: { readonly [D in DialectName]: readonly unknown[] }) => void;
}

type Body = (context: CaseContext) => Step<void>;
type CaseFunction = (name: string, body: Body) => void;

export interface CaseMaker extends CaseFunction {
  /** A case for databases with this capability; on others it is skipped, and shown as skipped. */
  requires(capability: keyof Capabilities): CaseFunction;
  /** A case for these dialects only. */
  on(...dialects: DialectName[]): CaseFunction;
  /** A case for databases on which two sessions can be in transactions at once. */
  concurrent: CaseFunction;
}

const transactionControl = /^(BEGIN|START|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET |PRAGMA|SELECT 1$)/i;

/** A group of cases over the models of its file. */
export function suite(name: string, define: (tools: { readonly test: CaseMaker }) => void): void {
  describe(name, () => {
    for (const target of targets()) describe(target.name, () => defineOn(target, define));
  });
}

function defineOn(target: Target, define: (tools: { readonly test: CaseMaker }) => void): void {
  let opened: Awaited<ReturnType<Target["open"]>> | undefined;
  const log: string[] = [];
  const engineOf = (): Engine | AsyncEngine => {
    if (opened === undefined) throw new Error(`${target.name} is not open`);
    return opened.engine;
  };
  beforeAll(async () => {
    opened = await target.open();
    opened.engine.onExecute(({ sql: text }) => {
      if (!transactionControl.test(text)) log.push(text);
    });
    await createTables(engineOf());
  });
  afterAll(() => opened?.remove());
  beforeEach(() => emptyTables(engineOf(), target));
  const run = (name: string, body: Body, skip?: () => boolean): void => {
    vitestTest(name, async ({ skip: skipCase }) => {
      if (skip?.() === true) skipCase();
      await runCase(target, engineOf(), log, body);
    });
  };
  const test: CaseMaker = Object.assign((caseName: string, body: Body) => run(caseName, body), {
    requires: (capability: keyof Capabilities) => (caseName: string, body: Body) =>
      run(caseName, body, () => engineOf().dialect.capabilities[capability] === false),
    on:
      (...dialects: DialectName[]) =>
      (caseName: string, body: Body) => {
        if (dialects.includes(target.dialect)) run(caseName, body);
      },
    concurrent: (caseName: string, body: Body) => {
      if (target.dialect !== "sqlite" && target.name !== "PGlite") run(caseName, body);
    },
  });
  define({ test });
}

async function runCase(target: Target, engine: Engine | AsyncEngine, log: string[], body: Body): Promise<void> {
  const sessions: SuiteSession[] = [];
  const openSession = (options?: SessionOptions): SuiteSession => {
    const session = new SuiteSession(
      engine instanceof AsyncEngine ? new AsyncSession(engine, options) : new Session(engine, options),
    );
    sessions.push(session);
    return session;
  };
  log.length = 0;
  try {
    await runSteps(
      body({
        session: openSession(),
        openSession,
        engine,
        dialect: target.dialect,
        isSync: target.isSync,
        statements: log,
        forget: () => {
          log.length = 0;
        },
        expectSql: (expected) => {
          expect(log).toEqual(expected[target.dialect]);
          log.length = 0;
        },
      }),
    );
  } finally {
    for (const session of sessions) await session.raw.close();
  }
}

async function createTables(engine: Engine | AsyncEngine): Promise<void> {
  if (engine instanceof AsyncEngine) await metadata.createAll(engine);
  else metadata.createAll(engine);
}

/** Empty all tables and start their counters anew. */
async function emptyTables(engine: Engine | AsyncEngine, target: Target): Promise<void> {
  const session = new SuiteSession(engine instanceof AsyncEngine ? new AsyncSession(engine) : new Session(engine));
  const tables = metadata.tables.map((table) =>
    identifier(...(table.schema === undefined ? [table.name] : [table.schema, table.name])),
  );
  await runSteps(
    (function* (): Step<void> {
      if (target.dialect === "mysql") yield* session.text(sql`SET FOREIGN_KEY_CHECKS = 0`);
      if (target.dialect === "sqlite") yield* session.text(sql`PRAGMA defer_foreign_keys = ON`);
      for (const table of tables) {
        if (target.dialect === "postgresql") yield* session.text(sql`TRUNCATE ${table} RESTART IDENTITY CASCADE`);
        else if (target.dialect === "mysql") yield* session.text(sql`TRUNCATE ${table}`);
        else yield* session.text(sql`DELETE FROM ${table} WHERE TRUE`);
      }
      if (target.dialect === "mysql") yield* session.text(sql`SET FOREIGN_KEY_CHECKS = 1`);
      yield* session.commit();
      yield* session.close();
    })(),
  );
}
