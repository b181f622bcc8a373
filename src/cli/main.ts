/** The command line: finds the command, parses its arguments, prints its result or its error. Called by `bin.ts`. */
import { parseArgs } from "node:util";
import { didYouMean } from "../util/closest-name.ts";
import { SQLModelError } from "../util/coded-error.ts";
import { Options, type Command, type CommandResult, type OptionDefinition, type OptionValues } from "./command.ts";
import { QuestionError, UsageError } from "./errors.ts";
import { exitCodes } from "./exit-code.ts";
import { commandHelp, generalHelp, globalOptions } from "./help.ts";
import type { ProjectHost } from "./project.ts";
import { registry } from "./registry.ts";
import { Terminal, type TerminalStreams } from "./terminal.ts";

export interface Host extends ProjectHost {
  readonly version: string;
  readonly streams: TerminalStreams;
}

/** Run one command line. @param argv - Without node and the program. @returns The exit code. */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  const [first, ...rest] = argv;
  const isJson = argv.includes("--json");
  const terminal = new Terminal(host.streams, { isJson, isQuiet: argv.includes("--quiet") || argv.includes("-q") });
  if (first === "--version") return print(terminal, host.version);
  if (first === undefined || first === "--help" || first === "-h" || (first === "help" && rest.length === 0)) {
    return print(terminal, generalHelp());
  }
  const name = first === "help" ? (rest[0] ?? "") : first;
  try {
    const command = await load(name);
    if (first === "help" || rest.includes("--help") || rest.includes("-h")) {
      return print(terminal, commandHelp(name, command));
    }
    const result = await run(name, command, rest, terminal, host);
    if (isJson) writeEnvelope(terminal, { ok: true, command: name, data: result.data ?? null });
    else if (result.text !== "") terminal.write(result.text);
    return result.exitCode ?? exitCodes.ok;
  } catch (error) {
    return report(error, name, terminal, argv);
  }
}

function print(terminal: Terminal, text: string): number {
  terminal.write(text);
  return exitCodes.ok;
}

async function load(name: string): Promise<Command> {
  const entry = Object.hasOwn(registry, name) ? registry[name] : undefined;
  if (entry === undefined) {
    const what = name.startsWith("-") ? `A command comes first, before '${name}'.` : `There is no command '${name}'.`;
    throw new UsageError(`${what}${didYouMean(name, Object.keys(registry))} \`sqlmodel help\` lists all.`);
  }
  return (await entry.load()).command;
}

async function run(
  name: string,
  command: Command,
  argv: readonly string[],
  terminal: Terminal,
  host: Host,
): Promise<CommandResult> {
  const { values, positionals } = parse(name, command, argv);
  const options = new Options(values);
  const { Project } = await import("./project.ts");
  const project = new Project(host, { config: options.text("config"), url: options.text("url") });
  try {
    return await command.run({ positionals, options, terminal, project });
  } finally {
    await project.close();
  }
}

function parse(
  name: string,
  command: Command,
  argv: readonly string[],
): { readonly values: OptionValues; readonly positionals: readonly string[] } {
  const definitions = { ...globalOptions, ...command.options };
  let parsed: ReturnType<typeof parseArgs>;
  try {
    // "-1" is a place in the history, not an option.
    const args = argv.map((word) => (/^-\d+$/.test(word) ? `\0${word}` : word));
    parsed = parseArgs({ args, options: parseOptions(definitions), allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError(error, name, Object.keys(definitions));
  }
  const positionals = parsed.positionals.map((word) => word.replace(/^\0/, ""));
  const needed = command.positionals.filter(({ isOptional }) => isOptional !== true);
  const missing = needed[positionals.length];
  if (missing !== undefined) {
    throw new UsageError(`\`sqlmodel ${name}\` needs <${missing.name}>: ${missing.summary}.`);
  }
  const takesRest = command.positionals.some(({ isRest }) => isRest === true);
  const surplus = takesRest ? undefined : positionals[command.positionals.length];
  if (surplus !== undefined) throw new UsageError(`\`sqlmodel ${name}\` does not take '${surplus}'.`);
  return { values: parsed.values, positionals };
}

function parseOptions(definitions: { readonly [name: string]: OptionDefinition }): {
  [name: string]: { type: "string" | "boolean"; short?: string; multiple?: boolean };
} {
  return Object.fromEntries(
    Object.entries(definitions).map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  );
}

function usageError(error: unknown, name: string, known: readonly string[]): UsageError {
  const message = error instanceof Error ? error.message : String(error);
  const unknown = /Unknown option '(-{1,2})([^']+)'/.exec(message);
  if (unknown === null) return new UsageError(`\`sqlmodel ${name}\`: ${message}`);
  const [, dashes = "--", option = ""] = unknown;
  const hint = didYouMean(
    `--${option}`,
    known.map((one) => `--${one}`),
  );
  return new UsageError(`\`sqlmodel ${name}\` has no option '${dashes}${option}'.${hint}`);
}

type Envelope =
  | { readonly ok: true; readonly command: string; readonly data: unknown }
  | { readonly ok: false; readonly command: string; readonly error: unknown };

/** One object, whatever happened. */
function writeEnvelope(terminal: Terminal, envelope: Envelope): void {
  const json = JSON.stringify({ ...envelope, warnings: terminal.warnings }, (_key, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
  terminal.write(json);
}

function report(error: unknown, command: string, terminal: Terminal, argv: readonly string[]): number {
  const exitCode =
    error instanceof UsageError
      ? exitCodes.usage
      : error instanceof QuestionError
        ? exitCodes.question
        : exitCodes.failed;
  const message = error instanceof Error ? error.message : String(error);
  if (terminal.isJson) {
    const code = error instanceof SQLModelError ? error.code : null;
    const questions = error instanceof QuestionError ? { questions: error.questions } : {};
    const kind = error instanceof Error ? error.name : "Error";
    writeEnvelope(terminal, { ok: false, command, error: { code, name: kind, message, ...questions } });
    return exitCode;
  }
  terminal.error(
    error instanceof SQLModelError ? message : `${error instanceof Error ? error.name : "Error"}: ${message}`,
  );
  const isVerbose = argv.includes("--verbose") || argv.includes("-v");
  for (let cause = error instanceof Error ? error.cause : undefined; cause instanceof Error; cause = cause.cause) {
    terminal.note(`  caused by ${cause.message}`);
  }
  // Errors that are not ours are told whole: they come from the user's own files.
  if (isVerbose || !(error instanceof SQLModelError)) terminal.note(error instanceof Error ? (error.stack ?? "") : "");
  return exitCode;
}
