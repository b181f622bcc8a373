/** Dependency order, and the cycles that prevent it (Tarjan's strongly connected components). */

/** Nodes whose dependencies come first; a group of more than one node (or one that needs itself) is a cycle. */
export interface SortedGroup<T> {
  readonly nodes: readonly T[];
  readonly isCycle: boolean;
}

/**
 * Sort `nodes` so that each comes after everything it depends on.
 * Stable: what is not forced by a dependency keeps its given order. Dependencies that are not in `nodes` are ignored.
 */
export function topologicalSort<T>(nodes: Iterable<T>, dependenciesOf: (node: T) => Iterable<T>): SortedGroup<T>[] {
  const all = [...nodes];
  const known = new Set(all);
  const position = new Map(all.map((node, index) => [node, index]));
  const order = new Map<T, number>();
  const low = new Map<T, number>();
  const onPath = new Set<T>();
  const path: T[] = [];
  const groups: SortedGroup<T>[] = [];

  for (const root of all) {
    if (order.has(root)) continue;
    // An explicit stack: a chain of 100,000 rows must not overflow the call stack.
    const frames: { node: T; rest: Iterator<T> }[] = [];
    const enter = (node: T): void => {
      order.set(node, order.size);
      low.set(node, order.size - 1);
      path.push(node);
      onPath.add(node);
      frames.push({ node, rest: dependenciesOf(node)[Symbol.iterator]() });
    };
    const lower = (node: T, value: number): void => {
      low.set(node, Math.min(low.get(node) ?? value, value));
    };
    enter(root);
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const { node, rest } = frame;
      const step = rest.next();
      if (step.done !== true) {
        const next = step.value;
        if (!known.has(next)) continue;
        if (!order.has(next)) enter(next);
        else if (onPath.has(next)) lower(node, order.get(next) ?? 0);
        continue;
      }
      frames.pop();
      const parent = frames.at(-1);
      if (parent !== undefined) lower(parent.node, low.get(node) ?? 0);
      if (low.get(node) !== order.get(node)) continue;
      const members = path.splice(path.lastIndexOf(node));
      for (const member of members) onPath.delete(member);
      members.sort((left, right) => (position.get(left) ?? 0) - (position.get(right) ?? 0));
      const isCycle = members.length > 1 || [...dependenciesOf(node)].includes(node);
      groups.push({ nodes: members, isCycle });
    }
  }
  return groups;
}
