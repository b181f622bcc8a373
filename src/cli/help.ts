/** The texts of --help. */
import type { Command, OptionDefinition } from "./command.ts";
import { registry } from "./registry.ts";

/** Options of all commands. */
export const globalOptions: { readonly [name: string]: OptionDefinition } = Object.freeze({
  config: {
    type: "string",
    short: "c",
    value: "file",
    summary: "the configuration; default: sqlmodel.config.ts here or above",
  },
  url: { type: "string", value: "url", summary: "another database than the configuration's" },
  json: { type: "boolean", summary: "print one JSON object: { ok, command, data | error, warnings }" },
  quiet: { type: "boolean", short: "q", summary: "print the result only" },
  verbose: { type: "boolean", short: "v", summary: "print more; of errors also stack and cause" },
  help: { type: "boolean", short: "h", summary: "print this" },
  version: { type: "boolean", summary: "print the version" },
});

/** The help of `sqlmodel`. */
export function generalHelp(): string {
  const commands = Object.entries(registry).map(([name, { summary }]) => [name, summary] as const);
  return [
    "Usage: sqlmodel <command> [options]",
    "",
    ...section("Commands", commands),
    "",
    ...section("Options of all commands", Object.entries(globalOptions).map(optionRow)),
    "",
    "sqlmodel help <command> tells what a command takes.",
  ].join("\n");
}

/** The help of one command. */
export function commandHelp(name: string, command: Command): string {
  const { positionals, options, examples } = command;
  const words = positionals.map(({ name: word, isOptional, isRest }) => {
    const shown = `<${word}>${isRest === true ? "…" : ""}`;
    return isOptional === true ? `[${shown}]` : shown;
  });
  const own = Object.entries(options).map(optionRow);
  return [
    `Usage: sqlmodel ${[name, ...words].join(" ")} [options]`,
    "",
    `${capitalised(registry[name]?.summary ?? "")}.`,
    ...(positionals.length === 0
      ? []
      : [
          "",
          ...section(
            "Arguments",
            positionals.map((one) => [one.name, one.summary]),
          ),
        ]),
    ...(own.length === 0 ? [] : ["", ...section("Options", own)]),
    "",
    ...section("Options of all commands", Object.entries(globalOptions).map(optionRow)),
    ...(examples.length === 0 ? [] : ["", "Examples:", ...examples.map((line) => `  ${line}`)]),
  ].join("\n");
}

function optionRow([name, option]: readonly [string, OptionDefinition]): readonly [string, string] {
  const short = option.short === undefined ? "    " : `-${option.short}, `;
  const value = option.type === "string" ? ` <${option.value ?? "value"}>` : "";
  return [`${short}--${name}${value}`, option.summary];
}

function section(title: string, rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return [`${title}:`, ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`)];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
