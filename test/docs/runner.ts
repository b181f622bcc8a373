/** Type-checks and runs the code blocks of Markdown pages. Called by docs.test.ts and runner.test.ts. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPage, type GeneratedFile, type Page } from "./page.ts";
import { playSession } from "./session.ts";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const compiler = join(root, "node_modules/typescript/bin/tsc");
const loader = new URL("../../scripts/ts-loader.mjs", import.meta.url).href;

/** The pages with their modules written below test/docs/.generated/<name>. */
export class Runner {
  readonly pages: readonly Page[];
  readonly #folder: string;

  private constructor(pages: readonly Page[], folder: string) {
    this.pages = pages;
    this.#folder = folder;
  }

  /** Read `pages`, paths below `base`, and write their modules. */
  static async prepare(name: string, base: string, paths: readonly string[]): Promise<Runner> {
    const folder = join(root, "test/docs/.generated", name);
    await rm(folder, { recursive: true, force: true });
    const pages: Page[] = [];
    for (const path of paths) pages.push(readPage(path, await readFile(join(base, path), "utf8")));
    for (const page of pages) {
      await write(join(folder, "check", page.folder), page.check);
      await write(join(folder, "run", page.folder), page.run);
    }
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify(compilerOptions, null, 2));
    return new Runner(pages, folder);
  }

  /** What tsc says, by page: "docs/models.md:12: error TS2304: …". */
  async typeErrors(): Promise<ReadonlyMap<Page, readonly string[]>> {
    const errors = new Map<Page, string[]>(this.pages.map((page) => [page, []]));
    if (!this.pages.some(({ check }) => check.length > 0)) return errors;
    const { code, output } = await node([compiler, "-p", this.#folder, "--pretty", "false"], root, {});
    let last: string[] | undefined;
    for (const line of output.split("\n").filter((text) => text.trim() !== "")) {
      const found = /check\/([\w-]+)\/(.+?\.ts)\((\d+),\d+\): (.*)$/.exec(line);
      const page = this.pages.find(({ folder }) => folder === found?.[1]);
      if (found !== null && page !== undefined) {
        last = errors.get(page);
        last?.push(`${place(page, page.check, found[2]!, Number(found[3]))}: ${found[4]!}`);
      } else if (/^\s/.test(line) && last !== undefined) last.push(line);
      else throw new Error(`tsc failed outside of the pages: ${output}`);
    }
    if (code !== 0 && ![...errors.values()].some((list) => list.length > 0)) throw new Error(`tsc failed: ${output}`);
    return errors;
  }

  /** Run one module of a page in an empty folder of its own. Throws what it wrote if it failed. */
  async run(page: Page, entry: string): Promise<string> {
    const cwd = await mkdtemp(join(tmpdir(), "sqlmodel-docs-"));
    try {
      const file = join(this.#folder, "run", page.folder, entry);
      const { code, output } = await node(["--import", loader, file], cwd, { SQLMODEL_FROM: "source" });
      if (code === 0) return output;
      throw new Error(inPage(page, output));
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  }

  /** Type what the ```console blocks of a page type, in a project of their own. Throws the first that differs. */
  async play({ name, session }: Page): Promise<void> {
    const cwd = await mkdtemp(join(tmpdir(), "sqlmodel-docs-"));
    try {
      await playSession(name, session, cwd, ["--import", loader, join(root, "src/bin.ts")]);
    } finally {
      await rm(cwd, { recursive: true, force: true });
    }
  }
}

const compilerOptions = {
  extends: "../../../../tsconfig.json",
  compilerOptions: {
    moduleDetection: "force",
    noEmit: true,
    paths: { sqlmodel: ["../../../../src/index.ts"], "sqlmodel/*": ["../../../../src/*.ts"] },
  },
  include: ["check"],
  exclude: [],
};

async function write(folder: string, files: readonly GeneratedFile[]): Promise<void> {
  for (const { path, text } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

function place(page: Page, files: readonly GeneratedFile[], path: string, line: number): string {
  const origin = files.find((file) => file.path === path)?.origin[line - 1];
  return origin === undefined || origin === null ? `${page.name} (imports)` : `${page.name}:${origin}`;
}

/** Output with the generated files' places replaced by the page's. */
function inPage(page: Page, output: string): string {
  const generated = new RegExp(`[^\\s(]*/run/${page.folder}/([\\w./-]+\\.ts):(\\d+)(:\\d+)?`, "g");
  return output.replaceAll(generated, (_, path: string, line: string) => place(page, page.run, path, Number(line)));
}

function node(args: string[], cwd: string, env: Record<string, string>): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...process.env, ...env, NODE_OPTIONS: "" }, timeout: 120_000, maxBuffer: 2 ** 26 };
    const child = execFile(process.execPath, args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(new Error(`${error.message}\n${stdout}${stderr}`));
      else resolve({ code: typeof error?.code === "number" ? error.code : 0, output: stdout + stderr });
    });
    child.stdin?.end();
  });
}
