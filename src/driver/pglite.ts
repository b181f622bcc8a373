/**
 * Embedded PostgreSQL through the package @electric-sql/pglite. Used by `create-engine.ts`; the only file that loads the package.
 * It speaks the wire protocol to the database itself: one call a statement, text values, named statements and the
 * transaction's true state, none of which PGlite's own `query` offers.
 */
import type { PGlite, protocol } from "@electric-sql/pglite";
import type {
  Driver,
  DriverConnection,
  DriverCursor,
  DriverResult,
  DriverValue,
  Query,
  TransactionStatus,
} from "../io/driver.ts";
import { nextConnectionId } from "./connection-id.ts";
import { MissingDriverError } from "./errors.ts";
import { openPgCursor } from "./pg-cursor.ts";
import { isStalePlan } from "./stale-plan.ts";
import { StatementNames } from "./statement-names.ts";

export interface PgliteDriverOptions {
  /** The directory of the database; undefined for one in memory. */
  readonly directory: string | undefined;
  /** How many prepared statements are kept. */
  readonly maxPreparedStatements: number;
  /** Options passed to `PGlite.create` as they are, such as `extensions`. */
  readonly connectArgs: Readonly<Record<string, unknown>>;
}

type Serialize = (typeof protocol)["serialize"];

/** A driver for one embedded database. It has one session: a pool must hold one connection. */
export function pglite(options: PgliteDriverOptions): Driver {
  let opening: Promise<{ readonly database: PGlite; readonly serialize: Serialize }> | undefined;
  return {
    name: "@electric-sql/pglite",
    isSync: false,
    async connect() {
      opening ??= open(options);
      const { database, serialize } = await opening;
      return new PgliteConnection(database, serialize, options);
    },
    async dispose() {
      const closing = opening;
      opening = undefined;
      if (closing !== undefined) await (await closing).database.close();
    },
  };
}

async function open(options: PgliteDriverOptions): Promise<{ database: PGlite; serialize: Serialize }> {
  const module = await load();
  const database = await module.PGlite.create({
    ...(options.directory === undefined ? {} : { dataDir: options.directory }),
    ...options.connectArgs,
  });
  return { database, serialize: module.protocol.serialize };
}

async function load(): Promise<typeof import("@electric-sql/pglite")> {
  try {
    return await import("@electric-sql/pglite");
  } catch (cause) {
    throw MissingDriverError.notInstalled("@electric-sql/pglite", "Embedded PostgreSQL", cause);
  }
}

const statusNames: Readonly<Record<string, TransactionStatus>> = { I: "idle", T: "active", E: "failed" };

class PgliteConnection implements DriverConnection {
  readonly id = nextConnectionId();
  readonly #database: PGlite;
  readonly #serialize: Serialize;
  readonly #names: StatementNames;
  readonly #isInMemory: boolean;
  /** Statements the server has parsed: after an error in the middle nobody else knows. */
  readonly #parsed = new Set<string>();
  #status: TransactionStatus = "idle";
  #cursors = 0;
  #isOpen = true;

  constructor(database: PGlite, serialize: Serialize, options: PgliteDriverOptions) {
    this.#database = database;
    this.#serialize = serialize;
    // Connections follow each other in one session of the database, and so do their statements.
    this.#names = new StatementNames(options.maxPreparedStatements, `sqlmodel_${String(this.id)}_`);
    this.#isInMemory = options.directory === undefined;
  }

  async execute(query: Query): Promise<DriverResult> {
    const name = query.reusable ? this.#names.nameOf(query.sql).name : "";
    const messages: Uint8Array[] = [];
    for (const evicted of this.#names.takeEvicted()) {
      if (this.#parsed.delete(evicted)) messages.push(this.#serialize.close({ type: "S", name: evicted }));
    }
    const isPrepared = name !== "" && this.#parsed.has(name);
    if (!isPrepared) messages.push(this.#serialize.parse({ text: query.sql, name }));
    messages.push(
      this.#serialize.bind({ statement: name, values: query.parameters.map(wireValue) }),
      this.#serialize.describe({ type: "P" }),
      this.#serialize.execute(),
      this.#serialize.sync(),
    );
    const before = this.#status;
    const reply = await this.#send(messages, name);
    if (reply.error === undefined) return reply;
    this.#names.forget(query.sql);
    // It changed nothing, but inside a transaction it ended that.
    if (isPrepared && before === "idle" && isStalePlan(reply.error)) return this.execute(query);
    throw reply.error;
  }

  openCursor(query: Query): Promise<DriverCursor> {
    this.#cursors += 1;
    return openPgCursor(this, query, this.#cursors);
  }

  async executeScript(sql: string): Promise<void> {
    const reply = await this.#send([this.#serialize.query(sql)], "");
    if (reply.error !== undefined) throw reply.error;
  }

  transactionStatus(): TransactionStatus {
    return this.#isOpen ? this.#status : "unknown";
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  /** Leaves the database as a new connection would find it; `dispose` of the driver closes that. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    if (this.#status !== "idle") await this.executeScript("ROLLBACK");
    await this.executeScript("DEALLOCATE ALL");
    this.#isOpen = false;
  }

  async #send(messages: readonly Uint8Array[], name: string): Promise<Reply> {
    let replies: BackendMessages;
    try {
      replies = await this.#database.execProtocolStream(concatenated(messages), {
        throwOnError: false,
        syncToFs: false,
      });
    } catch (error) {
      // Not an answer of the database: it has crashed or was closed.
      this.#isOpen = false;
      throw error;
    }
    const reply = new Reply();
    for (const message of replies) {
      reply.add(message);
      if (message.name === "parseComplete" && name !== "") this.#parsed.add(name);
      if (isReadyForQuery(message)) this.#status = statusNames[message.status] ?? "unknown";
    }
    if (this.#status === "idle" && !this.#isInMemory) await this.#database.syncToFs();
    return reply;
  }
}

type BackendMessages = Awaited<ReturnType<PGlite["execProtocolStream"]>>;
type BackendMessage = BackendMessages[number];

/** Collects what the database answers to one statement. */
class Reply implements DriverResult {
  readonly rows: DriverValue[][] = [];
  columns: readonly string[] = [];
  rowCount = 0;
  command = "";
  error: Error | undefined;

  add(message: BackendMessage): void {
    if (message.name === "dataRow") this.rows.push((message as BackendMessage & { fields: DriverValue[] }).fields);
    else if (message.name === "rowDescription") {
      this.columns = (message as BackendMessage & { fields: { name: string }[] }).fields.map((field) => field.name);
    } else if (message.name === "commandComplete") this.#complete((message as BackendMessage & { text: string }).text);
    else if (message instanceof Error) this.error ??= message;
  }

  /** A command tag: "UPDATE 3", "INSERT 0 5", "CREATE TABLE". */
  #complete(tag: string): void {
    const words = tag.split(" ");
    const count = Number(words.at(-1));
    this.command = words[0] ?? "";
    this.rowCount = Number.isInteger(count) ? count : 0;
  }
}

function isReadyForQuery(message: BackendMessage): message is BackendMessage & { readonly status: string } {
  return message.name === "readyForQuery";
}

/** Text as it is and bytes in binary; the codecs of the dialect make nothing else. */
function wireValue(value: DriverValue): string | Uint8Array | null {
  return value === null || value instanceof Uint8Array ? value : String(value);
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
