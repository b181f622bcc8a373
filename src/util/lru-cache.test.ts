import { expect, test } from "vitest";
import { LruCache } from "./lru-cache.ts";

test("what was not used for longest goes first, and is told", () => {
  const gone: string[] = [];
  const cache = new LruCache<string, number>(2, (_value, key) => gone.push(key));
  cache.set("a", 1);
  cache.set("b", 2);
  expect(cache.get("a")).toBe(1);
  cache.set("c", 3);
  expect(gone).toEqual(["b"]);
  expect([...cache.values()].toSorted((left, right) => left - right)).toEqual([1, 3]);
  expect(cache.get("b")).toBeUndefined();
});

test("a key that is set again is no second entry", () => {
  const cache = new LruCache<string, number>(2);
  cache.set("a", 1);
  cache.set("a", 2);
  expect(cache.size).toBe(1);
  cache.delete("a");
  expect(cache.get("a")).toBeUndefined();
});
