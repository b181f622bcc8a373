/** Whatever statement a run dies at: the next one ends where an undisturbed one does, with every row written once. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { filled, mixed } from "../../../test/support/crash-revisions.ts";
import { crashing, type Crash, type Killer } from "../../../test/support/crashing-connection.ts";
import { down, up } from "../../../test/support/revisions.ts";
import type { Scratch } from "../../../test/support/scratch.ts";
import { testEngines } from "../../../test/support/test-engines.ts";
import { createAsyncEngine } from "../../create-engine.ts";
import type { AsyncConnection } from "../../engine/async-connection.ts";
import type { AsyncEngine } from "../../engine/async-engine.ts";
import type { RevisionStep } from "../revision/revision.ts";
import { Bookkeeping } from "./bookkeeping.ts";
import { describeCatalog, inspectNow } from "./live-catalog.ts";
import { runStepsAsync } from "./run-steps.ts";

/** Statements, counted from 1: in the first transaction or between two of the journal, and among the batches. */
const killedAt = [10, 30];
const script = fileURLToPath(new URL("../../../test/support/killed-migration.ts", import.meta.url));
const loader = new URL("../../../scripts/ts-loader.mjs", import.meta.url).href;

/** The signal that ended a process which migrates and is killed after `at` statements. */
function killed(url: string, at: number): Promise<NodeJS.Signals | null> {
  const child = deployer(url, at);
  return new Promise((resolve) => child.on("exit", (_code, signal) => resolve(signal)));
}

function deployer(url: string, at: number, ...rest: readonly string[]): ChildProcess {
  const options = { env: { ...process.env, SQLMODEL_FROM: "source" } };
  return spawn(process.execPath, ["--import", loader, script, url, String(at), ...rest], options);
}

const isRead = /^\s*(?:SELECT|SHOW|PRAGMA|WITH)\b/;

describe.each(testEngines.filter(({ name }) => name !== "pglite"))("$name", (target) => {
  const { name } = target;
  let url: string;
  let engine: AsyncEngine;
  let remove: () => Promise<void>;
  let scratch: Scratch | undefined;

  beforeAll(async () => {
    ({ url, engine, remove, scratch } = await target.open());
  });
  afterAll(() => remove());

  const tables = ["hero", "old_hero", "sqlmodel_migration"];
  const clear = (): Promise<void> =>
    engine.run(function* (core) {
      for (const table of tables) yield* core.executeRaw({ sql: `DROP TABLE IF EXISTS ${table}` });
    });

  const state = (): Promise<unknown> =>
    engine.run(function* (core) {
      const bookkeeping = new Bookkeeping();
      const catalog = yield* inspectNow(core, []);
      const held = catalog.tables.filter(({ name: table }) => table.endsWith("hero"));
      const rows: unknown[] = [];
      for (const table of held) {
        const result = yield* core.executeRaw({ sql: `SELECT * FROM ${table.name} ORDER BY id`, returnsRows: true });
        rows.push(...result.rows.map((row) => row.map(String)));
      }
      const revisions = [...(yield* bookkeeping.read(core)).values()].map(
        (row) => `${row.revision} ${row.state} ${row.plan ?? ""}`,
      );
      return { hash: describeCatalog(catalog, bookkeeping.table).hash, rows, revisions: revisions.sort() };
    });

  const run = (steps: readonly RevisionStep[], crash: Crash | undefined) =>
    crashing(url, crash, (connection) => runStepsAsync(connection, steps));

  const everyBoundary = async (prepare: readonly RevisionStep[], steps: readonly RevisionStep[]): Promise<number> => {
    const restart = async (): Promise<void> => {
      await clear();
      if (prepare.length > 0) expect((await run(prepare, undefined)).error).toBeUndefined();
    };
    await restart();
    const clean = await run(steps, undefined);
    expect(clean.error).toBeUndefined();
    const wanted = await state();
    let crashes = 0;
    // To the database, dying before a statement is dying after the one before it; and reading changes nothing.
    const boundaries = [...clean.statements.entries()].filter(([, statement]) => !isRead.test(statement));
    for (const [at, statement] of boundaries) {
      await restart();
      const crashed = await run(steps, { at, when: "after" });
      const where = `after ${String(at)}: ${statement}`;
      expect(crashed.hasCrashed, where).toBe(true);
      expect(crashed.inUse, where).toBe(0);
      const second = await run(steps, undefined);
      expect(second.error, where).toBeUndefined();
      expect(await state(), where).toEqual(wanted);
      crashes++;
    }
    return crashes;
  };

  test(`a process that is killed, ${name}`, { timeout: 120_000 }, async () => {
    await clear();
    expect((await run(up(mixed, filled), undefined)).error).toBeUndefined();
    const wanted = await state();
    for (const at of killedAt) {
      await clear();
      expect(await killed(url, at)).toBe("SIGKILL");
      expect((await run(up(mixed, filled), undefined)).error, String(at)).toBeUndefined();
      expect(await state(), String(at)).toEqual(wanted);
    }
  });

  test.skipIf(name === "sqlite")(`sessions that the server ends, ${name}`, { timeout: 300_000 }, async () => {
    const killer: Killer = {
      session: name === "mysql" ? "SELECT connection_id()" : "SELECT pg_backend_pid()",
      kill: async (id) => {
        // PostgreSQL ends it a moment later than it says.
        const end = name === "mysql" ? `KILL ${id}` : `SELECT pg_terminate_backend(${id}, 5000)`;
        await scratch?.admin(end);
      },
    };
    const steps = up(mixed, filled);
    await clear();
    const clean = await run(steps, undefined);
    const wanted = await state();
    const writes = [...clean.statements.entries()].filter(([, statement]) => !isRead.test(statement));
    let kills = 0;
    for (const [at, statement] of writes.filter((_, index) => index % 5 === 0)) {
      await clear();
      const where = `before ${String(at)}: ${statement}`;
      const work = (connection: AsyncConnection): Promise<unknown> => runStepsAsync(connection, steps);
      const crashed = await crashing(url, { at, when: "killed" }, work, killer);
      expect([crashed.hasCrashed, crashed.inUse], where).toEqual([true, 0]);
      expect(crashed.error, where).toBeInstanceOf(Error);
      // The lock went with the session.
      const report = await runStepsAsync(engine, steps, { runLockTimeout: 1000 });
      const { revisions } = (await state()) as { readonly revisions: readonly string[] };
      expect(revisions, where).toHaveLength(2);
      expect(new Set(report.done.map(({ revision }) => revision)).size, where).toBe(report.done.length);
      expect(await state(), where).toEqual(wanted);
      kills += 1;
    }
    expect(kills).toBeGreaterThan(4);
  });

  // SQLite's writers wait within their own processes: there is no lock to be left behind.
  test.skipIf(name === "sqlite")(
    `a deployer that is killed while others wait, ${name}`,
    { timeout: 120_000 },
    async () => {
      await clear();
      expect((await run(up(mixed, filled), undefined)).error).toBeUndefined();
      const wanted = await state();
      await clear();
      const holder = deployer(url, 14, "hold");
      const gone = once(holder, "exit");
      const others = [createAsyncEngine(url), createAsyncEngine(url)];
      try {
        if (holder.stdout !== null) await once(holder.stdout, "data");
        let finished = 0;
        const waiting = others.map(async (other) => {
          const { done } = await runStepsAsync(other, up(mixed, filled), { runLockTimeout: 60_000, attempts: 1000 });
          finished += 1;
          return done.map(({ revision }) => revision);
        });
        const reports = Promise.all(waiting);
        reports.catch(() => undefined);
        await sleep(400);
        expect(finished).toBe(0);
        holder.kill("SIGKILL");
        await gone;
        const done = (await reports).flat();
        expect(new Set(done).size, done.join(", ")).toBe(done.length);
        expect(done).toContain("filled");
        expect(await state()).toEqual(wanted);
      } finally {
        holder.kill("SIGKILL");
        await Promise.all(others.map((other) => other.dispose()));
      }
    },
  );

  test(`upgrade, ${name}`, { timeout: 300_000 }, async () => {
    expect(await everyBoundary([], up(mixed, filled))).toBeGreaterThan(25);
  });

  test(`downgrade, ${name}`, { timeout: 300_000 }, async () => {
    expect(await everyBoundary(up(mixed, filled), down(mixed, filled))).toBeGreaterThan(10);
  });
});
