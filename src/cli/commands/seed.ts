/** `sqlmodel seed`. */
import type { Command } from "../command.ts";
import { UsageError } from "../errors.ts";
import { runSeed } from "../seed-file.ts";

export const command: Command = {
  positionals: [],
  options: {},
  examples: [],
  async run({ project, terminal }) {
    const file = await runSeed(project, await project.engine());
    if (file === undefined) {
      throw new UsageError('The configuration has no `seed`. Give it a file: seed: "./seed.ts".');
    }
    terminal.note(`Ran ${file}.`);
    return { data: { file }, text: "" };
  },
};
