/** `sqlmodel revision`. */
import type { Command, CommandContext } from "../command.ts";
import { appliedOf, bookkeepingRows } from "../database.ts";
import { differences, renameOptions } from "../differences.ts";
import { UsageError } from "../errors.ts";
import { newRevisionId, writtenResult } from "../new-revision.ts";
import { reversed } from "../reversed.ts";
import { typeHints } from "../type-hints.ts";
import { emptyGraph, type RevisionGraph } from "../../migration/revision/revision-graph.ts";
import { RevisionError } from "../../migration/revision/errors.ts";
import type { RevisionBodies } from "../../migration/render/render-revision.ts";
import type { RenderOptions } from "../../migration/render/render-operation.ts";
import { lossesOf, type Loss } from "../../migration/run/destructive-check.ts";

export const command: Command = {
  positionals: [],
  options: {
    message: { type: "string", short: "m", value: "text", summary: "what it does; part of the file's name" },
    autogenerate: { type: "boolean", summary: "write what makes the database what the models say" },
    safe: { type: "boolean", summary: "with --autogenerate: in steps that lock nobody out" },
    head: {
      type: "string",
      value: "revision",
      summary: "the revision it comes after; default head, base for a new branch",
    },
    splice: { type: "boolean", summary: "let it come after a revision that is no head" },
    "branch-label": {
      type: "string",
      multiple: true,
      value: "label",
      summary: "a label of the branch that begins here",
    },
    "depends-on": {
      type: "string",
      multiple: true,
      value: "revision",
      summary: "what must be applied before, on another branch",
    },
    "rev-id": { type: "string", value: "id", summary: "its id instead of a random one" },
    "accept-data-loss": {
      type: "string",
      multiple: true,
      value: "object",
      summary: 'note in the file that it may be lost: "hero", "hero.age", "all"',
    },
    ...renameOptions,
  },
  examples: [
    "sqlmodel revision -m 'add phone' --autogenerate",
    "sqlmodel revision -m 'fill phone'",
    "sqlmodel revision -m 'new branch' --head base --branch-label search",
  ],
  async run(context) {
    const { options, project, terminal } = context;
    const scripts = await project.scripts();
    const graph = scripts.exists ? await project.graph() : emptyGraph;
    const downRevisions = parents(context, graph);
    const { dialect } = await project.engine();
    const generated = options.flag("autogenerate") ? await generate(context, graph) : undefined;
    if (generated?.bodies.upgrade.length === 0) {
      terminal.note("The database is what the models say: there is nothing to write.");
      return { data: { revision: null, operations: 0 }, text: "" };
    }
    const losses = generated?.losses ?? [];
    const accepted = acceptedLosses(options.texts("accept-data-loss"), losses);
    for (const { object, text } of losses) {
      if (!accepted.includes(object)) {
        terminal.warn(
          `${object}: ${text}. \`upgrade\` asks for consent, unless the file has acceptsDataLoss = ["${object}"].`,
        );
      }
    }
    const revision = {
      id: newRevisionId(options.text("rev-id"), graph),
      downRevisions,
      branchLabels: options.texts("branch-label"),
      dependsOn: options.texts("depends-on"),
      message: options.text("message") ?? "",
      acceptsDataLoss: accepted,
      createdAt: new Date(),
    };
    const bodies = generated?.bodies ?? { upgrade: [], downgrade: [] };
    const render: RenderOptions = { dialect: dialect.migrations, ...generated?.render };
    const file = scripts.write(revision, bodies, render);
    project.forgetGraph();
    const result = writtenResult(revision, file);
    return { ...result, data: { ...(result.data as object), operations: bodies.upgrade, losses } };
  },
};

/** The revisions it comes after. */
function parents({ options }: CommandContext, graph: RevisionGraph): readonly string[] {
  const named = options.text("head");
  if (named === undefined) {
    const heads = graph.heads.map(({ id }) => id);
    if (heads.length > 1) throw RevisionError.multipleHeads("head", heads);
    return heads;
  }
  const ids = graph.resolve(named);
  const inner = ids.find((id) => graph.childrenOf(id).length > 0);
  if (inner !== undefined && !options.flag("splice")) {
    throw new UsageError(`'${inner}' is no head: others come after it. Give --splice to begin a branch there.`);
  }
  return ids;
}

interface Generated {
  readonly bodies: RevisionBodies;
  readonly losses: readonly Loss[];
  readonly render: Partial<RenderOptions>;
}

async function generate(context: CommandContext, graph: RevisionGraph): Promise<Generated> {
  const { project, terminal } = context;
  const engine = await project.engine();
  const applied = appliedOf(await bookkeepingRows(engine, await project.config()));
  const missing = graph.revisions.filter(({ id }) => !applied.has(id));
  if (missing.length > 0) {
    throw new UsageError(
      `The database is not up to date: it lacks ${missing.map(({ id }) => `'${id}'`).join(", ")}. Run \`sqlmodel upgrade head\` first, so that the comparison is with what the revisions make.`,
    );
  }
  const { operations, existing, warnings } = await differences(context, engine);
  for (const warning of warnings) terminal.warn(warning);
  const isSafe = context.options.flag("safe");
  const upgrade = isSafe ? engine.dialect.migrations.safeOperations(operations, existing) : operations;
  return {
    bodies: { upgrade, downgrade: reversed(operations) },
    losses: operations.flatMap(lossesOf),
    render: { typeHint: typeHints(await project.metadata()) },
  };
}

function acceptedLosses(given: readonly string[], losses: readonly Loss[]): readonly string[] {
  const objects = [...new Set(losses.map(({ object }) => object))];
  if (given.includes("all")) return objects;
  const needless = given.find((object) => !objects.includes(object));
  if (needless !== undefined)
    throw new UsageError(`--accept-data-loss ${needless}: nothing of that name would be lost.`);
  return given;
}
