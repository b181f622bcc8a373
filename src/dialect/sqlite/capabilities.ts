/** What SQLite can do, from 3.39. */
import type { Capabilities } from "../capabilities.ts";

/** Facts about SQLite. */
export const sqliteCapabilities: Capabilities = Object.freeze({
  insertReturning: true,
  updateReturning: true,
  deleteReturning: true,
  batchesWrites: false,
  transactionalDdl: true,
  addConstraint: false,
  renameConstraint: false,
  renameIndex: false,
  columnPositions: false,
  schemas: false,
  namedEnums: false,
  arrays: false,
  partialIndexes: true,
  expressionIndexes: true,
  includeIndexes: false,
  indexNames: "schema",
  comments: false,
  rowLocks: false,
  aggregateFilter: true,
  nullsOrder: true,
  onConflictTarget: true,
  deferrableConstraints: true,
  isolationLevels: ["SERIALIZABLE"],
  writeLockAtBegin: true,
  defaultKeyword: false,
} satisfies Capabilities);
