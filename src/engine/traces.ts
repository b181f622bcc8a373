/** The messages of the channels `sqlmodel:query`, `sqlmodel:transaction` and `sqlmodel:pool`. Made by `connection.ts`. */
import type { Query } from "../io/driver.ts";
import { channel, Trace, type Traced } from "../io/channels.ts";
import type { EngineCore } from "./engine-core.ts";
import { shownParameters } from "./execution-log.ts";
import type { Pool, PoolStatus } from "./pool.ts";
import type { StreamEnd } from "./stream-report.ts";

/** Where a database is. */
export interface DatabaseLocation {
  /** The kind of database, as OpenTelemetry calls it: "postgresql", "mysql", "mariadb", "sqlite". */
  readonly system: string;
  /** The database's name; of SQLite its file. */
  readonly database: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
}

/** A statement that is sent: `sqlmodel:query`. */
export class QueryTrace implements Traced {
  readonly sql: string;
  readonly location: DatabaseLocation;
  /** The connection's number. */
  readonly connection: number;
  readonly returnsRows: boolean;
  /** How often the statement is run, each time with other values; undefined for once. */
  readonly batchSize: number | undefined;
  /** Rows returned or changed; undefined until it is answered. */
  rowCount: number | undefined = undefined;
  /** Of a stream: "open", then whether all rows were read. Undefined for what is read at once. */
  stream: StreamEnd | "open" | undefined;
  /** In milliseconds; of a stream, the time that the database took, without what the loop over its rows does. */
  duration: number | undefined = undefined;
  error: unknown = undefined;
  readonly #query: Query;
  readonly #hidesAll: boolean;

  constructor(
    query: Query,
    options: { location: DatabaseLocation; connection: number; hidesAll: boolean; batchSize?: number; stream?: "open" },
  ) {
    this.sql = query.sql;
    this.returnsRows = query.returnsRows;
    this.location = options.location;
    this.connection = options.connection;
    this.batchSize = options.batchSize;
    this.stream = options.stream;
    this.#query = query;
    this.#hidesAll = options.hidesAll;
  }

  /** The parameters as text; long ones cut, secret ones hidden. Made when asked for, and no property of the object itself. */
  get parameters(): readonly string[] {
    return shownParameters(this.#query, this.#hidesAll);
  }
}

/** A transaction of the database, from its BEGIN to its end: `sqlmodel:transaction`. */
export interface TransactionTrace extends Traced {
  readonly location: DatabaseLocation;
  readonly connection: number;
  /** Undefined while it is open. */
  outcome: "commit" | "rollback" | undefined;
}

/** A connection that is asked of the pool, until there is one: `sqlmodel:pool`. */
export interface PoolTrace extends Traced {
  readonly location: DatabaseLocation;
  /** The connection's number; undefined while none is free. */
  connection: number | undefined;
  /** The pool when it was asked. */
  readonly pool: PoolStatus;
}

export const queryChannel = channel<QueryTrace>("query");
export const transactionChannel = channel<TransactionTrace>("transaction");
export const poolChannel = channel<PoolTrace>("pool");

/** Where the databases of a pool are. */
function locationOf(engine: EngineCore, pool: Pool): DatabaseLocation {
  const { database, host, port } = pool.place;
  return { system: engine.dialect.systemName, database, host, port };
}

/** Announce a statement; with `batchSize`, one that is run so many times. */
export function traceQuery(
  engine: EngineCore,
  pool: Pool,
  connection: number,
  query: Query,
  batchSize?: number,
): Trace<QueryTrace> {
  const options = { location: locationOf(engine, pool), connection, hidesAll: engine.log.hidesAll };
  const message = new QueryTrace(query, batchSize === undefined ? options : { ...options, batchSize });
  return new Trace(queryChannel, message, !pool.waits);
}

/** Announce a stream. Other things happen until it is over, also where the engine is synchronous. */
export function traceStream(engine: EngineCore, pool: Pool, connection: number, query: Query): Trace<QueryTrace> {
  const options = {
    location: locationOf(engine, pool),
    connection,
    hidesAll: engine.log.hidesAll,
    stream: "open",
  } as const;
  return new Trace(queryChannel, new QueryTrace(query, options), false);
}

/** Announce that a connection is wanted. */
export function tracePool(engine: EngineCore, pool: Pool): Trace<PoolTrace> {
  const location = locationOf(engine, pool);
  const message = { location, connection: undefined, pool: pool.status, duration: undefined, error: undefined };
  return new Trace<PoolTrace>(poolChannel, message, !pool.waits);
}

/** Announce a transaction. */
export function traceTransaction(engine: EngineCore, pool: Pool, connection: number): Trace<TransactionTrace> {
  const location = locationOf(engine, pool);
  const message = { location, connection, outcome: undefined, duration: undefined, error: undefined };
  return new Trace<TransactionTrace>(transactionChannel, message, !pool.waits);
}
