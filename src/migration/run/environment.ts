/** What differs between a synchronous and an asynchronous engine, for a run: how it rests, and how it calls the program's code. */
import { AsyncConnection } from "../../engine/async-connection.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import { Connection } from "../../engine/sync-connection.ts";
import { ignoreFailure, isThenable } from "../../util/thenable.ts";
import { AsynchronousRevisionError } from "../errors.ts";
import type { MigrationCallback } from "../operations.ts";

export interface Environment {
  rest(milliseconds: number): void | Promise<void>;
  /** Call what `op.run` was given, with a connection of the engine's kind. */
  invoke(callback: MigrationCallback<never>, connection: ConnectionCore, revision: string): void | Promise<void>;
}

export const syncEnvironment: Environment = {
  rest(milliseconds) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  },
  invoke(callback, connection, revision) {
    // Which kind of connection the code takes, only the program knows.
    const result = (callback as MigrationCallback)(new Connection(connection));
    if (!isThenable(result)) return;
    ignoreFailure(result);
    throw new AsynchronousRevisionError(revision, "The code of run()");
  },
};

export const asyncEnvironment: Environment = {
  rest: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  async invoke(callback, connection) {
    // As above.
    await (callback as MigrationCallback)(new AsyncConnection(connection));
  },
};
