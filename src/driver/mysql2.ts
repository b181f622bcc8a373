/** MySQL and MariaDB through the package mysql2. Used by `create-engine.ts`; the only file that loads the package. */
import type { Connection, ConnectionOptions, FieldPacket, ResultSetHeader } from "mysql2";
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
import { openMysqlCursor } from "./mysql-cursor.ts";
import type { ServerDriverOptions } from "./server-options.ts";
import { tlsSettings } from "./tls.ts";

type Mysql2 = typeof import("mysql2");

/** A driver for one MySQL or MariaDB database. */
export function mysql2(options: ServerDriverOptions): Driver {
  return {
    name: "mysql2",
    isSync: false,
    async connect() {
      const module = await load();
      const settings = await connectionOptions(options);
      const connection = module.createConnection(settings);
      const opened = new Mysql2Connection(connection, module, settings);
      await new Promise<void>((resolve, reject) => {
        connection.connect((error) => (error === null ? resolve() : reject(error)));
      });
      return opened;
    },
  };
}

async function load(): Promise<Mysql2> {
  let module: Mysql2;
  try {
    module = (await import("mysql2")).default;
  } catch (cause) {
    throw MissingDriverError.notInstalled("mysql2", "MySQL", cause);
  }
  if (module.TypedParameter === undefined) {
    // Older versions send every number as DOUBLE, which LIMIT refuses and JSON shows as 1.0.
    throw MissingDriverError.tooOld("mysql2", "typed parameters", "Install a newer one: npm install mysql2@latest.");
  }
  return module;
}

async function connectionOptions(options: ServerDriverOptions): Promise<ConnectionOptions> {
  const { tls } = options;
  const address =
    options.socket === undefined ? { host: options.host, port: options.port } : { socketPath: options.socket };
  return definedOnly({
    ...address,
    user: options.user,
    password: options.password,
    database: options.database,
    charset: "utf8mb4",
    connectTimeout: options.connectTimeout,
    maxPreparedStatements: options.maxPreparedStatements,
    ssl: tls === undefined ? undefined : { ...(await tlsSettings(tls)), verifyIdentity: tls.verify === "full" },
    ...options.connectArgs,
    // What codecs rely on: nothing may change these.
    rowsAsArray: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
    jsonStrings: true,
    decimalNumbers: false,
    multipleStatements: false,
    // The other parsers are code made of the names that the server sends, and close the connection at one like __proto__.
    disableEval: true,
    // FOUND_ROWS: an UPDATE counts the rows it matched, as other databases do. No LOAD DATA LOCAL INFILE.
    flags: ["FOUND_ROWS", "-LOCAL_FILES"],
  });
}

function definedOnly(options: Readonly<Record<string, unknown>>): ConnectionOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** SERVER_STATUS_IN_TRANS of the protocol. */
const inTransaction = 1;
/** ER_UNSUPPORTED_PS: a command that cannot be prepared. */
const notPreparable = 1295;

type Answer = DriverValue[][] | ResultSetHeader;

/** The socket, which TLS replaces while connecting. */
interface Internals {
  readonly stream?: { ref?(): void; unref?(): void };
}

class Mysql2Connection implements DriverConnection {
  readonly id = nextConnectionId();
  readonly #connection: Connection & Internals;
  readonly #module: Mysql2;
  readonly #settings: ConnectionOptions;
  #isOpen = true;
  #serverStatus = 0;

  /** @param settings - How to open another connection, which `cancel` needs. */
  constructor(connection: Connection, module: Mysql2, settings: ConnectionOptions) {
    this.#connection = connection as Connection & Internals;
    this.#module = module;
    this.#settings = settings;
    // Without a listener, the loss of an idle connection would end the process.
    connection.on("error", () => (this.#isOpen = false));
    connection.on("end", () => (this.#isOpen = false));
  }

  async execute(query: Query): Promise<DriverResult> {
    const isPlain = query.parameters.length === 0 && !query.returnsRows;
    // Text without parameters needs no preparation, and BEGIN and SAVEPOINT cannot be prepared.
    if (isPlain) return this.#query(query.sql);
    try {
      return await this.#execute(query);
    } catch (error) {
      if (query.parameters.length === 0 && errorNumber(error) === notPreparable) return this.#query(query.sql);
      throw error;
    } finally {
      if (!query.reusable) this.#connection.unprepare(query.sql);
    }
  }

  openCursor(query: Query): Promise<DriverCursor> {
    const parameters = query.parameters.map((value) => this.#parameter(value));
    return openMysqlCursor(this.#connection, query.sql, parameters, (error) => this.#failure(error));
  }

  async executeScript(sql: string): Promise<void> {
    await this.#query(sql);
  }

  cancel(): Promise<void> {
    const other = this.#module.createConnection(this.#settings);
    return new Promise((resolve, reject) => {
      const settle = (error: Error | null): void => {
        other.destroy();
        if (error === null) resolve();
        else reject(error);
      };
      other.on("error", settle);
      other.query(`KILL QUERY ${String(this.#connection.threadId)}`, settle);
    });
  }

  transactionStatus(): TransactionStatus {
    if (!this.#isOpen) return "unknown";
    return (this.#serverStatus & inTransaction) === 0 ? "idle" : "active";
  }

  isOpen(): boolean {
    return this.#isOpen;
  }

  async close(): Promise<void> {
    if (!this.#isOpen) {
      this.#connection.destroy();
      return;
    }
    this.#isOpen = false;
    await new Promise<void>((resolve) => {
      // The connection is gone either way.
      this.#connection.end(() => resolve());
    });
  }

  keepAlive(isInUse: boolean): void {
    if (isInUse) this.#connection.stream?.ref?.();
    else this.#connection.stream?.unref?.();
  }

  #query(sql: string): Promise<DriverResult> {
    return new Promise((resolve, reject) => {
      this.#connection.query<never>(sql, (error, answer, fields) => {
        if (error === null) resolve(this.#result(answer, fields));
        else reject(this.#failure(error));
      });
    });
  }

  #execute(query: Query): Promise<DriverResult> {
    const parameters = query.parameters.map((value) => this.#parameter(value));
    return new Promise((resolve, reject) => {
      this.#connection.execute<never>(query.sql, parameters, (error, answer, fields) => {
        if (error === null) resolve(this.#result(answer, fields));
        else reject(this.#failure(error));
      });
    });
  }

  /** Whole numbers as BIGINT: mysql2 itself would send a number as DOUBLE and a bigint as text. */
  #parameter(value: DriverValue): ReturnType<Mysql2["TypedParameter"]["LONGLONG"]> | string | number | Buffer | null {
    const { LONGLONG } = this.#module.TypedParameter;
    switch (typeof value) {
      case "bigint":
        return value > 0x7fff_ffff_ffff_ffffn ? LONGLONG.unsigned(value) : LONGLONG(value);
      case "number":
        return Number.isSafeInteger(value) ? LONGLONG(value) : value;
      case "boolean":
        return LONGLONG(value ? 1 : 0);
      case "object":
        // Only a Buffer is sent as BLOB; another Uint8Array would be text.
        return value === null || Buffer.isBuffer(value)
          ? value
          : Buffer.from(value.buffer, value.byteOffset, value.length);
      default:
        return value;
    }
  }

  #result(answer: Answer, fields: readonly FieldPacket[] | undefined): DriverResult {
    if (Array.isArray(answer)) {
      return { rows: answer, columns: (fields ?? []).map((field) => field.name), rowCount: answer.length };
    }
    this.#serverStatus = answer.serverStatus;
    const insertId = wholeNumber(answer.insertId);
    return {
      rows: [],
      columns: [],
      rowCount: Number(answer.affectedRows),
      ...(insertId === 0 ? {} : { insertId }),
    };
  }

  #failure(error: Error & { readonly fatal?: boolean }): Error {
    if (error.fatal === true) this.#isOpen = false;
    return error;
  }
}

function errorNumber(error: unknown): unknown {
  return error instanceof Error && "errno" in error ? error.errno : undefined;
}

/** mysql2 gives 64 bit numbers as text where bigNumberStrings is on. */
function wholeNumber(value: number | string): number | bigint {
  const exact = BigInt(value);
  const number = Number(exact);
  return Number.isSafeInteger(number) ? number : exact;
}
