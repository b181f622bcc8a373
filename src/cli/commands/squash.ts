/** `sqlmodel squash`. */
import type { Command } from "../command.ts";
import { UsageError } from "../errors.ts";
import { writtenResult } from "../new-revision.ts";
import { squash } from "../../migration/squash.ts";

export const command: Command = {
  positionals: [{ name: "range", summary: "first:last revision; base:head for all" }],
  options: {
    message: { type: "string", short: "m", value: "text", summary: "what it does; default: that of the last" },
  },
  examples: ["sqlmodel squash base:head -m 'schema of 2.0'"],
  async run({ positionals: [range = ""], options, project, terminal }) {
    const [first = "", last = ""] = range.split(":");
    if (first === "" || last === "") throw new UsageError(`squash takes first:last, not '${range}'.`);
    const graph = await project.graph();
    const { dialect } = await project.engine();
    const start = first === "base" ? (graph.bases[0]?.id ?? "base") : first;
    const { revisions, upgrade, downgrade } = await squash(graph, start, last, dialect);
    const kept = revisions.at(-1);
    if (kept === undefined || revisions.length < 2)
      throw new UsageError(`'${range}' is one revision: there is nothing to squash.`);
    const scripts = await project.scripts();
    const revision = {
      id: kept.id,
      downRevisions: revisions[0]?.downRevisions ?? [],
      branchLabels: kept.branchLabels,
      dependsOn: [...new Set(revisions.flatMap(({ dependsOn }) => dependsOn))],
      replaces: [...new Set(revisions.slice(0, -1).flatMap(({ id, replaces }) => [...replaces, id]))],
      formerHash: kept.contentHash,
      acceptsDataLoss: [...new Set(revisions.flatMap(({ acceptsDataLoss = [] }) => acceptsDataLoss))],
      message: options.text("message") ?? kept.message,
      createdAt: new Date(),
    };
    const file = scripts.write(revision, { upgrade, downgrade }, { dialect: dialect.migrations });
    for (const old of revisions) scripts.remove(old);
    terminal.note(
      `${String(revisions.length)} revisions became ${kept.id}. Databases that have all of them need nothing.`,
    );
    return writtenResult(revision, file);
  },
};
