/** A migration file as the rest of `migration/` sees it. `script-directory.ts` reads them, `revision-graph.ts` orders them. */
import type { Operations } from "../operations.ts";

export interface Revision {
  /** "3f2a91c0b7d4": 12 hexadecimal digits unless the user chose another (`--rev-id`). */
  readonly id: string;
  /** The revisions it comes after: none for a base, several for a merge. */
  readonly downRevisions: readonly string[];
  readonly branchLabels: readonly string[];
  /** Ids, partial ids or branch labels of revisions that must be applied before, without being merged. */
  readonly dependsOn: readonly string[];
  /** Ids of the revisions that this one stands for (squash). */
  readonly replaces: readonly string[];
  /** Objects whose loss the author of the file agrees to: "hero", "hero.age". Counts for `upgrade` only. */
  readonly acceptsDataLoss?: readonly string[];
  /** Lint rules that the author of the file has considered. */
  readonly ignoredRules?: readonly string[];
  /** The content hash that a squashed revision's file had before the squash. */
  readonly formerHash?: string | undefined;
  readonly message: string;
  /** ISO 8601, from the file. */
  readonly createdAt: string | undefined;
  /** Path of the file, for messages. */
  readonly file: string;
  /** SHA-256 of the file's text with line ends as \n, in hexadecimal digits. */
  readonly contentHash: string;
  readonly upgrade: (op: Operations) => void | Promise<void>;
  /** Undefined: it cannot be taken back. */
  readonly downgrade: ((op: Operations) => void | Promise<void>) | undefined;
}

export type Direction = "upgrade" | "downgrade";

/** One revision to be applied or taken back. */
export interface RevisionStep {
  readonly revision: Revision;
  readonly direction: Direction;
}
