/** `sqlmodel stamp`. */
import type { Command } from "../command.ts";
import { bookkeepingRows, runOptions } from "../database.ts";
import { AsyncEngine } from "../../engine/async-engine.ts";
import { stamp, stampAsync } from "../../migration/run/stamp.ts";

export const command: Command = {
  positionals: [{ name: "revisions", summary: "head, heads, base, ids", isRest: true }],
  options: { purge: { type: "boolean", summary: "forget revisions of which there is no file, too" } },
  examples: ["sqlmodel stamp head", "sqlmodel stamp base --purge"],
  async run({ positionals, options, project, terminal }) {
    const graph = await project.graph();
    const ids = graph.ancestorsOf(positionals.flatMap((name) => graph.resolve(name)));
    const applied = graph.revisions.filter(({ id }) => ids.has(id));
    const engine = await project.engine();
    const settings = {
      ...runOptions(await project.config()),
      revisions: graph.revisions,
      purge: options.flag("purge"),
    };
    const report =
      engine instanceof AsyncEngine ? await stampAsync(engine, applied, settings) : stamp(engine, applied, settings);
    const { added, removed, changed } = report;
    const counts = [
      `${String(added.length)} noted`,
      `${String(removed.length)} forgotten`,
      `${String(changed.length)} corrected`,
    ];
    const left = [...(await bookkeepingRows(engine, await project.config())).keys()].filter((id) => !graph.has(id));
    for (const id of left)
      terminal.warn(`The database has revision '${id}', of which there is no file: --purge forgets it.`);
    terminal.note(`${counts.join(", ")}; nothing was run.`);
    return { data: report, text: "" };
  },
};
