/** `sqlmodel current`. */
import type { Command } from "../command.ts";
import { appliedOf, bookkeepingRows } from "../database.ts";
import { exitCodes } from "../exit-code.ts";
import { revisionData, revisionLine } from "../revision-text.ts";
import { editedRevisions } from "../../migration/run/edited-revisions.ts";

export const command: Command = {
  positionals: [],
  options: {
    "check-heads": { type: "boolean", summary: "end with exit code 3 unless the database has all revisions" },
  },
  examples: ["sqlmodel current --check-heads"],
  async run({ options, project, terminal }) {
    const graph = await project.graph();
    const rows = await bookkeepingRows(await project.engine(), await project.config());
    const applied = appliedOf(rows);
    const current = graph.headsOf(applied).map((id) => revisionData(graph.get(id), graph));
    const missing = graph.revisions.filter(({ id }) => !applied.has(id)).map(({ id }) => id);
    const unknown = [...rows.keys()].filter((id) => !graph.has(id));
    const unfinished = [...rows.values()].filter(({ state }) => state !== "applied");
    const edited = editedRevisions(rows, graph.revisions);
    for (const id of unknown) terminal.warn(`The database has revision '${id}', of which there is no file.`);
    for (const { revision, state } of unfinished) terminal.warn(`Revision '${revision}' is unfinished: ${state}.`);
    for (const { revision, file } of edited) {
      terminal.warn(`Revision '${revision}' was edited after it was applied: ${file}.`);
    }
    if (current.length === 0 && unknown.length === 0) terminal.note("The database has no revision yet.");
    const isUpToDate = missing.length === 0 && unfinished.length === 0;
    return {
      data: {
        current,
        missing,
        unknown,
        unfinished: unfinished.map(({ revision, state }) => ({ revision, state })),
        edited: edited.map(({ revision }) => revision),
      },
      text: current.map(revisionLine).join("\n"),
      exitCode: options.flag("check-heads") && !isUpToDate ? exitCodes.differs : exitCodes.ok,
    };
  },
};
