/** The cache of the command line: what it says is what was kept, or nothing. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CatalogCacheFiles } from "./catalog-cache-file.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sqlmodel-cache-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const onlyFile = (): string => join(folder, readdirSync(folder)[0] ?? "");

test("what was kept comes back, by its key and this version only", () => {
  const cache = new CatalogCacheFiles(join(folder, "deep"), "1.0.0");
  expect(cache.get("key")).toBeUndefined();
  cache.set("key", 'text\n"\u2028');
  expect(cache.get("key")).toBe('text\n"\u2028');
  expect(cache.get("key ")).toBeUndefined();
  expect(new CatalogCacheFiles(join(folder, "deep"), "1.0.1").get("key")).toBeUndefined();
});

test("a file that was cut, edited or emptied holds nothing", () => {
  const cache = new CatalogCacheFiles(folder, "1.0.0");
  cache.set("key", '{"tables":[]}');
  const whole = readFileSync(onlyFile(), "utf8");
  const broken = ["", whole.slice(0, -3), whole.replace("tables", "tablez"), `${whole}\n`, whole.slice(10), "{}"];
  for (const text of broken) {
    writeFileSync(onlyFile(), text);
    expect(cache.get("key")).toBeUndefined();
  }
  cache.set("key", "again");
  expect(cache.get("key")).toBe("again");
});

test("a folder that cannot be made stops nobody, and old entries go", () => {
  writeFileSync(join(folder, "file"), "");
  const nowhere = new CatalogCacheFiles(join(folder, "file", "below"), "1.0.0");
  nowhere.set("key", "text");
  expect(nowhere.get("key")).toBeUndefined();
  const cache = new CatalogCacheFiles(join(folder, "own"), "1.0.0");
  for (let index = 0; index < 20; index += 1) cache.set(String(index), "text");
  expect(readdirSync(join(folder, "own"))).toHaveLength(16);
});
