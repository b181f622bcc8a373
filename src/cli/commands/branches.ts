/** `sqlmodel branches`. */
import type { Command } from "../command.ts";
import { revisionData, revisionLine } from "../revision-text.ts";

export const command: Command = {
  positionals: [],
  options: {},
  examples: [],
  async run({ project }) {
    const graph = await project.graph();
    const points = graph.branchPoints.map((revision) => ({
      ...revisionData(revision, graph),
      children: graph.childrenOf(revision.id).map((child) => revisionData(child, graph)),
    }));
    const lines = points.flatMap((point) => [
      revisionLine(point),
      ...point.children.map((child) => `  ${revisionLine(child)}`),
    ]);
    return { data: points, text: lines.join("\n") };
  },
};
