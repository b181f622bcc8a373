/**
 * What models cost the compiler: rings of 100, 200 and 400, compiled against the declarations that users get.
 * The cost must stay low and grow no faster than the number of models.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile, compilers, root, type Compiler } from "./compiler.ts";
import { ringSource } from "./ring.ts";

const sizes = [100, 200, 400] as const;
let folder: string;

async function instantiations(compiler: Compiler, size: number): Promise<number> {
  const { code, output } = await compile(compiler, [
    "-p",
    join(folder, String(size)),
    "--noEmit",
    "--extendedDiagnostics",
  ]);
  const found = /^Instantiations:\s+(\d+)/m.exec(output)?.[1];
  if (code !== 0 || found === undefined) throw new Error(`${compiler}, ${size} models: ${output.slice(0, 4000)}`);
  const seconds = /^Total time:\s+([\d.]+)/m.exec(output)?.[1] ?? "?";
  console.log(`${compiler}: ${size} models take ${found} instantiations, ${seconds} s`);
  return Number(found);
}

beforeAll(async () => {
  await mkdir(join(root, "test/types/.generated"), { recursive: true });
  folder = await mkdtemp(join(root, "test/types/.generated/budget-"));
  const declarations = join(folder, "declarations");
  const emit = ["-p", "tsconfig.build.json", "--emitDeclarationOnly", "--outDir", declarations];
  const { code, output } = await compile("TypeScript 5.9", emit);
  if (code !== 0) throw new Error(`The declarations do not build: ${output.slice(0, 4000)}`);
  const paths = { sqlmodel: ["../declarations/index.d.ts"], "sqlmodel/*": ["../declarations/*.d.ts"] };
  const options = {
    extends: "../../../../../tsconfig.json",
    compilerOptions: { paths },
    include: ["*.ts"],
    exclude: [],
  };
  for (const size of sizes) {
    await mkdir(join(folder, String(size)));
    await writeFile(join(folder, String(size), "models.ts"), ringSource(size));
    await writeFile(join(folder, String(size), "tsconfig.json"), JSON.stringify(options));
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const limit = 160_000;

for (const compiler of Object.keys(compilers) as Compiler[]) {
  test(`${compiler}: a hundred models take fewer than ${String(limit)} instantiations, four hundred no more than 4.4 times as many`, async () => {
    const hundred = await instantiations(compiler, 100);
    const twoHundred = await instantiations(compiler, 200);
    const fourHundred = await instantiations(compiler, 400);
    expect(hundred).toBeLessThan(limit);
    expect(twoHundred).toBeLessThanOrEqual(2.2 * hundred);
    expect(fourHundred).toBeLessThanOrEqual(4.4 * hundred);
  });
}
