/** The packed tarball, installed as a user would: its contents, its manifest, every subpath, its types. Needs `npm run build`. */
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

interface Manifest {
  readonly scripts?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly exports: Record<string, string | { types: string; default: string }>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
let folder: string;
let tarball: string;
let contents: readonly string[];
let manifest: Manifest;

/** Run a program without a shell; gives what it wrote, throws if it failed. */
function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const windows = process.platform === "win32" && program === "npm";
    const child = execFile(program, args, { cwd, maxBuffer: 2 ** 26, shell: windows }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args.join(" ")} failed.\n${stdout}${stderr}`, { cause: error }));
    });
    child.stdin?.end();
  });
}

const tool = (path: string, ...args: string[]) =>
  run(process.execPath, [join(root, "node_modules", path), ...args], folder);
const app = () => join(folder, "app");

/**
 * An application with the tarball installed and, linked beside it, the repository's own copies of its peers:
 * nothing comes from the network.
 */
async function install(): Promise<void> {
  const dependencies = { sqlmodel: `file:${tarball}` };
  await mkdir(app());
  await writeFile(join(app(), "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
  await run("npm", ["install", "--offline", "--legacy-peer-deps", "--no-audit", "--no-fund"], app());
  for (const peer of ["zod", "better-sqlite3"]) {
    await symlink(join(root, "node_modules", peer), join(app(), "node_modules", peer), "junction");
  }
}

beforeAll(async () => {
  if (!existsSync(join(root, "dist/index.js")))
    throw new Error("There is no dist/ to pack: run `npm run build` first.");
  folder = await realpath(await mkdtemp(join(tmpdir(), "sqlmodel-package-")));
  const packed = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root);
  const [result] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  tarball = join(folder, result.filename);
  contents = result.files.map(({ path }) => path);
  await install();
  manifest = JSON.parse(readFileSync(join(app(), "node_modules/sqlmodel/package.json"), "utf8")) as Manifest;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test("holds what is needed and nothing else", () => {
  const allowed = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/[\w./-]+\.(js|d\.ts))$/;
  expect(contents.filter((path) => !allowed.test(path) || path.includes(".test."))).toEqual([]);
  expect(contents).toEqual(expect.arrayContaining(["package.json", "README.md", "LICENSE"]));
  const targets = Object.values(manifest.exports).flatMap((target) =>
    typeof target === "string" ? target : Object.values(target),
  );
  expect(contents).toEqual(expect.arrayContaining(targets.map((target) => target.replace(/^\.\//, ""))));
});

test("runs nothing at install and has at most three dependencies", () => {
  const scripts = Object.keys(manifest.scripts ?? {});
  expect(scripts.filter((name) => ["preinstall", "install", "postinstall", "prepare"].includes(name))).toEqual([]);
  expect(Object.keys(manifest.dependencies ?? {}).length).toBeLessThanOrEqual(3);
});

test("every subpath can be imported without the optional drivers", async () => {
  const subpaths = Object.keys(manifest.exports).filter((path) => !path.endsWith(".json"));
  expect(subpaths).toContain(".");
  for (const path of subpaths) {
    const code = `const names = Object.keys(await import("sqlmodel${path.slice(1)}")); if (names.length === 0) process.exit(1);`;
    await run(process.execPath, ["--input-type=module", "--eval", code], app());
  }
});

test.each([
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
])("its declarations compile in an application with module %s", async (module, moduleResolution) => {
  const subpaths = Object.keys(manifest.exports).filter((path) => !path.endsWith(".json"));
  const lines = subpaths.map((path, index) => `export * as entry${index} from "sqlmodel${path.slice(1)}";`);
  await writeFile(join(app(), "main.ts"), lines.join("\n"));
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
  await writeFile(join(app(), "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  for (const compiler of ["typescript", "typescript-7"]) await tool(`${compiler}/bin/tsc`, "-p", app());
});

test("publint has nothing to say", async () => {
  await tool("publint/src/cli.js", "run", tarball, "--strict");
});

test("attw finds the types of every subpath", async () => {
  await tool("@arethetypeswrong/cli/dist/index.js", tarball, "--profile", "esm-only");
});
