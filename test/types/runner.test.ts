/** The must-fail runner bites: a planted program that compiles, or fails otherwise than it says, is reported. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compilers, diagnose, root, type Compiler, type Diagnostic } from "./compiler.ts";
import { disagreements } from "./must-fail.ts";

const programs = {
  "right.ts": `// @expect-error: Type 'number' is not assignable to type 'string'.\nexport const a: string = 1;\n`,
  "two-texts.ts": `// @expect-error: not assignable\n// @expect-error: to type 'string'\nexport const a: string = 1;\n`,
  "detail.ts": `declare const wide: { a: { b: number } };\n// @expect-error: 'number' is not assignable to type 'string'\nexport const a: { a: { b: string } } = wide;\n`,
  "compiles.ts": `// @expect-error: not assignable\nexport const a: string = "1";\n`,
  "other-text.ts": `// @expect-error: no such text\nexport const a: string = 1;\n`,
  "unexpected.ts": `// @expect-error: not assignable\nexport const a: string = 1;\nexport const b: string = 2;\n`,
  "expects-nothing.ts": `export const a = 1;\n`,
};

let folder: string;
const found = new Map<Compiler, readonly Diagnostic[]>();

beforeAll(async () => {
  await mkdir(join(root, "test/types/.generated"), { recursive: true });
  folder = await mkdtemp(join(root, "test/types/.generated/planted-"));
  for (const [name, code] of Object.entries(programs)) await writeFile(join(folder, name), code);
  const options = { extends: "../../../../tsconfig.json", include: ["*.ts"], exclude: [] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(options));
  for (const compiler of Object.keys(compilers) as Compiler[]) {
    found.set(compiler, await diagnose(compiler, join(folder, "tsconfig.json"), folder));
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const cases: [program: keyof typeof programs, ...problems: RegExp[]][] = [
  ["right.ts"],
  ["two-texts.ts"],
  ["detail.ts"],
  ["compiles.ts", /^compiles\.ts:2: compiles, but was expected to fail with: not assignable$/],
  ["other-text.ts", /^other-text\.ts:2: fails without saying: no such text\nerror TS2322/],
  ["unexpected.ts", /^unexpected\.ts:3: unexpected error TS2322/],
  ["expects-nothing.ts", /^expects-nothing\.ts: has no '\/\/ @expect-error: <text>' line\.$/],
];

for (const compiler of Object.keys(compilers) as Compiler[]) {
  test.each(cases)(`${compiler}: %s`, (program, ...problems) => {
    const diagnostics = found.get(compiler)!.filter(({ file }) => file === program);
    const said = disagreements(program, programs[program], diagnostics);
    expect(said).toHaveLength(problems.length);
    for (const [index, problem] of problems.entries()) expect(said[index]).toMatch(problem);
  });
}
