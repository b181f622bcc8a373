/** Where the command line writes and asks: data to stdout, everything else to stderr, questions only at a terminal. */
import type { Readable, Writable } from "node:stream";
import { styleText } from "node:util";

export interface TerminalStreams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: { readonly [name: string]: string | undefined };
}

export interface TerminalOptions {
  readonly isQuiet: boolean;
  readonly isJson: boolean;
}

type Style = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

export class Terminal {
  readonly #streams: TerminalStreams;
  readonly #options: TerminalOptions;
  readonly #hasColour: boolean;
  readonly #warnings: string[] = [];

  constructor(streams: TerminalStreams, options: TerminalOptions) {
    this.#streams = streams;
    this.#options = options;
    const { NO_COLOR, FORCE_COLOR } = streams.env;
    const isPlain = (NO_COLOR !== undefined && NO_COLOR !== "") || FORCE_COLOR === "0";
    this.#hasColour = !isPlain && (streams.stderr.isTTY === true || FORCE_COLOR !== undefined);
  }

  get env(): TerminalStreams["env"] {
    return this.#streams.env;
  }

  get isJson(): boolean {
    return this.#options.isJson;
  }

  /** Warnings so far, for the envelope of `--json`. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** True where somebody can answer. */
  get canAsk(): boolean {
    const { stdin, stderr, env } = this.#streams;
    const isAutomated = env["CI"] !== undefined && env["CI"] !== "" && env["CI"] !== "false";
    return stdin.isTTY === true && stderr.isTTY === true && !isAutomated && !this.#options.isJson;
  }

  /** Data, to stdout. */
  write(text: string): void {
    this.#streams.stdout.write(text.endsWith("\n") || text === "" ? text : `${text}\n`);
  }

  /** What goes on, to stderr. */
  note(text: string): void {
    if (!this.#options.isQuiet && !this.#options.isJson) this.#streams.stderr.write(`${text}\n`);
  }

  /** What should be looked at, to stderr. */
  warn(text: string): void {
    this.#warnings.push(text);
    if (!this.#options.isJson) this.#streams.stderr.write(`${this.style("yellow", "warning")}: ${text}\n`);
  }

  /** What went wrong, to stderr. */
  error(text: string): void {
    this.#streams.stderr.write(`${this.style("red", "error")}: ${text}\n`);
  }

  /** A line that the next one replaces, where that can be seen. */
  progress(text: string): void {
    if (this.#options.isQuiet || this.#options.isJson || this.#streams.stderr.isTTY !== true) return;
    this.#streams.stderr.write(`\r\u001B[2K${text}`);
  }

  style(style: Style, text: string): string {
    // Whether stdout is a terminal, which it would ask, says nothing about stderr.
    return this.#hasColour ? styleText(style, text, { validateStream: false }) : text;
  }

  /** Ask for a line. Call it where `canAsk`. */
  async ask(question: string): Promise<string> {
    const { createInterface } = await import("node:readline/promises");
    const lines = createInterface({ input: this.#streams.stdin, output: this.#streams.stderr });
    try {
      return (await lines.question(`${question} `)).trim();
    } finally {
      lines.close();
    }
  }

  /** Ask for yes or no; no is the default. */
  async confirm(question: string): Promise<boolean> {
    return /^y(es)?$/i.test(await this.ask(`${question} [y/N]`));
  }
}
