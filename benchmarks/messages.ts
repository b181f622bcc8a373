/** What main.ts and the workers say to each other. */
import type { WorkloadName } from "./contender.ts";

export type Request =
  | { readonly kind: "verify"; readonly workload: WorkloadName }
  | { readonly kind: "time"; readonly workload: WorkloadName; readonly runs: number }
  | { readonly kind: "close" };

/** What a workload answered or wrote, and how many statements that took. */
export interface Verified {
  readonly statements: number;
  readonly value: unknown;
}

/** Sums over all runs, in milliseconds. */
export interface Timing {
  readonly wall: number;
  readonly cpu: number;
}

export type Answer =
  | { readonly kind: "ready"; readonly workloads: readonly WorkloadName[] }
  | ({ readonly kind: "verified" } & Verified)
  | ({ readonly kind: "timed" } & Timing)
  | { readonly kind: "closed" }
  | { readonly kind: "failed"; readonly message: string };
