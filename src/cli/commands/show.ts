/** `sqlmodel show`. */
import { readFileSync } from "node:fs";
import type { Command } from "../command.ts";
import { appliedOf, bookkeepingRows } from "../database.ts";
import { revisionData, revisionLine } from "../revision-text.ts";

export const command: Command = {
  positionals: [{ name: "revision", summary: "an id or its beginning, head, current" }],
  options: {},
  examples: ["sqlmodel show head"],
  async run({ positionals: [name = ""], project }) {
    const graph = await project.graph();
    const applied = name.includes("current")
      ? appliedOf(await bookkeepingRows(await project.engine(), await project.config()))
      : undefined;
    const revision = graph.get(name, applied);
    const data = revisionData(revision, graph);
    const source = readFileSync(revision.file, "utf8");
    return { data: { ...data, source }, text: `${revisionLine(data)}\n${revision.file}\n\n${source}` };
  },
};
