/** What a run would do, compiled like a run does it and not run: for `--plan`, and for SQL without a database. */
import type { Dialect } from "../../dialect/dialect.ts";
import type { Step } from "../../dialect/migration-dialect.ts";
import type { AsyncConnection } from "../../engine/async-connection.ts";
import type { AsyncEngine } from "../../engine/async-engine.ts";
import type { ConnectionCore } from "../../engine/connection.ts";
import type { Engine } from "../../engine/engine.ts";
import type { Connection } from "../../engine/sync-connection.ts";
import type { Io } from "../../io/io.ts";
import { applyOperation } from "../../metadata/apply-operation.ts";
import type { Catalog } from "../../metadata/catalog.ts";
import type { Direction, RevisionStep } from "../revision/revision.ts";
import { Bookkeeping, type BookkeepingRow } from "./bookkeeping.ts";
import { lossesOf, type Loss } from "./destructive-check.ts";
import { inspectNow } from "./live-catalog.ts";
import type { Recording, RunOptions } from "./options.ts";
import { withoutOwnSchema } from "./own-schema.ts";
import { recordAsync, recordSync } from "./recording.ts";
import { dialectOf } from "./run-steps.ts";
import { isOpaque, placeOf, planOf, schemasOf, segmentsOf, type SegmentPlan } from "./segments.ts";

/** Steps that succeed or fail together. */
export interface PlannedGroup {
  /** "transaction": all or nothing. "statement": by itself, in no transaction. "batches": many transactions. */
  readonly kind: "transaction" | "statement" | "batches";
  /** Foreign keys are off for it, and checked at its end. */
  readonly withoutForeignKeys: boolean;
  readonly steps: readonly Step[];
}

export interface PlannedRevision {
  readonly revision: string;
  readonly message: string;
  readonly file: string;
  readonly direction: Direction;
  readonly groups: readonly PlannedGroup[];
  /** What it loses for good. */
  readonly losses: readonly Loss[];
  /** True where an earlier run began it: `groups` is what is left. */
  readonly isResumed: boolean;
  /** True where SQL or code of the program's own may change the schema: what follows it is compiled anew when it is run. */
  readonly isEstimate: boolean;
}

export interface Plan {
  readonly revisions: readonly PlannedRevision[];
  /** What the database would hold afterwards. */
  readonly catalog: Catalog;
}

/** The plan of `recordings` on a database that holds `catalog` and, of what is half done, `rows`. */
export function planRecordings(
  recordings: readonly Recording[],
  dialect: Dialect,
  start: Catalog,
  rows: ReadonlyMap<string, BookkeepingRow> = new Map(),
): Plan {
  let catalog = start;
  const revisions = recordings.map((recording): PlannedRevision => {
    const { revision, direction, operations } = recording;
    const row = rows.get(revision.id);
    const rest = row?.plan === null || row?.plan === undefined ? undefined : restOf(row, row.plan);
    const plans = segmentsOf(operations).flatMap((segment, index): SegmentPlan[] => {
      if (index < (rest?.segment ?? 0)) return [];
      const before = catalog;
      // What is half done is in the catalog already, as far as it is done.
      if (index === rest?.segment) return [rest.plan];
      catalog = segment.reduce(applyOperation, catalog);
      return [planOf(dialect.migrations.compileOperations(segment, before))];
    });
    return {
      revision: revision.id,
      message: revision.message,
      file: revision.file,
      direction,
      groups: plans.flatMap((plan) => groupsOf(plan, dialect.capabilities.transactionalDdl)),
      losses: operations.flatMap(lossesOf),
      isResumed: rest !== undefined,
      isEstimate: rest !== undefined || operations.some(isOpaque),
    };
  });
  return { revisions, catalog };
}

function restOf(row: BookkeepingRow, json: string): { readonly segment: number; readonly plan: SegmentPlan } {
  const plan = JSON.parse(json) as SegmentPlan;
  return { segment: row.segment, plan: { ...plan, steps: plan.steps.slice(row.step) } };
}

/** Neighbours that share a transaction, together. */
function groupsOf({ steps, withoutForeignKeys }: SegmentPlan, transactionalDdl: boolean): readonly PlannedGroup[] {
  const groups: { kind: PlannedGroup["kind"]; withoutForeignKeys: boolean; steps: Step[] }[] = [];
  for (const step of steps) {
    const kind = kindOf(step, transactionalDdl);
    const last = groups.at(-1);
    if (kind === "transaction" && last?.kind === kind) last.steps.push(step);
    else groups.push({ kind, withoutForeignKeys, steps: [step] });
  }
  return groups;
}

function kindOf(step: Step, transactionalDdl: boolean): PlannedGroup["kind"] {
  switch (placeOf(step, transactionalDdl)) {
    case "inside":
      return "transaction";
    case "anywhere":
      return transactionalDdl ? "transaction" : "statement";
    case "outside":
      return "statement";
    case "batches":
      return "batches";
  }
}

function* planIo(
  connection: ConnectionCore,
  recorded: readonly Recording[],
  options: RunOptions,
): Io<readonly PlannedRevision[]> {
  const recordings = yield* withoutOwnSchema(connection, recorded);
  const rows = yield* new Bookkeeping(options).readIfThere(connection);
  const schemas = [
    ...new Set([...(options.schemas ?? []), ...recordings.flatMap((item) => schemasOf(item.operations))]),
  ];
  return planRecordings(recordings, connection.dialect, yield* inspectNow(connection, schemas), rows).revisions;
}

/** What `runSteps` would do. Nothing is written. @throws MigrationError where the revisions cannot be run. */
export function planSteps(
  engine: Engine | Connection,
  steps: readonly RevisionStep[],
  options: RunOptions = {},
): readonly PlannedRevision[] {
  const dialect = engine.run(dialectOf);
  const recordings = steps.map((step) => recordSync(step, dialect));
  return engine.run((connection) => planIo(connection, recordings, options));
}

/** `planSteps`, awaited. */
export async function planStepsAsync(
  engine: AsyncEngine | AsyncConnection,
  steps: readonly RevisionStep[],
  options: RunOptions = {},
): Promise<readonly PlannedRevision[]> {
  const dialect = await engine.run(dialectOf);
  const recordings: Recording[] = [];
  for (const step of steps) recordings.push(await recordAsync(step, dialect));
  return engine.run((connection) => planIo(connection, recordings, options));
}
