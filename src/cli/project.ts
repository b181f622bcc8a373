/** The user's project as commands see it: configuration, models, migrations folder and engine, each opened on first use. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import type { AsyncEngine } from "../engine/async-engine.ts";
import type { EngineOptions } from "../engine/engine-options.ts";
import type { Engine } from "../engine/engine.ts";
import type { MetaData } from "../metadata/meta-data.ts";
import { defineConfig, type MigrationConfig } from "../migration/config.ts";
import type { CatalogCache } from "../migration/desired-catalog.ts";
import { ConfigError } from "../migration/errors.ts";
import { catalogCacheOf } from "./catalog-cache-file.ts";
import { RevisionFileError } from "../migration/revision/errors.ts";
import { loadModule } from "../migration/revision/load-module.ts";
import type { RevisionGraph } from "../migration/revision/revision-graph.ts";
import { ScriptDirectory } from "../migration/revision/script-directory.ts";
import { metadata as standardMetaData } from "../model/table.ts";

/** What only the entries can do: the layers below know no driver. */
export interface ProjectHost {
  openEngine(url: string, options: EngineOptions): Promise<AsyncEngine>;
  readonly cwd: string;
  /** Of this package; without it nothing is kept between runs. */
  readonly version?: string;
}

export interface ProjectOptions {
  /** Path of the configuration; looked for where it is undefined. */
  readonly config: string | undefined;
  /** Another database than the configuration says. */
  readonly url: string | undefined;
}

const configNames = ["sqlmodel.config.ts", "sqlmodel.config.mts", "sqlmodel.config.js", "sqlmodel.config.mjs"];

export class Project {
  readonly #host: ProjectHost;
  readonly #options: ProjectOptions;
  #config: Promise<{ readonly file: string; readonly config: MigrationConfig }> | undefined;
  #graph: Promise<RevisionGraph> | undefined;
  #metadata: Promise<MetaData> | undefined;
  #engine: Promise<Engine | AsyncEngine> | undefined;
  readonly #opened: (Engine | AsyncEngine)[] = [];

  constructor(host: ProjectHost, options: ProjectOptions) {
    this.#host = host;
    this.#options = options;
  }

  get cwd(): string {
    return this.#host.cwd;
  }

  /** The configuration. @throws ConfigError where there is none, or it is wrong. */
  async config(): Promise<MigrationConfig> {
    return (await this.#read()).config;
  }

  /** A path of the configuration, made absolute: relative ones are relative to its file. */
  async path(path: string): Promise<string> {
    return isAbsolute(path) ? path : join(dirname((await this.#read()).file), path);
  }

  /** The folder of revision files. */
  async scripts(): Promise<ScriptDirectory> {
    const { migrations = "migrations" } = await this.config();
    return new ScriptDirectory(await this.path(migrations));
  }

  /** All revisions. */
  graph(): Promise<RevisionGraph> {
    this.#graph ??= this.scripts().then((scripts) => scripts.load());
    return this.#graph;
  }

  /** Read the revisions anew: a file was written. */
  forgetGraph(): void {
    this.#graph = undefined;
  }

  /** The tables of the models. */
  metadata(): Promise<MetaData> {
    this.#metadata ??= this.#loadModels();
    return this.#metadata;
  }

  /** The database. */
  engine(): Promise<Engine | AsyncEngine> {
    this.#engine ??= this.#openEngine();
    return this.#engine;
  }

  /** An engine on another database; closed with the project. */
  async open(url: string, options: EngineOptions = {}): Promise<AsyncEngine> {
    const engine = await this.#host.openEngine(url, options);
    this.#opened.push(engine);
    return engine;
  }

  /** The URL that `engine` was opened with, or undefined where the program makes the engine. */
  async url(): Promise<string | undefined> {
    return this.#options.url ?? (await this.config()).url;
  }

  /** What was read back of models in a scratch place, in the project's node_modules. */
  async catalogCache(): Promise<CatalogCache | undefined> {
    const { version } = this.#host;
    return version === undefined ? undefined : catalogCacheOf(dirname((await this.#read()).file), version);
  }

  /** Close what was opened. */
  async close(): Promise<void> {
    for (const engine of this.#opened.splice(0)) await engine.dispose();
  }

  #read(): Promise<{ readonly file: string; readonly config: MigrationConfig }> {
    this.#config ??= this.#load();
    return this.#config;
  }

  async #load(): Promise<{ readonly file: string; readonly config: MigrationConfig }> {
    const file = this.#configFile();
    const module = await loadModule(file);
    if (module["default"] === undefined) {
      throw new ConfigError(`${file} has no default export. Write: export default defineConfig({ … }).`);
    }
    // Whatever the file exports is checked there.
    const exported = module["default"] as MigrationConfig;
    const { url } = this.#options;
    const isReplaced = url !== undefined && typeof exported === "object";
    return { file, config: defineConfig(isReplaced ? { ...exported, url } : exported) };
  }

  #configFile(): string {
    const { config } = this.#options;
    if (config !== undefined) return resolve(this.cwd, config);
    for (let folder = this.cwd; ; folder = dirname(folder)) {
      const found = configNames.map((name) => join(folder, name)).find((file) => existsSync(file));
      if (found !== undefined) return found;
      if (dirname(folder) === folder) {
        throw new ConfigError(
          `There is no sqlmodel.config.ts in ${this.cwd} or above. Create one with \`sqlmodel init\`, or give its path with --config.`,
        );
      }
    }
  }

  async #loadModels(): Promise<MetaData> {
    const { models, metadata } = await this.config();
    for (const model of typeof models === "string" ? [models] : models) {
      const file = await this.path(model);
      if (!existsSync(file))
        throw new RevisionFileError(
          file,
          "there is no such file. `models` of the configuration names it: write the models there, or correct the path.",
        );
      const exported = await loadModule(file);
      // A class is known from its first use: reading its table's name is one.
      for (const value of Object.values(exported)) if (isModel(value)) void value.tableName;
    }
    return metadata ?? standardMetaData;
  }

  async #openEngine(): Promise<Engine | AsyncEngine> {
    const config = await this.config();
    const url = await this.url();
    if (config.engine !== undefined && this.#options.url === undefined) {
      const engine = await config.engine();
      this.#opened.push(engine);
      return engine;
    }
    return this.open(url ?? "", config.engineOptions ?? {});
  }
}

function isModel(value: unknown): value is { readonly tableName: string } {
  return typeof value === "function" && "tableName" in value;
}
