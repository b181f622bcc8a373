/** must-compile*.ts compile, and must-fail/*.ts fail with the messages they name, under both compilers. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compilers, diagnose, root, type Compiler, type Diagnostic } from "./compiler.ts";
import { disagreements } from "./must-fail.ts";

const folder = join(root, "test/types");
const programs = (below: string) =>
  readdirSync(join(folder, below), { encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
const mustCompile = programs(".").filter((name) => name.startsWith("must-compile"));
const mustFail = programs("must-fail").map((name) => `must-fail/${name}`);

for (const compiler of Object.keys(compilers) as Compiler[]) {
  describe(compiler, () => {
    let all: readonly Diagnostic[];
    beforeAll(async () => {
      all = await diagnose(compiler, join(folder, "tsconfig.json"), folder);
    });
    const of = (file: string) => all.filter((diagnostic) => diagnostic.file === file);

    for (const file of mustCompile) test(`${file} compiles`, () => expect(of(file)).toEqual([]));
    for (const file of mustFail) {
      test(`${file} fails as it says`, () => {
        expect(disagreements(file, readFileSync(join(folder, file), "utf8"), of(file))).toEqual([]);
      });
    }
    test("nothing else has an error", () => {
      expect(all.filter(({ file }) => !mustCompile.includes(file) && !mustFail.includes(file))).toEqual([]);
    });
  });
}
