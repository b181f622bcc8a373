/** MySQL assigns one column after the other, and what comes later reads what was assigned: the order that no value notices. */
import { columnsIn } from "../../sql/expression/columns.ts";
import type { ColumnNode, Expression } from "../../sql/expression/node.ts";
import type { Assignment } from "../../sql/statement/node.ts";
import { topologicalSort } from "../../util/topological-sort.ts";

/**
 * Positions in `set`, so that each column is read before it is assigned; undefined where there is no such order.
 * @param condition - What every assignment reads besides.
 */
export function assignmentOrder(
  set: readonly Assignment[],
  condition: Expression | undefined,
): readonly number[] | undefined {
  const positions = [...set.keys()];
  if (isIndependent(set, condition)) return positions;
  const groups = topologicalSort(positions, readers(set, condition));
  return groups.some(({ isCycle }) => isCycle) ? undefined : groups.flatMap(({ nodes }) => nodes);
}

/** True where no assignment reads a column that another one sets. */
export function readsNoAssigned(set: readonly Assignment[]): boolean {
  if (isIndependent(set, undefined)) return true;
  const readersOf = readers(set, undefined);
  return set.every((_, position) => readersOf(position).length === 0);
}

function isIndependent(set: readonly Assignment[], condition: Expression | undefined): boolean {
  return set.length < 2 || (condition === undefined && set.every(({ value }) => value.kind === "bind"));
}

/** For the position of an assignment, those of the others that read its column. */
function readers(set: readonly Assignment[], condition: Expression | undefined): (position: number) => number[] {
  const shared = condition === undefined ? [] : columnsIn(condition);
  const reads = set.map(({ value }) => new Set([...columnsIn(value), ...shared].map(key)));
  return (position) => {
    const assigned = set[position];
    if (assigned === undefined) return [];
    const column = key(assigned.column);
    return reads.flatMap((columns, other) => (other !== position && columns.has(column) ? [other] : []));
  };
}

function key({ from, name }: ColumnNode): string {
  return `${String(from.id)}.${name}`;
}
