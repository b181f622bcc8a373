/** The downgrade of generated operations. */
import { IrreversibleOperationError } from "../metadata/errors.ts";
import type { Operation } from "../metadata/operation.ts";
import { reverseOperations } from "../metadata/reverse-operation.ts";
import type { RevisionBodies } from "../migration/render/render-revision.ts";

/** @returns The operations, or why there are none. */
export function reversed(operations: readonly Operation[]): RevisionBodies["downgrade"] {
  try {
    return reverseOperations(operations);
  } catch (error) {
    if (!(error instanceof IrreversibleOperationError)) throw error;
    return { impossible: error.message };
  }
}
