/** The folder of revision files: reads them into a graph, writes new ones. Alembic's ScriptDirectory. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Operations } from "../operations.ts";
import { renderRevision, type NewRevision, type RevisionBodies } from "../render/render-revision.ts";
import type { RenderOptions } from "../render/render-operation.ts";
import { RevisionFileError } from "./errors.ts";
import { loadModule } from "./load-module.ts";
import { RevisionGraph } from "./revision-graph.ts";
import type { Revision } from "./revision.ts";

const revisionFile = /^[^.].*\.(?:ts|mts|js|mjs)$/;
const declarationFile = /\.d\.[cm]?ts$/;
/** Names that Windows keeps for devices. */
const reservedNames = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;
const longestSlug = 40;

/** The folder of migrations. */
export class ScriptDirectory {
  /** An absolute path. */
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** @param place - A path, or a file: URL. */
  static of(place: string | URL): ScriptDirectory {
    return new ScriptDirectory(place instanceof URL ? fileURLToPath(place) : place);
  }

  get exists(): boolean {
    return existsSync(this.path);
  }

  /** Make the folder. */
  create(): void {
    mkdirSync(this.path, { recursive: true });
  }

  /** Read all revisions. @throws RevisionFileError for a file that is no revision, RevisionGraphError for a broken graph. */
  async load(): Promise<RevisionGraph> {
    if (!this.exists) {
      throw new RevisionFileError(this.path, "there is no folder of migrations. Create it with `sqlmodel init`.");
    }
    const files = readdirSync(this.path)
      .filter((name) => revisionFile.test(name) && !declarationFile.test(name))
      .toSorted();
    const revisions: Revision[] = [];
    for (const name of files) revisions.push(await this.#read(join(this.path, name)));
    return new RevisionGraph(revisions);
  }

  /** Write a new revision. @returns Its file. @throws RevisionFileError where the file is there already. */
  write(revision: NewRevision, bodies: RevisionBodies, options: RenderOptions): string {
    this.create();
    const file = this.#inside(revisionFileName(revision));
    if (existsSync(file)) throw new RevisionFileError(file, "the file is there already.");
    writeFileSync(file, renderRevision(revision, bodies, options), { flag: "wx" });
    return file;
  }

  /** Remove a revision's file (squash). */
  remove(revision: Revision): void {
    rmSync(this.#inside(relative(this.path, revision.file)));
  }

  /** A path in this folder, also where links are followed. */
  #inside(name: string): string {
    const root = realpathSync(this.path);
    const file = resolve(root, name);
    const real = existsSync(file) ? realpathSync(file) : file;
    if (real !== root && real.startsWith(root + sep)) return file;
    throw new RevisionFileError(file, `it lies outside of the folder of migrations, ${root}.`);
  }

  async #read(file: string): Promise<Revision> {
    const module = await loadModule(file);
    return new RevisionReader(file, module).revision(contentHash(readFileSync(file, "utf8")));
  }
}

/** SHA-256 in hexadecimal digits; line ends of another system do not change it. */
export function contentHash(text: string): string {
  return createHash("sha256").update(text.replaceAll("\r\n", "\n")).digest("hex");
}

/** "202611211300_3f2a91c0b7d4_add_phone.ts". */
export function revisionFileName({ createdAt, id, message }: NewRevision): string {
  const minute = createdAt.toISOString().slice(0, 16).replace(/\D/g, "");
  const slug = slugOf(message);
  return `${[minute, slugOf(id), ...(slug === "" ? [] : [slug])].join("_")}.ts`;
}

/** Letters and digits of any language, the rest as "_". */
function slugOf(text: string): string {
  const words =
    text
      .normalize("NFC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  let slug = "";
  for (const word of words) {
    if (slug.length + word.length > longestSlug) break;
    slug = slug === "" ? word : `${slug}_${word}`;
  }
  if (slug === "")
    slug = Array.from(words[0] ?? "")
      .slice(0, longestSlug)
      .join("");
  return reservedNames.test(slug) ? `${slug}_` : slug;
}

/** Reads what a file exports, and says what is wrong with it. */
class RevisionReader {
  readonly #file: string;
  readonly #module: { readonly [name: string]: unknown };

  constructor(file: string, module: { readonly [name: string]: unknown }) {
    this.#file = file;
    this.#module = module;
  }

  revision(hash: string): Revision {
    const { revision, createdAt, formerHash } = this.#module;
    if (typeof revision !== "string" || !/^[\w.-]{1,64}$/.test(revision)) {
      throw this.#wrong('export const revision = "…" is missing, or is no id of letters, digits, "_", "." and "-"');
    }
    return {
      id: revision,
      downRevisions: this.#texts("downRevision"),
      branchLabels: this.#texts("branchLabels"),
      dependsOn: this.#texts("dependsOn"),
      replaces: this.#texts("replaces"),
      acceptsDataLoss: this.#texts("acceptsDataLoss"),
      ignoredRules: this.#texts("ignoredRules"),
      formerHash: typeof formerHash === "string" ? formerHash : undefined,
      message: this.#message(),
      createdAt: typeof createdAt === "string" ? createdAt : undefined,
      file: this.#file,
      contentHash: hash,
      upgrade: this.#function("upgrade") ?? this.#missing("upgrade"),
      downgrade: this.#function("downgrade"),
    };
  }

  #message(): string {
    const { message } = this.#module;
    if (typeof message === "string") return message;
    const name = this.#file.replace(/^.*[\\/]/, "").replace(/\.\w+$/, "");
    return name.replace(/^\d+_[0-9a-f]+_/, "").replaceAll("_", " ");
  }

  /** A text, several, or null. */
  #texts(name: string): readonly string[] {
    const value = this.#module[name];
    if (value === undefined && name === "downRevision") {
      throw this.#wrong("export const downRevision is missing: the id of the revision before, or null for the first");
    }
    if (value === undefined || value === null) return [];
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.every((item) => typeof item === "string" && item !== "")) return list as string[];
    throw this.#wrong(`export const ${name} must be a text, a list of texts or null`);
  }

  #function(name: "upgrade" | "downgrade"): ((op: Operations) => void | Promise<void>) | undefined {
    const value = this.#module[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "function") throw this.#wrong(`export function ${name} must be a function`);
    return value as (op: Operations) => void | Promise<void>;
  }

  #missing(name: string): never {
    throw this.#wrong(`export function ${name}(op: Operations) is missing`);
  }

  #wrong(what: string): RevisionFileError {
    return new RevisionFileError(this.#file, `${what}. Every file in the folder of migrations is a revision.`);
  }
}
