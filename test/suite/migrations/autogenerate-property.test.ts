/** Random schemas with rows on real databases: what autogenerate writes leads from one to the other and back, and keeps the values. */
import { describe, expect, test } from "vitest";
import { databases } from "../../support/dialects.ts";
import { Fuzz, defaultPairs } from "../../support/migration-fuzz.ts";

const seed = Number(process.env["SEED"] ?? 1);

// Servers wait for their disks meanwhile.
describe.concurrent.each(databases)("$name", (target) => {
  test("from A to B and back", async () => {
    const pairs = Number(process.env["PAIRS"] ?? defaultPairs(target.name));
    const fuzz = new Fuzz(target, { seed, pairs });
    expect(await fuzz.run()).toEqual([]);
    expect(fuzz.counts["there and back"]).toBeGreaterThan(0);
  });
});
