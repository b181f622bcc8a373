/** SQLite through Node's own module node:sqlite. Used by `create-engine.ts`; the only file that loads the module. */
import type {
  Driver,
  DriverConnection,
  DriverCursor,
  DriverResult,
  DriverValue,
  FunctionDefinition,
  Query,
  TransactionStatus,
} from "../io/driver.ts";
import { LruCache } from "../util/lru-cache.ts";
import { nextConnectionId } from "./connection-id.ts";
import { MissingDriverError } from "./errors.ts";
import { inMemory, sqliteParameters, type SqliteDriverOptions, type SqliteValue } from "./sqlite-options.ts";
import { changeResult, executeEach, ReadRows, SqliteCursor } from "./sqlite-results.ts";

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
  function(name: string, options: object, call: (first: DriverValue, second: DriverValue) => DriverValue): void;
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

/** A prepared statement, what kind it is, and the mode it was last run in. */
class Prepared {
  readonly statement: StatementSync;
  readonly isReader: boolean;
  #readsBigints = false;

  constructor(statement: StatementSync) {
    this.statement = statement;
    this.isReader = statement.columns().length > 0;
    if (this.isReader) statement.setReturnArrays(true);
  }

  readIntegersAs(integers: Query["integers"]): void {
    const wanted = integers === "bigint";
    if (wanted === this.#readsBigints) return;
    this.statement.setReadBigInts(wanted);
    this.#readsBigints = wanted;
  }

  execute(parameters: readonly DriverValue[]): DriverResult {
    const { statement } = this;
    if (this.isReader) return new ReadRows(statement.all(...sqliteParameters(parameters)), statement);
    const { changes, lastInsertRowid } = statement.run(...sqliteParameters(parameters));
    return changeResult(Number(changes), lastInsertRowid);
  }
}

class NodeSqliteConnection implements DriverConnection {
  readonly id = nextConnectionId();
  readonly #database: DatabaseSync;
  readonly #prepared: LruCache<string, Prepared>;

  constructor(database: DatabaseSync, maxPreparedStatements: number) {
    this.#database = database;
    this.#prepared = new LruCache(maxPreparedStatements);
  }

  execute(query: Query): DriverResult {
    const prepared = this.#prepare(query);
    prepared.readIntegersAs(query.integers);
    return prepared.execute(query.parameters);
  }

  executeEach(
    query: Query,
    rows: readonly (readonly DriverValue[])[],
    rowCount: number | undefined,
  ): readonly DriverResult[] {
    const prepared = this.#prepare(query);
    prepared.readIntegersAs(query.integers);
    return executeEach(prepared, rows, rowCount);
  }

  openCursor(query: Query): DriverCursor {
    // A statement of its own: running it again would begin it anew.
    const prepared = this.#prepare({ ...query, reusable: false });
    prepared.readIntegersAs(query.integers);
    const { statement, isReader } = prepared;
    if (!isReader) throw new TypeError("This statement returns no rows.");
    return new SqliteCursor(statement.iterate(...sqliteParameters(query.parameters)), statement.columns());
  }

  executeScript(sql: string): void {
    this.#database.exec(sql);
  }

  createFunction(definition: FunctionDefinition): void {
    const { name, parameters } = definition;
    const options = { deterministic: true, useBigIntArguments: true };
    if ("step" in definition) {
      const { start, step, inverse, result } = definition;
      this.#database.aggregate(name, { ...options, start, step, inverse, result });
      return;
    }
    const { call } = definition;
    // The module reads the number of parameters from the function.
    if (parameters === 1) this.#database.function(name, options, (first) => call(first, null, null));
    else if (parameters === 2) this.#database.function(name, options, (first, second) => call(first, second, null));
    else {
      const three = (first: DriverValue, second: DriverValue, third: DriverValue): DriverValue =>
        call(first, second, third);
      // The module's types know of two parameters; it reads their number from the function.
      this.#database.function(name, options, three as (first: DriverValue, second: DriverValue) => DriverValue);
    }
  }

  transactionStatus(): TransactionStatus {
    if (!this.#database.isOpen) return "unknown";
    return this.#database.isTransaction ? "active" : "idle";
  }

  isOpen(): boolean {
    return this.#database.isOpen;
  }

  close(): void {
    this.#prepared.clear();
    this.#database.close();
  }

  #prepare(query: Query): Prepared {
    let prepared = query.reusable ? this.#prepared.get(query.sql) : undefined;
    if (prepared !== undefined) return prepared;
    const statement = this.#database.prepare(query.sql);
    requireSingle(statement, query.sql);
    prepared = new Prepared(statement);
    if (query.reusable) this.#prepared.set(query.sql, prepared);
    return prepared;
  }
}

/** node:sqlite would run the first statement and forget the others. */
function requireSingle(statement: StatementSync, sql: string): void {
  const rest = sql.slice(statement.sourceSQL.length).replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, "");
  if (/[^\s;]/.test(rest)) throw new RangeError("The supplied SQL string contains more than one statement");
}
