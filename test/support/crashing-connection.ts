/** Connections that are lost at a chosen statement, as they are when the process dies or the network goes. */
import { createAsyncEngine } from "../../src/create-engine.ts";
import type { AsyncConnection } from "../../src/engine/async-connection.ts";
import type { AsyncEngine } from "../../src/engine/async-engine.ts";
import type { DriverConnection, Query } from "../../src/io/driver.ts";

export interface Crash {
  /** The statement, counted from 0. */
  readonly at: number;
  /** "before": it is never sent; "after": it is carried out, and nobody hears of it. "killed": the server ends the session before it. */
  readonly when: "before" | "after" | "killed";
}

/** Asks for a session's number, and what ends that session. */
export interface Killer {
  readonly session: string;
  readonly kill: (session: string) => Promise<unknown>;
}

/** What happened on the connection. */
export interface CrashReport {
  readonly statements: readonly string[];
  readonly hasCrashed: boolean;
  readonly error: unknown;
  /** Connections of the pool that are still held. */
  readonly inUse: number;
}

/** Do `work` on a connection that is lost at `crash`. */
export async function crashing(
  url: string,
  crash: Crash | undefined,
  work: (connection: AsyncConnection, engine: AsyncEngine) => Promise<unknown>,
  killer?: Killer,
): Promise<CrashReport> {
  const engine = createAsyncEngine(url);
  const connection = await engine.connect();
  let session = "";
  const driver = await connection.run(function* (core) {
    const { rows } = yield* core.executeRaw({ sql: killer?.session ?? "SELECT 1", returnsRows: true });
    session = String(rows[0]?.[0]);
    return core.driverConnection;
  });
  const statements: string[] = [];
  let hasCrashed = false;
  const execute = driver.execute.bind(driver);
  const lose = async (target: DriverConnection): Promise<never> => {
    hasCrashed = true;
    await target.close();
    throw Object.assign(new Error("The connection was lost."), { code: "ECONNRESET" });
  };
  driver.execute = async (query: Query) => {
    const index = statements.push(query.sql) - 1;
    if (hasCrashed && crash?.when !== "killed")
      throw Object.assign(new Error("The connection was lost."), { code: "ECONNRESET" });
    if (index === crash?.at && crash.when === "before") return lose(driver);
    if (index === crash?.at && crash.when === "killed") {
      hasCrashed = true;
      await killer?.kill(session);
      return await execute(query);
    }
    const result = await execute(query);
    return index === crash?.at && crash.when === "after" ? lose(driver) : result;
  };
  let error: unknown;
  try {
    await work(connection, engine);
  } catch (caught) {
    error = caught;
  } finally {
    await connection.close();
  }
  const { inUse } = engine.poolStatus;
  await engine.dispose();
  return { statements, hasCrashed, error, inUse };
}
