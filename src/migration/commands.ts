/** Migrations from a program: `await upgrade(engine, { migrations: "./migrations" })`. Alembic's command.*. */
import { AsyncEngine } from "../engine/async-engine.ts";
import type { Engine } from "../engine/engine.ts";
import { ScriptDirectory } from "./revision/script-directory.ts";
import type { RevisionGraph } from "./revision/revision-graph.ts";
import type { Direction, RevisionStep } from "./revision/revision.ts";
import { Bookkeeping, isApplied, type BookkeepingOptions } from "./run/bookkeeping.ts";
import type { RunOptions, RunReport } from "./run/options.ts";
import { runSteps, runStepsAsync } from "./run/run-steps.ts";

export interface CommandOptions extends RunOptions {
  /** The folder of revision files: a path, or a URL such as new URL("./migrations/", import.meta.url). */
  readonly migrations: string | URL;
}

/**
 * Apply revisions: each exactly once, however many processes call it at the same time.
 * @param target - "head" by default; "heads", an id or its beginning, "+1", "label@head".
 * @throws MigrationError saying which revision stopped and what is kept.
 */
export function upgrade(engine: Engine | AsyncEngine, options: CommandOptions, target = "head"): Promise<RunReport> {
  return runTo("upgrade", engine, options, target);
}

/**
 * Take revisions back.
 * @param target - "-1", "base", an id (which stays).
 */
export function downgrade(engine: Engine | AsyncEngine, options: CommandOptions, target: string): Promise<RunReport> {
  return runTo("downgrade", engine, options, target);
}

/** Ids of the applied revisions that no other applied one comes after: what the database has. */
export async function current(engine: Engine | AsyncEngine, options: CommandOptions): Promise<readonly string[]> {
  const graph = await graphOf(options);
  return graph.headsOf(await appliedRevisions(engine, options));
}

/** Ids of all revisions that are in effect; none where the database has no bookkeeping table, which is never created. */
export async function appliedRevisions(
  engine: Engine | AsyncEngine,
  options: BookkeepingOptions,
): Promise<ReadonlySet<string>> {
  const bookkeeping = new Bookkeeping(options);
  const rows =
    engine instanceof AsyncEngine
      ? await engine.run((connection) => bookkeeping.readIfThere(connection))
      : engine.run((connection) => bookkeeping.readIfThere(connection));
  return new Set([...rows.values()].filter((row) => isApplied(row)).map(({ revision }) => revision));
}

/** Run steps on an engine of either kind. */
export async function runOn(
  engine: Engine | AsyncEngine,
  steps: readonly RevisionStep[],
  options: RunOptions,
): Promise<RunReport> {
  return engine instanceof AsyncEngine ? runStepsAsync(engine, steps, options) : runSteps(engine, steps, options);
}

async function runTo(
  direction: Direction,
  engine: Engine | AsyncEngine,
  options: CommandOptions,
  target: string,
): Promise<RunReport> {
  const graph = await graphOf(options);
  const applied = await appliedRevisions(engine, options);
  const steps = direction === "upgrade" ? graph.upgradePath(target, applied) : graph.downgradePath(target, applied);
  return runOn(engine, steps, { revisions: graph.revisions, ...options });
}

async function graphOf({ migrations }: CommandOptions): Promise<RevisionGraph> {
  return ScriptDirectory.of(migrations).load();
}
