/** `Connection`: the synchronous façade of `ConnectionCore`. */
import type { TransactionOptions } from "../dialect/dialect.ts";
import type { Io } from "../io/io.ts";
import { runSync } from "../io/run-sync.ts";
import type { ConnectionCore, TransactionState } from "./connection.ts";
import {
  DirectRows,
  executeDirect,
  executePreparedDirect,
  explainDirect,
  type DirectRow,
  type Executable,
} from "./direct.ts";
import type { ExplainOptions } from "./explain.ts";
import type { Plan } from "./plan.ts";
import { isThenable } from "../util/thenable.ts";
import { AsynchronousCallbackError } from "./errors.ts";
import { refuseLimits } from "./exec-options.ts";
import { Prepared } from "./prepared.ts";
import type { Result } from "./result.ts";
import type { StreamOptions } from "./row-source.ts";
import { RowStream } from "./row-stream.ts";

/** A connection for SQL without a session. Statements outside of `begin` and `commit` take effect at once. */
export class Connection implements Disposable {
  readonly #core: ConnectionCore;

  constructor(core: ConnectionCore) {
    this.#core = core;
  }

  get transaction(): TransactionState {
    return this.#core.transaction;
  }

  /** Run a statement: connection.execute(sql`select * from hero where id = ${1}`); a prepared one with its values by name. */
  execute<P extends object>(statement: Prepared<unknown, P>, values: NoInfer<P>): Result<DirectRow>;
  execute(statement: Executable): Result<DirectRow>;
  execute(statement: Executable | Prepared<unknown, object>, values?: unknown): Result<DirectRow> {
    if (Prepared.isPrepared(statement)) return runSync(executePreparedDirect(this.#core, statement, values));
    return runSync(executeDirect(this.#core, statement));
  }

  /** How the database runs a statement; with `analyze`, it is run and measured. @throws CompileError where it cannot be */
  explain<P extends object>(statement: Prepared<unknown, P>, values: NoInfer<P>, options?: ExplainOptions): Plan;
  explain(statement: Executable, options?: ExplainOptions): Plan;
  explain(statement: Executable | Prepared<unknown, object>, second?: object, third?: ExplainOptions): Plan {
    const [values, options] = Prepared.isPrepared(statement) ? [second, third] : [undefined, second];
    return runSync(explainDirect(this.#core, statement, values, options));
  }

  /** Run a select for more rows than memory holds: they are read in batches, in a transaction of their own where there is none. */
  stream<P extends object>(
    statement: Prepared<unknown, P>,
    values: NoInfer<P>,
    options?: StreamOptions,
  ): RowStream<DirectRow>;
  stream(statement: Executable, options?: StreamOptions): RowStream<DirectRow>;
  stream(
    statement: Executable | Prepared<unknown, object>,
    second?: object,
    third?: StreamOptions,
  ): RowStream<DirectRow> {
    const [values, options] = Prepared.isPrepared(statement) ? [second, third] : [undefined, second];
    refuseLimits(options);
    return new RowStream(new DirectRows(this.#core, statement, values), runSync, options);
  }

  /** Begin a transaction. */
  begin(options?: TransactionOptions): void {
    runSync(this.#core.begin(options));
  }

  /** Commit the transaction. */
  commit(): void {
    runSync(this.#core.commit());
  }

  /** Roll the transaction back; does nothing where there is none. */
  rollback(): void {
    runSync(this.#core.rollback());
  }

  /** Run generators that need a connection, such as DDL. */
  run<T>(work: (connection: ConnectionCore) => Io<T>): T {
    return runSync(work(this.#core));
  }

  /** Roll back what is open and give the connection back to the pool. */
  close(): void {
    runSync(this.#core.close());
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Run `work` in a transaction of `connection`: commit, or roll back where it throws. */
export function transactSync<T>(
  connection: Connection,
  work: (connection: Connection) => T,
  options?: TransactionOptions,
): T {
  connection.begin(options);
  try {
    const result = work(connection);
    if (isThenable(result)) throw new AsynchronousCallbackError("begin");
    connection.commit();
    return result;
  } catch (error) {
    connection.rollback();
    throw error;
  }
}
