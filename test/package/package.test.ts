/** The packed tarball, installed as a user would: its contents, its manifest, every subpath, its types. Needs `npm run build`. */
import { readFileSync } from "node:fs";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation, root, run } from "./installation.ts";

interface Manifest {
  readonly scripts?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly exports: Record<string, string | { types: string; default: string }>;
}

let installation: Installation;
let contents: readonly string[];
let manifest: Manifest;

const tool = (path: string, ...args: string[]) =>
  run(process.execPath, [join(root, "node_modules", path), ...args], installation.folder);

beforeAll(async () => {
  installation = await Installation.create(["zod", "better-sqlite3", "@opentelemetry/api"]);
  contents = installation.contents;
  manifest = JSON.parse(readFileSync(join(installation.app, "node_modules/sqlmodel/package.json"), "utf8")) as Manifest;
});

afterAll(() => installation.remove());

test("holds what is needed and nothing else", () => {
  const allowed = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/[\w./-]+\.(js|d\.ts))$/;
  expect(contents.filter((path) => !allowed.test(path) || path.includes(".test."))).toEqual([]);
  expect(contents).toEqual(expect.arrayContaining(["package.json", "README.md", "LICENSE"]));
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? target : Object.values(target),
  );
  expect(contents).toEqual(expect.arrayContaining(targets.map((target) => target.replace(/^\.\//, ""))));
});

test("V34 holds one module and its types for each source, and no more", async () => {
  const sources = (await readdir(join(root, "src"), { recursive: true }))
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"));
  expect(sources.length).toBeGreaterThan(100);
  const expected = sources.flatMap((path) => [".js", ".d.ts"].map((end) => `dist/${path.replace(/\.ts$/, end)}`));
  const others = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
  expect(contents.toSorted()).toEqual([...expected, ...others].toSorted());
});

test("V30 V34 runs nothing at install and brings no other package", () => {
  const scripts = Object.keys(manifest.scripts ?? {});
  expect(scripts.filter((name) => ["preinstall", "install", "postinstall", "prepare"].includes(name))).toEqual([]);
  expect(Object.keys(manifest.dependencies ?? {})).toEqual([]);
});

test("every subpath can be imported without the optional drivers", async () => {
  const subpaths = Object.keys(manifest.exports).filter((path) => !path.endsWith(".json"));
  expect(subpaths).toContain(".");
  for (const path of subpaths) {
    const code = `const names = Object.keys(await import("sqlmodel${path.slice(1)}")); if (names.length === 0) process.exit(1);`;
    await run(process.execPath, ["--input-type=module", "--eval", code], installation.app);
  }
});

test.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("its declarations compile in an application with module %s", async (module, moduleResolution) => {
  const subpaths = Object.keys(manifest.exports).filter((path) => !path.endsWith(".json"));
  const lines = subpaths.map((path, index) => `export * as entry${index} from "sqlmodel${path.slice(1)}";`);
  await writeFile(join(installation.app, "main.ts"), lines.join("\n"));
  const compilerOptions = {
    module,
    moduleResolution,
    target: "es2022",
    lib: ["es2022", "esnext.disposable", "dom"],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    types: [],
  };
  await writeFile(join(installation.app, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  for (const compiler of ["typescript", "typescript-7"]) await tool(`${compiler}/bin/tsc`, "-p", installation.app);
});

test("publint has nothing to say", async () => {
  await tool("publint/src/cli.js", "run", installation.tarball, "--strict");
});

test("attw finds the types of every subpath", async () => {
  await tool("@arethetypeswrong/cli/dist/index.js", installation.tarball, "--profile", "esm-only");
});
