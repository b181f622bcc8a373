/** Engines of every kind on empty databases, for tests of the engine layer. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAsyncEngine } from "../../src/create-engine.ts";
import type { AsyncEngine } from "../../src/engine/async-engine.ts";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import { scratchMysql, scratchPostgresql, type Scratch } from "./scratch.ts";
import { pgliteArguments } from "./pglite-template.ts";

export interface TestEngine {
  readonly name: "sqlite" | "pglite" | "postgresql" | "mysql";
  open(options?: EngineOptions): Promise<{
    readonly engine: AsyncEngine;
    readonly url: string;
    readonly scratch?: Scratch;
    readonly remove: () => Promise<void>;
  }>;
}

const server = (name: "postgresql" | "mysql", make: () => Promise<Scratch>): TestEngine => ({
  name,
  open: async (options) => {
    const scratch = await make();
    const engine = createAsyncEngine(scratch.url, options);
    const remove = async () => {
      await engine.dispose();
      await scratch.remove();
    };
    return { engine, url: scratch.url, scratch, remove };
  },
});

export const testEngines: readonly TestEngine[] = [
  {
    name: "sqlite",
    open: async (options) => {
      const directory = mkdtempSync(join(tmpdir(), "sqlmodel-"));
      const url = `sqlite:${join(directory, "test.db")}`;
      const engine = createAsyncEngine(url, options);
      const remove = async () => {
        await engine.dispose();
        rmSync(directory, { recursive: true, force: true });
      };
      return { engine, url, remove };
    },
  },
  {
    name: "pglite",
    open: async (options) => {
      const engine = createAsyncEngine("pglite:", { connectArgs: await pgliteArguments(), ...options });
      return { engine, url: "pglite:", remove: () => engine.dispose() };
    },
  },
  server("postgresql", scratchPostgresql),
  server("mysql", scratchMysql),
];
