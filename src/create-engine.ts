/** `createEngine` and `createAsyncEngine`: from a URL to a dialect, a driver and a pool. */
import type { Dialect } from "./dialect/dialect.ts";
import { mysqlDialect } from "./dialect/mysql/dialect.ts";
import { postgresqlDialect } from "./dialect/postgresql/dialect.ts";
import { sqliteDialect } from "./dialect/sqlite/dialect.ts";
import { betterSqlite3 } from "./driver/better-sqlite3.ts";
import { mysql2 } from "./driver/mysql2.ts";
import { hasNodeSqlite, nodeSqlite } from "./driver/node-sqlite.ts";
import { pg } from "./driver/pg.ts";
import { pglite } from "./driver/pglite.ts";
import type { ServerDriverOptions, TlsOptions } from "./driver/server-options.ts";
import { AsyncEngine } from "./engine/async-engine.ts";
import { EngineCore, type EngineCoreOptions } from "./engine/engine-core.ts";
import { checkedOptions, poolOptions, type EngineOptions, type ReplicatedUrls } from "./engine/engine-options.ts";
import { Engine } from "./engine/engine.ts";
import { EngineOptionError, InvalidUrlError } from "./engine/errors.ts";
import { Pool, type PoolPlace } from "./engine/pool.ts";
import { parseDatabaseUrl, type DatabaseUrl, type FileUrl, type ServerUrl } from "./engine/url.ts";
import type { Driver, DriverConnection } from "./io/driver.ts";
import { execute, type Io } from "./io/io.ts";

export type { EngineOptions, ReplicatedUrls } from "./engine/engine-options.ts";

/**
 * An engine for embedded SQLite: createEngine("sqlite:heroes.db"), createEngine("sqlite::memory:").
 * Databases that answer asynchronously have `createAsyncEngine`.
 */
export function createEngine(
  url: string | (EngineOptions & { readonly url: string }),
  options: EngineOptions = {},
): Engine {
  const { urls, checked } = separate(url, options);
  const parsed = parseDatabaseUrl(urls.primary);
  if (parsed.kind !== "sqlite") {
    throw new EngineOptionError(
      `createEngine is for embedded SQLite; ${parsed.kind} answers asynchronously. Use createAsyncEngine and AsyncSession.`,
    );
  }
  return new Engine(engineCore(parsed, [], checked, false));
}

/** An engine for any database: createAsyncEngine("postgresql://user@host/db"), also mysql:, mariadb:, pglite: and sqlite:. */
export function createAsyncEngine(
  url: string | (EngineOptions & ({ readonly url: string } | ReplicatedUrls)),
  options: EngineOptions = {},
): AsyncEngine {
  const { urls, checked } = separate(url, options);
  const primary = parseDatabaseUrl(urls.primary);
  const replicas = urls.replicas.map(parseDatabaseUrl);
  if (replicas.some((replica) => replica.kind !== primary.kind)) {
    throw new EngineOptionError("Primary and replicas must be databases of one kind.");
  }
  return new AsyncEngine(engineCore(primary, replicas, checked, true));
}

/** The URLs, and the options from both places where they may stand. */
function separate(
  url:
    | string
    | (EngineOptions & { readonly url?: string; readonly primary?: string; readonly replicas?: readonly string[] }),
  options: EngineOptions,
): { urls: ReplicatedUrls; checked: EngineOptions } {
  if (typeof url === "string") return { urls: { primary: url, replicas: [] }, checked: checkedOptions(options) };
  const { url: single, primary = single, replicas = [], ...rest } = url;
  if (typeof primary !== "string" || (single !== undefined && url.primary !== undefined)) {
    throw new EngineOptionError("An engine takes one url, or a primary with its replicas.");
  }
  return { urls: { primary, replicas }, checked: checkedOptions({ ...rest, ...options }) };
}

/** A dialect and a driver that are not this package's own. */
export interface EngineParts {
  readonly dialect: Dialect;
  readonly driver: Driver;
  /** The database in words, for messages; without its password. */
  readonly address: string;
}

/** An engine on a synchronous driver of one's own. */
export function createEngineFrom(parts: EngineParts, options: EngineOptions = {}): Engine {
  if (!parts.driver.isSync)
    throw new EngineOptionError(`${parts.driver.name} is asynchronous. Use createAsyncEngineFrom.`);
  return new Engine(coreFrom(parts, checkedOptions(options), false));
}

/** An asynchronous engine on a driver of one's own. */
export function createAsyncEngineFrom(parts: EngineParts, options: EngineOptions = {}): AsyncEngine {
  return new AsyncEngine(coreFrom(parts, checkedOptions(options), true));
}

function coreFrom({ dialect, driver, address }: EngineParts, options: EngineOptions, isAsync: boolean): EngineCore {
  const pool = new Pool(driver, poolOptions(options, { isSingle: false, blocks: driver.isSync, isAsync }));
  return new EngineCore({ ...coreOptions(options), dialect, pool, address });
}

function engineCore(
  primary: DatabaseUrl,
  replicas: readonly DatabaseUrl[],
  options: EngineOptions,
  isAsync: boolean,
): EngineCore {
  const pool = (url: DatabaseUrl): Pool => {
    // PGlite has one session; of SQLite in memory, each connection would be another, empty database.
    const isSingle = url.kind === "pglite" || ("path" in url && url.path === undefined);
    const settings = poolOptions(options, { isSingle, blocks: url.kind === "sqlite", isAsync });
    return new Pool(driverFor(url, options), { ...settings, place: placeOf(url) });
  };
  return new EngineCore({
    ...coreOptions(options),
    ...dialectFor(primary),
    pool: pool(primary),
    replicas: replicas.map(pool),
    address: addressOf(primary),
  });
}

function coreOptions(options: EngineOptions): Omit<EngineCoreOptions, "dialect" | "pool" | "address"> {
  return {
    prePing: options.poolPrePing ?? false,
    statementTimeout: options.statementTimeout,
    log: {
      echo: options.echo ?? false,
      slowQuery: options.slowQuery,
      hideParameters: options.hideParameters ?? false,
    },
    compiledCacheSize: options.compiledCacheSize ?? 500,
    comments: options.comments,
    onCartesianProduct: options.onCartesianProduct ?? "warn",
  };
}

function dialectFor(url: DatabaseUrl): {
  dialect: Dialect;
  detectDialect?: (connection: DriverConnection) => Io<Dialect>;
} {
  switch (url.kind) {
    case "sqlite":
      return { dialect: sqliteDialect() };
    case "mysql":
      return { dialect: mysqlDialect(), detectDialect: mysqlDialectOf };
    default:
      return { dialect: postgresqlDialect() };
  }
}

/** MySQL and MariaDB answer to the same protocol, and tell each other apart by their version. */
function* mysqlDialectOf(connection: DriverConnection): Io<Dialect> {
  const query = {
    sql: "SELECT VERSION()",
    parameters: [],
    returnsRows: true,
    reusable: false,
    integers: "number",
  } as const;
  const { rows } = yield* execute(connection, query);
  return mysqlDialect({ version: String(rows[0]?.[0]) });
}

function driverFor(url: DatabaseUrl, options: EngineOptions): Driver {
  if (options.statementTimeout !== undefined && "path" in url) {
    throw new EngineOptionError(
      `The engine option statementTimeout is for servers: nobody can stop a statement of ${url.kind}, which runs in this process.`,
    );
  }
  if (options.pooler !== undefined && url.kind !== "postgresql") {
    throw new EngineOptionError(`The engine option pooler is for PostgreSQL, not for ${url.kind}.`);
  }
  if (options.driver !== undefined && url.kind !== "sqlite") {
    throw new EngineOptionError(`The engine option driver is for SQLite; ${url.kind} has one driver.`);
  }
  switch (url.kind) {
    case "sqlite":
      return sqliteDriver(url, options);
    case "pglite":
      return pglite({
        directory: url.path,
        maxPreparedStatements: options.maxPreparedStatements ?? 250,
        connectArgs: options.connectArgs ?? {},
      });
    case "mysql":
      return mysql2(serverOptions(url, options));
    default:
      return postgresqlDriver(url, options);
  }
}

const sqliteModes: Readonly<Record<string, "create" | "write" | "read">> = { rwc: "create", rw: "write", ro: "read" };

function sqliteDriver(url: FileUrl, options: EngineOptions): Driver {
  const mode = sqliteModes[url.parameters.get("mode") ?? "rwc"];
  if (mode === undefined) throw new InvalidUrlError("its parameter mode is ro, rw or rwc.");
  const driver = options.driver ?? (hasNodeSqlite() ? "node:sqlite" : "better-sqlite3");
  const open = driver === "node:sqlite" ? nodeSqlite : betterSqlite3;
  return open({
    filename: url.path ?? ":memory:",
    mode,
    busyTimeout: (options.busyTimeout ?? 5) * 1000,
    maxPreparedStatements: options.maxPreparedStatements ?? 250,
    connectArgs: options.connectArgs ?? {},
  });
}

function postgresqlDriver(url: ServerUrl, options: EngineOptions): Driver {
  const { parameters } = url;
  const fromUrl = parameters.get("pooler");
  if (fromUrl !== undefined && fromUrl !== "transaction" && fromUrl !== "session") {
    throw new InvalidUrlError("its parameter pooler is transaction or session.");
  }
  const channelBinding = parameters.get("channel_binding");
  // Hosts of Neon's pooler are named so.
  const isNeon = url.host?.split(".")[0]?.endsWith("-pooler") === true;
  const pooler = options.pooler ?? fromUrl ?? (isNeon ? "transaction" : undefined);
  if (pooler === "transaction" && options.statementTimeout !== undefined) {
    throw new EngineOptionError(
      "The engine option statementTimeout is a setting of the server's session, which a transaction pooler shares with others. Give each call a timeout, or run ALTER ROLE … SET statement_timeout = '…' once.",
    );
  }
  return pg({
    ...serverOptions(url, options),
    preparedStatements: options.preparedStatements,
    pooler,
    applicationName: parameters.get("application_name"),
    serverOptions: parameters.get("options"),
    channelBinding: channelBinding === "require" || channelBinding === "prefer",
  });
}

function serverOptions(url: ServerUrl, options: EngineOptions): ServerDriverOptions {
  const fromUrl = url.parameters.get("connect_timeout");
  if (fromUrl !== undefined && !/^\d{1,6}$/.test(fromUrl)) {
    throw new InvalidUrlError("its parameter connect_timeout is a number of seconds.");
  }
  const seconds = options.connectTimeout ?? (fromUrl === undefined ? 10 : Number(fromUrl));
  return {
    user: url.user,
    password: url.password,
    host: url.host ?? (url.socket === undefined ? "localhost" : undefined),
    port: url.port,
    socket: url.socket,
    database: url.database,
    tls: tlsOptions(url.parameters),
    connectTimeout: seconds * 1000,
    maxPreparedStatements: options.maxPreparedStatements ?? 250,
    connectArgs: options.connectArgs ?? {},
  };
}

/** Encrypted means verified here, unless the URL says otherwise: libpq's `require` would accept any certificate. */
const tlsModes: Readonly<Record<string, TlsOptions["verify"] | undefined>> = {
  require: "full",
  "verify-full": "full",
  "verify-ca": "chain",
  "no-verify": "none",
};

function tlsOptions(parameters: ReadonlyMap<string, string>): TlsOptions | undefined {
  const mode = parameters.get("sslmode");
  const rootCertificate = parameters.get("sslrootcert");
  if (mode === undefined && rootCertificate === undefined) return undefined;
  if (mode === "disable") return undefined;
  const verify = Object.hasOwn(tlsModes, mode ?? "require") ? tlsModes[mode ?? "require"] : undefined;
  if (verify === undefined) {
    throw new InvalidUrlError(
      "its parameter sslmode is disable, require, verify-ca, verify-full or no-verify; require verifies the certificate.",
    );
  }
  return { verify, rootCertificate, certificate: parameters.get("sslcert"), key: parameters.get("sslkey") };
}

const defaultPorts = { postgresql: 5432, mysql: 3306 } as const;

/** Where the database is, for traces. */
function placeOf(url: DatabaseUrl): PoolPlace {
  if ("path" in url) return { database: url.path ?? ":memory:" };
  const { database, socket } = url;
  if (socket !== undefined) return { database, host: socket };
  return { database, host: url.host ?? "localhost", port: url.port ?? defaultPorts[url.kind] };
}

/** Where the database is, for messages. */
function addressOf(url: DatabaseUrl): string {
  if ("path" in url) return url.path === undefined ? `${url.kind} in memory` : `${url.kind} '${url.path}'`;
  const host = url.host?.includes(":") === true ? `[${url.host}]` : (url.host ?? "localhost");
  const place = url.socket ?? `${host}:${String(url.port ?? defaultPorts[url.kind])}`;
  return `${url.kind}${url.database === undefined ? "" : ` database '${url.database}'`} at ${place}`;
}
