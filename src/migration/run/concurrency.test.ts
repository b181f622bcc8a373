/** Many deployers at once: each revision runs exactly once, and nobody waits for the dead. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { sql } from "sqlmodel";
import { revision, up } from "../../../test/support/revisions.ts";
import { testEngines } from "../../../test/support/test-engines.ts";
import { createAsyncEngine } from "../../create-engine.ts";
import type { AsyncConnection } from "../../engine/async-connection.ts";
import type { AsyncEngine } from "../../engine/async-engine.ts";
import { MigrationLockError } from "../errors.ts";
import type { Revision } from "../revision/revision.ts";
import type { RunReport } from "./options.ts";
import { runStepsAsync } from "./run-steps.ts";

const deployers = 16;
const rounds = 50;

const base = revision("base", (op) => {
  op.execute(sql`CREATE TABLE journal (round INTEGER NOT NULL, part INTEGER NOT NULL)`);
});

/** Several transactions on every database: DDL, a write, code that lets others have their turn, a write. */
function roundOf(number: number): Revision {
  const id = `round_${String(number)}`;
  return revision(
    id,
    (op) => {
      op.execute(sql`INSERT INTO journal (round, part) VALUES (${number}, 1)`);
      if (number % 10 === 0) op.execute(sql`CREATE TABLE in_round (id INTEGER)`);
      op.run("a rest", async (connection: AsyncConnection) => {
        await sleep(1);
        await connection.execute(sql`INSERT INTO journal (round, part) VALUES (${number}, 2)`);
      });
      if (number % 10 === 0) op.execute(sql`DROP TABLE in_round`);
    },
    { content: id },
  );
}

/** Embedded databases wait in this process, where nobody could let them go on: there the runs try again instead. */
const engineOptions = { poolSize: 1, maxOverflow: 0, busyTimeout: 0.001 };

async function rowCounts(engine: AsyncEngine): Promise<string[]> {
  return engine.run(function* (core) {
    const text = "SELECT round, part, count(*) FROM journal GROUP BY round, part ORDER BY round, part";
    const { rows } = yield* core.executeRaw({ sql: text, returnsRows: true });
    return rows.map((row) => row.map(String).join(" "));
  });
}

test.each(testEngines.filter(({ name }) => name !== "pglite"))(
  `${String(deployers)} deployers, ${String(rounds)} rounds: $name`,
  { timeout: 300_000 },
  async (target) => {
    const { engine, url, remove } = await target.open();
    const engines = Array.from({ length: deployers }, () => createAsyncEngine(url, engineOptions));
    try {
      const revisions = [base];
      await runStepsAsync(engine, up(base));
      for (let number = 1; number <= rounds; number++) {
        const round = roundOf(number);
        revisions.push(round);
        const run = (one: AsyncEngine): Promise<RunReport> =>
          runStepsAsync(one, up(...revisions.slice(-3)), { attempts: 1000, runLockTimeout: 120_000 });
        const reports = await Promise.all(engines.map(run));
        const done = reports.flatMap((report) => report.done.map((item) => item.revision));
        expect(new Set(done)).toEqual(new Set([round.id]));
      }
      const wanted = Array.from({ length: rounds }, (_, index) =>
        [1, 2].map((part) => `${String(index + 1)} ${String(part)} 1`),
      );
      expect(await rowCounts(engine)).toEqual(wanted.flat());
      expect(engines.map(({ poolStatus }) => poolStatus.inUse)).toEqual(engines.map(() => 0));
    } finally {
      await Promise.all(engines.map((one) => one.dispose()));
      await remove();
    }
  },
);

const servers = testEngines.filter(({ name }) => name === "postgresql" || name === "mysql");

test.each(servers)("a holder of the lock that is killed blocks nobody: $name", async (target) => {
  const { name } = target;
  const { engine, url, scratch, remove } = await target.open();
  const other = createAsyncEngine(url);
  try {
    await runStepsAsync(engine, up(base));
    let tell: (id: number) => void = () => undefined;
    const holder = new Promise<number>((resolve) => (tell = resolve));
    const idOf = name === "mysql" ? sql`SELECT connection_id() AS id` : sql`SELECT pg_backend_pid() AS id`;
    let isFirst = true;
    const slow = revision("slow", (op) => {
      op.execute(sql`INSERT INTO journal (round, part) VALUES (1, 1)`);
      op.run("wait to be killed", async (connection: AsyncConnection) => {
        if (!isFirst) return;
        isFirst = false;
        const [row] = (await connection.execute(idOf)).all();
        tell(Number(row?.["id"]));
        await connection.execute(
          name === "mysql" ? sql`SELECT sleep(60) AS slept` : sql`SELECT pg_sleep(60)::text AS slept`,
        );
      });
    });
    const killed = runStepsAsync(engine, up(slow));
    killed.catch(() => undefined);
    const id = await holder;
    await expect(runStepsAsync(other, up(slow), { runLockTimeout: 100 })).rejects.toThrow(MigrationLockError);
    const waiting = runStepsAsync(other, up(slow), { runLockTimeout: 30_000 });
    await scratch?.admin(name === "mysql" ? `KILL ${String(id)}` : `SELECT pg_terminate_backend(${String(id)})`);
    await expect(killed).rejects.toThrow(/slow/);
    expect((await waiting).done.map((item) => item.revision)).toEqual(["slow"]);
    expect(await rowCounts(other)).toEqual(["1 1 1"]);
    expect([engine.poolStatus.inUse, other.poolStatus.inUse]).toEqual([0, 0]);
  } finally {
    await other.dispose();
    await remove();
  }
});
