/** `sqlmodel.config.ts`: where the database, the models and the migrations are. */
import type { AsyncEngine } from "../engine/async-engine.ts";
import type { EngineOptions } from "../engine/engine-options.ts";
import type { Engine } from "../engine/engine.ts";
import type { MetaData } from "../metadata/meta-data.ts";
import { didYouMean } from "../util/closest-name.ts";
import type { CompareOptions } from "./compare/comparison.ts";
import { ConfigError } from "./errors.ts";

export interface MigrationConfig {
  /** The database, as `createAsyncEngine` takes it. Needed unless `engine` is given. */
  readonly url?: string;
  /** Options of the engine that is made from `url`. */
  readonly engineOptions?: EngineOptions;
  /** An engine of the program's own, instead of `url`. */
  readonly engine?: () => Engine | AsyncEngine | Promise<Engine | AsyncEngine>;
  /** Files that define the models, relative to this file. */
  readonly models: string | readonly string[];
  /** The set of tables, where the models are in one of their own: metadata, or several. */
  readonly metadata?: MetaData;
  /** The folder of revision files, relative to this file. Default "migrations". */
  readonly migrations?: string;
  /** A database of the same kind that autogenerate may create schemas in, such as "pglite:", where the real one must not be touched. */
  readonly scratchUrl?: string;
  /** A file whose default export puts initial rows into a database: (engine) => … . For `sqlmodel seed` and `sqlmodel test`. */
  readonly seed?: string;
  /** False: an object is neither created, nor changed, nor dropped by autogenerate. Alembic's include_object. */
  readonly includeObject?: CompareOptions["includeObject"];
  /** False: what the database has of this name is not seen by autogenerate. Alembic's include_name. */
  readonly includeName?: CompareOptions["includeName"];
  /** Schemas beside the connection's own, even where no model is in them. */
  readonly schemas?: readonly string[];
  /** Name of the table that remembers what was applied. Default "sqlmodel_migration". */
  readonly versionTable?: string;
  readonly versionTableSchema?: string;
  /** Milliseconds a statement waits for the locks of others before it is tried again. */
  readonly lockTimeout?: number;
  /** Milliseconds a statement may take. */
  readonly statementTimeout?: number;
  /** Milliseconds to wait for another run of migrations. */
  readonly runLockTimeout?: number;
  /** False: all revisions of one run in one transaction. */
  readonly transactionPerRevision?: boolean;
}

const optionKinds: {
  readonly [Name in keyof Required<MigrationConfig>]: readonly (
    "string" | "number" | "boolean" | "function" | "object"
  )[];
} = {
  url: ["string"],
  engineOptions: ["object"],
  engine: ["function"],
  models: ["string", "object"],
  metadata: ["object"],
  migrations: ["string"],
  scratchUrl: ["string"],
  seed: ["string"],
  includeObject: ["function"],
  includeName: ["function"],
  schemas: ["object"],
  versionTable: ["string"],
  versionTableSchema: ["string"],
  lockTimeout: ["number"],
  statementTimeout: ["number"],
  runLockTimeout: ["number"],
  transactionPerRevision: ["boolean"],
};

/** The configuration, checked: export default defineConfig({ … }). @throws ConfigError naming the option. */
export function defineConfig(config: MigrationConfig): MigrationConfig {
  if (typeof config !== "object" || config === null) throw new ConfigError("The configuration must be an object.");
  for (const [name, value] of Object.entries(config)) {
    if (!Object.hasOwn(optionKinds, name)) {
      throw new ConfigError(`The configuration has no option '${name}'.${didYouMean(name, Object.keys(optionKinds))}`);
    }
    const kinds = optionKinds[name as keyof MigrationConfig];
    const kind = typeof value;
    if (value !== undefined && !kinds.some((known) => known === kind)) {
      throw new ConfigError(
        `The option '${name}' of the configuration must be a ${kinds.join(" or ")}, not a ${kind}.`,
      );
    }
  }
  if (config.url === undefined && config.engine === undefined) {
    throw new ConfigError(
      "The configuration says no database: give `url`, or `engine` for one that the program makes. Is an environment variable missing?",
    );
  }
  if (config.models === undefined)
    throw new ConfigError("The configuration names no `models`: the files that define them.");
  return config;
}
