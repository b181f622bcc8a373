/** The runner bites: planted pages whose examples are wrong are reported, each at its line; a right one passes. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { readPage } from "./page.ts";
import { root, Runner } from "./runner.ts";

const runner = await Runner.prepare("planted", join(root, "test/docs/planted"), ["good.md", "bad.md"]);
const [good, bad] = runner.pages as [(typeof runner.pages)[0], (typeof runner.pages)[0]];

test("type errors are reported at the page's line, in blocks that do not run as well", async () => {
  const errors = await runner.typeErrors();
  expect(errors.get(good)).toEqual([]);
  expect(errors.get(bad)).toEqual([
    "bad.md:32: error TS2304: Cannot find name 'missing'.",
    "bad.md:4: error TS2322: Type 'number' is not assignable to type 'string'.",
  ]);
});

test("a page that holds runs", async () => {
  expect(good.entries).toEqual(["page.ts", "page-2.ts"]);
  expect(good.fragments).toEqual(["good.md: hero: {"]);
  for (const entry of good.entries) await runner.run(good, entry);
});

test.each([
  ["page.ts", "bad.md:6: expected 2, but it is 1."],
  ["page-2.ts", "bad.md:10: expected { a: [2] }, but it is { a: [ 1 ] }."],
  ["page-3.ts", "bad.md:14: expected to throw SyntaxError, but it is 1."],
  ["page-4.ts", "bad.md:18: expected to throw RangeError, but it threw SyntaxError:"],
  ["page-5.ts", "bad.md:24"],
  ["page-6.ts", "nobody waits"],
  ["page-8.ts", `bad.md:36: expected "other", but it is 'text'.`],
])("%s fails: %s", async (entry, message) => {
  await expect(runner.run(bad, entry)).rejects.toThrow(message);
});

test("every runnable block of the bad page is expected to fail", () => {
  expect(bad.entries).toEqual([
    "page.ts",
    "page-2.ts",
    "page-3.ts",
    "page-4.ts",
    "page-5.ts",
    "page-6.ts",
    "page-8.ts",
  ]);
});

test("a shell session that holds passes, one that shows something else fails at its line", async () => {
  expect(good.session.map(({ kind }) => kind)).toEqual([
    "file",
    "file",
    "command",
    "command",
    "command",
    "file",
    "command",
  ]);
  await runner.play(good);
  await expect(runner.play(bad)).rejects.toThrow(/^bad\.md:40: sqlmodel --version shows\n/);
});

test.each([
  ["```console\nno command\n```", "page.md:2: a console block begins with a line '$ npx sqlmodel …'."],
  ["```console\n$ rm -rf /\n```", "page.md:2: only 'npx sqlmodel …' is run; mark other shell blocks no-run."],
  [
    "```ts norun\n1;\n```",
    "page.md:1: a ts block may be marked no-run, fragment, fresh or file=<name>.ts, not 'norun'.",
  ],
  ["```ts\n1;", "page.md:1: the code block never ends."],
  ["```ts\nif (true) {\n//=> 1\n}\n```", "page.md:3: '//=>' must follow an expression or a variable on its line."],
  ["```ts\nconst { a } = { a: 1 }; //=> 1\n```", "page.md:2: '//=>' needs a variable with a name and a value."],
])("%j is refused", (markdown, message) => {
  expect(() => readPage("page.md", markdown)).toThrow(message);
});
