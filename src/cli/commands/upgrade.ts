/** `sqlmodel upgrade`. */
import type { Command } from "../command.ts";
import { runCommand, runCommandOptions } from "../run-command.ts";

export const command: Command = {
  positionals: [{ name: "revision", summary: "head, heads, an id, +1, label@head; with --sql also from:to" }],
  options: runCommandOptions,
  examples: ["sqlmodel upgrade head", "sqlmodel upgrade +1 --plan", "sqlmodel upgrade ae10:head --sql > upgrade.sql"],
  run: (context) => runCommand("upgrade", context.positionals[0] ?? "", context),
};
