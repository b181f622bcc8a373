/** The seed file of the configuration: a module whose default export puts rows into a database. */
import type { AsyncEngine } from "../engine/async-engine.ts";
import type { Engine } from "../engine/engine.ts";
import { ConfigError } from "../migration/errors.ts";
import { loadModule } from "../migration/revision/load-module.ts";
import type { Project } from "./project.ts";

/** Run it. @returns Its path, or undefined where the configuration names none. */
export async function runSeed(project: Project, engine: Engine | AsyncEngine): Promise<string | undefined> {
  const { seed } = await project.config();
  if (seed === undefined) return undefined;
  const file = await project.path(seed);
  // Models that the seed uses must be known.
  await project.metadata();
  const { default: work } = await loadModule(file);
  if (typeof work !== "function") {
    throw new ConfigError(
      `${file} must have a function as its default export: export default async (engine) => { … }.`,
    );
  }
  await (work as (engine: Engine | AsyncEngine) => unknown)(engine);
  return file;
}
