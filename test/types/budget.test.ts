/**
 * What models cost the compiler: rings of 100, 200 and 400, compiled against the declarations that users get.
 * The cost must stay low and grow no faster than the number of models.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile, root, type Compiler } from "./compiler.ts";
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

test("a hundred models take fewer than 200,000 instantiations, four hundred no more than 4.4 times as many", async () => {
  const [hundred, twoHundred, fourHundred] = [
    await instantiations("TypeScript 5.9", 100),
    await instantiations("TypeScript 5.9", 200),
    await instantiations("TypeScript 5.9", 400),
  ];
  expect(hundred).toBeLessThan(200_000);
  expect(twoHundred).toBeLessThanOrEqual(2.2 * hundred);
  expect(fourHundred).toBeLessThanOrEqual(4.4 * hundred);
});

test("TypeScript 7 compiles four hundred models as well", async () => {
  await instantiations("TypeScript 7", 400);
});
