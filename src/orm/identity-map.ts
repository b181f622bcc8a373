/** One instance a row a session. */
import type { InstanceState } from "../model/instance-state.ts";
import type { Mapper } from "../model/mapper.ts";

/**
 * States by key, one map for each inheritance tree. References are strong: an entity's columns are plain properties,
 * so that a change to one nobody holds any more could not be told from no change.
 */
export class IdentityMap {
  readonly #byRoot = new Map<Mapper, Map<unknown, InstanceState>>();

  /** The map of a mapper's inheritance tree. */
  of(mapper: Mapper): Map<unknown, InstanceState> {
    let states = this.#byRoot.get(mapper.root);
    if (states === undefined) this.#byRoot.set(mapper.root, (states = new Map()));
    return states;
  }

  get(mapper: Mapper, key: unknown): InstanceState | undefined {
    return this.#byRoot.get(mapper.root)?.get(key);
  }

  add(state: InstanceState): void {
    this.of(state.mapper).set(state.key, state);
  }

  /** Remove a state, if it is the one under its key. */
  remove(state: InstanceState): void {
    const states = this.of(state.mapper);
    if (states.get(state.key) === state) states.delete(state.key);
  }

  /** Number of entities. */
  get size(): number {
    let size = 0;
    for (const states of this.#byRoot.values()) size += states.size;
    return size;
  }

  *states(): Generator<InstanceState> {
    for (const states of this.#byRoot.values()) yield* states.values();
  }

  /** The maps themselves, for loops that must be quick. */
  maps(): Iterable<Map<unknown, InstanceState>> {
    return this.#byRoot.values();
  }

  clear(): void {
    this.#byRoot.clear();
  }
}
