/** Revisions without files. */
import type { Operations } from "../../src/migration/operations.ts";
import type { Direction, Revision, RevisionStep } from "../../src/migration/revision/revision.ts";
import { fingerprint } from "../../src/util/fingerprint.ts";

type Code = (op: Operations) => void | Promise<void>;

/** A revision of this code; its hash is that of the code's text, and of `content`. */
export function revision(
  id: string,
  upgrade: Code,
  options: {
    readonly downgrade?: Code;
    readonly after?: readonly string[];
    readonly content?: string;
    readonly contentHash?: string;
  } = {},
): Revision {
  const { downgrade, after = [], content = "" } = options;
  return {
    id,
    downRevisions: after,
    branchLabels: [],
    dependsOn: [],
    replaces: [],
    message: `about ${id}`,
    createdAt: undefined,
    file: `migrations/${id}.ts`,
    contentHash: options.contentHash ?? fingerprint(String(upgrade) + String(downgrade) + content),
    upgrade,
    downgrade,
  };
}

/** Steps of one direction; downgrades in the opposite order. */
function steps(direction: Direction, revisions: readonly Revision[]): readonly RevisionStep[] {
  const ordered = direction === "upgrade" ? revisions : revisions.toReversed();
  return ordered.map((item) => ({ revision: item, direction }));
}

export const up = (...revisions: readonly Revision[]): readonly RevisionStep[] => steps("upgrade", revisions);
export const down = (...revisions: readonly Revision[]): readonly RevisionStep[] => steps("downgrade", revisions);
