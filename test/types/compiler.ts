/** Runs the two TypeScript compilers the project supports. Called by the tests beside it. */
import { execFile } from "node:child_process";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export const compilers = {
  "TypeScript 5.9": join(root, "node_modules/typescript/bin/tsc"),
  "TypeScript 7": join(root, "node_modules/typescript-7/bin/tsc"),
} as const;
export type Compiler = keyof typeof compilers;

/** One error of a compiler, its indented lines of detail included. */
export interface Diagnostic {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Run a compiler in the repository; gives all it wrote. */
export function compile(compiler: Compiler, args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, maxBuffer: 2 ** 28, timeout: 280_000 };
    execFile(process.execPath, [compilers[compiler], ...args], options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(new Error(`${error.message}\n${stdout}${stderr}`));
      else resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
    });
  });
}

/** The errors of a project; file names relative to `base`. */
export async function diagnose(compiler: Compiler, project: string, base: string): Promise<readonly Diagnostic[]> {
  const { code, output } = await compile(compiler, ["-p", project, "--noEmit", "--pretty", "false"]);
  const found: { file: string; line: number; message: string }[] = [];
  for (const text of output.split("\n").filter((line) => line.trim() !== "")) {
    const head = /^(.+?)\((\d+),\d+\): (.*)$/.exec(text);
    const last = found.at(-1);
    if (head !== null) {
      const file = relative(base, join(root, head[1]!)).replaceAll("\\", "/");
      found.push({ file, line: Number(head[2]), message: head[3]! });
    } else if (/^\s/.test(text) && last !== undefined) last.message += `\n${text}`;
    else throw new Error(`${compiler}: ${output}`);
  }
  if (code !== 0 && found.length === 0) throw new Error(`${compiler} failed: ${output}`);
  return found;
}
