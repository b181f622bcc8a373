/** What `createEngine` and `createAsyncEngine` may be told, and what they assume. Used by `create-engine.ts`. */
import { didYouMean } from "../util/closest-name.ts";
import { reactions, type Reaction } from "../util/reaction.ts";
import { EngineOptionError } from "./errors.ts";
import type { EchoOptions, SlowQueryOptions } from "./echo.ts";
import type { ExecuteListener } from "./execution-log.ts";
import type { PoolOptions } from "./pool.ts";
import type { CommentOptions } from "./statement-comments.ts";

/** Options of an engine. All times are in seconds. */
export interface EngineOptions {
  /**
   * Print each statement with its duration to stderr (true), each clause on its own line ("pretty"), or hand it to a function.
   * Default false.
   */
  readonly echo?: boolean | "pretty" | EchoOptions | ExecuteListener;
  /** Tell of statements that take `ms` milliseconds or longer: to `log`, or to stderr. Default: of none. */
  readonly slowQuery?: SlowQueryOptions;
  /**
   * Put tags into a comment at the end of each statement that reads or writes rows, for the database's own logs: the format of
   * sqlcommenter. Default: no comment.
   */
  readonly comments?: CommentOptions;
  /** Keep the values of parameters out of `echo` and of errors. Default false; secret fields never appear. */
  readonly hideParameters?: boolean;
  /** Connections kept open. Default 5; 1 for SQLite on an asynchronous engine and for databases in memory. */
  readonly poolSize?: number;
  /** Connections opened beyond `poolSize` in a rush. Default 10, and 0 where the default of `poolSize` is 1. */
  readonly maxOverflow?: number;
  /** How long to wait for a free connection. Default 30. */
  readonly poolTimeout?: number;
  /** Close connections that are older. Default -1, never. */
  readonly poolRecycle?: number;
  /** Ask each connection whether it is alive before it is used. Default false. */
  readonly poolPrePing?: boolean;
  /** Use the connection that came back last first, so that others can be closed by the server. Default false. */
  readonly poolLifo?: boolean;
  /**
   * Record where each connection was taken, for errors about a pool in which none is free. Default: on asynchronous engines, only
   * while more than half of the connections are taken; false on synchronous ones.
   */
  readonly holderStacks?: boolean;
  /** How long to wait for a new connection to a server. Default 10. */
  readonly connectTimeout?: number;
  /** Servers: how long a statement may run before the server stops it (MySQL itself: only SELECT). Default: as the server is set up. */
  readonly statementTimeout?: number;
  /**
   * PostgreSQL: what sits between: "transaction" where each transaction may get another server connection (PgBouncer, Supavisor,
   * RDS Proxy), "session" where a connection keeps its own. Default: of the URL, or found out.
   */
  readonly pooler?: "transaction" | "session";
  /** SQLite: how long a statement waits for another connection's lock. Default 5. */
  readonly busyTimeout?: number;
  /** PostgreSQL: name prepared statements. Default true, and false behind a pooler (`pooler=transaction` in the URL). */
  readonly preparedStatements?: boolean;
  /** Prepared statements kept by one connection. Default 250. */
  readonly maxPreparedStatements?: number;
  /** Compiled statements kept by the engine. Default 500. */
  readonly compiledCacheSize?: number;
  /**
   * What to do when a statement reads tables that nothing connects, so that each row of one comes with each of another. Looked at when
   * a statement is compiled. Default "warn".
   */
  readonly onCartesianProduct?: "ignore" | "warn" | "error";
  /** SQLite: which package to use. Default: node:sqlite where this Node has it, else better-sqlite3. */
  readonly driver?: "better-sqlite3" | "node:sqlite";
  /** Options passed to the driver's package as they are. */
  readonly connectArgs?: Readonly<Record<string, unknown>>;
}

/** Where the primary and its read replicas are. */
export interface ReplicatedUrls {
  readonly primary: string;
  /** Connections opened with `readOnly: true` go to these, in turn. */
  readonly replicas: readonly string[];
}

type Check = (value: unknown) => boolean;
const isBoolean: Check = (value) => typeof value === "boolean";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositive: Check = (value) => isCount(value) && value !== 0;
const isSeconds: Check = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0;

/** An object of known properties; one that is misspelt would have no effect. */
function isRecord(value: unknown, known: Readonly<Record<string, Check>>): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).every(([name, member]) => {
    return Object.hasOwn(known, name) && (member === undefined || known[name]?.(member) === true);
  });
}
const isFunction: Check = (value) => typeof value === "function";
const echoChecks = { pretty: isBoolean, parameters: isBoolean, minimumMs: isSeconds };
const slowQueryChecks = { ms: isSeconds, log: isFunction };
const commentChecks = { tags: (value: unknown) => typeof value === "object" && value !== null, context: isFunction };
const isEcho: Check = (value) =>
  isBoolean(value) || value === "pretty" || isFunction(value) || isRecord(value, echoChecks);

const checks: { readonly [Name in keyof Required<EngineOptions>]: readonly [Check, string] } = {
  echo: [isEcho, "true, false, 'pretty', a function or { pretty, parameters, minimumMs }"],
  slowQuery: [
    (value) => isRecord(value, slowQueryChecks) && "ms" in (value as object),
    "{ ms, log }, where ms is a number",
  ],
  comments: [(value) => isRecord(value, commentChecks), "{ tags, context }: an object and a function"],
  hideParameters: [isBoolean, "true or false"],
  poolSize: [isPositive, "a whole number from 1"],
  maxOverflow: [isCount, "a whole number from 0"],
  poolTimeout: [isSeconds, "a number of seconds"],
  poolRecycle: [(value) => value === -1 || isSeconds(value), "a number of seconds, or -1 for never"],
  poolPrePing: [isBoolean, "true or false"],
  poolLifo: [isBoolean, "true or false"],
  holderStacks: [isBoolean, "true or false"],
  connectTimeout: [isSeconds, "a number of seconds"],
  statementTimeout: [(value) => isSeconds(value) && value !== 0, "a number of seconds greater than 0"],
  pooler: [(value) => value === "transaction" || value === "session", "'transaction' or 'session'"],
  busyTimeout: [isSeconds, "a number of seconds"],
  preparedStatements: [isBoolean, "true or false"],
  maxPreparedStatements: [isPositive, "a whole number from 1"],
  compiledCacheSize: [isPositive, "a whole number from 1"],
  onCartesianProduct: [(value) => reactions.includes(value as Reaction), "'ignore', 'warn' or 'error'"],
  driver: [(value) => value === "better-sqlite3" || value === "node:sqlite", "'better-sqlite3' or 'node:sqlite'"],
  connectArgs: [(value) => typeof value === "object" && value !== null, "an object"],
};

/** `options` without what is undefined. @throws EngineOptionError for an unknown name or a value that cannot be. */
export function checkedOptions(options: EngineOptions): EngineOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!Object.hasOwn(checks, name)) {
      throw new EngineOptionError(`There is no engine option '${name}'.${didYouMean(name, Object.keys(checks))}`);
    }
    const [isValid, wanted] = checks[name as keyof EngineOptions];
    if (!isValid(value)) throw new EngineOptionError(`The engine option ${name} takes ${wanted}.`);
  }
  return Object.fromEntries(given);
}

/** What is known of the database when a pool is made. */
export interface PoolCircumstances {
  /** The database can have one connection only. */
  readonly isSingle: boolean;
  /** Locks are waited for in this process, which stands still meanwhile: SQLite. */
  readonly blocks: boolean;
  readonly isAsync: boolean;
}

/** The options of a pool. */
export function poolOptions(options: EngineOptions, { isSingle, blocks, isAsync }: PoolCircumstances): PoolOptions {
  const isOne = isSingle || (blocks && isAsync);
  const { poolSize = isOne ? 1 : 5, maxOverflow = isOne ? 0 : 10 } = options;
  if (isSingle && poolSize + maxOverflow > 1) {
    throw new EngineOptionError("This embedded database has one connection: leave out poolSize and maxOverflow.");
  }
  return {
    size: poolSize,
    overflow: maxOverflow,
    timeout: options.poolTimeout ?? 30,
    // Closing the only connection may lose the database with it.
    recycle: isSingle ? -1 : (options.poolRecycle ?? -1),
    lifo: options.poolLifo ?? false,
    waits: isAsync,
    // Taking a stack costs some microseconds, which is much beside SQLite's answers, and a pool that is half empty has no need.
    holderStacks: options.holderStacks ?? (isAsync ? "scarce" : false),
  };
}
