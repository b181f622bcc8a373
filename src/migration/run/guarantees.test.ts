/** What a run promises beside order: checks, consent, retries, foreign keys, leftovers, synchronous engines. */
import { describe, expect, test } from "vitest";
import { createEngine, sql } from "sqlmodel";
import { down, revision, up } from "../../../test/support/revisions.ts";
import { testEngines } from "../../../test/support/test-engines.ts";
import type { AsyncConnection } from "../../engine/async-connection.ts";
import type { AsyncEngine } from "../../engine/async-engine.ts";
import type { Connection } from "../../engine/sync-connection.ts";
import { integer } from "../../sql/type/types.ts";
import { column, foreignKey, primaryKey } from "../definitions.ts";
import {
  AsynchronousRevisionError,
  DestructiveOperationError,
  MigrationCheckError,
  RevisionChangedError,
  RevisionFailedError,
  UnfinishedRevisionError,
} from "../errors.ts";
import { Bookkeeping } from "./bookkeeping.ts";
import type { MigrationEvent } from "./options.ts";
import { runSteps, runStepsAsync } from "./run-steps.ts";

const team = revision(
  "team",
  (op) =>
    op.createTable("team", [
      column("id", integer()),
      column("size", integer(), { nullable: true }),
      primaryKey(["id"]),
    ]),
  { downgrade: (op) => op.dropTable("team") },
);
const child = revision("child", (op) => {
  op.createTable("hero", [
    column("id", integer()),
    column("team_id", integer()),
    primaryKey(["id"]),
    foreignKey(["team_id"], "team", ["id"], { name: "fk_hero_team", onDelete: "CASCADE" }),
  ]);
  op.execute(sql`INSERT INTO team (id, size) VALUES (1, 1), (2, NULL)`);
  op.execute(sql`INSERT INTO hero (id, team_id) VALUES (1, 1), (2, 2)`);
});

const ask = (engine: AsyncEngine, text: string): Promise<string[]> =>
  engine.run(function* (core) {
    const { rows } = yield* core.executeRaw({ sql: text, returnsRows: true });
    return rows.map((row) => row.map(String).join(" "));
  });
const engineOf = (wanted: string): (typeof testEngines)[number] => {
  const found = testEngines.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`No ${wanted}.`);
  return found;
};
const opened = async (name: string, work: (engine: AsyncEngine, url: string) => Promise<void>): Promise<void> => {
  const { engine, url, remove } = await engineOf(name).open();
  try {
    await work(engine, url);
  } finally {
    await remove();
  }
};

describe.each(["sqlite", "postgresql", "mysql"])("%s", (name) => {
  test("a check that finds rows stops before anything is done, and shows them", () =>
    opened(name, async (engine) => {
      await runStepsAsync(engine, up(team, child));
      const strict = revision("strict", (op) => op.alterColumn("team", "size", { nullable: false }));
      const error: unknown = await runStepsAsync(engine, up(strict)).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(MigrationCheckError);
      expect((error as MigrationCheckError).rows.length).toBeGreaterThan(0);
      await ask(engine, "SELECT id FROM team WHERE size IS NULL");
      await engine.run((core) => core.executeRaw({ sql: "UPDATE team SET size = 2 WHERE size IS NULL" }));
      await runStepsAsync(engine, up(strict));
      expect(await ask(engine, "SELECT id, team_id FROM hero ORDER BY id")).toEqual(["1 1", "2 2"]);
      expect(await ask(engine, "SELECT id, size FROM team ORDER BY id")).toEqual(["1 1", "2 2"]);
    }));

  test("what loses data wants consent for each object", () =>
    opened(name, async (engine) => {
      await runStepsAsync(engine, up(team));
      const options = { refuseDestructive: true };
      await expect(runStepsAsync(engine, down(team), options)).rejects.toThrow(DestructiveOperationError);
      await expect(runStepsAsync(engine, down(team), { ...options, consent: ["hero"] })).rejects.toThrow(/team/);
      expect(await ask(engine, "SELECT count(*) FROM team")).toEqual(["0"]);
      await runStepsAsync(engine, down(team), { ...options, consent: ["team"] });
      expect(await ask(engine, "SELECT count(*) FROM sqlmodel_migration")).toEqual(["0"]);
    }));

  test("one transaction for all revisions, where the database can", () =>
    opened(name, async (engine) => {
      const failing = revision("failing", (op) => op.execute(sql`INSERT INTO nowhere (id) VALUES (1)`));
      const run = runStepsAsync(engine, up(team, failing), { transactionPerRevision: false });
      await expect(run).rejects.toThrow(RevisionFailedError);
      const rows = await engine.run((core) => new Bookkeeping().read(core));
      expect(rows.get("team")?.state).toBe(engine.dialect.capabilities.transactionalDdl ? undefined : "applied");
    }));
});

test.each(["postgresql", "mysql"])("a lock that is not had is tried again: %s", (name) =>
  opened(name, async (engine) => {
    await runStepsAsync(engine, up(team, child));
    const blocker = await engine.connect();
    await blocker.begin();
    await blocker.execute(sql`UPDATE team SET size = 5`);
    const events: MigrationEvent[] = [];
    const onEvent = (event: MigrationEvent): void => {
      events.push(event);
      if (event.kind === "retry") void blocker.commit();
    };
    const column2 = revision("rank", (op) => op.addColumn("team", column("rank", integer(), { nullable: true })));
    await runStepsAsync(engine, up(column2), { lockTimeout: 100, attempts: 3, onEvent });
    expect(events.map(({ kind }) => kind)).toEqual(["begin", "retry", "begin", "step", "end"]);
    await blocker.close();
    expect(await ask(engine, "SELECT id, size FROM team ORDER BY id")).toEqual(["1 5", "2 5"]);
  }),
);

describe.each(testEngines)("$name", (target) => {
  test("the connection's own schema is the same with its name and without", async () => {
    const { engine, remove } = await target.open();
    try {
      const own = await engine.run(function* (core) {
        const { rows } = yield* core.executeRaw({ sql: core.dialect.migrations.ownSchema, returnsRows: true });
        return String(rows[0]?.[0]);
      });
      const hero = { schema: own, name: "hero" };
      await runStepsAsync(
        engine,
        up(
          revision("own", (op) => {
            op.createTable(hero, [column("id", integer()), primaryKey(["id"])]);
            op.createTable("child", [
              column("id", integer()),
              primaryKey(["id"]),
              foreignKey(["id"], hero, ["id"], { name: "fk_child" }),
            ]);
            op.addColumn("hero", column("a", integer(), { nullable: true }));
            op.addColumn(hero, column("b", integer(), { nullable: true }));
            op.dropTable({ schema: own, name: "child" });
            op.dropColumn("hero", "a");
          }),
        ),
      );
      const { tables } = await engine.run((core) => core.dialect.migrations.inspect(core.driverConnection, {}));
      const names = tables.find(({ name }) => name === "hero")?.columns.map(({ name }) => name);
      expect(names).toEqual(["id", "b"]);
    } finally {
      await remove();
    }
  });
});

test("an index that was built in vain is taken away, and built again once it can be", () =>
  opened("postgresql", async (engine) => {
    await runStepsAsync(engine, up(team, child));
    await engine.run((core) => core.executeRaw({ sql: "UPDATE team SET size = 0" }));
    const indexed = revision("indexed", (op) => {
      op.execute(sql`INSERT INTO team (id, size) VALUES (3, 3)`);
      // Not unique, whose rows are looked at before: it is the build that divides by zero.
      op.createIndex("team", "ix_size", [sql`(10 / size)`], { concurrently: true });
    });
    await expect(runStepsAsync(engine, up(indexed))).rejects.toThrow(/run the same command again/);
    expect(await ask(engine, "SELECT count(*) FROM pg_index WHERE NOT indisvalid")).toEqual(["0"]);
    await expect(runStepsAsync(engine, up(child, team))).rejects.toThrow(UnfinishedRevisionError);
    const edited = { ...indexed, contentHash: "other" };
    await expect(runStepsAsync(engine, up(edited))).rejects.toThrow(RevisionChangedError);
    await engine.run((core) => core.executeRaw({ sql: "UPDATE team SET size = id" }));
    await runStepsAsync(engine, up(indexed));
    expect(
      await ask(engine, "SELECT count(*) FROM pg_index WHERE indisvalid AND indexrelid = 'ix_size'::regclass"),
    ).toEqual(["1"]);
    expect(await ask(engine, "SELECT id FROM team ORDER BY id")).toEqual(["1", "2", "3"]);
  }));

test("a rebuild keeps children, and a revision that also deletes parents is stopped", () =>
  opened("sqlite", async (engine) => {
    await runStepsAsync(engine, up(team, child));
    const deletes = revision("deletes", (op) => {
      op.alterColumn("team", "size", { default: sql`0` });
      op.execute(sql`DELETE FROM team WHERE id = 1`);
    });
    await expect(runStepsAsync(engine, up(deletes))).rejects.toThrow(/refer to rows that do not exist/);
    const later = revision("later", (op) => {
      op.alterColumn("team", "size", { default: sql`0` });
      op.run("end the list that is compiled together", () => undefined);
      op.run("delete", async (connection: AsyncConnection) => {
        await connection.execute(sql`DELETE FROM team WHERE id = 1`);
      });
    });
    await expect(runStepsAsync(engine, up(later))).rejects.toThrow(/leaves rows that refer to nothing/);
    expect(await ask(engine, "SELECT id, team_id FROM hero ORDER BY id")).toEqual(["1 1", "2 2"]);
    expect(await ask(engine, "SELECT count(*) FROM team")).toEqual(["2"]);
    const rebuilt = revision("rebuilt", (op) => op.alterColumn("team", "size", { default: sql`0` }));
    await runStepsAsync(engine, up(rebuilt));
    expect(await ask(engine, "SELECT id, team_id FROM hero ORDER BY id")).toEqual(["1 1", "2 2"]);
    expect(await ask(engine, "PRAGMA foreign_keys")).toEqual(["1"]);
  }));

test("a synchronous engine runs revisions on the spot, and refuses promises", () => {
  using engine = createEngine("sqlite::memory:");
  const filled = revision("filled", (op) => {
    op.execute(sql`INSERT INTO team (id, size) VALUES (1, 1), (2, 2), (3, 3)`);
    op.backfill("team", { size: sql`size * 10` }, { batchSize: 2, pause: 1 });
    op.run("more", (connection: Connection) => void connection.execute(sql`UPDATE team SET size = size + 1`));
  });
  expect(runSteps(engine, up(team, filled)).done.map(({ revision: id }) => id)).toEqual(["team", "filled"]);
  const sizes = engine.run(function* (core) {
    const { rows } = yield* core.executeRaw({ sql: "SELECT size FROM team ORDER BY id", returnsRows: true });
    return rows.flat();
  });
  expect(sizes).toEqual([11, 21, 31]);
  const late = revision("late", async () => Promise.resolve());
  expect(() => runSteps(engine, up(late))).toThrow(AsynchronousRevisionError);
  const lateRun = revision("lateRun", (op) => op.run("late", () => Promise.resolve()));
  expect(() => runSteps(engine, up(lateRun))).toThrow(AsynchronousRevisionError);
  const foreignPromise = revision("foreignPromise", (op) => op.run("late", () => ({ then: () => undefined }) as never));
  expect(() => runSteps(engine, up(foreignPromise))).toThrow(AsynchronousRevisionError);
  expect(engine.poolStatus.inUse).toBe(0);
});
