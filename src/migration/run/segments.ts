/** Where a list of operations must be cut, and where each of its steps can run. */
import type { CompiledOperations, Step } from "../../dialect/migration-dialect.ts";
import type { Operation } from "../../metadata/operation.ts";

/** Operations that are compiled together: their SQL follows from the catalog before the first of them. */
export type Segment = readonly Operation[];

/** Cut behind whatever may change the schema in a way that cannot be computed: the rest is compiled for what is there then. */
export function segmentsOf(operations: readonly Operation[]): readonly Segment[] {
  const segments: Operation[][] = [];
  let current: Operation[] = [];
  for (const operation of operations) {
    current.push(operation);
    if (!isOpaque(operation)) continue;
    segments.push(current);
    current = [];
  }
  if (current.length > 0) segments.push(current);
  return segments;
}

/** True where nobody but the database knows the catalog after the operation. */
export function isOpaque(operation: Operation): boolean {
  return operation.kind === "run" || (operation.kind === "execute" && !operation.dataOnly);
}

/**
 * "inside": in a transaction with the bookkeeping; "outside": in none, journalled before and after; "batches": in transactions of
 * its own; "anywhere": it changes nothing.
 */
export type Place = "inside" | "outside" | "batches" | "anywhere";

/** @param transactionalDdl - The capability of the database. */
export function placeOf(step: Step, transactionalDdl: boolean): Place {
  switch (step.kind) {
    case "check":
      return "anywhere";
    case "backfill":
      return "batches";
    case "run":
      return "inside";
    case "statement":
      return step.transactional && (transactionalDdl || step.effect === "data") ? "inside" : "outside";
  }
}

/** The steps of a segment, ready to be run and to be kept in the journal. */
export interface SegmentPlan {
  readonly steps: readonly Step[];
  /** The whole segment needs foreign keys to be off. */
  readonly withoutForeignKeys: boolean;
}

export function planOf(compiled: readonly CompiledOperations[]): SegmentPlan {
  return {
    steps: compiled.flatMap(({ steps }) => steps),
    withoutForeignKeys: compiled.some((group) => group.withoutForeignKeys === true),
  };
}

/** Schemas that operations name. */
export function schemasOf(operations: readonly Operation[]): readonly string[] {
  const found = new Set<string>();
  for (const operation of operations) {
    if (operation.kind === "createSchema" || operation.kind === "dropSchema") found.add(operation.name);
    collectSchemas(operation, found);
  }
  return [...found];
}

function collectSchemas(value: unknown, found: Set<string>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, member] of Object.entries(value)) {
    if (key === "schema" && typeof member === "string") found.add(member);
    else collectSchemas(member, found);
  }
}

/** One line that names a step, for people. */
export function stepText(step: Step): string {
  switch (step.kind) {
    case "statement":
      return step.sql;
    case "check":
      return step.sql;
    case "backfill":
      return `UPDATE ${step.operation.table.name} in batches of ${String(step.operation.batchSize)}`;
    case "run":
      return step.description;
  }
}
