/** `sqlmodel heads`. */
import type { Command } from "../command.ts";
import { revisionData, revisionLine } from "../revision-text.ts";

export const command: Command = {
  positionals: [],
  options: {},
  examples: [],
  async run({ project }) {
    const graph = await project.graph();
    const heads = graph.heads.map((revision) => revisionData(revision, graph));
    return { data: heads, text: heads.map(revisionLine).join("\n") };
  },
};
