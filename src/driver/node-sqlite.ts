/** SQLite through Node's own module node:sqlite. Used by `create-engine.ts`; the only file that loads the module. */
import type {
  Driver,
  DriverCursor,
  DriverResult,
  DriverValue,
  FunctionDefinition,
  ScalarFunction,
  TransactionStatus,
} from "../io/driver.ts";
import { MissingDriverError } from "./errors.ts";
import { SqliteConnection, SqliteStatement, withParameters } from "./sqlite-connection.ts";
import { inMemory, sqliteParameters, type SqliteDriverOptions, type SqliteValue } from "./sqlite-options.ts";
import { changeResult, ReadRows, SqliteCursor } from "./sqlite-results.ts";

/** The part of node:sqlite used here; the types of Node 20 do not know the module. */
interface StatementSync {
  all(...parameters: SqliteValue[]): DriverValue[][];
  iterate(...parameters: SqliteValue[]): Iterator<DriverValue[]>;
  run(...parameters: SqliteValue[]): { changes: number | bigint; lastInsertRowid: number | bigint };
  columns(): { name: string }[];
  /** The text of this statement: where `prepare` was given several, only of the first. */
  readonly sourceSQL: string;
  setReadBigInts(enabled: boolean): void;
  setReturnArrays(enabled: boolean): void;
}
interface DatabaseSync {
  readonly isOpen: boolean;
  readonly isTransaction: boolean;
  prepare(sql: string): StatementSync;
  function(name: string, options: object, call: ScalarFunction["call"]): void;
  aggregate(name: string, options: object): void;
  exec(sql: string): void;
  close(): void;
}
interface SqliteModule {
  readonly DatabaseSync: { new (path: string, options: object): DatabaseSync; readonly prototype: object };
  readonly StatementSync: { readonly prototype: object };
}

/** True where this Node has node:sqlite with all that is needed: rows as arrays and the transaction's state. */
export function hasNodeSqlite(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  // Asked by version, because loading the module prints a warning that it is experimental.
  return major >= 24 || (major === 22 && minor >= 16);
}

/** A driver for one database file (or for databases in memory, one a connection). */
export function nodeSqlite(options: SqliteDriverOptions): Driver {
  let sqlite: SqliteModule | undefined;
  return {
    name: "node:sqlite",
    isSync: true,
    connect() {
      sqlite ??= load();
      const database = new sqlite.DatabaseSync(location(options), {
        readOnly: options.mode === "read",
        timeout: options.busyTimeout,
        ...options.connectArgs,
      });
      return new NodeSqliteConnection(database, options.maxPreparedStatements);
    },
    scratch: () => nodeSqlite(inMemory(options)),
  };
}

function load(): SqliteModule {
  if (!hasNodeSqlite()) {
    throw MissingDriverError.tooOld(
      "node:sqlite",
      "rows as arrays",
      "Use Node 22.16 or 24, or install better-sqlite3: npm install better-sqlite3.",
    );
  }
  // A static import would keep this file from being loaded on Node 20, and the types of Node 20 do not know the module.
  return process.getBuiltinModule("node:sqlite") as unknown as SqliteModule;
}

/** SQLite creates a file that does not exist unless a URI says otherwise. */
function location({ filename, mode }: SqliteDriverOptions): string {
  if (mode !== "write" || filename === ":memory:") return filename;
  const path = filename.split("/").map(encodeURIComponent).join("/");
  return `file:${path}?mode=rw`;
}

class NodeSqliteStatement extends SqliteStatement {
  readonly isReader: boolean;
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    super();
    this.#statement = statement;
    this.isReader = statement.columns().length > 0;
    if (this.isReader) statement.setReturnArrays(true);
  }

  protected override readBigints(wanted: boolean): void {
    this.#statement.setReadBigInts(wanted);
  }

  override execute(parameters: readonly DriverValue[]): DriverResult {
    const statement = this.#statement;
    if (this.isReader) return new ReadRows(statement.all(...sqliteParameters(parameters)), statement);
    const { changes, lastInsertRowid } = statement.run(...sqliteParameters(parameters));
    return changeResult(Number(changes), lastInsertRowid);
  }

  override openCursor(parameters: readonly DriverValue[]): DriverCursor {
    return new SqliteCursor(this.#statement.iterate(...sqliteParameters(parameters)), this.#statement.columns());
  }
}

class NodeSqliteConnection extends SqliteConnection {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync, maxPreparedStatements: number) {
    super(maxPreparedStatements);
    this.#database = database;
  }

  protected override prepare(sql: string): SqliteStatement {
    const statement = this.#database.prepare(sql);
    requireSingle(statement, sql);
    return new NodeSqliteStatement(statement);
  }

  override executeScript(sql: string): void {
    this.#database.exec(sql);
  }

  override createFunction(definition: FunctionDefinition): void {
    const options = { deterministic: true, useBigIntArguments: true };
    if (!("step" in definition)) {
      this.#database.function(definition.name, options, withParameters(definition));
      return;
    }
    const { name, start, step, inverse, result } = definition;
    this.#database.aggregate(name, { ...options, start, step, inverse, result });
  }

  override transactionStatus(): TransactionStatus {
    if (!this.#database.isOpen) return "unknown";
    return this.#database.isTransaction ? "active" : "idle";
  }

  override isOpen(): boolean {
    return this.#database.isOpen;
  }

  protected override closeDatabase(): void {
    this.#database.close();
  }
}

/** node:sqlite would run the first statement and forget the others. */
function requireSingle(statement: StatementSync, sql: string): void {
  const rest = sql.slice(statement.sourceSQL.length).replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, "");
  if (/[^\s;]/.test(rest)) throw new RangeError("The supplied SQL string contains more than one statement");
}
