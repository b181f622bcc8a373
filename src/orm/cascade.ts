/** Follows relationships by their cascades. */
import { Collection } from "../model/collection.ts";
import type { InstanceState } from "../model/instance-state.ts";
import type { Cascade } from "../model/mapper.ts";
import { findState } from "../model/state-slot.ts";

/** All states reachable from `start` by loaded relationships with this cascade, without `start` itself. */
export function cascadeFrom(start: readonly InstanceState[], cascade: Cascade): InstanceState[] {
  if (start.every(({ related }) => related === undefined)) return [];
  const seen = new Set(start);
  const queue = [...start];
  const found: InstanceState[] = [];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    const { related } = state;
    if (related === undefined) continue;
    for (const relationship of state.mapper.relationships) {
      const value = related[relationship.index];
      if (value === undefined || value === null || !relationship.cascade.has(cascade)) continue;
      for (const member of value instanceof Collection ? value : [value]) {
        const target = findState(member);
        if (target === undefined || seen.has(target)) continue;
        seen.add(target);
        found.push(target);
        queue.push(target);
      }
    }
  }
  return found;
}
