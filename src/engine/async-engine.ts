/** `AsyncEngine`: any database, asynchronously. Made by `createAsyncEngine`. */
import type { Dialect, TransactionOptions } from "../dialect/dialect.ts";
import type { Io } from "../io/io.ts";
import { runAsync } from "../io/run-async.ts";
import { AsyncConnection, transactAsync } from "./async-connection.ts";
import { ConnectionCore, type OpenOptions } from "./connection.ts";
import type { ConnectionRunner } from "./connection-runner.ts";
import type { EngineCore } from "./engine-core.ts";
import type { ExecuteListener } from "./execution-log.ts";
import type { PoolStatus } from "./pool.ts";

export class AsyncEngine implements AsyncDisposable, ConnectionRunner {
  readonly core: EngineCore;

  constructor(core: EngineCore) {
    this.core = core;
  }

  get dialect(): Dialect {
    return this.core.dialect;
  }

  get poolStatus(): PoolStatus {
    return this.core.pool.status;
  }

  /** Take a connection; close it when done: await using connection = await engine.connect(). */
  async connect(options?: OpenOptions): Promise<AsyncConnection> {
    return new AsyncConnection(await runAsync(ConnectionCore.open(this.core, options)));
  }

  /** Run `work` in a transaction on a connection of its own: commit, or roll back where it throws. */
  async begin<T>(work: (connection: AsyncConnection) => Promise<T>, options?: TransactionOptions): Promise<T> {
    const connection = await this.connect();
    try {
      return await transactAsync(connection, work, options);
    } finally {
      await connection.close();
    }
  }

  async run<T>(work: (connection: ConnectionCore) => Io<T>): Promise<T> {
    const connection = await this.connect();
    try {
      return await connection.run(work);
    } finally {
      await connection.close();
    }
  }

  /** Call `listener` after each statement. @returns A function that ends it. */
  onExecute(listener: ExecuteListener): () => void {
    return this.core.log.listen(listener);
  }

  /** Close idle connections now and the others as they come back. The engine gives no more of them. */
  async dispose(): Promise<void> {
    await Promise.all(this.#pools.map(async (pool) => pool.dispose()));
  }

  /** Let those who have connections finish, for at most `timeout` seconds, and dispose: for a server that shuts down. */
  async drain({ timeout = 10 }: { readonly timeout?: number } = {}): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.drain(timeout)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  get #pools(): EngineCore["pool"][] {
    return [this.core.pool, ...this.core.replicas];
  }
}
