/** A flush from beginning to end: collect → prepare → order → write → settle. Called by `session-core.ts`. */
import type { Io } from "../../io/io.ts";
import { assertNever } from "../../util/assert-never.ts";
import { collectChanges } from "./collect.ts";
import { deleteRows, detachRows, linkRows, parkRows, unlinkRows } from "./delete.ts";
import type { FlushPlan, FlushStep } from "./flush-plan.ts";
import type { FlushSession } from "./flush-session.ts";
import { insertRows } from "./insert.ts";
import { orderPlan } from "./order.ts";
import { preparePlan } from "./prepare.ts";
import { updateRows } from "./update.ts";
import type { Writer } from "./written-rows.ts";

/** What a flush would do, in order, without doing it. */
export function* planFlush(
  session: FlushSession,
): Io<{ readonly plan: FlushPlan; readonly steps: readonly FlushStep[] }> {
  const plan = yield* collectChanges(session);
  preparePlan(session, plan);
  bumpVersions(plan);
  return { plan, steps: orderPlan(session, plan) };
}

/** Write the steps of a plan. */
export function* writePlan(session: FlushSession, plan: FlushPlan, steps: readonly FlushStep[]): Io<void> {
  if (steps.length === 0) return;
  const connection = yield* session.writeConnection();
  const writer: Writer = { session, plan, connection };
  for (const step of steps) yield* writeStep(writer, step);
}

/** A change to any table of an entity changes its version, which lives in the first. */
function bumpVersions(plan: FlushPlan): void {
  for (const [state, attributes] of plan.updates) {
    if (state.mapper.version !== undefined && attributes.size > 0) attributes.add(state.mapper.version);
  }
}

function writeStep(writer: Writer, step: FlushStep): Io<void> {
  const { plan } = writer;
  switch (step.kind) {
    case "insert":
      return insertRows(writer, step.table, step.states);
    case "update":
      return updateRows(writer, step.table, step.states, (state) => plan.updates.get(state));
    case "postUpdate":
      return postUpdate(writer, step);
    case "delete":
      return deleteRows(writer, step.table, step.states);
    case "detach":
      return detachRows(writer, step.table, step.states, (state) => plan.detached.get(state) ?? new Set());
    case "park":
      return parkRows(writer, step.table, step.states, step.attribute);
    case "link":
      return linkRows(writer, step.table, step.rows);
    case "unlink":
      return unlinkRows(writer, step.table, step.rows);
    default:
      return assertNever(step, "flush step");
  }
}

function* postUpdate(writer: Writer, step: Extract<FlushStep, { kind: "postUpdate" | "detach" }>): Io<void> {
  const { plan } = writer;
  const deferred = new Map(step.states.map((state) => [state, plan.deferred.get(state)]));
  // From here on the columns are written like any others.
  for (const state of step.states) plan.deferred.delete(state);
  yield* updateRows(writer, step.table, step.states, (state) => deferred.get(state));
}
