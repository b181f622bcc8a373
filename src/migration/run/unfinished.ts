/** What becomes of revisions that an earlier run left half done. */
import type { Io } from "../../io/io.ts";
import { RevisionChangedError, UnfinishedRevisionError } from "../errors.ts";
import type { BookkeepingRow } from "./bookkeeping.ts";
import { describeCatalog, inspectNow } from "./live-catalog.ts";
import type { Recording } from "./options.ts";
import type { RunContext } from "./revision-run.ts";
import { schemasOf, stepText, type SegmentPlan } from "./segments.ts";

type Rows = ReadonlyMap<string, BookkeepingRow>;

/**
 * Make sure that what is half done is what is asked for, from the same file. A revision of which nothing was done yet is as if it
 * had never been begun.
 * @returns The rows that are left. @throws UnfinishedRevisionError, RevisionChangedError
 */
export function* settleUnfinished(context: RunContext, rows: Rows, recordings: readonly Recording[]): Io<Rows> {
  let isChanged = false;
  for (const row of rows.values()) {
    if (row.state === "applied") continue;
    const wanted = row.state === "upgrading" ? "upgrade" : "downgrade";
    const recording = recordings.find(({ revision }) => revision.id === row.revision);
    const isSame = recording?.direction === wanted;
    if (isSame && recording.revision.contentHash === row.contentHash) continue;
    if (yield* isUntouched(context, row, recording)) {
      yield* forget(context, row);
      isChanged = true;
    } else {
      throw isSame ? changed(row, recording) : unfinished(row, wanted);
    }
  }
  return isChanged ? yield* context.bookkeeping.read(context.connection) : rows;
}

function* isUntouched(
  { connection, bookkeeping, schemas }: RunContext,
  row: BookkeepingRow,
  recording: Recording | undefined,
): Io<boolean> {
  if (row.plan === null) return true;
  const { steps } = JSON.parse(row.plan) as SegmentPlan;
  const isFirst = row.segment === 0 && steps.slice(0, row.step).every(({ kind }) => kind === "check");
  if (!isFirst) return false;
  if (row.beforeHash === null) return row.progress === null;
  const all = [...new Set([...schemas, ...schemasOf(recording?.operations ?? [])])];
  return describeCatalog(yield* inspectNow(connection, all), bookkeeping.table).hash === row.beforeHash;
}

function* forget({ connection, bookkeeping }: RunContext, row: BookkeepingRow): Io<void> {
  if (row.state === "upgrading") yield* bookkeeping.remove(connection, row.revision);
  else {
    const atRest = { segment: 0, step: 0, beforeHash: null, plan: null, progress: null };
    yield* bookkeeping.update(connection, row, { state: "applied", ...atRest });
  }
}

function unfinished(row: BookkeepingRow, wanted: string): UnfinishedRevisionError {
  return new UnfinishedRevisionError(
    row.revision,
    `The ${wanted} of revision '${row.revision}' was begun at ${row.appliedAt.toISOString()} and not finished${place(row)}. ` +
      `Finish it first: ${wanted} to '${row.revision}'.`,
  );
}

function changed(row: BookkeepingRow, { revision, direction }: Recording): RevisionChangedError {
  return new RevisionChangedError(
    revision.id,
    `The ${direction} of revision '${revision.id}' is half done${place(row)}, and its file ${revision.file} has been edited since. ` +
      `Restore the file and run the command again; or do what is left by hand, and stamp the revision.`,
  );
}

function place({ plan, step }: BookkeepingRow): string {
  if (plan === null) return "";
  const { steps } = JSON.parse(plan) as SegmentPlan;
  const next = steps[step];
  const what = next === undefined ? "" : `, which is: ${stepText(next)}`;
  return ` (${String(step)} of ${String(steps.length)} steps are done or begun; it stands at step ${String(Math.min(step + 1, steps.length))}${what})`;
}
