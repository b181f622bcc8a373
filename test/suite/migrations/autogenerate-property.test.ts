/** Random schemas with rows on real databases: what autogenerate writes leads from one to the other and back, and keeps the values. */
import { describe, expect, test } from "vitest";
import { databases } from "../../support/dialects.ts";
import { Fuzz, defaultPairs } from "../../support/migration-fuzz.ts";

const seed = Number(process.env["SEED"] ?? 1);

// Servers wait for their disks meanwhile, and more of two connections than of one.
describe.concurrent.each(databases)("$name", (target) => {
  test("from A to B and back", async () => {
    const pairs = Number(process.env["PAIRS"] ?? defaultPairs(target.name));
    const half = Math.floor(pairs / 2);
    const parts = [
      new Fuzz(target, { seed, pairs: pairs - half }),
      new Fuzz(target, { seed: seed + pairs - half, pairs: half }),
    ];
    const failures = await Promise.all(parts.map((part) => part.run()));
    expect(failures.flat()).toEqual([]);
    for (const { counts } of parts) expect(counts["there and back"]).toBeGreaterThan(0);
  });
});
