/** What a command is: its name and arguments as data, and what it does. One file a command in `commands/`. */
import type { Project } from "./project.ts";
import type { Terminal } from "./terminal.ts";

export interface OptionDefinition {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What the value is, for the help: "name", "id". */
  readonly value?: string;
  readonly summary: string;
}

export interface PositionalDefinition {
  readonly name: string;
  readonly summary: string;
  readonly isOptional?: boolean;
  /** Takes all that follow. */
  readonly isRest?: boolean;
}

/** Values of options as `util.parseArgs` gives them. */
export type OptionValues = { readonly [name: string]: string | boolean | readonly (string | boolean)[] | undefined };

export interface CommandContext {
  readonly positionals: readonly string[];
  readonly options: Options;
  readonly terminal: Terminal;
  /** The user's project: configuration, migrations, engine. Opened on first use. */
  readonly project: Project;
}

export interface CommandResult {
  /** What `--json` prints as `data`. */
  readonly data: unknown;
  /** What is printed to stdout without `--json`; "" for nothing. */
  readonly text: string;
  /** 0 unless told otherwise; see `exit-code.ts`. */
  readonly exitCode?: number;
}

export interface Command {
  readonly positionals: readonly PositionalDefinition[];
  readonly options: { readonly [name: string]: OptionDefinition };
  /** Lines for the help, each a whole command line. */
  readonly examples: readonly string[];
  run(context: CommandContext): Promise<CommandResult>;
}

/** Reads the values of options. */
export class Options {
  readonly #values: OptionValues;

  constructor(values: OptionValues) {
    this.#values = values;
  }

  /** True where the switch was given. */
  flag(name: string): boolean {
    return this.#values[name] === true;
  }

  /** The last value given, or undefined. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  /** All values given; commas separate values too. */
  texts(name: string): readonly string[] {
    const value = this.#values[name];
    const list = Array.isArray(value) ? value : value === undefined ? [] : [value];
    return list.flatMap((item) => (typeof item === "string" ? item.split(",") : [])).filter((item) => item !== "");
  }
}
