/** Runs the command line in this process, in a temporary project, and keeps what it writes. */
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { createAsyncEngine } from "sqlmodel";
import { main } from "../../src/cli/main.ts";

export interface Written {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly env?: { readonly [name: string]: string };
  /** Lines typed at a terminal; without them there is no terminal. */
  readonly typed?: readonly string[];
  /** Below the project's folder. */
  readonly cwd?: string;
}

class Collected extends Writable {
  text = "";
  readonly isTTY: boolean;

  constructor(isTTY: boolean) {
    super();
    this.isTTY = isTTY;
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

export class CommandLine {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** A folder with these files. */
  static async in(files: { readonly [path: string]: string } = {}): Promise<CommandLine> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), "sqlmodel-cli-")));
    const project = new CommandLine(folder);
    for (const [path, text] of Object.entries(files)) await project.write(path, text);
    return project;
  }

  async write(path: string, text: string): Promise<string> {
    const file = join(this.folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  /** Run one command line. */
  async run(args: readonly string[], { env = {}, typed, cwd = "" }: Surroundings = {}): Promise<Written> {
    const isTTY = typed !== undefined;
    const [stdout, stderr] = [new Collected(false), new Collected(isTTY)];
    const stdin = Object.assign(new PassThrough(), { isTTY });
    for (const line of typed ?? []) stdin.write(`${line}\n`);
    const code = await main(args, {
      cwd: join(this.folder, cwd),
      version: "1.2.3",
      streams: { stdin, stdout, stderr, env },
      openEngine: (url, options) => Promise.resolve(createAsyncEngine(url, options)),
    });
    return { code, stdout: stdout.text, stderr: stderr.text };
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
