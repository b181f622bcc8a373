/** `runSteps`: applies revisions and takes them back. The asynchronous form is for AsyncEngine and AsyncConnection. */
import type { Dialect } from "../../dialect/dialect.ts";
import type { AsyncConnection } from "../../engine/async-connection.ts";
import type { AsyncEngine } from "../../engine/async-engine.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Connection } from "../../engine/sync-connection.ts";
import { call, type Io } from "../../io/io.ts";
import type { RevisionStep } from "../revision/revision.ts";
import { asyncEnvironment, syncEnvironment } from "./environment.ts";
import type { Recording, RunOptions, RunReport } from "./options.ts";
import { recordAsync, recordSync } from "./recording.ts";
import { runRecordings } from "./runner.ts";

/**
 * Run the code of all `steps`, which only records, and then what it recorded: each revision exactly once, whoever else runs them.
 * @throws MigrationError saying which revision stopped and what is kept.
 */
export function runSteps(
  engine: Engine | Connection,
  steps: readonly RevisionStep[],
  options: RunOptions = {},
): RunReport {
  const dialect = engine.run(dialectOf);
  const recordings = steps.map((step) => recordSync(step, dialect));
  return engine.run((connection) => runRecordings(connection, recordings, options, syncEnvironment));
}

/** `runSteps`, awaited; the code of revisions may be asynchronous. */
export async function runStepsAsync(
  engine: AsyncEngine | AsyncConnection,
  steps: readonly RevisionStep[],
  options: RunOptions = {},
): Promise<RunReport> {
  const dialect = await engine.run(dialectOf);
  const recordings: Recording[] = [];
  for (const step of steps) recordings.push(await recordAsync(step, dialect));
  return engine.run((connection) => runRecordings(connection, recordings, options, asyncEnvironment));
}

/** The dialect that an open connection knows it speaks: MySQL's or MariaDB's. */
export function* dialectOf(connection: ConnectionCore): Io<Dialect> {
  // A generator that asks for nothing is none; the connection is open by now.
  yield* call(() => undefined);
  return connection.dialect;
}
