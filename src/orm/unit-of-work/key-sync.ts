/** Copies a parent's key into its children during a flush. Called by `prepare.ts` and, once parents are written, `written-rows.ts`. */
import type { InstanceState } from "../../model/instance-state.ts";
import type { ColumnAttribute } from "../../model/mapper.ts";
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

/** Have `child` refer to nothing by this foreign key. @returns The attributes that are NULL now */
export function clearKey(child: InstanceState, pairs: KeySync["pairs"]): readonly ColumnAttribute[] {
  const cleared = clearable(
    child,
    pairs.map(({ target }) => target),
  );
  for (const target of cleared) {
    // NULL would change the row's identity under the identity map.
    if (target.column.primaryKey) throw FlushError.cannotClearPrimaryKey(child, target);
    (child.entity as Record<string, unknown>)[target.key] = null;
  }
  return cleared;
}

/**
 * One NULL is enough to end a composite reference: what cannot be NULL stays (a tenant, a country), and so does what
 * another foreign key uses too, where a column is left.
 */
function clearable({ mapper }: InstanceState, targets: readonly ColumnAttribute[]): readonly ColumnAttribute[] {
  if (targets.length === 1) return targets;
  const nullable = targets.filter(({ column }) => column.nullable && !column.primaryKey);
  const keys = mapper.tables.flatMap((table) => mapper.metadata.foreignKeysOf(table));
  const isShared = ({ columns }: ColumnAttribute): boolean =>
    keys.filter(({ pairs }) => pairs.some(({ column }) => columns.includes(column))).length > 1;
  const own = nullable.filter((target) => !isShared(target));
  return [own, nullable].find((attributes) => attributes.length > 0) ?? targets;
}
