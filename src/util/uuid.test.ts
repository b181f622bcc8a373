import { expect, test } from "vitest";
import { uuidv7 } from "./uuid.ts";

test("10,000 in a burst are of version 7, different, and in order", () => {
  const made = Array.from({ length: 10_000 }, () => uuidv7());
  for (const uuid of made)
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(made).size).toBe(made.length);
  expect(made.toSorted()).toEqual(made);
});

test("it begins with the present moment", () => {
  const before = Date.now();
  const uuid = uuidv7();
  const time = Number.parseInt(uuid.replace("-", "").slice(0, 12), 16);
  expect(time).toBeGreaterThanOrEqual(before);
});
