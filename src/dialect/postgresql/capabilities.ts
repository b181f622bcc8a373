/** What PostgreSQL can do, from 13, embedded PGlite included. */
import { isolationLevels, type Capabilities } from "../capabilities.ts";

/** Facts about PostgreSQL. */
export const postgresqlCapabilities: Capabilities = Object.freeze({
  insertReturning: true,
  updateReturning: true,
  deleteReturning: true,
  batchesWrites: true,
  transactionalDdl: true,
  addConstraint: true,
  renameConstraint: true,
  renameIndex: true,
  columnPositions: false,
  schemas: true,
  namedEnums: true,
  arrays: true,
  partialIndexes: true,
  expressionIndexes: true,
  includeIndexes: true,
  indexNames: "schema",
  comments: true,
  rowLocks: true,
  aggregateFilter: true,
  nullsOrder: true,
  onConflictTarget: true,
  deferrableConstraints: true,
  isolationLevels,
  writeLockAtBegin: false,
  defaultKeyword: true,
} satisfies Capabilities);
