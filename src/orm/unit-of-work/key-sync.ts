/** Copies a parent's key into its children during a flush. Called by `prepare.ts` and, once parents are written, `save.ts`. */
import type { InstanceState } from "../../model/instance-state.ts";
import { FlushError } from "../errors.ts";
import type { KeySync } from "./flush-plan.ts";

/** Set each foreign key of `child` to the key of `parent` it refers to. */
export function copyKey(parent: InstanceState, child: InstanceState, pairs: KeySync["pairs"]): void {
  for (const { source, target } of pairs) {
    const value = parent.peek(source.key);
    if (value === undefined || value === null) throw FlushError.missingKey(child, target);
    (child.entity as Record<string, unknown>)[target.key] = value;
  }
}

/** Set the foreign keys of `child` to NULL. */
export function clearKey(child: InstanceState, pairs: KeySync["pairs"]): void {
  for (const { target } of pairs) {
    // NULL would change the row's identity under the identity map.
    if (target.column.primaryKey) throw FlushError.cannotClearPrimaryKey(child, target);
    (child.entity as Record<string, unknown>)[target.key] = null;
  }
}
