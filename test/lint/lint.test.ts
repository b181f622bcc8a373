/** Every lint rule the project relies on bites: each is broken once in a planted tree, and oxlint must say so. */
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

interface Diagnostic {
  readonly code: string;
  readonly filename: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join("\n");
const longFunction = `export function long(): number {\n  let n = 0;\n${lines(60, () => "  n += 1;")}\n  return n;\n}`;

/** Path, the code, the rules that must bite there: none where the file is exempt. */
const cases: [path: string, code: string, ...rules: string[]][] = [
  ["src/sql/default.ts", "export default function nothing(): void {}", "import(no-default-export)"],
  ["src/sql/as-any.ts", "export const size = (v: string) => (v as any).length;", "typescript(no-explicit-any)"],
  ["src/sql/any.ts", "export type AnyColumn = any;"],
  ["src/model/any.ts", "export type AnyModel = any;"],
  ["src/orm/any.ts", "export type AnyModel = any;", "typescript(no-explicit-any)"],
  ["src/sql/non-null.ts", "export const size = (v: string | null) => v!.length;", "reasons(non-null)"],
  ["src/sql/non-null-reason.ts", "export const size = (v: string | null) => v!.length; // The caller has checked."],
  ["src/sql/non-null-above.ts", "// The caller has checked.\nexport const size = (v: string | null) => v!.length;"],
  ["src/sql/cast.ts", "export const n = (v: string) => v as unknown as number;", "reasons(cast-through-unknown)"],
  ["src/sql/cast-reason.ts", "export const n = (v: string) => v as unknown as number; // Branded."],
  ["src/sql/unused.ts", "const unused = 1;\nexport {};", "eslint(no-unused-vars)"],
  ["src/sql/console.ts", `export const say = () => console.log("x");`, "eslint(no-console)"],
  ["src/cli/console.ts", `export const say = () => console.log("x");`],
  ["src/sql/eval.ts", `export const one = () => eval("1");`, "eslint(no-eval)"],
  [
    "src/sql/new-function.ts",
    `export const one = () => new Function("return 1");`,
    "eslint(no-new-func)",
    "typescript(no-implied-eval)",
  ],
  ["src/orm/loading/hydrator-code.ts", `export const one = () => new Function("return 1");`],
  [
    "src/sql/floating.ts",
    "const later = async (): Promise<void> => {};\nexport const now = (): void => {\n  later();\n};",
    "typescript(no-floating-promises)",
  ],
  ["src/sql/ignored.ts", "// @ts-ignore\nexport const n: number = 1;", "typescript(ban-ts-comment)"],
  ["src/sql/long-file.ts", lines(401, (n) => `export const n${n} = ${n};`), "eslint(max-lines)"],
  ["src/sql/commented-file.ts", lines(400, (n) => `// A comment.\nexport const n${n} = ${n};\n`)],
  ["src/sql/long-function.ts", longFunction, "eslint(max-lines-per-function)"],
  ["src/sql/long-function.test.ts", longFunction],
];

let tree: string;
let diagnostics: readonly Diagnostic[] = [];

function lint(cwd: string): Promise<readonly Diagnostic[]> {
  return new Promise((resolve, reject) => {
    const args = [join(root, "node_modules/oxlint/bin/oxlint"), "--format", "json"];
    execFile(process.execPath, args, { cwd, maxBuffer: 2 ** 27, timeout: 50_000 }, (error, stdout, stderr) => {
      if (stdout.startsWith("{")) resolve((JSON.parse(stdout) as { diagnostics: Diagnostic[] }).diagnostics);
      else reject(new Error(`oxlint: ${stdout}${stderr}`, { cause: error }));
    });
  });
}

beforeAll(async () => {
  tree = await mkdtemp(join(tmpdir(), "sqlmodel-lint-"));
  for (const [path, code] of cases) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), `${code}\n`);
  }
  for (const file of [".oxlintrc.json", "tsconfig.json", "scripts/lint-reasons.mjs"]) {
    await cp(join(root, file), join(tree, file));
  }
  await symlink(join(root, "node_modules"), join(tree, "node_modules"), "junction");
  diagnostics = await lint(tree);
});

afterAll(() => rm(tree, { recursive: true, force: true }));

for (const [path, , ...rules] of cases) {
  test(`${path}: ${rules.length > 0 ? rules.join(", ") : "nothing to say"}`, () => {
    const found = diagnostics.filter(({ filename }) => filename === path);
    expect(found.map(({ code }) => code).sort()).toEqual([...rules].sort());
  });
}
