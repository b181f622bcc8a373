/** `--plan` and `--sql` of `upgrade` and `downgrade`. */
import { AsyncEngine } from "../engine/async-engine.ts";
import type { Direction, RevisionStep } from "../migration/revision/revision.ts";
import type { RevisionGraph } from "../migration/revision/revision-graph.ts";
import { offlineSql as scriptOf } from "../migration/run/offline.ts";
import { planSteps, planStepsAsync, type PlannedGroup, type PlannedRevision } from "../migration/run/plan.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { runOptions } from "./database.ts";
import { UsageError } from "./errors.ts";

/** What would run, transaction by transaction. */
export async function plannedText(steps: readonly RevisionStep[], { project }: CommandContext): Promise<CommandResult> {
  const engine = await project.engine();
  const options = runOptions(await project.config());
  const revisions =
    engine instanceof AsyncEngine ? await planStepsAsync(engine, steps, options) : planSteps(engine, steps, options);
  const data = revisions.map(({ groups, ...rest }) => ({
    ...rest,
    groups: groups.map((group) => ({ ...group, steps: stepTexts(group) })),
  }));
  return { data: { revisions: data }, text: revisions.map(revisionText).join("\n\n") };
}

function revisionText({ revision, message, direction, groups, losses, isEstimate }: PlannedRevision): string {
  const lines = [`${direction} ${revision} ${message}`];
  for (const { object, text } of losses) lines.push(`  loses ${object}: ${text}`);
  if (isEstimate) lines.push("  as far as it can be told: code or SQL of its own may change the schema on the way");
  for (const group of groups) {
    lines.push(
      `  ${groupTitles[group.kind]}${group.withoutForeignKeys ? ", with foreign keys off and checked at its end" : ""}`,
    );
    lines.push(...stepTexts(group).map((text) => `    ${text.replaceAll("\n", "\n    ")}`));
  }
  return lines.join("\n");
}

const groupTitles: { readonly [Kind in PlannedGroup["kind"]]: string } = {
  transaction: "in one transaction",
  statement: "by itself, in no transaction",
  batches: "in batches, each a transaction",
};

function stepTexts({ steps }: PlannedGroup): string[] {
  return steps.map((step) => {
    switch (step.kind) {
      case "statement":
        return `${step.sql};`;
      case "check":
        return `check that nothing is found by ${step.sql};`;
      case "backfill":
        return `back-fill ${Object.keys(step.operation.set).join(", ")} of ${step.operation.table.name}, ${String(step.operation.batchSize)} rows at a time`;
      default:
        return `run ${step.description}`;
    }
  });
}

/** The SQL of from:to, or of all up to a place. */
export async function offlineSql(
  direction: Direction,
  target: string,
  { project }: CommandContext,
): Promise<CommandResult> {
  const graph = await project.graph();
  const { dialect } = await project.engine();
  const [from, to] = rangeOf(direction, target);
  const start = graph.ancestorsOf(from === undefined ? [] : graph.resolve(from));
  const steps = direction === "upgrade" ? graph.upgradePath(to, start) : graph.downgradePath(to, start);
  const sql = await scriptOf(dialect, steps, {
    ...runOptions(await project.config()),
    before: stepsTo(graph, start),
  });
  return { data: { sql }, text: sql };
}

function rangeOf(direction: Direction, target: string): readonly [string | undefined, string] {
  const [first = "", second, more] = target.split(":");
  if (more !== undefined) throw new UsageError(`--sql takes from:to, not '${target}'.`);
  if (second !== undefined) return [first === "" ? undefined : first, second];
  if (direction === "upgrade") return [undefined, first];
  throw new UsageError(
    `downgrade --sql takes from:to, such as head:${first}: without a database, nobody knows where it is.`,
  );
}

function stepsTo(graph: RevisionGraph, applied: ReadonlySet<string>): RevisionStep[] {
  return graph.revisions.filter(({ id }) => applied.has(id)).map((revision) => ({ revision, direction: "upgrade" }));
}
