/** Revisions are run once, in transactions with their bookkeeping, on every database. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sql } from "sqlmodel";
import { down, revision, up } from "../../../test/support/revisions.ts";
import { testEngines } from "../../../test/support/test-engines.ts";
import type { AsyncConnection } from "../../engine/async-connection.ts";
import type { AsyncEngine } from "../../engine/async-engine.ts";
import {
  IrreversibleRevisionError,
  MigrationCheckError,
  RevisionFailedError,
  RevisionOrderError,
  UnfinishedRevisionError,
} from "../errors.ts";
import type { Operations } from "../operations.ts";
import { Bookkeeping, type BookkeepingRow } from "./bookkeeping.ts";
import type { MigrationEvent } from "./options.ts";
import { runStepsAsync } from "./run-steps.ts";

const hero = revision(
  "hero",
  (op) => op.execute(sql`CREATE TABLE hero (id INTEGER NOT NULL PRIMARY KEY, age INTEGER)`),
  {
    downgrade: (op) => op.execute(sql`DROP TABLE hero`),
  },
);
const rows = revision("rows", (op) => op.execute(sql`INSERT INTO hero (id, age) VALUES (1, 10), (2, NULL)`), {
  downgrade: (op) => op.execute(sql`DELETE FROM hero`),
  after: ["hero"],
});
const broken = revision(
  "broken",
  (op) => {
    op.execute(sql`INSERT INTO hero (id, age) VALUES (3, 30)`);
    op.execute(sql`INSERT INTO nowhere (id) VALUES (1)`);
  },
  { after: ["rows"] },
);

describe.each(testEngines)("$name", (target) => {
  let engine: AsyncEngine;
  let remove: () => Promise<void>;

  beforeAll(async () => {
    ({ engine, remove } = await target.open());
  });
  afterAll(() => remove());

  const ask = async (text: string): Promise<unknown[][]> => {
    const connection = await engine.connect();
    try {
      return await connection.run(function* (core) {
        const result = yield* core.executeRaw({ sql: text, returnsRows: true });
        return result.rows.map((row) => row.map((value) => (value === null ? null : Number(value))));
      });
    } finally {
      await connection.close();
    }
  };
  const applied = (): Promise<ReadonlyMap<string, BookkeepingRow>> =>
    engine.run((core) => new Bookkeeping().readIfThere(core));
  const states = async (): Promise<string[]> =>
    [...(await applied()).values()].map(({ revision: id, state }) => `${id} ${state}`).sort();

  test("reading what is applied never creates the table", async () => {
    expect((await applied()).size).toBe(0);
    expect(await engine.run((core) => new Bookkeeping().exists(core))).toBe(false);
  });

  test("revisions are applied in order, told of, and not again", async () => {
    const events: MigrationEvent[] = [];
    const report = await runStepsAsync(engine, up(hero, rows), { onEvent: (event) => events.push(event) });
    expect(report.done.map(({ revision: id, steps }) => [id, steps])).toEqual([
      ["hero", 1],
      ["rows", 1],
    ]);
    expect(events.map(({ kind }) => kind)).toEqual(["begin", "step", "end", "begin", "step", "end"]);
    expect(await ask("SELECT id, age FROM hero ORDER BY id")).toEqual([
      [1, 10],
      [2, null],
    ]);
    expect((await applied()).get("hero")).toMatchObject({
      contentHash: hero.contentHash,
      message: "about hero",
      state: "applied",
      plan: null,
    });
    const again = await runStepsAsync(engine, up(hero, rows));
    expect(again).toMatchObject({ done: [], skipped: ["hero", "rows"] });
    expect(engine.poolStatus.inUse).toBe(0);
  });

  test("a data step that fails takes its revision back, and the revisions before it stay", async () => {
    const failing = runStepsAsync(engine, up(broken));
    await expect(failing).rejects.toThrow(RevisionFailedError);
    await expect(failing).rejects.toThrow(/revision 'broken' \(migrations\/broken\.ts\) failed at step 2 of 2/);
    expect(await ask("SELECT count(*) FROM hero")).toEqual([[2]]);
    const rest = await states();
    expect(rest.filter((state) => state.endsWith("applied"))).toEqual(["hero applied", "rows applied"]);
    expect(engine.poolStatus.inUse).toBe(0);
  });

  test("what was begun and did nothing does not stand in the way, even where its file has changed since", async () => {
    const mended = revision("broken", (op) => op.execute(sql`INSERT INTO hero (id, age) VALUES (3, 30)`), {
      downgrade: (op) => op.execute(sql`DELETE FROM hero WHERE id = 3`),
      after: ["rows"],
    });
    await runStepsAsync(engine, up(mended));
    expect(await states()).toEqual(["broken applied", "hero applied", "rows applied"]);
    await runStepsAsync(engine, down(mended));
    expect(await states()).toEqual(["hero applied", "rows applied"]);
    expect(await ask("SELECT count(*) FROM hero")).toEqual([[2]]);
  });

  test("code of the program's own runs with a connection, in the transaction", async () => {
    const run = revision("run", (op: Operations) => {
      op.run("ages", async (connection: AsyncConnection) => {
        const { rowCount } = await connection.execute(sql`UPDATE hero SET age = ${20} WHERE age IS NULL`);
        expect(rowCount).toBe(1);
        expect(connection.transaction).toBe("active");
      });
      op.execute(sql`INSERT INTO hero (id, age) SELECT 4, max(age) FROM hero`);
    });
    await runStepsAsync(engine, up(run));
    expect(await ask("SELECT id, age FROM hero WHERE id = 4")).toEqual([[4, 20]]);
  });

  test("code that ends the transaction it was given is told so", async () => {
    const run = revision("ending", (op) => op.run("commit", (connection: AsyncConnection) => connection.commit()));
    await expect(runStepsAsync(engine, up(run))).rejects.toThrow(/ended the transaction/);
  });

  test("code that throws is nobody's half work", async () => {
    const run = revision("throwing", (op) =>
      op.run("throws", async (connection: AsyncConnection) => {
        await connection.execute(sql`DELETE FROM hero`);
        throw new Error("no more");
      }),
    );
    await expect(runStepsAsync(engine, up(run))).rejects.toThrow(/no more/);
    expect(await ask("SELECT count(*) FROM hero")).toEqual([[3]]);
  });

  test("revisions without downgrade are refused before anything is run", async () => {
    const last = revision("last", () => undefined);
    await runStepsAsync(engine, up(last));
    await expect(runStepsAsync(engine, down(rows, last))).rejects.toThrow(IrreversibleRevisionError);
    expect(await ask("SELECT count(*) FROM hero")).toEqual([[3]]);
  });

  test("a parent that is gone, and a child that is there, are noticed with the lock", async () => {
    const child = revision("child", () => undefined, { after: ["gone"] });
    const options = { revisions: [hero, rows, child] };
    await expect(runStepsAsync(engine, up(child), options)).rejects.toThrow(RevisionOrderError);
    await expect(runStepsAsync(engine, down(hero), options)).rejects.toThrow(/'rows', which comes after it/);
  });

  test("revisions that were squashed after they were applied are neither run again nor edited, and go together", async () => {
    const [first, second] = ["first", "second"].map((id) => revision(id, () => undefined));
    if (first === undefined || second === undefined) return;
    await runStepsAsync(engine, up(first));
    const squashed = {
      ...second,
      contentHash: "squashed",
      formerHash: second.contentHash,
      replaces: ["first"],
      downgrade: () => undefined,
    };
    const options = { revisions: [hero, rows, squashed] };
    await expect(runStepsAsync(engine, up(squashed), options)).rejects.toThrow(/stands for 'first'/);
    await runStepsAsync(engine, up(second));
    expect(await runStepsAsync(engine, up(squashed), options)).toMatchObject({ skipped: ["second"], edited: [] });
    await runStepsAsync(engine, down(squashed), options);
    expect([...(await applied()).keys()].filter((id) => id === "first" || id === "second")).toEqual([]);
  });

  test("an applied revision whose file was edited is told of", async () => {
    const edited = { ...hero, contentHash: "0".repeat(64) };
    const events: MigrationEvent[] = [];
    const report = await runStepsAsync(engine, up(hero), {
      revisions: [edited],
      onEvent: (event) => events.push(event),
    });
    const event = { kind: "edited", revision: "hero", file: "migrations/hero.ts" };
    expect(report.edited).toEqual([event]);
    expect(events).toEqual([event]);
  });

  test("a failing step leaves no bounds and no lock behind", async () => {
    await expect(runStepsAsync(engine, up(broken), { lockTimeout: 1234 })).rejects.toThrow(RevisionFailedError);
    const free = await runStepsAsync(engine, up(rows), { runLockTimeout: 0 });
    expect(free.skipped).toEqual(["rows"]);
  });

  test("errors of checks and unfinished revisions are classes of their own", () => {
    expect(new MigrationCheckError("a", { problem: "P.", remedy: "R.", rows: ["1"], state: "S." }).message).toBe(
      "Revision 'a' was stopped by a check. P. R. S. [E403]",
    );
    expect(new UnfinishedRevisionError("a", "text")).toMatchObject({ revision: "a", code: "E404" });
  });
});
