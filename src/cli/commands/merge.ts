/** `sqlmodel merge`. */
import type { Command } from "../command.ts";
import { UsageError } from "../errors.ts";
import { newRevisionId, writtenResult } from "../new-revision.ts";

export const command: Command = {
  positionals: [{ name: "revisions", summary: "the heads to join, or heads for all", isRest: true }],
  options: {
    message: { type: "string", short: "m", value: "text", summary: "what it does; default: merge and the ids" },
    "branch-label": {
      type: "string",
      multiple: true,
      value: "label",
      summary: "a label of the branch that begins here",
    },
    "rev-id": { type: "string", value: "id", summary: "its id instead of a random one" },
  },
  examples: ["sqlmodel merge heads -m 'join billing and search'"],
  async run({ positionals, options, project }) {
    const graph = await project.graph();
    const ids = [...new Set(positionals.flatMap((name) => graph.resolve(name)))];
    if (ids.length < 2) {
      throw new UsageError(
        `There is nothing to merge: ${positionals.join(" ")} means ${ids.length === 0 ? "no revision" : `only ${ids.join()}`}.`,
      );
    }
    const needless = ids.find((id) => ids.some((other) => other !== id && graph.ancestorsOf([other]).has(id)));
    if (needless !== undefined) {
      throw new UsageError(`'${needless}' comes before another of them, so there is nothing to merge it with.`);
    }
    const scripts = await project.scripts();
    const { dialect } = await project.engine();
    const revision = {
      id: newRevisionId(options.text("rev-id"), graph),
      downRevisions: ids,
      branchLabels: options.texts("branch-label"),
      message: options.text("message") ?? `merge ${ids.join(" and ")}`,
      createdAt: new Date(),
    };
    const file = scripts.write(revision, { upgrade: [], downgrade: [] }, { dialect: dialect.migrations });
    return writtenResult(revision, file);
  },
};
