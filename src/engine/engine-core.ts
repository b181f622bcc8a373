/** What both kinds of engine are made of. `connection.ts` opens connections of it; `engine.ts` puts façades on it. */
import { ConnectionError } from "../dialect/database-error.ts";
import type { ConnectionTraits, Dialect } from "../dialect/dialect.ts";
import type { DriverConnection, Query } from "../io/driver.ts";
import type { Io } from "../io/io.ts";
import { SQLModelError } from "../util/coded-error.ts";
import type { Reaction } from "../util/reaction.ts";
import { CompiledCache } from "./compiled-cache.ts";
import { ExecutionLog, type ExecutionLogOptions } from "./execution-log.ts";
import type { Pool } from "./pool.ts";
import { StatementComments, type CommentOptions } from "./statement-comments.ts";

export interface EngineCoreOptions {
  readonly dialect: Dialect;
  readonly pool: Pool;
  /** Pools of read replicas: connections that only read are taken from them in turn. */
  readonly replicas?: readonly Pool[];
  /** Find out from the first connection which dialect the server really speaks. */
  readonly detectDialect?: (connection: DriverConnection) => Io<Dialect>;
  /** Where the database is, for messages: no password. */
  readonly address: string;
  readonly prePing: boolean;
  /** Seconds that the server lets a statement run. */
  readonly statementTimeout?: number | undefined;
  /** Who is told of statements. */
  readonly log: ExecutionLogOptions;
  /** How many compiled statements are kept. */
  readonly compiledCacheSize: number;
  /** What is done about statements that read tables which nothing connects. */
  readonly onCartesianProduct: Reaction;
  /** What comments of statements say. Default: there are none. */
  readonly comments?: CommentOptions | undefined;
}

export class EngineCore {
  readonly pool: Pool;
  readonly replicas: readonly Pool[];
  readonly compiled: CompiledCache;
  readonly log: ExecutionLog;
  readonly address: string;
  readonly #comments: StatementComments | undefined;
  readonly #options: EngineCoreOptions;
  /** Connections that have been set up, and what was found then. */
  readonly #ready = new WeakMap<DriverConnection, ConnectionTraits>();
  #dialect: Dialect;
  #isDetected: boolean;
  #lastReplica = -1;

  constructor(options: EngineCoreOptions) {
    this.#options = options;
    this.#dialect = options.dialect;
    this.#isDetected = options.detectDialect === undefined;
    this.pool = options.pool;
    this.replicas = options.replicas ?? [];
    this.address = options.address;
    this.compiled = new CompiledCache(options.compiledCacheSize, options.onCartesianProduct);
    this.log = new ExecutionLog(options.log);
    this.#comments = options.comments === undefined ? undefined : new StatementComments(options.comments);
  }

  /** The dialect; of MySQL and MariaDB, which of the two is known once a connection has been opened. */
  get dialect(): Dialect {
    return this.#dialect;
  }

  /** The query as it is sent: with a comment, where the engine has tags. */
  commented(query: Query): Query {
    return this.#comments === undefined ? query : this.#comments.added(query);
  }

  /** The pool for a connection that only reads, or for one that may write. */
  poolFor(readOnly: boolean): Pool {
    if (!readOnly || this.replicas.length === 0) return this.pool;
    this.#lastReplica = (this.#lastReplica + 1) % this.replicas.length;
    return this.replicas[this.#lastReplica] ?? this.pool;
  }

  /** A core on a new, empty database that is gone once its pool is disposed; undefined where the driver has none. */
  scratch(): EngineCore | undefined {
    const pool = this.pool.scratch();
    if (pool === undefined) return undefined;
    const log = { hideParameters: this.log.hidesAll };
    return new EngineCore({ ...this.#options, pool, replicas: [], address: "a scratch database", log });
  }

  /** True where `prepare` has something to do. */
  needsPreparation(connection: DriverConnection): boolean {
    return this.#options.prePing || !this.#ready.has(connection);
  }

  /** Make a connection from the pool usable. @returns False where it turned out to be lost. */
  *prepare(connection: DriverConnection, pool: Pool): Io<boolean> {
    if (!this.#ready.has(connection)) {
      this.#ready.set(connection, yield* this.#setUp(connection));
    } else if (this.#options.prePing && !(yield* isAlive(connection))) {
      // One lost connection means that the server went away, and with it all the others.
      pool.invalidate();
      return false;
    }
    return true;
  }

  /** True where plain reads on this connection need no transaction to see what they would see in one. */
  readsOutsideTransaction(connection: DriverConnection): boolean {
    return this.#ready.get(connection)?.readsOutsideTransaction === true;
  }

  /** From here on nobody knows at which isolation level the connection's transactions run. */
  forgetIsolation(connection: DriverConnection): void {
    if (this.#ready.has(connection)) this.#ready.set(connection, { readsOutsideTransaction: false });
  }

  /** An error of connecting, as one that says where to and what may help. */
  connectFailure(error: unknown): Error {
    if (error instanceof SQLModelError) return error;
    const translated = this.#dialect.translateError(error, { sql: "" });
    const reason = error instanceof Error ? reasonOf(error) : String(error);
    return new ConnectionError(`Cannot connect to ${this.address}: ${reason}.${hintFor(error)}`, {
      sqlState: "sqlState" in translated ? (translated.sqlState as string | undefined) : undefined,
      vendorCode: "vendorCode" in translated ? (translated.vendorCode as string | number | undefined) : undefined,
      cause: error,
    });
  }

  *#setUp(connection: DriverConnection): Io<ConnectionTraits> {
    try {
      if (!this.#isDetected && this.#options.detectDialect !== undefined) {
        this.#dialect = yield* this.#options.detectDialect(connection);
        this.#isDetected = true;
        this.compiled.clear();
      }
      const traits = yield* this.#dialect.setUpConnection(connection);
      const { statementTimeout } = this.#options;
      if (statementTimeout !== undefined) yield* this.#dialect.limitStatements?.(connection, statementTimeout) ?? [];
      return traits;
    } catch (error) {
      throw this.connectFailure(error);
    }
  }
}

function* isAlive(connection: DriverConnection): Io<boolean> {
  try {
    const query = { sql: "SELECT 1", parameters: [], returnsRows: true, reusable: true, integers: "number" } as const;
    yield { kind: "execute", connection, query };
    return true;
  } catch {
    return false;
  }
}

/** Node reports an attempt on several addresses as one error with an empty message. */
function reasonOf(error: Error): string {
  const first = error instanceof AggregateError ? (error.errors as unknown[])[0] : error;
  const message = first instanceof Error ? first.message : error.message;
  return (message === "" ? codeOf(error) : message).replace(/\.$/, "");
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

const hints: Readonly<Record<string, string>> = {
  ECONNREFUSED: " Is the server running, and do host and port of the URL belong to it?",
  ENOTFOUND: " The host of the URL has no address.",
  EAI_AGAIN: " The host's address could not be looked up; is the network there?",
  ETIMEDOUT: " Nothing answered within connectTimeout.",
  ENOENT: " The URL names a socket or a certificate that is not there.",
  SQLITE_CANTOPEN: " Does the directory exist, and may this process write to it?",
  ERR_SQLITE_ERROR: " Does the directory exist, and may this process write to it?",
  DEPTH_ZERO_SELF_SIGNED_CERT: " Name the server's certificate with sslrootcert=….",
  SELF_SIGNED_CERT_IN_CHAIN: " Name the authority's certificate with sslrootcert=….",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: " Name the authority's certificate with sslrootcert=….",
  "28P01": " Check user and password of the URL.",
  "28000": " Check user and password of the URL, and whether the server wants TLS (sslmode=require).",
  "3D000": " Create the database first.",
  ER_ACCESS_DENIED_ERROR: " Check user and password of the URL.",
  ER_BAD_DB_ERROR: " Create the database first.",
};

function hintFor(error: unknown): string {
  return hints[codeOf(error)] ?? "";
}
