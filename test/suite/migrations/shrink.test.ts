/** What a failing pair of schemas is made of is found without looking through all of it. */
import { expect, test } from "vitest";
import { randomPair, type RandomPair } from "../../support/random-packs.ts";
import { shrunk } from "../../support/random-shrink.ts";
import { everything } from "../../support/random-schema.ts";

/** A planted fault: a unique key of the first schema's that the second one indexes. */
const fails = ({ before, after }: RandomPair): Promise<boolean> =>
  Promise.resolve(
    before.tables.some(({ name, uniques }) =>
      uniques.some(({ columns: [column] }) =>
        after.tables.some(
          (other) => other.name === name && other.indexes.some(({ columns }) => columns[0]?.column === column),
        ),
      ),
    ),
  );

test("only what the fault needs is left", async () => {
  let found = 0;
  for (let seed = 1; seed <= 200; seed += 1) {
    const pair = randomPair(seed, everything, "p_");
    if (!(await fails(pair))) continue;
    found += 1;
    const { before, after } = await shrunk(pair, fails);
    expect([before.tables.length, after.tables.length], String(seed)).toEqual([1, 1]);
    expect([before.tables[0]?.uniques.length, before.tables[0]?.indexes.length]).toEqual([1, 0]);
    expect([after.tables[0]?.uniques.length, after.tables[0]?.indexes.length]).toEqual([0, 1]);
    expect([before.sequences ?? [], after.sequences ?? []].flat()).toEqual([]);
    expect(before.tables[0]?.columns.every(({ comment }) => comment === undefined)).toBe(true);
  }
  expect(found).toBeGreaterThan(10);
});
