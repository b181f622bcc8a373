/** Finds applied revisions whose file is not what it was. */
import type { Revision } from "../revision/revision.ts";
import type { BookkeepingRow } from "./bookkeeping.ts";
import type { EditedRevision } from "./options.ts";

/** Those of `revisions` that are applied with another content. */
export function editedRevisions(
  rows: ReadonlyMap<string, BookkeepingRow>,
  revisions: readonly Revision[],
): readonly EditedRevision[] {
  return revisions.flatMap(({ id, file, contentHash, formerHash }): EditedRevision[] => {
    const row = rows.get(id);
    if (row?.state !== "applied" || row.contentHash === contentHash || row.contentHash === formerHash) return [];
    return [{ kind: "edited", revision: id, file }];
  });
}
