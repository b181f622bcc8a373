/**
 * Revisions that autogenerate wrote, whose connection is lost at statement after statement: run again, they end where an
 * undisturbed run does, with the same rows. PAIRS and SEED say of what.
 */
import { describe, expect, test } from "vitest";
import type { RevisionStep } from "../../../src/migration/revision/revision.ts";
import { runStepsAsync } from "../../../src/migration/run/run-steps.ts";
import { crashing, type Crash } from "../../support/crashing-connection.ts";
import { TestDatabase } from "../../support/dialects.ts";
import { Journey } from "../../support/migration-journey.ts";
import { clear } from "../../support/random-data.ts";
import { testEngines } from "../../support/test-engines.ts";

const seed = Number(process.env["SEED"] ?? 1);
const isRead = /^\s*(?:SELECT|SHOW|PRAGMA|WITH)\b/;

// What PGlite holds is gone with its connection.
describe.each(testEngines.filter(({ name }) => name !== "pglite"))("$name", (target) => {
  const { name } = target;
  const pairs = Number(process.env["PAIRS"] ?? (name === "sqlite" ? 10 : 1));

  test("a generated revision converges", { timeout: 3_600_000 }, async () => {
    const { engine, url, remove } = await target.open();
    const database = await TestDatabase.of(engine, remove);
    let crashes = 0;

    /** Lose the connection at statement after statement of `steps`, each time after `prepare`. */
    const everyBoundary = async (journey: Journey, steps: readonly RevisionStep[], prepare: () => Promise<void>) => {
      const run = (crash: Crash | undefined) => crashing(url, crash, (connection) => runStepsAsync(connection, steps));
      const restart = async () => {
        await clear(database);
        await journey.begin();
        await prepare();
      };
      await restart();
      const clean = await run(undefined);
      expect(clean.error).toBeUndefined();
      const wanted = await journey.state();
      const boundaries = [...clean.statements.entries()].filter(([, statement]) => !isRead.test(statement));
      for (const [at, statement] of boundaries) {
        await restart();
        const crashed = await run({ at, when: "after" });
        const where = `${steps[0]?.revision.id ?? ""} ${steps[0]?.direction ?? ""} after ${String(at)}: ${statement}`;
        expect(crashed.hasCrashed, where).toBe(true);
        expect((await run(undefined)).error, where).toBeUndefined();
        expect(await journey.state(), where).toEqual(wanted);
        crashes += 1;
      }
    };

    try {
      for (let index = 0; index < pairs; index += 1) {
        const journey = new Journey(database, { seed: seed + index, pairs: 1, isHostile: false });
        await clear(database);
        await journey.begin();
        const revision = journey.revision();
        const up: readonly RevisionStep[] = [{ revision, direction: "upgrade" }];
        const down: readonly RevisionStep[] = [{ revision, direction: "downgrade" }];
        await everyBoundary(journey, up, async () => undefined);
        await everyBoundary(journey, down, async () => {
          await runStepsAsync(database.connection, up);
          await journey.prepareReturn();
        });
      }
    } finally {
      await database.close();
    }
    expect(crashes).toBeGreaterThan(pairs);
  });
});
