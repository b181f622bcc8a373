/** Several revisions as one: the operations that lead from before the first to after the last. */
import type { Dialect } from "../dialect/dialect.ts";
import { applyOperation } from "../metadata/apply-operation.ts";
import { emptyCatalog, type Catalog } from "../metadata/catalog.ts";
import type { Operation } from "../metadata/operation.ts";
import { compareCatalogs } from "./compare/compare-catalogs.ts";
import { RevisionError } from "./revision/errors.ts";
import type { RevisionGraph } from "./revision/revision-graph.ts";
import type { Revision } from "./revision/revision.ts";
import { recordAsync } from "./run/recording.ts";

export interface Squash {
  /** In order; the last gives the new revision its id, so that what comes after it need not change. */
  readonly revisions: readonly Revision[];
  readonly upgrade: readonly Operation[];
  readonly downgrade: readonly Operation[] | { readonly impossible: string };
}

const dataKinds: ReadonlySet<Operation["kind"]> = new Set(["execute", "bulkInsert", "backfill", "run"]);

/**
 * Put the revisions from `first` to `last` together. Where they only change the schema, the result is what a comparison of both ends
 * gives; where they also write rows, all their operations one after the other.
 * @throws RevisionError where they are no line, or one of them runs code, which has no text.
 */
export async function squash(graph: RevisionGraph, first: string, last: string, dialect: Dialect): Promise<Squash> {
  const revisions = line(graph, first, last);
  const upgrades: Operation[] = [];
  const downgrades: Operation[] = [];
  let impossible: string | undefined;
  for (const revision of revisions) {
    upgrades.push(...(await recorded(revision, "upgrade", dialect)));
    if (revision.downgrade === undefined) impossible = `'${revision.id}' had none.`;
    else downgrades.unshift(...(await recorded(revision, "downgrade", dialect)));
  }
  const downgrade = impossible === undefined ? downgrades : { impossible };
  if (upgrades.some(({ kind }) => dataKinds.has(kind))) return { revisions, upgrade: upgrades, downgrade };
  const before = await catalogBefore(graph, revisions[0], dialect);
  const after = upgrades.reduce(applyOperation, before);
  const options = { capabilities: dialect.capabilities };
  const up = compareCatalogs(before, after, options);
  const down = compareCatalogs(after, before, options);
  // A rename cannot be told from a drop and an add by its ends.
  if (up.questions.length > 0 || down.questions.length > 0) return { revisions, upgrade: upgrades, downgrade };
  return { revisions, upgrade: up.operations, downgrade: impossible === undefined ? down.operations : { impossible } };
}

/** The revisions from one to the other, each after the one before. */
function line(graph: RevisionGraph, first: string, last: string): readonly Revision[] {
  const start = graph.get(first).id;
  const found: Revision[] = [];
  for (let revision = graph.get(last); ;) {
    found.unshift(revision);
    if (revision.id === start) break;
    const [down, another] = revision.downRevisions;
    if (down === undefined || another !== undefined) {
      throw new RevisionError(
        `'${first}' and '${last}' are not on one line: '${revision.id}' ${down === undefined ? "is the first" : "is a merge"}.`,
      );
    }
    if (graph.childrenOf(down).length > 1) {
      throw new RevisionError(
        `Several revisions come after '${down}', so it cannot be squashed. Squash up to it, or from after it.`,
      );
    }
    revision = graph.get(down);
  }
  const labelled = found.slice(0, -1).find(({ branchLabels }) => branchLabels.length > 0);
  if (labelled !== undefined) {
    throw new RevisionError(
      `'${labelled.id}' begins the branch '${labelled.branchLabels.join(", ")}', whose label would be lost.`,
    );
  }
  return found;
}

async function recorded(
  revision: Revision,
  direction: "upgrade" | "downgrade",
  dialect: Dialect,
): Promise<readonly Operation[]> {
  const { operations } = await recordAsync({ revision, direction }, dialect);
  if (operations.some(({ kind }) => kind === "run")) {
    throw new RevisionError(
      `Revision '${revision.id}' runs code of its own, which has no text. Leave it out of the squash.`,
    );
  }
  return operations;
}

/** What the schema is before a revision, by the operations of those before it. */
async function catalogBefore(graph: RevisionGraph, revision: Revision | undefined, dialect: Dialect): Promise<Catalog> {
  const ids = graph.ancestorsOf(revision?.downRevisions ?? []);
  let catalog = emptyCatalog;
  for (const before of graph.revisions.filter(({ id }) => ids.has(id))) {
    const { operations } = await recordAsync({ revision: before, direction: "upgrade" }, dialect);
    catalog = operations.reduce(applyOperation, catalog);
  }
  return catalog;
}
