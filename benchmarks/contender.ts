/** What a contender is: one library (or none) on one database, and how it does each workload. */

export const databases = ["sqlite", "postgresql"] as const;
export type DatabaseName = (typeof databases)[number];

export const workloads = [
  "point_read",
  "list_10k",
  "nested_2",
  "nested_3",
  "insert_1",
  "insert_10k",
  "update_1000",
] as const;
export type WorkloadName = (typeof workloads)[number];

/** A value, or a promise of it: synchronous contenders are not made to wait for a tick. */
export type Awaitable<T> = T | Promise<T>;

/** One workload as one contender does it. `turn` counts the runs, so that no two runs read or write the same. */
export interface Workload<Prepared = unknown, Result = unknown> {
  /** What the run needs and the clock does not see, such as entities that are already loaded. */
  prepare?(turn: number): Awaitable<Prepared>;
  run(turn: number, prepared: Prepared): Awaitable<Result>;
  /** The result as plain objects, arrays and ids, to be compared with the floor's. */
  plain?(result: Result): unknown;
}

export interface Contender {
  readonly workloads: { readonly [name in WorkloadName]?: Workload };
  close(): Awaitable<void>;
}

/** What a contender is opened with. */
export interface ContenderOptions {
  readonly database: DatabaseName;
  /** The file of SQLite, the URL of PostgreSQL. */
  readonly address: string;
  /** Called for each statement that is sent. Given only while statements are counted. */
  readonly onStatement?: (sql: string) => void;
}

/** What the module of a contender exports, as `open`. */
export type OpenContender = (options: ContenderOptions) => Awaitable<Contender>;

export const contenders = ["floor", "sqlmodel", "kysely", "drizzle", "drizzle_prepared", "mikroorm"] as const;
export type ContenderName = (typeof contenders)[number];

/** The modules of the peers: JavaScript, so that the project compiles where they are not installed. */
export const peerModules: { readonly [name in ContenderName]?: string } = {
  kysely: "./peers/kysely.mjs",
  drizzle: "./peers/drizzle.mjs",
  drizzle_prepared: "./peers/drizzle-prepared.mjs",
  mikroorm: "./peers/mikroorm.mjs",
};
