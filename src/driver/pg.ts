/** PostgreSQL through the package pg. Used by `create-engine.ts`; the only file that loads the package. */
import type { Client, ClientConfig, Submittable } from "pg";
import type { Driver, DriverConnection, DriverCursor, DriverResult, Query, TransactionStatus } from "../io/driver.ts";
import { nextConnectionId } from "./connection-id.ts";
import { MissingDriverError } from "./errors.ts";
import { cancelRunning, type Cancellable } from "./pg-cancel.ts";
import { openPgCursor } from "./pg-cursor.ts";
import { PgStatement } from "./pg-statement.ts";
import type { ServerDriverOptions } from "./server-options.ts";
import { isStalePlan } from "./stale-plan.ts";
import { StatementNames } from "./statement-names.ts";
import { tlsSettings } from "./tls.ts";

export interface PgDriverOptions extends ServerDriverOptions {
  /** Whether statements are named; undefined: where no pooler gives each transaction another server connection. */
  readonly preparedStatements: boolean | undefined;
  /** What is known to sit between; undefined: the first answer tells whether something does. */
  readonly pooler?: "transaction" | "session" | undefined;
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
      const connection = new PgConnection(client, module.Connection, options);
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

const isBegin = /^BEGIN\b/;
const isEnd = /^(?:COMMIT|ROLLBACK)$/;
const nothing: readonly never[] = Object.freeze([]);

const statusNames: Readonly<Record<string, TransactionStatus>> = { I: "idle", T: "active", E: "failed" };

/** What the types of pg leave out: its parser's events, for versions before 8.21, and the names of parsed statements. */
interface Internals extends Cancellable {
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
  readonly #cancel: () => Promise<void>;
  readonly #options: PgDriverOptions;
  #names: StatementNames | undefined;
  #isPooled: boolean;
  /** Names of the result columns of prepared statements, by the statements' names. */
  readonly #columns = new Map<string, readonly string[]>();
  /** A BEGIN that waits for the statement after it, to be sent with that. */
  #begin: { readonly name: string; readonly sql: string } | undefined;
  #cursors = 0;
  #isOpen = true;
  #isSettled = true;
  #onSettled: (() => void) | undefined;
  #status: string | null = "I";

  /** @param wireClass - The package's class of connections below clients. */
  constructor(client: Client, wireClass: unknown, options: PgDriverOptions) {
    this.#client = client as Client & Internals;
    this.#cancel = () => cancelRunning(this.#client, wireClass, options.connectTimeout);
    this.#options = options;
    this.#isPooled = options.pooler === "transaction";
    this.#names =
      (options.preparedStatements ?? !this.#isPooled)
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
    if (this.#names.hasEvicted) await this.#deallocate(this.#names);
    const { name, isNew } = this.#names.nameOf(query.sql);
    if (!isNew && this.#begin === undefined && isBegin.test(query.sql) && this.#isOpen) {
      this.#begin = { name, sql: query.sql };
      return done("BEGIN");
    }
    try {
      return await this.#send(query, name);
    } catch (error) {
      if (!isNew && !isStalePlan(error)) throw error;
      this.#names.forget(query.sql);
      if (isNew) throw error;
      // The failed statement changed nothing, but inside a transaction it ended that.
      if (this.transactionStatus() !== "idle") throw error;
      return this.#send(query, this.#names.nameOf(query.sql).name);
    }
  }

  openCursor(query: Query): Promise<DriverCursor> {
    this.#cursors += 1;
    return openPgCursor(this, query, this.#cursors);
  }

  async executeScript(sql: string): Promise<void> {
    const begin = this.#takeBegin();
    if (begin !== undefined) await this.#script(begin.sql);
    await this.#script(sql);
  }

  async #script(sql: string): Promise<void> {
    this.#isSettled = false;
    try {
      await this.#client.query(sql);
    } catch (error) {
      await new Promise<void>((resolve) => this.#whenSettled(resolve));
      throw error;
    }
  }

  #takeBegin(): { readonly name: string; readonly sql: string } | undefined {
    const begin = this.#begin;
    this.#begin = undefined;
    return begin;
  }

  get isPooled(): boolean {
    return this.#isPooled;
  }

  /** A pooler makes up the number that it gives at connecting. */
  noteBackend(backend: number): void {
    const { pooler, preparedStatements } = this.#options;
    if (pooler !== undefined || backend === this.#client.processID) return;
    this.#isPooled = true;
    if (preparedStatements === undefined) this.#names = undefined;
    warnOfPooler();
  }

  cancel(): Promise<void> {
    return this.#cancel();
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

  /** Resolves with the statement's result; rejects once it is known what an error did to the transaction. */
  #send(query: Query, name: string | undefined): Promise<DriverResult> {
    const options = {
      text: query.sql,
      values: query.parameters,
      name: name ?? "",
      begin: this.#takeBegin()?.name,
      columns: name === undefined ? undefined : this.#columns.get(name),
    };
    return new Promise((resolve, reject) => {
      const statement = new PgStatement(options, (error, result) => {
        if (result === undefined) {
          this.#whenSettled(() => reject(error instanceof Error ? error : new Error("pg gave no result.")));
          return;
        }
        if (name !== undefined && options.columns === undefined) this.#columns.set(name, result.columns);
        resolve(result);
      });
      this.#isSettled = false;
      // pg's types know less of its connection than `Wire` says.
      this.#client.query(statement as unknown as Submittable);
    });
  }

  /** pg tells of an error as soon as it reads it, but only the message after it says what became of the transaction. */
  #whenSettled(work: () => void): void {
    if (this.#isSettled || !this.#isOpen) work();
    else this.#onSettled = work;
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
    for (const name of evicted) this.#columns.delete(name);
  }
}

/** The answer to transaction control that needed no round trip. */
function done(command: string): DriverResult {
  return { rows: nothing, columns: nothing, rowCount: 0, command };
}

let hasWarned = false;

function warnOfPooler(): void {
  if (hasWarned) return;
  hasWarned = true;
  process.emitWarning(
    "A pooler sits between this program and PostgreSQL. Statements are not prepared, in case that it gives each transaction another server connection.",
    {
      type: "SQLModelWarning",
      detail:
        "Say which kind it is by the engine option pooler: 'transaction' or 'session', or by ?pooler= in the URL.",
    },
  );
}
