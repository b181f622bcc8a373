/** `sqlmodel history`. */
import type { Command } from "../command.ts";
import { appliedOf, bookkeepingRows } from "../database.ts";
import { UsageError } from "../errors.ts";
import { revisionData, revisionLine } from "../revision-text.ts";
import type { RevisionGraph } from "../../migration/revision/revision-graph.ts";

export const command: Command = {
  positionals: [],
  options: {
    range: {
      type: "string",
      short: "r",
      value: "start:end",
      summary: "from and to, both included: ids, base, head, current",
    },
    "indicate-current": { type: "boolean", short: "i", summary: "ask the database which are applied" },
  },
  examples: ["sqlmodel history -i", "sqlmodel history -r current:head"],
  async run({ options, project }) {
    const graph = await project.graph();
    const range = options.text("range");
    const needsDatabase = options.flag("indicate-current") || range?.includes("current") === true;
    const applied = needsDatabase
      ? appliedOf(await bookkeepingRows(await project.engine(), await project.config()))
      : undefined;
    const chosen = range === undefined ? undefined : inRange(range, graph, applied ?? new Set());
    const revisions = graph.revisions
      .filter(({ id }) => chosen?.has(id) !== false)
      .toReversed()
      .map((revision) => revisionData(revision, graph, options.flag("indicate-current") ? applied : undefined));
    return { data: revisions, text: revisions.map(revisionLine).join("\n") };
  },
};

function inRange(range: string, graph: RevisionGraph, applied: ReadonlySet<string>): Set<string> {
  const [start, end, more] = range.split(":");
  if (start === undefined || end === undefined || more !== undefined) {
    throw new UsageError(`--range takes two places and a colon, such as base:head, not '${range}'.`);
  }
  const last = end === "" ? graph.heads.map(({ id }) => id) : graph.resolve(end, applied);
  const first = start === "" ? [] : graph.resolve(start, applied);
  const before = new Set(first.flatMap((id) => graph.parentsOf(id)));
  const left = graph.ancestorsOf(before);
  return new Set([...graph.ancestorsOf(last)].filter((id) => !left.has(id)));
}
