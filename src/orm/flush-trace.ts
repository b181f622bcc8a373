/** The messages of the channel `sqlmodel:flush`. Made by `session-core.ts`. */
import { channel, Trace, type Traced } from "../io/channels.ts";
import type { FlushPlan } from "./unit-of-work/flush-plan.ts";

/** A flush that writes something. */
export interface FlushTrace extends Traced {
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
}

export const flushChannel = channel<FlushTrace>("flush");

/** Announce a flush. */
export function traceFlush({ inserts, updates, deletes }: FlushPlan, isSync: boolean): Trace<FlushTrace> {
  const counts = { inserts: inserts.size, updates: updates.size, deletes: deletes.size };
  return new Trace<FlushTrace>(flushChannel, { ...counts, duration: undefined, error: undefined }, isSync);
}
