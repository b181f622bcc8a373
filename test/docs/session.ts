/**
 * Plays the ```console blocks of a page: `$ npx sqlmodel …` lines are run, the lines below each are what a terminal then shows
 * ("…" stands for anything). The page's `file=` blocks are written where they stand between them. Called by runner.ts.
 */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readFenced } from "./blocks.ts";

/** One command line, or one file that is there from then on. */
export type SessionStep =
  | {
      readonly kind: "command";
      readonly line: number;
      readonly words: readonly string[];
      readonly exitCode: number;
      readonly expected: readonly string[];
    }
  | { readonly kind: "file"; readonly path: string; readonly text: string };

/** The steps of a page, in order. Throws for a line that cannot be run. */
export function readSession(page: string, text: string): readonly SessionStep[] {
  const steps: SessionStep[] = [];
  for (const { language, words, line, lines } of readFenced(page, text)) {
    const [, path] = /\bfile=(\S+)/.exec(words) ?? [];
    if (path !== undefined) steps.push({ kind: "file", path, text: `${lines.join("\n")}\n` });
    if (language === "console" && words.trim() !== "no-run") steps.push(...readCommands(page, line, lines));
  }
  return steps;
}

function readCommands(page: string, first: number, lines: readonly string[]): SessionStep[] {
  const commands: (SessionStep & { kind: "command"; expected: string[] })[] = [];
  for (const [index, line] of lines.entries()) {
    const place = `${page}:${String(first + index)}`;
    if (!line.startsWith("$ ")) {
      const last = commands.at(-1);
      if (last === undefined) throw new Error(`${place}: a console block begins with a line '$ npx sqlmodel …'.`);
      last.expected.push(line);
      continue;
    }
    const found = /^\$ npx sqlmodel (.*?)(?:\s+# exit code (\d+))?$/.exec(line);
    if (found === null) throw new Error(`${place}: only 'npx sqlmodel …' is run; mark other shell blocks no-run.`);
    const exitCode = Number(found[2] ?? 0);
    commands.push({ kind: "command", line: first + index, words: wordsOf(found[1]!), exitCode, expected: [] });
  }
  return commands;
}

/** Words as a shell splits them: spaces, '…' and "…". */
function wordsOf(text: string): string[] {
  const words = text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
}

/** @param program - Arguments of node that are the command line. Throws at the first command that shows something else. */
export async function playSession(
  page: string,
  steps: readonly SessionStep[],
  cwd: string,
  program: readonly string[],
): Promise<void> {
  await writeFile(join(cwd, "package.json"), '{ "private": true, "type": "module" }\n');
  for (const step of steps) {
    if (step.kind === "file") {
      await mkdir(dirname(join(cwd, step.path)), { recursive: true });
      await writeFile(join(cwd, step.path), step.text);
      continue;
    }
    const { code, shown } = await type([...program, ...step.words], cwd);
    const place = `${page}:${String(step.line)}: sqlmodel ${step.words.join(" ")}`;
    if (code !== step.exitCode)
      throw new Error(`${place} ended with ${String(code)}, not ${String(step.exitCode)}:\n${shown}`);
    if (!isShown(step.expected, shown)) {
      throw new Error(`${place} shows\n${shown}\ninstead of\n${step.expected.join("\n")}`);
    }
  }
}

/** "…" in a line is any text of that line; a line "…" is any lines. */
function isShown(expected: readonly string[], shown: string): boolean {
  const trimmed = (text: string): string => text.replaceAll(/[ \t]+$/gm, "").trim();
  const pattern = trimmed(expected.join("\n"))
    .split(/^…$/m)
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", "[^\\n]*"))
    .join("[^]*");
  return new RegExp(`^${pattern}$`).test(trimmed(shown));
}

/** Both streams go to one file, as they would to one terminal. */
async function type(args: readonly string[], cwd: string): Promise<{ code: number; shown: string }> {
  const file = join(cwd, ".shown");
  const output = openSync(file, "w");
  const env = { ...process.env, NODE_OPTIONS: "", SQLMODEL_FROM: "source", NO_COLOR: "1", DATABASE_URL: undefined };
  try {
    const code = await new Promise<number>((resolve, reject) => {
      const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", output, output] });
      child.once("error", reject);
      child.once("exit", (status) => resolve(status ?? -1));
    });
    return { code, shown: await readFile(file, "utf8") };
  } finally {
    closeSync(output);
  }
}
