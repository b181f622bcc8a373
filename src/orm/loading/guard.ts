/** Columns that are not loaded: reading one is an error that names the way out, writing one is allowed. */
import { ColumnNotLoadedError } from "../../model/errors.ts";
import type { InstanceState } from "../../model/instance-state.ts";

/** Replace these columns of an entity by accessors that refuse to be read. */
export function guardMissing(state: InstanceState, indexes: Iterable<number>): void {
  for (const index of indexes) {
    const key = state.mapper.attributes[index]?.key;
    if (key === undefined) continue;
    Object.defineProperty(state.entity, key, {
      configurable: true,
      // Invisible to JSON and spreads, which would read it.
      enumerable: false,
      get() {
        throw new ColumnNotLoadedError(state, key);
      },
      set(value: unknown) {
        Object.defineProperty(state.entity, key, { value, writable: true, enumerable: true, configurable: true });
      },
    });
  }
}
