/** Equal texts, equal fingerprints; near ones differ. */
import { expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";

test("a fingerprint is 32 hexadecimal digits and depends on nothing but the text", () => {
  expect(fingerprint("")).toMatch(/^[\da-f]{32}$/);
  expect(fingerprint("a")).toBe(fingerprint("a"));
});

test("texts that differ in a character, their order or their length differ", () => {
  const texts = ["", "a", "b", "ab", "ba", "aa", "\0", "\0\0", "A", "ä", "\u2028", "a ", " a"];
  for (let number = 0; number < 20_000; number++) texts.push(`{"name":"column_${String(number)}"}`);
  expect(new Set(texts.map(fingerprint)).size).toBe(texts.length);
  expect(new Set(texts.map((text) => fingerprint(text).slice(0, 16))).size).toBe(texts.length);
});
