/** Every rule of layers.cjs and cycles.cjs bites: each is broken once in a planted tree, and dependency-cruiser must say so. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cycleEnds, targets, violations, type Violation } from "./planted.ts";

interface Found {
  readonly rule: { readonly name: string };
  readonly from: string;
  readonly to: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const configs = ["layers.cjs", "cycles.cjs"];
let clean: readonly Found[] = [];
let planted: readonly Found[] = [];
let trees: string;

async function writeTree(tree: string, files: Record<string, string>): Promise<void> {
  for (const [path, code] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), `${code}\n`);
  }
  for (const config of [...configs, "tsconfig.json"]) await cp(join(root, config), join(tree, config));
  await symlink(join(root, "node_modules"), join(tree, "node_modules"), "junction");
}

const files = (all: readonly Violation[]): Record<string, string> =>
  Object.fromEntries(all.map((v) => [v.file, v.code]));

async function cruise(tree: string): Promise<readonly Found[]> {
  return (await Promise.all(configs.map((config) => run(tree, config)))).flat();
}

function run(tree: string, config: string): Promise<readonly Found[]> {
  const binary = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  return new Promise((resolve, reject) => {
    const args = [binary, "--config", config, "--output-type", "json", "src"];
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 2 ** 27 }, (error, stdout, stderr) => {
      if (stdout.startsWith("{"))
        resolve((JSON.parse(stdout) as { summary: { violations: Found[] } }).summary.violations);
      else reject(new Error(`dependency-cruiser: ${stderr}`, { cause: error }));
    });
  });
}

beforeAll(async () => {
  trees = await mkdtemp(join(tmpdir(), "sqlmodel-layers-"));
  await writeTree(join(trees, "clean"), targets);
  await writeTree(join(trees, "planted"), { ...targets, ...cycleEnds, ...files(violations) });
  clean = await cruise(join(trees, "clean"));
  planted = await cruise(join(trees, "planted"));
});

afterAll(() => rm(trees, { recursive: true, force: true }));

test("a tree that keeps every rule has no violation", () => {
  expect(clean.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
});

for (const { rule, file, to } of violations) {
  test(`${rule} refuses ${file} → ${to}`, () => {
    const found = planted.filter((violation) => violation.from === file);
    expect(found.map((violation) => violation.rule.name)).toContain(rule);
    expect(found.find((violation) => violation.rule.name === rule)?.to).toContain(to);
  });
}

test("nothing but the planted files is refused", () => {
  expect(planted.filter(({ from }) => !violations.some(({ file }) => file === from))).toEqual([]);
});

test("every rule is planted", () => {
  const require = createRequire(import.meta.url);
  const rules = configs.flatMap(
    (config) => (require(`../../${config}`) as { forbidden: { name: string }[] }).forbidden,
  );
  expect(rules.map(({ name }) => name).filter((name) => !violations.some(({ rule }) => rule === name))).toEqual([]);
});
