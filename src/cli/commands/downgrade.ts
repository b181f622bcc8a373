/** `sqlmodel downgrade`. */
import type { Command } from "../command.ts";
import { runCommand, runCommandOptions } from "../run-command.ts";

export const command: Command = {
  positionals: [{ name: "revision", summary: "-1, base, an id (which stays), label@base; with --sql from:to" }],
  options: runCommandOptions,
  examples: ["sqlmodel downgrade -1", "sqlmodel downgrade base --plan"],
  run: (context) => runCommand("downgrade", context.positionals[0] ?? "", context),
};
