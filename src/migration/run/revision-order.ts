/** Makes sure that revisions still fit what is applied, when another run may have changed that since they were chosen. */
import { RevisionOrderError } from "../errors.ts";
import type { Revision } from "../revision/revision.ts";
import { isApplied, type BookkeepingRow } from "./bookkeeping.ts";
import type { Recording } from "./options.ts";

/** @throws RevisionOrderError for an upgrade without its parents, or a downgrade below its children. */
export function requireOrder(
  todo: readonly Recording[],
  rows: ReadonlyMap<string, BookkeepingRow>,
  revisions: readonly Revision[] | undefined,
): void {
  const applied = new Set([...rows.values()].filter(isApplied).map(({ revision }) => revision));
  for (const { revision, direction } of todo) {
    if (direction === "upgrade") {
      requireWhole(revision, applied);
      if (revisions !== undefined) requireParents(revision, applied, revisions);
      applied.add(revision.id);
    } else {
      if (revisions !== undefined) requireNoChildren(revision, applied, revisions);
      applied.delete(revision.id);
    }
  }
}

/** A squashed revision does what its parts did: after some of them it would do that again. */
function requireWhole(revision: Revision, applied: ReadonlySet<string>): void {
  const part = revision.replaces.find((id) => applied.has(id));
  if (part === undefined) return;
  throw new RevisionOrderError(
    revision.id,
    `Revision '${revision.id}' stands for '${part}', which is applied by itself. Go to the end of the squashed revisions with the files of before, or stamp '${revision.id}' where the database has all of them.`,
  );
}

function requireParents(revision: Revision, applied: ReadonlySet<string>, revisions: readonly Revision[]): void {
  const missing = revision.downRevisions.find((parent) => !isInEffect(parent, applied, revisions));
  if (missing === undefined) return;
  throw new RevisionOrderError(
    revision.id,
    `Revision '${revision.id}' comes after '${missing}', which is not applied (any more). Look at the state of the database and run the command again.`,
  );
}

function requireNoChildren(revision: Revision, applied: ReadonlySet<string>, revisions: readonly Revision[]): void {
  const child = revisions.find(({ id, downRevisions }) => applied.has(id) && downRevisions.includes(revision.id));
  if (child === undefined) return;
  throw new RevisionOrderError(
    revision.id,
    `Revision '${revision.id}' cannot be taken back, because '${child.id}', which comes after it, is applied. Look at the state of the database and run the command again.`,
  );
}

/** Applied itself, within one that stands for it, or by all that it stands for. */
function isInEffect(id: string, applied: ReadonlySet<string>, revisions: readonly Revision[]): boolean {
  if (applied.has(id)) return true;
  const own = revisions.find((revision) => revision.id === id)?.replaces ?? [];
  if (own.length > 0 && own.every((replaced) => applied.has(replaced))) return true;
  return revisions.some((revision) => applied.has(revision.id) && revision.replaces.includes(id));
}
