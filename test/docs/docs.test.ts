/**
 * Every ```ts block of the documentation compiles, runs, and gives what its `//=>` comments say; every ```console block
 * prints what it shows.
 */
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Page } from "./page.ts";
import { root, Runner } from "./runner.ts";

function markdown(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  return files.filter((file) => file.endsWith(".md")).map((file) => `${folder}/${file.replaceAll("\\", "/")}`);
}

const top = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].filter((file) => existsSync(join(root, file)));
const runner = await Runner.prepare("pages", root, [...top, ...markdown("docs").sort()]);
let typeErrors: ReadonlyMap<Page, readonly string[]>;

beforeAll(async () => {
  typeErrors = await runner.typeErrors();
});

for (const page of runner.pages.filter(({ check }) => check.length > 0)) {
  describe(page.name, () => {
    test("compiles", () => expect(typeErrors.get(page)).toEqual([]));
    for (const entry of page.entries) test(`${entry} runs`, () => runner.run(page, entry));
  });
}

for (const page of runner.pages.filter(({ session }) => session.some(({ kind }) => kind === "command"))) {
  // Some thirty processes, each a command.
  test(`${page.name}: its shell sessions print what they show`, { timeout: 900_000 }, () => runner.play(page));
}

test("README.md has an example that runs", () => {
  expect(runner.pages.find(({ name }) => name === "README.md")?.entries.length ?? 0).toBeGreaterThan(0);
});

test("every fragment is listed in fragments.txt", async () => {
  const listed = (await readFile(join(root, "test/docs/fragments.txt"), "utf8")).split("\n");
  const fragments = runner.pages.flatMap((page) => page.fragments);
  expect(fragments.sort()).toEqual(listed.filter((line) => line !== "" && !line.startsWith("#")).sort());
});
