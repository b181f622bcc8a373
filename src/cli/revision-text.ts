/** Revisions as lines of text and as data for --json. */
import type { Revision } from "../migration/revision/revision.ts";
import type { RevisionGraph } from "../migration/revision/revision-graph.ts";

export interface RevisionData {
  readonly revision: string;
  readonly downRevisions: readonly string[];
  readonly branchLabels: readonly string[];
  readonly dependsOn: readonly string[];
  readonly message: string;
  readonly createdAt: string | null;
  readonly file: string;
  readonly isHead: boolean;
  readonly isApplied?: boolean;
}

/** @param applied - Ids of applied revisions, where the database was asked. */
export function revisionData(revision: Revision, graph: RevisionGraph, applied?: ReadonlySet<string>): RevisionData {
  const { id, downRevisions, branchLabels, dependsOn, message, createdAt, file } = revision;
  return {
    revision: id,
    downRevisions,
    branchLabels,
    dependsOn,
    message,
    createdAt: createdAt ?? null,
    file,
    isHead: graph.childrenOf(id).length === 0,
    ...(applied === undefined ? {} : { isApplied: applied.has(id) }),
  };
}

/** "a1b2c3d4e5f6 → 3f2a91c0b7d4 (head) add phone" */
export function revisionLine(data: RevisionData): string {
  const { revision, downRevisions, branchLabels, dependsOn, message, isHead, isApplied } = data;
  const marks = [
    ...(isHead ? ["head"] : []),
    ...(downRevisions.length > 1 ? ["merge"] : []),
    ...branchLabels.map((label) => `branch ${label}`),
    ...(dependsOn.length > 0 ? [`depends on ${dependsOn.join(", ")}`] : []),
    ...(isApplied === undefined ? [] : [isApplied ? "applied" : "not applied"]),
  ];
  const before = downRevisions.length === 0 ? "base" : downRevisions.join(", ");
  return `${before} → ${revision}${marks.length === 0 ? "" : ` (${marks.join("; ")})`} ${message}`;
}
