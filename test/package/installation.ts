/** The packed tarball, installed in an application as a user would. For the tests of this folder. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** Run a program without a shell; gives what it wrote, throws if it failed. */
export function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const windows = process.platform === "win32" && program === "npm";
    const child = execFile(program, args, { cwd, maxBuffer: 2 ** 26, shell: windows }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${program} ${args.join(" ")} failed.\n${stdout}${stderr}`, { cause: error }));
    });
    child.stdin?.end();
  });
}

export class Installation {
  /** A temporary folder: the tarball and `app`. */
  readonly folder: string;
  readonly tarball: string;
  /** Paths of the files in the tarball. */
  readonly contents: readonly string[];

  private constructor(folder: string, tarball: string, contents: readonly string[]) {
    this.folder = folder;
    this.tarball = tarball;
    this.contents = contents;
  }

  /**
   * Pack dist/ and install it; the repository's own copies of `peers` are linked beside it, so that nothing comes from the
   * network.
   */
  static async create(peers: readonly string[]): Promise<Installation> {
    if (!existsSync(join(root, "dist/index.js")))
      throw new Error("There is no dist/ to pack: run `npm run build` first.");
    const folder = await realpath(await mkdtemp(join(tmpdir(), "sqlmodel-package-")));
    const packed = await run("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], root);
    const [result] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
    const contents = result.files.map(({ path }) => path);
    const installation = new Installation(folder, join(folder, result.filename), contents);
    await installation.#install(peers);
    return installation;
  }

  /** The application that has the package. */
  get app(): string {
    return join(this.folder, "app");
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  async #install(peers: readonly string[]): Promise<void> {
    const dependencies = { sqlmodel: `file:${this.tarball}` };
    await mkdir(this.app);
    await writeFile(join(this.app, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }));
    await run("npm", ["install", "--offline", "--legacy-peer-deps", "--no-audit", "--no-fund"], this.app);
    for (const peer of peers) {
      const place = join(this.app, "node_modules", peer);
      await mkdir(dirname(place), { recursive: true });
      await symlink(join(root, "node_modules", peer), place, "junction");
    }
  }
}
