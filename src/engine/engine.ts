/** `Engine`: a database that answers synchronously. Made by `createEngine`. */
import type { Dialect, TransactionOptions } from "../dialect/dialect.ts";
import type { Io } from "../io/io.ts";
import { runSync } from "../io/run-sync.ts";
import { ConnectionCore } from "./connection.ts";
import type { EngineCore } from "./engine-core.ts";
import type { ExecuteListener } from "./execution-log.ts";
import type { PoolStatus } from "./pool.ts";
import type { ConnectionRunner } from "./connection-runner.ts";
import { Connection, transactSync } from "./sync-connection.ts";

export class Engine implements Disposable, ConnectionRunner {
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

  /** Take a connection; close it when done: using connection = engine.connect(). */
  connect(): Connection {
    return new Connection(runSync(ConnectionCore.open(this.core)));
  }

  /** Run `work` in a transaction on a connection of its own: commit, or roll back where it throws. */
  begin<T>(work: (connection: Connection) => T, options?: TransactionOptions): T {
    const connection = this.connect();
    try {
      return transactSync(connection, work, options);
    } finally {
      connection.close();
    }
  }

  run<T>(work: (connection: ConnectionCore) => Io<T>): T {
    const connection = this.connect();
    try {
      return connection.run(work);
    } finally {
      connection.close();
    }
  }

  /** Call `listener` after each statement. @returns A function that ends it. */
  onExecute(listener: ExecuteListener): () => void {
    return this.core.log.listen(listener);
  }

  /** Close all connections. The engine gives no more of them. */
  dispose(): void {
    void this.core.pool.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
