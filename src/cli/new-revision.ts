/** What commands share that write a revision. */
import { randomUUID } from "node:crypto";
import type { NewRevision } from "../migration/render/render-revision.ts";
import type { RevisionGraph } from "../migration/revision/revision-graph.ts";
import type { CommandResult } from "./command.ts";
import { UsageError } from "./errors.ts";

/** A new id: the last 12 hexadecimal digits of a UUID, as Alembic's. @throws UsageError for a given one that cannot be. */
export function newRevisionId(given: string | undefined, graph: RevisionGraph | undefined): string {
  const id = given ?? randomUUID().replaceAll("-", "").slice(-12);
  if (!/^[\w.-]{1,64}$/.test(id)) {
    throw new UsageError(`'${id}' cannot be a revision's id: use letters, digits, "_", "." and "-", at most 64.`);
  }
  if (/^(?:base|heads?|current)$/.test(id)) throw new UsageError(`'${id}' has a meaning of its own. Take another id.`);
  if (graph?.has(id) === true) throw new UsageError(`There is a revision '${id}' already.`);
  return id;
}

/** Of a command that wrote a file. */
export function writtenResult(revision: NewRevision, file: string): CommandResult {
  const { id, downRevisions, message } = revision;
  return { data: { revision: id, downRevisions, message, file }, text: file };
}
