/** PostgreSQL through the package pg. Used by `create-engine.ts`; the only file that loads the package. */
import type { Client, ClientConfig, CustomTypesConfig, QueryArrayConfig } from "pg";
import type { Driver, DriverConnection, DriverResult, DriverValue, Query, TransactionStatus } from "../io/driver.ts";
import { nextConnectionId } from "./connection-id.ts";
import { MissingDriverError } from "./errors.ts";
import { queryAfterBegin, type PgResult } from "./pg-begin.ts";
import type { ServerDriverOptions } from "./server-options.ts";
import { StatementNames } from "./statement-names.ts";
import { tlsSettings } from "./tls.ts";

export interface PgDriverOptions extends ServerDriverOptions {
  /** False where a pooler such as PgBouncer gives each transaction another server connection. */
  readonly preparedStatements: boolean;
  readonly applicationName?: string | undefined;
  /** Server settings in the form `-c name=value`. */
  readonly serverOptions?: string | undefined;
  readonly channelBinding?: boolean | undefined;
}

/** A driver for one PostgreSQL database. */
export function pg(options: PgDriverOptions): Driver {
  return {
    name: "pg",
    isSync: false,
    async connect() {
      const module = await load();
      const client = new module.Client(await clientConfig(options));
      const connection = new PgConnection(client, module.Query, options);
      await client.connect();
      return connection;
    },
  };
}

async function load(): Promise<typeof import("pg").default> {
  try {
    return (await import("pg")).default;
  } catch (cause) {
    throw MissingDriverError.notInstalled("pg", "PostgreSQL", cause);
  }
}

async function clientConfig(options: PgDriverOptions): Promise<ClientConfig> {
  const { tls } = options;
  return {
    user: options.user,
    password: options.password,
    host: options.socket ?? options.host,
    port: options.port,
    database: options.database,
    application_name: options.applicationName,
    options: options.serverOptions,
    ssl:
      tls === undefined
        ? false
        : { ...(await tlsSettings(tls)), ...(tls.verify === "chain" ? { checkServerIdentity } : {}) },
    enableChannelBinding: options.channelBinding ?? false,
    connectionTimeoutMillis: options.connectTimeout,
    keepAlive: true,
    ...options.connectArgs,
  };
}

/** Accepts any host name, for sslmode=verify-ca. */
function checkServerIdentity(): undefined {
  return undefined;
}

/** Every value as the text that the server sent: codecs are the dialect's business. */
const asText: CustomTypesConfig = { getTypeParser: () => (text: string) => text };

const isBegin = /^BEGIN\b/;
const isEnd = /^(?:COMMIT|ROLLBACK)$/;
const nothing: readonly never[] = Object.freeze([]);

const statusNames: Readonly<Record<string, TransactionStatus>> = { I: "idle", T: "active", E: "failed" };

/** What the types of pg leave out: its parser's events, for versions before 8.21, and the names of parsed statements. */
interface Internals {
  ref(): void;
  unref(): void;
  readonly connection?: {
    readonly parsedStatements?: Record<string, unknown>;
    on(event: "readyForQuery", listener: (message: { readonly status?: string }) => void): void;
  };
  getTransactionStatus?(): string | null;
}

class PgConnection implements DriverConnection {
  readonly id = nextConnectionId();
  readonly #client: Client & Internals;
  readonly #Query: unknown;
  readonly #names: StatementNames | undefined;
  /** A BEGIN that waits for the statement after it, to be sent with that. */
  #begin: { readonly name: string; readonly sql: string } | undefined;
  #isOpen = true;
  #isSettled = true;
  #onSettled: (() => void) | undefined;
  #status: string | null = "I";

  /** @param PgQuery - The package's class of queries. */
  constructor(client: Client, PgQuery: unknown, options: PgDriverOptions) {
    this.#client = client as Client & Internals;
    this.#Query = PgQuery;
    this.#names = options.preparedStatements
      ? new StatementNames(options.maxPreparedStatements, "sqlmodel_")
      : undefined;
    // Without a listener, the loss of an idle connection would end the process.
    client.on("error", () => this.#lose());
    client.on("end", () => this.#lose());
    client.on("drain", () => this.#settle());
    if (this.#client.getTransactionStatus === undefined) {
      this.#client.connection?.on("readyForQuery", (message) => (this.#status = message.status ?? null));
    }
  }

  async execute(query: Query): Promise<DriverResult> {
    if (this.#names === undefined || !query.reusable) return this.#send(query, undefined);
    if (this.#begin !== undefined && isEnd.test(query.sql)) {
      this.#begin = undefined;
      return done(query.sql);
    }
    await this.#deallocate(this.#names);
    const { name, isNew } = this.#names.nameOf(query.sql);
    if (!isNew && this.#begin === undefined && isBegin.test(query.sql) && this.#isOpen) {
      this.#begin = { name, sql: query.sql };
      return done("BEGIN");
    }
    try {
      return await this.#send(query, name);
    } catch (error) {
      if (isNew) this.#names.forget(query.sql);
      if (!isStalePlan(error)) throw error;
      this.#names.forget(query.sql);
      // The failed statement changed nothing, but inside a transaction it ended that.
      if (this.transactionStatus() !== "idle") throw error;
      return this.#send(query, this.#names.nameOf(query.sql).name);
    }
  }

  async executeScript(sql: string): Promise<void> {
    const begin = this.#takeBegin();
    if (begin !== undefined) await this.#script(begin.sql);
    await this.#script(sql);
  }

  async #script(sql: string): Promise<void> {
    await this.#untilSettled(() => this.#client.query(sql));
  }

  #takeBegin(): { readonly name: string; readonly sql: string } | undefined {
    const begin = this.#begin;
    this.#begin = undefined;
    return begin;
  }

  transactionStatus(): TransactionStatus {
    if (this.#begin !== undefined) return "active";
    const status = this.#client.getTransactionStatus === undefined ? this.#status : this.#client.getTransactionStatus();
    return statusNames[status ?? ""] ?? "unknown";
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await this.#client.end();
  }

  keepAlive(isInUse: boolean): void {
    if (isInUse) this.#client.ref();
    else this.#client.unref();
  }

  async #send(query: Query, name: string | undefined): Promise<DriverResult> {
    const config: QueryArrayConfig & { queryMode: "extended" } = {
      text: query.sql,
      values: query.parameters as DriverValue[],
      rowMode: "array",
      types: asText,
      // One statement only: the simple protocol would run all that a semicolon separates.
      queryMode: "extended",
      ...(name === undefined ? {} : { name }),
    };
    const begin = this.#takeBegin();
    const result: PgResult = await this.#untilSettled<PgResult>(() =>
      begin === undefined
        ? this.#client.query<DriverValue[]>(config)
        : queryAfterBegin(this.#client, this.#Query, begin.name, config),
    );
    return {
      rows: result.rows,
      // Asked for by nobody who has a compiled statement.
      get columns() {
        return result.fields.map((field) => field.name);
      },
      rowCount: result.rowCount ?? 0,
      command: result.command,
    };
  }

  /** pg rejects as soon as it reads an error, but only the message after it says what became of the transaction. */
  async #untilSettled<T>(send: () => Promise<T>): Promise<T> {
    this.#isSettled = false;
    try {
      return await send();
    } catch (error) {
      if (!this.#isSettled && this.#isOpen) await new Promise<void>((resolve) => (this.#onSettled = resolve));
      throw error;
    }
  }

  #settle(): void {
    this.#isSettled = true;
    this.#onSettled?.();
    this.#onSettled = undefined;
  }

  #lose(): void {
    this.#isOpen = false;
    this.#settle();
  }

  async #deallocate(names: StatementNames): Promise<void> {
    // A failed transaction refuses DEALLOCATE; the names wait for the next statement.
    if (this.transactionStatus() === "failed") return;
    const evicted = names.takeEvicted();
    if (evicted.length === 0) return;
    const parsed = this.#client.connection?.parsedStatements;
    // A statement that failed to be prepared does not exist, and DEALLOCATE of it would be an error.
    const known = evicted.filter((name) => parsed === undefined || name in parsed);
    if (known.length === 0) return;
    await this.#script(known.map((name) => `DEALLOCATE "${name}"`).join("; "));
    if (parsed !== undefined) for (const name of known) delete parsed[name];
  }
}

/** The answer to transaction control that needed no round trip. */
function done(command: string): DriverResult {
  return { rows: nothing, columns: nothing, rowCount: 0, command };
}

function isStalePlan(error: unknown): boolean {
  return error instanceof Error && "routine" in error && error.routine === "RevalidateCachedQuery";
}
