/** `sqlmodel edit`. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Command } from "../command.ts";
import { appliedOf, bookkeepingRows } from "../database.ts";
import { UsageError } from "../errors.ts";

export const command: Command = {
  positionals: [{ name: "revision", summary: "an id or its beginning, head, current" }],
  options: {},
  examples: ["sqlmodel edit head"],
  async run({ positionals: [name = ""], project, terminal }) {
    const graph = await project.graph();
    const applied = name.includes("current")
      ? appliedOf(await bookkeepingRows(await project.engine(), await project.config()))
      : undefined;
    const { id, file } = graph.get(name, applied);
    const editor = terminal.env["VISUAL"] ?? terminal.env["EDITOR"];
    if (editor === undefined || editor === "") {
      throw new UsageError(`Set EDITOR to the program that shall open ${file}.`);
    }
    // "code --wait" is a program and its arguments, "/My Programs/edit" a program; no shell reads them.
    const [program = "", ...words] = existsSync(editor) ? [editor] : editor.trim().split(/\s+/);
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(program, [...words, file], { stdio: "inherit" });
      child.on("error", (cause) => {
        reject(new UsageError(`EDITOR is '${editor}', which could not be started: ${cause.message}.`));
      });
      child.on("close", resolve);
    });
    return { data: { revision: id, file }, text: "", exitCode: code ?? 1 };
  },
};
