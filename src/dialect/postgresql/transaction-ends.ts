/** Where a revision's transaction ends on PostgreSQL. */
import type { Operation } from "../../metadata/operation.ts";

/** Whether the operation runs outside of transactions, so that what comes before it is committed and unlocked. */
export function endsTransaction(operation: Operation): boolean {
  switch (operation.kind) {
    case "createIndex":
    case "dropIndex":
      return operation.concurrently === true;
    case "validateConstraint":
    case "addEnumValue":
    case "backfill":
      return true;
    case "execute":
      return !operation.transactional;
    default:
      return false;
  }
}
