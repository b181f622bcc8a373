/** Has a revision's code record its operations; no database is needed for that. */
import type { Dialect } from "../../dialect/dialect.ts";
import { SQLModelError } from "../../util/coded-error.ts";
import { ignoreFailure, isThenable } from "../../util/thenable.ts";
import { AsynchronousRevisionError, IrreversibleRevisionError, RevisionFailedError } from "../errors.ts";
import { Operations } from "../operations.ts";
import type { RevisionStep } from "../revision/revision.ts";
import type { Recording } from "./options.ts";

/** @throws AsynchronousRevisionError where the code returns a promise. */
export function recordSync(step: RevisionStep, dialect: Dialect): Recording {
  const op = new Operations(dialect);
  const result = guarded(step, () => codeOf(step)(op));
  if (isThenable(result)) {
    ignoreFailure(result);
    throw new AsynchronousRevisionError(step.revision.id, step.direction);
  }
  return recordingOf(step, op);
}

/** @throws IrreversibleRevisionError where there is no `downgrade`; RevisionFailedError where the code throws. */
export async function recordAsync(step: RevisionStep, dialect: Dialect): Promise<Recording> {
  const op = new Operations(dialect);
  try {
    await codeOf(step)(op);
  } catch (error) {
    throw failure(step, error);
  }
  return recordingOf(step, op);
}

function guarded<T>(step: RevisionStep, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw failure(step, error);
  }
}

function codeOf({ revision, direction }: RevisionStep): NonNullable<RevisionStep["revision"]["downgrade"]> {
  if (direction === "upgrade") return revision.upgrade;
  if (revision.downgrade === undefined) throw new IrreversibleRevisionError(revision.id, revision.file);
  return revision.downgrade;
}

function failure({ revision, direction }: RevisionStep, error: unknown): Error {
  if (error instanceof IrreversibleRevisionError) return error;
  const reason = error instanceof SQLModelError || error instanceof Error ? error.message : String(error);
  return new RevisionFailedError(
    revision.id,
    `The ${direction} of revision '${revision.id}' (${revision.file}) threw while it was read, before anything was run: ${reason}`,
    error,
  );
}

function recordingOf({ revision, direction }: RevisionStep, { recorded, callbacks }: Operations): Recording {
  return { revision, direction, operations: [...recorded], callbacks: [...callbacks] };
}
