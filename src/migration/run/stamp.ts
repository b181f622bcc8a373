/** `stamp`: says what is applied without running anything. Also the way out where a revision was finished by hand. */
import type { AsyncConnection } from "../../engine/async-connection.ts";
import type { AsyncEngine } from "../../engine/async-engine.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Connection } from "../../engine/sync-connection.ts";
import type { Io } from "../../io/io.ts";
import type { Revision } from "../revision/revision.ts";
import { Bookkeeping, type BookkeepingRow } from "./bookkeeping.ts";
import { asyncEnvironment, syncEnvironment, type Environment } from "./environment.ts";
import type { RunOptions } from "./options.ts";
import { withLock } from "./runner.ts";

export interface StampOptions extends RunOptions {
  /** True: rows of revisions that `revisions` does not know go away as well. Default: they stay. */
  readonly purge?: boolean;
}

export interface StampReport {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Rows that were there and say something else now: unfinished ones, and those of files edited since. */
  readonly changed: readonly string[];
}

/**
 * Write down that exactly `applied` is applied, with the files as they are now.
 * @param applied - The revisions and all their ancestors.
 */
export function stamp(engine: Engine | Connection, applied: readonly Revision[], options: StampOptions): StampReport {
  return engine.run((connection) => stampIo(connection, applied, options, syncEnvironment));
}

/** `stamp`, awaited. */
export function stampAsync(
  engine: AsyncEngine | AsyncConnection,
  applied: readonly Revision[],
  options: StampOptions,
): Promise<StampReport> {
  return engine.run((connection) => stampIo(connection, applied, options, asyncEnvironment));
}

function* stampIo(
  connection: ConnectionCore,
  applied: readonly Revision[],
  options: StampOptions,
  environment: Environment,
): Io<StampReport> {
  const bookkeeping = new Bookkeeping(options);
  const context = { connection, bookkeeping, environment, schemas: [], emit: () => undefined };
  return yield* withLock(context, options, function* () {
    yield* bookkeeping.ensure(connection);
    yield* connection.begin({ write: true });
    try {
      const report = yield* replaceRows(connection, bookkeeping, applied, options);
      yield* connection.commit();
      return report;
    } catch (error) {
      yield* connection.rollback();
      throw error;
    }
  });
}

function* replaceRows(
  connection: ConnectionCore,
  bookkeeping: Bookkeeping,
  applied: readonly Revision[],
  { purge = false, revisions = [] }: StampOptions,
): Io<StampReport> {
  const rows = yield* bookkeeping.read(connection);
  const wanted = new Map(applied.map((revision) => [revision.id, revision]));
  const known = new Set(revisions.map(({ id }) => id));
  const removed = [...rows.keys()].filter((id) => !wanted.has(id) && (purge || known.has(id)));
  const changed = [...rows.values()].filter((row) => {
    const revision = wanted.get(row.revision);
    return revision !== undefined && (row.state !== "applied" || row.contentHash !== revision.contentHash);
  });
  const added = applied.filter(({ id }) => !rows.has(id));
  for (const id of [...removed, ...changed.map(({ revision }) => revision)]) yield* bookkeeping.remove(connection, id);
  // The order of application is that of `applied`, also where the clock stands still.
  const now = Date.now();
  for (const [index, revision] of applied.entries()) {
    const before = rows.get(revision.id);
    const isKept = before !== undefined && !changed.includes(before);
    if (!isKept) yield* bookkeeping.insert(connection, rowOf(revision, before?.appliedAt ?? new Date(now + index)));
  }
  return { added: added.map(({ id }) => id), removed, changed: changed.map(({ revision }) => revision) };
}

function rowOf({ id, contentHash, message }: Revision, appliedAt: Date): BookkeepingRow {
  const nothing = { beforeHash: null, plan: null, progress: null };
  return {
    revision: id,
    contentHash,
    message,
    appliedAt,
    duration: 0,
    state: "applied",
    segment: 0,
    step: 0,
    ...nothing,
  };
}
