/** Keeps what the models are in the words of a database between two command lines, in files that may be removed at any time. */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CatalogCache } from "../migration/desired-catalog.ts";

/** So many models and databases of a project are remembered; the oldest go. */
const most = 16;

/** The cache of the project that `folder` belongs to; undefined where it has no node_modules. @param version - Of this package. */
export function catalogCacheOf(folder: string, version: string): CatalogCache | undefined {
  for (let parent = folder; ; parent = dirname(parent)) {
    const modules = join(parent, "node_modules");
    if (existsSync(modules)) return new CatalogCacheFiles(join(modules, ".cache", "sqlmodel", "catalogs"), version);
    if (dirname(parent) === parent) return undefined;
  }
}

/** One file a key: a checksum, the key, and the text, a line each. */
export class CatalogCacheFiles implements CatalogCache {
  readonly #folder: string;
  readonly #version: string;

  constructor(folder: string, version: string) {
    this.#folder = folder;
    this.#version = version;
  }

  get(key: string): string | undefined {
    try {
      const [sum, ...lines] = readFileSync(this.#file(key), "utf8").split("\n");
      const [keyLine = "", text = "", ...more] = lines;
      const isWhole = more.length === 0 && sum === checksum(lines.join("\n"));
      return isWhole && keyLine === this.#keyLine(key) ? (JSON.parse(text) as string) : undefined;
    } catch {
      // A file that is not there, or is not ours: what it would hold is made again.
      return undefined;
    }
  }

  set(key: string, text: string): void {
    const lines = `${this.#keyLine(key)}\n${JSON.stringify(text)}`;
    try {
      mkdirSync(this.#folder, { recursive: true });
      const partial = join(this.#folder, `${randomUUID()}.partial`);
      writeFileSync(partial, `${checksum(lines)}\n${lines}`);
      renameSync(partial, this.#file(key));
      this.#removeOldest();
    } catch {
      // A folder that cannot be written: nothing is kept.
    }
  }

  #keyLine(key: string): string {
    return JSON.stringify([this.#version, key]);
  }

  #file(key: string): string {
    return join(this.#folder, `${checksum(this.#keyLine(key)).slice(0, 32)}.txt`);
  }

  #removeOldest(): void {
    const files = readdirSync(this.#folder).map((name) => join(this.#folder, name));
    const byAge = files
      .map((file) => ({ file, time: statSync(file).mtimeMs }))
      .sort((one, other) => other.time - one.time);
    for (const { file } of byAge.slice(most)) rmSync(file, { force: true });
  }
}

function checksum(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
