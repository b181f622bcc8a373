/** Reads the fenced code blocks of a Markdown page. Called by page.ts. */

/** A ```ts block. */
export interface Block {
  /** The line of the page its first line stands on, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
  /** `no-run`: type-checked, not executed. */
  readonly noRun: boolean;
  /** `fragment`: not even a program; listed in fragments.txt. */
  readonly fragment: boolean;
  /** `fresh`: begins a new module instead of going on with the page's; with `file=`, another version of that file. */
  readonly fresh: boolean;
  /** `file=models.ts`: a file of that name, which other blocks import. */
  readonly file: string | null;
}

const fence = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)\s*([^`]*)$/;

/** A fenced block of whatever language. */
export interface Fenced {
  readonly language: string;
  /** What follows the language. */
  readonly words: string;
  /** The line of the page its first line stands on, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

/** The fenced blocks of a page, in order. */
export function readFenced(page: string, text: string): readonly Fenced[] {
  const lines = text.split(/\r?\n/);
  const blocks: Fenced[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const open = fence.exec(lines[at]!);
    if (open === null) continue;
    const [, indent = "", ticks = "", language = "", words = ""] = open;
    const end = lines.findIndex((line, index) => index > at && isClose(line, ticks));
    if (end < 0) throw new Error(`${page}:${at + 1}: the code block never ends.`);
    const body = lines.slice(at + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
    blocks.push({ language, words, line: at + 2, lines: body });
    at = end;
  }
  return blocks;
}

/** The ```ts blocks of a page, in order. */
export function readBlocks(page: string, text: string): readonly Block[] {
  return readFenced(page, text)
    .filter(({ language }) => /^(ts|typescript)$/.test(language))
    .map(({ words, line, lines }) => readFlags(`${page}:${line - 1}`, words, line, lines));
}

function isClose(line: string, ticks: string): boolean {
  const trimmed = line.trim();
  return trimmed.startsWith(ticks) && trimmed.replaceAll(ticks[0]!, "") === "";
}

function readFlags(place: string, words: string, line: number, lines: readonly string[]): Block {
  const flags = { noRun: false, fragment: false, fresh: false, file: null as string | null };
  for (const word of words.split(/\s+/).filter((part) => part !== "")) {
    if (word === "no-run") flags.noRun = true;
    else if (word === "fragment") flags.fragment = true;
    else if (word === "fresh") flags.fresh = true;
    else if (/^file=[\w./-]+\.ts$/.test(word)) flags.file = word.slice("file=".length);
    else
      throw new Error(`${place}: a ts block may be marked no-run, fragment, fresh or file=<name>.ts, not '${word}'.`);
  }
  return { line, lines, ...flags };
}
