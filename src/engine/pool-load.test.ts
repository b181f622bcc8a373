/** The pool's invariants under load: random outcomes, failures and aborts, and a thousand tasks at once. */
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { FakeDriver, type FakeConnection } from "../../test/support/fake-driver.ts";
import type { DriverConnection } from "../io/driver.ts";
import { Pool, type PoolOptions } from "./pool.ts";

const defaults: PoolOptions = {
  size: 2,
  overflow: 1,
  timeout: 5,
  recycle: -1,
  lifo: false,
  waits: true,
  holderStacks: true,
};

function pool(options: Partial<PoolOptions> = {}) {
  const driver = new FakeDriver(false);
  return { driver, pool: new Pool(driver, { ...defaults, ...options }) };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.restoreAllMocks();
});

test("under any load: never more connections than allowed, none lost, none held twice, counters restored", async () => {
  vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
  const step = fc.record({
    outcome: fc.constantFrom("clean", "clean", "broken", "open transaction", "lost", "unknown"),
    turns: fc.nat({ max: 3 }),
    aborts: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat({ max: 3 }),
      fc.nat({ max: 3 }),
      async (steps, size, overflow, failures) => {
        const { pool: under, driver } = pool({ size, overflow });
        driver.failures = failures;
        const holders = new Set<DriverConnection>();
        const refused = new Error("aborted");
        await Promise.all(
          steps.map(async ({ outcome, turns, aborts }) => {
            const controller = new AbortController();
            let connection: FakeConnection;
            try {
              const wait = under.acquire(controller.signal);
              if (aborts) controller.abort(refused);
              connection = (await wait) as FakeConnection;
            } catch (error) {
              expect(["refused", "aborted"]).toContain((error as Error).message);
              return;
            }
            expect(holders.has(connection)).toBe(false);
            expect(connection.isOpen()).toBe(true);
            expect(connection.status).toBe("idle");
            holders.add(connection);
            expect(driver.open.length).toBeLessThanOrEqual(size + overflow);
            for (let index = 0; index < turns; index += 1) await turn();
            holders.delete(connection);
            if (outcome === "open transaction") connection.status = "active";
            if (outcome === "lost") connection.lost = true;
            if (outcome === "unknown") connection.status = "unknown";
            await under.release(connection, outcome === "broken");
          }),
        );
        expect(under.status.inUse).toBe(0);
        expect(under.status.waiting).toBe(0);
        expect(under.status.idle).toBe(driver.open.length);
        expect(driver.open.length).toBeLessThanOrEqual(size);
        await under.dispose();
        expect(driver.open).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

test("a thousand tasks share five connections", async () => {
  const { pool: under, driver } = pool({ size: 5, overflow: 0, timeout: 30 });
  let most = 0;
  await Promise.all(
    Array.from({ length: 1000 }, async () => {
      const connection = await under.acquire();
      most = Math.max(most, under.status.inUse);
      await turn();
      await under.release(connection, false);
    }),
  );
  expect(most).toBe(5);
  expect(driver.opened).toHaveLength(5);
  expect(under.status).toEqual({ idle: 5, inUse: 0, waiting: 0 });
});
