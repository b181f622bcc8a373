/** What `upgrade` and `downgrade` share: plan, SQL, consent, the run itself and how it is told. */
import { runOn } from "../migration/commands.ts";
import { DestructiveOperationError } from "../migration/errors.ts";
import type { Direction, RevisionStep } from "../migration/revision/revision.ts";
import type { MigrationEvent, RunReport } from "../migration/run/options.ts";
import type { CommandContext, CommandResult, OptionDefinition } from "./command.ts";
import { appliedOf, bookkeepingRows, runOptions } from "./database.ts";
import { QuestionError } from "./errors.ts";
import { offlineSql, plannedText } from "./plan-text.ts";
import type { Terminal } from "./terminal.ts";

export const runCommandOptions: { readonly [name: string]: OptionDefinition } = Object.freeze({
  sql: { type: "boolean", summary: "print the SQL instead of running it; takes from:to, and needs no database" },
  plan: { type: "boolean", summary: "print what would run, transaction by transaction, and run nothing" },
  "accept-data-loss": {
    type: "string",
    multiple: true,
    value: "object",
    summary: 'agree to lose it: "hero" for a table, "hero.age" for a column, "all"',
  },
});

/** Find the revisions, and run or print them. */
export async function runCommand(
  direction: Direction,
  target: string,
  context: CommandContext,
): Promise<CommandResult> {
  const { options, project, terminal } = context;
  if (options.flag("sql")) return offlineSql(direction, target, context);
  const graph = await project.graph();
  const config = await project.config();
  const engine = await project.engine();
  const applied = appliedOf(await bookkeepingRows(engine, config));
  const steps = direction === "upgrade" ? graph.upgradePath(target, applied) : graph.downgradePath(target, applied);
  if (options.flag("plan")) return plannedText(steps, context);
  if (graph.revisions.length === 0) terminal.note("There are no revisions yet: `sqlmodel revision` writes one.");
  else if (steps.length === 0) terminal.note(`Nothing to ${direction}: the database is there already.`);
  const report = await runWithConsent(steps, context);
  for (const { file, revision } of report.edited) {
    terminal.warn(
      `Revision '${revision}' was edited after it was applied: ${file}. The database has what it said then.`,
    );
  }
  return { data: { done: report.done, skipped: report.skipped }, text: "" };
}

/** Run; what would be lost is asked for at a terminal, and refused elsewhere. */
async function runWithConsent(steps: readonly RevisionStep[], context: CommandContext): Promise<RunReport> {
  const given = context.options.texts("accept-data-loss");
  const consent = given.includes("all") ? "all" : given;
  try {
    return await run(steps, context, consent);
  } catch (error) {
    if (!(error instanceof DestructiveOperationError)) throw error;
    const { terminal } = context;
    if (!terminal.canAsk) {
      const questions = error.losses.map((loss, index) => ({
        question: `May this be lost? ${loss}`,
        flags: [`--accept-data-loss ${error.objects[index] ?? ""}`],
      }));
      throw new QuestionError(questions);
    }
    terminal.note(["Nothing was run, because this would lose data:", ...error.losses].join("\n  "));
    if (!(await terminal.confirm("Run it all the same?"))) throw error;
    return run(steps, context, [...(consent === "all" ? [] : consent), ...error.objects]);
  }
}

async function run(
  steps: readonly RevisionStep[],
  { project, terminal, options }: CommandContext,
  consent: readonly string[] | "all",
): Promise<RunReport> {
  const graph = await project.graph();
  return runOn(await project.engine(), steps, {
    ...runOptions(await project.config()),
    revisions: graph.revisions,
    refuseDestructive: true,
    consent,
    onEvent: (event) => tell(event, terminal, options.flag("verbose")),
  });
}

function tell(event: MigrationEvent, terminal: Terminal, isVerbose: boolean): void {
  switch (event.kind) {
    case "begin": {
      const resumed = event.isResumed ? " (goes on where it stopped)" : "";
      terminal.note(`${event.direction} ${terminal.style("cyan", event.revision)} ${event.message}${resumed}`);
      break;
    }
    case "step":
      if (isVerbose)
        terminal.note(`  ${terminal.style("dim", `${String(event.index)}/${String(event.of)}`)} ${event.sql}`);
      break;
    case "backfill":
      terminal.progress(`  ${event.table}: ${event.total.toLocaleString("en")} rows`);
      break;
    case "end":
      terminal.note(`  done in ${event.duration.toFixed(0)} ms`);
      break;
    case "retry":
      terminal.note(
        `  ${event.error.message} Trying again in ${event.pause.toFixed(0)} ms (attempt ${String(event.attempt)}).`,
      );
      break;
    case "edited":
      // Told once the run is over.
      break;
  }
}
