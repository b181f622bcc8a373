/** What can run work on a connection, of either kind: engines and connections. */
import type { Io } from "../io/io.ts";
import type { ConnectionCore } from "./connection.ts";

export interface ConnectionRunner {
  /**
   * Run `work` on a connection that is open as long as it takes, outside of a transaction unless `work` begins one.
   * @returns A promise where the database is asynchronous.
   */
  run<T>(work: (connection: ConnectionCore) => Io<T>): T | Promise<T>;
}
