/** `AsyncConnection`: the asynchronous façade of `ConnectionCore`. */
import type { TransactionOptions } from "../dialect/dialect.ts";
import type { Io } from "../io/io.ts";
import { runAsync } from "../io/run-async.ts";
import { AsyncRowStream } from "./async-row-stream.ts";
import type { ConnectionCore, TransactionState } from "./connection.ts";
import {
  DirectRows,
  executeDirect,
  executePreparedDirect,
  explainDirect,
  type DirectRow,
  type Executable,
} from "./direct.ts";
import { ConcurrentConnectionUse } from "./errors.ts";
import { limited, type ExecOptions } from "./exec-options.ts";
import type { ExplainOptions } from "./explain.ts";
import type { Plan } from "./plan.ts";
import { Prepared } from "./prepared.ts";
import type { Result } from "./result.ts";
import type { StreamOptions } from "./row-source.ts";

/** A connection for SQL without a session. Statements outside of `begin` and `commit` take effect at once. */
export class AsyncConnection implements AsyncDisposable {
  readonly #core: ConnectionCore;
  #running: string | undefined;

  constructor(core: ConnectionCore) {
    this.#core = core;
  }

  get transaction(): TransactionState {
    return this.#core.transaction;
  }

  /** Run a statement: await connection.execute(sql`select * from hero where id = ${1}`); a prepared one with its values by name. */
  execute<P extends object>(
    statement: Prepared<unknown, P>,
    values: NoInfer<P>,
    options?: ExecOptions,
  ): Promise<Result<DirectRow>>;
  execute(statement: Executable, options?: ExecOptions): Promise<Result<DirectRow>>;
  execute(
    statement: Executable | Prepared<unknown, object>,
    second?: object,
    third?: ExecOptions,
  ): Promise<Result<DirectRow>> {
    if (Prepared.isPrepared(statement))
      return this.#alone("execute", () => limited(executePreparedDirect(this.#core, statement, second), third));
    return this.#alone("execute", () => limited(executeDirect(this.#core, statement), second));
  }

  /** How the database runs a statement; with `analyze`, it is run and measured. @throws CompileError where it cannot be */
  explain<P extends object>(
    statement: Prepared<unknown, P>,
    values: NoInfer<P>,
    options?: ExplainOptions,
  ): Promise<Plan>;
  explain(statement: Executable, options?: ExplainOptions): Promise<Plan>;
  explain(statement: Executable | Prepared<unknown, object>, second?: object, third?: ExplainOptions): Promise<Plan> {
    const [values, options] = Prepared.isPrepared(statement) ? [second, third] : [undefined, second];
    return this.#alone("explain", () => explainDirect(this.#core, statement, values, options));
  }

  /** Run a select for more rows than memory holds: they are read in batches, in a transaction of their own where there is none. */
  stream<P extends object>(
    statement: Prepared<unknown, P>,
    values: NoInfer<P>,
    options?: StreamOptions,
  ): AsyncRowStream<DirectRow>;
  stream(statement: Executable, options?: StreamOptions): AsyncRowStream<DirectRow>;
  stream(
    statement: Executable | Prepared<unknown, object>,
    second?: object,
    third?: StreamOptions,
  ): AsyncRowStream<DirectRow> {
    const [values, options] = Prepared.isPrepared(statement) ? [second, third] : [undefined, second];
    return new AsyncRowStream(
      new DirectRows(this.#core, statement, values),
      (io) => this.#alone("stream", () => io),
      options,
    );
  }

  /** Begin a transaction. */
  begin(options?: TransactionOptions): Promise<void> {
    return this.#alone("begin", () => this.#core.begin(options));
  }

  /** Commit the transaction. */
  commit(): Promise<void> {
    return this.#alone("commit", () => this.#core.commit());
  }

  /** Roll the transaction back; does nothing where there is none. */
  rollback(): Promise<void> {
    return this.#alone("rollback", () => this.#core.rollback());
  }

  /** Run generators that need a connection, such as DDL. */
  run<T>(work: (connection: ConnectionCore) => Io<T>): Promise<T> {
    return this.#alone("run", () => work(this.#core));
  }

  /** Roll back what is open and give the connection back to the pool. */
  close(): Promise<void> {
    return this.#alone("close", () => this.#core.close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One call at a time: a connection is one conversation, and an error in it would hit the call beside it. */
  async #alone<T>(call: string, work: () => Io<T>): Promise<T> {
    if (this.#running !== undefined) throw new ConcurrentConnectionUse(this.#running, call);
    this.#running = call;
    try {
      return await runAsync(work());
    } finally {
      this.#running = undefined;
    }
  }
}

/** Run `work` in a transaction of `connection`: commit, or roll back where it throws. */
export async function transactAsync<T>(
  connection: AsyncConnection,
  work: (connection: AsyncConnection) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  await connection.begin(options);
  try {
    const result = await work(connection);
    await connection.commit();
    return result;
  } catch (error) {
    await connection.rollback();
    throw error;
  }
}
