/** Which operations can share one rebuild of their table. */
import type { QualifiedName } from "../../metadata/catalog.ts";
import { nameKey } from "../../metadata/catalog.ts";
import type { Operation } from "../../metadata/operation.ts";

export interface OperationGroup {
  /** The table that all of them change; undefined for what stands alone. */
  readonly table: QualifiedName | undefined;
  readonly operations: readonly Operation[];
}

interface OpenGroup extends OperationGroup {
  readonly operations: Operation[];
}

/**
 * Operations in groups, in order. One goes into an earlier group of its table only past groups of other tables, which cannot tell
 * the difference: foreign keys are off for a rebuild and checked when all are done.
 */
export function groupOperations(operations: readonly Operation[]): readonly OperationGroup[] {
  const groups: OpenGroup[] = [];
  for (const operation of operations) {
    const table = changedTable(operation);
    const group = table === undefined ? undefined : openGroup(groups, table, operation);
    if (group === undefined) groups.push({ table, operations: [operation] });
    else group.operations.push(operation);
  }
  return groups;
}

/** The table whose definition changes, where a rebuild of it could be the way. */
function changedTable(operation: Operation): QualifiedName | undefined {
  switch (operation.kind) {
    case "addColumn":
    case "dropColumn":
    case "alterColumn":
    case "addConstraint":
    case "dropConstraint":
    case "renameConstraint":
    case "validateConstraint":
    case "createIndex":
    case "dropIndex":
    case "renameIndex":
    case "setTableOptions":
    case "setTableComment":
      return operation.table;
    default:
      return undefined;
  }
}

/** Names of indexes belong to the whole database: another table's group may have to take one first. */
const anchored: ReadonlySet<Operation["kind"]> = new Set(["createIndex", "dropIndex", "renameIndex"]);

function openGroup(groups: readonly OpenGroup[], table: QualifiedName, operation: Operation): OpenGroup | undefined {
  const key = nameKey(table);
  for (let at = groups.length - 1; at >= 0; at -= 1) {
    const group = groups[at];
    if (group?.table === undefined) return undefined;
    if (nameKey(group.table) === key) return group;
    if (anchored.has(operation.kind)) return undefined;
  }
  return undefined;
}
