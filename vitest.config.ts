/** Test projects. `vitest run --project suite` runs one; scripts/check.mjs runs them all. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const source = (file: string) => fileURLToPath(new URL(`./src/${file}`, import.meta.url));

/** PGlite needs four seconds to start, a compiler run more. */
const project = (name: string, include: string[], { minutes = 1, exclude = [] as string[] } = {}) => ({
  extends: true as const,
  test: { name, include, exclude, testTimeout: minutes * 60_000, hookTimeout: minutes * 60_000 },
});

/** Minutes, most of them spent waiting for disks: scripts/check.mjs runs them beside everything else. */
const long = [
  "test/suite/migrations/{autogenerate,crash}-property.test.ts",
  "src/migration/run/{crash,concurrency}.test.ts",
];
/** Files that would run alone at the end, the longest first. */
const longest = ["autogenerate-property", "random-selects", "node24"];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => longest.some((name) => moduleId.endsWith(`/${name}.test.ts`));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  resolve: {
    alias: [
      { find: /^sqlmodel$/, replacement: source("index.ts") },
      { find: /^sqlmodel\/(\w+)$/, replacement: source("$1.ts") },
    ],
  },
  // Node 20 cannot parse `using`.
  oxc: { target: "es2023" },
  test: {
    pool: "forks",
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      project("unit", ["src/**/*.test.ts"], { exclude: long }),
      project("suite", ["test/suite/**/*.test.ts"], { exclude: long }),
      project("long", long, { minutes: 60 }),
      project("types", ["test/types/**/*.test.ts"], { minutes: 5 }),
      project("docs", ["test/docs/**/*.test.ts"], { minutes: 5 }),
      project("examples", ["test/examples/**/*.test.ts"], { minutes: 2 }),
      project("tooling", ["test/{layers,lint}/**/*.test.ts"]),
      project("package", ["test/package/**/*.test.ts"], { minutes: 5 }),
    ],
  },
});
